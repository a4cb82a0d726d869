/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What an agent saw of a traced path: its list of probes, and its places, as any host may send
 * them. What is accepted is written as a text that is accepted and written as the same.
 */
#include "fuzz.h"

#include "path/arrivals.h"
#include "report/path_places.h"

static void
read_list(const uint8_t *data, size_t size)
{
	struct ovr_path_arrivals arrivals = { .end = 7 }, again;
	char *text = fuzz_text(data, size), *written, *second;

	if (ovr_path_arrivals_parse(text, &arrivals) != 0) {
		PROMISE(arrivals.end == 7);
		free(text);
		return;
	}
	written = ovr_path_arrivals_print(&arrivals);
	PROMISE(written != NULL && strlen(written) <= strlen(text));
	PROMISE(ovr_path_arrivals_parse(written, &again) == 0 && again.end == arrivals.end);
	second = ovr_path_arrivals_print(&again);
	PROMISE(strcmp(written, second) == 0);
	ovr_path_arrivals_done(&arrivals);
	ovr_path_arrivals_done(&again);
	free(text);
	free(written);
	free(second);
}

static void
read_places(const uint8_t *data, size_t size)
{
	struct ovr_report_path_places places = { .n_claims = 7 }, again;
	struct ovr_err err = { .text = "" };
	json_t *object = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL), *written,
	       *second;

	if (object == NULL)
		return;
	if (ovr_report_path_places_read(object, &places, &err) != 0) {
		PROMISE(err.text[0] != '\0' && places.n_claims == 7);
		json_decref(object);
		return;
	}
	written = ovr_report_path_places_json(&places);
	PROMISE(written != NULL && ovr_report_path_places_read(written, &again, &err) == 0);
	second = ovr_report_path_places_json(&again);
	PROMISE(json_equal(written, second));
	json_decref(object);
	json_decref(written);
	json_decref(second);
	ovr_report_path_places_done(&places);
	ovr_report_path_places_done(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_list(data, size);
	read_places(data, size);
	return 0;
}
