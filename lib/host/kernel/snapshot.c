/* SPDX-License-Identifier: BSD-3-Clause */
#include "kernel/snapshot.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "kernel/readers.h"
#include "kernel/rules.h"

static uint64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/*
 * On a thread in the namespace. What passed is read before what was lost: before a trial others'
 * frames that come in between are then among those that may have been lost.
 */
static int
read_all(void *context, struct ovr_err *err)
{
	struct ovr_kernel_reading *reading = context;

	ovr_kernel_link_read(reading);
	ovr_kernel_mib_read(reading);
	ovr_kernel_qdisc_read(reading);
	ovr_kernel_softnet_read(reading);
	ovr_kernel_nft_read(reading);
	ovr_kernel_conntrack_read(reading);
	ovr_kernel_neighbour_read(reading);
	ovr_kernel_socket_read(reading);
	reading->snapshot->at_ns = now_ns();
	return reading->status == 0
		? 0
		: ovr_err_set(err, reading->status, "network namespace '%s': no memory for its counters",
			  reading->netns);
}

/* @p others: where the other ends of links may be. */
static int
read_one(const struct ovr_kernel_netns *netns, const struct ovr_kernel_netns *const *others,
	uint32_t n_others, struct ovr_kernel_snapshot *snapshot, struct ovr_err *err)
{
	struct ovr_kernel_reading reading = {
		.snapshot = snapshot,
		.netns = ovr_kernel_netns_name(netns),
		.netns_id = ovr_kernel_netns_id(netns),
		.first_link = snapshot->n_links,
		.others = others,
		.n_others = n_others,
	};
	uint32_t n = snapshot->n, n_notes = snapshot->n_notes;
	uint64_t n_queued = snapshot->n_queued;
	int status = ovr_kernel_netns_run(netns, read_all, &reading, err);

	if (status == 0)
		return 0;
	snapshot->n = n;
	snapshot->n_links = reading.first_link;
	snapshot->n_notes = n_notes;
	snapshot->n_queued = n_queued;
	return status;
}

int
ovr_kernel_snapshot_read(
	const struct ovr_kernel_netns *netns, struct ovr_kernel_snapshot *snapshot, struct ovr_err *err)
{
	return read_one(netns, NULL, 0, snapshot, err);
}

static int
read_list(const struct ovr_kernel_netns *const *netns, uint32_t n, struct ovr_kernel_snapshot *snapshot,
	struct ovr_err *err)
{
	int status = 0;

	ovr_kernel_snapshot_clear(snapshot);
	for (uint32_t i = 0; i < n && status == 0; i++)
		status = read_one(netns[i], netns, n, snapshot, err);
	if (status != 0)
		ovr_kernel_snapshot_clear(snapshot);
	return status;
}

/* Whether two readings are of one and the same state at rest, as far as loss goes. */
static bool
is_equal(const struct ovr_kernel_snapshot *one, const struct ovr_kernel_snapshot *other)
{
	if (one->n != other->n || one->n_queued + other->n_queued != 0)
		return false;
	for (uint32_t i = 0; i < one->n; i++) {
		const struct ovr_kernel_counter *counter = &one->counter[i], *same = &other->counter[i];

		if (counter->layer != same->layer || strcmp(counter->name, same->name) != 0 ||
			strcmp(counter->object, same->object) != 0)
			return false;
		if (counter->value != same->value && !counter->is_global && ovr_kernel_tells_loss(counter))
			return false;
	}
	return true;
}

static void
wait_ms(uint32_t ms)
{
	struct timespec left = { .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000 };

	while (nanosleep(&left, &left) != 0 && errno == EINTR)
		;
}

int
ovr_kernel_snapshot_settle(const struct ovr_kernel_netns *const *netns, uint32_t n, uint32_t timeout_ms,
	struct ovr_kernel_snapshot *snapshot, bool *ret_is_stable, struct ovr_err *err)
{
	uint64_t end_ns = now_ns() + (uint64_t)timeout_ms * 1000000u;
	struct ovr_kernel_snapshot earlier = { 0 };
	bool is_stable = false;
	int status = read_list(netns, n, snapshot, err);

	while (status == 0 && !is_stable && now_ns() < end_ns) {
		struct ovr_kernel_snapshot swapped = earlier;

		earlier = *snapshot;
		*snapshot = swapped;
		wait_ms(OVR_KERNEL_SETTLE_MS);
		status = read_list(netns, n, snapshot, err);
		is_stable = status == 0 && is_equal(&earlier, snapshot);
	}
	ovr_kernel_snapshot_done(&earlier);
	if (status == 0)
		*ret_is_stable = is_stable;
	return status;
}
