/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/nearest.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* Characters that are compared of each word. */
#define WORD_MAX 32
/* A beginning is as good as the word from so many characters on. */
#define BEGINNING_MIN 3
/* A probable slip of the hand: one difference in so many characters. */
#define CHARACTERS_PER_SLIP 3

static unsigned int
least_of(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: two neighbours that are swapped are one difference. */
static unsigned int
distance_of(const char *a, const char *b)
{
	unsigned int row[3][WORD_MAX + 1];
	unsigned int *before_last = row[0], *last = row[1], *now = row[2];
	size_t n_a = strnlen(a, WORD_MAX), n_b = strnlen(b, WORD_MAX);

	for (unsigned int j = 0; j <= n_b; j++)
		last[j] = before_last[j] = j;
	for (unsigned int i = 1; i <= n_a; i++) {
		unsigned int *spare = before_last;

		now[0] = i;
		for (unsigned int j = 1; j <= n_b; j++) {
			now[j] = least_of(last[j], now[j - 1]) + 1;
			now[j] = least_of(now[j], last[j - 1] + (a[i - 1] != b[j - 1] ? 1 : 0));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = least_of(now[j], before_last[j - 2] + 1);
		}
		before_last = last;
		last = now;
		now = spare;
	}
	return last[n_b];
}

struct ovr_nearest
ovr_nearest_to(const char *word)
{
	return (struct ovr_nearest){ .word = word, .nearest = "", .distance = UINT_MAX };
}

void
ovr_nearest_offer(struct ovr_nearest *nearest, const char *accepted)
{
	size_t n = strlen(nearest->word);
	unsigned int distance = n >= BEGINNING_MIN && strncmp(nearest->word, accepted, n) == 0
		? 1
		: distance_of(nearest->word, accepted);

	if (distance >= nearest->distance)
		return;
	nearest->distance = distance;
	nearest->nearest = accepted;
}

bool
ovr_nearest_is_likely(const struct ovr_nearest *nearest)
{
	size_t found = strlen(nearest->word), accepted = strlen(nearest->nearest);
	size_t longer = found > accepted ? found : accepted;

	return accepted > 0 && nearest->distance <= longer / CHARACTERS_PER_SLIP;
}

const char *
ovr_nearest_ask(const struct ovr_nearest *nearest, char question[OVR_NEAREST_QUESTION_BYTES])
{
	if (ovr_nearest_is_likely(nearest))
		snprintf(question, OVR_NEAREST_QUESTION_BYTES, ", did you mean %.44s;", nearest->nearest);
	else
		snprintf(question, OVR_NEAREST_QUESTION_BYTES, ",");
	return question;
}
