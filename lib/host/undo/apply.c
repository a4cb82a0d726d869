/* SPDX-License-Identifier: BSD-3-Clause */
#include "undo/apply.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nic/bpf.h"
#include "nic/channels.h"
#include "nic/pause.h"
#include "undo/pins.h"
#include "undo/setting.h"

/* What putting one change back takes. */
struct task {
	const struct ovr_undo_places *places;
	const struct ovr_undo_change *change;
	const struct ovr_nic_facts *now;
	char *words;
	size_t size;
	struct ovr_err *err;
};

static void __attribute__((format(printf, 2, 3))) say(const struct task *task, const char *format, ...)
{
	va_list args;
	bool is_renamed = strcmp(task->change->name, task->now->name) != 0;
	int n = snprintf(task->words, task->size, is_renamed ? "%s, once %s: " : "%s: ", task->now->name,
		task->change->name);

	va_start(args, format);
	vsnprintf(task->words + n, task->size - (size_t)n, format, args);
	va_end(args);
}

/* Whether the attached program is the one that we attached. If not, say why it is left. */
static bool
is_our_program(const struct task *task, const char *name)
{
	const struct ovr_undo_change *change = task->change;
	uint32_t id = task->now->xdp_prog_id;
	char other[64];

	if (change->has_took && change->took[0] != id) {
		say(task, "left alone: XDP program %s (id %u) was attached since, in place of our %u", name,
			id, change->took[0]);
		return false;
	}
	if (!change->has_took && !ovr_undo_pins_is_ours(name)) {
		say(task,
			"left alone: XDP program %s (id %u) is none that AF_XDP's libraries load; if it is "
			"not "
			"wanted: ip link set dev %s xdp off",
			name, id, change->name);
		return false;
	}
	if (ovr_undo_pins_foreign(task->places->bpf, change->ifindex, id, other, sizeof(other)) > 0) {
		say(task,
			"left alone: the XDP dispatcher (id %u) runs %s besides our program; to detach all: "
			"xdp-loader unload %s --all",
			id, other, change->name);
		return false;
	}
	return true;
}

static int
apply_xdp(const struct task *task, enum ovr_undo_outcome *ret_outcome)
{
	const struct ovr_undo_change *change = task->change;
	uint32_t id = task->now->xdp_prog_id;
	char name[64] = "";
	int status;

	if (id == 0) {
		*ret_outcome = OVR_UNDO_NOTHING;
		return 0;
	}
	status = ovr_nic_xdp_program(task->now->name, name, sizeof(name), task->err);
	if (status != 0 && status != -ENOENT)
		return status;
	if (!is_our_program(task, name)) {
		*ret_outcome = OVR_UNDO_KEPT;
		return 0;
	}
	status = ovr_nic_xdp_detach(task->now->name, task->err);
	if (status != 0)
		return status;
	ovr_undo_pins_remove(task->places->bpf, change->ifindex, id);
	say(task, "XDP program %s (id %u) detached", name, id);
	*ret_outcome = OVR_UNDO_RESTORED;
	return 0;
}

static int
apply_promisc(const struct task *task, enum ovr_undo_outcome *ret_outcome)
{
	int status;

	if (!task->now->is_promiscuous) {
		*ret_outcome = OVR_UNDO_NOTHING;
		return 0;
	}
	status = ovr_nic_promisc_set(task->now->name, false, task->err);
	if (status != 0)
		return status;
	say(task, "promiscuity cleared");
	*ret_outcome = OVR_UNDO_RESTORED;
	return 0;
}

/* Whether the interface has other values than it had, and nobody changed them since we did. */
static bool
is_to_restore(const struct task *task, const char *what, bool known, const uint32_t *now,
	enum ovr_undo_outcome *ret_outcome)
{
	const struct ovr_undo_change *change = task->change;

	*ret_outcome = OVR_UNDO_NOTHING;
	if (!known || memcmp(now, change->was, sizeof(change->was)) == 0)
		return false;
	if (change->has_took && memcmp(now, change->took, sizeof(change->took)) != 0) {
		say(task, "left alone: %s changed since by somebody else", what);
		*ret_outcome = OVR_UNDO_KEPT;
		return false;
	}
	*ret_outcome = OVR_UNDO_RESTORED;
	return true;
}

static int
apply_mtu(const struct task *task, enum ovr_undo_outcome *ret_outcome)
{
	const uint32_t now[4] = { task->now->mtu };
	uint32_t was = task->change->was[0];
	int status = 0;

	if (!is_to_restore(task, "the MTU was", true, now, ret_outcome))
		return 0;
	status = ovr_nic_mtu_set(task->now->name, was, task->err);
	if (status == 0)
		say(task, "MTU %u put back, it was %u", was, now[0]);
	return status;
}

