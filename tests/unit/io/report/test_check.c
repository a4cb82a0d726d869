/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/check.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* RFC 5236's example and RFC 3611's burst of 12 frames as if one capture had shown both. */
static struct ovr_capture_account
sample(void)
{
	struct ovr_capture_account account = { .trial_id = 0x5eed1234, .frames = 66, .ours = 66 };
	uint64_t *displaced = account.density.displaced + OVR_SEQ_DENSITY_THRESHOLD;

	account.total.unique = 58;
	account.total.loss.frames = 6;
	account.total.loss.periods = 6;
	account.total.loss.longest = 1;
	account.total.reorder.frames = 2;
	displaced[-2] = displaced[-1] = displaced[1] = displaced[2] = 1;
	displaced[0] = 4;
	account.density.displaced_frames = 8;
	account.density.occupancy[0] = 5;
	account.density.occupancy[1] = 2;
	account.density.occupancy[2] = 1;
	account.density.occupancy_frames = 8;
	account.burst = (struct ovr_seq_loss_burst){ 1, 2, 12, 52, 4, 2 };
	return account;
}

static char *
text_of(const struct ovr_capture_account *account)
{
	struct ovr_err err = { "" };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(ovr_report_check_text(account, "a.pcap", out, &err), 0, "%s", err.text);
	fclose(out);
	return text;
}

static json_t *
json_of(const struct ovr_capture_account *account)
{
	struct ovr_err err = { "" };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	json_t *object;

	cr_assert_eq(ovr_report_check_json(account, "a.pcap", out, &err), 0, "%s", err.text);
	fclose(out);
	object = json_loads(text, 0, NULL);
	cr_assert_not_null(object);
	free(text);
	return object;
}

static void
assert_pair(const json_t *list, size_t at, json_int_t value, double share)
{
	const json_t *pair = json_array_get(list, at);

	cr_assert_eq(json_integer_value(json_array_get(pair, 0)), value, "entry %zu", at);
	cr_assert_eq(json_real_value(json_array_get(pair, 1)), share, "entry %zu", at);
}

Test(check, the_text_says_how_far_frames_were_displaced)
{
	struct ovr_capture_account account = sample();
	char *text = text_of(&account);

	cr_expect_not_null(strstr(text, "displaced              4   by -2 to +2\n"), "%s", text);
	free(text);
}

Test(check, without_loss_the_text_says_how_many_waited_too)
{
	struct ovr_capture_account account = sample();
	char *text;

	account.total.loss.frames = 0;
	text = text_of(&account);
	cr_expect_not_null(strstr(text, "   by -2 to +2; putting them in order holds up to 2\n"), "%s", text);
	free(text);
}

Test(check, the_text_says_what_the_densities_leave_out)
{
	struct ovr_capture_account account = sample();
	char *text;

	account.density.beyond = 7;
	account.density_left_out = 5;
	text = text_of(&account);
	cr_expect_not_null(
		strstr(text, "by -2 to +2; 7 by more than 100; without 5 more streams\n"), "%s", text);
	free(text);
}

Test(check, the_text_tells_bursts_from_gaps)
{
	struct ovr_capture_account account = sample();
	char *text = text_of(&account);

	cr_expect_not_null(
		strstr(text, "1   4 lost of 12 frames in them, 2 of 52 in gaps (Gmin 16)\n"), "%s", text);
	free(text);
}

Test(check, without_loss_or_reordering_the_text_has_neither)
{
	struct ovr_capture_account account = sample();
	char *text;

	account.total.loss.frames = account.total.loss.periods = 0;
	account.total.reorder.frames = 0;
	text = text_of(&account);
	cr_expect_null(strstr(text, "displaced"), "%s", text);
	cr_expect_null(strstr(text, "bursts"), "%s", text);
	free(text);
}

Test(check, the_json_has_the_densities_as_shares)
{
	struct ovr_capture_account account = sample();
	json_t *object = json_of(&account);
	const json_t *rd = json_object_get(object, "reorder_density");
	const json_t *rbd = json_object_get(object, "buffer_density");

	cr_assert_eq(json_integer_value(json_object_get(object, "dt")), 100);
	cr_assert_eq(json_array_size(rd), 5);
	assert_pair(rd, 0, -2, .125);
	assert_pair(rd, 1, -1, .125);
	assert_pair(rd, 2, 0, .5);
	assert_pair(rd, 3, 1, .125);
	assert_pair(rd, 4, 2, .125);
	cr_assert_eq(json_array_size(rbd), 3);
	assert_pair(rbd, 0, 0, .625);
	assert_pair(rbd, 1, 1, .25);
	assert_pair(rbd, 2, 2, .125);
	json_decref(object);
}

Test(check, the_json_has_bursts_and_gaps_with_their_densities)
{
	struct ovr_capture_account account = sample();
	json_t *object = json_of(&account);
	const json_t *burst = json_object_get(object, "loss_bursts");

	cr_expect_eq(json_integer_value(json_object_get(burst, "gmin")), 16);
	cr_expect_eq(json_integer_value(json_object_get(burst, "burst_density_256")), 85);
	cr_expect_eq(json_integer_value(json_object_get(burst, "gap_density_256")), 9);
	cr_expect_float_eq(json_real_value(json_object_get(burst, "burst_density")), .3333, .00005);
	cr_expect_float_eq(json_real_value(json_object_get(burst, "gap_density")), .03846, .000005);
	json_decref(object);
}

Test(check, bursts_that_are_not_known_are_null)
{
	struct ovr_capture_account account = sample();
	json_t *object;
	char *text;

	account.n_periods_dropped = 1;
	object = json_of(&account);
	cr_expect(json_is_null(json_object_get(object, "loss_bursts")));
	json_decref(object);
	text = text_of(&account);
	cr_expect_not_null(strstr(text, "not known: too many loss periods\n"), "%s", text);
	free(text);
}

Test(check, cut_frames_and_a_cut_file_are_said)
{
	struct ovr_capture_account account = sample();
	json_t *object;
	char *text;

	account.cut_short = 500;
	account.unchecked = 497;
	account.is_cut = true;
	text = text_of(&account);
	cr_expect_not_null(strstr(text,
				   "  cut short            500   of these 497 ours by their tag, with their "
				   "checksums unchecked\n"),
		"%s", text);
	cr_expect_not_null(strstr(text, "The file ends in the middle of a frame,"), "%s", text);
	free(text);
	object = json_of(&account);
	cr_expect_eq(json_integer_value(json_object_get(object, "unchecked")), 497);
	cr_expect(json_is_true(json_object_get(object, "file_is_cut")));
	json_decref(object);
}

Test(check, other_trials_are_named)
{
	struct ovr_capture_trial trial[] = { { 0x5eed1234, 66 }, { 0xabc, 1 } };
	struct ovr_capture_account account = sample();
	json_t *object;
	char *text;

	account.trial = trial;
	account.n_trials = 2;
	account.stale = 1;
	text = text_of(&account);
	cr_expect_not_null(
		strstr(text, "account for one with --trial-id:\n    0x00000abc             1 frame\n"), "%s",
		text);
	cr_expect_null(strstr(text, "    0x5eed1234 "), "%s", text);
	free(text);
	object = json_of(&account);
	cr_expect_eq(json_array_size(json_object_get(object, "trials")), 2);
	json_decref(object);
}
