/* SPDX-License-Identifier: BSD-3-Clause */
#include "support/repeat_sample.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "report/report.h"
#include "support/result_sample.h"

#define SENT 50000000

struct sample_repeat
sample_repeat_default(uint64_t seed)
{
	return (struct sample_repeat){
		.seed = seed,
		.rate_pps = 10e6,
		.spread = 0.01,
		.clusters = 3,
		.frames = 500,
		.latency_ns = 20000,
		.rxd = 1024,
	};
}

static double
normal(struct ovr_rng *rng)
{
	return sqrt(2 * ovr_rng_exponential(rng)) * cos(2 * M_PI * ovr_rng_unit(rng));
}

/* A result as overrun writes it. */
static json_t *
result(void)
{
	struct ovr_result *sample = sample_loss();
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	json_t *root;

	cr_assert_eq(ovr_report_json(sample, "run", out, NULL), 0);
	fclose(out);
	sample_free(sample);
	root = json_loads(text, 0, NULL);
	free(text);
	return root;
}

static void
set(json_t *object, const char *key, uint64_t value)
{
	json_object_set_new(object, key, json_integer((json_int_t)value));
}

/* Losses at times that are nobody's plan; @return the frames of all */
static uint64_t
lose(json_t *trial, const struct sample_repeat *repeat, struct ovr_rng *rng)
{
	json_t *periods = json_object_get(trial, "loss_periods");
	json_t *first = json_deep_copy(json_array_get(periods, 0));
	uint64_t lost = 0;

	json_array_clear(periods);
	for (double at = ovr_rng_exponential(rng); at < repeat->clusters; at += ovr_rng_exponential(rng)) {
		json_t *period = json_deep_copy(first);
		uint64_t frames = 1 + (uint64_t)(repeat->frames * ovr_rng_exponential(rng));
		uint64_t ns = (uint64_t)(5e9 * at / repeat->clusters);

		set(period, "frames", frames);
		set(period, "before_tx_ns", ns);
		set(period, "after_tx_ns", ns + 100 * frames);
		json_array_append_new(periods, period);
		lost += frames;
	}
	json_decref(first);
	return lost;
}

struct ovr_saved
sample_repeat(const struct sample_repeat *repeat)
{
	json_t *root = result(), *trial = json_object_get(root, "trial");
	json_t *ledger = json_object_get(trial, "ledger"), *latency = json_object_get(trial, "latency_ns");
	struct ovr_saved saved = { 0 };
	struct ovr_err err = { "" };
	struct ovr_rng rng;
	uint64_t lost;
	char rxd[16], *text;

	ovr_rng_seed(&rng, repeat->seed, 0);
	json_object_set_new(
		trial, "tx_rate_pps", json_real(repeat->rate_pps * (1 + repeat->spread * normal(&rng))));
	set(latency, "p50", (uint64_t)(repeat->latency_ns * exp(0.05 * normal(&rng))));
	set(latency, "p99", (uint64_t)(repeat->latency_ns * (2 + 4 * ovr_rng_exponential(&rng))));
	lost = lose(trial, repeat, &rng);
	set(ledger, "sent", SENT);
	set(ledger, "unique", SENT - lost);
	set(ledger, "lost", lost);
	set(json_array_get(json_object_get(ledger, "accounts"), 1), "frames", lost);
	set(json_object_get(json_object_get(trial, "rings"), "rxd"), "set", repeat->rxd);
	snprintf(rxd, sizeof(rxd), "%u", repeat->rxd);
	json_object_set_new(json_object_get(root, "plan"), "rxd", json_string(rxd));
	text = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	cr_assert_eq(ovr_saved_parse(text, strlen(text), &saved, &err), 0, "%s", err.text);
	free(text);
	return saved;
}
