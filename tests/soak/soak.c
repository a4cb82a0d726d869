/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Trial after trial in one process, each with a plan drawn from (seed, trial), until enough was
 * sent. The first contradiction between a result and the wire ends it, with the plan that shows it.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "soak.h"
#include "trial/trial.h"

#define PROGRESS_S 10

enum {
	EXIT_CONTRADICTION = 1,
	EXIT_USAGE = 3,
	EXIT_SKIPPED = 77,
};

struct options {
	uint64_t frames; /* stop when so many were sent */
	uint64_t seed;
	uint64_t seconds; /* or when so much time is over; 0: no limit */
	uint64_t each;    /* most frames of one trial, about */
	uint64_t first;   /* trial to begin with */
	uint64_t trials;  /* stop after so many; 0: no limit */
	bool prints_plans;
};

/* Sums over all trials. */
struct totals {
	uint64_t trials, frames, lost, impairments;
	uint64_t n_exact;    /* the numbers lost are exactly those that the wire took */
	uint64_t n_clean;    /* trials without a ring overrun */
	uint64_t n_unlisted; /* with a log or list that was too small */
	uint64_t of_kind[OVR_IMPAIRMENT_KINDS];
	uint64_t duplicate, reordered, corrupt, late, missed, refused, ahead;
};

static const char usage[] = "usage: soak [--frames N] [--seed S] [--seconds T] [--each N] [--first TRIAL] "
			    "[--trials N] [--plans]\n"
			    "\n"
			    "  --frames N     stop when so many frames were sent (1000000000)\n"
			    "  --seed S       of all plans (1)\n"
			    "  --seconds T    stop after so long (no limit)\n"
			    "  --each N       most frames of one trial, about (10000000)\n"
			    "  --first TRIAL  begin with this one (0)\n"
			    "  --trials N     stop after so many (no limit)\n"
			    "  --plans        print every plan\n";

static bool
parse_number(const char *text, uint64_t *ret_number)
{
	char *end;

	errno = 0;
	*ret_number = strtoull(text, &end, 10);
	return errno == 0 && *text >= '0' && *text <= '9' && *end == '\0';
}

static bool
parse(int argc, char **argv, struct options *options)
{
	static const struct option known[] = { { "frames", required_argument, NULL, 'f' },
		{ "seed", required_argument, NULL, 's' }, { "seconds", required_argument, NULL, 't' },
		{ "each", required_argument, NULL, 'e' }, { "first", required_argument, NULL, 'b' },
		{ "trials", required_argument, NULL, 'n' }, { "plans", no_argument, NULL, 'p' },
		{ NULL, 0, NULL, 0 } };
	bool is_good = true;
	int option;

	while (is_good && (option = getopt_long(argc, argv, "", known, NULL)) != -1)
		switch (option) {
		case 'f':
			is_good = parse_number(optarg, &options->frames);
			break;
		case 's':
			is_good = parse_number(optarg, &options->seed);
			break;
		case 't':
			is_good = parse_number(optarg, &options->seconds);
			break;
		case 'e':
			is_good = parse_number(optarg, &options->each) && options->each >= 1000;
			break;
		case 'b':
			is_good = parse_number(optarg, &options->first);
			break;
		case 'n':
			is_good = parse_number(optarg, &options->trials);
			break;
		case 'p':
			options->prints_plans = true;
			break;
		default:
			is_good = false;
		}
	return is_good && optind == argc;
}

static uint64_t
now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec;
}

static void
print_plan(const struct ovr_plan *plan)
{
	char *text = ovr_plan_print(plan);

	printf("%s\n", text != NULL ? text : "(no memory for the plan)");
	free(text);
}

