/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/path_places.h"

#include "report/json_check.h"
#include "report/json_parts.h"

#define PLACES(list, n) OVR_JSON_VECTOR(struct ovr_report_path_places, list, n)

static const struct ovr_json_row rows[] = {
	{ "places", OVR_JSON_LIST, PLACES(claim, n_claims),
		.about = "those that lost something, of all traffic there",
		.table = &ovr_json_place_loss_table },
	{ "unknown", OVR_JSON_LIST, PLACES(note, n_notes), .about = "what could not be read, a sentence each",
		.item = OVR_JSON_TEXT, .min_item = 1 },
};

const struct ovr_json_table ovr_json_path_places_table = OVR_JSON_TABLE(
	"path_places", struct ovr_report_path_places, rows, NULL);

json_t *
ovr_report_path_places_json(const struct ovr_report_path_places *places)
{
	return ovr_json_object(&ovr_json_path_places_table, places, NULL);
}

int
ovr_report_path_places_read(
	const json_t *object, struct ovr_report_path_places *ret_places, struct ovr_err *err)
{
	static const struct ovr_json_table *const table = &ovr_json_path_places_table;
	struct ovr_report_path_places places;
	int status = ovr_json_check(&table, 1, object, err);

	if (status == 0)
		status = ovr_json_read(table, object, &places, err);
	if (status != 0)
		return status;
	for (uint32_t i = 0; i < places.n_claims; i++)
		places.claim[i].frames = places.claim[i].frames_max;
	*ret_places = places;
	return 0;
}

void
ovr_report_path_places_done(struct ovr_report_path_places *places)
{
	ovr_json_forget(&ovr_json_path_places_table, places);
}
