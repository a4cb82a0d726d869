/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is written by a table is read back by it: every table that the samples of all commands use,
 * one by one.
 */
#include "report/json_rows.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "plan/command.h"
#include "report/advice.h"
#include "report/back_to_back.h"
#include "report/check.h"
#include "report/json_tables.h"
#include "report/plan_ring.h"
#include "report/report.h"
#include "report/ring.h"
#include "report/search.h"
#include "report/selftest.h"
#include "report/sweep.h"
#include "report/verify.h"
#include "report/watch.h"
#include "support/advice_sample.h"
#include "support/back_to_back_sample.h"
#include "support/result_sample.h"
#include "support/search_sample.h"
#include "support/selftest_sample.h"
#include "support/sweep_sample.h"
#include "support/verify_sample.h"
#include "support/watch_sample.h"

static unsigned int n_tables, n_rows;

/*
 * Whether a row tells all of a value: it is no calculation, stands in the struct with all that it
 * lists, and nothing decides whether it is known but itself or a bool.
 */
static bool
is_whole(const struct ovr_json_row *row)
{
	if (row->kind == OVR_JSON_STRING || row->kind == OVR_JSON_SHARE || row->kind == OVR_JSON_PLAN ||
		row->is_known != NULL || row->is_pointer || row->is_listed != NULL)
		return false;
	return (row->value == NULL || row->size != 0) && row->flag_size <= sizeof(bool);
}

/* The same table with such rows alone, which write their members; its memory stays. */
static const struct ovr_json_table *
members_of(const struct ovr_json_table *table)
{
	struct ovr_json_row *rows = calloc(table->n_rows, sizeof(*rows));
	struct ovr_json_table *made = malloc(sizeof(*made));

	*made = *table;
	made->row = rows;
	made->n_rows = 0;
	for (size_t i = 0; i < table->n_rows; i++) {
		struct ovr_json_row *row = &rows[made->n_rows];

		if (!is_whole(&table->row[i]))
			continue;
		*row = table->row[i];
		row->value = NULL;
		if (row->table != NULL)
			row->table = members_of(row->table);
		made->n_rows++;
	}
	return made;
}

/* Every key of the part has the value that it has in the whole. */
static void
is_part(const json_t *part, const json_t *whole, const char *name)
{
	const char *key;
	json_t *value;
	size_t i;

	if (json_is_object(part)) {
		json_object_foreach((json_t *)part, key, value)
			is_part(value, json_object_get(whole, key), key);
	} else if (json_is_array(part)) {
		cr_assert_eq(json_array_size(part), json_array_size(whole), "%s", name);
		json_array_foreach(part, i, value) is_part(value, json_array_get(whole, i), name);
	} else {
		cr_assert(json_equal(part, whole), "%s", name);
	}
}

static void
read_back(const struct ovr_json_table *table, const json_t *written)
{
	const struct ovr_json_table *members = members_of(table);
	void *again = malloc(table->size);
	struct ovr_err err = { "" };
	json_t *part;

	cr_assert_eq(ovr_json_read(table, written, again, &err), 0, "%s: %s", table->name, err.text);
	part = ovr_json_object(members, again, NULL);
	cr_assert_not_null(part, "%s", table->name);
	is_part(part, written, table->name);
	n_tables++;
	n_rows += (unsigned int)json_object_size(part);
	json_decref(part);
	ovr_json_forget(table, again);
	free(again);
}

/* The table itself, and those of its keys. */
static void
read_all_back(const struct ovr_json_table *table, const json_t *written)
{
	json_t *item;
	size_t n;

	if (!json_is_object(written))
		return;
	read_back(table, written);
	for (size_t i = 0; i < table->n_rows; i++) {
		const struct ovr_json_row *row = &table->row[i];
		const json_t *value = row->key == NULL ? written : json_object_get(written, row->key);

		if (row->table == NULL)
			continue;
		if (row->kind == OVR_JSON_OBJECT)
			read_all_back(row->table, value);
		json_array_foreach(value, n, item) read_all_back(row->table, item);
	}
}

static char *text;
static size_t size;
static FILE *out;

static void
begin(void)
{
	out = open_memstream(&text, &size);
}

static void
end(const struct ovr_json_table *table, unsigned int tables_min, unsigned int rows_min)
{
	json_t *written;

	fclose(out);
	written = json_loads(text, 0, NULL);
	cr_assert_not_null(written);
	n_tables = n_rows = 0;
	read_all_back(table, written);
	cr_assert_geq(n_tables, tables_min, "%u tables", n_tables);
	cr_assert_geq(n_rows, rows_min, "%u rows", n_rows);
	json_decref(written);
	free(text);
}

Test(json_read, a_trial)
{
	struct ovr_result *(*const samples[])(void) = { sample_pass, sample_loss, sample_impaired,
		sample_void, sample_ranges, sample_kernel, sample_soak };

	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct ovr_result *result = samples[i]();

		begin();
		cr_assert_eq(ovr_report_json(result, "run", out, NULL), 0);
		end(&ovr_json_run_table, 20, 150);
		sample_free(result);
	}
}

Test(json_read, the_head_of_a_result)
{
	struct ovr_result *result = sample_pass();

	begin();
	cr_assert_eq(ovr_report_json(result, "run", out, NULL), 0);
	end(&ovr_json_head_table, 2, 12);
	sample_free(result);
}

