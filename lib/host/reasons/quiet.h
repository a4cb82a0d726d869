/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Suppression of what libbpf prints, and the first warning meanwhile. Internal to reasons; control
 * thread only, since libbpf has one printing function for the whole process.
 */
#pragma once

#include <bpf/libbpf.h>

/** libbpf's printing function of before. */
struct ovr_reasons_quiet {
	libbpf_print_fn_t before;
};

/** From here on libbpf prints nothing. */
void ovr_reasons_quiet_begin(struct ovr_reasons_quiet *ret_quiet);

/** From here on it prints as before. */
void ovr_reasons_quiet_end(const struct ovr_reasons_quiet *quiet);

/** The first warning since ovr_reasons_quiet_begin(); "" without one. Valid until the next call. */
const char *ovr_reasons_quiet_words(void);
