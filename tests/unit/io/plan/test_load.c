/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "plan/command.h"

static struct ovr_plan plan;

static void
load(const char *text)
{
	struct ovr_err err = { "" };

	ovr_plan_default(&plan);
	cr_assert_eq(ovr_plan_load_text(&plan, "plan.yaml", text, strlen(text), &err), 0, "%s", err.text);
}

static void
refuse_bytes(const char *text, size_t size, const char *sentence)
{
	struct ovr_err err = { "" };
	struct ovr_plan before;

	ovr_plan_default(&plan);
	before = plan;
	cr_assert(ovr_plan_load_text(&plan, "plan.yaml", text, size, &err) < 0, "%s was accepted", text);
	cr_assert_str_eq(err.text, sentence);
	cr_assert_eq(memcmp(&plan, &before, sizeof(plan)), 0, "the plan was touched");
}

static void
refuse(const char *text, const char *sentence)
{
	refuse_bytes(text, strlen(text), sentence);
}

Test(load, values_of_a_file_stand_over_the_ones_before)
{
	load("# what\nrate: 14.88mpps\nrxd: 4096   # more\n\nquiet: true\n");
	cr_assert(plan.load.rate.unit == OVR_RATE_PPS && plan.load.rate.value == 14880000000);
	cr_assert_eq(plan.ports.rxd, 4096);
	cr_assert(plan.output.quiet);
	cr_assert_eq(plan.ports.txd, 1024);
}

Test(load, a_json_object_is_a_plan)
{
	load("{\"tx\": \"wire:0\", \"rate\": \"95%\", \"rxd\": 2048, \"quiet\": false,\n\t\"trial-id\": "
	     "\"0x0000beef\", \"json\": \"a\\/b\"}");
	cr_assert(plan.load.rate.unit == OVR_RATE_LINE && plan.load.rate.value == 950000);
	cr_assert_eq(plan.ports.rxd, 2048);
	cr_assert_eq(plan.trial.id, 0xbeef);
	cr_assert_str_eq(plan.output.json, "a/b");
}

Test(load, a_row_of_another_command_may_stand_in_a_file_at_its_default)
{
	struct ovr_err err = { "" };

	ovr_plan_default_for(OVR_PLAN_SELFTEST, &plan);
	cr_assert_eq(ovr_plan_load_text(&plan, "p", "checkpoint: 1m\n", 15, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_plan_load_text(&plan, "p", "checkpoint: 2m\n", 15, &err), -ENOENT);
	cr_assert_str_eq(
		err.text, "p:1:13: checkpoint: found 2m for a selftest, accepted: \"overrun run --plan p\"");
}

Test(load, an_empty_file_changes_nothing)
{
	struct ovr_plan before;
	static const char *const empty[] = { "", "\n", "# nothing\n", "---\n", "---\n...\n", "{}\n",
		"\xef\xbb\xbf" };

	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
		load(empty[i]);
		ovr_plan_default(&before);
		cr_assert_eq(memcmp(&plan, &before, sizeof(plan)), 0);
	}
}

Test(load, time_and_count_come_in_any_order)
{
	load("count: 1000\ntime: 3s\n");
	cr_assert(plan.load.count == 1000 && plan.load.time_ns == 3000000000);
	load("time: 3s\ncount: 1000\n");
	cr_assert(plan.load.count == 1000 && plan.load.time_ns == 3000000000);
}

Test(load, a_bad_value_is_refused_where_it_stands)
{
	refuse("# a plan\nrxd: 512\nrate: fast\n",
		"plan.yaml:3:7: rate: found \"fast\", accepted: a number and pps, kpps, mpps, gpps (frames), "
		"bps, kbps, mbps, gbps (with preamble and gap; -l2 after it: without) or % (of the line), "
		"as in 14.88mpps or 95%");
	refuse("{\"rxd\": 512,\n \"txd\":   0}", "plan.yaml:2:11: txd: found \"0\", accepted: 1 to 65536");
	refuse("rxd:\n", "plan.yaml:1:5: rxd: found \"\", accepted: a whole number from 1 to 65536");
	refuse("rx: wire:1,drop=x\n",
		"plan.yaml:1:5: rx: drop: found \"x\", accepted: a share in percent, as in 0.5%");
}

