/* SPDX-License-Identifier: BSD-3-Clause */
#include "hop/hop.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "base/wait.h"
#include "hop/tap.h"
#include "nic/nic.h"
#include "undo/undo.h"

#define NS_PER_S UINT64_C(1000000000)
/* Packets that are read before frames that are due leave. */
#define BATCH 32
/* The program may be asked to stop at any time. */
#define WAIT_MAX_NS UINT64_C(50000000)

/* One direction. */
struct way {
	struct ovr_hop_tap *from, *to;
	struct ovr_cable *cable;
	uint64_t begin_ns; /* of the hop, for times of events */
	uint64_t now_ns;   /* of the packet that is being read */
	uint64_t missed, no_room;
};

struct ovr_hop {
	struct ovr_hop_conf conf;
	struct ovr_hop_tap tap[2];
	struct way way[2];
	struct ovr_undo *undo;
	atomic_bool is_stopped;
	uint64_t duration_ns;
};

static uint64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

int
ovr_hop_keys_parse(const char *option, const char *keys, struct ovr_wire_conf *ret_line, struct ovr_err *err)
{
	struct ovr_wire_conf line;
	int status = ovr_wire_conf_parse(option, keys, &line, err);

	if (status == 0 && (line.fcs_ppb != 0 || line.rotate_frames != 0))
		return ovr_err_set(err, -EINVAL,
			"%s: found %s=, accepted: keys of a hop, which sends no frame with a bad FCS and has "
			"no queues",
			option, line.fcs_ppb != 0 ? "fcs" : "rotate");
	if (status == 0)
		*ret_line = line;
	return status;
}

static int
check_interface(const struct ovr_hop_conf *conf, const struct ovr_nic_facts *facts, struct ovr_err *err)
{
	if (!facts->is_up)
		return ovr_err_set(err, -ENETDOWN,
			"hop: %s: the interface is down; accepted: one that is up: ip link set %s up",
			facts->name, facts->name);
	if (!conf->force && facts->carries_default_route)
		return ovr_err_set(err, -EPERM,
			"hop: %s: the default route of this host goes through it; accepted: another "
			"interface, or --force",
			facts->name);
	if (!conf->force && facts->carries_login)
		return ovr_err_set(err, -EPERM,
			"hop: %s: this login comes through it; accepted: another interface, or --force",
			facts->name);
	return 0;
}

/* An end that may be used, and is noted. */
static int
open_end(struct ovr_hop *hop, unsigned int end, struct ovr_err *err)
{
	struct ovr_nic_facts facts;
	int status = ovr_nic_facts_read(hop->conf.name[end], &facts, err);

	if (status == 0)
		status = check_interface(&hop->conf, &facts, err);
	/* before the journal: who may not have the socket is not to be sent for a folder */
	if (status == 0)
		status = ovr_hop_tap_is_allowed(facts.name, err);
	if (status == 0)
		status = ovr_undo_note(hop->undo, OVR_UNDO_USE, &facts, err);
	return status != 0 ? status : ovr_hop_tap_open(&hop->tap[end], facts.name, facts.ifindex, err);
}

static int
open_way(struct ovr_hop *hop, unsigned int number, struct ovr_err *err)
{
	struct way *way = &hop->way[number];
	int status;

	way->from = &hop->tap[number];
	way->to = &hop->tap[1 - number];
	status = ovr_cable_create(
		&hop->conf.line[number], hop->conf.seed + number, hop->conf.queue_frames, &way->cable, err);
	if (status == 0 && number == 0)
		ovr_cable_replay_losses(way->cable, &hop->conf.replay);
	return status;
}

