/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One writer and two readers of a block of counters, without Criterion, whose workers do not run
 * under ThreadSanitizer. What is checked: no data race, a reader never sees a counter go back or
 * hold what was never in it, and the final values are exact.
 */
#include "stat/stat.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define TURNS   300000u
#define READERS 2

struct block {
	_Alignas(OVR_STAT_LINE_BYTES) struct ovr_stat frames; /* written by the writer */
	struct ovr_stat bytes;                                /* 64 for each frame, after it */
	struct ovr_stat level;                                /* a figure kept elsewhere */
};

static struct block block;
static atomic_bool stop;

static void *
write_turns(void *unused)
{
	for (uint64_t i = 1; i <= TURNS; i++) {
		ovr_stat_add(&block.frames, 1);
		ovr_stat_add(&block.bytes, 64);
		ovr_stat_set(&block.level, i * 3);
	}
	return unused;
}

static char went_back[] = "a counter went back";
static char never_was[] = "a counter held what was never in it";

/* Returns a sentence, or NULL if all was well. */
static void *
read_until_stopped(void *unused)
{
	uint64_t frames = 0, bytes = 0, level = 0;

	(void)unused;
	do {
		uint64_t now_frames = ovr_stat_read(&block.frames);
		uint64_t now_bytes = ovr_stat_read(&block.bytes);
		uint64_t now_level = ovr_stat_read(&block.level);

		if (now_frames < frames || now_bytes < bytes || now_level < level)
			return went_back;
		if (now_frames > TURNS || now_bytes % 64 != 0 || now_level % 3 != 0)
			return never_was;
		frames = now_frames;
		bytes = now_bytes;
		level = now_level;
	} while (!atomic_load_explicit(&stop, memory_order_relaxed));
	return NULL;
}

int
main(void)
{
	pthread_t writer, reader[READERS];
	int status = EXIT_SUCCESS;

	for (int i = 0; i < READERS; i++) {
		if (pthread_create(&reader[i], NULL, read_until_stopped, NULL) != 0)
			return EXIT_FAILURE;
	}
	if (pthread_create(&writer, NULL, write_turns, NULL) != 0)
		return EXIT_FAILURE;
	pthread_join(writer, NULL);
	atomic_store_explicit(&stop, true, memory_order_relaxed);
	for (int i = 0; i < READERS; i++) {
		void *fault;

		pthread_join(reader[i], &fault);
		if (fault != NULL) {
			fprintf(stderr, "reader %d: %s\n", i, (const char *)fault);
			status = EXIT_FAILURE;
		}
	}
	if (ovr_stat_read(&block.frames) != TURNS || ovr_stat_read(&block.bytes) != 64ull * TURNS ||
		ovr_stat_read(&block.level) != 3ull * TURNS) {
		fprintf(stderr, "the final values are wrong\n");
		status = EXIT_FAILURE;
	}
	return status;
}
