/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Small files and links of sysfs and procfs below a root folder. Internal to pci and fitness.
 *
 * A path is made from a format, after the root folder; one that does not fit into PATH_MAX is not
 * there.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** Make the path. @return false: it is too long */
bool pci_path(char *path, size_t size, const char *root, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/** @return whether there is something of that name */
bool pci_exists(const char *root, const char *format, ...) __attribute__((format(printf, 2, 3)));

/**
 * The file's first line without its end.
 * @return false: no such file, or it is empty; then @p line is ""
 */
bool pci_read_line(char *line, size_t size, const char *root, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/** The file's number, decimal or with 0x. @return @p otherwise where there is none */
int64_t pci_read_number(int64_t otherwise, const char *root, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** The last part of what the link points to. @return false: no such link; then @p name is "" */
bool pci_read_link(char *name, size_t size, const char *root, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/**
 * Call for each name in a folder that does not begin with a dot, in the order of their text, until
 * it says false.
 */
void pci_each_name(
	const char *root, const char *folder, bool (*call)(const char *name, void *context), void *context);
