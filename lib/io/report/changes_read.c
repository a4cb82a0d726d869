/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/changes_read.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "ledger/ledger.h"
#include "plan/command.h"

/* Percentiles are known to the width of a bucket (hist/hist.h). */
#define BUCKET (1.0 / 32)

/* Where values go. */
struct reader {
	struct ovr_changes *changes;
	uint32_t group;
	struct ovr_err *err;
};

static int
add_amount(const struct reader *reader, const char *name, enum ovr_changes_unit unit,
	enum ovr_changes_good good, double resolution, double amount)
{
	struct ovr_changes_figure like = { .unit = unit, .good = good, .resolution = resolution };
	const struct ovr_changes_value value = { .group = reader->group, .amount = amount };

	if (isnan(amount))
		return 0;
	snprintf(like.name, sizeof(like.name), "%s", name);
	return ovr_changes_add(reader->changes, &like, &value, reader->err);
}

/* Frames of frames. @param squares of their clusters; 0: they may all be one */
static int
add_ratio(const struct reader *reader, const char *name, bool is_account, uint64_t events, uint64_t of,
	double squares)
{
	struct ovr_changes_figure like = {
		.unit = OVR_CHANGES_RATIO, .good = OVR_CHANGES_LOWER, .is_account = is_account
	};
	const struct ovr_changes_value value = {
		.group = reader->group,
		.events = events,
		.of = of,
		.squares = squares > 0 ? squares : (double)events * (double)events,
	};

	if (events == UINT64_MAX || of == UINT64_MAX || of == 0)
		return 0;
	snprintf(like.name, sizeof(like.name), "%s", name);
	return ovr_changes_add(reader->changes, &like, &value, reader->err);
}

/* When a loss period began and ended, and what it lost. */
struct span {
	uint64_t begin, end, frames;
};

static int
by_begin(const void *one, const void *other)
{
	uint64_t a = ((const struct span *)one)->begin, b = ((const struct span *)other)->begin;

	return a < b ? -1 : a > b;
}

/* Σ (frames)² of clusters: loss periods of all streams that overlap in time are one. */
static double
squares_of(struct span *span, size_t n)
{
	double squares = 0, cluster = 0;
	uint64_t end = 0;

	qsort(span, n, sizeof(*span), by_begin);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && span[i].begin > end) {
			squares += cluster * cluster;
			cluster = 0;
		}
		cluster += (double)span[i].frames;
		if (i == 0 || span[i].end > end)
			end = span[i].end;
	}
	return squares + cluster * cluster;
}

