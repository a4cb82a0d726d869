/* SPDX-License-Identifier: BSD-3-Clause */
#include "path/arrivals.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

static void
expect_text(const uint32_t *number, size_t n, const char *expected)
{
	struct ovr_path_arrivals arrivals = { 0 }, again = { 0 };
	char *text;

	for (size_t i = 0; i < n; i++)
		cr_assert_eq(ovr_path_arrivals_add(&arrivals, number[i]), 1);
	text = ovr_path_arrivals_print(&arrivals);
	cr_assert_str_eq(text, expected);
	cr_assert_eq(ovr_path_arrivals_parse(text, &again), 0);
	cr_assert_eq(again.end, arrivals.end);
	for (uint32_t i = 0; i < 10000; i++)
		cr_assert_eq(ovr_path_arrivals_have(&again, i), ovr_path_arrivals_have(&arrivals, i));
	free(text);
	ovr_path_arrivals_done(&arrivals);
	ovr_path_arrivals_done(&again);
}

Test(arrivals, a_list_is_read_as_it_was_written)
{
	expect_text(NULL, 0, "0");
	expect_text((const uint32_t[]){ 0 }, 1, "1");
	expect_text((const uint32_t[]){ 3, 4 }, 2, "81");
	expect_text((const uint32_t[]){ 66, 1 }, 2, "20000000000000004");
	struct ovr_path_arrivals arrivals = { 0 };
	char *text;

	cr_assert_eq(ovr_path_arrivals_add(&arrivals, 9999), 1);
	cr_assert_eq(ovr_path_arrivals_add(&arrivals, 9999), 0);
	cr_assert_not(ovr_path_arrivals_have(&arrivals, 9998));
	cr_assert_not(ovr_path_arrivals_have(&arrivals, 10000));
	text = ovr_path_arrivals_print(&arrivals);
	cr_assert_eq(strlen(text), 2500);
	free(text);
	ovr_path_arrivals_done(&arrivals);
}

Test(arrivals, numbers_have_an_end)
{
	struct ovr_path_arrivals arrivals = { 0 };

	cr_assert_eq(ovr_path_arrivals_add(&arrivals, OVR_PATH_NUMBERS_MAX - 1), 1);
	cr_assert_eq(ovr_path_arrivals_add(&arrivals, OVR_PATH_NUMBERS_MAX), -ERANGE);
	cr_assert_eq(ovr_path_arrivals_add(&arrivals, UINT32_MAX), -ERANGE);
	cr_assert(ovr_path_arrivals_have(&arrivals, OVR_PATH_NUMBERS_MAX - 1));
	ovr_path_arrivals_done(&arrivals);
}

Test(arrivals, what_is_no_list_is_refused)
{
	static const char *const text[] = { "", "g", "A", "12 ", "-1", "0x1" };
	struct ovr_path_arrivals arrivals = { .end = 7 };

	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		cr_assert_eq(ovr_path_arrivals_parse(text[i], &arrivals), -EINVAL, "%s", text[i]);
	cr_assert_eq(arrivals.end, 7);
}

/*
 * Ten probes to a destination one hop away. 1 and 4 never came there, answers to 2, 6 and 9 were
 * lost; the first one looked for the distance.
 */
static void
fill(struct ovr_path_probe probe[10])
{
	static const bool has_come[10] = { true, false, true, true, false, true, true, true, true, true };
	static const bool is_answered[10] = { true, false, false, true, false, true, false, true, true,
		false };
	struct ovr_path_arrivals arrivals = { 0 };

	for (uint32_t i = 0; i < 10; i++) {
		probe[i] = (struct ovr_path_probe){ .sent_ns = i,
			.ttl = 1,
			.address = is_answered[i],
			.answer = is_answered[i] ? OVR_PATH_DESTINATION : OVR_PATH_MISSING,
			.is_search = i == 0 };
		if (has_come[i])
			ovr_path_arrivals_add(&arrivals, i);
	}
	ovr_path_arrivals_mark(&arrivals, probe, 10);
	ovr_path_arrivals_done(&arrivals);
}

Test(arrivals, with_a_list_each_probe_has_its_direction)
{
	struct ovr_path_probe probe[10];
	struct ovr_path path;

	fill(probe);
	ovr_path_judge(probe, 10, OVR_PATH_ALL_FLOWS, &path);
	cr_assert(path.has_direction && path.is_listed);
	cr_assert_eq(path.hop[0].sent, 9);
	cr_assert_eq(path.hop[0].missing, 5);
	cr_assert_eq(path.forward_missing, 2);
	cr_assert_eq(path.backward_missing, 3);
	cr_assert_eq(path.undirected_missing, 0);
	cr_assert_eq(path.n_faults, 0);
}

Test(arrivals, a_probe_of_which_nothing_is_known_leaves_the_direction_unknown)
{
	struct ovr_path_probe probe[10];
	struct ovr_path path;

	fill(probe);
	probe[9].arrival = OVR_PATH_ARRIVAL_UNKNOWN;
	ovr_path_judge(probe, 10, OVR_PATH_ALL_FLOWS, &path);
	cr_assert_not(path.has_direction || path.is_listed);
	cr_assert_eq(path.forward_missing + path.backward_missing, 0);
}

Test(arrivals, who_answers_what_never_came_is_another_host)
{
	struct ovr_path_probe probe[10];
	struct ovr_path path;

	fill(probe);
	probe[1].answer = OVR_PATH_PORT_UNREACHABLE;
	probe[1].address = 2;
	ovr_path_judge(probe, 10, OVR_PATH_ALL_FLOWS, &path);
	cr_assert_not(path.has_direction);
	cr_assert_eq(path.forward_missing + path.backward_missing, 0);
	cr_assert_eq(path.fault[path.n_faults - 1].kind, OVR_PATH_FAULT_OTHER_HOST);
	cr_assert_eq(path.fault[path.n_faults - 1].address, 2);
	cr_assert_str_eq(ovr_path_fault_name(OVR_PATH_FAULT_OTHER_HOST), "other host");
}

Test(arrivals, rows_without_a_round_have_no_verdict)
{
	struct ovr_path_probe probe[10];
	struct ovr_path path;

	fill(probe);
	ovr_path_judge(probe, 1, OVR_PATH_ALL_FLOWS, &path);
	cr_assert_eq(path.n_hops, 1);
	cr_assert_eq(path.hop[0].sent, 0);
	cr_assert_eq(path.hop[0].n_addresses, 1);
	cr_assert_eq(path.verdict, OVR_PATH_UNDECIDED);
	cr_assert_not(path.has_direction);
}
