/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "base/wait.h"
#include "undo/apply.h"
#include "undo/busy.h"
#include "undo/eal.h"
#include "undo/journal.h"
#include "undo/process.h"
#include "undo/saved_text.h"
#include "undo/store.h"
#include "undo/undo.h"

#define ENDS_WITHIN_NS UINT64_C(3000000000)
#define LOOK_NS        UINT64_C(10000000)

/* A recovery under way. */
struct recovery {
	const struct ovr_undo_places *places;
	struct ovr_undo_owner self;
	struct ovr_undo_report *report;
	const char *file; /* the journal at hand */
	struct ovr_undo_journal journal;
	struct ovr_undo_namespaces namespaces; /* looked for when they are first asked for */
	bool knows_namespaces;
	char text[OVR_UNDO_FILE_BYTES];
};

static void __attribute__((format(printf, 3, 4)))
say(struct recovery *recovery, enum ovr_undo_said said, const char *format, ...)
{
	struct ovr_undo_report *report = recovery->report;
	va_list args;

	if (report->n_lines == OVR_UNDO_REPORT_LINES) {
		report->n_dropped++;
		return;
	}
	report->line[report->n_lines].said = said;
	va_start(args, format);
	vsnprintf(report->line[report->n_lines].text, sizeof(report->line[0].text), format, args);
	va_end(args);
	report->n_lines++;
}

static void
say_skipped(void *context, unsigned int number, const char *line)
{
	struct recovery *recovery = context;

	say(recovery, OVR_UNDO_SAID_SKIPPED, "%s/%s: line %u, \"%.60s\", is not understood and was skipped",
		recovery->places->journals, recovery->file, number, line);
}

/* Whether the namespace exists. @return 1; 0; -EACCES: it cannot be told */
static int
has_namespace(struct recovery *recovery, const struct ovr_undo_owner *owner)
{
	/* its number is ours now, so it is gone */
	if (owner->netns == recovery->self.netns)
		return 0;
	if (!recovery->knows_namespaces)
		ovr_undo_namespaces_find(&recovery->namespaces);
	recovery->knows_namespaces = true;
	return ovr_undo_namespaces_has(&recovery->namespaces, owner);
}

/* Whether somebody could still make use of the journal of another network namespace. */
static bool
is_worth_keeping(struct recovery *recovery)
{
	const struct ovr_undo_owner *owner = &recovery->journal.owner;
	uint32_t n_uses = 0;
	int exists;

	/* the use of a dead process leaves nothing to put back */
	for (uint32_t i = 0; i < recovery->journal.n_changes; i++)
		n_uses += recovery->journal.change[i].kind == OVR_UNDO_USE;
	if (n_uses == recovery->journal.n_changes)
		return false;
	exists = has_namespace(recovery, owner);
	/*
	 * where not all processes may be looked into, a few bytes more are kept, and no more than
	 * that is said
	 */
	if (exists != 1)
		return exists != 0;
	say(recovery, OVR_UNDO_SAID_LEFT,
		"%s: process %d left it changed in another network namespace (net:[%" PRIu64
		"]): the next run there puts it back",
		recovery->journal.change[0].name, (int)owner->pid, owner->netns);
	return true;
}

/* Put back all that can be, the latest first. */
static void
put_back(struct recovery *recovery)
{
	struct ovr_undo_journal *journal = &recovery->journal;
	int pid = (int)journal->owner.pid;

	for (uint32_t i = journal->n_changes; i-- > 0;) {
		struct ovr_undo_change *change = &journal->change[i];
		enum ovr_undo_outcome outcome = OVR_UNDO_NOTHING;
		struct ovr_err why = { "" };
		char words[200];

		if (ovr_undo_apply(recovery->places, change, &outcome, words, sizeof(words), &why) != 0) {
			say(recovery, OVR_UNDO_SAID_LEFT,
				"%s: what process %d left could not be put back: %.150s; the next run tries "
				"again",
				change->name, pid, why.text);
			continue;
		}
		if (outcome == OVR_UNDO_RESTORED)
			say(recovery, OVR_UNDO_SAID_PUT_BACK, "%s (left by process %d)", words, pid);
		else if (outcome == OVR_UNDO_KEPT)
			say(recovery, OVR_UNDO_SAID_LEFT, "%s", words);
		journal->n_changes--;
		memmove(change, change + 1, (journal->n_changes - i) * sizeof(*change));
	}
}

/*
 * With file capabilities this process may do more than its user, who can write anything into a
 * journal of his own: it is no reason to change an interface.
 */
static bool
has_more_rights_than_its_user(void)
{
	return geteuid() != 0 && getauxval(AT_SECURE) != 0;
}

static void
say_not_heeded(struct recovery *recovery)
{
	const struct ovr_undo_journal *journal = &recovery->journal;

	say(recovery, OVR_UNDO_SAID_LEFT,
		"%s: what process %d left is not put back with capabilities of the program's file, which "
		"its user does not have: as root put back what %s/%s names, and remove it",
		journal->change[0].name, (int)journal->owner.pid, recovery->places->journals, recovery->file);
}

/*
 * Whether somebody still has the journal. A process that was killed a moment ago ends before its
 * last thread lets go of what it held: that is waited for. @param status of reading the text
 */