/* @param[out] ret_squares of all that was lost, as of those periods that were kept */
static int
read_clusters(const json_t *trial, double lost, double *ret_squares, struct ovr_err *err)
{
	const json_t *periods = ovr_saved_at(trial, "loss_periods");
	size_t n = json_array_size(periods);
	struct span *span = calloc(n + 1, sizeof(*span));
	double kept = 0;

	if (span == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for %zu loss periods", n);
	for (size_t i = 0; i < n; i++) {
		const json_t *period = json_array_get(periods, i);
		uint64_t end = ovr_saved_count(period, "after_tx_ns");

		span[i].begin = ovr_saved_count(period, "before_tx_ns");
		span[i].end = end == UINT64_MAX ? span[i].begin : end;
		span[i].frames = ovr_saved_count(period, "frames");
		kept += (double)span[i].frames;
	}
	*ret_squares = n == 0 ? 0 : squares_of(span, n) * (kept < lost ? lost / kept : 1);
	free(span);
	return 0;
}

/* Frames at each place, all of its accounts together. */
static int
read_accounts(const struct reader *reader, const json_t *ledger, uint64_t sent)
{
	const json_t *accounts = ovr_saved_at(ledger, "accounts");
	int status = 0;

	for (int place = 0; status == 0 && place < OVR_PLACE_COUNT; place++) {
		const char *name = ovr_ledger_place_name((enum ovr_ledger_place)place);
		uint64_t frames = 0;

		for (size_t i = 0; i < json_array_size(accounts); i++) {
			const json_t *account = json_array_get(accounts, i);

			if (strcmp(ovr_saved_text(account, "place"), name) == 0)
				frames += ovr_saved_count(account, "frames");
		}
		status = add_ratio(reader, name, true, frames, sent, 0);
	}
	return status;
}

static int
read_ring(const struct reader *reader, const json_t *trial, const char *name)
{
	char path[64], text[32];
	uint64_t set;

	snprintf(path, sizeof(path), "rings.%s.set", name);
	set = ovr_saved_count(trial, path);
	if (set == UINT64_MAX)
		return 0;
	snprintf(text, sizeof(text), "%llu", (unsigned long long)set);
	return ovr_changes_note(reader->changes, reader->group, OVR_CHANGES_RING, name, text, reader->err);
}

/* What a port is, and the drivers and firmware of it. */
static int
read_port(const struct reader *reader, const json_t *trial, const char *side)
{
	static const char *const keys[] = { "dpdk_driver", "driver", "driver_version", "firmware" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		char path[64], name[64];
		int status;

		snprintf(path, sizeof(path), "ports.%s.%s", side, keys[i]);
		snprintf(name, sizeof(name), "%s %s", side, keys[i]);
		if (!ovr_saved_is_known(trial, path))
			continue;
		status = ovr_changes_note(reader->changes, reader->group, OVR_CHANGES_PORT, name,
			ovr_saved_text(trial, path), reader->err);
		if (status != 0)
			return status;
	}
	return 0;
}

static int
read_run(const struct reader *reader, const json_t *root)
{
	const json_t *trial = ovr_saved_at(root, "trial");
	uint64_t sent = ovr_saved_count(trial, "ledger.sent"),
		 unique = ovr_saved_count(trial, "ledger.unique");
	int64_t lost = ovr_saved_whole(trial, "ledger.lost");
	double squares = 0;
	int status = read_clusters(trial, (double)lost, &squares, reader->err);

	if (status == 0)
		status = add_amount(reader, "tx rate", OVR_CHANGES_PPS, OVR_CHANGES_HIGHER, 0,
			ovr_saved_real(trial, "tx_rate_pps"));
	if (status == 0)
		status = add_ratio(reader, "loss", false, lost > 0 ? (uint64_t)lost : 0, sent, squares);
	if (status == 0)
		status = add_amount(reader, "latency p50", OVR_CHANGES_NS, OVR_CHANGES_LOWER, BUCKET,
			ovr_saved_real(trial, "latency_ns.p50"));
	if (status == 0)
		status = add_amount(reader, "latency p99", OVR_CHANGES_NS, OVR_CHANGES_LOWER, BUCKET,
			ovr_saved_real(trial, "latency_ns.p99"));
	if (status == 0)
		status = add_ratio(
			reader, "reordered", false, ovr_saved_count(trial, "ledger.reordered"), unique, 0);
	if (status == 0)
		status = add_ratio(
			reader, "duplicate", false, ovr_saved_count(trial, "ledger.duplicate"), unique, 0);
	if (status == 0)
		status = add_ratio(
			reader, "corrupt", false, ovr_saved_count(trial, "ledger.corrupt"), sent, 0);
	if (status == 0)
		status = read_accounts(reader, ovr_saved_at(trial, "ledger"), sent);
	if (status == 0)
		status = read_port(reader, trial, "tx");
	if (status == 0)
		status = read_port(reader, trial, "rx");
	if (status == 0)
		status = read_ring(reader, trial, "rxd");
	return status != 0 ? status : read_ring(reader, trial, "txd");
}

/* The highest load within each loss ratio. Its bounds lie no closer together than their width. */
static int
read_search(const struct reader *reader, const json_t *root)
{
	const json_t *sizes = ovr_saved_at(root, "search.sizes");
	int status = 0;

	for (size_t i = 0; i < json_array_size(sizes); i++) {
		const json_t *size = json_array_get(sizes, i), *answers = ovr_saved_at(size, "answers");

		for (size_t g = 0; status == 0 && g < json_array_size(answers); g++) {
			const json_t *answer = json_array_get(answers, g);
			double ratio = ovr_saved_real(answer, "loss_ratio");
			double width = ovr_saved_real(answer, "width_ratio");
			char name[OVR_CHANGES_NAME_BYTES];

			if (ratio > 0)
				snprintf(name, sizeof(name), "size %.64s: rate within %g %% of loss",
					ovr_saved_text(size, "size"), 100 * ratio);
			else
				snprintf(name, sizeof(name), "size %.64s: rate without loss",
					ovr_saved_text(size, "size"));
			status = add_amount(reader, name, OVR_CHANGES_PPS, OVR_CHANGES_HIGHER,
				isnan(width) ? 0 : width, ovr_saved_real(answer, "lower_pps"));
		}
	}
	return status;
}

/* Each of its searches is a repeat. */
static int
read_burst(const struct reader *reader, const json_t *root)
{
	const json_t *repeats = ovr_saved_at(root, "back_to_back.repeats");
	double step = ovr_saved_real(root, "back_to_back.step_frames");
	int status = 0;

	for (size_t i = 0; status == 0 && i < json_array_size(repeats); i++) {
		double frames = ovr_saved_real(json_array_get(repeats, i), "frames");

		status = add_amount(reader, "longest burst", OVR_CHANGES_FRAMES, OVR_CHANGES_HIGHER,
			frames > 0 ? step / frames : 0, frames);
	}
	return status;
}

static bool
is_asked(const char *text)
{
	return text[0] != '\0' && strcmp(text, "none") != 0;
}

/* "rxd 512, size 64, rate 100%, …": what a cell was asked for, but for its seed. */
static void
name_cell(const json_t *trial, char name[OVR_CHANGES_NAME_BYTES])
{
	static const char *const texts[] = { "size", "rate", "stall", "service" };
	static const char *const counts[] = { "rxd", "burst", "rxq" };
	const json_t *asked = ovr_saved_at(trial, "asked");
	size_t n = 0;

	name[0] = '\0';
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]) && n < OVR_CHANGES_NAME_BYTES; i++)
		n += (size_t)snprintf(name + n, OVR_CHANGES_NAME_BYTES - n, "%s %llu, ", counts[i],
			(unsigned long long)ovr_saved_count(asked, counts[i]));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) && n < OVR_CHANGES_NAME_BYTES; i++)
		if (is_asked(ovr_saved_text(asked, texts[i])))
			n += (size_t)snprintf(name + n, OVR_CHANGES_NAME_BYTES - n, "%s%s %.32s",
				i == 0 ? "" : ", ", texts[i], ovr_saved_text(asked, texts[i]));
	if (n < OVR_CHANGES_NAME_BYTES)
		snprintf(name + n, OVR_CHANGES_NAME_BYTES - n, ": loss");
}

