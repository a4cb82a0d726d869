/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/advice.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support/advice_sample.h"

static struct ovr_result_advice advice;
static struct ovr_err err;

static void
expect(const char *const *lines)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(ovr_report_advice_text(&advice, out, &err), 0);
	fclose(out);
	for (; *lines != NULL; lines++)
		cr_assert_not_null(strstr(text, *lines), "no \"%s\" in\n%s", *lines, text);
	free(text);
}

static void
refuse(const char *words)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(ovr_report_advice_text(&advice, out, &err), 0);
	fclose(out);
	cr_assert_null(strstr(text, words), "\"%s\" in\n%s", words, text);
	free(text);
}

#define EXPECT(...) expect((const char *const[]){ __VA_ARGS__, NULL })

Test(advice, a_ring_is_told_with_its_time_its_cost_its_command_and_its_verification)
{
	advice_sample_ring(&advice);
	EXPECT("arrivals  1.00 Mpps\n",
		"service   10.00 Mpps while it polls; the arrivals take 10 % of its time",
		"in 30.0 s: 2,999 injected, 1 host stalls (100 µs … 1 ms: 1)",
		"300 µs on core 1, 2.00 s into the baseline: on-cpu",
		"longer stalls than the baseline saw: at most 359 an hour (95 %)",
		"ring 1024   buffer time 1.02 ms   for stalls of up to 500 µs: 816 slots, 816 descriptors at "
		"least",
		"for the injected ones alone: 1024", "for host stalls too: 1024", "drains in 55.6 µs",
		"2 MiB in 1 ring with buffers of 2048 bytes; devices write to 4 MiB of a cache of 22 MiB as "
		"a rule, "
		"which hold rings of 2,048",
		"command   --rxd 1024\n", "512: 512 µs", "verified with stalls of 833 µs every 10.0 ms",
		"ring 1024   0 lost in 0 of 99 stalls (model 0)\n",
		"ring 512    240 lost in 1 of 1 stalls (model 238); excluded: 98 stalls, and 21,000 lost "
		"frames; "
		"disturbed, again\n",
		"ring 512    23,324 lost in 98 of 98 stalls (model 23324); in no stall: 3; excluded: 1 "
		"stall, and 240 lost "
		"frames\n",
		"\n  PASS\n");
}

Test(advice, one_that_is_void_recommends_no_ring_and_no_command)
{
	advice_sample_ring(&advice);
	advice.verdict = OVR_VERDICT_VOID;
	advice.command[0] = '\0';
	EXPECT("ring 1024   0 lost in 0 of 99 stalls", "\n  VOID");
	refuse("command");
	refuse("descriptors at least");
	refuse("memory");
}

Test(advice, bursts_that_a_slow_receiver_was_verified_with_are_counted)
{
	advice_sample_ring(&advice);
	advice.advice.verification_stall_ns = 0;
	advice.verification[0].by_bursts = true;
	advice.verification[0].n_compared = advice.verification[0].n_injected = 9;
	EXPECT("verified without stalls\n", "ring 1024   0 lost in 9 bursts\n");
}

Test(advice, the_rings_of_the_verification_are_told)
{
	advice_sample_nic(&advice);
	EXPECT("command   ethtool -G eth1 rx 1024   (it is 256; or overrun ring set eth1 --rx 1024, and "
	       "--rxd 1024 here)\n",
		"verified with stalls of 833 µs every 10.0 ms, on the ring of the socket and that of the "
		"NIC\n",
		"  the NIC was not set to 512: eth1: the driver refuses rings of rx 512\n",
		"ring 1024   (NIC 1056) 0 lost in 0 of 99 stalls", "ring 512    (NIC as it was) 23,324 lost");
}

Test(advice, a_command_for_the_socket_alone_is_marked_as_such)
{
	advice_sample_nic(&advice);
	advice.verification[0].nic_ring = 0;
	advice.nic_refused_ring = 1024;
	snprintf(advice.command, sizeof(advice.command), "--rxd 1024");
	EXPECT("command   --rxd 1024   (of the socket alone; that of the NIC could not be verified, and is "
	       "256)\n",
		"verified with stalls of 833 µs every 10.0 ms\n",
		"  the NIC was not set to 1024: eth1: the driver", "ring 1024   (NIC as it was) 0 lost");
}

Test(advice, a_host_that_stalls_for_longer_than_any_ring_is_to_be_fixed)
{
	advice_sample_host(&advice);
	EXPECT("100 ms on core 1, 2.00 s into the baseline: preempted, 99.0 ms of it in the run queue",
		"stalls longer than any ring's buffer time: 1, at most 569 an hour",
		"ring 1024   buffer time 1.02 ms",
		"for host stalls: none; the longest is 100 ms, and the buffer time of a ring of 65536 is "
		"65.5 ms: fix "
		"the host",
		"(it is 256; or overrun ring set", "LOSS: the host, not the ring, is to be fixed");
}

Test(advice, a_host_whose_stalls_outlast_any_ring_is_given_no_ring_and_no_command)
{
	advice_sample_hopeless(&advice);
	EXPECT("\n  ring for host stalls: none; the longest is 100 ms, and the buffer time of a ring of "
	       "65536 is "
	       "65.5 "
	       "ms: fix the host\n",
		"stalls longer than any ring's buffer time: 1, at most 569 an hour");
	refuse("command");
	refuse("buffer time 0");
	refuse("verified with");
}

Test(advice, a_log_that_was_full_is_told_with_the_time_that_it_tells_of)
{
	advice_sample_full(&advice);
	EXPECT("1 host stalls (100 µs … 1 ms: 1); their log was full after 6.00 s, and what is listed "
	       "below is of "
	       "that time\n",
		"300 µs on core 1, when its log was full\n",
		"longer stalls than the baseline saw: at most 1.8e+03 an hour (95 %)");
}

Test(advice, bursts_that_no_ring_holds_are_told_by_their_slots)
{
	advice_sample_ring(&advice);
	advice.advice.kind = OVR_METHOD_ADVICE_PORT;
	advice.advice.ring = 0;
	advice.advice.burst_slots = 3859;
	advice.question.ring_max = 2048;
	EXPECT("no ring up to 2048 is enough: what comes takes 3,859 slots before any stall\n");
	refuse("is enough for stalls");
	advice.advice.burst_slots = 1;
	EXPECT("no ring up to 2048 is enough for stalls of 750 µs");
}

Test(advice, an_overload_is_told_with_the_queues_that_would_be_enough)
{
	advice_sample_overload(&advice);
	EXPECT("service   800.0 kpps while it polls; the arrivals take 125 % of its time",
		"no ring is enough: 1.00 Mpps come, and 800.0 kpps are served, stalls included: 20 % is "
		"lost; 2 "
		"queues, each with a core like this, would be",
		"LOSS: no ring is enough");
}
