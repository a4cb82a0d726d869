/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "report/tcp_impact.h"

/* An arrival that so many later frames overtook, or more, has three duplicate ACKs before it. */
#define OVERTAKEN 3

static uint64_t
known_count(const json_t *object, const char *path)
{
	uint64_t value = ovr_saved_count(object, path);

	return value == UINT64_MAX ? 0 : value;
}

static uint64_t
three_reordered(const json_t *pairs)
{
	uint64_t n = 0;
	const json_t *pair;
	size_t i;

	json_array_foreach(pairs, i, pair) if (json_integer_value(json_array_get(pair, 0)) >= OVERTAKEN)
		n += (uint64_t)json_integer_value(json_array_get(pair, 1));
	return n;
}

/* Frames that a stream sent; 0: unknown. */
static uint64_t
sent_by(const json_t *trial, uint64_t number)
{
	const json_t *streams = ovr_saved_at(trial, "streams"), *stream = json_array_get(streams, number);
	size_t i;

	/* as a rule in the order of their numbers */
	if (stream != NULL && ovr_saved_count(stream, "stream") == number)
		return known_count(stream, "sent");
	json_array_foreach(streams, i,
		stream) if (ovr_saved_count(stream, "stream") == number) return known_count(stream, "sent");
	return 0;
}

/*
 * When a period was. Beyond the tracker's memory of jumps its times are not known: then by its
 * number, as if the stream had sent evenly. An outage is no longer than its frames: the sender may
 * have stood still as well.
 */
static struct ovr_tcp_impact_loss
read_period(const json_t *trial, const json_t *period, uint64_t duration_ns)
{
	uint64_t first = known_count(period, "first_seq");
	uint64_t start_ns = known_count(period, "before_tx_ns");
	uint64_t sent = sent_by(trial, ovr_saved_count(period, "stream"));
	struct ovr_tcp_impact_loss loss = { .frames = known_count(period, "frames") };
	double each_ns = sent == 0 ? 0 : (double)duration_ns / (double)sent;
	double length_ns = ((double)loss.frames + 1) * each_ns;

	if (start_ns == 0)
		start_ns = (uint64_t)((double)first * each_ns);
	loss.start_ns = start_ns;
	loss.first_frame = ovr_saved_size(trial, "streams") == 1
		? first
		: (uint64_t)((double)start_ns / (double)(duration_ns == 0 ? 1 : duration_ns) *
			  (double)known_count(trial, "total.sent"));
	/* of the tail: sending ended */
	loss.end_ns = ovr_saved_is_known(period, "after_tx_ns") ? ovr_saved_count(period, "after_tx_ns")
								: duration_ns;
	if (loss.end_ns < start_ns || (double)(loss.end_ns - start_ns) > length_ns)
		loss.end_ns = start_ns + (uint64_t)length_ns;
	return loss;
}

static int
read_periods(const json_t *trial, struct ovr_tcp_impact *impact, uint64_t *ret_frames, struct ovr_err *err)
{
	const json_t *period;
	uint64_t frames = 0;
	int status = 0;
	size_t i;

	json_array_foreach(ovr_saved_at(trial, "loss_periods"), i, period)
	{
		struct ovr_tcp_impact_loss loss = read_period(trial, period, impact->measured.duration_ns);

		if (status == 0)
			status = ovr_tcp_impact_add(impact, &loss, err);
		frames += loss.frames;
	}
	*ret_frames = frames;
	return status;
}

static void
read_figures(const json_t *trial, struct ovr_tcp_impact_measured *measured)
{
	const json_t *total = ovr_saved_at(trial, "total");

	measured->sent = known_count(total, "sent");
	measured->lost = known_count(total, "loss.frames");
	measured->n_periods = known_count(total, "loss.periods");
	measured->duration_ns = known_count(trial, "duration_ns");
	measured->line_bps = known_count(trial, "line_bps");
	measured->unique = known_count(total, "unique");
	measured->duplicate = known_count(total, "duplicate");
	measured->reordered = known_count(total, "reorder.frames");
	measured->three_reordered = three_reordered(ovr_saved_at(total, "reorder.exactly_n"));
	measured->extent_max = known_count(total, "reorder.extent_max");
	measured->late_time_max_ns = known_count(total, "reorder.late_time_max_ns");
	measured->latency_min_ns = ovr_saved_real(trial, "latency_ns.min");
	measured->latency_mean_ns = ovr_saved_real(trial, "latency_ns.mean");
}

/* Why nothing can be said of TCP; "": something can. */
static void
judge(const json_t *root, const struct ovr_tcp_impact_measured *measured, uint64_t listed, char *why,
	size_t size)
{
	const char *reason = json_string_value(ovr_saved_at(root, "reasons[0]"));

	if (strcmp(ovr_saved_text(root, "verdict"), "void") == 0)
		snprintf(why, size, "the result is void%s%.400s", reason != NULL ? ": " : "",
			reason != NULL ? reason : "");
	else if (!ovr_saved_is_known(root, "trial.total"))
		snprintf(why, size, "it is not known what was lost");
	else if (measured->sent == 0 || measured->duration_ns == 0)
		snprintf(why, size, "nothing was sent");
	else if (measured->lost > measured->sent || listed > measured->lost ||
		measured->n_losses > measured->n_periods)
		snprintf(why, size, "the counts of the result contradict each other");
	else if (measured->lost == measured->sent)
		snprintf(why, size, "no frame arrived: no connection comes about");
}

int
ovr_tcp_impact_of(const json_t *root, const char *name, const struct ovr_tcp_impact_question *question,
	struct ovr_tcp_impact *ret_impact, struct ovr_err *err)
{
	const json_t *trial = ovr_saved_at(root, "trial");
	struct ovr_tcp_impact impact = { .question = *question };
	uint64_t listed = 0;
	int status;

	snprintf(impact.file, sizeof(impact.file), "%.255s", name);
	snprintf(impact.tx, sizeof(impact.tx), "%.159s", ovr_saved_text(root, "plan.tx"));
	snprintf(impact.rx, sizeof(impact.rx), "%.159s", ovr_saved_text(root, "plan.rx"));
	read_figures(trial, &impact.measured);
	status = read_periods(trial, &impact, &listed, err);
	judge(root, &impact.measured, listed, impact.unknown, sizeof(impact.unknown));
	if (status == 0)
		status = ovr_tcp_impact_close(&impact, err);
	if (status == 0)
		*ret_impact = impact;
	else
		ovr_tcp_impact_done(&impact);
	return status;
}

int
ovr_tcp_impact_read(const char *path, const struct ovr_tcp_impact_question *question,
	struct ovr_tcp_impact *ret_impact, struct ovr_err *err)
{
	struct ovr_saved saved = { 0 };
	int status = ovr_saved_open(path, &saved, err);

	if (status == 0 && (strcmp(saved.name, "result") != 0 || strcmp(saved.command, "run") != 0))
		status = ovr_err_set(err, -EINVAL,
			"%.200s: found overrun.%s/1 of \"%.40s\", accepted: a result of overrun run over "
			"frames",
			path, saved.name, saved.command);
	if (status == 0)
		status = ovr_tcp_impact_of(saved.root, path, question, ret_impact, err);
	ovr_saved_close(&saved);
	return status;
}
