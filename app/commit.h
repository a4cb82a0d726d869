/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The commit that the program was built from.
 */
#pragma once

/** As git describes it, "-dirty" at its end if files were changed since. "": no checkout of git. */
extern const char app_commit[];
