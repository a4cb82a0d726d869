/* SPDX-License-Identifier: BSD-3-Clause */
/* What a function draws to a stream, as text, and sums over the attributes in it. */
#pragma once

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Draw into `text`, which a test frees. */
#define DRAW(text, call)                                        \
	do {                                                    \
		size_t draw_size_;                              \
		FILE *out = open_memstream(&text, &draw_size_); \
                                                                \
		cr_assert_not_null(out);                        \
		call;                                           \
		cr_assert_eq(fclose(out), 0);                   \
	} while (0)

/* @return how often a text holds another one */
static inline unsigned int
times_in(const char *text, const char *part)
{
	unsigned int n = 0;

	for (; (text = strstr(text, part)) != NULL; text += strlen(part))
		n++;
	return n;
}

/* @return the sum of an attribute over the elements that hold `beside` too */
static inline int64_t
sum_of(const char *text, const char *attribute, const char *beside)
{
	char name[80];
	int64_t sum = 0;

	snprintf(name, sizeof(name), " %s=\"", attribute);
	for (const char *at = strchr(text, '<'); at != NULL; at = strchr(at + 1, '<')) {
		size_t n = strcspn(at, ">");
		const char *found = (const char *)memmem(at, n, name, strlen(name));

		if (found != NULL && (beside[0] == '\0' || memmem(at, n, beside, strlen(beside)) != NULL))
			sum += strtoll(found + strlen(name), NULL, 10);
	}
	return sum;
}
