/* SPDX-License-Identifier: BSD-3-Clause */
#include "undo/busy.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "undo/process.h"
#include "undo/store.h"

/* A search for a user. */
struct search {
	const struct ovr_undo_owner *self;
	uint32_t ifindex; /* 0: a setting */
	const char *name;
	struct ovr_err *err;
	struct ovr_undo_journal journal;
	char text[OVR_UNDO_FILE_BYTES];
};

/* Its number means nothing in another PID namespace than its own. */
static int
say_busy(struct search *search)
{
	const struct ovr_undo_owner *owner = &search->journal.owner;

	if (owner->pidns != search->self->pidns)
		return ovr_err_set(search->err, -EBUSY,
			"%s: process %d of another PID namespace (pid:[%" PRIu64
			"]) is using it, and two would spoil each other's counts; wait until it has ended",
			search->name, (int)owner->pid, owner->pidns);
	return ovr_err_set(search->err, -EBUSY,
		"%s: process %d is using it, and two would spoil each other's counts; wait until it has "
		"ended, or end it (kill %d)",
		search->name, (int)owner->pid, (int)owner->pid);
}

static int
look_into(void *context, int folder, const char *file)
{
	struct search *search = context;
	const struct ovr_undo_owner *owner = &search->journal.owner;

	if (ovr_undo_store_read(folder, file, search->text, sizeof(search->text)) != 0 ||
		ovr_undo_journal_parse(search->text, &search->journal, NULL, NULL) != 0 ||
		ovr_undo_process_is_same(owner, search->self) ||
		!ovr_undo_netns_is_same(owner, search->self) || !ovr_undo_store_is_held(folder, file))
		return 0;
	for (uint32_t i = 0; i < search->journal.n_changes; i++)
		if (search->journal.change[i].ifindex == search->ifindex)
			return say_busy(search);
	return 0;
}

/* A setting is of the whole host, whatever network namespace its user is in. */
static int
look_for_setting(void *context, int folder, const char *file)
{
	struct search *search = context;
	struct ovr_undo_journal *journal = &search->journal;

	if (ovr_undo_store_read(folder, file, search->text, sizeof(search->text)) != 0 ||
		ovr_undo_journal_parse(search->text, journal, NULL, NULL) != 0 ||
		ovr_undo_process_is_same(&journal->owner, search->self) ||
		ovr_undo_journal_find(journal, OVR_UNDO_SETTING, 0, search->name) == NULL)
		return 0;
	if (ovr_undo_store_is_held(folder, file))
		return ovr_err_set(search->err, -EBUSY,
			"%s: process %d has changed it, and two would put back what is not from before; wait "
			"until it has ended",
			search->name, (int)journal->owner.pid);
	return ovr_err_set(search->err, -EBUSY,
		"%s: process %d was killed before it put it back; the next start of overrun does",
		search->name, (int)journal->owner.pid);
}

static int
look_for(int folder, const struct ovr_undo_owner *self, uint32_t ifindex, const char *name,
	struct ovr_err *err)
{
	struct search *search = calloc(1, sizeof(*search));
	int status;

	if (search == NULL)
		return ovr_err_set(err, -ENOMEM, "%s: no memory to see who is using it", name);
	search->self = self;
	search->ifindex = ifindex;
	search->name = name;
	search->err = err;
	status = ovr_undo_store_each(folder, ".undo", ifindex == 0 ? look_for_setting : look_into, search);
	if (status != 0 && status != -EBUSY)
		ovr_err_set(
			err, status, "%s: it cannot be seen who is using it: %s", name, strerror(-status));
	free(search);
	return status;
}

int
ovr_undo_busy(int folder, const struct ovr_undo_owner *self, uint32_t ifindex, const char *name,
	struct ovr_err *err)
{
	return look_for(folder, self, ifindex, name, err);
}

int
ovr_undo_setting_is_free(int folder, const struct ovr_undo_owner *self, const char *name, struct ovr_err *err)
{
	return look_for(folder, self, 0, name, err);
}

int
ovr_undo_is_free(const struct ovr_undo_places *places, const struct ovr_nic_facts *facts, struct ovr_err *err)
{
	struct ovr_undo_places usual;
	struct ovr_undo_owner self;
	int folder;
	int status = ovr_undo_process_self(&self, err);

	if (status != 0)
		return status;
	if (places == NULL) {
		ovr_undo_places_default(&usual);
		places = &usual;
	}
	folder = ovr_undo_store_open(places, "", false, err);
	if (folder == -ENOENT)
		return 0;
	if (folder < 0)
		return folder;
	status = ovr_undo_busy(folder, &self, facts->ifindex, facts->name, err);
	close(folder);
	return status;
}

int
ovr_undo_journal_store(int folder, const char *file, const struct ovr_undo_journal *journal, int *held)
{
	char *text;
	size_t n;
	int status;

	if (journal->n_changes == 0)
		return unlinkat(folder, file, 0) == 0 || errno == ENOENT ? 0 : -errno;
	text = malloc(OVR_UNDO_FILE_BYTES);
	if (text == NULL)
		return -ENOMEM;
	n = ovr_undo_journal_print_head(text, OVR_UNDO_FILE_BYTES, &journal->owner);
	for (uint32_t i = 0; i < journal->n_changes; i++) {
		const struct ovr_undo_change *change = &journal->change[i];

		n += ovr_undo_journal_print_change(text + n, OVR_UNDO_FILE_BYTES - n, change);
		if (change->has_took)
			n += ovr_undo_journal_print_took(text + n, OVR_UNDO_FILE_BYTES - n, change);
	}
	status = ovr_undo_store_write(folder, file, text, n, held);
	free(text);
	return status;
}
