/* SPDX-License-Identifier: BSD-3-Clause */
#include "metrics/metrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

static const struct ovr_metrics_build build = { "1.2.3", "DPDK 22.11" };

static struct ovr_kernel_claim
claim_of(const char *counter, uint64_t frames)
{
	struct ovr_kernel_claim claim = { .netns = "r",
		.place = OVR_PLACE_RX_UDP,
		.unit = OVR_KERNEL_DATAGRAM,
		.frames = frames,
		.frames_max = frames,
		.source = "mib" };

	snprintf(claim.counter, sizeof(claim.counter), "%s", counter);
	return claim;
}

static void
take(struct ovr_metrics_places *places, struct ovr_kernel_claim *claim, uint32_t n)
{
	struct ovr_kernel_claims claims = { .claim = claim, .n = n };
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_metrics_places_take(places, &claims, &err), 0, "%s", err.text);
}

Test(watch, a_place_that_loses_its_claim_keeps_what_it_had)
{
	struct ovr_metrics_places places = { 0 };
	struct ovr_kernel_claim claim[2] = { claim_of("Udp:NoPorts", 5), claim_of("Udp:InErrors", 2) };

	take(&places, claim, 2);
	claim[0] = claim_of("Udp:NoPorts", 9);
	take(&places, claim, 1);
	claim[0] = claim_of("Udp:NoPorts", 3);
	take(&places, claim, 1);
	cr_assert_eq(places.n, 2);
	cr_assert_eq(places.place[0].n, 9);
	cr_assert_eq(places.place[1].n, 2);
	ovr_metrics_places_done(&places);
	cr_assert_eq(places.n, 0);
}

Test(watch, interfaces_and_places_are_told)
{
	struct ovr_nic_moved moved[2] = { 0 };
	struct ovr_nic_interval total = {
		.rx_packets = { 7, false }, .carrier_changes = 1, .n = 2, .moved = moved
	};
	const struct ovr_metrics_interface interface = { "eth\"0", &total };
	struct ovr_metrics_places places = { 0 };
	struct ovr_kernel_claim claim = claim_of("Udp:NoPorts", 5);
	const struct ovr_metrics_watch watch = { &interface, 1, &places, 4, 2500000000 };
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	snprintf(moved[0].counter.name, sizeof(moved[0].counter.name), "rx_queue_0_drops");
	moved[0].counter.source = moved[1].counter.source = OVR_NIC_DRIVER;
	moved[0].by_itself.kind = OVR_NIC_KIND_LOSS;
	moved[0].by_itself.place = OVR_PLACE_RX_RING;
	moved[0].change.added = 11;
	moved[1] = moved[0];
	moved[1].nth = 1;
	moved[1].counter.queue = -1;
	moved[1].by_itself.kind = OVR_NIC_KIND_OTHER;
	take(&places, &claim, 1);
	ovr_metrics_write_watch(&watch, &build, OVR_EXPOSITION_PROMETHEUS, out);
	fclose(out);
	cr_assert_not_null(
		strstr(text, "\noverrun_interface_receive_packets_total{interface=\"eth\\\"0\"} 7\n"));
	cr_assert_not_null(strstr(text,
		"\noverrun_interface_counter_total{interface=\"eth\\\"0\",source=\"driver\","
		"counter=\"rx_queue_0_drops\",queue=\"0\",kind=\"loss\",place=\"rx.ring\"} "
		"11\n"));
	cr_assert_not_null(strstr(text, "counter=\"rx_queue_0_drops\",nth=\"1\",kind=\"other\"} 11\n"));
	cr_assert_not_null(strstr(text,
		"\noverrun_host_place_lost_total{netns=\"r\",place=\"rx.udp\",object=\"\","
		"counter=\"Udp:NoPorts\",source=\"mib\",unit=\"datagram\",of=\"netns\"} "
		"5\n"));
	cr_assert_not_null(strstr(text, "\noverrun_readings_total 4\n"));
	cr_assert_not_null(strstr(text, "\noverrun_reading_timestamp_seconds 2.5\n"));
	free(text);
	ovr_metrics_places_done(&places);
}
