/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The text of a journal.
 *
 *     overrun undo 1
 *     process PID START NETNS COOKIE PIDNS
 *     use IFINDEX NAME
 *     mtu IFINDEX NAME 1500
 *     rings IFINDEX NAME RX RX-MINI RX-JUMBO TX
 *     channels IFINDEX NAME RX TX OTHER COMBINED
 *     pause IFINDEX NAME AUTONEG RX TX
 *     xdp IFINDEX NAME
 *     promisc IFINDEX NAME
 *     offloads IFINDEX NAME rx-lro,rx-gro-list
 *     took xdp IFINDEX NAME PROGRAM-ID
 *     took mtu IFINDEX NAME 9000
 *     took offloads IFINDEX NAME none
 *     namespace 0 NAME
 *     took namespace 0 NAME INODE
 *     setting 0 net.core.netdev_max_backlog 1000
 *     took setting 0 net.core.netdev_max_backlog 40 1000
 *
 * Each line ends in a newline; one that does not was cut off by a crash, before the change was
 * made. Pure.
 *
 * Internal to undo.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "undo/undo.h"

#define OVR_UNDO_CHANGES_MAX 128
#define OVR_UNDO_LINE_BYTES  160
/** Room for the two lines of a head. */
#define OVR_UNDO_HEAD_BYTES 160

/** Whose journal it is. */
struct ovr_undo_owner {
	pid_t pid;
	uint64_t start;        /**< when it started, in the kernel's ticks: a pid is used again */
	uint64_t netns;        /**< inode of its network namespace … */
	uint64_t netns_cookie; /**< … which is used again too, other than this; 0: the kernel does not tell */
	uint64_t pidns;        /**< inode of its PID namespace, in which the pid counts; 0: unknown */
};

/** Room for the name of an interface, of a network namespace, or of a setting, with its end. */
#define OVR_UNDO_NAME_BYTES 48

/** One change. */
struct ovr_undo_change {
	enum ovr_undo_kind kind;
	uint32_t ifindex; /**< 0: a network namespace, or a setting */
	char name[OVR_UNDO_NAME_BYTES];
	/**
	 * what was there, and what came of it; an XDP program's id, a namespace's inode, the value
	 * of a setting and the one before it, which it has until it is written
	 */
	uint32_t was[4], took[4];
	bool has_took;
};

/** A journal. Plain data. */
struct ovr_undo_journal {
	struct ovr_undo_owner owner;
	uint32_t n_changes;
	struct ovr_undo_change change[OVR_UNDO_CHANGES_MAX];
};

/** Told of each line that is not understood; numbers from 1, the line without its end. */
typedef void ovr_undo_skipped_t(void *context, unsigned int number, const char *line);

/**
 * Read a journal.
 * @param text not changed; ended by a zero
 * @param skipped may be NULL
 * @return 0; -ENODATA: the head is not whole, so nothing was done yet; -EINVAL: this is no journal,
 * or one of another
 *         version
 */
int ovr_undo_journal_parse(
	const char *text, struct ovr_undo_journal *ret_journal, ovr_undo_skipped_t *skipped, void *context);

/** Write the head. @return its length */
size_t ovr_undo_journal_print_head(char *buf, size_t size, const struct ovr_undo_owner *owner);

/** Write the line of a change. @return its length */
size_t ovr_undo_journal_print_change(char *buf, size_t size, const struct ovr_undo_change *change);

/** Write the line that tells what came of a change. @return its length */
size_t ovr_undo_journal_print_took(char *buf, size_t size, const struct ovr_undo_change *change);

/** @return whether it may be the name of a network namespace that overrun made */
bool ovr_undo_journal_is_namespace(const char *name);

/** @return whether it may be the name of a setting that overrun changes: "net.core.NAME" */
bool ovr_undo_journal_is_setting(const char *name);

/** @return the change of that kind for that interface; NULL: none. */
struct ovr_undo_change *ovr_undo_journal_find(
	struct ovr_undo_journal *journal, enum ovr_undo_kind kind, uint32_t ifindex, const char *name);
