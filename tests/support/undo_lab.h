/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Places of its own for a test of what is put back, and interfaces that it may change.
 */
#pragma once

#include "undo/undo.h"

/* A folder of its own below /tmp, and nothing mounted. Removed by lab_leave(). */
void lab_enter(void);
void lab_leave(void);
extern struct ovr_undo_places lab_places;

/* The path of a file in the lab; a static text. */
const char *lab_path(const char *name);

/* Write a file of the lab, and read one; NULL: it is not there. */
void lab_write(const char *name, const char *text);
const char *lab_read(const char *name);

/* Files in a folder of the lab. */
unsigned int lab_files(const char *folder);

/* A pid that nobody has. */
pid_t lab_dead_pid(void);

/* Start a process that has an interface in its journal, and does nothing more. */
pid_t lab_start_user(const struct ovr_nic_facts *facts);

/*
 * The same in a PID namespace of its own, where it is process 1; skips the test where that cannot
 * be.
 */
pid_t lab_start_user_elsewhere(const struct ovr_nic_facts *facts, enum ovr_undo_kind kind);

/* Kill a process, and wait until it is gone. */
void lab_end(pid_t pid);

/*
 * A network namespace of its own with the veth pair undo-a, undo-b, both up; skips the test where
 * that cannot be.
 */
void lab_veth(void);

/* What the kernel says of an interface now. */
struct ovr_nic_facts lab_facts(const char *name);

/* Load an XDP program of that name, which lets all frames pass, and attach it. Returns its id. */
uint32_t lab_xdp_attach(const char *interface, const char *program);

/*
 * A bpf file system in the lab's folder bpf, in the mount namespace of netns_enter(); skips the
 * test where that cannot be.
 */
void lab_bpf(void);

/* Load a program of that name and pin it there. */
void lab_xdp_pin(const char *path, const char *program);

/*
 * Run a body in a child that sees nobody but itself and its children: in PID, mount and network
 * namespaces of its own. Returns what it returned, 0 … 255: no assertion works in there. Skips the
 * test where that cannot be.
 */
int lab_alone(int (*body)(void));