Test(load, an_unknown_key_is_refused_where_it_stands)
{
	refuse("rxd: 512\n\n  # here\nringsize: 512\ntxd: 1\n",
		"plan.yaml:4:1: unexpected key: ringsize, accepted: the names of the options that say what "
		"to do");
	refuse("{rxd: 512, rate%: 512}",
		"plan.yaml:1:12: unexpected key: rate%, did you mean rate; accepted: the names of the "
		"options "
		"that say what to do");
	refuse("sise: 64\n",
		"plan.yaml:1:1: unexpected key: sise, did you mean size; accepted: the names of the options "
		"that "
		"say what to do");
	refuse("<<: {rxd: 1}\n",
		"plan.yaml:1:1: unexpected key: <<, accepted: the names of the options that say what to do");
}

Test(load, a_key_that_stands_twice_is_refused)
{
	refuse("rxd: 512\ntxd: 1\nrxd: 513\n",
		"plan.yaml:3:1: mapping field already seen: rxd, accepted: every key once");
}

Test(load, a_value_with_parts_is_refused)
{
	refuse("rxd: 512\nsize: [64, 128]\n",
		"plan.yaml:2:7: expecting STRING, got event: SEQUENCE_START, accepted: lines of KEY: VALUE, "
		"each with one plain value");
	refuse("rxd: 512\ncores:\n  tx: 1\n",
		"plan.yaml:3:3: expecting STRING, got event: MAPPING_START, accepted: lines of KEY: VALUE, "
		"each with one plain value");
	refuse("rxd: &a 512\ntxd: *a\n",
		"plan.yaml:2:6: YAML alias unsupported, accepted: lines of KEY: VALUE, each with one plain "
		"value");
}

/* Half a megabyte of brackets took minutes. */
Test(load, entries_within_entries_are_refused_at_the_first, .timeout = 60)
{
	static char text[500000] = "rate: ";
	struct ovr_err err = { "" };

	memset(text + 6, '[', sizeof(text) - 6);
	ovr_plan_default(&plan);
	cr_assert_eq(ovr_plan_load_text(&plan, "plan.yaml", text, sizeof(text), &err), -EINVAL);
	cr_assert_eq(strncmp(err.text, "plan.yaml:1:7: expecting STRING, got event: SEQUENCE_START", 58), 0,
		"%s", err.text);
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = i % 2 == 0 ? '?' : ' ';
	cr_assert_eq(ovr_plan_load_text(&plan, "plan.yaml", text, sizeof(text), &err), -EINVAL);
}

Test(load, what_is_no_mapping_is_refused)
{
	refuse("- rxd\n",
		"plan.yaml:1:1: expecting MAPPING, got event: SEQUENCE_START, accepted: lines of KEY: VALUE, "
		"each with one plain value");
	refuse("rxd\n",
		"plan.yaml:1:1: expecting MAPPING, got event: SCALAR, accepted: lines of KEY: VALUE, each "
		"with one plain value");
	refuse("? [a]\n: 1\n", "plan.yaml:1:3: found a key with parts, accepted: KEY: VALUE");
	refuse("rxd: 1\n---\nrxd: 2\n",
		"plan.yaml:2:1: found a second document, accepted: one plan in a file");
}

Test(load, what_is_no_yaml_is_refused_where_it_ends_to_be_one)
{
	refuse("rxd: 1\n\ttxd: 2\n",
		"plan.yaml:2:1: no YAML: found a tab character that violates indentation, accepted: lines of "
		"KEY: VALUE");
	refuse("rxd: 1: 2\n",
		"plan.yaml:1:7: no YAML: mapping values are not allowed in this context, accepted: lines of "
		"KEY: VALUE");
}

