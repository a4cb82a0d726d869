/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/ring.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

static const struct ovr_ring_view vmxnet3 = {
	.name = "eth0",
	.driver = "vmxnet3",
	.state = "up",
	.speed = OVR_RING_SPEED_DEVICE,
	.line_bps = UINT64_C(10000000000),
	.n_rxq = 1,
	.known = true,
	.current = { 1024, 0, 128, 512 },
	.maximum = { 4096, 0, 4096, 4096 },
	.usable = 1023,
	.usable_max = 4095,
	.usable_is_verified = true,
};

static char *
text_of(const struct ovr_ring_view *view)
{
	struct ovr_err err = { "" };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(ovr_report_ring_text(view, out, &err), 0, "%s", err.text);
	fclose(out);
	return text;
}

static void
expect_text(const struct ovr_ring_view *view, const char *expected)
{
	char *text = text_of(view);

	cr_expect_str_eq(text, expected);
	free(text);
}

static void
expect_line(const struct ovr_ring_view *view, const char *line)
{
	char *text = text_of(view);

	cr_expect_not_null(strstr(text, line), "%s", text);
	free(text);
}

Test(ring, the_picture_is_that_of_ethtool_with_the_times)
{
	expect_text(&vmxnet3,
		"eth0   vmxnet3   10G   up\n"
		"\n"
		"  ring       maximum   current\n"
		"  RX            4096      1024\n"
		"  RX Mini          -         -\n"
		"  RX Jumbo      4096       128\n"
		"  TX            4096       512\n"
		"\n"
		"  buffer time of the receive ring at 10G line rate\n"
		"                size    usable         64 B    1518 B\n"
		"  current       1024      1023      68.7 µs   1.26 ms\n"
		"  maximum       4096      4095       275 µs   5.04 ms\n");
}

Test(ring, what_is_saved_has_a_column_and_the_way_back)
{
	struct ovr_ring_view view = vmxnet3;

	view.is_saved = true;
	view.saved = (struct ovr_ring_sizes){ 256, 0, 64, 512 };
	expect_line(&view,
		"  ring       maximum   current     saved\n"
		"  RX            4096      1024       256\n"
		"  RX Mini          -         -         -\n"
		"  RX Jumbo      4096       128        64\n"
		"  TX            4096       512       512\n"
		"\n"
		"  saved: \"overrun ring restore eth0\" brings it back\n");
}

Test(ring, a_driver_without_ring_control_is_said_in_the_table)
{
	const struct ovr_ring_view veth = { .name = "veth0",
		.driver = "veth",
		.state = "up",
		.speed = OVR_RING_SPEED_MADE_UP,
		.stated_bps = 10000000000 };

	expect_text(&veth,
		"veth0   veth   10G (made up)   up\n"
		"\n"
		"  ring       maximum   current\n"
		"  RX               -         -\n"
		"  RX Mini          -         -\n"
		"  RX Jumbo         -         -\n"
		"  TX               -         -\n"
		"\n"
		"  no ring control: the driver tells no ring sizes, and takes none\n");
}

Test(ring, without_a_speed_the_option_is_named_that_gives_it)
{
	struct ovr_ring_view view = vmxnet3;

	view.speed = OVR_RING_SPEED_UNKNOWN;
	view.line_bps = 0;
	expect_line(&view, "speed of the line, which the driver does not tell: --line 10G\n");
	view.speed = OVR_RING_SPEED_MADE_UP;
	expect_line(&view, "speed of the line, which this driver makes up: --line 10G\n");
}

Test(ring, a_speed_that_was_given_is_marked)
{
	struct ovr_ring_view view = vmxnet3;

	view.speed = OVR_RING_SPEED_GIVEN;
	expect_line(&view, "eth0   vmxnet3   10G (--line)   up\n");
}

