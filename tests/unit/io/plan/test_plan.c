/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

static void
set(struct ovr_plan *plan, const char *key, const char *text)
{
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_plan_set(plan, key, text, &err), 0, "%s", err.text);
}

static void
check_same_port(const struct ovr_port_name *a, const struct ovr_port_name *b)
{
	cr_assert_str_eq(a->text, b->text);
	cr_assert_str_eq(a->label, b->label);
	cr_assert_eq(a->kind, b->kind);
	cr_assert_str_eq(a->details, b->details);
	cr_assert_str_eq(a->keys, b->keys);
}

static void
check_same_cpus(const struct ovr_cpuset *a, const struct ovr_cpuset *b)
{
	cr_assert_eq(a->n_cpus, b->n_cpus);
	cr_assert_eq(memcmp(a->cpu, b->cpu, a->n_cpus * sizeof(a->cpu[0])), 0);
}

static void
check_same_ports_and_frames(const struct ovr_plan *a, const struct ovr_plan *b)
{
	check_same_port(&a->ports.tx, &b->ports.tx);
	check_same_port(&a->ports.rx, &b->ports.rx);
	cr_assert_eq(a->ports.path, b->ports.path);
	cr_assert_eq(a->ports.line_bps, b->ports.line_bps);
	cr_assert(a->ports.rxd == b->ports.rxd && a->ports.txd == b->ports.txd);
	cr_assert(a->ports.rxq == b->ports.rxq && a->ports.txq == b->ports.txq);
	cr_assert_eq(a->ports.burst, b->ports.burst);
	cr_assert_eq(a->ports.mbufs, b->ports.mbufs);
	cr_assert_str_eq(a->frames.size.text, b->frames.size.text);
	cr_assert_eq(a->frames.size.length, b->frames.size.length);
	cr_assert_eq(memcmp(a->frames.size.place, b->frames.size.place, a->frames.size.length), 0);
	cr_assert_str_eq(a->frames.templates, b->frames.templates);
	cr_assert_eq(a->frames.ip_version, b->frames.ip_version);
	cr_assert_eq(a->frames.n_vlans, b->frames.n_vlans);
	cr_assert(a->frames.vlan[0] == b->frames.vlan[0] && a->frames.vlan[1] == b->frames.vlan[1]);
	cr_assert_eq(memcmp(a->frames.src_mac, b->frames.src_mac, 6), 0);
	cr_assert_eq(memcmp(a->frames.dst_mac, b->frames.dst_mac, 6), 0);
	cr_assert_eq(a->frames.gateway.ip_version, b->frames.gateway.ip_version);
	cr_assert_eq(memcmp(a->frames.gateway.ip, b->frames.gateway.ip, 16), 0);
	cr_assert_eq(a->frames.streams, b->frames.streams);
}

