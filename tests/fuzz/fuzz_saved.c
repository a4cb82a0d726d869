/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A document that is accepted is accepted as it is written again, its values are reached, a
 * comparison with itself comes to an end and shows nothing, and a trial's result has an answer for
 * TCP.
 */
#include "fuzz.h"

#include <math.h>

#include "report/changes.h"
#include "report/changes_read.h"
#include "report/saved.h"
#include "report/tcp_impact.h"

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

static void
compare(const struct ovr_saved *saved, FILE *nowhere)
{
	struct ovr_changes changes = { .level = 0.99, .tolerance = 0.01 };
	struct ovr_err err = { .text = "" };
	int status = ovr_changes_read(&changes, 0, "a", saved, &err);

	if (status == 0)
		status = ovr_changes_read(&changes, 1, "b", saved, &err);
	if (status == 0)
		status = ovr_changes_close(&changes, &err);
	PROMISE(status == 0 || err.text[0] != '\0');
	if (status == 0) {
		PROMISE(changes.n_shown == 0 && changes.n_regressions == 0);
		PROMISE(ovr_report_changes_text(&changes, nowhere, &err) == 0);
		PROMISE(ovr_report_changes_markdown(&changes, nowhere, &err) == 0);
		PROMISE(ovr_report_changes_json(&changes, nowhere, &err) == 0);
	}
	ovr_changes_done(&changes);
}

/* What a trial means for TCP. */
static void
ask_for_tcp(const struct ovr_saved *saved, FILE *nowhere)
{
	const struct ovr_tcp_impact_question question = ovr_tcp_impact_usual();
	struct ovr_tcp_impact impact;
	struct ovr_err err;

	if (strcmp(saved->name, "result") != 0 || strcmp(saved->command, "run") != 0)
		return;
	PROMISE(ovr_tcp_impact_of(saved->root, "a", &question, &impact, &err) == 0);
	PROMISE(ovr_report_tcp_impact_text(&impact, nowhere, &err) == 0);
	PROMISE(ovr_report_tcp_impact_json(&impact, nowhere, &err) == 0);
	ovr_tcp_impact_done(&impact);
}

/* What reads documents, with what it writes thrown away. */
static void
use(const struct ovr_saved *saved)
{
	FILE *nowhere = fopen("/dev/null", "w");

	PROMISE(nowhere != NULL);
	compare(saved, nowhere);
	ask_for_tcp(saved, nowhere);
	fclose(nowhere);
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
	use(&saved);
	text = written(&saved);
	PROMISE(ovr_saved_parse(text, strlen(text), &again, &err) == 0);
	PROMISE(strcmp(again.name, saved.name) == 0 && strcmp(again.command, saved.command) == 0);
	free(text);
	ovr_saved_close(&again);
	ovr_saved_close(&saved);
	return 0;
}
