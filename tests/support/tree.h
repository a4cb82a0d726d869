/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A folder of made-up system files (sys, proc, dev), for code that is given its root folder. One
 * per process.
 */
#pragma once

/* Make an empty one in a temporary folder. Fits TestSuite(.init). */
void tree_make(void);

/* Remove it with all that is in it. Fits TestSuite(.fini). */
void tree_remove(void);

/* The folder, without a slash at its end. */
const char *tree_root(void);

/* A file with this text; the folders above it are made. */
void tree_put(const char *path, const char *text);

/* A symbolic link; the folders above it are made. */
void tree_link(const char *path, const char *target);

/* A folder. */
void tree_folder(const char *path);