static int
apply_rings(const struct task *task, enum ovr_undo_outcome *ret_outcome)
{
	struct ovr_nic_rings rings = task->now->rings;
	const uint32_t now[4] = { rings.rx, rings.rx_mini, rings.rx_jumbo, rings.tx };
	const uint32_t *was = task->change->was;
	int status = 0;

	if (!is_to_restore(task, "the rings were", rings.known, now, ret_outcome))
		return 0;
	rings.rx = was[0];
	rings.rx_mini = was[1];
	rings.rx_jumbo = was[2];
	rings.tx = was[3];
	status = ovr_nic_rings_set(task->now->name, &rings, task->err);
	if (status == 0)
		say(task, "rings rx %u tx %u put back, they were rx %u tx %u", was[0], was[3], now[0],
			now[3]);
	return status;
}

static int
apply_channels(const struct task *task, enum ovr_undo_outcome *ret_outcome)
{
	struct ovr_nic_channels channels = task->now->channels;
	const uint32_t now[4] = { channels.rx, channels.tx, channels.other, channels.combined };
	const uint32_t *was = task->change->was;
	int status = 0;

	if (!is_to_restore(task, "the channels were", channels.known, now, ret_outcome))
		return 0;
	channels.rx = was[0];
	channels.tx = was[1];
	channels.other = was[2];
	channels.combined = was[3];
	status = ovr_nic_channels_set(task->now->name, &channels, task->err);
	if (status == 0)
		say(task, "channels rx %u tx %u combined %u put back, they were rx %u tx %u combined %u",
			was[0], was[1], was[3], now[0], now[1], now[3]);
	return status;
}

static int
apply_pause(const struct task *task, enum ovr_undo_outcome *ret_outcome)
{
	struct ovr_nic_pause pause = task->now->pause;
	const uint32_t now[4] = { pause.autoneg, pause.rx, pause.tx };
	const uint32_t *was = task->change->was;
	int status = 0;

	if (!is_to_restore(task, "flow control was", pause.known, now, ret_outcome))
		return 0;
	pause.autoneg = was[0] != 0;
	pause.rx = was[1] != 0;
	pause.tx = was[2] != 0;
	status = ovr_nic_pause_set(task->now->name, &pause, task->err);
	if (status == 0)
		say(task, "flow control autoneg %s rx %s tx %s put back", was[0] ? "on" : "off",
			was[1] ? "on" : "off", was[2] ? "on" : "off");
	return status;
}

/* What we turned off and still is off; the others are as somebody wants them. */
static int
apply_offloads(const struct task *task, enum ovr_undo_outcome *ret_outcome)
{
	const struct ovr_undo_change *change = task->change;
	uint32_t turned_off = change->has_took ? change->was[0] & ~change->took[0] : change->was[0];
	uint32_t set = turned_off & ~task->now->offloads.on;
	char names[OVR_NIC_OFFLOADS_TEXT_BYTES];
	int status;

	*ret_outcome = OVR_UNDO_NOTHING;
	if (set == 0)
		return 0;
	status = ovr_nic_offloads_set(task->now->name, set, true, task->err);
	if (status != 0)
		return status;
	say(task, "%s turned on again", ovr_nic_offloads_print(names, sizeof(names), set, ", "));
	*ret_outcome = OVR_UNDO_RESTORED;
	return 0;
}

/*
 * An interface that went away takes its program with it; where the program lives on, the interface
 * does so elsewhere.
 */
static bool
has_moved(const struct ovr_undo_change *change)
{
	return change->kind == OVR_UNDO_XDP && change->has_took && ovr_bpf_is_xdp(change->took[0]);
}

/*
 * A name of a network namespace, and with it what is in it: its interfaces, routes, rules. A file
 * on which nothing is mounted was left by who was killed in between.
 */
static int
remove_namespace(const struct ovr_undo_places *places, const struct ovr_undo_change *change,
	enum ovr_undo_outcome *ret_outcome, char *words, size_t size, struct ovr_err *err)
{
	char path[OVR_UNDO_PATH_BYTES + OVR_UNDO_NAME_BYTES];
	struct stat file;

