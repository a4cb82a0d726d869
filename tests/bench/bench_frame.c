/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What does it cost to stamp and to classify a frame? The frames lie in a few hundred buffers, as
 * those of a ring do, and fit the second-level cache at 64 bytes.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "clock/clock.h"
#include "frame/classify.h"
#include "frame/frame.h"

#define N_BUFFERS    256
#define BUFFER_BYTES 2048
#define HEAD_BYTES   64
#define BURST        32
#define ROUNDS       15
#define TRIAL        0x5eed1234

static uint8_t buffers[N_BUFFERS][BUFFER_BYTES] __attribute__((aligned(64)));

/* Frames of one kind. */
struct frames {
	unsigned int ip_version;
	unsigned int size;
	unsigned int n; /* per round; a multiple of BURST */
	bool in_bursts;
};

/* Every buffer holds a frame that was stamped. */
static int
prepare(const struct frames *frames, struct ovr_frame_template *template, struct ovr_err *err)
{
	static uint8_t bytes[BUFFER_BYTES] __attribute__((aligned(64)));
	const struct ovr_frame_flow_conf conf = { .ip_version = (uint8_t)frames->ip_version };
	const struct ovr_frame_flow flow = ovr_frame_flow_of(&conf, 3, 0);
	const struct ovr_frame_tag tag = { .trial_id = TRIAL, .stream = 3 };
	int status = ovr_frame_template_build(&flow, frames->size, bytes, template, err);

	for (unsigned int i = 0; i < N_BUFFERS && status == 0; i++) {
		memcpy(buffers[i], bytes, template->pkt_len);
		ovr_frame_stamp(buffers[i], template, &tag);
	}
	return status;
}

static void __attribute__((noinline)) /* callgrind counts by function */
stamp_all(const struct ovr_frame_template *template, unsigned int n)
{
	struct ovr_frame_tag tag = { .trial_id = TRIAL, .stream = 3, .tx_ns = 1234567 };

	for (unsigned int i = 0; i < n; i++) {
		uint8_t *pkt = buffers[i % N_BUFFERS];

		memcpy(pkt, template->bytes, HEAD_BYTES);
		ovr_frame_stamp(pkt, template, &tag);
		tag.seq++;
	}
}

static unsigned int __attribute__((noinline))
classify_all(const struct ovr_frame_template *template, unsigned int n)
{
	const struct ovr_frame_expect expect = { .trial_id = TRIAL, .n_streams = 16 };
	unsigned int n_ours = 0;

	for (unsigned int i = 0; i < n; i++) {
		struct ovr_frame_tag tag;

		n_ours += ovr_frame_classify(buffers[i % N_BUFFERS], template->pkt_len, &expect, &tag) ==
			OVR_FRAME_OURS;
	}
	return n_ours;
}

static unsigned int __attribute__((noinline))
classify_bursts(const struct ovr_frame_template *template, unsigned int n)
{
	const struct ovr_frame_expect expect = { .trial_id = TRIAL, .n_streams = 16 };
	static struct ovr_frame_kinds burst;
	const uint8_t *pkt[BURST];
	uint32_t pkt_len[BURST];
	unsigned int n_ours = 0;

	for (unsigned int i = 0; i < BURST; i++)
		pkt_len[i] = template->pkt_len;
	for (unsigned int done = 0; done < n; done += BURST) {
		for (unsigned int i = 0; i < BURST; i++)
			pkt[i] = buffers[(done + i) % N_BUFFERS];
		ovr_frame_classify_by_four(pkt, pkt_len, BURST, &expect, &burst);
		for (unsigned int i = 0; i < BURST; i++)
			n_ours += burst.kind[i] == OVR_FRAME_OURS;
	}
	return n_ours;
}

static int
run_stamp(const void *arg, struct bench_round *ret_round, struct ovr_err *err)
{
	const struct frames *frames = arg;
	struct ovr_frame_template template;
	uint64_t start;
	int status = prepare(frames, &template, err);

	if (status != 0)
		return status;
	start = ovr_clock_cycles();
	stamp_all(&template, frames->n);
	*ret_round = (struct bench_round){ frames->n, ovr_clock_cycles() - start };
	return 0;
}

static int
run_classify(const void *arg, struct bench_round *ret_round, struct ovr_err *err)
{
	const struct frames *frames = arg;
	struct ovr_frame_template template;
	uint64_t start;
	unsigned int n_ours;
	int status = prepare(frames, &template, err);

	if (status != 0)
		return status;
	start = ovr_clock_cycles();
	n_ours = frames->in_bursts ? classify_bursts(&template, frames->n)
				   : classify_all(&template, frames->n);
	*ret_round = (struct bench_round){ frames->n, ovr_clock_cycles() - start };
	if (n_ours != frames->n)
		return ovr_err_set(
			err, -EBADMSG, "%u of %u stamped frames are not ours", frames->n - n_ours, frames->n);
	return 0;
}

static const struct frames ipv4_64 = { 4, 64, 1000000, false }, ipv4_1518 = { 4, 1518, 100000, false },
			   ipv6_84 = { 6, 84, 1000000, false }, ipv4_64_bursts = { 4, 64, 1000000, true },
			   ipv4_1518_bursts = { 4, 1518, 100000, true };

/* An IPv6 head does not fit the bytes that are copied here. */
static const struct bench_case cases[] = {
	{ "stamp IPv4 64", run_stamp, &ipv4_64 },
	{ "stamp IPv4 1518", run_stamp, &ipv4_1518 },
	{ "classify IPv4 64", run_classify, &ipv4_64 },
	{ "classify IPv4 1518", run_classify, &ipv4_1518 },
	{ "classify IPv4 64, bursts of 32", run_classify, &ipv4_64_bursts },
	{ "classify IPv4 1518, bursts of 32", run_classify, &ipv4_1518_bursts },
	{ "classify IPv6 84", run_classify, &ipv6_84 },
};

int
main(int argc, char **argv)
{
	struct bench_options options;
	int status = bench_options_read(argc, argv, ROUNDS, &options);

	if (status != 0)
		return status > 0 ? 0 : 3;
	return bench_run("frame", &options, cases, sizeof(cases) / sizeof(cases[0]));
}
