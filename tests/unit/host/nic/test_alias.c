/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is booked when a driver's counters move as its source says they do. Names are the drivers'
 * own.
 */
#include "nic/alias.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "nic/interval.h"
#include "nic/sources.h"

#define MOVES_MAX 6

struct move {
	enum ovr_nic_source source;
	const char *name;
	uint64_t added;
};

/* One loss, and all that it moves. */
struct incident {
	const char *driver;
	struct move move[MOVES_MAX];
	const char *booked; /* "place name added", one after the other, in the order of the moves */
};

#define LINK(name, added)                 \
	{                                 \
		OVR_NIC_LINK, name, added \
	}
#define DRIVER(name, added)                 \
	{                                   \
		OVR_NIC_DRIVER, name, added \
	}
#define QSTATS(name, added)                 \
	{                                   \
		OVR_NIC_QSTATS, name, added \
	}

static const struct incident incident[] = {
	/* the row of a driver */
	{ "i40e", { LINK("rx_dropped", 70), DRIVER("rx_dropped", 70) }, "rx.ring rx_dropped 70" },
	{ "i40e", { LINK("rx_dropped", 7), LINK("rx_missed_errors", 50), DRIVER("rx_missed_errors", 50) },
		"rx.errors rx_dropped 7, rx.ring rx_missed_errors 50" },
	{ "iavf", { LINK("rx_dropped", 33), DRIVER("rx_discards", 33) }, "rx.ring rx_dropped 33" },
	{ "enic", { LINK("rx_dropped", 34), DRIVER("rx_no_bufs", 34) }, "rx.ring rx_dropped 34" },
	{ "enic", { LINK("rx_over_errors", 5) }, "rx.errors rx_over_errors 5" },
	{ "nfp", { LINK("rx_dropped", 35), DRIVER("dev_rx_discards", 35) }, "rx.ring rx_dropped 35" },
	{ "atlantic", { LINK("rx_dropped", 36) }, "rx.ring rx_dropped 36" },
	{ "rvu-nicpf", { LINK("rx_dropped", 37), DRIVER("rx_drops", 37) }, "rx.ring rx_dropped 37" },
	{ "rvu-nicvf", { LINK("rx_dropped", 38) }, "rx.ring rx_dropped 38" },
	{ "sfc", { LINK("rx_dropped", 41), DRIVER("port_rx_nodesc_drops", 41) },
		"rx.ring port_rx_nodesc_drops 41" },
	{ "sfc_ef100", { LINK("rx_dropped", 42) }, "rx.ring rx_dropped 42" },
	{ "mlx4_en", { LINK("rx_dropped", 60), LINK("rx_fifo_errors", 9) },
		"rx.ring rx_dropped 60, rx.ring rx_fifo_errors 9" },
	{ "mlx4_en",
		{ LINK("rx_missed_errors", 9), LINK("rx_fifo_errors", 9), LINK("rx_over_errors", 9),
			LINK("rx_dropped", 3) },
		"rx.ring rx_missed_errors 9, rx.ring rx_dropped 3" },
	{ "be2net", { LINK("rx_dropped", 44), DRIVER("rxq0: rx_drops_no_frags", 44) },
		"rx.ring rxq0: rx_drops_no_frags 44" },
	{ "be2net", { LINK("rx_fifo_errors", 45), DRIVER("rx_input_fifo_overflow_drop", 45) },
		"rx.ring rx_fifo_errors 45" },
	{ "bnx2x",
		{ LINK("rx_fifo_errors", 46), DRIVER("[0]: rx_discards", 40), DRIVER("[1]: rx_discards", 6) },
		"rx.ring rx_fifo_errors 46" },
	{ "bnx2x", { LINK("rx_over_errors", 47), DRIVER("rx_brb_discard", 47) },
		"rx.ring rx_over_errors 47" },
	{ "bnx2x", { LINK("rx_fifo_errors", 4), LINK("rx_over_errors", 6), LINK("rx_errors", 10) },
		"rx.ring rx_fifo_errors 4, rx.ring rx_over_errors 6" },
	{ "cxgb4", { LINK("rx_fifo_errors", 48), DRIVER("rx_bg0_frames_dropped ", 48) },
		"rx.ring rx_fifo_errors 48" },
	{ "cxgb3", { LINK("rx_fifo_errors", 8), LINK("rx_missed_errors", 9) },
		"rx.ring rx_fifo_errors 8, rx.ring rx_missed_errors 9" },
	{ "ionic", { LINK("rx_over_errors", 51), DRIVER("hw_rx_over_errors", 51), LINK("rx_errors", 51) },
		"rx.ring rx_over_errors 51" },
	{ "ionic", { LINK("rx_missed_errors", 52), DRIVER("hw_rx_missed_errors", 52), LINK("rx_errors", 52) },
		"rx.errors rx_missed_errors 52" },
	{ "virtio_net", { QSTATS("rx-hw-drop-overruns[0]", 53), QSTATS("rx-hw-drops[0]", 53) },
		"rx.ring rx-hw-drop-overruns[0] 53" },
	{ "virtio_net", { LINK("rx_dropped", 2), QSTATS("rx-hw-drop-overruns[0]", 53) },
		"rx.kernel rx_dropped 2, rx.ring rx-hw-drop-overruns[0] 53" },
	{ "bng_en", { QSTATS("rx-hw-drop-overruns[1]", 54), QSTATS("rx-hw-drops[1]", 54) },
		"rx.ring rx-hw-drop-overruns[1] 54" },
	{ "mana", { LINK("rx_missed_errors", 55), DRIVER("hc_rx_discards_no_wqe", 55) },
		"rx.ring rx_missed_errors 55" },
	{ "gve",
		{ DRIVER("rx_queue_drop_cnt[0]", 3), DRIVER("rx_no_buffers_posted[1]", 4),
			DRIVER("rx_drops_packet_over_mru[1]", 5) },
		"rx.ring rx_queue_drop_cnt[0] 3, rx.ring rx_no_buffers_posted[1] 4, rx.errors "
		"rx_drops_packet_over_mru[1] 5" },
	{ "mvpp2", { DRIVER("rxq_3_queue_full_drops", 56) }, "rx.ring rxq_3_queue_full_drops 56" },
	{ "bnxt_en", { DRIVER("[0]: rx_discards", 57), LINK("rx_missed_errors", 57) },
		"rx.ring [0]: rx_discards 57" },
	{ "bnxt_en", { DRIVER("rx_stat_discard", 58), DRIVER("rx_discard_packets_cos0", 58) },
		"rx.ring rx_stat_discard 58" },
	{ "bnxt_en", { DRIVER("rx_discard_packets_cos0", 40), DRIVER("rx_discard_packets_cos5", 19) },
		"rx.ring rx_discard_packets_cos0 40, rx.ring rx_discard_packets_cos5 19" },
	{ "bnxt_en", { DRIVER("rx_mtu_err_frames", 6) }, "rx.errors rx_mtu_err_frames 6" },
	{ "bnxt_en", { LINK("rx_dropped", 5), DRIVER("rx_total_oom_discards", 5) },
		"rx.kernel rx_dropped 5" },
	{ "ice",
		{ DRIVER("rx_oversize.nic", 1), DRIVER("rx_jabber.nic", 2), DRIVER("rx_fragments.nic", 3),
			DRIVER("rx_undersize.nic", 4), LINK("rx_errors", 10) },
		"rx.errors rx_oversize.nic 1, rx.errors rx_jabber.nic 2, rx.errors rx_fragments.nic 3, "
		"rx.errors "
		"rx_undersize.nic 4" },
	{ "ena", { DRIVER("queue_0_rx_bad_csum", 12) }, "" },
	{ "hv_netvsc", { DRIVER("rx_no_memory", 13) }, "rx.kernel rx_no_memory 13" },
	/* what was right before */
	{ "igb", { DRIVER("rx_queue_0_drops", 30), LINK("rx_missed_errors", 4), LINK("rx_fifo_errors", 34) },
		"rx.ring rx_queue_0_drops 30, rx.ring rx_missed_errors 4" },
	{ "r8169", { LINK("rx_missed_errors", 14), DRIVER("rx_missed", 14) }, "rx.ring rx_missed_errors 14" },
	{ "vmxnet3", { DRIVER("pkts rx OOB", 15) }, "rx.ring pkts rx OOB 15" },
	{ "mlx5_core", { DRIVER("rx_out_of_buffer", 16), LINK("rx_missed_errors", 7) },
		"rx.ring rx_out_of_buffer 16" },
	{ "mlx5_core", { LINK("rx_missed_errors", 7) }, "" }, /* of the interval before */
	{ "veth", { LINK("rx_dropped", 17) }, "" },           /* the peer's tx_dropped */
	{ "virtio_net", { DRIVER("rx0_drops", 18), LINK("rx_dropped", 18) }, "rx.kernel rx_dropped 18" },
	/* a driver that has no row */
	{ "", { LINK("rx_fifo_errors", 20) }, "rx.ring rx_fifo_errors 20" },
	{ "", { LINK("rx_over_errors", 21), LINK("rx_fifo_errors", 21) }, "rx.ring rx_over_errors 21" },
	{ "", { LINK("rx_over_errors", 2), LINK("rx_fifo_errors", 21) }, "rx.ring rx_fifo_errors 21" },
	{ "", { LINK("rx_missed_errors", 22), LINK("rx_fifo_errors", 22), LINK("rx_errors", 22) },
		"rx.ring rx_missed_errors 22" },
	{ "", { LINK("rx_errors", 23) }, "rx.errors rx_errors 23" },
	{ "", { LINK("rx_errors", 24), LINK("rx_crc_errors", 20) }, "rx.errors rx_crc_errors 20" },
	{ "", { DRIVER("rx_dropped", 25), LINK("rx_missed_errors", 25) }, "rx.ring rx_missed_errors 25" },
	{ "", { DRIVER("rx_missed_errors", 26) }, "rx.ring rx_missed_errors 26" },
	{ "", { LINK("tx_errors", 27), LINK("tx_carrier_errors", 27) }, "tx.errors tx_errors 27" },
	{ "", { LINK("tx_carrier_errors", 28) }, "tx.errors tx_carrier_errors 28" },
	{ "", { QSTATS("rx-hw-drops[0]", 29) }, "rx.ring rx-hw-drops[0] 29" },
	{ "", { LINK("rx_missed_errors", 29), QSTATS("rx-hw-drop-overruns[0]", 29) },
		"rx.ring rx_missed_errors 29" },
	{ "", { { OVR_NIC_SOFTNET, "dropped", 31 } }, "" }, /* of another interface */
	{ "", { { OVR_NIC_QDISC, "pfifo 10: drops", 32 }, { OVR_NIC_QDISC, "drops", 32 } },
		"tx.kernel drops 32" },
};

