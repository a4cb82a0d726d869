/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/tcp_impact.h"

#include <string.h>

#include "support/result_sample.h"
#include "support/saved_sample.h"
#include "support/tcp_flow_sample.h"

/* @param add makes flows; NULL: none @return the text of what a sample means; to be freed */
static char *
text_with(struct ovr_result *result, void (*add)(struct ovr_tcp_impact *impact))
{
	const struct ovr_tcp_impact_question question = ovr_tcp_impact_usual();
	struct ovr_saved saved = saved_of(result);
	struct ovr_tcp_impact impact = { 0 };
	struct ovr_err err = { "" };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(ovr_tcp_impact_of(saved.root, "r.json", &question, &impact, &err), 0, "%s", err.text);
	if (add != NULL)
		add(&impact);
	cr_assert_eq(ovr_report_tcp_impact_text(&impact, out, &err), 0, "%s", err.text);
	fclose(out);
	ovr_tcp_impact_done(&impact);
	ovr_saved_close(&saved);
	sample_free(result);
	return text;
}

static char *
text_of(struct ovr_result *result)
{
	return text_with(result, NULL);
}

static void
assert_says(struct ovr_result *result, const char *words)
{
	char *text = text_of(result);

	cr_assert_not_null(strstr(text, words), "\"%s\" is not in: %s", words, text);
	free(text);
}

Test(tcp_impact, losses_are_periods_and_events)
{
	assert_says(sample_loss(), "lost        192,884 of 74,404,761 frames");
	assert_says(sample_loss(), "in 11 loss periods, 11 of them with their times");
}

Test(tcp_impact, no_loss_is_a_bound)
{
	assert_says(sample_pass(), "rates are lower bounds");
	assert_says(sample_pass(), " at least\n");
}

Test(tcp_impact, of_a_void_result_nothing_is_known)
{
	char *text = text_of(sample_void());

	cr_assert_not_null(strstr(text, "unknown: the result is void: "), "%s", text);
	cr_assert_null(strstr(text, "RTT"), "%s", text);
	free(text);
}

Test(tcp_impact, bbr_has_no_formula)
{
	assert_says(sample_loss(), "bbr    unknown: its rate follows the bottleneck");
}

/* The hop's two drops within a round trip are one event. */
Test(tcp_impact, measured_flows_stand_beside_their_prediction)
{
	static const char *const words[] = { "Measured: flows of TCP of this kernel, Linux 6.12.1; predicted",
		"RTT, flow", "20.0 ms cubic", " 5.00 Mb/s ", "   1   21.5 ms  10.0 s\n",
		"20.0 ms bbr unknown: the kernel refuses bbr: No such file or directory\n" };
	char *text = text_with(sample_loss(), sample_flows);

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		cr_expect_not_null(strstr(text, words[i]), "\"%s\" is not in: %s", words[i], text);
	free(text);
}

static void
impaired_flows(struct ovr_tcp_impact *impact)
{
	sample_flows(impact);
	snprintf(impact->impaired, sizeof(impact->impaired), "drop=3%%");
}

static void
disordered_flows(struct ovr_tcp_impact *impact)
{
	sample_flows(impact);
	impact->measured.reordered = 1;
}

static void
ordered_flows(struct ovr_tcp_impact *impact)
{
	sample_flows(impact);
	impact->measured.reordered = impact->measured.duplicate = 0;
}

/* The prediction is of the trial; the flow met something else, or less. */
Test(tcp_impact, what_the_flows_met_is_said_where_it_is_not_what_the_trial_met)
{
	char *text = text_with(sample_loss(), impaired_flows);

	cr_assert_not_null(strstr(text, "did drop=3% in place of the trial's losses"), "%s", text);
	free(text);
	text = text_with(sample_loss(), disordered_flows);
	cr_assert_not_null(strstr(text, "It did not reorder or duplicate as in the trial"), "%s", text);
	free(text);
	text = text_with(sample_loss(), ordered_flows);
	cr_assert_null(strstr(text, "The hop "), "%s", text);
	free(text);
}

Test(tcp_impact, without_flows_nothing_is_said_of_them)
{
	char *text = text_of(sample_loss());

	cr_assert_null(strstr(text, "Measured"), "%s", text);
	free(text);
}
