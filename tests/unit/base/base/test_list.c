/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/list.h"

#include <stdlib.h>

#include <criterion/criterion.h>

struct entry {
	uint64_t number;
	char name[3];
};

Test(list, entries_keep_their_order_and_values_as_it_grows)
{
	struct entry *list = NULL;
	uint32_t n = 0, capacity = 0;

	for (uint64_t i = 0; i < 1000; i++) {
		struct entry *entry = OVR_LIST_ADD(list, n, capacity);

		cr_assert_neq(entry, NULL);
		cr_assert_eq(entry, &list[i]);
		entry->number = i;
	}
	cr_assert_eq(n, 1000);
	cr_assert_geq(capacity, 1000);
	for (uint64_t i = 0; i < 1000; i++)
		cr_assert_eq(list[i].number, i);
	free(list);
}

Test(list, a_new_entry_is_zeroed_where_an_old_one_stood)
{
	struct entry *list = NULL, *entry;
	uint32_t n = 0, capacity = 0;

	entry = OVR_LIST_ADD(list, n, capacity);
	entry->number = 7;
	entry->name[2] = 'x';
	n = 0;
	entry = OVR_LIST_ADD(list, n, capacity);
	cr_assert_eq(entry, list);
	cr_assert_eq(entry->number, 0);
	cr_assert_eq(entry->name[2], '\0');
	cr_assert_eq(n, 1);
	free(list);
}

Test(list, entries_may_be_arrays)
{
	char(*list)[40] = NULL, (*entry)[40];
	uint32_t n = 0, capacity = 0;

	entry = OVR_LIST_ADD(list, n, capacity);
	(*entry)[0] = 'a';
	entry = OVR_LIST_ADD(list, n, capacity);
	(*entry)[0] = 'b';
	cr_assert_str_eq(list[0], "a");
	cr_assert_str_eq(list[1], "b");
	free(list);
}

Test(list, without_memory_it_is_as_it_was)
{
	struct entry *list = NULL, *first;
	uint32_t n = 0, capacity = 0;

	first = OVR_LIST_ADD(list, n, capacity);
	first->number = 7;
	/* twice as many of these entries are more bytes than a pointer can reach */
	n = capacity = UINT32_C(1) << 30;
	cr_assert_eq(ovr_list_add(&list, SIZE_MAX / 4, &n, &capacity), NULL);
	cr_assert_eq(n, UINT32_C(1) << 30);
	cr_assert_eq(capacity, UINT32_C(1) << 30);
	cr_assert_eq(list, first);
	cr_assert_eq(list->number, 7);
	free(list);
}

Test(list, more_entries_than_can_be_counted_are_refused)
{
	char *list = NULL;
	uint32_t n = UINT32_C(1) << 31, capacity = UINT32_C(1) << 31;

	cr_assert_eq(OVR_LIST_ADD(list, n, capacity), NULL);
	cr_assert_eq(n, UINT32_C(1) << 31);
	cr_assert_eq(list, NULL);
}