/* Both readings have all counters of the incident; those of the later one have moved. */
static void
read_both(const struct incident *of, struct ovr_nic_counters *before, struct ovr_nic_counters *after)
{
	snprintf(after->driver, sizeof(after->driver), "%s", of->driver);
	for (const struct move *move = of->move; move < of->move + MOVES_MAX && move->name != NULL; move++) {
		int32_t queue = ovr_nic_queue_of(move->name);

		cr_assert_eq(ovr_nic_counters_add(before, move->source, queue, 1000, "%s", move->name), 0);
		cr_assert_eq(ovr_nic_counters_add(
				     after, move->source, queue, 1000 + move->added, "%s", move->name),
			0);
	}
}

/* In the order of the later reading. */
static void
print_booked(
	const struct ovr_nic_interval *interval, const struct ovr_nic_counters *after, char *buf, size_t size)
{
	size_t length = 0;

	buf[0] = '\0';
	for (uint32_t c = 0; c < after->n; c++)
		for (uint32_t i = 0; i < interval->n; i++) {
			const struct ovr_nic_moved *moved = &interval->moved[i];

			if (!ovr_nic_is_booked(&moved->meaning) ||
				moved->counter.source != after->counter[c].source ||
				strcmp(moved->counter.name, after->counter[c].name) != 0)
				continue;
			length += (size_t)snprintf(buf + length, size - length, "%s%s %s %lu",
				length > 0 ? ", " : "", ovr_ledger_place_name(moved->meaning.place),
				moved->counter.name, moved->change.added);
		}
}

