/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/path_places.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

static json_t *
sample(void)
{
	struct ovr_kernel_claim claim = { .place = OVR_PLACE_RX_NETFILTER,
		.layer = OVR_KERNEL_NFTABLES,
		.object = "inet ovr forward handle 2",
		.counter = "dropped",
		.frames_min = 60,
		.frames_max = 61,
		.unit = OVR_KERNEL_SKB,
		.source = "nftables",
		.why = "a rule dropped them" };
	char note[1][OVR_KERNEL_NOTE_BYTES] = { "it does not tell" };
	struct ovr_report_path_places places = { &claim, 1, note, 1 };
	json_t *object = ovr_report_path_places_json(&places);

	cr_assert_not_null(object);
	return object;
}

Test(path_places, what_is_written_is_read_back)
{
	json_t *object = sample();
	struct ovr_report_path_places places;
	struct ovr_err err;

	cr_assert_eq(ovr_report_path_places_read(object, &places, &err), 0, "%s", err.text);
	cr_assert_eq(places.n_claims, 1);
	cr_assert_eq(places.claim[0].place, OVR_PLACE_RX_NETFILTER);
	cr_assert_eq(places.claim[0].layer, OVR_KERNEL_NFTABLES);
	cr_assert_eq(places.claim[0].unit, OVR_KERNEL_SKB);
	cr_assert_eq(places.claim[0].frames_min, 60);
	cr_assert_eq(places.claim[0].frames_max, 61);
	cr_assert_eq(places.claim[0].frames, 61);
	cr_assert_str_eq(places.claim[0].object, "inet ovr forward handle 2");
	cr_assert_eq(places.n_notes, 1);
	cr_assert_str_eq(places.note[0], "it does not tell");
	ovr_report_path_places_done(&places);
	json_decref(object);
}

Test(path_places, texts_of_another_host_are_plain)
{
	json_t *object = sample();
	struct ovr_report_path_places places;
	struct ovr_err err;

	json_object_set_new(
		json_array_get(json_object_get(object, "places"), 0), "object", json_string("rule \x1b[2J"));
	json_array_set_new(json_object_get(object, "unknown"), 0, json_string("two\nlines"));
	cr_assert_eq(ovr_report_path_places_read(object, &places, &err), 0, "%s", err.text);
	cr_assert_str_eq(places.claim[0].object, "rule ?[2J");
	cr_assert_str_eq(places.note[0], "two?lines");
	ovr_report_path_places_done(&places);
	json_decref(object);
}

Test(path_places, what_is_none_is_refused)
{
	struct ovr_report_path_places places = { .n_claims = 7 };
	json_t *object = sample();
	struct ovr_err err = { .text = "" };
	char text[OVR_KERNEL_NOTE_BYTES + 1];

	json_object_set_new(
		json_array_get(json_object_get(object, "places"), 0), "place", json_string("rx.nowhere"));
	cr_assert_eq(ovr_report_path_places_read(object, &places, &err), -EINVAL);
	cr_assert_neq(err.text[0], '\0');
	json_object_set_new(object, "places", json_array());
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	json_array_set_new(json_object_get(object, "unknown"), 0, json_string(text));
	cr_assert_eq(ovr_report_path_places_read(object, &places, &err), -EINVAL);
	json_object_del(object, "unknown");
	cr_assert_eq(ovr_report_path_places_read(object, &places, &err), -EINVAL);
	cr_assert_eq(places.n_claims, 7);
	json_decref(object);
}
