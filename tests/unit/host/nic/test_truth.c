/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/truth.h"

#include <criterion/criterion.h>

static const struct ovr_nic_meaning ring = { OVR_NIC_KIND_LOSS, OVR_NIC_TRUST_UNVERIFIED, OVR_PLACE_RX_RING,
	"ring full" };
static const struct ovr_nic_meaning errors = { OVR_NIC_KIND_LOSS, OVR_NIC_TRUST_UNVERIFIED,
	OVR_PLACE_RX_ERRORS, "bad FCS" };
static const struct ovr_nic_meaning unknown = { OVR_NIC_KIND_OTHER, OVR_NIC_TRUST_UNVERIFIED, OVR_PLACE_COUNT,
	"" };

/* 500 and 9,000 frames lost, read early and late. */
#define TRIALS(early_a, early_b, late_a, late_b)                                               \
	{                                                                                      \
		{ 500, early_a, false, false, false }, { 9000, early_b, false, false, false }, \
			{ 500, late_a, false, true, false },                                   \
		{                                                                              \
			9000, late_b, false, true, false                                       \
		}                                                                              \
	}

Test(truth, a_counter_of_a_queue_that_always_matches_is_exact)
{
	static const struct ovr_nic_truth_trial trial[] = TRIALS(500, 9000, 500, 9000);
	struct ovr_nic_truth truth = ovr_nic_truth_of(trial, 4, 0, &ring);

	cr_assert_eq(truth.worth, OVR_NIC_WORTH_EXACT);
	cr_assert_eq(truth.n_trials, 4);
	cr_assert_eq(truth.error_min, 0);
	cr_assert_eq(truth.error_max, 0);
}

Test(truth, a_counter_of_the_port_that_always_matches_is_exact_of_the_port_only)
{
	static const struct ovr_nic_truth_trial trial[] = TRIALS(500, 9000, 500, 9000);

	cr_assert_eq(ovr_nic_truth_of(trial, 4, -1, &ring).worth, OVR_NIC_WORTH_PORT);
}

Test(truth, a_counter_that_is_right_only_after_the_long_settling_time_is_late)
{
	static const struct ovr_nic_truth_trial trial[] = TRIALS(0, 8100, 500, 9000);
	struct ovr_nic_truth truth = ovr_nic_truth_of(trial, 4, 0, &ring);

	cr_assert_eq(truth.worth, OVR_NIC_WORTH_LATE);
	cr_assert_eq(truth.error_min, -900);
	cr_assert_eq(truth.error_max, 0);
}

Test(truth, a_counter_that_never_moved_is_always_zero)
{
	static const struct ovr_nic_truth_trial trial[] = TRIALS(0, 0, 0, 0);

	cr_assert_eq(ovr_nic_truth_of(trial, 4, -1, &ring).worth, OVR_NIC_WORTH_ZERO);
	cr_assert_eq(ovr_nic_truth_of(trial, 4, -1, &unknown).worth, OVR_NIC_WORTH_ZERO);
}

Test(truth, a_zero_of_a_counter_of_another_place_is_as_it_should_be)
{
	static const struct ovr_nic_truth_trial trial[] = TRIALS(0, 0, 0, 0);

	cr_assert_eq(ovr_nic_truth_of(trial, 4, -1, &errors).worth, OVR_NIC_WORTH_ELSEWHERE);
}

Test(truth, a_counter_that_claims_another_number_is_wrong_and_by_how_much)
{
	static const struct ovr_nic_truth_trial trial[] = TRIALS(500, 9000, 1000, 18000);
	struct ovr_nic_truth truth = ovr_nic_truth_of(trial, 4, 0, &ring);

	cr_assert_eq(truth.worth, OVR_NIC_WORTH_WRONG);
	cr_assert_eq(truth.error_min, 0);
	cr_assert_eq(truth.error_max, 9000);
}

Test(truth, one_match_may_be_an_accident)
{
	static const struct ovr_nic_truth_trial once[] = { { 500, 500, false, true, false } };
	static const struct ovr_nic_truth_trial same[] = { { 500, 500, false, true, false },
		{ 500, 500, false, true, false } };
	static const struct ovr_nic_truth_trial accident[] = { { 500, 500, false, true, false },
		{ 9000, 500, false, true, false } };

	cr_assert_eq(ovr_nic_truth_of(once, 1, 0, &ring).worth, OVR_NIC_WORTH_UNTRIED);
	cr_assert_eq(ovr_nic_truth_of(same, 2, 0, &ring).worth, OVR_NIC_WORTH_UNTRIED);
	cr_assert_eq(ovr_nic_truth_of(accident, 2, 0, &ring).worth, OVR_NIC_WORTH_WRONG);
	cr_assert_eq(ovr_nic_truth_of(NULL, 0, 0, &ring).worth, OVR_NIC_WORTH_UNTRIED);
}

