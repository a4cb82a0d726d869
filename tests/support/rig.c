/* SPDX-License-Identifier: BSD-3-Clause */
#include "rig.h"

#include <limits.h>
#include <string.h>

#include <criterion/criterion.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#define BURST 64

struct ovr_plan
rig_plan(const char *const *settings)
{
	struct ovr_plan plan;
	struct ovr_err err = { "" };

	ovr_plan_default(&plan);
	for (; settings[0] != NULL; settings += 2)
		cr_assert_eq(ovr_plan_set(&plan, settings[0], settings[1], &err), 0, "%s", err.text);
	cr_assert_eq(ovr_plan_freeze(&plan, &err), 0, "%s", err.text);
	return plan;
}

void
rig_open(struct rig *rig, const char *const *settings)
{
	struct ovr_clock clock = ovr_clock_of_hz(1000000000);
	struct ovr_err err = { "" };

	memset(rig, 0, sizeof(*rig));
	rig->plan = rig_plan(settings);
	cr_assert_eq(ovr_port_pair_open(&rig->plan, &clock, &rig->pair, &err), 0, "%s", err.text);
	cr_assert_eq(
		ovr_port_pair_start(rig->pair, &rig->plan.ports, &rig->plan.frames, &err), 0, "%s", err.text);
	rig->wire = rig->pair->wire;
	if (rig->wire != NULL) {
		ovr_wire_begin(rig->wire);
		ovr_wire_set_epoch(rig->wire, 0);
	}
}

void
rig_close(struct rig *rig)
{
	ovr_port_pair_close(rig->pair, NULL);
	rig->pair = NULL;
	rig->wire = NULL;
}

void
rig_destroy_wire(struct rig *rig)
{
	struct ovr_port *port[] = { &rig->pair->tx, &rig->pair->rx };

	for (unsigned int i = 0; i < RTE_DIM(port); i++) {
		rte_eth_dev_stop(port[i]->device[0]);
		port[i]->n_devices = 0;
	}
	ovr_wire_destroy(rig->wire);
	rig->wire = rig->pair->wire = NULL;
}

unsigned int
rig_send(struct rig *rig, uint16_t queue, uint16_t stream, unsigned int size, unsigned int n)
{
	struct ovr_port_queue at = ovr_port_queue(&rig->pair->tx, queue);
	unsigned int sent = 0;

	while (sent < n) {
		struct rte_mbuf *frame = frames_make(rig->pair->tx_pool, stream, rig->next_seq[stream], size);

		if (rte_eth_tx_burst(at.device, at.queue_id, &frame, 1) != 1) {
			rte_pktmbuf_free(frame);
			break;
		}
		rig->next_seq[stream]++;
		sent++;
	}
	return sent;
}

void
rig_turn(struct rig *rig, uint64_t now_ns)
{
	ovr_wire_poll(rig->wire, now_ns);
}

unsigned int
rig_take(struct rig *rig, uint16_t queue, struct ovr_frame_tag *ret_tag, unsigned int max)
{
	struct ovr_port_queue at = ovr_port_queue(&rig->pair->rx, queue);
	struct rte_mbuf *frame[BURST];
	unsigned int taken = 0;
	uint16_t n;

	do {
		n = rte_eth_rx_burst(
			at.device, at.queue_id, frame, (uint16_t)RTE_MIN(max - taken, (unsigned int)BURST));
		for (uint16_t i = 0; i < n; i++) {
			if (ret_tag != NULL)
				ret_tag[taken] = frames_tag(frame[i]);
			taken++;
			rte_pktmbuf_free(frame[i]);
		}
	} while (n != 0 && taken != max);
	return taken;
}

unsigned int
rig_arrived(struct rig *rig, uint64_t now_ns)
{
	rig_turn(rig, now_ns);
	return rig_take(rig, 0, NULL, UINT_MAX);
}

unsigned int
rig_arrived_until(struct rig *rig, uint64_t from_ns, uint64_t step_ns, unsigned int turns)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < turns; i++)
		n += rig_arrived(rig, from_ns + i * step_ns);
	return n;
}

struct ovr_wire_counters
rig_counters(const struct rig *rig)
{
	struct ovr_wire_counters counters;

	ovr_wire_counters_read(rig->wire, &counters);
	return counters;
}

unsigned int
rig_frames_out(const struct rig *rig)
{
	return rte_mempool_in_use_count(rig->pair->tx_pool);
}
