/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/json_documents.h"

static const struct ovr_json_document documents[] = {
	{ "result", NULL,
		{ { NULL, &ovr_json_head_table }, { "run", &ovr_json_run_table },
			{ "search", &ovr_json_search_table }, { "burst", &ovr_json_back_to_back_table },
			{ "sweep", &ovr_json_sweep_table }, { "selftest", &ovr_json_selftest_table },
			{ "ring advise", &ovr_json_advice_table },
			{ "ring verify", &ovr_json_verify_table } } },
	{ "check", NULL, { { NULL, &ovr_json_check_table } } },
	{ "ring",
		"What overrun ring show, ring set, ring restore and plan-ring write as JSON. Sizes are "
		"descriptors.",
		{ { "ring show", &ovr_json_rings_table }, { "ring set", &ovr_json_ring_changes_table },
			{ "ring restore", &ovr_json_ring_changes_table },
			{ "plan-ring", &ovr_json_plan_ring_table } } },
	{ "watch", NULL, { { NULL, &ovr_json_watch_table } } },
	{ "tcp", NULL, { { NULL, &ovr_json_tcp_table } } },
	{ "doctor", NULL, { { NULL, &ovr_json_doctor_table } } },
	{ "reproduce", NULL, { { NULL, &ovr_json_reproduce_table } } },
	{ "compare", NULL, { { NULL, &ovr_json_compare_table } } },
	{ "path", NULL, { { NULL, &ovr_json_path_table } } },
	{ "trend", NULL, { { NULL, &ovr_json_trend_table } } },
	{ "hop", NULL, { { NULL, &ovr_json_hop_table } } },
	{ "tcp-impact", NULL, { { NULL, &ovr_json_tcp_impact_table } } },
	{ "half", NULL, { { NULL, &ovr_json_half_table } } },
};

const struct ovr_json_document *
ovr_json_document_at(size_t number)
{
	return number < sizeof(documents) / sizeof(documents[0]) ? &documents[number] : NULL;
}
