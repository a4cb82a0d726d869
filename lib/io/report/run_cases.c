/* SPDX-License-Identifier: BSD-3-Clause */
/* The checks behind the verdict of one trial. */
#include "report/report.h"

#include "report/figure.h"
#include "report/why.h"

/* "rx.ring of wire:1 queue 0: 192,884 frames (rx_q0_missed of wire): 11 stalls of core 1" */
static void
say_account(
	struct ovr_cases *cases, const struct ovr_result *result, const struct ovr_ledger_account *account)
{
	char queue[24] = "", range[OVR_UNITS_TEXT_BYTES + 8] = "", why[OVR_WHY_BYTES];

	if (account->queue >= 0)
		snprintf(queue, sizeof(queue), " queue %d", account->queue);
	if (account->frames_min != account->frames_max)
		snprintf(range, sizeof(range), "%s to ", ovr_figure_count(account->frames_min).text);
	ovr_report_why(why, sizeof(why), result, account);
	ovr_cases_say(cases, "%s%s%s%s: %s%s frames (%s of %s)%s%s", ovr_ledger_place_name(account->place),
		account->port[0] != '\0' ? " of " : "", account->port, queue, range,
		ovr_figure_count(account->frames_max).text, account->counter, account->source,
		why[0] != '\0' ? ": " : "", why);
}

/* Where the lost frames went. */
static void
say_owners(struct ovr_cases *cases, const struct ovr_result *result)
{
	const struct ovr_ledger *ledger = &result->ledger;

	for (uint32_t i = 0; i < ledger->n_accounts; i++)
		if (ledger->account[i].frames_max != 0 && !ovr_ledger_account_is_refused(&ledger->account[i]))
			say_account(cases, result, &ledger->account[i]);
	if (ledger->unexplained_min != ledger->unexplained_max)
		ovr_cases_say(cases, "unexplained: %s to %s frames",
			ovr_figure_signed(ledger->unexplained_min).text,
			ovr_figure_signed(ledger->unexplained_max).text);
	else if (ledger->unexplained != 0)
		ovr_cases_say(cases, "unexplained: %s frames: %s",
			ovr_figure_signed(ledger->unexplained).text,
			ovr_report_why_unexplained(ledger->unexplained));
}

/* What a check that passes rests on. */
static void
say_figures(struct ovr_cases *cases, const struct ovr_result *result, enum ovr_ledger_check check)
{
	const struct ovr_ledger *ledger = &result->ledger;
	const struct ovr_ledger_figures *f = &ledger->figures;

	switch (check) {
	case OVR_LEDGER_CHECK_BOOKS:
		ovr_cases_say(cases, "sent %s = unique %s + lost %s; explained %s, unexplained %s",
			ovr_figure_count(f->sent).text, ovr_figure_count(f->unique).text,
			ovr_figure_signed(ledger->lost).text, ovr_figure_signed(ledger->explained).text,
			ovr_figure_signed(ledger->unexplained).text);
		break;
	case OVR_LEDGER_CHECK_RATE:
		ovr_cases_say(cases, "attempted %s of %s scheduled frames, %s planned, tolerance %s",
			ovr_figure_count(f->attempted).text, ovr_figure_count(f->scheduled).text,
			ovr_figure_si(result->planned_pps, "pps").text,
			ovr_figure_ratio(result->plan.trial.tolerance_ppb, 1000000000).text);
		break;
	case OVR_LEDGER_CHECK_LOSS:
		ovr_cases_say(cases, "lost %s of %s frames, limit %s", ovr_figure_signed(ledger->lost).text,
			ovr_figure_count(f->sent).text,
			ovr_figure_ratio(result->plan.trial.max_loss_ppb, 1000000000).text);
		say_owners(cases, result);
		break;
	case OVR_LEDGER_CHECK_COURSE:
	case OVR_LEDGER_CHECKS:
		break;
	}
}

static void
add_check(struct ovr_cases *cases, const struct ovr_result *result, enum ovr_ledger_check check)
{
	static const char *const name[OVR_LEDGER_CHECKS] = {
		[OVR_LEDGER_CHECK_COURSE] = "nothing disturbed the trial",
		[OVR_LEDGER_CHECK_BOOKS] = "the books balance",
		[OVR_LEDGER_CHECK_RATE] = "sent at the planned rate",
		[OVR_LEDGER_CHECK_LOSS] = "loss within the limit",
	};
	const struct ovr_ledger *ledger = &result->ledger;
	enum ovr_case_outcome outcome = OVR_CASE_PASS;

	for (uint32_t i = 0; i < ledger->n_reasons; i++)
		if (ledger->check_of[i] == check)
			outcome = ovr_cases_outcome_of(ledger->verdict);
	if (check == OVR_LEDGER_CHECK_LOSS && ledger->verdict == OVR_VERDICT_VOID) {
		ovr_cases_add(cases, OVR_CASE_ASIDE, 0, "%s", name[check]);
		ovr_cases_say(cases, "not judged: the trial is void");
		return;
	}
	ovr_cases_add(cases, outcome, 0, "%s", name[check]);
	for (uint32_t i = 0; i < ledger->n_reasons; i++)
		if (ledger->check_of[i] == check)
			ovr_cases_say(cases, "%s", ledger->reason[i]);
	if (outcome == OVR_CASE_PASS)
		say_figures(cases, result, check);
	else if (check == OVR_LEDGER_CHECK_LOSS || check == OVR_LEDGER_CHECK_BOOKS)
		say_owners(cases, result);
}

void
ovr_report_cases(const struct ovr_result *result, struct ovr_cases *cases)
{
	const struct ovr_ledger *ledger = &result->ledger;

	ovr_cases_begin(cases, &result->plan, &result->environment);
	ovr_cases_verdict(cases, ledger->verdict, result->warmup_ns + result->duration_ns,
		ledger->n_reasons != 0 ? ledger->reason[0] : "");
	for (uint32_t i = 1; i < ledger->n_reasons; i++)
		ovr_cases_say(cases, "%s", ledger->reason[i]);
	for (int check = 0; check < OVR_LEDGER_CHECKS; check++)
		add_check(cases, result, (enum ovr_ledger_check)check);
}
