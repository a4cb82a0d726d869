/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A half that is accepted is written as a text that is accepted and written as the same; and it can
 * be joined, with whatever its other end is, and the result told.
 */
#include "fuzz.h"

#include "halves/join.h"
#include "report/half.h"
#include "report/report.h"

static char *
written(const struct ovr_half_document *half)
{
	json_t *value = ovr_half_json(half);
	char *text = json_dumps(value, JSON_COMPACT);

	PROMISE(text != NULL);
	json_decref(value);
	return text;
}

/* What reads results, with what it writes thrown away. */
static void
tell(const struct ovr_result *result)
{
	FILE *nowhere = fopen("/dev/null", "w");
	struct ovr_err err;

	PROMISE(nowhere != NULL);
	PROMISE(ovr_report_json(result, "run", nowhere, &err) == 0);
	PROMISE(ovr_report_text(result, nowhere, &err) == 0);
	fclose(nowhere);
}

static void
join(struct ovr_half_document *half)
{
	struct ovr_result result = {
		.plan = { .trial = { .id = 1, .event_gap_ns = 1000 },
			.ports = { .rxd = 512, .txd = 512, .burst = 32, .rxq = 1, .txq = 1 },
			.frames = { .size = { .length = 1, .n_sizes = 1, .size = { 64 } } } }
	};
	struct ovr_err err;

	half->halves.sender.end.is_unknown |= !half->has_sender;
	half->halves.receiver.end.is_unknown |= !half->has_receiver;
	PROMISE(ovr_halves_join(&half->halves, &result, &err) == 0);
	tell(&result);
	ovr_result_done(&result);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ovr_half_document half = { .trial_id = 77 }, again;
	struct ovr_err err = { .text = "" };
	char *text, *text_again;

	if (ovr_half_parse((const char *)data, size, &half, &err) != 0) {
		PROMISE(err.text[0] != '\0' && half.trial_id == 77);
		return 0;
	}
	text = written(&half);
	PROMISE(ovr_half_parse(text, strlen(text), &again, &err) == 0);
	text_again = written(&again);
	PROMISE(strcmp(text, text_again) == 0);
	join(&again);
	ovr_half_document_done(&again);
	ovr_half_document_done(&half);
	free(text);
	free(text_again);
	return 0;
}
