/* SPDX-License-Identifier: BSD-3-Clause */
#include "undo/undo.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "undo/apply.h"
#include "undo/busy.h"
#include "undo/journal.h"
#include "undo/process.h"
#include "undo/setting.h"
#include "undo/store.h"

struct ovr_undo {
	struct ovr_undo_places places;
	char file[64]; /* "" until the first note */
	/* by this descriptor the file is seen to be of a living process; -1: there is no file */
	int held;
	struct ovr_undo_journal journal;
};

int
ovr_undo_open(const struct ovr_undo_places *places, struct ovr_undo **ret_undo, struct ovr_err *err)
{
	struct ovr_undo *undo = calloc(1, sizeof(*undo));
	int status;

	if (undo == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for the journal of what is changed");
	if (places != NULL)
		undo->places = *places;
	else
		ovr_undo_places_default(&undo->places);
	status = ovr_undo_process_self(&undo->journal.owner, err);
	if (status != 0) {
		free(undo);
		return status;
	}
	undo->held = -1;
	*ret_undo = undo;
	return 0;
}

/* What the change must remember; without effect it becomes a use. */
static int
describe(enum ovr_undo_kind kind, const struct ovr_nic_facts *before, struct ovr_undo_change *ret_change,
	struct ovr_err *err)
{
	const struct ovr_nic_rings *rings = &before->rings;
	const struct ovr_nic_channels *channels = &before->channels;
	struct ovr_undo_change change = { .kind = kind, .ifindex = before->ifindex };

	snprintf(change.name, sizeof(change.name), "%s", before->name);
	if ((kind == OVR_UNDO_RINGS && !rings->known) || (kind == OVR_UNDO_CHANNELS && !channels->known))
		return ovr_err_set(err, -EINVAL, "%s: its %s are not known, so they could not be put back",
			before->name, kind == OVR_UNDO_RINGS ? "rings" : "channels");
	if ((kind == OVR_UNDO_XDP && before->xdp_prog_id != 0) ||
		(kind == OVR_UNDO_PROMISC && before->is_promiscuous) ||
		(kind == OVR_UNDO_OFFLOADS && before->offloads.on == 0) ||
		(kind == OVR_UNDO_PAUSE && !before->pause.known))
		change.kind = OVR_UNDO_USE;
	if (kind == OVR_UNDO_MTU)
		change.was[0] = before->mtu;
	if (kind == OVR_UNDO_RINGS)
		memcpy(change.was, (uint32_t[]){ rings->rx, rings->rx_mini, rings->rx_jumbo, rings->tx },
			sizeof(change.was));
	if (kind == OVR_UNDO_CHANNELS)
		memcpy(change.was,
			(uint32_t[]){ channels->rx, channels->tx, channels->other, channels->combined },
			sizeof(change.was));
	if (kind == OVR_UNDO_PAUSE)
		memcpy(change.was, (uint32_t[4]){ before->pause.autoneg, before->pause.rx, before->pause.tx },
			sizeof(change.was));
	if (kind == OVR_UNDO_OFFLOADS)
		change.was[0] = before->offloads.on;
	*ret_change = change;
	return 0;
}

/*
 * A journal that nobody has: a dead process had our pid, or has it in another PID namespace; or
 * this one keeps another.
 */
static int
create_file(struct ovr_undo *undo, int folder)
{
	const struct ovr_undo_owner *owner = &undo->journal.owner;
	uint32_t n = 0;
	int held;

	snprintf(undo->file, sizeof(undo->file), "%d.undo", (int)owner->pid);
	while ((held = ovr_undo_store_create(folder, undo->file)) == -EEXIST)
		snprintf(undo->file, sizeof(undo->file), "%d.%" PRIu64 ".%u.undo", (int)owner->pid,
			owner->start, n++);
	undo->held = held < 0 ? -1 : held;
	return held < 0 ? held : 0;
}

/* There is no file any more, or none came about. */
static void
forget_file(struct ovr_undo *undo)
{
	if (undo->held >= 0)
		close(undo->held);
	undo->held = -1;
	undo->file[0] = '\0';
}

/* Write lines after the journal, its head before the first of them. */
static int
append(struct ovr_undo *undo, int folder, const char *line, struct ovr_err *err)
{
	char text[OVR_UNDO_HEAD_BYTES + OVR_UNDO_LINE_BYTES] = "";
	size_t n = 0;
	int status = 0;

	if (undo->held < 0) {
		status = create_file(undo, folder);
		n = ovr_undo_journal_print_head(text, sizeof(text), &undo->journal.owner);
	}
	n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", line);
	if (status == 0)
		status = ovr_undo_store_append(folder, undo->held, text, n);
	if (status == 0)
		return 0;
	ovr_err_set(err, status, "%s/%s: cannot be written: %s; without it nothing is changed",
		undo->places.journals, undo->file, strerror(-status));
	if (undo->journal.n_changes == 0) {
		if (undo->held >= 0)
			unlinkat(folder, undo->file, 0);
		forget_file(undo);
	}
	return status;
}

/*
 * What a setting was. The journals are locked: another process that put it back in between would
 * have it read before, and nobody would know the value from before any more.
 */
static int
read_setting(struct ovr_undo *undo, int folder, struct ovr_undo_change *change, struct ovr_err *err)
{
	int status = ovr_undo_setting_is_free(folder, &undo->journal.owner, change->name, err);

	return status != 0 ? status
			   : ovr_undo_setting_read(&undo->places, change->name, &change->was[0], err);
}

/* @param change of a setting, what it was is added */
static int
note(struct ovr_undo *undo, struct ovr_undo_change *change, struct ovr_err *err)
{
	struct ovr_undo_journal *journal = &undo->journal;
	char line[OVR_UNDO_LINE_BYTES];
	int folder;
	int status = 0;

	if (ovr_undo_journal_find(journal, change->kind, change->ifindex, change->name) != NULL)
		return 0;
	if (journal->n_changes == OVR_UNDO_CHANGES_MAX)
		return ovr_err_set(err, -ENOSPC,
			"%s: the journal is full: more than %d changes are not kept track of", change->name,
			OVR_UNDO_CHANGES_MAX);
	folder = ovr_undo_store_open(&undo->places, "", true, err);
	if (folder < 0)
		return folder;
	if (change->ifindex != 0)
		status = ovr_undo_busy(folder, &journal->owner, change->ifindex, change->name, err);
	else if (change->kind == OVR_UNDO_SETTING)
		status = read_setting(undo, folder, change, err);
	if (status == 0) {
		ovr_undo_journal_print_change(line, sizeof(line), change);
		status = append(undo, folder, line, err);
	}
	close(folder);
	if (status == 0)
		journal->change[journal->n_changes++] = *change;
	return status;
}

int
ovr_undo_note(struct ovr_undo *undo, enum ovr_undo_kind kind, const struct ovr_nic_facts *before,
	struct ovr_err *err)
{
	struct ovr_undo_change change;
	int status = describe(kind, before, &change, err);

	return status != 0 ? status : note(undo, &change, err);
}

int
ovr_undo_note_namespace(struct ovr_undo *undo, const char *name, struct ovr_err *err)
{
	struct ovr_undo_change change = { .kind = OVR_UNDO_NAMESPACE };

	if (!ovr_undo_journal_is_namespace(name))
		return ovr_err_set(err, -EINVAL,
			"network namespace: found \"%.80s\", accepted: %sNAME, of up to %d characters", name,
			OVR_UNDO_NAMESPACE_PREFIX, OVR_UNDO_NAME_BYTES - 1);
	snprintf(change.name, sizeof(change.name), "%s", name);
	return note(undo, &change, err);
}

/* What came of it: four numbers. */
static int
took(struct ovr_undo *undo, struct ovr_undo_change *change, const uint32_t *numbers, struct ovr_err *err)
{
	char line[OVR_UNDO_LINE_BYTES];
	int folder = ovr_undo_store_open(&undo->places, "", true, err);
	int status;

	if (folder < 0)
		return folder;
	memcpy(change->took, numbers, sizeof(change->took));
	change->has_took = true;
	ovr_undo_journal_print_took(line, sizeof(line), change);
	status = append(undo, folder, line, err);
	close(folder);
	return status;
}

int
ovr_undo_took_namespace(struct ovr_undo *undo, const char *name, uint32_t inode, struct ovr_err *err)
{
	struct ovr_undo_change *change = ovr_undo_journal_find(&undo->journal, OVR_UNDO_NAMESPACE, 0, name);

	return change == NULL ? 0 : took(undo, change, (uint32_t[4]){ inode }, err);
}

int
ovr_undo_took(struct ovr_undo *undo, enum ovr_undo_kind kind, const struct ovr_nic_facts *after,
	struct ovr_err *err)
{
	struct ovr_undo_change *change = ovr_undo_journal_find(
		&undo->journal, kind, after->ifindex, after->name);
	struct ovr_undo_change taken;
	int status;

	if (change == NULL || kind == OVR_UNDO_USE || kind == OVR_UNDO_PROMISC)
		return 0;
	if (kind == OVR_UNDO_XDP) {
		taken = (struct ovr_undo_change){ .was = { after->xdp_prog_id } };
	} else {
		status = describe(kind, after, &taken, err);
		if (status != 0)
			return status;
	}
	return took(undo, change, taken.was, err);
}

int
ovr_undo_set(struct ovr_undo *undo, const char *name, uint32_t value, struct ovr_err *err)
{
	struct ovr_undo_change change = { .kind = OVR_UNDO_SETTING };
	struct ovr_undo_change *noted;
	int status;

	if (!ovr_undo_journal_is_setting(name))
		return ovr_err_set(err, -EINVAL,
			"setting: found \"%.80s\", accepted: net.NAME, of up to %d characters", name,
			OVR_UNDO_NAME_BYTES - 1);
	snprintf(change.name, sizeof(change.name), "%s", name);
	status = note(undo, &change, err);
	if (status != 0)
		return status;
	noted = ovr_undo_journal_find(&undo->journal, OVR_UNDO_SETTING, 0, name);
	status = took(
		undo, noted, (uint32_t[4]){ value, noted->has_took ? noted->took[0] : noted->was[0] }, err);
	return status != 0 ? status : ovr_undo_setting_write(&undo->places, name, value, err);
}

/* Put back everything, the latest first. Those that could not be put back are kept. */
static int
put_back(struct ovr_undo *undo, struct ovr_err *err)
{
	struct ovr_undo_journal *journal = &undo->journal;
	unsigned int n_failed = 0;
	int status = 0;

	for (uint32_t i = journal->n_changes; i-- > 0;) {
		struct ovr_undo_change *change = &journal->change[i];
		enum ovr_undo_outcome outcome;
		struct ovr_err why = { "" };
		char words[256];
		int failed;

		failed = ovr_undo_apply(&undo->places, change, &outcome, words, sizeof(words), &why);
		if (failed == 0) {
			journal->n_changes--;
			memmove(change, change + 1, (journal->n_changes - i) * sizeof(*change));
			continue;
		}
		if (n_failed++ == 0)
			status = ovr_err_set(err, failed,
				"%s could not be put back: %.400s; the next run tries again", change->name,
				why.text);
	}
	return status;
}

int
ovr_undo_all(struct ovr_undo *undo, struct ovr_err *err)
{
	int folder, status;

	if (undo->journal.n_changes == 0)
		return 0;
	/* what can be put back is, whatever became of the journal */
	folder = ovr_undo_store_open(&undo->places, "", true, NULL);
	status = put_back(undo, err);
	if (folder < 0)
		return status;
	ovr_undo_journal_store(folder, undo->file, &undo->journal, &undo->held);
	if (undo->journal.n_changes == 0)
		forget_file(undo);
	close(folder);
	return status;
}

void
ovr_undo_forget(struct ovr_undo *undo)
{
	int folder;

	undo->journal.n_changes = 0;
	if (undo->held < 0)
		return;
	folder = ovr_undo_store_open(&undo->places, "", true, NULL);
	if (folder < 0)
		return;
	ovr_undo_journal_store(folder, undo->file, &undo->journal, &undo->held);
	close(folder);
	forget_file(undo);
}

void
ovr_undo_close(struct ovr_undo *undo)
{
	if (undo != NULL)
		forget_file(undo);
	free(undo);
}