Test(alias, each_loss_is_booked_once_and_in_its_place)
{
	for (size_t i = 0; i < sizeof(incident) / sizeof(incident[0]); i++) {
		struct ovr_nic_counters before = { .n = 0 }, after = { .n = 0 };
		struct ovr_nic_interval interval = { .n = 0 };
		char booked[512];

		read_both(&incident[i], &before, &after);
		cr_assert_eq(ovr_nic_interval_between(&before, &after, &interval, NULL), 0);
		print_booked(&interval, &after, booked, sizeof(booked));
		cr_expect_str_eq(booked, incident[i].booked, "%s, %s: %s", incident[i].driver,
			incident[i].move[0].name, booked);
		ovr_nic_interval_done(&interval);
		ovr_nic_counters_done(&before);
		ovr_nic_counters_done(&after);
	}
}

/*
 * In the first second the alias moves alone, in the next one its original does: together it is an
 * alias.
 */
Test(alias, is_decided_anew_for_intervals_in_a_row)
{
	static const struct incident late = { "", { LINK("rx_fifo_errors", 5), LINK("rx_missed_errors", 5) },
		"" };
	struct ovr_nic_counters before = { .n = 0 }, after = { .n = 0 };
	struct ovr_nic_interval total = { .n = 0 }, next = { .n = 0 };
	char booked[512];

	read_both(&late, &before, &after);
	after.counter[1].value = 1000;
	cr_assert_eq(ovr_nic_interval_between(&before, &after, &total, NULL), 0);
	print_booked(&total, &after, booked, sizeof(booked));
	cr_assert_str_eq(booked, "rx.ring rx_fifo_errors 5");
	before.counter[0].value = 1005;
	after.counter[1].value = 1005;
	cr_assert_eq(ovr_nic_interval_between(&before, &after, &next, NULL), 0);
	cr_assert_eq(ovr_nic_interval_add(&total, &next, NULL), 0);
	print_booked(&total, &after, booked, sizeof(booked));
	cr_assert_str_eq(booked, "rx.ring rx_missed_errors 5");
	ovr_nic_interval_done(&total);
	ovr_nic_interval_done(&next);
	ovr_nic_counters_done(&before);
	ovr_nic_counters_done(&after);
}