/* Everything that is needed to look into it. */
static void
print_contradiction(const struct options *options, uint64_t trial, const struct ovr_plan *plan,
	const struct ovr_result *result, const struct ovr_err *err)
{
	const struct ovr_ledger *ledger = &result->ledger;
	const struct ovr_ledger_figures *f = &ledger->figures;

	printf("soak: contradiction in trial %" PRIu64 ", seed %" PRIu64 ", each %" PRIu64 ": %s\n", trial,
		options->seed, options->each, err->text);
	print_plan(plan);
	printf("attempted %" PRIu64 " refused %" PRIu64 " sent %" PRIu64 " received %" PRIu64
	       " unique %" PRIu64 " duplicate %" PRIu64 " reordered %" PRIu64 " late %" PRIu64
	       " corrupt %" PRIu64 " stale %" PRIu64 " foreign %" PRIu64 "\nlost %" PRId64
	       " explained %" PRId64 " unexplained %" PRId64 "\n",
		f->attempted, f->refused, f->sent, f->received, f->unique, f->duplicate, f->reordered,
		f->late, f->corrupt, f->stale, f->foreign, ledger->lost, ledger->explained,
		ledger->unexplained);
	for (uint32_t i = 0; i < ledger->n_accounts; i++)
		printf("%-12s queue %2d %12" PRIu64 "  %s\n", ovr_ledger_place_name(ledger->account[i].place),
			ledger->account[i].queue, ledger->account[i].frames, ledger->account[i].counter);
	for (int kind = 0; kind < OVR_IMPAIRMENT_KINDS; kind++)
		printf("%-8s %" PRIu64 "\n", ovr_impairment_name((enum ovr_impairment_kind)kind),
			result->impairments[kind]);
	for (uint32_t i = 0; i < ledger->n_reasons; i++)
		printf("%s\n", ledger->reason[i]);
}

static void
add_up(struct totals *totals, const struct ovr_result *result, const struct soak_seen *seen)
{
	const struct ovr_ledger_figures *f = &result->ledger.figures;

	totals->trials++;
	totals->frames += f->sent;
	totals->lost += (uint64_t)result->ledger.lost;
	totals->impairments += seen->impairments;
	totals->n_exact += seen->is_exact;
	totals->n_clean += !seen->has_overrun;
	totals->n_unlisted += !seen->is_listed;
	totals->duplicate += f->duplicate;
	totals->reordered += f->reordered;
	totals->corrupt += f->corrupt;
	totals->late += f->late;
	totals->ahead += seen->n_ahead;
	totals->refused += f->refused;
	for (int kind = 0; kind < OVR_IMPAIRMENT_KINDS; kind++)
		totals->of_kind[kind] += result->impairments[kind];
	for (uint32_t q = 0; q < result->n_queues; q++)
		totals->missed += result->queue[q].missed;
}

static void
print_progress(const struct totals *t, uint64_t elapsed_s)
{
	fprintf(stderr,
		"%5" PRIu64 " s: %" PRIu64 " trials, %" PRIu64 " frames, %" PRIu64 " lost, %" PRIu64
		" impairment events, %" PRIu64 " with equal sets\n",
		elapsed_s, t->trials, t->frames, t->lost, t->impairments, t->n_exact);
}

static void
print_summary(const struct totals *t, const struct options *options, uint64_t elapsed_s)
{
	printf("lost %" PRIu64 ": rings %" PRIu64 ", dropped %" PRIu64 ", bad FCS %" PRIu64
	       ", corrupt %" PRIu64 ", late %" PRIu64
	       ", less copies that did not arrive as duplicates %" PRIu64 "\n",
		t->lost, t->missed, t->of_kind[OVR_IMPAIRMENT_DROP], t->of_kind[OVR_IMPAIRMENT_FCS],
		t->corrupt, t->late, t->of_kind[OVR_IMPAIRMENT_DUP] - t->duplicate);
	printf("copies %" PRIu64 ", duplicates %" PRIu64 "; held back %" PRIu64 ", reordered %" PRIu64
	       "; damaged %" PRIu64 ", corrupt %" PRIu64 "; refused %" PRIu64 "; ahead of their time %" PRIu64
	       "\n",
		t->of_kind[OVR_IMPAIRMENT_DUP], t->duplicate, t->of_kind[OVR_IMPAIRMENT_REORDER],
		t->reordered, t->of_kind[OVR_IMPAIRMENT_CORRUPT], t->corrupt, t->refused, t->ahead);
	printf("trials: %" PRIu64 " whose lost numbers are exactly those that the wire took, %" PRIu64
	       " without a ring overrun, %" PRIu64
	       " with more periods or impairment events than are listed; %" PRIu64 " s\n",
		t->n_exact, t->n_clean, t->n_unlisted, elapsed_s);
	printf("soak: %" PRIu64 " trials, %" PRIu64 " frames, 0 contradictions, seed %" PRIu64 "\n",
		t->trials, t->frames, options->seed);
}