static bool
is_held(struct recovery *recovery, int folder, const char *file, int status)
{
	const struct ovr_undo_owner *owner = &recovery->journal.owner;

	if (!ovr_undo_store_is_held(folder, file))
		return false;
	if (status != 0 || ovr_undo_journal_parse(recovery->text, &recovery->journal, NULL, NULL) != 0 ||
		owner->pidns != recovery->self.pidns || ovr_undo_process_lives(owner->pid))
		return true;
	for (uint64_t waited_ns = 0; waited_ns < ENDS_WITHIN_NS; waited_ns += LOOK_NS) {
		ovr_wait_ns(LOOK_NS);
		if (!ovr_undo_store_is_held(folder, file))
			return false;
	}
	return true;
}

static int
recover_journal(void *context, int folder, const char *file)
{
	struct recovery *recovery = context;
	struct ovr_undo_journal *journal = &recovery->journal;
	int status = ovr_undo_store_read(folder, file, recovery->text, sizeof(recovery->text));

	recovery->file = file;
	if (is_held(recovery, folder, file, status))
		return 0;
	if (status == 0)
		status = ovr_undo_journal_parse(recovery->text, journal, NULL, NULL);
	if (status == -ENODATA) {
		/* it died before it had noted anything */
		unlinkat(folder, file, 0);
		return 0;
	}
	if (status != 0) {
		say(recovery, OVR_UNDO_SAID_LEFT,
			"%s/%s: is no journal that this version can heed (%s); look at it, and remove it",
			recovery->places->journals, file, ovr_undo_store_why(status));
		return 0;
	}
	if (!ovr_undo_netns_is_same(&journal->owner, &recovery->self)) {
		if (!is_worth_keeping(recovery))
			unlinkat(folder, file, 0);
		return 0;
	}
	if (journal->n_changes != 0 && has_more_rights_than_its_user()) {
		say_not_heeded(recovery);
		return 0;
	}
	ovr_undo_journal_parse(recovery->text, journal, say_skipped, recovery);
	put_back(recovery);
	status = ovr_undo_journal_store(folder, file, journal, NULL);
	if (status != 0)
		say(recovery, OVR_UNDO_SAID_LEFT, "%s/%s: cannot be written: %s", recovery->places->journals,
			file, strerror(-status));
	return 0;
}

/* "process 1234", "dead processes" */
static const char *
name_process(char *buf, size_t size, pid_t pid)
{
	if (pid != 0)
		snprintf(buf, size, "process %d", (int)pid);
	else
		snprintf(buf, size, "dead processes");
	return buf;
}

static void
recover_hugepages(void *context, const char *mount)
{
	struct recovery *recovery = context;
	struct ovr_undo_eal_removed removed;
	char whose[32];

	ovr_undo_eal_clean_hugepages(mount, 0, &removed);
	if (removed.n_files != 0)
		say(recovery, OVR_UNDO_SAID_PUT_BACK, "%u hugepage file%s of %s removed from %.100s",
			removed.n_files, removed.n_files == 1 ? "" : "s",
			name_process(whose, sizeof(whose), removed.pid), mount);
}

/*
 * Saved ring sizes belong to who asks for them with `ring restore`; those of a namespace that is
 * gone, to nobody.
 */
static int
forget_rings(void *context, int folder, const char *file)
{
	struct recovery *recovery = context;
	struct ovr_undo_saved_text saved;

	if (ovr_undo_store_read(folder, file, recovery->text, sizeof(recovery->text)) == 0 &&
		ovr_undo_saved_parse(recovery->text, &saved) == 0 &&
		!ovr_undo_netns_is_same(&saved.owner, &recovery->self) &&
		has_namespace(recovery, &saved.owner) == 0)
		unlinkat(folder, file, 0);
	return 0;
}

static int
recover_journals(struct recovery *recovery, struct ovr_err *err)
{
	int folder = ovr_undo_store_open(recovery->places, "", false, err);
	int status;

	/* who has no folder has changed nothing */
	if (folder == -ENOENT)
		return 0;
	if (folder < 0)
		return folder;
	status = ovr_undo_store_each(folder, ".undo", recover_journal, recovery);
	close(folder);
	folder = ovr_undo_store_open(recovery->places, "rings", false, NULL);
	if (folder >= 0) {
		ovr_undo_store_each(folder, ".rings", forget_rings, recovery);
		close(folder);
	}
	if (status != 0)
		return ovr_err_set(
			err, status, "%s: cannot be read: %s", recovery->places->journals, strerror(-status));
	return 0;
}

int
ovr_undo_recover(
	const struct ovr_undo_places *places, struct ovr_undo_report *ret_report, struct ovr_err *err)
{
	struct recovery *recovery = calloc(1, sizeof(*recovery));
	struct ovr_undo_places usual;
	int status;

	if (recovery == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory to look for what earlier runs left");
	if (places == NULL) {
		ovr_undo_places_default(&usual);
		places = &usual;
	}
	memset(ret_report, 0, sizeof(*ret_report));
	recovery->places = places;
	recovery->report = ret_report;
	status = ovr_undo_process_self(&recovery->self, err);
	if (status == 0)
		status = recover_journals(recovery, err);
	if (status == 0)
		ovr_undo_eal_each_mount(places->mounts, recover_hugepages, recovery);
	free(recovery);
	return status;
}