/* Each finished cell that is neither void nor excluded is a trial of its combination. */
static int
read_sweep(const struct reader *reader, const json_t *root)
{
	const json_t *trials = ovr_saved_at(root, "trials"), *cells = ovr_saved_at(root, "sweep.cells");
	int status = 0;

	for (size_t i = 0; status == 0 && i < json_array_size(trials); i++) {
		const json_t *trial = json_array_get(trials, i), *cell = json_array_get(cells, i);
		int64_t lost = ovr_saved_whole(trial, "lost");
		uint64_t stalls = ovr_saved_count(trial, "rx_stalls.injected");
		char name[OVR_CHANGES_NAME_BYTES];

		if (strcmp(ovr_saved_text(trial, "verdict"), "void") == 0 || ovr_saved_bool(cell, "excluded"))
			continue;
		name_cell(trial, name);
		/* what is lost in injected stalls comes in as many clusters */
		status = add_ratio(reader, name, false, lost > 0 ? (uint64_t)lost : 0,
			ovr_saved_count(trial, "sent"),
			stalls > 0 && stalls != UINT64_MAX ? (double)lost * (double)lost / (double)stalls
							   : 0);
	}
	return status;
}

static int
read_selftest(const struct reader *reader, const json_t *root)
{
	static const struct {
		const char *name, *rate, *width;
	} figures[] = {
		{ "rate of sending alone", "selftest.send.rate_pps", "" },
		{ "rate of checking alone", "selftest.check.rate_pps", "" },
		{ "rate sustained", "selftest.sustained.rate_pps", "selftest.sustained.width_ratio" },
	};
	int status = 0;

	for (size_t i = 0; status == 0 && i < sizeof(figures) / sizeof(figures[0]); i++) {
		double width = ovr_saved_real(root, figures[i].width);

		status = add_amount(reader, figures[i].name, OVR_CHANGES_PPS, OVR_CHANGES_HIGHER,
			isnan(width) ? 0 : width, ovr_saved_real(root, figures[i].rate));
	}
	return status;
}

