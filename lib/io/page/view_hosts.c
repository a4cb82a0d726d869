/* SPDX-License-Identifier: BSD-3-Clause */
/* The hosts of a trial over several: what became of the frames of each sender. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page/view.h"

/* So many senders are read one by one; of more a table says how many lost how much. */
#define PAIRS_READ 32

/* A sender and its receiver, in the order of the document. */
struct pair {
	const json_t *json;
	int64_t lost;
	size_t index;
};

/* Those that lost most come first. */
static int
compare(const void *a, const void *b)
{
	const struct pair *one = a, *other = b;

	if (one->lost != other->lost)
		return one->lost < other->lost ? 1 : -1;
	return one->index < other->index ? -1 : one->index > other->index;
}

/* @return as many as the list has, sorted; NULL: no memory, and the view knows */
static struct pair *
sort_pairs(struct ovr_view *view, const json_t *pairs)
{
	struct pair *pair = ovr_view_keep(view, json_array_size(pairs) + 1, sizeof(*pair));
	const json_t *each;
	size_t i;

	if (pair == NULL)
		return NULL;
	json_array_foreach(pairs, i, each) pair[i] = (struct pair){ each, ovr_get_whole(each, "lost"), i };
	if (json_array_size(pairs) > PAIRS_READ)
		qsort(pair, json_array_size(pairs), sizeof(*pair), compare);
	return pair;
}

/* Many senders by what they lost. */
static void
add_bins(struct ovr_view *view, const struct pair *pair, size_t n)
{
	static const char *const head[] = { "of a sender's frames", "senders", "their lost frames", NULL };
	static const struct {
		const char *name;
		double least; /* more than this is lost */
	} bins[] = { { "more than 10 % lost", 0.1 }, { "1 % to 10 %", 0.01 }, { "0.1 % to 1 %", 0.001 },
		{ "0.01 % to 0.1 %", 1e-4 }, { "up to 0.01 %", 0 }, { "none lost", -1 } };
	json_t *table = ovr_view_table(view, "Senders by loss", "", head);
	size_t n_unknown = 0;

	for (size_t i = 0; i < n; i++)
		n_unknown += !json_is_number(ovr_get(pair[i].json, "loss_ratio"));
	for (size_t b = 0; b < sizeof(bins) / sizeof(bins[0]); b++) {
		uint64_t n_senders = 0;
		int64_t lost = 0;

		for (size_t i = 0; i < n; i++) {
			const json_t *ratio = ovr_get(pair[i].json, "loss_ratio");
			double value = json_number_value(ratio);

			if (!json_is_number(ratio) || value <= bins[b].least ||
				(b > 0 && value > bins[b - 1].least))
				continue;
			n_senders++;
			lost += pair[i].lost;
		}
		ovr_view_row(view, table,
			(const char *[]){
				bins[b].name, ovr_view_count(n_senders).text, ovr_view_signed(lost).text });
	}
	if (n_unknown > 0)
		ovr_view_row(view, table,
			(const char *[]){ "unknown", ovr_view_count(n_unknown).text, "unknown" });
}

/* What became of the frames from each sender to its receiver. */
static void
add_pairs(struct ovr_view *view, const json_t *pairs)
{
	static const char *const head[] = { "sender → receiver", "sent", "arrived", "lost", "before the line",
		"beyond it", "share of arrivals", NULL };
	size_t n = json_array_size(pairs);
	const struct pair *pair = sort_pairs(view, pairs);
	char about[320];
	json_t *table;

	if (pair == NULL)
		return;
	if (n > PAIRS_READ)
		add_bins(view, pair, n);
	snprintf(about, sizeof(about),
		"Lost before the line is what counters of the sender's own host have. Beyond it are the path "
		"and the receiver, which its senders share.%s",
		n > PAIRS_READ ? " Senders that lost most come first." : "");
	table = ovr_view_table(view, "Senders and receivers", about, head);
	for (size_t i = 0; i < n; i++) {
		const json_t *each = pair[i].json;
		char name[160];

		snprintf(name, sizeof(name), "%.70s → %.70s", ovr_saved_text(each, "sender"),
			ovr_saved_text(each, "receiver"));
		ovr_view_row(view, table,
			(const char *[]){ name, ovr_view_count_at(each, "sent").text,
				ovr_view_count_at(each, "unique").text, ovr_view_count_at(each, "lost").text,
				ovr_view_range_at(each, "lost_before").text,
				ovr_view_range_at(each, "lost_beyond").text,
				json_is_null(ovr_get(each, "share"))
					? "unknown"
					: ovr_view_ratio(ovr_saved_real(each, "share")).text });
	}
}

/* More columns are no picture; each pair has a row below. */
#define RECEIVERS_MAX 16