int
ovr_hop_open(const struct ovr_hop_conf *conf, struct ovr_hop **ret_hop, struct ovr_err *err)
{
	struct ovr_hop *hop = calloc(1, sizeof(*hop));
	int status;

	if (hop == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for a hop");
	hop->conf = *conf;
	hop->tap[0].fd = hop->tap[1].fd = -1;
	status = ovr_undo_open(NULL, &hop->undo, err);
	for (unsigned int i = 0; i < 2 && status == 0; i++)
		status = open_way(hop, i, err);
	for (unsigned int i = 0; i < 2 && status == 0; i++)
		status = open_end(hop, i, err);
	if (status == 0)
		*ret_hop = hop;
	else
		ovr_hop_close(hop);
	return status;
}

static void
take_in(void *context, const uint8_t *bytes, uint32_t length)
{
	struct way *way = context;

	if (ovr_cable_put(way->cable, bytes, length, way->now_ns - way->begin_ns) != 0)
		way->no_room++;
}

/* @return 0; -errno */
static int
read_packets(struct way *way)
{
	int rc = 1;

	for (unsigned int i = 0; i < BATCH && rc == 1; i++) {
		way->now_ns = now_ns();
		rc = ovr_hop_tap_read(way->from, take_in, way);
	}
	return rc < 0 ? rc : 0;
}

static void
send_due(struct way *way)
{
	struct ovr_cable_frame *frame;

	while ((frame = ovr_cable_take(way->cable, now_ns() - way->begin_ns)) != NULL) {
		ovr_hop_tap_send(way->to, frame->bytes, frame->length);
		free(frame);
	}
}

/* Until a packet comes, a frame is due, or it is time to look whether to stop. */
static void
wait_for_work(const struct ovr_hop *hop, uint64_t now, uint64_t end_ns)
{
	struct pollfd ends[2] = { { hop->tap[0].fd, POLLIN, 0 }, { hop->tap[1].fd, POLLIN, 0 } };
	uint64_t until_ns = now + WAIT_MAX_NS < end_ns ? now + WAIT_MAX_NS : end_ns;
	struct timespec time = { 0 };

	for (unsigned int i = 0; i < 2; i++) {
		uint64_t due_ns = ovr_cable_due_ns(hop->way[i].cable);

		if (due_ns != UINT64_MAX && due_ns + hop->way[i].begin_ns < until_ns)
			until_ns = due_ns + hop->way[i].begin_ns;
	}
	if (until_ns > now) {
		time.tv_sec = (time_t)((until_ns - now) / NS_PER_S);
		time.tv_nsec = (long)((until_ns - now) % NS_PER_S);
	}
	ppoll(ends, 2, &time, NULL);
}

static bool
is_stopped(const struct ovr_hop *hop)
{
	return atomic_load(&hop->is_stopped) || ovr_wait_is_stopped();
}

void
ovr_hop_stop(struct ovr_hop *hop)
{
	atomic_store(&hop->is_stopped, true);
}

int
ovr_hop_run(struct ovr_hop *hop, uint64_t time_ns, struct ovr_err *err)
{
	uint64_t begin_ns = now_ns(), now = begin_ns;
	uint64_t end_ns = time_ns == 0 ? UINT64_MAX : begin_ns + time_ns;
	int status = 0;

	/* a wait of microseconds is no longer than that */
	prctl(PR_SET_TIMERSLACK, 1UL);
	hop->way[0].begin_ns = hop->way[1].begin_ns = begin_ns;
	for (; status == 0 && now < end_ns && !is_stopped(hop); now = now_ns()) {
		wait_for_work(hop, now, end_ns);
		for (unsigned int i = 0; i < 2 && status == 0; i++) {
			int rc = read_packets(&hop->way[i]);

			if (rc != 0)
				status = ovr_err_set(
					err, rc, "hop: %s: %s", hop->conf.name[i], strerror(-rc));
			send_due(&hop->way[i]);
		}
	}
	hop->duration_ns = now - begin_ns;
	return status;
}

void
ovr_hop_end(struct ovr_hop *hop, struct ovr_result_hop *ret_result)
{
	*ret_result = (struct ovr_result_hop){
		.seed = hop->conf.seed,
		.queue_frames = hop->conf.queue_frames,
		.begin_ns = hop->way[0].begin_ns,
		.duration_ns = hop->duration_ns,
	};
	for (unsigned int i = 0; i < 2; i++) {
		struct way *way = &hop->way[i];
		struct ovr_result_hop_way *to = &ret_result->way[i];

		ovr_cable_close(way->cable);
		snprintf(to->from, sizeof(to->from), "%.15s", hop->conf.name[i]);
		snprintf(to->to, sizeof(to->to), "%.15s", hop->conf.name[1 - i]);
		snprintf(to->keys, sizeof(to->keys), "%.255s", hop->conf.keys[i]);
		to->counts = *ovr_cable_counts(way->cable);
		to->n_events = ovr_cable_events(way->cable, &to->event);
		to->balances = ovr_cable_balances(way->cable);
		to->missed = way->missed += ovr_hop_tap_missed(way->from);
		to->not_split = way->from->not_split;
		to->no_room = way->no_room;
		to->refused = way->to->refused;
	}
	ovr_result_hop_close(ret_result);
}

void
ovr_hop_close(struct ovr_hop *hop)
{
	if (hop == NULL)
		return;
	for (unsigned int i = 0; i < 2; i++) {
		ovr_hop_tap_close(&hop->tap[i]);
		ovr_cable_destroy(hop->way[i].cable);
	}
	if (hop->undo != NULL) {
		ovr_undo_all(hop->undo, NULL);
		ovr_undo_close(hop->undo);
	}
	free(hop);
}
