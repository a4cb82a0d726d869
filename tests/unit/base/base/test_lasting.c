/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/lasting.h"

Test(lasting, a_text_is_kept_once_and_outlives_what_it_was_made_of)
{
	char text[] = "no socket";
	const char *kept = ovr_lasting(text);

	text[0] = '\0';
	cr_assert_str_eq(kept, "no socket");
	cr_assert_eq(ovr_lasting("no socket"), kept);
	cr_assert_neq(ovr_lasting("no route"), kept);
	cr_assert_str_eq(ovr_lasting(""), "");
}

Test(lasting, there_is_an_end_to_the_texts_and_those_that_are_kept_are_still_found)
{
	const char *first = ovr_lasting("first");
	char text[32];

	for (int i = 0; i < OVR_LASTING_TEXTS_MAX; i++) {
		snprintf(text, sizeof(text), "text %d", i);
		ovr_lasting(text);
	}
	cr_assert_str_eq(ovr_lasting("one too many"), "");
	cr_assert_eq(ovr_lasting("first"), first);
	cr_assert_str_eq(ovr_lasting("text 5"), "text 5");
}

Test(lasting, a_text_that_is_longer_than_the_room_is_not_kept)
{
	static char text[OVR_LASTING_BYTES_MAX + 1];

	memset(text, 'a', sizeof(text) - 1);
	cr_assert_str_eq(ovr_lasting(text), "");
}
