/* SPDX-License-Identifier: BSD-3-Clause */
#include "ring/change.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/wait.h"
#include "nic/counters.h"
#include "ring/change_priv.h"
#include "undo/saved.h"

/* A link that is there again may go once more: drivers reset in steps. */
#define STEADY_MS 300

bool
ovr_ring_sizes_are_equal(const struct ovr_ring_sizes *one, const struct ovr_ring_sizes *other)
{
	return one->rx == other->rx && one->rx_mini == other->rx_mini && one->rx_jumbo == other->rx_jumbo &&
		one->tx == other->tx;
}

static uint64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Whether this process may set rings, as far as it can tell. */
static bool
may_administer(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	if (syscall(SYS_capget, &header, data) != 0)
		return true;
	return (data[CAP_TO_INDEX(CAP_NET_ADMIN)].effective & CAP_TO_MASK(CAP_NET_ADMIN)) != 0;
}

static uint32_t
asked_or_kept(uint32_t asked, uint32_t kept)
{
	return asked == OVR_RING_KEEP ? kept : asked;
}

static struct ovr_nic_rings
rings_of(const struct ovr_ring_sizes *sizes)
{
	return (struct ovr_nic_rings){
		.known = true,
		.rx = sizes->rx,
		.rx_mini = sizes->rx_mini,
		.rx_jumbo = sizes->rx_jumbo,
		.tx = sizes->tx,
	};
}

static struct ovr_ring_sizes
sizes_of(const struct ovr_undo_saved *saved)
{
	return (struct ovr_ring_sizes){ saved->rx, saved->rx_mini, saved->rx_jumbo, saved->tx };
}

/* What only the driver's kind and its maximum can tell, before anything is touched. */
static int
check(const struct ovr_nic_facts *facts, const struct ovr_ring_sizes *asked, struct ovr_err *err)
{
	const struct {
		const char *what;
		uint32_t asked, now, most;
	} ring[] = {
		{ "rx", asked->rx, facts->rings.rx, facts->rings.rx_max },
		{ "rx-mini", asked->rx_mini, facts->rings.rx_mini, facts->rings.rx_mini_max },
		{ "rx-jumbo", asked->rx_jumbo, facts->rings.rx_jumbo, facts->rings.rx_jumbo_max },
		{ "tx", asked->tx, facts->rings.tx, facts->rings.tx_max },
	};

	if (!facts->rings.known)
		return ovr_err_set(err, -EOPNOTSUPP,
			"%s: its rings cannot be set: %s%s has no ring control (ethtool -g says so too)",
			facts->name, facts->driver[0] != '\0' ? "the driver " : "its driver", facts->driver);
	for (size_t i = 0; i < sizeof(ring) / sizeof(ring[0]); i++) {
		if (ring[i].asked == ring[i].now || ring[i].asked <= ring[i].most)
			continue;
		if (ring[i].most == 0)
			return ovr_err_set(err, -ERANGE,
				"%s: --%s %u was asked; the driver %s has no such ring", facts->name,
				ring[i].what, ring[i].asked, facts->driver);
		return ovr_err_set(err, -ERANGE,
			"%s: --%s %u was asked; accepted: at most %u, the driver's maximum", facts->name,
			ring[i].what, ring[i].asked, ring[i].most);
	}
	return 0;
}

/* Wait until the link is up and stays up; tells when it came up. */
static int
wait_for_link(const char *name, uint32_t timeout_ms, uint64_t *ret_came_ns, struct ovr_err *err)
{
	uint64_t end_ns = now_ns() + timeout_ms * UINT64_C(1000000);
	struct ovr_nic_facts before, after;
	int status;

	do {
		uint64_t at_ns = now_ns();
		uint32_t left_ms = at_ns < end_ns ? (uint32_t)((end_ns - at_ns) / 1000000) : 0;

		status = ovr_nic_link_wait(name, left_ms, err);
		*ret_came_ns = now_ns();
		if (status == 0)
			status = ovr_nic_facts_read(name, &before, err);
		if (status != 0)
			return status;
		status = ovr_wait_ns(STEADY_MS * UINT64_C(1000000));
		if (status == 0)
			status = ovr_nic_facts_read(name, &after, err);
		if (status != 0)
			return status;
	} while (!after.has_carrier || after.carrier_changes != before.carrier_changes);
	return 0;
}

int
ovr_ring_follow_link(const struct ovr_nic_facts *facts, uint32_t timeout_ms, struct ovr_ring_change *change,
	struct ovr_err *err)
{
	uint64_t since_ns = now_ns(), came_ns = since_ns;
	int status;

