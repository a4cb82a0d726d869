/* SPDX-License-Identifier: BSD-3-Clause */
#include "launch/card.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#define ONES "1111111111111111111111111111111111111111111111111111111111111111"
#define TWOS "2222222222222222222222222222222222222222222222222222222222222222"

static struct ovr_err err;

static struct ovr_card
read_card(const char *text)
{
	struct ovr_card card;

	cr_assert_eq(ovr_card_read(3, text, &card, &err), 0, "%s", err.text);
	return card;
}

Test(card, each_word_is_read_and_printed_again)
{
	static const char *const texts[] = {
		"overrun.card/1 node3.example 10.0.0.4 40123 " ONES " -",
		"overrun.card/1 node0 [fd00::1] 1 " ONES " " TWOS,
		"overrun.card/1 node0 - 65535 " ONES " " TWOS,
	};
	char text[OVR_CARD_BYTES];
	struct ovr_card card = read_card(texts[0]);

	cr_assert_str_eq(card.host, "node3.example");
	cr_assert_str_eq(card.address, "10.0.0.4");
	cr_assert_eq(card.port, 40123);
	cr_assert_eq(card.agent_key.byte[31], 0x11);
	cr_assert_not(card.has_caller);
	card = read_card(texts[2]);
	cr_assert_str_eq(card.address, "");
	cr_assert(card.has_caller);
	cr_assert_eq(card.caller_key.byte[0], 0x22);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		card = read_card(texts[i]);
		cr_assert_str_eq(ovr_card_print(text, &card), texts[i]);
	}
}

Test(card, the_longest_one_has_room)
{
	struct ovr_card card = { .port = 65535, .has_caller = true };
	char text[OVR_CARD_BYTES];

	memset(card.host, 'h', sizeof(card.host) - 1);
	memset(card.address, 'a', sizeof(card.address) - 1);
	ovr_card_print(text, &card);
	cr_assert_str_eq(read_card(text).host, card.host);
	cr_assert_str_eq(read_card(text).address, card.address);
}

Test(card, what_is_none_is_refused)
{
	static const char *const bad[] = {
		"",
		"overrun.card/1",
		"overrun.card/2 node0 - 1 " ONES " -",
		"overrun.card/1 node0 - 0 " ONES " -",
		"overrun.card/1 node0 - 65536 " ONES " -",
		"overrun.card/1 node0 - 1x " ONES " -",
		"overrun.card/1 node0 - -1 " ONES " -",
		"overrun.card/1 node0 - 1 " ONES,
		"overrun.card/1 node0 - 1 " ONES " - more",
		"overrun.card/1 node0 - 1 - " ONES,
		"overrun.card/1 node0 - 1 " ONES "1 -",
		"overrun.card/1 " ONES "12 - 1 " ONES " -",
		"overrun.card/1 node0 " ONES " 1 " ONES " -",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct ovr_card card = { .port = 7 };

		cr_assert_eq(ovr_card_read(3, bad[i], &card, &err), -EBADMSG, "%s", bad[i]);
		cr_assert_eq(
			strncmp(err.text, "rank 3: what it told through the launcher begins with \"", 55), 0,
			"%s", err.text);
		cr_assert_eq(card.port, 7);
	}
}
