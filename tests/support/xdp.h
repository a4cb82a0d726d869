/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * XDP programs for tests, through bpf(2) alone.
 */
#pragma once

#include <stdint.h>

/*
 * Load a program "ovr_test" that ends in @p action (XDP_PASS). Skips the test where that may not
 * be.
 * @return its descriptor
 */
int xdp_load(uint32_t action);

/* The same under another name, which the kernel cuts to 15 characters. */
int xdp_load_named(const char *name, uint32_t action);

/* Pin a program at a path on a bpf file system. Fails the test. */
void xdp_pin(const char *path, int prog_fd);

/* Attach it in one of the modes (XDP_FLAGS_DRV_MODE). Fails the test. */
void xdp_attach(const char *name, int prog_fd, uint32_t flags);

/*
 * Attach it with a bpf_link. Skips the test where the kernel cannot.
 * @return the link's descriptor, which holds it
 */
int xdp_link(const char *name, int prog_fd, uint32_t flags);
