/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Two network namespaces of a test's own, "s" and "r", with a veth pair between: va, 10.9.0.1, in
 * s, and vb, 10.9.0.2, in r. They have names in a /run that only the test sees, and end with it.
 */
#pragma once

#include <stdint.h>

#include "kernel/snapshot.h"

/* Make them. Skips the test where that may not be. */
void kernel_lab_begin(void);

/* Run a command of the system's tools in one of them. Fails the test where it fails. */
void kernel_lab_run(const char *netns, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * A UDP socket of r, bound to 10.9.0.2 and a port, which nobody has read.
 * @param rcvbuf_bytes as setsockopt(2) takes it; 0: the kernel's default
 */
int kernel_lab_receiver(uint16_t port, int rcvbuf_bytes);

/* Send datagrams of so many bytes from s to r, one after the other. */
void kernel_lab_send(uint16_t port, unsigned int n_datagrams, unsigned int n_bytes);

/* Read all that a socket holds. @return how many */
uint64_t kernel_lab_drain(int fd);
