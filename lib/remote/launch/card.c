/* SPDX-License-Identifier: BSD-3-Clause */
#include "launch/card.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VERSION "overrun.card/1"
#define NOTHING "-"
/* VERSION HOST ADDRESS PORT AGENT-KEY CALLER-KEY */
#define WORDS 6

const char *
ovr_card_print(char text[static OVR_CARD_BYTES], const struct ovr_card *card)
{
	char agent_key[OVR_KEY_TEXT_BYTES], caller_key[OVR_KEY_TEXT_BYTES] = NOTHING;

	if (card->has_caller)
		ovr_key_print(caller_key, &card->caller_key);
	snprintf(text, OVR_CARD_BYTES, VERSION " %s %s %u %s %s", card->host,
		card->address[0] != '\0' ? card->address : NOTHING, card->port,
		ovr_key_print(agent_key, &card->agent_key), caller_key);
	return text;
}

/* @return whether there are as many as a card has */
static bool
split(char *text, char *word[WORDS])
{
	char *rest = text;
	size_t n = 0;

	for (char *one = strtok_r(text, " ", &rest); one != NULL; one = strtok_r(NULL, " ", &rest)) {
		if (n == WORDS)
			return false;
		word[n++] = one;
	}
	return n == WORDS;
}

static bool
copy(char *to, size_t size, const char *from)
{
	size_t length = strlen(from);

	if (length >= size)
		return false;
	memcpy(to, from, length + 1);
	return true;
}

static bool
read_port(const char *text, uint16_t *ret_port)
{
	unsigned long port = strtoul(text, NULL, 10);

	if (strspn(text, "0123456789") != strlen(text) || strlen(text) > 5 || port == 0 || port > UINT16_MAX)
		return false;
	*ret_port = (uint16_t)port;
	return true;
}

static bool
read_words(char *const word[WORDS], struct ovr_card *card)
{
	bool has_address = strcmp(word[2], NOTHING) != 0;

	card->has_caller = strcmp(word[5], NOTHING) != 0;
	return strcmp(word[0], VERSION) == 0 && copy(card->host, sizeof(card->host), word[1]) &&
		(!has_address || copy(card->address, sizeof(card->address), word[2])) &&
		read_port(word[3], &card->port) &&
		ovr_key_parse("card", word[4], &card->agent_key, NULL) == 0 &&
		(!card->has_caller || ovr_key_parse("card", word[5], &card->caller_key, NULL) == 0);
}

int
ovr_card_read(uint32_t rank, const char *text, struct ovr_card *ret_card, struct ovr_err *err)
{
	struct ovr_card card = { .port = 0 };
	char copied[OVR_CARD_BYTES], *word[WORDS];

	if (!copy(copied, sizeof(copied), text) || !split(copied, word) || !read_words(word, &card))
		return ovr_err_set(err, -EBADMSG,
			"rank %" PRIu32
			": what it told through the launcher begins with \"%.40s\", accepted: the " VERSION
			" of this overrun",
			rank, text);
	*ret_card = card;
	return 0;
}
