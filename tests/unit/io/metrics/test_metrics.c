/* SPDX-License-Identifier: BSD-3-Clause */
#include "metrics/metrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

static const struct ovr_metrics_build build = { "1.2.3", "DPDK 22.11" };
static struct ovr_live live;
static struct ovr_live_reading reading;

static char *
text_of(enum ovr_exposition_format format)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	ovr_metrics_write(&live, &build, format, out);
	fclose(out);
	return text;
}

/* The line stands there, whole. */
static void
has(const char *line)
{
	char *text = text_of(OVR_EXPOSITION_PROMETHEUS);
	bool is_found = false;

	for (const char *at = text; at != NULL && *at != '\0'; at += *at == '\n') {
		size_t n = strcspn(at, "\n");

		is_found |= n == strlen(line) && memcmp(at, line, n) == 0;
		at += n;
	}
	cr_assert(is_found, "%s", line);
	free(text);
}

static void
has_not(const char *part)
{
	char *text = text_of(OVR_EXPOSITION_PROMETHEUS);

	cr_assert_null(strstr(text, part), "%s", part);
	free(text);
}

static void
begin(void)
{
	ovr_live_begin(&live, "run", 1, 0, 0);
	ovr_live_begin_trial(&live, 1, "", 0);
	memset(&reading, 0, sizeof(reading));
	reading.counts.n_txq = 1;
	reading.counts.n_rxq = 2;
	reading.total_ns = 5000000000;
}

TestSuite(metrics, .init = begin);

static void
add(void)
{
	ovr_live_add(&live, &reading, 1, 1500000000);
}

Test(metrics, the_program_is_named)
{
	has("overrun_build_info{command=\"run\",version=\"1.2.3\",dpdk=\"DPDK 22.11\"} 1");
}

Test(metrics, queues_have_their_counters)
{
	reading.counts.tx[0].sent = 7;
	reading.counts.tx[0].lost = 3;
	reading.counts.rx[1] = (struct ovr_live_rx_queue){ .received = 4, .missed = 2, .missed_known = true };
	add();
	has("overrun_tx_sent_frames_total{queue=\"0\"} 7");
	has("overrun_stream_group_lost_frames_total{group=\"0\"} 3");
	has("overrun_rx_received_frames_total{queue=\"0\"} 0");
	has("overrun_rx_received_frames_total{queue=\"1\"} 4");
	has("overrun_rx_missed_frames_total{queue=\"1\"} 2");
	has("overrun_trial_length_seconds 5");
	has("overrun_reading_timestamp_seconds 1.5");
}

Test(metrics, what_is_not_known_is_left_out)
{
	reading.total_ns = 0;
	add();
	has_not("overrun_rx_missed_frames_total{");
	has_not("overrun_ring_used_descriptors{");
	has_not("overrun_trial_length_seconds");
}

/* What ends elsewhere do not tell is left out, and a sum over queues has no number of one. */
Test(metrics, ends_elsewhere_tell_sums_and_no_stalls)
{
	reading.counts.is_told = true;
	reading.counts.n_txq = 1;
	reading.counts.tx[0].sent = 7;
	reading.counts.rx[0] = (struct ovr_live_rx_queue){ .received = 4, .received_bytes = 600 };
	reading.counts.rx[1] = (struct ovr_live_rx_queue){ .received = 3 };
	add();
	has("overrun_tx_sent_frames_total 7");
	has("overrun_stream_group_sent_frames_total 7");
	has("overrun_rx_received_frames_total{queue=\"1\"} 3");
	has("overrun_rx_received_bytes_total 600");
	has_not("overrun_rx_received_bytes_total{");
	has_not("overrun_rx_polls_total");
	has_not("overrun_rx_empty_polls_total");
	has_not("overrun_link_lost_intervals_total");
	has_not("overrun_stall_seconds");
	has_not("overrun_latency_seconds");
}

Test(metrics, places_are_told_with_the_names_of_their_counters)
{
	struct ovr_live_account key = { .place = OVR_PLACE_RX_RING,
		.port = "netdev:e\"0",
		.queue = -1,
		.counter = "rx drops",
		.source = "veth" };

	ovr_live_account_of(&reading.counts, &key)->frames = 9;
	add();
	has("overrun_place_frames_total{place=\"rx.ring\",port=\"netdev:e\\\"0\",counter=\"rx drops\",source="
	    "\"veth\"} 9");
	has("overrun_booked_frames_total{place=\"rx.ring\"} 0");
}

Test(metrics, rings_cores_and_lengths_of_stalls)
{
	reading.ring[1] = (struct ovr_live_ring){ 5, 1024 };
	*ovr_live_core_of(
		&reading.counts, OVR_LIVE_RX, 3) = (struct ovr_live_core){ OVR_LIVE_RX, 3, 2, 1500000 };
	reading.counts.stall_cell[OVR_LIVE_RX][OVR_STALL_PREEMPTED][20] = 2;
	reading.counts.stall_ns[OVR_LIVE_RX][OVR_STALL_PREEMPTED] = 1500000;
	add();
	has("overrun_ring_used_descriptors{queue=\"1\"} 5");
	has("overrun_ring_descriptors{queue=\"1\"} 1024");
	has("overrun_core_stalls_total{side=\"rx\",cpu=\"3\"} 2");
	has("overrun_core_stalled_seconds_total{side=\"rx\",cpu=\"3\"} 0.0015");
	has("overrun_stall_seconds_bucket{side=\"rx\",cause=\"preempted\",le=\"0.000524287\"} 0");
	has("overrun_stall_seconds_bucket{side=\"rx\",cause=\"preempted\",le=\"0.001048575\"} 2");
	has("overrun_stall_seconds_sum{side=\"rx\",cause=\"preempted\"} 0.0015");
	has("overrun_stall_seconds_bucket{side=\"tx\",cause=\"injected\",le=\"+Inf\"} 0");
}

/* OpenMetrics: every sample of a counter ends in _total, no family does, and the text is ended. */
Test(metrics, openmetrics_is_ended)
{
	char *text;

	add();
	text = text_of(OVR_EXPOSITION_OPENMETRICS);
	cr_assert_not_null(strstr(text, "# TYPE overrun_tx_sent_frames counter\n"));
	cr_assert_not_null(strstr(text, "\noverrun_tx_sent_frames_total{queue=\"0\"} 0\n"));
	cr_assert_str_eq(text + strlen(text) - 6, "# EOF\n");
	free(text);
}