	change->timeout_ms = timeout_ms;
	if (!facts->is_up) {
		change->link = OVR_RING_LINK_DOWN;
		return 0;
	}
	if (!facts->has_carrier || timeout_ms == 0) {
		change->link = facts->has_carrier ? OVR_RING_LINK_NOT_WAITED : OVR_RING_LINK_NO_CARRIER;
		return 0;
	}
	status = wait_for_link(facts->name, timeout_ms, &came_ns, err);
	if (status == -EINTR) {
		change->link = OVR_RING_LINK_NOT_WAITED;
		return 0;
	}
	change->waited_ns = came_ns - since_ns;
	change->link = status == 0 ? OVR_RING_LINK_UP : OVR_RING_LINK_LOST;
	if (status == -ETIMEDOUT)
		return ovr_err_set(err, status,
			"%s: its rings are set, but its link has not come back within %u ms; wait for it "
			"longer "
			"(--link-timeout), or look at the other end",
			facts->name, timeout_ms);
	return status;
}

static void
compare_counters(const struct ovr_nic_counters *before, const struct ovr_nic_counters *after,
	struct ovr_ring_change *change)
{
	for (uint32_t i = 0; i < before->n; i++) {
		const struct ovr_nic_counter *now = ovr_nic_counters_same(before, i, after);

		/* the host's own are nobody's interface's */
		if (now == NULL || before->counter[i].source == OVR_NIC_SOFTNET)
			continue;
		change->n_counters++;
		if (!ovr_nic_counter_change(&before->counter[i], now).was_reset)
			continue;
		if (change->n_reset < OVR_RING_COUNTERS_TOLD)
			memcpy(change->reset[change->n_reset], now->name, sizeof(change->reset[0]));
		change->n_reset++;
	}
	change->counters_known = true;
	change->carrier_changes = after->carrier_changes - before->carrier_changes;
}

static bool
is_power_of_two(uint32_t size)
{
	return (size & (size - 1)) == 0;
}

/* A driver's error number alone does not tell what it would take. */
static void
explain_refusal(const struct ovr_nic_facts *facts, const struct ovr_ring_change *change, int status,
	struct ovr_err *err)
{
	const struct ovr_ring_sizes *asked = &change->asked;

	if (strcmp(facts->driver, "virtio_net") == 0 && status != -EPERM &&
		!(is_power_of_two(asked->rx) && is_power_of_two(asked->tx)))
		ovr_err_set(err, status,
			"%s: the driver virtio_net refuses rings of rx %u tx %u: %s; accepted: powers of two",
			facts->name, asked->rx, asked->tx, strerror(-status));
}

int
ovr_ring_change_make(const struct ovr_nic_facts *facts, uint32_t timeout_ms, struct ovr_ring_change *change,
	struct ovr_err *err)
{
	const struct ovr_nic_rings rings = rings_of(&change->asked);
	struct ovr_nic_counters before = { 0 }, after = { 0 };
	struct ovr_nic_rings took;
	bool counts = ovr_nic_counters_read(facts->name, &before, NULL) == 0;
	int status = ovr_nic_rings_set(facts->name, &rings, err);
	int link_status = 0;

	if (status == 0)
		link_status = ovr_ring_follow_link(facts, timeout_ms, change, err);
	else
		explain_refusal(facts, change, status, err);
	if (status == 0 && (link_status == 0 || link_status == -ETIMEDOUT))
		status = ovr_nic_rings_read(facts->name, &took, err);
	else if (status == 0)
		status = link_status;
	if (status == 0) {
		change->took = ovr_ring_sizes_of(&took);
		if (counts && ovr_nic_counters_read(facts->name, &after, NULL) == 0)
			compare_counters(&before, &after, change);
		status = link_status;
	}
	ovr_nic_counters_done(&before);
	ovr_nic_counters_done(&after);
	return status;
}

static int
begin(const struct ovr_undo_places *places, const char *name, struct ovr_nic_facts *ret_facts,
	struct ovr_ring_change *change, struct ovr_err *err)
{
	int status = ovr_nic_facts_read(name, ret_facts, err);

	if (status != 0)
		return status;
	memset(change, 0, sizeof(*change));
	snprintf(change->name, sizeof(change->name), "%s", ret_facts->name);
	snprintf(change->driver, sizeof(change->driver), "%s", ret_facts->driver);
	change->before = change->took = ovr_ring_sizes_of(&ret_facts->rings);
	return ovr_undo_is_free(places, ret_facts, err);
}

static int
check_right(const char *name, struct ovr_err *err)
{
	if (may_administer())
		return 0;
	return ovr_err_set(err, -EPERM,
		"%s: this user may not set rings; accepted: root, or CAP_NET_ADMIN (sudo overrun ring …)",
		name);
}

/* The sizes to restore. */
static void
tell_saved(const struct ovr_undo_places *places, const struct ovr_nic_facts *facts,
	struct ovr_ring_change *change)
{
	struct ovr_undo_saved saved;

	change->is_saved = ovr_undo_saved_read(places, facts, &saved, NULL) == 0;
	if (change->is_saved)
		change->saved = sizes_of(&saved);
}