/* What came from a sender to a receiver: of its own frames so many, of others' those astray. */
static void
fill_cell(char *cell, size_t size, const json_t *trial, const json_t *pair, const char *receiver)
{
	const char *sender = ovr_saved_text(pair, "sender");
	const json_t *astray;
	size_t i;

	snprintf(cell, size, "0");
	if (strcmp(ovr_saved_text(pair, "receiver"), receiver) == 0) {
		snprintf(cell, size, "%s of %s", ovr_view_count_at(pair, "unique").text,
			ovr_view_count_at(pair, "sent").text);
		return;
	}
	json_array_foreach(ovr_get(trial, "astray"), i, astray)
	{
		if (strcmp(ovr_saved_text(astray, "sender"), sender) == 0 &&
			strcmp(ovr_saved_text(astray, "receiver"), receiver) == 0)
			snprintf(cell, size, "%s astray", ovr_view_count_at(astray, "frames").text);
	}
}

/* Senders by row, receivers by column. */
static void
add_matrix(struct ovr_view *view, const json_t *trial)
{
	const json_t *receivers = ovr_get(trial, "receivers"), *pair;
	const char *head[RECEIVERS_MAX + 2] = { "from ↓ to →" }, *cells[RECEIVERS_MAX + 1];
	size_t n = json_array_size(receivers), i;
	json_t *table;

	if (n == 0 || n > RECEIVERS_MAX)
		return;
	for (i = 0; i < n; i++)
		head[i + 1] = ovr_saved_text(json_array_get(receivers, i), "receiver");
	table = ovr_view_table(view, "Who got frames of whom",
		"Frames that arrived, of those that were sent to this receiver. Astray are frames that were "
		"sent to another one.",
		head);
	json_array_foreach(ovr_get(trial, "pairs"), i, pair)
	{
		char text[RECEIVERS_MAX][256];

		cells[0] = ovr_saved_text(pair, "sender");
		for (size_t to = 0; to < n; to++) {
			fill_cell(text[to], sizeof(text[to]), trial, pair, head[to + 1]);
			cells[to + 1] = text[to];
		}
		ovr_view_row(view, table, cells);
	}
}

/* The books of each of several receivers. */
static void
add_receivers(struct ovr_view *view, const json_t *receivers)
{
	static const char *const head[] = { "receiver", "sent", "arrived", "lost", "explained", "unexplained",
		"of others", "astray", NULL };
	json_t *table = ovr_view_table(view, "Receivers",
		"The books of each receiver with its senders, which add up to those of the trial. Frames of "
		"others are no test frames of this trial.",
		head);
	const json_t *receiver;
	size_t i;

	json_array_foreach(receivers, i, receiver)
	{
		const json_t *ledger = ovr_get(receiver, "ledger");

		ovr_view_row(view, table,
			(const char *[]){ ovr_saved_text(receiver, "receiver"),
				ovr_view_count_at(ledger, "sent").text,
				ovr_view_count_at(ledger, "unique").text,
				ovr_view_count_at(ledger, "lost").text,
				ovr_view_count_at(ledger, "explained").text,
				ovr_view_range_at(ledger, "unexplained").text,
				ovr_view_signed(
					ovr_get_whole(ledger, "foreign") - ovr_get_whole(ledger, "astray"))
					.text,
				ovr_view_count_at(ledger, "astray").text });
	}
}

void
ovr_view_hosts(struct ovr_view *view)
{
	static const char *const head[] = { "host", "end", "port", "clock known to", "half", "overrun",
		NULL };
	const json_t *trial = ovr_get(view->root, "trial"), *hosts = ovr_get(trial, "hosts"), *host;
	char about[160] = "";
	json_t *table;
	size_t i;

	if (!json_is_array(hosts))
		return;
	if (json_is_number(ovr_get(trial, "fairness")))
		snprintf(about, sizeof(about),
			"Jain's index of fairness of what arrived of each sender: %.4f.",
			ovr_saved_real(trial, "fairness"));
	add_matrix(view, trial);
	add_pairs(view, ovr_get(trial, "pairs"));
	add_receivers(view, ovr_get(trial, "receivers"));
	table = ovr_view_table(view, "Hosts", about, head);
	json_array_foreach(hosts, i, host)
	{
		char half[400], bound[64] = "";

		snprintf(half, sizeof(half), "%s%s%.300s", ovr_saved_text(host, "half"),
			ovr_saved_text(host, "why")[0] == '\0' ? "" : ": ", ovr_saved_text(host, "why"));
		if (json_is_integer(ovr_get(host, "clock_bound_ns")))
			snprintf(bound, sizeof(bound), "±%.60s",
				ovr_view_time_at(host, "clock_bound_ns").text);
		ovr_view_row(view, table,
			(const char *[]){ ovr_saved_text(host, "name"), ovr_saved_text(host, "role"),
				ovr_saved_text(host, "port"), bound, half,
				ovr_saved_text(host, "overrun_version") });
	}
}