static void
check_same(const struct ovr_plan *a, const struct ovr_plan *b)
{
	check_same_ports_and_frames(a, b);
	cr_assert(a->load.rate.unit == b->load.rate.unit && a->load.rate.value == b->load.rate.value);
	cr_assert_eq(a->load.shape.shape, b->load.shape.shape);
	cr_assert(a->load.shape.burst_frames == b->load.shape.burst_frames &&
		a->load.shape.gap_ns == b->load.shape.gap_ns);
	cr_assert(a->load.time_ns == b->load.time_ns && a->load.count == b->load.count);
	cr_assert(a->load.on_full == b->load.on_full && a->load.catch_up == b->load.catch_up);
	cr_assert(a->receiver.stall.length_ns == b->receiver.stall.length_ns &&
		a->receiver.stall.period_ns == b->receiver.stall.period_ns);
	cr_assert_eq(a->receiver.stall.jitter_ppb, b->receiver.stall.jitter_ppb);
	cr_assert(a->receiver.service.unit == b->receiver.service.unit &&
		a->receiver.service.value == b->receiver.service.value);
	cr_assert(a->receiver.window == b->receiver.window && a->receiver.tmax_ns == b->receiver.tmax_ns &&
		a->receiver.delta == b->receiver.delta);
	check_same_cpus(&a->host.cores.tx, &b->host.cores.tx);
	check_same_cpus(&a->host.cores.rx, &b->host.cores.rx);
	check_same_cpus(&a->host.cores.wire, &b->host.cores.wire);
	cr_assert_eq(a->host.numa, b->host.numa);
	cr_assert(a->trial.warmup_ns == b->trial.warmup_ns && a->trial.drain_ns == b->trial.drain_ns &&
		a->trial.settle_ns == b->trial.settle_ns);
	cr_assert(a->trial.stall_min_ns == b->trial.stall_min_ns &&
		a->trial.interval_ns == b->trial.interval_ns);
	cr_assert(a->trial.max_loss_ppb == b->trial.max_loss_ppb &&
		a->trial.tolerance_ppb == b->trial.tolerance_ppb);
	cr_assert(a->trial.seed == b->trial.seed && a->trial.id == b->trial.id);
	cr_assert_str_eq(a->output.json, b->output.json);
	cr_assert_str_eq(a->output.csv, b->output.csv);
	cr_assert_str_eq(a->output.capture, b->output.capture);
	cr_assert(a->output.live == b->output.live && a->output.color == b->output.color);
	cr_assert(a->output.metrics.ip_version == b->output.metrics.ip_version &&
		a->output.metrics.port == b->output.metrics.port);
	cr_assert_arr_eq(a->output.metrics.ip, b->output.metrics.ip, sizeof(a->output.metrics.ip));
	cr_assert(a->output.capture_frames == b->output.capture_frames && a->output.quiet == b->output.quiet);
}

/* Print a plan and load it over one that differs from it in every row. */
static void
check_reads_back(const struct ovr_plan *plan)
{
	static const char *const others[][2] = { { "tx", "wire:0,speed=400G" }, { "rx", "vdev:net_ring7" },
		{ "path", "dut" }, { "line", "400G" }, { "rxd", "7" }, { "txd", "7" }, { "rxq", "7" },
		{ "txq", "7" }, { "burst", "7" }, { "mbufs", "7" }, { "size", "777" }, { "templates", "7" },
		{ "ip", "6" }, { "vlan", "7,77" }, { "src-mac", "76:77:77:77:77:77" },
		{ "dst-mac", "77:77:77:77:77:77" }, { "gateway", "77::7" }, { "streams", "77" },
		{ "rate", "7pps" }, { "shape", "burst=7,gap=7s" }, { "time", "7s" }, { "count", "7" },
		{ "on-full", "wait" }, { "catch-up", "true" }, { "stall", "7us/7s" }, { "service", "7pps" },
		{ "window", "128" }, { "tmax", "7s" }, { "delta", "7" }, { "cores", "tx=7,rx=77,wire=777" },
		{ "numa", "strict" }, { "warmup", "7s" }, { "drain", "7s" }, { "settle", "7s" },
		{ "stall-min", "7s" }, { "interval", "7s" }, { "series-rows", "7" }, { "event-gap", "7s" },
		{ "max-loss", "7%" }, { "rate-tolerance", "7%" }, { "seed", "7" }, { "trial-id", "0x7" },
		{ "json", "7" }, { "checkpoint", "7s" }, { "csv", "77" }, { "junit", "7777" },
		{ "tap", "77777" }, { "capture", "777" }, { "capture-frames", "7" }, { "metrics", "7" },
		{ "live", "line" }, { "color", "never" }, { "quiet", "true" } };
	char *text = ovr_plan_print(plan);
	struct ovr_err err = { "" };
	struct ovr_plan again;

	ovr_plan_default(&again);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		set(&again, others[i][0], others[i][1]);
	cr_assert_not_null(text);
	cr_assert_eq(
		ovr_plan_load_text(&again, "printed", text, strlen(text), &err), 0, "%s\n%s", err.text, text);
	check_same(plan, &again);
	free(text);
}

