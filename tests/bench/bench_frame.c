/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What does it cost to stamp and to classify a frame? Prints the median and the range of several runs, in ns
 * per frame. The frames lie in a few hundred buffers, as those of a ring do, and fit the second-level cache
 * at 64 bytes.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "frame/classify.h"
#include "frame/frame.h"

#define N_BUFFERS    256
#define BUFFER_BYTES 2048
#define HEAD_BYTES   64
#define N_RUNS       15
#define TRIAL        0x5eed1234

static uint8_t buffers[N_BUFFERS][BUFFER_BYTES] __attribute__((aligned(64)));

static double
now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* One run over n frames. Returns something that depends on all of them. */
typedef uint64_t run_fn(const struct ovr_frame_template *template, unsigned int n);

static uint64_t
run_stamp(const struct ovr_frame_template *template, unsigned int n)
{
	struct ovr_frame_tag tag = { .trial_id = TRIAL, .stream = 3, .tx_ns = 1234567 };

	for (unsigned int i = 0; i < n; i++) {
		uint8_t *pkt = buffers[i % N_BUFFERS];

		memcpy(pkt, template->bytes, HEAD_BYTES);
		ovr_frame_stamp(pkt, template, &tag);
		tag.seq++;
	}
	return buffers[0][40];
}

static uint64_t
run_classify(const struct ovr_frame_template *template, unsigned int n)
{
	const struct ovr_frame_expect expect = {
		.trial_id = TRIAL, .n_streams = 16, .udp_port = OVR_FRAME_UDP_PORT
	};
	uint64_t sum = 0;

	for (unsigned int i = 0; i < n; i++) {
		struct ovr_frame_tag tag;

		if (ovr_frame_classify(buffers[i % N_BUFFERS], template->pkt_len, &expect, &tag) !=
			OVR_FRAME_OURS) {
			fprintf(stderr, "a stamped frame is not ours\n");
			exit(1);
		}
		sum += tag.seq;
	}
	return sum;
}

static void
measure(const char *name, run_fn *run, const struct ovr_frame_template *template, unsigned int n)
{
	volatile uint64_t sink;
	double ns[N_RUNS];

	sink = run(template, n);
	for (unsigned int i = 0; i < N_RUNS; i++) {
		double start = now_ns();

		sink = run(template, n);
		ns[i] = (now_ns() - start) / n;
	}
	(void)sink;
	qsort(ns, N_RUNS, sizeof(ns[0]), compare);
	printf("%-24s %7.2f ns (%.2f to %.2f)\n", name, ns[N_RUNS / 2], ns[0], ns[N_RUNS - 1]);
}

static void
bench_size(const struct ovr_frame_flow *flow, const char *ip, unsigned int size, unsigned int n)
{
	static uint8_t bytes[BUFFER_BYTES] __attribute__((aligned(64)));
	struct ovr_frame_template template;
	char name[64];

	if (ovr_frame_template_build(flow, size, bytes, &template, NULL) != 0)
		exit(1);
	for (unsigned int i = 0; i < N_BUFFERS; i++)
		memcpy(buffers[i], bytes, template.pkt_len);
	if (flow->ip_version == 4) {
		snprintf(name, sizeof(name), "stamp %s %u", ip, size);
		measure(name, run_stamp, &template, n * 4);
	} else {
		struct ovr_frame_tag tag = { .trial_id = TRIAL };

		for (unsigned int i = 0; i < N_BUFFERS; i++)
			ovr_frame_stamp(buffers[i], &template, &tag);
	}
	snprintf(name, sizeof(name), "classify %s %u", ip, size);
	measure(name, run_classify, &template, n);
}

int
main(void)
{
	const struct ovr_frame_flow_conf conf4 = { .ip_version = 4 }, conf6 = { .ip_version = 6 };
	struct ovr_frame_flow flow4 = ovr_frame_flow_of(&conf4, 3, 0),
			      flow6 = ovr_frame_flow_of(&conf6, 3, 0);

	bench_size(&flow4, "IPv4", 64, 1000000);
	bench_size(&flow4, "IPv4", 1518, 100000);
	bench_size(&flow6, "IPv6", 84, 1000000);
	return 0;
}
