/* SPDX-License-Identifier: BSD-3-Clause */
/* A document that is accepted is accepted as it is written again, and its values are reached. */
#include "fuzz.h"

#include <math.h>

#include "report/saved.h"

static void
reach(const json_t *value, unsigned int depth)
{
	const char *key;
	json_t *inner;
	size_t i;

	PROMISE(depth <= OVR_SAVED_DEPTH_MAX);
	if (json_is_real(value))
		PROMISE(isfinite(ovr_saved_real(value, "")) && fabs(ovr_saved_real(value, "")) <= 1e24);
	json_array_foreach(value, i, inner) reach(inner, depth + 1);
	json_object_foreach((json_t *)(uintptr_t)value, key, inner) reach(inner, depth + 1);
}

/* Documents of watch are lines; all others are one. */
static char *
written(const struct ovr_saved *saved)
{
	const json_t *one = json_is_array(saved->root) ? json_array_get(saved->root, 0) : saved->root;
	char *text = json_dumps(one, JSON_COMPACT);

	PROMISE(text != NULL);
	return text;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ovr_saved saved = { .name = "untouched" }, again;
	struct ovr_err err = { .text = "" };
	char *text;

	if (ovr_saved_parse((const char *)data, size, &saved, &err) != 0) {
		PROMISE(err.text[0] != '\0' && strcmp(saved.name, "untouched") == 0);
		return 0;
	}
	reach(saved.root, 0);
	PROMISE(ovr_saved_at(saved.root, "not.a[7].key") == NULL);
	text = written(&saved);
	PROMISE(ovr_saved_parse(text, strlen(text), &again, &err) == 0);
	PROMISE(strcmp(again.name, saved.name) == 0 && strcmp(again.command, saved.command) == 0);
	free(text);
	ovr_saved_close(&again);
	ovr_saved_close(&saved);
	return 0;
}
