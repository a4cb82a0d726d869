/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Functions that are compiled once more for wider registers. The choice is made when the program is
 * loaded. Private to the module. Before release 17 clang gave such a function a name that no other
 * file found.
 */
#pragma once

#if defined(__x86_64__) && (!defined(__clang__) || __clang_major__ >= 17)
#define OVR_FRAME_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define OVR_FRAME_CLONES
#endif
