/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * BPF programs and links of the kernel, by their ids.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Read the name of a program. @return 0; -ENOENT: there is none of that id; -EPERM; -errno */
int ovr_bpf_prog_name(uint32_t prog_id, char *ret_name, size_t size);

/** @return whether there is an XDP program of that id, attached or held open by somebody */
bool ovr_bpf_is_xdp(uint32_t prog_id);

/**
 * Detach an XDP link (bpf_link) of that program from that interface, as `bpftool link detach` does.
 * @return 0; -ENOENT: no link holds it; -EPERM; -errno
 */
int ovr_bpf_link_detach(uint32_t prog_id, uint32_t ifindex);
