/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/wait.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>

#define NS_PER_S 1000000000LL

static atomic_bool stop;

static long long
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* Another thread sets the flag, so that no signal wakes the sleeper. */
static void *
set_later(void *arg)
{
	(void)arg;
	usleep(50000);
	atomic_store(&stop, true);
	return NULL;
}

Test(wait, nobody_asks_to_stop)
{
	long long begun_ns = now_ns();

	cr_expect_not(ovr_wait_is_stopped());
	cr_expect_eq(ovr_wait_ns(120000000), 0);
	cr_expect_geq(now_ns() - begun_ns, 120000000, "longer than a step");
	cr_expect_eq(ovr_wait_ns(0), 0);
}

Test(wait, a_wait_ends_when_the_flag_is_set_and_none_begins_after_it)
{
	long long begun_ns = now_ns();
	pthread_t thread;

	ovr_wait_stop_by(&stop);
	cr_assert_eq(pthread_create(&thread, NULL, set_later, NULL), 0);
	cr_expect_eq(ovr_wait_ns(600 * NS_PER_S), -EINTR);
	cr_expect_eq(ovr_wait_ns(600 * NS_PER_S), -EINTR);
	cr_expect(ovr_wait_is_stopped());
	cr_expect_lt(now_ns() - begun_ns, 60 * NS_PER_S);
	pthread_join(thread, NULL);
}