Test(truth, parts_that_are_exact_together_are_not_wrong)
{
	static const struct ovr_nic_truth_trial part[] = { { 500, 100, false, true, true },
		{ 9000, 9000, false, true, true } };
	static const struct ovr_nic_truth_trial unbalanced[] = { { 500, 100, false, true, false },
		{ 9000, 9000, false, true, true } };

	cr_assert_eq(ovr_nic_truth_of(part, 2, 0, &ring).worth, OVR_NIC_WORTH_PART);
	cr_assert_eq(ovr_nic_truth_of(unbalanced, 2, 0, &ring).worth, OVR_NIC_WORTH_WRONG);
}

Test(truth, a_counter_that_that_was_reset_is_wrong)
{
	static const struct ovr_nic_truth_trial trial[] = { { 500, 500, false, true, false },
		{ 9000, 9000, true, true, false } };

	cr_assert_eq(ovr_nic_truth_of(trial, 2, 0, &ring).worth, OVR_NIC_WORTH_WRONG);
}

Test(truth, an_unknown_counter_that_moved_by_something_else_counts_elsewhere)
{
	static const struct ovr_nic_truth_trial trial[] = TRIALS(3, 2, 4, 3);

	cr_assert_eq(ovr_nic_truth_of(trial, 4, -1, &unknown).worth, OVR_NIC_WORTH_ELSEWHERE);
}

Test(truth, an_unknown_counter_that_matches_is_found)
{
	static const struct ovr_nic_truth_trial trial[] = TRIALS(500, 9000, 500, 9000);

	cr_assert_eq(ovr_nic_truth_of(trial, 4, 2, &unknown).worth, OVR_NIC_WORTH_EXACT);
}

Test(truth, trials_without_loss_on_its_queue_do_not_count)
{
	static const struct ovr_nic_truth_trial trial[] = { { 0, 0, false, true, true },
		{ 500, 500, false, true, true }, { 0, 0, false, true, true },
		{ 9000, 9000, false, true, true } };

	cr_assert_eq(ovr_nic_truth_of(trial, 4, 1, &ring).worth, OVR_NIC_WORTH_EXACT);
	cr_assert_eq(ovr_nic_truth_of(trial, 4, 1, &ring).n_trials, 2);
}

/* The row that these trials make, of a driver "madeup". */
static const char *
row_of(const char *name, bool driver_counts, bool is_alias, enum ovr_nic_worth worth,
	const struct ovr_nic_meaning *meaning)
{
	static char row[160];
	struct ovr_nic_truth_subject subject = { "madeup", name, driver_counts, is_alias };
	struct ovr_nic_truth truth = { .worth = worth };

	return ovr_nic_truth_row(row, sizeof(row), &subject, &truth, meaning);
}

Test(truth, the_row_is_data_for_the_table_of_drivers)
{
	cr_assert_str_eq(row_of("rx_queue_12_drops", true, false, OVR_NIC_WORTH_EXACT, &ring),
		"driver=madeup source=driver counter=\"rx_queue_#_drops\" kind=loss place=rx.ring "
		"trust=\"exact\"");
	cr_assert_str_eq(row_of("rx_missed_errors", false, false, OVR_NIC_WORTH_ZERO, &unknown),
		"driver=madeup source=link counter=\"rx_missed_errors\" kind=loss place=rx.ring trust=\"not "
		"implemented\"");
	cr_assert_str_eq(row_of("rx_dropped", false, true, OVR_NIC_WORTH_PORT, &ring),
		"driver=madeup source=link counter=\"rx_dropped\" kind=alias place=rx.ring "
		"trust=\"port-level only\"");
	cr_assert_str_eq(row_of("imissed", true, false, OVR_NIC_WORTH_LATE, &ring),
		"driver=madeup source=driver counter=\"imissed\" kind=loss place=rx.ring trust=\"port-level "
		"only\" "
		"late=yes");
}

Test(truth, what_the_table_says_already_has_no_row)
{
	static const struct ovr_nic_meaning known = { OVR_NIC_KIND_LOSS, OVR_NIC_TRUST_EXACT,
		OVR_PLACE_RX_RING, "ring full" };

	cr_assert_str_eq(row_of("rx_queue_12_drops", true, false, OVR_NIC_WORTH_EXACT, &known), "");
	cr_assert_str_neq(row_of("rx_queue_12_drops", true, false, OVR_NIC_WORTH_WRONG, &known), "");
	cr_assert_str_neq(row_of("rx_queue_12_drops", true, true, OVR_NIC_WORTH_EXACT, &known), "");
}

Test(truth, what_the_trials_did_not_try_has_no_row)
{
	cr_assert_str_eq(row_of("rx_crc_errors", false, false, OVR_NIC_WORTH_ELSEWHERE, &errors), "");
	cr_assert_str_eq(row_of("imissed", true, false, OVR_NIC_WORTH_UNTRIED, &ring), "");
	cr_assert_str_eq(ovr_nic_worth_name(OVR_NIC_WORTH_UNTRIED), "untried");
}