Test(ring, usable_descriptors_of_a_driver_that_nobody_looked_at_are_not_told)
{
	struct ovr_ring_view view = vmxnet3;

	view.usable_is_verified = false;
	expect_line(&view, "  current       1024         ?      68.7 µs   1.26 ms\n");
	expect_line(&view, "  usable: not verified with this driver;");
}

Test(ring, several_queues_have_a_ring_each)
{
	struct ovr_ring_view view = vmxnet3;

	view.n_rxq = 4;
	expect_line(&view,
		"  4 queues, each with such a ring: as long for one flow, up to 4 times as long for "
		"flows that RSS spreads evenly\n");
}

Test(ring, what_a_device_asks_of_a_size_stands_after_it)
{
	struct ovr_ring_view view = vmxnet3;

	view.rx_min = 128;
	view.rx_align = 32;
	view.tx_min = 512;
	expect_line(&view, "  RX            4096      1024   at least 128   a multiple of 32\n");
	expect_line(&view, "  TX            4096       512   at least 512\n");
}

static const struct ovr_ring_change rounded = {
	.name = "eth0",
	.driver = "vmxnet3",
	.is_change = true,
	.before = { 1024, 0, 128, 512 },
	.asked = { 80, 0, 128, 512 },
	.took = { 96, 0, 64, 512 },
	.is_saved = true,
	.saved = { 1024, 0, 128, 512 },
	.link = OVR_RING_LINK_UP,
	.waited_ns = 412000000,
	.timeout_ms = 10000,
	.carrier_changes = 2,
	.counters_known = true,
	.n_counters = 96,
	.n_reset = 6,
	.reset = { "rx_packets", "tx_packets", "rx_bytes", "tx_bytes" },
};

static void
expect_change(const struct ovr_ring_change *change, const char *expected)
{
	struct ovr_err err = { "" };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(ovr_report_ring_change_text(change, "set", out, &err), 0, "%s", err.text);
	fclose(out);
	cr_expect_not_null(strstr(text, expected), "%s", text);
	free(text);
}

Test(ring, a_change_tells_what_the_driver_took_and_what_it_did_besides)
{
	expect_change(&rounded,
		"eth0   vmxnet3   rings set\n"
		"\n"
		"  RX        1024 → 96   asked 80, the driver took 96\n"
		"  RX Jumbo  128 → 64   not asked for: the driver changed it too\n"
		"  TX        512\n"
		"  link      up again after 412 ms; the carrier flapped 1 time (2 changes)\n"
		"  counters  6 of 96 were reset by it: rx_packets, tx_packets, rx_bytes, tx_bytes and "
		"2 more\n"
		"  saved     \"overrun ring restore eth0\" brings RX 1024, TX 512 back\n");
}

Test(ring, a_change_that_disturbs_nothing_says_so)
{
	struct ovr_ring_change change = rounded;

	change.n_reset = change.carrier_changes = 0;
	expect_change(&change, "  link      up; the carrier stayed\n  counters  none of 96 was reset\n");
}

Test(ring, a_link_that_was_not_waited_for_has_its_reason)
{
	struct ovr_ring_change change = rounded;

	change.carrier_changes = 0;
	change.link = OVR_RING_LINK_DOWN;
	expect_change(&change, "  link      not waited for: the interface is down; the carrier stayed\n");
	change.link = OVR_RING_LINK_NO_CARRIER;
	expect_change(&change, "  link      not waited for: there was no carrier before;");
	change.link = OVR_RING_LINK_LOST;
	change.carrier_changes = 1;
	expect_change(&change, "  link      not back within 10.0 s; the carrier flapped 1 time (1 change)\n");
}

Test(ring, nothing_to_change_is_said)
{
	struct ovr_ring_change change = rounded;

	change.is_change = change.is_saved = false;
	change.asked = change.took = change.before;
	expect_change(&change,
		"eth0   vmxnet3   rings as they were: nothing that was asked differs\n"
		"\n"
		"  RX        1024\n"
		"  RX Jumbo  128\n"
		"  TX        512\n");
}
