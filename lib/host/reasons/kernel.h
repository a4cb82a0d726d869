/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Drop reasons in the running kernel's type information (BTF). Internal to reasons.
 */
#pragma once

#include <stdbool.h>

#include "base/err.h"
#include "reasons/names.h"

struct btf;

/** A kernel's drop reasons and tracepoint. The names are owned by it. */
struct ovr_reasons_kernel {
	struct ovr_reasons_names names; /**< of enum skb_drop_reason */
	/**
	 * the tracepoint has a fourth argument: the receiving socket (Linux 6.11)
	 */
	bool has_rx_sk;
};

/**
 * Take it from type information.
 * @return 0; -EOPNOTSUPP: the tracepoint's arguments are none that the program knows, or routes
 * that have a counter have no reason of their own (both before Linux 5.19); -ENOMEM; then nothing
 * is owned
 */
int ovr_reasons_kernel_parse(
	const struct btf *btf, struct ovr_reasons_kernel *ret_kernel, struct ovr_err *err);

/**
 * Read it from the running kernel (/sys/kernel/btf/vmlinux).
 * @return 0; as above; -errno: there is no type information
 */
int ovr_reasons_kernel_read(struct ovr_reasons_kernel *ret_kernel, struct ovr_err *err);