	snprintf(path, sizeof(path), "%s/%s", places->namespaces, change->name);
	if (lstat(path, &file) != 0) {
		*ret_outcome = OVR_UNDO_NOTHING;
		return errno == ENOENT ? 0 : ovr_err_set(err, -errno, "%s: %s", path, strerror(errno));
	}
	if (change->has_took && file.st_ino != change->took[0]) {
		snprintf(words, size, "%s: left alone: the network namespace was made anew since",
			change->name);
		*ret_outcome = OVR_UNDO_KEPT;
		return 0;
	}
	if (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) != 0 && errno != EINVAL)
		return ovr_err_set(err, -errno, "%s cannot be unmounted: %s", path, strerror(errno));
	if (unlink(path) != 0)
		return ovr_err_set(err, -errno, "%s cannot be removed: %s", path, strerror(errno));
	snprintf(words, size, "%s: network namespace removed", change->name);
	*ret_outcome = OVR_UNDO_RESTORED;
	return 0;
}

static int
reset_setting(const struct ovr_undo_places *places, const struct ovr_undo_change *change,
	enum ovr_undo_outcome *ret_outcome, char *words, size_t size, struct ovr_err *err)
{
	uint32_t now, was = change->was[0];
	int status = ovr_undo_setting_read(places, change->name, &now, err);

	*ret_outcome = OVR_UNDO_NOTHING;
	/* it went away with its module */
	if (status == -ENOENT || (status == 0 && now == was))
		return 0;
	if (status == 0 && change->has_took && now != change->took[0] && now != change->took[1]) {
		snprintf(words, size, "%s: left alone: %u was set since by somebody else, it was %u",
			change->name, now, was);
		*ret_outcome = OVR_UNDO_KEPT;
		return 0;
	}
	if (status == 0)
		status = ovr_undo_setting_write(places, change->name, was, err);
	if (status != 0)
		return status;
	snprintf(words, size, "%s: %u put back, it was %u", change->name, was, now);
	*ret_outcome = OVR_UNDO_RESTORED;
	return 0;
}

int
ovr_undo_apply(const struct ovr_undo_places *places, const struct ovr_undo_change *change,
	enum ovr_undo_outcome *ret_outcome, char *words, size_t size, struct ovr_err *err)
{
	struct ovr_nic_facts now;
	struct task task = { places, change, &now, words, size, err };
	enum ovr_undo_outcome outcome = OVR_UNDO_NOTHING;
	char name[IF_NAMESIZE];
	bool is_there = false;
	int status = 0;

	words[0] = '\0';
	if (change->kind == OVR_UNDO_NAMESPACE)
		return remove_namespace(places, change, ret_outcome, words, size, err);
	if (change->kind == OVR_UNDO_SETTING)
		return reset_setting(places, change, ret_outcome, words, size, err);
	if (change->kind != OVR_UNDO_USE && if_indextoname(change->ifindex, name) != NULL) {
		status = ovr_nic_facts_read(name, &now, err);
		is_there = status == 0 && now.ifindex == change->ifindex;
		if (status == -ENODEV)
			status = 0;
	}
	if (status == 0 && !is_there && has_moved(change))
		return ovr_err_set(err, -EXDEV,
			"it was removed, or moved to another network namespace with our XDP program (id %u); "
			"accepted: there, ip link set dev %s xdp off promisc off",
			change->took[0], change->name);
	if (status == 0 && is_there && change->kind == OVR_UNDO_XDP)
		status = apply_xdp(&task, &outcome);
	else if (status == 0 && is_there && change->kind == OVR_UNDO_PROMISC)
		status = apply_promisc(&task, &outcome);
	else if (status == 0 && is_there && change->kind == OVR_UNDO_MTU)
		status = apply_mtu(&task, &outcome);
	else if (status == 0 && is_there && change->kind == OVR_UNDO_RINGS)
		status = apply_rings(&task, &outcome);
	else if (status == 0 && is_there && change->kind == OVR_UNDO_CHANNELS)
		status = apply_channels(&task, &outcome);
	else if (status == 0 && is_there && change->kind == OVR_UNDO_PAUSE)
		status = apply_pause(&task, &outcome);
	else if (status == 0 && is_there && change->kind == OVR_UNDO_OFFLOADS)
		status = apply_offloads(&task, &outcome);
	/* what hung behind a dispatcher of ours that is gone, with its interface or without */
	if (status == 0 && change->kind == OVR_UNDO_XDP && change->has_took &&
		(!is_there || now.xdp_prog_id != change->took[0]))
		ovr_undo_pins_remove(places->bpf, change->ifindex, change->took[0]);
	if (status == 0)
		*ret_outcome = outcome;
	return status;
}
