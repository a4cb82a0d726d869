/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/wait.h"

#include <errno.h>
#include <time.h>

#define NS_PER_S UINT64_C(1000000000)
/* A signal that comes between the look at the flag and the sleep does not wake the sleeper. */
#define STEP_NS UINT64_C(50000000)

static const atomic_bool *stop_flag;

void
ovr_wait_stop_by(const atomic_bool *stop)
{
	stop_flag = stop;
}

bool
ovr_wait_is_stopped(void)
{
	return stop_flag != NULL && atomic_load(stop_flag);
}

static uint64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

int
ovr_wait_ns(uint64_t ns)
{
	uint64_t begun_ns = now_ns(), waited_ns = 0;

	for (; !ovr_wait_is_stopped() && waited_ns < ns; waited_ns = now_ns() - begun_ns) {
		uint64_t left_ns = ns - waited_ns;
		const struct timespec step = { .tv_nsec = (long)(left_ns < STEP_NS ? left_ns : STEP_NS) };

		nanosleep(&step, NULL);
	}
	return ovr_wait_is_stopped() ? -EINTR : 0;
}
