/* SPDX-License-Identifier: BSD-3-Clause */
/* The findings of the doctor for programs (overrun.doctor/1). */
#include "report/doctor.h"
#include "report/json_put.h"
#include "report/json_rows.h"
#include "report/json_tables.h"

#define CHECK(member)  OVR_JSON_MEMBER(struct ovr_fitness_check, member)
#define REPORT(member) OVR_JSON_MEMBER(struct ovr_fitness_report, member)

OVR_JSON_NAMED(static, weights, ovr_fitness_weight, ovr_fitness_weight_name, 0, OVR_FITNESS_WEIGHTS);
OVR_JSON_NAMED(static, outcomes, ovr_fitness_outcome, ovr_fitness_outcome_name, 0, OVR_FITNESS_OUTCOMES);

static const struct ovr_json_row check_rows[] = {
	{ "id", OVR_JSON_STRING, CHECK(id), "the rule; doctor.md describes it", .min = 1 },
	{ "outcome", OVR_JSON_NAME, CHECK(outcome),
		"found: a finding; unseen: a fact is unknown; absent: the rule does not apply here",
		.names = &outcomes },
	{ "weight", OVR_JSON_NAME, CHECK(weight), "of the rule, whatever the outcome", .names = &weights },
	{ "evidence", OVR_JSON_TEXT, CHECK(evidence),
		"found: a sentence with the figures; unseen: what, and why; else null",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "fix", OVR_JSON_TEXT, CHECK(fix), "a command of root's shell; null: no command can",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "undo", OVR_JSON_TEXT, CHECK(undo), "the command that undoes the fix; null: none is known",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "advice", OVR_JSON_TEXT, CHECK(advice), "what to do by hand, or to know before the fix",
		.null = OVR_JSON_NULL_IF_ZERO },
};

static const struct ovr_json_table check_table = OVR_JSON_TABLE(
	"check", struct ovr_fitness_check, check_rows, "The answer of a rule");

static const struct ovr_json_row report_rows[] = {
	{ "schema", OVR_JSON_FIXED, .fixed = "overrun.doctor/1" },
	{ "port", OVR_JSON_TEXT, REPORT(port), "null: none was named, and its rules are not in the list",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "driver", OVR_JSON_TEXT, REPORT(driver), "of the port; null: unknown, or no port",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "steal_measured_ns", OVR_JSON_COUNT, REPORT(measured_ns), "null: steal was not measured",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "will_lose", OVR_JSON_COUNT, REPORT(n_weight[OVR_FITNESS_WILL_LOSE]),
		"findings of that weight; not 0: exit code 1" },
	{ "may_lose", OVR_JSON_COUNT, REPORT(n_weight[OVR_FITNESS_MAY_LOSE]) },
	{ "hints", OVR_JSON_COUNT, REPORT(n_weight[OVR_FITNESS_HINT]) },
	{ "fine", OVR_JSON_COUNT, REPORT(n_outcome[OVR_FITNESS_FINE]), "rules that found nothing" },
	{ "unseen", OVR_JSON_COUNT, REPORT(n_outcome[OVR_FITNESS_UNSEEN]),
		"rules that could not be decided" },
	{ "absent", OVR_JSON_COUNT, REPORT(n_outcome[OVR_FITNESS_ABSENT]), "rules that do not apply" },
	{ "checks", OVR_JSON_LIST, .about = "every rule, those of the host first",
		OVR_JSON_ARRAY(struct ovr_fitness_report, check, n), .table = &check_table, .min = 1 },
};

const struct ovr_json_table ovr_json_doctor_table = OVR_JSON_TABLE("doctor", struct ovr_fitness_report,
	report_rows, "Findings of overrun doctor --json: settings and states of a host that lose frames");

int
ovr_report_doctor_json(const struct ovr_fitness_report *report, FILE *out, struct ovr_err *err)
{
	return ovr_json_dump(ovr_json_object(&ovr_json_doctor_table, report, NULL), JSON_INDENT(2), out, err);
}