Test(json_read, a_search)
{
	struct ovr_result_search *search = sample_search_found();

	begin();
	cr_assert_eq(ovr_report_search_json(search, out, NULL), 0);
	end(&ovr_json_search_table, 10, 100);
	sample_search_free(search);
}

Test(json_read, a_curve)
{
	struct ovr_result_search *search = sample_search_curve();

	begin();
	cr_assert_eq(ovr_report_search_json(search, out, NULL), 0);
	end(&ovr_json_search_table, 5, 50);
	sample_search_free(search);
}

Test(json_read, a_burst_search)
{
	struct ovr_result_back_to_back *burst = sample_back_to_back_found();

	begin();
	cr_assert_eq(ovr_report_back_to_back_json(burst, out, NULL), 0);
	end(&ovr_json_back_to_back_table, 10, 100);
	sample_back_to_back_free(burst);
}

Test(json_read, a_sweep)
{
	struct ovr_result_sweep sweep;

	sample_sweep_mixed(&sweep);
	begin();
	cr_assert_eq(ovr_report_sweep_json(&sweep, out, NULL), 0);
	end(&ovr_json_sweep_table, 20, 200);
	ovr_result_sweep_done(&sweep);
}

Test(json_read, a_selftest)
{
	struct ovr_result_selftest *selftest = sample_selftest_sustained();

	begin();
	cr_assert_eq(ovr_report_selftest_json(selftest, out, NULL), 0);
	end(&ovr_json_selftest_table, 50, 400);
	sample_selftest_free(selftest);
}

Test(json_read, an_advice)
{
	static struct ovr_result_advice advice;

	advice_sample_nic(&advice);
	begin();
	cr_assert_eq(ovr_report_advice_json(&advice, out, NULL), 0);
	end(&ovr_json_advice_table, 10, 100);
}

Test(json_read, a_verification)
{
	static struct ovr_result_verify verify;

	verify_sample_told(&verify);
	begin();
	cr_assert_eq(ovr_report_verify_json(&verify, out, NULL), 0);
	end(&ovr_json_verify_table, 10, 100);
}

Test(json_read, rings)
{
	const struct ovr_ring_view view = { .name = "eth0",
		.state = "up",
		.speed = OVR_RING_SPEED_GIVEN,
		.line_bps = UINT64_C(10000000000),
		.known = true,
		.current = { 1024, 0, 128, 512 },
		.maximum = { 4096, 0, 4096, 4096 },
		.usable = 1023,
		.usable_max = 4095 };

	begin();
	cr_assert_eq(ovr_report_rings_json(&view, 1, out, NULL), 0);
	end(&ovr_json_rings_table, 6, 25);
}

Test(json_read, a_change_of_rings)
{
	const struct ovr_ring_change change = { .name = "eth0",
		.is_change = true,
		.took = { 96, 0, 128, 512 },
		.link = OVR_RING_LINK_UP,
		.waited_ns = 412000000,
		.carrier_changes = 2,
		.counters_known = true,
		.n_counters = 96,
		.n_reset = 1,
		.reset = { "rx_packets" } };

	begin();
	cr_assert_eq(ovr_report_ring_changes_json(&change, 1, "ring set", out, NULL), 0);
	end(&ovr_json_ring_changes_table, 6, 20);
}

Test(json_read, an_interval_of_watch)
{
	struct watch_sample sample;
	struct ovr_report_watched watched = watch_sample_loss(&sample);

	begin();
	cr_assert_eq(ovr_report_watch_json("interval", 1700000000000000000, &watched, 1, NULL, out, NULL), 0);
	end(&ovr_json_watch_table, 3, 25);
}

Test(json_read, an_account_of_a_capture)
{
	struct ovr_capture_trial trial = { 0x0badcafe, 90 };
	struct ovr_capture_stream stream = { .stream = 3,
		.first_seq = 10,
		.last_seq = 109,
		.account = { .arrivals = 90,
			.unique = 90,
			.loss = { .frames = 10, .periods = 1, .longest = 10 } } };
	struct ovr_seq_period period = { .stream = 3, .first_seq = 40, .n_frames = 10 };
	struct ovr_capture_account account = { .trial_id = 0x0badcafe,
		.trial = &trial,
		.n_trials = 1,
		.frames = 90,
		.ours = 90,
		.total = stream.account,
		.stream = &stream,
		.n_streams = 1,
		.period = &period,
		.n_periods = 1 };

	begin();
	cr_assert_eq(ovr_report_check_json(&account, "a.pcap", out, NULL), 0);
	end(&ovr_json_check_table, 10, 60);
}

Test(json_read, a_planned_ring)
{
	static struct ovr_result_plan_ring ring;
	struct ovr_plan plan;
	struct ovr_err err = { "" };

	ovr_plan_default_for(OVR_PLAN_MODEL, &plan);
	cr_assert_eq(ovr_result_plan_ring(&plan, &ring, &err), 0, "%s", err.text);
	begin();
	cr_assert_eq(ovr_report_plan_ring_json(&ring, out, NULL), 0);
	end(&ovr_json_plan_ring_table, 3, 20);
}
