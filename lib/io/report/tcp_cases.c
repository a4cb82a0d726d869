/* SPDX-License-Identifier: BSD-3-Clause */
/* The checks behind the verdict of a trial over TCP. */
#include "report/tcp.h"

#include "report/figure.h"

/* A check of a trial that is void is not judged. */
static void
add_check(struct ovr_cases *cases, bool is_void, bool holds, const char *name)
{
	ovr_cases_add(cases, is_void ? OVR_CASE_ASIDE : holds ? OVR_CASE_PASS : OVR_CASE_LOSS, 0, "%s", name);
	if (is_void)
		ovr_cases_say(cases, "not judged: the trial is void");
}

static void
add_connections(struct ovr_cases *cases, const struct ovr_segments_books *books, uint32_t n_connections)
{
	uint32_t n_open = books->n_in_state[OVR_SEGMENTS_ESTABLISHED];

	add_check(cases, books->verdict == OVR_VERDICT_VOID,
		n_open == n_connections && books->n_accepted >= n_open, "every connection is established");
	ovr_cases_say(cases, "%u of %u connections were established, %u accepted", n_open, n_connections,
		books->n_accepted);
}

static void
add_records(struct ovr_cases *cases, const struct ovr_segments_books *books)
{
	add_check(cases, books->verdict == OVR_VERDICT_VOID,
		books->records_read == books->records_written && books->records_corrupt == 0,
		"every record is delivered");
	ovr_cases_say(cases, "%s of %s records were read, %s arrived damaged",
		ovr_figure_count(books->records_read).text, ovr_figure_count(books->records_written).text,
		ovr_figure_count(books->records_corrupt).text);
}

static void
add_segments(struct ovr_cases *cases, const struct ovr_result_tcp *result)
{
	const struct ovr_segments_books *books = &result->books;
	uint64_t out = books->forward.out + books->backward.out;

	add_check(cases, books->verdict == OVR_VERDICT_VOID,
		!ovr_segments_is_beyond(books, result->plan.trial.max_loss_ppb),
		"loss of segments within the limit");
	ovr_cases_say(cases, "lost %s of %s segments on the way, %s dropped by the receiver's TCP, limit %s",
		ovr_figure_signed(books->lost_max).text, ovr_figure_count(out).text,
		ovr_figure_count(books->dropped_max).text,
		ovr_figure_ratio(result->plan.trial.max_loss_ppb, 1000000000).text);
	for (uint32_t i = 0; i < result->n_accounts; i++) {
		const struct ovr_ledger_account *account = &result->account[i].account;

		if (account->frames_max != 0)
			ovr_cases_say(cases, "%s of %s: %s segments (%s of %s)",
				ovr_ledger_place_name(account->place), account->port,
				ovr_figure_count(account->frames_max).text, account->counter,
				account->source);
	}
}

void
ovr_report_tcp_cases(const struct ovr_result_tcp *result, struct ovr_cases *cases)
{
	const struct ovr_segments_books *books = &result->books;
	struct ovr_result_environment environment = { .overrun_version = OVR_VERSION };

	if (result->begin_unix_ns != 0)
		snprintf(environment.started_utc, sizeof(environment.started_utc), "%.24s",
			ovr_figure_utc(result->begin_unix_ns).text);
	ovr_cases_begin(cases, &result->plan, &environment);
	ovr_cases_verdict(
		cases, books->verdict, result->total_ns, books->n_reasons != 0 ? books->reason[0] : "");
	for (uint32_t i = 1; i < books->n_reasons; i++)
		ovr_cases_say(cases, "%s", books->reason[i]);
	add_connections(cases, books, result->n_connections);
	add_records(cases, books);
	add_segments(cases, result);
}
