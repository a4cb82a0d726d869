/* SPDX-License-Identifier: BSD-3-Clause */
#include "path/arrivals.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WORD_BITS   64u
#define DIGIT_BITS  4u
#define DIGITS_MAX  (OVR_PATH_NUMBERS_MAX / DIGIT_BITS)
#define FIRST_WORDS 64u

/* Room for a number. @return 0; -ENOMEM */
static int
make_room(struct ovr_path_arrivals *arrivals, uint32_t number)
{
	uint32_t n = arrivals->n_words == 0 ? FIRST_WORDS : arrivals->n_words;
	uint64_t *word;

	while (n <= number / WORD_BITS)
		n *= 2;
	if (n == arrivals->n_words)
		return 0;
	word = realloc(arrivals->word, n * sizeof(*word));
	if (word == NULL)
		return -ENOMEM;
	memset(word + arrivals->n_words, 0, (n - arrivals->n_words) * sizeof(*word));
	arrivals->word = word;
	arrivals->n_words = n;
	return 0;
}

int
ovr_path_arrivals_add(struct ovr_path_arrivals *arrivals, uint32_t number)
{
	uint64_t bit = UINT64_C(1) << (number % WORD_BITS);

	if (number >= OVR_PATH_NUMBERS_MAX)
		return -ERANGE;
	if (make_room(arrivals, number) != 0)
		return -ENOMEM;
	if ((arrivals->word[number / WORD_BITS] & bit) != 0)
		return 0;
	arrivals->word[number / WORD_BITS] |= bit;
	if (number >= arrivals->end)
		arrivals->end = number + 1;
	return 1;
}

bool
ovr_path_arrivals_have(const struct ovr_path_arrivals *arrivals, uint32_t number)
{
	return number < arrivals->end &&
		(arrivals->word[number / WORD_BITS] >> (number % WORD_BITS) & 1) != 0;
}

char *
ovr_path_arrivals_print(const struct ovr_path_arrivals *arrivals)
{
	uint32_t n = arrivals->end == 0 ? 1 : (arrivals->end + DIGIT_BITS - 1) / DIGIT_BITS;
	char *text = malloc(n + 1);

	if (text == NULL)
		return NULL;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t first = i * DIGIT_BITS;
		uint64_t bits = first >= arrivals->end
			? 0
			: arrivals->word[first / WORD_BITS] >> (first % WORD_BITS) & 0xf;

		text[i] = "0123456789abcdef"[bits];
	}
	text[n] = '\0';
	return text;
}

/* @return the value of a digit; -1: it is none */
static int
digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
ovr_path_arrivals_parse(const char *text, struct ovr_path_arrivals *ret_arrivals)
{
	struct ovr_path_arrivals arrivals = { NULL, 0, 0 };
	size_t n = strlen(text);
	int rc = n == 0 || n > DIGITS_MAX ? -EINVAL : 0;

	for (size_t i = 0; i < n && rc >= 0; i++) {
		int digit = digit_of(text[i]);

		if (digit < 0)
			rc = -EINVAL;
		for (uint32_t bit = 0; bit < DIGIT_BITS && rc >= 0; bit++)
			if ((digit >> bit & 1) != 0)
				rc = ovr_path_arrivals_add(&arrivals, (uint32_t)i * DIGIT_BITS + bit);
	}
	if (rc < 0) {
		ovr_path_arrivals_done(&arrivals);
		return rc;
	}
	*ret_arrivals = arrivals;
	return 0;
}

void
ovr_path_arrivals_done(struct ovr_path_arrivals *arrivals)
{
	free(arrivals->word);
	*arrivals = (struct ovr_path_arrivals){ NULL, 0, 0 };
}

void
ovr_path_arrivals_mark(const struct ovr_path_arrivals *arrivals, struct ovr_path_probe *probe, size_t n)
{
	for (size_t i = 0; i < n && i < OVR_PATH_NUMBERS_MAX; i++)
		probe[i].arrival = ovr_path_arrivals_have(arrivals, (uint32_t)i) ? OVR_PATH_HAS_ARRIVED
										 : OVR_PATH_NOT_ARRIVED;
}
