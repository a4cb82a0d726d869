/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/digest_json.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "support/result_sample.h"

static struct ovr_result_digest digest, again;
static struct ovr_err err;

static void
make(void)
{
	struct ovr_result *result = sample_loss();

	digest = ovr_result_digest_of(result);
	digest.number = 7;
	digest.attempt = 2;
	snprintf(digest.label, sizeof(digest.label), "ring 512, again");
	sample_free(result);
}

TestSuite(digest_json, .init = make);

Test(digest_json, a_digest_has_the_figures_of_its_trial)
{
	cr_assert_eq(digest.sent, 74404761);
	cr_assert_eq(digest.unique, 74211877);
	cr_assert_eq(digest.lost, 192884);
	cr_assert_eq(digest.unexplained, 0);
	cr_assert_eq(digest.frames_at[OVR_PLACE_RX_RING], 192884);
	cr_assert_eq(digest.verdict, OVR_VERDICT_LOSS);
	cr_assert_eq(digest.rx.n, 14);
	cr_assert_eq(digest.rx.total_ns, 14500000);
	cr_assert_eq(digest.rx.longest_ns, 2840000);
	cr_assert_eq(digest.rx.n_asked, 0);
	cr_assert_str_eq(digest.size, "64");
	cr_assert_str_eq(digest.rate, "100%");
	cr_assert_str_eq(digest.stall, "none");
	cr_assert_eq(digest.rxd, 1024);
}

Test(digest_json, what_was_written_is_read_back)
{
	json_t *object = ovr_json_digest(&digest);

	cr_assert_eq(ovr_json_digest_read(object, &again, &err), 0, "%s", err.text);
	cr_assert_eq(again.number, 7);
	cr_assert_eq(again.attempt, 2);
	cr_assert_str_eq(again.label, "ring 512, again");
	cr_assert_eq(again.frames_at[OVR_PLACE_RX_RING], 192884);
	json_decref(object);
	/* and is written as before, every key */
	object = ovr_json_digest(&digest);
	cr_assert(json_equal(object, ovr_json_digest(&again)));
	cr_assert_eq(json_integer_value(json_object_get(object, "lost")), 192884);
	cr_assert_eq(json_integer_value(json_object_get(json_object_get(object, "asked"), "rxd")), 1024);
	cr_assert_eq(json_integer_value(json_object_get(json_object_get(object, "rx_stalls"), "longest_ns")),
		2840000);
	json_decref(object);
}

Test(digest_json, what_is_no_digest_is_refused_and_nothing_is_changed)
{
	json_t *object = ovr_json_digest(&digest);

	again = digest;
	json_object_set_new(object, "sent", json_integer(-1));
	cr_assert_eq(ovr_json_digest_read(object, &again, &err), -EINVAL);
	cr_assert_str_eq(err.text,
		"trial: \"sent\" is missing or of another kind, accepted: what a result of this version has");
	json_object_set_new(object, "sent", json_integer(1));
	json_object_set_new(object, "verdict", json_string("maybe"));
	cr_assert_eq(ovr_json_digest_read(object, &again, &err), -EINVAL);
	json_object_set_new(object, "verdict", json_string("pass"));
	json_object_set_new(json_object_get(object, "asked"), "rxq", json_integer(65536));
	cr_assert_eq(ovr_json_digest_read(object, &again, &err), -EINVAL);
	json_object_del(object, "asked");
	cr_assert_eq(ovr_json_digest_read(object, &again, &err), -EINVAL);
	cr_assert_eq(memcmp(&again, &digest, sizeof(digest)), 0);
	json_decref(object);
}
