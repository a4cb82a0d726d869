/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The known word that is nearest to a misspelt one, or to one of another tool.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Room for a question about the longest word that is accepted anywhere. */
#define OVR_NEAREST_QUESTION_BYTES 64

/**
 * A misspelt word, and the nearest of the accepted words that were offered so far. Plain data; the
 * texts are the caller's.
 */
struct ovr_nearest {
	const char *word;    /**< that was found */
	const char *nearest; /**< "": none was offered */
	unsigned int
		distance; /**< 0: another tool's word for it; insertions, deletions, replacements and swaps between the two */
};

/** @return the state for @p word before a word is offered */
struct ovr_nearest ovr_nearest_to(const char *word);

/**
 * Offer an accepted word. Of equally near ones the first is kept. What other tools call it
 * (duration, for time) is nearer than any other spelling.
 */
void ovr_nearest_offer(struct ovr_nearest *nearest, const char *accepted);

/**
 * @return whether the nearest word is probably what was meant: at most one difference in three
 * characters, or its beginning
 */
bool ovr_nearest_is_likely(const struct ovr_nearest *nearest);

/**
 * What a sentence has between the word that was found and those that are accepted.
 * @param[out] question ", did you mean WORD;", or "," where the nearest word is not likely
 * @return question
 */
const char *ovr_nearest_ask(const struct ovr_nearest *nearest, char question[OVR_NEAREST_QUESTION_BYTES]);
