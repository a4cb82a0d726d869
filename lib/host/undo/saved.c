/* SPDX-License-Identifier: BSD-3-Clause */
#include "undo/saved.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "undo/process.h"
#include "undo/saved_text.h"
#include "undo/store.h"

/* The folder below that of the journals. */
static const char below[] = "rings";

/* A store that was opened for reading or writing. */
struct store {
	int folder;
	struct ovr_undo_owner self;
	struct ovr_undo_places places;
};

/* @return 0; -ENOENT: there is no such folder, when it was not to be made; -errno */
static int
enter(const struct ovr_undo_places *places, bool make, struct store *ret_store, struct ovr_err *err)
{
	struct store store;
	int status = ovr_undo_process_self(&store.self, err);

	if (status != 0)
		return status;
	if (places != NULL)
		store.places = *places;
	else
		ovr_undo_places_default(&store.places);
	store.folder = ovr_undo_store_open(&store.places, below, make, err);
	if (store.folder < 0)
		return store.folder;
	*ret_store = store;
	return 0;
}

static void
name_file(const struct store *store, uint32_t ifindex, const char *name, char *buf, size_t size)
{
	snprintf(buf, size, "%" PRIu64 "-%u-%s.rings", store->self.netns, ifindex, name);
}

/*
 * Read a file of this namespace.
 * @return 0; -ENOENT: there is none, or it is of an earlier namespace with our number
 */
static int
read_file(const struct store *store, const char *file, struct ovr_undo_saved *ret_saved, struct ovr_err *err)
{
	char text[OVR_UNDO_SAVED_BYTES];
	struct ovr_undo_saved_text saved;
	int status = ovr_undo_store_read(store->folder, file, text, sizeof(text));

	if (status == -ENOENT)
		return ovr_err_set(
			err, status, "nothing is saved in %s/%s/%s", store->places.journals, below, file);
	if (status == 0)
		status = ovr_undo_saved_parse(text, &saved);
	if (status != 0)
		return ovr_err_set(err, status,
			"%s/%s/%s: holds no saved ring sizes that this version can heed (%s); look at it, "
			"and remove it",
			store->places.journals, below, file, ovr_undo_store_why(status));
	if (!ovr_undo_netns_is_same(&saved.owner, &store->self)) {
		unlinkat(store->folder, file, 0);
		return ovr_err_set(err, -ENOENT, "nothing is saved in this network namespace");
	}
	*ret_saved = saved.saved;
	return 0;
}

int
ovr_undo_saved_keep(const struct ovr_undo_places *places, const struct ovr_nic_facts *facts, bool *ret_is_new,
	struct ovr_err *err)
{
	char file[OVR_UNDO_SAVED_NAME_BYTES], text[OVR_UNDO_SAVED_BYTES];
	struct ovr_undo_saved_text saved;
	struct ovr_undo_saved older;
	struct store store;
	int status = enter(places, true, &store, err);

	if (status != 0)
		return status;
	name_file(&store, facts->ifindex, facts->name, file, sizeof(file));
	status = read_file(&store, file, &older, err);
	if (status == -ENOENT) {
		saved.owner = store.self;
		saved.saved = (struct ovr_undo_saved){
			.ifindex = facts->ifindex,
			.rx = facts->rings.rx,
			.rx_mini = facts->rings.rx_mini,
			.rx_jumbo = facts->rings.rx_jumbo,
			.tx = facts->rings.tx,
		};
		memcpy(saved.saved.name, facts->name, sizeof(saved.saved.name));
		status = ovr_undo_store_write(
			store.folder, file, text, ovr_undo_saved_print(text, sizeof(text), &saved), NULL);
		if (status == 0)
			*ret_is_new = true;
		else
			ovr_err_set(err, status,
				"%s/%s/%s: cannot be written: %s; without it nothing is changed",
				store.places.journals, below, file, strerror(-status));
	} else if (status == 0) {
		*ret_is_new = false;
	}
	close(store.folder);
	return status;
}

int
ovr_undo_saved_read(const struct ovr_undo_places *places, const struct ovr_nic_facts *facts,
	struct ovr_undo_saved *ret_saved, struct ovr_err *err)
{
	char file[OVR_UNDO_SAVED_NAME_BYTES];
	struct store store;
	int status = enter(places, false, &store, err);

	if (status != 0)
		return status;
	name_file(&store, facts->ifindex, facts->name, file, sizeof(file));
	status = read_file(&store, file, ret_saved, err);
	close(store.folder);
	return status;
}

int
ovr_undo_saved_forget(
	const struct ovr_undo_places *places, const struct ovr_undo_saved *saved, struct ovr_err *err)
{
	char file[OVR_UNDO_SAVED_NAME_BYTES];
	struct store store;
	int status = enter(places, false, &store, err);

	if (status != 0)
		return status == -ENOENT ? 0 : status;
	name_file(&store, saved->ifindex, saved->name, file, sizeof(file));
	if (unlinkat(store.folder, file, 0) != 0 && errno != ENOENT)
		status = ovr_err_set(err, -errno, "%s/%s/%s: cannot be removed: %s", store.places.journals,
			below, file, strerror(errno));
	close(store.folder);
	return status;
}

/* A list that grows. */
struct list {
	const struct store *store;
	struct ovr_undo_saved *saved;
	uint32_t max, n;
	ovr_undo_saved_bad_t *bad;
	void *context;
};

static int
add_file(void *context, int folder, const char *file)
{
	struct list *list = context;
	struct ovr_undo_saved saved;
	struct ovr_err why;
	char ours[32];
	int status;

	(void)folder;
	snprintf(ours, sizeof(ours), "%" PRIu64 "-", list->store->self.netns);
	if (strncmp(file, ours, strlen(ours)) != 0)
		return 0;
	status = read_file(list->store, file, &saved, &why);
	if (status != 0 && status != -ENOENT)
		list->bad(list->context, status, &why);
	if (status != 0)
		return 0;
	if (list->n < list->max)
		list->saved[list->n] = saved;
	list->n++;
	return 0;
}

int
ovr_undo_saved_list(const struct ovr_undo_places *places, struct ovr_undo_saved *ret_saved, uint32_t max,
	uint32_t *ret_n, ovr_undo_saved_bad_t *bad, void *context, struct ovr_err *err)
{
	struct store store;
	struct list list = {
		.store = &store, .saved = ret_saved, .max = max, .bad = bad, .context = context
	};
	int status = enter(places, false, &store, err);

	if (status == -ENOENT) {
		*ret_n = 0;
		return 0;
	}
	if (status != 0)
		return status;
	status = ovr_undo_store_each(store.folder, ".rings", add_file, &list);
	close(store.folder);
	if (status != 0)
		return ovr_err_set(err, status, "%s/%s: cannot be read: %s", store.places.journals, below,
			strerror(-status));
	*ret_n = list.n;
	return 0;
}
