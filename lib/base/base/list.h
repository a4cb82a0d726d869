/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Lists that grow as entries are added.
 *
 * A list is three members of a struct: a pointer that free() takes, the number of entries, and the
 * number of entries that there is room for, both uint32_t. All three are zero in an empty list.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/**
 * Add a zeroed entry to the end of a list. Entries may move.
 * @param list `struct entry *`, an lvalue
 * @param n uint32_t, an lvalue: entries; one more after success
 * @param capacity uint32_t, an lvalue: entries that there is room for
 * @return the entry; NULL: no memory, and the list is as it was
 */
#define OVR_LIST_ADD(list, n, capacity) ovr_list_add(&(list), sizeof(*(list)), &(n), &(capacity))

/** What OVR_LIST_ADD() calls. @param list address of the pointer to entries of @p entry_bytes */
void *ovr_list_add(void *list, size_t entry_bytes, uint32_t *n, uint32_t *capacity);