/* @return 0; the status that ends it, with all that is to be said printed */
static int
run_one(const struct options *options, uint64_t trial, const struct ovr_cpu_map *cpu_map,
	struct soak_books *books, struct totals *totals)
{
	static struct ovr_plan plan;
	static struct ovr_result result;
	struct soak_seen seen = { .impairments = 0 };
	struct ovr_err err = { "" };
	int status = soak_draw(options->seed, trial, options->each, &plan, &err);

	if (status == 0 && options->prints_plans)
		print_plan(&plan);
	if (status == 0)
		status = ovr_trial_run(&plan, cpu_map, NULL, &result, &err);
	if (status != 0) {
		printf("soak: trial %" PRIu64 ", seed %" PRIu64 " cannot be run: %s\n", trial, options->seed,
			err.text);
		print_plan(&plan);
		return status;
	}
	status = soak_check(&result, books, &seen, &err);
	if (status != 0)
		print_contradiction(options, trial, &plan, &result, &err);
	else
		add_up(totals, &result, &seen);
	ovr_result_done(&result);
	return status;
}

static int
soak(const struct options *options, const struct ovr_cpu_map *cpu_map)
{
	uint64_t start_s = now_s(), said_s = start_s, at_s = start_s;
	struct soak_books books = { .capacity = 0 };
	struct totals totals = { .trials = 0 };
	int status = 0;

	while (status == 0 && totals.frames < options->frames &&
		(options->seconds == 0 || at_s - start_s < options->seconds) &&
		(options->trials == 0 || totals.trials < options->trials)) {
		status = run_one(options, options->first + totals.trials, cpu_map, &books, &totals);
		at_s = now_s();
		if (at_s - said_s >= PROGRESS_S) {
			print_progress(&totals, at_s - start_s);
			said_s = at_s;
		}
	}
	if (status == 0)
		print_summary(&totals, options, at_s - start_s);
	soak_books_done(&books);
	return status;
}

int
main(int argc, char **argv)
{
	struct options options = { .frames = 1000000000, .seed = 1, .each = 10000000 };
	struct ovr_env_conf env = { .extra = NULL };
	static struct ovr_plan plan;
	struct ovr_cpu_map cpu_map;
	struct ovr_err err;
	int status;

	if (!parse(argc, argv, &options)) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	/* one core sends and one receives, however many queues there are */
	ovr_plan_default(&plan);
	status = ovr_plan_freeze(&plan, &err);
	if (status == 0)
		status = ovr_trial_env(&plan, &cpu_map, &env, &err);
	if (status == -ENODEV) {
		printf("skip: %s\n", err.text);
		return EXIT_SKIPPED;
	}
	env.memory_mb = SOAK_MEMORY_MB;
	if (status == 0)
		status = ovr_env_start(&env, &err);
	if (status != 0) {
		fprintf(stderr, "soak: %s\n", err.text);
		return EXIT_USAGE;
	}
	status = soak(&options, &cpu_map);
	ovr_env_stop();
	return status == 0 ? EXIT_SUCCESS : EXIT_CONTRADICTION;
}
