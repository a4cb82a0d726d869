/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which functions are compiled once more for wider registers? The choice is made when the program is loaded. Private to the
 * module.
 */
#pragma once

#if defined(__x86_64__)
#define OVR_FRAME_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define OVR_FRAME_CLONES
#endif