Test(plan, the_default_is_a_wire_at_line_rate_for_five_seconds)
{
	struct ovr_plan plan;

	ovr_plan_default(&plan);
	cr_assert_str_eq(plan.ports.tx.text, "wire:0");
	cr_assert_str_eq(plan.ports.rx.text, "wire:1");
	cr_assert_eq(plan.ports.line_bps, 0);
	cr_assert(plan.ports.rxd == 1024 && plan.ports.txd == 1024 && plan.ports.rxq == 1 &&
		plan.ports.txq == 1 && plan.ports.burst == 32);
	cr_assert_str_eq(plan.frames.size.text, "64");
	cr_assert_eq(plan.frames.ip_version, 4);
	cr_assert_eq(memcmp(plan.frames.src_mac, "\x02\x00\x00\x00\x00\x01", 6), 0);
	cr_assert_eq(memcmp(plan.frames.dst_mac, "\0\0\0\0\0", 6), 0); /* auto */
	cr_assert(plan.load.rate.unit == OVR_RATE_LINE && plan.load.rate.value == 1000000);
	cr_assert_eq(plan.receiver.window, 0);
	cr_assert_eq(plan.receiver.delta, 99);
	cr_assert(plan.receiver.tmax_ns == 2000000000 && plan.trial.stall_min_ns == 0 &&
		plan.trial.interval_ns == 1000000000);
	cr_assert(plan.trial.warmup_ns == 100000000 && plan.trial.drain_ns == 100000000 &&
		plan.trial.settle_ns == 50000000);
	cr_assert(
		plan.trial.max_loss_ppb == 0 && plan.trial.tolerance_ppb == 50000000 && plan.trial.seed == 1);
	cr_assert_eq(ovr_plan_freeze(&plan, NULL), 0);
	cr_assert_eq(plan.load.time_ns, 5000000000);
	cr_assert_eq(plan.trial.stall_min_ns, 5000);
	cr_assert_eq(plan.load.count, 0);
}

Test(plan, an_unknown_key_is_refused_with_the_nearest_one)
{
	struct ovr_plan plan;
	struct ovr_err err = { "" };

	ovr_plan_default(&plan);
	cr_assert_eq(ovr_plan_set(&plan, "ratee", "1pps", &err), -ENOENT);
	cr_assert_str_eq(err.text, "found \"ratee\", which a plan does not have, nearest: \"rate\"");
	cr_assert_eq(ovr_plan_set(&plan, "maxloss", "1pps", &err), -ENOENT);
	cr_assert_str_eq(err.text, "found \"maxloss\", which a plan does not have, nearest: \"max-loss\"");
	cr_assert_eq(ovr_plan_set(&plan, "", "", &err), -ENOENT);
	cr_assert_eq(
		ovr_plan_set(&plan,
			"a-key-that-is-longer-than-any-key-of-the-table-and-than-the-room-for-its-distance",
			"", &err),
		-ENOENT);
}

Test(plan, a_refused_value_leaves_the_plan_as_it_was)
{
	struct ovr_plan plan, before;

	ovr_plan_default(&plan);
	before = plan;
	cr_assert_eq(ovr_plan_set(&plan, "rxd", "many", NULL), -EINVAL);
	cr_assert_eq(memcmp(&plan, &before, sizeof(plan)), 0);
}

Test(plan, the_default_reads_back)
{
	struct ovr_plan plan;

	ovr_plan_default(&plan);
	check_reads_back(&plan);
	cr_assert_eq(ovr_plan_freeze(&plan, NULL), 0);
	check_reads_back(&plan);
}

