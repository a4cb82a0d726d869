/* SPDX-License-Identifier: BSD-3-Clause */
#include "page/view.h"

#include <string.h>

#include "support/result_sample.h"
#include "support/saved_sample.h"

#define MS UINT64_C(1000000)

static const struct ovr_view_picture *
picture_of(const struct ovr_view *view, enum ovr_view_kind kind)
{
	for (size_t i = 0; i < view->n_pictures; i++)
		if (view->picture[i].kind == kind)
			return &view->picture[i];
	cr_assert_fail("no such picture");
	return NULL;
}

static uint64_t
sum_of(const struct ovr_picture_layer *layer)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < OVR_PICTURE_BINS_MAX; i++)
		sum += layer->frames[i];
	return sum;
}

Test(view_run, losses_of_one_place_are_dated_by_their_periods)
{
	struct ovr_result *result = sample_loss();
	struct ovr_saved saved = saved_of(result);
	struct ovr_err err = { "" };
	struct ovr_view view;
	const struct ovr_picture_time *time;

	cr_assert_eq(ovr_view_make(&view, "r.json", saved.root, 1, &err), 0, "%s", err.text);
	time = picture_of(&view, OVR_VIEW_TIME)->of.time;
	cr_expect_eq(time->n_layers, 1);
	cr_expect_str_eq(time->layer[0].name, "rx.ring");
	cr_expect_eq(time->n_bins, OVR_PICTURE_BINS_MAX);
	cr_expect_eq(sum_of(&time->layer[0]), 192884);
	ovr_view_done(&view);
	ovr_saved_close(&saved);
	sample_free(result);
}

/*
 * Three readings: 10 frames were under way at the first one; 600 were lost at the ring in the
 * second interval; what else was lost, by the last one.
 */
static struct ovr_result *
ranges_with_series(void)
{
	struct ovr_result *result = sample_ranges();
	const uint64_t sent = result->ledger.figures.sent, unique = result->ledger.figures.unique;
	const uint64_t ring = 600, lost = sent - unique;

	result->n_samples = 3;
	result->sample = calloc(3, sizeof(*result->sample));
	result->sample[0] = (struct ovr_result_sample){ .end_ns = 100 * MS, .sent = 1000, .unique = 990 };
	result->sample[1] = (struct ovr_result_sample){
		.start_ns = 100 * MS,
		.end_ns = 200 * MS,
		.sent = 1000,
		.unique = 410,
		.missed = ring,
	};
	result->sample[2] = (struct ovr_result_sample){
		.start_ns = 200 * MS,
		.end_ns = 300 * MS,
		.sent = sent - 2000,
		.unique = unique - 1400,
	};
	cr_assert_gt(lost, ring);
	return result;
}

Test(view_run, a_frame_under_way_at_a_reading_is_no_loss)
{
	struct ovr_result *result = ranges_with_series();
	struct ovr_saved saved = saved_of(result);
	struct ovr_err err = { "" };
	struct ovr_view view;
	const struct ovr_picture_time *time;
	uint64_t lost = result->ledger.figures.sent - result->ledger.figures.unique;

	cr_assert_eq(ovr_view_make(&view, "r.json", saved.root, 1, &err), 0, "%s", err.text);
	time = picture_of(&view, OVR_VIEW_TIME)->of.time;
	cr_expect_eq(time->n_bins, 3);
	cr_expect_eq(time->layer[0].frames[1], 600);
	/* the first reading missed 10, the second one the ring's alone: these were under way */
	cr_expect_eq(time->layer[1].frames[0], 0);
	cr_expect_eq(time->layer[1].frames[1], 0);
	cr_expect_eq(time->layer[1].frames[2], lost - 600);
	ovr_view_done(&view);
	ovr_saved_close(&saved);
	sample_free(result);
}

