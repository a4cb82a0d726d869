/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/ring.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

static const struct ovr_ring_view views[2] = {
	{ .name = "eth0",
		.driver = "vmxnet3",
		.state = "up",
		.speed = OVR_RING_SPEED_DEVICE,
		.line_bps = UINT64_C(10000000000),
		.n_rxq = 2,
		.known = true,
		.current = { 1024, 0, 128, 512 },
		.maximum = { 4096, 0, 4096, 4096 },
		.rx_min = 128,
		.usable = 1023,
		.usable_max = 4095,
		.usable_is_verified = true,
		.is_saved = true,
		.saved = { 256, 0, 128, 512 } },
	{ .name = "veth0", .driver = "veth", .speed = OVR_RING_SPEED_MADE_UP },
};

static json_t *
load(char *text)
{
	json_t *object = json_loads(text, 0, NULL);

	cr_assert_not_null(object, "%s", text);
	free(text);
	cr_expect_str_eq(json_string_value(json_object_get(object, "schema")), "overrun.ring/1");
	return object;
}

/* The number at a path of keys and indices: "current.rx"; -1: null. */
static json_int_t
number_at(const json_t *value, const char *path)
{
	char key[64];

	while (*path != '\0') {
		size_t n = strcspn(path, ".");

		memcpy(key, path, n);
		key[n] = '\0';
		value = json_is_array(value) ? json_array_get(value, strtoul(key, NULL, 10))
					     : json_object_get(value, key);
		cr_assert_not_null(value, "no %s", key);
		path += path[n] == '.' ? n + 1 : n;
	}
	cr_assert(json_is_integer(value) || json_is_null(value));
	return json_is_null(value) ? -1 : json_integer_value(value);
}

Test(ring_json, every_figure_of_the_table_is_there)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	json_t *object;

	cr_assert_eq(ovr_report_rings_json(views, 2, out, NULL), 0);
	fclose(out);
	object = load(text);
	cr_expect_str_eq(json_string_value(json_object_get(object, "command")), "ring show");
	cr_expect_eq(number_at(object, "ports.0.line_bps"), 10000000000);
	cr_expect_eq(number_at(object, "ports.0.rx_queues"), 2);
	cr_expect_eq(number_at(object, "ports.0.current.rx"), 1024);
	cr_expect_eq(number_at(object, "ports.0.current.rx_jumbo"), 128);
	cr_expect_eq(number_at(object, "ports.0.maximum.tx"), 4096);
	cr_expect_eq(number_at(object, "ports.0.saved.rx"), 256);
	cr_expect_eq(number_at(object, "ports.0.limits.rx_min"), 128);
	cr_expect_eq(number_at(object, "ports.0.limits.rx_align"), -1);
	cr_expect_eq(number_at(object, "ports.0.usable"), 1023);
	cr_expect_eq(number_at(object, "ports.0.buffer_time_ns.64"), 68746);
	cr_expect_eq(number_at(object, "ports.0.buffer_time_at_maximum_ns.1518"), 5038488);
	json_decref(object);
}

Test(ring_json, what_is_not_known_is_null)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	json_t *object;

	cr_assert_eq(ovr_report_rings_json(views, 2, out, NULL), 0);
	fclose(out);
	object = load(text);
	cr_expect_eq(number_at(object, "ports.1.line_bps"), -1);
	cr_expect_eq(number_at(object, "ports.1.current"), -1);
	cr_expect_eq(number_at(object, "ports.1.maximum"), -1);
	cr_expect_eq(number_at(object, "ports.1.saved"), -1);
	cr_expect_eq(number_at(object, "ports.1.usable"), -1);
	cr_expect_eq(number_at(object, "ports.1.buffer_time_ns"), -1);
	json_decref(object);
}

Test(ring_json, a_change_tells_link_and_counters)
{
	const struct ovr_ring_change change[2] = {
		{ .name = "eth0",
			.driver = "vmxnet3",
			.is_change = true,
			.before = { 1024, 0, 128, 512 },
			.asked = { 80, 0, 128, 512 },
			.took = { 96, 0, 128, 512 },
			.link = OVR_RING_LINK_UP,
			.waited_ns = 412000000,
			.carrier_changes = 2,
			.counters_known = true,
			.n_counters = 96,
			.n_reset = 1,
			.reset = { "rx_packets" } },
		{ .name = "eth1", .driver = "vmxnet3" },
	};
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	json_t *object;

	cr_assert_eq(ovr_report_ring_changes_json(change, 2, "ring set", out, NULL), 0);
	fclose(out);
	object = load(text);
	cr_expect_str_eq(json_string_value(json_object_get(object, "command")), "ring set");
	cr_expect_eq(number_at(object, "changes.0.before.rx"), 1024);
	cr_expect_eq(number_at(object, "changes.0.asked.rx"), 80);
	cr_expect_eq(number_at(object, "changes.0.took.rx"), 96);
	cr_expect_eq(number_at(object, "changes.0.saved"), -1);
	cr_expect_eq(number_at(object, "changes.0.link.waited_ns"), 412000000);
	cr_expect_eq(number_at(object, "changes.0.link.carrier_changes"), 2);
	cr_expect_eq(number_at(object, "changes.0.counters.compared"), 96);
	cr_expect_eq(number_at(object, "changes.0.counters.reset"), 1);
	cr_expect_eq(number_at(object, "changes.1.link"), -1);
	cr_expect_eq(number_at(object, "changes.1.counters"), -1);
	json_decref(object);
}