/* A driver that refused has maybe done half of it. If not, what was saved for it is not needed. */
static void
drop_saved(const struct ovr_undo_places *places, const struct ovr_nic_facts *facts,
	const struct ovr_ring_change *change)
{
	struct ovr_undo_saved saved;
	struct ovr_nic_rings now;
	struct ovr_ring_sizes sizes;

	if (ovr_nic_rings_read(facts->name, &now, NULL) != 0)
		return;
	sizes = ovr_ring_sizes_of(&now);
	if (ovr_ring_sizes_are_equal(&sizes, &change->before) &&
		ovr_undo_saved_read(places, facts, &saved, NULL) == 0)
		ovr_undo_saved_forget(places, &saved, NULL);
}

int
ovr_ring_change_begin(const struct ovr_undo_places *places, const char *name,
	const struct ovr_ring_sizes *asked, struct ovr_nic_facts *ret_facts,
	struct ovr_ring_change *ret_change, struct ovr_err *err)
{
	int status = begin(places, name, ret_facts, ret_change, err);

	if (status != 0)
		return status;
	ret_change->asked = (struct ovr_ring_sizes){
		asked_or_kept(asked->rx, ret_change->before.rx),
		asked_or_kept(asked->rx_mini, ret_change->before.rx_mini),
		asked_or_kept(asked->rx_jumbo, ret_change->before.rx_jumbo),
		asked_or_kept(asked->tx, ret_change->before.tx),
	};
	status = check(ret_facts, &ret_change->asked, err);
	ret_change->is_change = !ovr_ring_sizes_are_equal(&ret_change->before, &ret_change->asked);
	return status == 0 && ret_change->is_change ? check_right(name, err) : status;
}

int
ovr_ring_set(const struct ovr_undo_places *places, const char *name, const struct ovr_ring_sizes *asked,
	uint32_t timeout_ms, struct ovr_ring_change *ret_change, struct ovr_err *err)
{
	struct ovr_ring_change change;
	struct ovr_nic_facts facts;
	bool is_new = false;
	int status = ovr_ring_change_begin(places, name, asked, &facts, &change, err);

	if (status != 0)
		return status;
	if (change.is_change) {
		status = ovr_undo_saved_keep(places, &facts, &is_new, err);
		if (status == 0)
			status = ovr_ring_change_make(&facts, timeout_ms, &change, err);
		if (status != 0 && status != -ETIMEDOUT && is_new)
			drop_saved(places, &facts, &change);
	}
	tell_saved(places, &facts, &change);
	if (status == 0 || status == -ETIMEDOUT)
		*ret_change = change;
	return status;
}

static void
say_sizes(const struct ovr_ring_sizes *sizes, char *buf, size_t size)
{
	int n = snprintf(buf, size, "rx %u", sizes->rx);

	if (sizes->rx_mini != 0)
		n += snprintf(buf + n, size - (size_t)n, " rx-mini %u", sizes->rx_mini);
	if (sizes->rx_jumbo != 0)
		n += snprintf(buf + n, size - (size_t)n, " rx-jumbo %u", sizes->rx_jumbo);
	snprintf(buf + n, size - (size_t)n, " tx %u", sizes->tx);
}

/* Saved sizes that are restored are forgotten. */
static int
verify(const struct ovr_undo_places *places, const struct ovr_undo_saved *saved,
	const struct ovr_ring_change *change, struct ovr_err *err)
{
	char wanted[64], found[64];

	if (ovr_ring_sizes_are_equal(&change->took, &change->asked))
		return ovr_undo_saved_forget(places, saved, err);
	say_sizes(&change->asked, wanted, sizeof(wanted));
	say_sizes(&change->took, found, sizeof(found));
	return ovr_err_set(err, -EIO,
		"%s: was to be restored to %s, but the driver took %s; what was saved is kept", change->name,
		wanted, found);
}

int
ovr_ring_restore(const struct ovr_undo_places *places, const char *name, uint32_t timeout_ms,
	struct ovr_ring_change *ret_change, struct ovr_err *err)
{
	struct ovr_ring_change change;
	struct ovr_undo_saved saved;
	struct ovr_nic_facts facts;
	int status = begin(places, name, &facts, &change, err);
	int link_status = 0;

	if (status != 0)
		return status;
	status = ovr_undo_saved_read(places, &facts, &saved, err);
	if (status == -ENOENT)
		return ovr_err_set(err, status,
			"%s: nothing is saved to restore; \"overrun ring set\" saves what the rings were "
			"before it",
			name);
	if (status != 0)
		return status;
	change.asked = change.saved = sizes_of(&saved);
	change.is_saved = true;
	change.is_change = !ovr_ring_sizes_are_equal(&change.before, &change.asked);
	status = check_right(name, err);
	if (status == 0 && change.is_change) {
		status = check(&facts, &change.asked, err);
		if (status == 0)
			link_status = ovr_ring_change_make(&facts, timeout_ms, &change, err);
		if (link_status != -ETIMEDOUT && status == 0)
			status = link_status;
	}
	if (status == 0)
		status = verify(places, &saved, &change, err);
	if (status == 0)
		*ret_change = change;
	return status == 0 ? link_status : status;
}