Test(view_run, distances_between_periods_are_as_rfc_3357_has_them)
{
	struct ovr_result *result = sample_loss();
	struct ovr_saved saved = saved_of(result);
	json_t *trial = json_object_get(saved.root, "trial");
	json_t *periods = json_loads(
		"[{\"stream\":0,\"first_seq\":2,\"frames\":1},{\"stream\":0,\"first_seq\":5,\"frames\":1},"
		"{\"stream\":0,\"first_seq\":7,\"frames\":1},{\"stream\":0,\"first_seq\":9,\"frames\":2}]",
		0, NULL);
	struct ovr_err err = { "" };
	struct ovr_view view;
	const struct ovr_picture_columns *columns;

	cr_assert_not_null(periods);
	json_object_set_new(trial, "loss_periods", periods);
	cr_assert_eq(ovr_view_make(&view, "r.json", saved.root, 1, &err), 0, "%s", err.text);
	columns = picture_of(&view, OVR_VIEW_COLUMNS)->of.columns;
	/* 3, 2, 2: one up to 4, two up to 2 */
	cr_expect_eq(columns->count[1][1], 2);
	cr_expect_eq(columns->count[1][2], 1);
	ovr_view_done(&view);
	ovr_saved_close(&saved);
	sample_free(result);
}

/* @return the table of that title */
static const json_t *
table_of(const struct ovr_view *view, const char *title)
{
	const json_t *table;
	size_t i;

	json_array_foreach(view->tables, i, table)
	{
		if (strcmp(ovr_saved_text(table, "title"), title) == 0)
			return table;
	}
	cr_assert_fail("no such table");
	return NULL;
}

static const char *
cell_of(const json_t *table, size_t row, size_t column)
{
	return json_string_value(json_array_get(json_array_get(ovr_get(table, "rows"), row), column));
}

Test(view_run, each_of_several_hosts_has_its_port_and_drivers)
{
	struct ovr_result *result = sample_hosts();
	struct ovr_saved saved = saved_of(result);
	struct ovr_err err = { "" };
	struct ovr_view view;
	const json_t *ports;

	cr_assert_eq(ovr_view_make(&view, "r.json", saved.root, 1, &err), 0, "%s", err.text);
	ports = table_of(&view, "Ports");
	cr_assert_eq(json_array_size(ovr_get(ports, "rows")), 3);
	cr_expect_str_eq(cell_of(ports, 0, 1), "host:a/netdev:eth1");
	cr_expect_str_eq(cell_of(ports, 0, 2), "net_af_xdp");
	cr_expect_str_eq(cell_of(ports, 0, 3), "ixgbe, firmware 0x18b30001");
	cr_expect_str_eq(cell_of(ports, 0, 4), "1,024");
	cr_expect_str_eq(cell_of(ports, 2, 0), "receives");
	cr_expect_str_eq(cell_of(ports, 2, 1), "host:c/netdev:eth1");
	cr_expect_str_eq(cell_of(ports, 2, 4), "512");
	ovr_view_done(&view);
	ovr_saved_close(&saved);
	sample_free(result);
}

Test(view_run, losses_on_either_side_of_the_line_are_ranges)
{
	struct ovr_result *result = sample_hosts();
	struct ovr_saved saved;
	struct ovr_err err = { "" };
	struct ovr_view view;
	const json_t *pairs;

	result->host[0].lost_before_min = 4;
	saved = saved_of(result);
	cr_assert_eq(ovr_view_make(&view, "r.json", saved.root, 1, &err), 0, "%s", err.text);
	pairs = table_of(&view, "Senders and receivers");
	cr_expect_str_eq(cell_of(pairs, 0, 3), "50");
	cr_expect_str_eq(cell_of(pairs, 0, 4), "4 … 10");
	cr_expect_str_eq(cell_of(pairs, 0, 5), "40 … 46");
	ovr_view_done(&view);
	ovr_saved_close(&saved);
	sample_free(result);
}