static int
read_tcp(const struct reader *reader, const json_t *root)
{
	int64_t lost = ovr_saved_whole(root, "books.lost_max");
	uint64_t out = ovr_saved_count(root, "books.forward.out") +
		ovr_saved_count(root, "books.backward.out");
	double ns = ovr_saved_real(root, "total_ns");
	int status = add_amount(reader, "rate read", OVR_CHANGES_BPS, OVR_CHANGES_HIGHER, 0,
		ns > 0 ? ovr_saved_real(root, "bytes_read") * 8e9 / ns : NAN);

	if (status == 0)
		status = add_ratio(reader, "loss", false, lost > 0 ? (uint64_t)lost : 0, out, 0);
	if (status == 0)
		status = add_amount(reader, "latency p50", OVR_CHANGES_NS, OVR_CHANGES_LOWER, BUCKET,
			ovr_saved_real(root, "latency.median_ns"));
	if (status == 0)
		status = add_amount(reader, "latency p99", OVR_CHANGES_NS, OVR_CHANGES_LOWER, BUCKET,
			ovr_saved_real(root, "latency.p99_ns"));
	return status;
}

/* What can be compared. */
static const struct {
	const char *name, *command;
	int (*read)(const struct reader *reader, const json_t *root);
} readers[] = {
	{ "result", "run", read_run },
	{ "result", "search", read_search },
	{ "result", "burst", read_burst },
	{ "result", "sweep", read_sweep },
	{ "result", "selftest", read_selftest },
	{ "tcp", "run over tcp", read_tcp },
};

#define N_READERS (sizeof(readers) / sizeof(readers[0]))

const char *
ovr_changes_commands(char *text, size_t size)
{
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < N_READERS && n < size; i++)
		n += (size_t)snprintf(text + n, size - n, "%s%s", i == 0 ? "" : ", ", readers[i].command);
	return text;
}

/* Options that repeats may differ in, or that change no frame: outputs, and some others. */
static bool
is_aside(const char *key)
{
	static const char others[] = "seed,trial-id,state,interval,series-rows";
	const struct ovr_plan_row *row = ovr_plan_row_of(key);

	return (row != NULL && strcmp(row->section, OVR_PLAN_SECTION_OUTPUT) == 0) ||
		ovr_plan_is_among(others, key);
}

static const char *
value_in(const struct ovr_changes *changes, uint32_t group, enum ovr_changes_source source, const char *name)
{
	for (uint32_t i = 0; i < changes->n_properties; i++)
		if (changes->property[i].source == source && strcmp(changes->property[i].name, name) == 0)
			return changes->property[i].value[group];
	return NULL;
}

/* The command that has the plan; run where there is no other. */
static enum ovr_plan_command
command_of(const char *name)
{
	for (int command = 0; command < OVR_PLAN_COMMANDS; command++)
		if (strcmp(ovr_plan_spec_of((enum ovr_plan_command)command)->name, name) == 0)
			return (enum ovr_plan_command)command;
	return OVR_PLAN_RUN;
}

static int
read_plan(const struct reader *reader, const json_t *plan)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)plan, key, value)
	{
		const char *text = json_string_value(value);
		const char *before = value_in(reader->changes, reader->group, OVR_CHANGES_PLAN, key);

		if (is_aside(key))
			continue;
		if (before != NULL && strcmp(before, text) != 0)
			return ovr_err_set(reader->err, -EINVAL,
				"plan.%.40s: found \"%.60s\" after \"%.60s\" in group %s, accepted: repeats "
				"of one "
				"plan in a group",
				key, text, before, ovr_changes_group_name(reader->group));
		if (ovr_changes_note(
			    reader->changes, reader->group, OVR_CHANGES_PLAN, key, text, reader->err) != 0)
			return -ENOMEM;
	}
	return 0;
}