Test(plan, a_plan_with_every_row_changed_reads_back)
{
	struct ovr_plan plan;

	ovr_plan_default(&plan);
	set(&plan, "tx", "wire:1,speed=25G");
	set(&plan, "rx", "wire:0,drop=0.1%,drop-at=1-5+9,reorder=3:1%,delay=10us");
	set(&plan, "path", "dut");
	set(&plan, "line", "25G");
	set(&plan, "rxd", "4096");
	set(&plan, "txd", "2048");
	set(&plan, "rxq", "4");
	set(&plan, "txq", "2");
	set(&plan, "burst", "64");
	set(&plan, "mbufs", "1000000");
	set(&plan, "size", "128:7,594:4,1518");
	set(&plan, "templates", "a \"quoted\" \\ name.pcap");
	set(&plan, "ip", "6");
	set(&plan, "vlan", "100,200");
	set(&plan, "src-mac", "00:11:22:33:44:55");
	set(&plan, "dst-mac", "0a:bb:cc:dd:ee:ff");
	set(&plan, "streams", "999");
	set(&plan, "rate", "4.88mpps");
	set(&plan, "shape", "burst=512,gap=1500us");
	set(&plan, "time", "none");
	set(&plan, "count", "1000000");
	set(&plan, "on-full", "wait");
	set(&plan, "catch-up", "true");
	set(&plan, "stall", "200us/10ms,jitter=10%");
	set(&plan, "service", "5mpps");
	set(&plan, "window", "1024");
	set(&plan, "tmax", "1ms");
	set(&plan, "delta", "1");
	set(&plan, "cores", "tx=0,3,rx=5,7-9,wire=1");
	set(&plan, "numa", "strict");
	set(&plan, "warmup", "0");
	set(&plan, "drain", "1s");
	set(&plan, "settle", "2s");
	set(&plan, "stall-min", "1us");
	set(&plan, "interval", "10ms");
	set(&plan, "max-loss", "0.0000001%");
	set(&plan, "rate-tolerance", "0.5%");
	set(&plan, "seed", "9223372032559808512");
	set(&plan, "trial-id", "0xdeadbeef");
	set(&plan, "json", "-");
	set(&plan, "csv", "caf\xc3\xa9: #1.csv");
	set(&plan, "capture", "null");
	set(&plan, "link-timeout", "3s");
	set(&plan, "capture-frames", "1");
	set(&plan, "quiet", "true");
	check_reads_back(&plan);
	cr_assert_eq(ovr_plan_freeze(&plan, NULL), 0);
	check_reads_back(&plan);
}

Test(plan, names_that_look_like_yaml_read_back)
{
	static const char *const names[] = { "yes", "~", "12:30", "- a", "a: b", "#a", "a #b", "[a]", "{a",
		"*a", "&a", "!a", "|", ">", "@a", "`a", "%a", " a ", "'a'", "\"", "\\", "a:", "?", "---",
		"...", "1e3", "0x1", ",", "a\\nb" };
	struct ovr_plan plan;

	ovr_plan_default(&plan);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		set(&plan, "json", names[i]);
		check_reads_back(&plan);
	}
}

Test(plan, the_longest_name_of_quotes_reads_back)
{
	struct ovr_plan plan;
	char name[256];

	ovr_plan_default(&plan);
	memset(name, '"', sizeof(name));
	name[255] = '\0';
	set(&plan, "json", name);
	check_reads_back(&plan);
}

Test(plan, ports_left_open_read_back)
{
	struct ovr_plan plan;

	ovr_plan_default(&plan);
	set(&plan, "tx", "wire:");
	set(&plan, "rx", "wire:,drop=1%");
	check_reads_back(&plan);
}

Test(plan, print_has_headings_plain_values_and_quotes_where_needed)
{
	struct ovr_plan plan;
	char *text;

	ovr_plan_default(&plan);
	set(&plan, "tx", "wire:");
	text = ovr_plan_print(&plan);
	cr_assert_not_null(text);
	cr_assert_eq(strncmp(text,
			     "# ports\ntx: \"wire:\"\nrx: wire:1\npath: direct\nvia: none\nforce: "
			     "false\nline: auto\nrxd: 1024\n",
			     88),
		0, "%s", text);
	cr_assert_not_null(strstr(text, "\n\n# frames\nsize: 64\n"));
	cr_assert_not_null(strstr(text, "\nsrc-mac: \"02:00:00:00:00:01\"\n"));
	cr_assert_not_null(strstr(text, "\nrate: 100%\n"));
	cr_assert_not_null(strstr(text, "\njson: none\n"));
	cr_assert_not_null(strstr(text, "\nquiet: false\n"));
	free(text);
}