/* The places of c and d have one name; the picture tells them apart, as the table does. */
Test(view_run, a_place_of_several_hosts_has_the_name_of_its_host)
{
	struct ovr_result *result = sample_mesh();
	struct ovr_saved saved;
	struct ovr_err err = { "" };
	struct ovr_view view;
	const struct ovr_picture_bars *bars;
	size_t n = 0;

	ovr_ledger_add(&result->ledger, OVR_PLACE_RX_NOMBUF, "host:c/netdev:eth1", -1, 0, "rx_mbuf_failed",
		"ethdev");
	ovr_ledger_add(&result->ledger, OVR_PLACE_RX_NOMBUF, "host:d/netdev:eth1", -1, 0, "rx_mbuf_failed",
		"ethdev");
	saved = saved_of(result);
	cr_assert_eq(ovr_view_make(&view, "r.json", saved.root, 1, &err), 0, "%s", err.text);
	bars = picture_of(&view, OVR_VIEW_BARS)->of.bars;
	for (size_t i = 0; i < bars->n_bars; i++)
		n += strcmp(bars->bar[i].name, "c/rx.nombuf") == 0 ||
			strcmp(bars->bar[i].name, "d/rx.nombuf") == 0;
	cr_expect_eq(n, 2);
	/* what goes astray is no frame of others */
	cr_expect_str_eq(cell_of(table_of(&view, "Receivers"), 1, 6), "0");
	cr_expect_str_eq(cell_of(table_of(&view, "Receivers"), 1, 7), "12");
	ovr_view_done(&view);
	ovr_saved_close(&saved);
	sample_free(result);
}

static void
heading_is(const char *tx, const char *rx, const char *heading)
{
	struct ovr_result *result = sample_pass();
	struct ovr_saved saved = saved_of(result);
	json_t *plan = json_object_get(saved.root, "plan");
	struct ovr_err err = { "" };
	struct ovr_view view;

	json_object_set_new(plan, "tx", json_string(tx));
	json_object_set_new(plan, "rx", json_string(rx));
	cr_assert_eq(ovr_view_make(&view, "r.json", saved.root, 1, &err), 0, "%s", err.text);
	cr_expect_str_eq(view.heading, heading);
	ovr_view_done(&view);
	ovr_saved_close(&saved);
	sample_free(result);
}

Test(view_run, the_title_names_the_first_of_many_ports_and_how_many_more_there_are)
{
	heading_is("wire:0", "wire:1,drop=1%", "overrun run: wire:0 → wire:1,drop=1%");
	heading_is("host:a/netdev:eth1,host:b/netdev:eth1,host:c/netdev:eth1", "host:d/netdev:eth1",
		"overrun run: host:a/netdev:eth1 and 2 more → host:d/netdev:eth1");
	/* a receiver stands there for each of its senders */
	heading_is("host:a/udp:1.2.3.4:9,rcvbuf=1,host:b/udp:1.2.3.4:9,host:c/udp:1.2.3.4:9",
		"host:d/udp:1.2.3.4:9,host:d/udp:1.2.3.4:9,host:e/udp:1.2.3.4:9",
		"overrun run: host:a/udp:1.2.3.4:9,rcvbuf=1 and 2 more → host:d/udp:1.2.3.4:9 and 1 more");
	heading_is("wire:0", "wire:1,drop=0.1%,dup=0.1%,reorder=5:0.1%,delay=20us,fcs=0.1%,corrupt=0.1%",
		"overrun run: wire:0 → wire:1,drop=0.1%,dup=0.1%,reorder=5:0.1%,delay=20us,fcs=0.1…");
}

Test(view_run, a_socket_has_no_ring)
{
	struct ovr_result *result = sample_pass();
	struct ovr_saved saved;
	struct ovr_err err = { "" };
	struct ovr_view view;

	snprintf(result->rx_port.label, sizeof(result->rx_port.label), "udp:127.0.0.1:9000");
	saved = saved_of(result);
	cr_assert_eq(ovr_view_make(&view, "r.json", saved.root, 1, &err), 0, "%s", err.text);
	cr_expect_str_eq(cell_of(table_of(&view, "Ports"), 1, 4), "a socket");
	ovr_view_done(&view);
	ovr_saved_close(&saved);
	sample_free(result);
}