Test(load, bytes_that_no_text_has_are_refused)
{
	struct ovr_err err;

	refuse("rate: \"95%\\0junk\"\n",
		"plan.yaml:1:7: found a text with a zero byte, accepted: text without");
	refuse("\"rxd\\0x\": 1\n", "plan.yaml:1:1: found a text with a zero byte, accepted: text without");
	cr_assert_eq(ovr_plan_load_text(&plan, "p", "rxd: 1\0", 7, &err), -EINVAL);
	cr_assert_eq(ovr_plan_load_text(&plan, "p", "\177ELF\002\001", 6, &err), -EINVAL);
	cr_assert_eq(ovr_plan_load_text(&plan, "p", "json: \xff\xfe", 8, &err), -EINVAL);
}

Test(load, every_prefix_and_every_changed_byte_of_a_plan_is_taken_or_refused)
{
	char text[] =
		"# p\nrx: wire:1,drop-at=1-5+9,reorder=3:1%\nsize: 64:7,570:4,1518:1\ncores: tx=1,2,rx=3\n"
		"shape: burst=5,gap=1ms\nstall: \"200us/10ms,jitter=10%\"\njson: caf\xc3\xa9\nquiet: {a: [b, "
		"*c]}\n";
	static const char changes[] = "\0\n\t\"'[]{}:,#&*!|>%@-?/=+\x7f\x80\xffx09a";
	int n_taken = 0, n_refused = 0;

	ovr_plan_default(&plan);
	for (size_t n = 0; n < sizeof(text); n++)
		*(ovr_plan_load_text(&plan, "p", text, n, NULL) == 0 ? &n_taken : &n_refused) += 1;
	for (size_t i = 0; i + 1 < sizeof(text); i++)
		for (size_t j = 0; j + 1 < sizeof(changes); j++) {
			char kept = text[i];

			text[i] = changes[j];
			*(ovr_plan_load_text(&plan, "p", text, sizeof(text) - 1, NULL) == 0
					? &n_taken
					: &n_refused) += 1;
			text[i] = kept;
		}
	cr_assert(n_taken > 0 && n_refused > 0);
}

Test(load, a_file_is_read_and_named)
{
	char path[] = "/tmp/overrun-test-XXXXXX";
	struct ovr_err err = { "" };
	char start[64];
	int fd = mkstemp(path);

	cr_assert(fd >= 0);
	cr_assert_eq(write(fd, "rxd: 77\nburst: x\n", 17), 17);
	close(fd);
	ovr_plan_default(&plan);
	cr_assert_eq(ovr_plan_load(&plan, path, &err), -EINVAL);
	snprintf(start, sizeof(start), "%s:2:8: burst: found \"x\"", path);
	cr_assert_eq(strncmp(err.text, start, strlen(start)), 0, "%s", err.text);
	cr_assert_eq(truncate(path, 8), 0);
	cr_assert_eq(ovr_plan_load(&plan, path, &err), 0);
	cr_assert_eq(plan.ports.rxd, 77);
	unlink(path);
}

Test(load, what_cannot_be_read_is_refused)
{
	struct ovr_err err = { "" };

	ovr_plan_default(&plan);
	cr_assert_eq(ovr_plan_load(&plan, "/nonexistent/plan.yaml", &err), -ENOENT);
	cr_assert_str_eq(err.text,
		"plan \"/nonexistent/plan.yaml\": No such file or directory, accepted: a YAML file");
	cr_assert_eq(ovr_plan_load(&plan, "/", &err), -EIO);
	cr_assert_str_eq(err.text, "plan \"/\": Is a directory, accepted: a YAML file");
	cr_assert_eq(ovr_plan_load(&plan, "/dev/zero", &err), -EFBIG);
}
