/* SPDX-License-Identifier: BSD-3-Clause */
/* Metrics of what is watched: interfaces, and places of network namespaces. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "metrics/build.h"
#include "metrics/metrics.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* Room for a number as a label. */
#define NUMBER_BYTES 16

/* What a counter of an interface is, by its driver's table. */
static const char *
kind_of(const struct ovr_nic_moved *moved)
{
	switch (moved->by_itself.kind) {
	case OVR_NIC_KIND_LOSS:
		return "loss";
	case OVR_NIC_KIND_ALIAS:
		return "alias";
	default:
		return "other";
	}
}

static void
put_traffic(struct ovr_exposition *e, const struct ovr_metrics_watch *watch)
{
	static const struct {
		const char *name, *help;
	} family[] = {
		{ "overrun_interface_receive_packets", "Packets that the interface received." },
		{ "overrun_interface_transmit_packets", "Packets that the interface sent." },
		{ "overrun_interface_receive_bytes", "Bytes that the interface received, without FCS." },
		{ "overrun_interface_transmit_bytes", "Bytes that the interface sent, without FCS." },
		{ "overrun_interface_carrier_changes", "How often the link of the interface went or came." },
	};

	for (size_t f = 0; f < COUNT(family); f++) {
		ovr_exposition_begin(e, family[f].name, OVR_EXPOSITION_COUNTER, family[f].help);
		for (uint32_t i = 0; i < watch->n_interfaces; i++) {
			const struct ovr_metrics_interface *interface = &watch->interface[i];
			const struct ovr_nic_interval *total = interface->total;
			const uint64_t value[] = { total->rx_packets.added, total->tx_packets.added,
				total->rx_bytes.added, total->tx_bytes.added, total->carrier_changes };
			const struct ovr_exposition_label label[] = { { "interface", interface->name } };

			ovr_exposition_count(e, label, 1, value[f]);
		}
	}
}

static void
put_moved(struct ovr_exposition *e, const struct ovr_metrics_interface *interface,
	const struct ovr_nic_moved *moved)
{
	bool has_place = moved->by_itself.kind == OVR_NIC_KIND_LOSS ||
		moved->by_itself.kind == OVR_NIC_KIND_ALIAS;
	char queue[NUMBER_BYTES], nth[NUMBER_BYTES];
	const struct ovr_exposition_label label[] = {
		{ "interface", interface->name },
		{ "source", ovr_nic_source_name(moved->counter.source) },
		{ "counter", moved->counter.name },
		{ "queue", moved->counter.queue < 0 ? NULL : queue },
		{ "nth", moved->nth == 0 ? NULL : nth },
		{ "kind", kind_of(moved) },
		{ "place", has_place ? ovr_ledger_place_name(moved->by_itself.place) : NULL },
	};

	snprintf(queue, sizeof(queue), "%d", moved->counter.queue);
	snprintf(nth, sizeof(nth), "%u", moved->nth);
	ovr_exposition_count(e, label, COUNT(label), moved->change.added);
}

static void
put_places(struct ovr_exposition *e, const struct ovr_metrics_places *places)
{
	ovr_exposition_begin(e, "overrun_host_place_lost", OVR_EXPOSITION_COUNTER,
		"What a place of a network namespace lost, in the unit of its counter.");
	for (uint32_t i = 0; i < places->n; i++) {
		const struct ovr_metrics_place *place = &places->place[i];
		const struct ovr_exposition_label label[] = {
			{ "netns", place->netns },
			{ "place", ovr_ledger_place_name(place->place) },
			{ "object", place->object },
			{ "counter", place->counter },
			{ "source", place->source },
			{ "unit", place->unit },
			{ "of", place->is_of_host ? "host" : "netns" },
		};

		ovr_exposition_count(e, label, COUNT(label), place->n);
	}
}

void
ovr_metrics_write_watch(const struct ovr_metrics_watch *watch, const struct ovr_metrics_build *build,
	enum ovr_exposition_format format, FILE *out)
{
	struct ovr_exposition e = { .out = out, .format = format };

	ovr_metrics_put_build(&e, "watch", build);
	ovr_exposition_begin(&e, "overrun_readings", OVR_EXPOSITION_COUNTER, "Intervals that were watched.");
	ovr_exposition_count(&e, NULL, 0, watch->n_intervals);
	ovr_exposition_begin(&e, "overrun_reading_timestamp_seconds", OVR_EXPOSITION_GAUGE,
		"When the counters were read last, in seconds since 1970; 0: not yet.");
	ovr_exposition_value(&e, NULL, 0, (double)watch->at_realtime_ns / 1e9);
	if (watch->n_interfaces != 0) {
		put_traffic(&e, watch);
		ovr_exposition_begin(&e, "overrun_interface_counter", OVR_EXPOSITION_COUNTER,
			"Counters of the interface that tell of loss and have moved.");
		for (uint32_t i = 0; i < watch->n_interfaces; i++)
			for (uint32_t m = 0; m < watch->interface[i].total->n; m++)
				put_moved(&e, &watch->interface[i], &watch->interface[i].total->moved[m]);
	}
	if (watch->places != NULL)
		put_places(&e, watch->places);
	ovr_exposition_end(&e);
}

static bool
is_of(const struct ovr_metrics_place *place, const struct ovr_kernel_claim *claim)
{
	return place->place == claim->place && place->is_of_host == claim->is_of_host &&
		strcmp(place->netns, claim->netns) == 0 && strcmp(place->object, claim->object) == 0 &&
		strcmp(place->counter, claim->counter) == 0 && strcmp(place->source, claim->source) == 0 &&
		place->unit == ovr_kernel_unit_name(claim->unit);
}

static struct ovr_metrics_place *
place_of(struct ovr_metrics_places *places, const struct ovr_kernel_claim *claim)
{
	struct ovr_metrics_place *place;

	for (uint32_t i = 0; i < places->n; i++)
		if (is_of(&places->place[i], claim))
			return &places->place[i];
	place = OVR_LIST_ADD(places->place, places->n, places->capacity);
	if (place == NULL)
		return NULL;
	place->place = claim->place;
	place->is_of_host = claim->is_of_host;
	place->unit = ovr_kernel_unit_name(claim->unit);
	memcpy(place->netns, claim->netns, sizeof(place->netns));
	memcpy(place->object, claim->object, sizeof(place->object));
	memcpy(place->counter, claim->counter, sizeof(place->counter));
	memcpy(place->source, claim->source, sizeof(place->source));
	return place;
}

int
ovr_metrics_places_take(
	struct ovr_metrics_places *places, const struct ovr_kernel_claims *claims, struct ovr_err *err)
{
	for (uint32_t i = 0; i < claims->n; i++) {
		const struct ovr_kernel_claim *claim = &claims->claim[i];
		struct ovr_metrics_place *place = place_of(places, claim);
		uint64_t n = claim->frames_max;

		if (place == NULL)
			return ovr_err_set(err, -ENOMEM, "metrics: no memory for %u places", claims->n);
		/* made anew each time, a claim may shrink */
		if (n > place->n)
			place->n = n;
	}
	return 0;
}

void
ovr_metrics_places_done(struct ovr_metrics_places *places)
{
	free(places->place);
	*places = (struct ovr_metrics_places){ .place = NULL };
}
