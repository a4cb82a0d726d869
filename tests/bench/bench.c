/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock/clock.h"

#define ROUNDS_MAX   1000
#define CALIBRATE_NS 20000000u
#define EXIT_CANNOT  3

/* All rounds of one case. */
struct figures {
	double cycles[ROUNDS_MAX]; /* per frame, sorted at the end */
	double cpu_ns[ROUNDS_MAX]; /* the same; 0: not measured */
	uint64_t frames;
};

static void
print_usage(const char *program, unsigned int rounds)
{
	printf("usage: %s [--only TEXT] [--rounds N] [--json] [--list]\n\n"
	       "  --only TEXT  only the case of this name, or those with it in their names\n"
	       "  --rounds N   rounds of each case, 1 to %d (%u)\n"
	       "  --json       a JSON object per case, one on each line\n"
	       "  --list       the names of the cases\n",
		program, ROUNDS_MAX, rounds);
}

static int
read_rounds(const char *text, unsigned int *ret_rounds)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (*text == '\0' || *end != '\0' || value < 1 || value > ROUNDS_MAX) {
		fprintf(stderr, "bench: --rounds: found '%s', accepted: 1 to %d\n", text, ROUNDS_MAX);
		return -EINVAL;
	}
	*ret_rounds = (unsigned int)value;
	return 0;
}

int
bench_options_read(int argc, char **argv, unsigned int rounds, struct bench_options *ret_options)
{
	static const struct option known[] = {
		{ "only", required_argument, NULL, 'o' },
		{ "rounds", required_argument, NULL, 'r' },
		{ "json", no_argument, NULL, 'j' },
		{ "list", no_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	struct bench_options options = { .rounds = rounds };
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "h", known, NULL)) != -1) {
		switch (option) {
		case 'o':
			options.only = optarg;
			break;
		case 'r':
			if (read_rounds(optarg, &options.rounds) != 0)
				return -EINVAL;
			break;
		case 'j':
			options.json = 1;
			break;
		case 'l':
			options.list = 1;
			break;
		case 'h':
			print_usage(argv[0], rounds);
			return 1;
		default:
			fprintf(stderr, "bench: found '%s', accepted: --only, --rounds, --json, --list\n",
				argv[optind - 1]);
			return -EINVAL;
		}
	}
	if (optind != argc) {
		fprintf(stderr, "bench: found '%s', accepted: options only\n", argv[optind]);
		return -EINVAL;
	}
	*ret_options = options;
	return 0;
}

static int
by_value(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return a < b ? -1 : a > b;
}

static double
median(const double *sorted, unsigned int n)
{
	return n % 2 != 0 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

/* A whole name means that case alone, though others have it in theirs. */
static bool
is_chosen(const struct bench_options *options, const struct bench_case *cases, size_t n_cases, size_t index)
{
	if (options->only == NULL)
		return true;
	for (size_t i = 0; i < n_cases; i++)
		if (strcmp(cases[i].name, options->only) == 0)
			return i == index;
	return strstr(cases[index].name, options->only) != NULL;
}

static void
print_figures(const char *bench, const struct bench_options *options, const char *name,
	const struct figures *figures, double ns_per_cycle)
{
	unsigned int n = options->rounds;
	double cpu_ns = median(figures->cpu_ns, n);
	double least = figures->cycles[0], middle = median(figures->cycles, n), most = figures->cycles[n - 1];

	if (options->json)
		printf("{\"bench\": \"%s\", \"case\": \"%s\", \"rounds\": %u, \"frames\": %" PRIu64
		       ", \"cycles\": %.4f, \"cycles_min\": %.4f, \"cycles_max\": %.4f, \"ns\": %.4f, "
		       "\"mpps\": %.4f",
			bench, name, n, figures->frames, middle, least, most, middle * ns_per_cycle,
			1e3 / (middle * ns_per_cycle));
	else
		printf("%-48s %9.2f %9.2f %9.2f %9.2f %9.2f", name, middle, least, most,
			middle * ns_per_cycle, 1e3 / (middle * ns_per_cycle));
	if (cpu_ns != 0)
		printf(options->json ? ", \"cpu_ns\": %.4f" : " %9.2f", cpu_ns);
	puts(options->json ? "}" : "");
}

int
bench_run(const char *bench, const struct bench_options *options, const struct bench_case *cases,
	size_t n_cases)
{
	struct figures *figures = calloc(n_cases, sizeof(*figures));
	struct ovr_clock clock = ovr_clock_calibrate(CALIBRATE_NS);
	unsigned int n_chosen = 0;
	struct ovr_err err = { "" };
	int code = EXIT_CANNOT;

	for (size_t i = 0; i < n_cases; i++) {
		n_chosen += is_chosen(options, cases, n_cases, i);
		if (options->list && is_chosen(options, cases, n_cases, i))
			printf("%s\n", cases[i].name);
	}
	if (figures == NULL || n_chosen == 0) {
		fprintf(stderr, "bench: --only: found '%s', accepted: a part of a name that --list shows\n",
			options->only);
		goto out;
	}
	for (unsigned int round = 0; round < options->rounds && !options->list; round++) {
		for (size_t i = 0; i < n_cases; i++) {
			struct bench_round done = { 0 };

			if (!is_chosen(options, cases, n_cases, i))
				continue;
			if (cases[i].run(cases[i].arg, &done, &err) != 0 || done.frames == 0) {
				fprintf(stderr, "bench: %s: %s\n", cases[i].name, err.text);
				goto out;
			}
			figures[i].frames += done.frames;
			figures[i].cycles[round] = (double)done.cycles / (double)done.frames;
			figures[i].cpu_ns[round] = (double)done.cpu_ns / (double)done.frames;
		}
	}
	if (!options->json && !options->list)
		printf("%-48s %9s %9s %9s %9s %9s %9s\n", bench, "cycles/fr", "least", "most", "ns/frame",
			"Mpps", "CPU ns");
	for (size_t i = 0; i < n_cases && !options->list; i++) {
		if (!is_chosen(options, cases, n_cases, i))
			continue;
		qsort(figures[i].cycles, options->rounds, sizeof(double), by_value);
		qsort(figures[i].cpu_ns, options->rounds, sizeof(double), by_value);
		print_figures(bench, options, cases[i].name, &figures[i], 1e9 / (double)clock.hz);
	}
	code = 0;
out:
	free(figures);
	return code;
}
