/* SPDX-License-Identifier: BSD-3-Clause */
#include "message/tree.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/*
 * What the tree takes of a text that consists of a piece, repeated: counted in whole blocks, as
 * glibc's malloc hands them out.
 */
static size_t taken;

static void *
count_malloc(size_t size)
{
	size_t *block = malloc(size + 16);

	*block = (size + 15) / 16 * 16 + 16;
	taken += *block;
	return (char *)block + 16;
}

static void
count_free(void *block)
{
	if (block == NULL)
		return;
	taken -= *(size_t *)((char *)block - 16);
	free((char *)block - 16);
}

static void
expect_bound(const char *before, const char *piece, const char *after)
{
	const size_t n = 10000;
	size_t size = strlen(before) + n * strlen(piece) + strlen(after);
	char *text = malloc(size + 1);
	char *at = text;
	json_t *tree;

	at = stpcpy(at, before);
	for (size_t i = 0; i < n; i++)
		at = stpcpy(at, piece);
	strcpy(at, after);
	taken = 0;
	tree = json_loadb(text, size, 0, NULL);
	cr_assert_not_null(tree);
	cr_assert_leq(taken, ovr_message_tree_bytes(text, size), "%s: %zu taken, %zu told", piece, taken,
		ovr_message_tree_bytes(text, size));
	json_decref(tree);
	free(text);
}

Test(tree, no_text_takes_more_than_is_told)
{
	json_set_alloc_funcs(count_malloc, count_free);
	expect_bound("[", "{},", "{}]");
	expect_bound("[", "[],", "[]]");
	expect_bound("[", "0,", "0]");
	expect_bound("[", "0.5,", "0]");
	expect_bound("[", "\"\",", "\"\"]");
	expect_bound("[", "\"0123456789012345678901234567890123456789\",", "0]");
	expect_bound("[", "{\"a\":0},", "{}]");
	expect_bound(
		"[", "{\"a\":0,\"b\":1,\"c\":2,\"d\":3,\"e\":4,\"f\":5,\"g\":6,\"h\":7,\"i\":8},", "{}]");
	expect_bound("[", "[[[[0]]]],", "0]");
}

Test(tree, what_stands_in_a_text_is_no_structure)
{
	static const char text[] = "\"{[,:\\\"{[,:\"";

	cr_assert_eq(ovr_message_tree_bytes(text, strlen(text)), strlen(text) + 64 + 32);
}

Test(tree, a_long_message_may_take_more)
{
	cr_assert_eq(ovr_message_tree_bytes_max(0), 8388608);
	cr_assert_eq(ovr_message_tree_bytes_max(1572864), 46137344);
}