/* The plan of a document as this version has it: what is not said is at its default. */
static int
load_plan(const json_t *saved, enum ovr_plan_command command, struct ovr_plan **ret_plan, struct ovr_err *err)
{
	struct ovr_plan *plan = malloc(sizeof(*plan));
	const char *key;
	json_t *value;

	if (plan == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for its plan");
	ovr_plan_default_for(command, plan);
	json_object_foreach((json_t *)(uintptr_t)saved, key, value)
		ovr_plan_set(plan, key, json_string_value(value), NULL);
	/* what cannot be set or frozen here, as without its files, stays as it is */
	ovr_plan_freeze(plan, NULL);
	*ret_plan = plan;
	return 0;
}

/* Options that were added after an older overrun wrote the document: it ran with their defaults. */
static int
add_options(const struct reader *reader, const json_t *saved, const char *name)
{
	enum ovr_plan_command command = command_of(name);
	const struct ovr_plan_row *row;
	struct ovr_plan *plan = NULL;
	int status = load_plan(saved, command, &plan, reader->err);

	for (size_t i = 0; status == 0 && (row = ovr_plan_row_at(i)) != NULL; i++) {
		char value[OVR_PLAN_VALUE_BYTES];

		if (ovr_plan_has(command, row) && json_object_get(saved, row->key) == NULL &&
			!is_aside(row->key))
			status = ovr_changes_note(reader->changes, reader->group, OVR_CHANGES_PLAN, row->key,
				row->print(row, plan, value, sizeof(value)), reader->err);
	}
	free(plan);
	return status;
}

/* Where it ran, but for when, and for the clock that was measured anew. */
static int
read_environment(const struct reader *reader, const json_t *environment)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)environment, key, value)
	{
		char *text;
		int status;

		if (strcmp(key, "started_utc") == 0 || strcmp(key, "clock_hz") == 0)
			continue;
		text = json_is_string(value) ? strdup(json_string_value(value))
					     : json_dumps(value, JSON_ENCODE_ANY);
		if (text == NULL)
			return ovr_err_set(reader->err, -ENOMEM, "no memory for its environment");
		status = ovr_changes_note(
			reader->changes, reader->group, OVR_CHANGES_ENVIRONMENT, key, text, reader->err);
		free(text);
		if (status != 0)
			return status;
	}
	return 0;
}

static int
add_file(const struct reader *reader, const char *path)
{
	struct ovr_changes_group *group = &reader->changes->group[reader->group];
	char **file = OVR_LIST_ADD(group->file, group->n_files, group->capacity);

	if (file == NULL || (*file = strdup(path)) == NULL)
		return ovr_err_set(reader->err, -ENOMEM, "no memory for the name of a file");
	group->n_results++;
	return 0;
}

/* The reader of a document; one that fits those before it. */
static int
find_reader(const struct ovr_changes *changes, const struct ovr_saved *saved, size_t *ret_reader,
	struct ovr_err *err)
{
	char accepted[128];

	for (size_t i = 0; i < N_READERS; i++) {
		bool is_it = strcmp(readers[i].name, saved->name) == 0 &&
			(strcmp(saved->name, "tcp") == 0 || strcmp(readers[i].command, saved->command) == 0);

		if (is_it && changes->command[0] != '\0' && strcmp(changes->command, readers[i].command) != 0)
			return ovr_err_set(err, -EINVAL,
				"found a result of %s after one of %s, accepted: results of one command",
				readers[i].command, changes->command);
		*ret_reader = i;
		if (is_it)
			return 0;
	}
	return ovr_err_set(err, -EINVAL, "found a result of %s, accepted: of %s", saved->command,
		ovr_changes_commands(accepted, sizeof(accepted)));
}

int
ovr_changes_read(struct ovr_changes *changes, uint32_t group, const char *path, const struct ovr_saved *saved,
	struct ovr_err *err)
{
	const struct reader reader = { changes, group, err };
	bool is_void = strcmp(ovr_saved_text(saved->root, "verdict"), "void") == 0;
	size_t number = 0;
	int status = find_reader(changes, saved, &number, err);

	if (status == 0)
		status = add_file(&reader, path);
	if (status == 0)
		status = read_plan(&reader, ovr_saved_at(saved->root, "plan"));
	if (status == 0)
		status = add_options(&reader, ovr_saved_at(saved->root, "plan"), saved->command);
	if (status == 0)
		status = read_environment(&reader, ovr_saved_at(saved->root, "environment"));
	if (status == 0 && is_void)
		changes->group[group].n_void++;
	else if (status == 0)
		status = readers[number].read(&reader, saved->root);
	if (status != 0) {
		ovr_err_prefix(err, "%.200s", path);
		return status;
	}
	snprintf(changes->command, sizeof(changes->command), "%s", readers[number].command);
	if (group >= changes->n_groups)
		changes->n_groups = group + 1;
	return 0;
}
