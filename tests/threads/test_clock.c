/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A time that another core took and handed over is never later than the time at which it is seen
 * here. One thread writes the time over and over, the other one holds what it sees against its own.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

#include "clock/clock.h"

#define TIMES     100000u
#define LEAST     1000u
#define SECONDS   5
#define SKIPPED   77
#define LOOK_EACH 1024u /* turns between two looks at the system's clock */

static _Alignas(64) _Atomic uint64_t handed_over;
static _Alignas(64) atomic_bool quit;

static void *
hand_over(void *arg)
{
	(void)arg;
	while (!atomic_load_explicit(&quit, memory_order_relaxed)) {
		atomic_store_explicit(&handed_over, ovr_clock_cycles(), memory_order_release);
		/* long enough for the reader to fetch the line, so that it waits for every one */
		for (unsigned int i = 0; i < 64; i++)
			atomic_signal_fence(memory_order_seq_cst);
	}
	return NULL;
}

int
main(void)
{
	uint64_t n_early = 0, earliest = 0, n_seen = 0, before = 0;
	struct timespec start, at;
	pthread_t writer;

	clock_gettime(CLOCK_MONOTONIC, &start);
	at = start;
	if (pthread_create(&writer, NULL, hand_over, NULL) != 0)
		return 1;
	for (uint64_t turn = 0; n_seen < TIMES && at.tv_sec - start.tv_sec < SECONDS; turn++) {
		uint64_t sent = atomic_load_explicit(&handed_over, memory_order_acquire);
		uint64_t now;

		if (turn % LOOK_EACH == 0)
			clock_gettime(CLOCK_MONOTONIC, &at);
		if (sent == before)
			continue;
		now = ovr_clock_cycles_after_reads();
		before = sent;
		n_seen++;
		if (now < sent) {
			n_early++;
			if (sent - now > earliest)
				earliest = sent - now;
		}
	}
	atomic_store(&quit, true);
	pthread_join(writer, NULL);
	printf("%" PRIu64 " times seen, %" PRIu64 " of them before they were taken, by %" PRIu64
	       " cycles at most\n",
		n_seen, n_early, earliest);
	if (n_early != 0)
		return 1;
	if (n_seen >= LEAST)
		return 0;
	printf("skip: the two threads hardly ran at the same time\n");
	return SKIPPED;
}
