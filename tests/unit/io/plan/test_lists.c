/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/values.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "plan/command.h"

static struct ovr_plan plan;
static struct ovr_err err;

/* What a row reads, as it prints it. */
static const char *
read_back(const char *key, const char *text)
{
	static char buf[OVR_PLAN_VALUE_BYTES];
	const struct ovr_plan_row *row = ovr_plan_row_of(key);

	ovr_plan_default_for(OVR_PLAN_SWEEP, &plan);
	cr_assert_eq(ovr_plan_set(&plan, key, text, &err), 0, "%s", err.text);
	return row->print(row, &plan, buf, sizeof(buf));
}

static void
refused(const char *key, const char *text, const char *sentence)
{
	struct ovr_plan before;

	ovr_plan_default_for(OVR_PLAN_SWEEP, &plan);
	before = plan;
	cr_assert_neq(ovr_plan_set(&plan, key, text, &err), 0, "%s: %s was taken", key, text);
	cr_assert_str_eq(err.text, sentence);
	cr_assert_eq(memcmp(&plan, &before, sizeof(plan)), 0, "%s: %s changed the plan", key, text);
}

Test(lists, two_dots_between_rings_double)
{
	cr_assert_str_eq(read_back("rings", "64..8192"), "64,128,256,512,1024,2048,4096,8192");
	cr_assert_eq(plan.sweep.n_rings, 8);
	cr_assert_str_eq(read_back("rings", "100..399"), "100,200");
	cr_assert_str_eq(read_back("rings", "7..7"), "7");
}

Test(lists, rings_are_kept_ascending)
{
	cr_assert_str_eq(read_back("rings", "3000,64..256,1k"), "64,128,256,1000,3000");
}

Test(lists, each_kind_of_value_reads_back)
{
	cr_assert_str_eq(read_back("rates", "50%,100%,5mpps,1gbps-l2"), "50%,100%,5mpps,1gbps-l2");
	cr_assert_str_eq(read_back("bursts", "32,8"), "32,8");
	cr_assert_str_eq(read_back("queues", "1,2,4"), "1,2,4");
	cr_assert_str_eq(read_back("sizes", "64,imix,aaaafg"), "64,imix,aaaafg");
	cr_assert_eq(plan.sizes.n, 3);
	cr_assert_str_eq(read_back("repeats", "3"), "3");
}

Test(lists, the_comma_of_a_jitter_belongs_to_its_stall)
{
	cr_assert_str_eq(read_back("stalls", "none,100us/10ms,jitter=10%,unread,1ms/20ms"),
		"none,100us/10ms,jitter=10%,unread,1ms/20ms");
	cr_assert_eq(plan.sweep.n_stalls, 4);
	cr_assert_eq(plan.sweep.stall[1].jitter_ppb, 100000000);
	cr_assert(plan.sweep.stall[2].unread);
}

Test(lists, auto_is_the_plans_own_value)
{
	static const char *const keys[] = { "rings", "sizes", "rates", "bursts", "queues", "stalls" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		cr_assert_str_eq(read_back(keys[i], "auto"), "auto");
	cr_assert_eq(plan.sweep.n_stalls, 0);
}

Test(lists, what_is_no_list_is_refused)
{
	refused("rings", "", "rings: found \"\", accepted: auto, or values with a comma between two");
	refused("rings", "64,,128", "rings: found a comma after \"64\", accepted: another value");
	refused("rings", "64,", "rings: found a comma after \"64\", accepted: another value");
	refused("rings", "128..64", "rings: found 128..64, accepted: the smaller one first");
	refused("rings", "64,64..128", "rings: found 64 twice, accepted: each value once");
	refused("rings", "0", "rings: found \"0\", accepted: 1 to 65536");
	refused("bursts", "8,8", "bursts: found 8 twice, accepted: each value once");
	refused("rates", "50%,0.5%,50%", "rates: found 50% twice, accepted: each value once");
	refused("stalls", "none,none", "stalls: found none twice, accepted: each value once");
	refused("sizes", "64,512,64", "sizes: found 64 twice, accepted: each value once");
	refused("queues", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17",
		"queues: found more than 16 values, accepted: at most these");
	refused("repeats", "0", "repeats: found \"0\", accepted: 1 to 1000");
}

Test(lists, a_value_is_refused_as_it_is_by_itself)
{
	refused("rings", "64,many", "rings: found \"many\", accepted: a whole number from 1 to 65536");
	refused("stalls", "2ms/1ms",
		"stalls: found \"2ms/1ms\", accepted: a length above 0 and below the period");
}

Test(lists, a_run_has_no_lists)
{
	ovr_plan_default(&plan);
	cr_assert_eq(ovr_plan_set(&plan, "rings", "64", &err), -ENOENT);
	cr_assert_not_null(strstr(err.text, "accepted: for"));
}
