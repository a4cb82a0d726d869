/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "report/tcp_impact.h"
#include "support/result_sample.h"
#include "support/saved_sample.h"

#define SIZES "{\"rx\":512,\"rx_mini\":0,\"rx_jumbo\":0,\"tx\":512}"

static struct ovr_tcp_impact
impact_of(struct ovr_result *result)
{
	const struct ovr_tcp_impact_question question = ovr_tcp_impact_usual();
	struct ovr_saved saved = saved_of(result);
	struct ovr_tcp_impact impact = { 0 };
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_tcp_impact_of(saved.root, "r.json", &question, &impact, &err), 0, "%s", err.text);
	ovr_saved_close(&saved);
	return impact;
}

Test(tcp_impact_read, counts_and_periods_are_those_of_the_result)
{
	struct ovr_result *result = sample_loss();
	struct ovr_tcp_impact impact = impact_of(result);

	cr_assert_eq(impact.measured.sent, 74404761);
	cr_assert_eq(impact.measured.lost, 192884);
	cr_assert_eq(impact.measured.n_periods, 11);
	cr_assert_eq(impact.measured.n_losses, 11);
	cr_assert_eq(impact.measured.line_bps, 10000000000);
	cr_assert_str_eq(impact.unknown, "");
	ovr_tcp_impact_done(&impact);
	sample_free(result);
}

Test(tcp_impact_read, arrivals_that_three_frames_overtook_are_counted)
{
	struct ovr_result *result = sample_pass();
	struct ovr_tcp_impact impact;

	result->total.reorder.frames = 10;
	result->total.reorder.exactly_n[2] = 4;
	result->total.reorder.exactly_n[3] = 3;
	result->total.reorder.exactly_n[64] = 2;
	impact = impact_of(result);
	cr_assert_eq(impact.measured.three_reordered, 5);
	ovr_tcp_impact_done(&impact);
	sample_free(result);
}

/* as of many losses within the window of a tracker */
Test(tcp_impact_read, a_period_whose_time_is_forgotten_is_dated_by_its_number)
{
	struct ovr_result *result = sample_loss();
	uint64_t sent = result->stream[0].sent;
	struct ovr_tcp_impact impact;

	for (uint64_t i = 0; i < result->n_periods; i++)
		result->period[i].before_tx_ns = 0;
	impact = impact_of(result);
	for (uint64_t i = 0; i < result->n_periods; i++) {
		double expected = (double)result->period[i].first_seq / (double)sent *
			(double)result->duration_ns;

		cr_assert_float_eq((double)impact.measured.loss[i].start_ns, expected, 2);
	}
	cr_assert_eq(impact.rtt[0].n_outages, 0);
	ovr_tcp_impact_done(&impact);
	sample_free(result);
}

/* one frame, and a sender that stood still for a second beside it */
Test(tcp_impact_read, a_sender_that_stands_still_is_no_outage)
{
	struct ovr_result *result = sample_loss();
	struct ovr_tcp_impact impact;

	result->period[0].after_tx_ns = result->period[0].before_tx_ns + 1000000000;
	impact = impact_of(result);
	cr_assert_eq(impact.rtt[0].n_outages, 0);
	ovr_tcp_impact_done(&impact);
	sample_free(result);
}

Test(tcp_impact_read, a_void_result_says_why_nothing_is_known)
{
	struct ovr_result *result = sample_void();
	struct ovr_tcp_impact impact = impact_of(result);

	cr_assert_eq(strncmp(impact.unknown, "the result is void: ", 20), 0, "%s", impact.unknown);
	cr_assert_eq(impact.n_rtts, 0);
	ovr_tcp_impact_done(&impact);
	sample_free(result);
}

Test(tcp_impact_read, counts_that_contradict_each_other_are_unknown)
{
	struct ovr_result *result = sample_loss();
	struct ovr_tcp_impact impact;

	result->total.loss.frames = 1;
	impact = impact_of(result);
	cr_assert_str_eq(impact.unknown, "the counts of the result contradict each other");
	ovr_tcp_impact_done(&impact);
	sample_free(result);
}

Test(tcp_impact_read, a_document_of_another_command_is_refused)
{
	const struct ovr_tcp_impact_question question = ovr_tcp_impact_usual();
	static const char rings[] =
		"{\"schema\":\"overrun.ring/1\",\"command\":\"ring set\",\"changes\":[{\"name\":\"eth0\","
		"\"driver\":\"ixgbe\",\"changed\":false,\"before\":" SIZES ",\"asked\":" SIZES
		",\"took\":" SIZES ",\"saved\":null,\"link\":null,\"counters\":null}]}";
	char path[] = "/tmp/overrun-tcp-impact-XXXXXX";
	int fd = mkstemp(path);
	struct ovr_tcp_impact impact = { 0 };
	struct ovr_err err = { "" };

	cr_assert_eq(write(fd, rings, sizeof(rings) - 1), (ssize_t)sizeof(rings) - 1);
	close(fd);
	cr_assert_eq(ovr_tcp_impact_read(path, &question, &impact, &err), -EINVAL);
	cr_assert_not_null(strstr(err.text, "found overrun.ring/1 of \"ring set\", accepted: a result of "),
		"%s", err.text);
	unlink(path);
}
