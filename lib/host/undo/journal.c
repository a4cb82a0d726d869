/* SPDX-License-Identifier: BSD-3-Clause */
#include "undo/journal.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char title[] = "overrun undo 1";

/* took KIND IFINDEX NAME and four numbers; one more to see that there are too many */
#define WORDS_MAX 9

/* The set without an offload. */
#define NO_OFFLOADS "none"

static const struct {
	const char *word;
	unsigned int n_numbers;
} kinds[OVR_UNDO_KINDS] = {
	[OVR_UNDO_USE] = { "use", 0 },
	[OVR_UNDO_XDP] = { "xdp", 0 },
	[OVR_UNDO_PROMISC] = { "promisc", 0 },
	[OVR_UNDO_MTU] = { "mtu", 1 },
	[OVR_UNDO_RINGS] = { "rings", 4 },
	[OVR_UNDO_CHANNELS] = { "channels", 4 },
	[OVR_UNDO_PAUSE] = { "pause", 3 },
	[OVR_UNDO_OFFLOADS] = { "offloads", 1 },
	[OVR_UNDO_NAMESPACE] = { "namespace", 0 },
	[OVR_UNDO_SETTING] = { "setting", 1 },
};

/*
 * Numbers that a change of this kind remembers: 0, 1, 3 or 4. Offloads are one, a set that the text
 * spells out.
 */
static unsigned int
n_numbers_of(enum ovr_undo_kind kind)
{
	return kinds[kind].n_numbers;
}

/*
 * How many numbers tell what came of it: of a program its id, of a namespace its inode, of a
 * setting two values; of promiscuity there is nothing more to say.
 */
static unsigned int
took_numbers(enum ovr_undo_kind kind)
{
	if (kind == OVR_UNDO_SETTING)
		return 2;
	return kind == OVR_UNDO_XDP || kind == OVR_UNDO_NAMESPACE ? 1 : kinds[kind].n_numbers;
}

bool
ovr_undo_journal_is_namespace(const char *name)
{
	static const char prefix[] = OVR_UNDO_NAMESPACE_PREFIX;

	return strncmp(name, prefix, sizeof(prefix) - 1) == 0 && strpbrk(name, "/ \n") == NULL &&
		strlen(name) < OVR_UNDO_NAME_BYTES;
}

/* Its file is below the folder of the settings: no slash, and no two dots in a row. */
bool
ovr_undo_journal_is_setting(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_.";

	return strncmp(name, "net.", 4) == 0 && name[strspn(name, letters)] == '\0' &&
		strstr(name, "..") == NULL && strlen(name) < OVR_UNDO_NAME_BYTES;
}

struct ovr_undo_change *
ovr_undo_journal_find(
	struct ovr_undo_journal *journal, enum ovr_undo_kind kind, uint32_t ifindex, const char *name)
{
	for (uint32_t i = 0; i < journal->n_changes; i++) {
		struct ovr_undo_change *change = &journal->change[i];

		if (change->kind == kind && change->ifindex == ifindex && strcmp(change->name, name) == 0)
			return change;
	}
	return NULL;
}

static bool
read_number(const char *word, uint64_t max, uint64_t *ret_number)
{
	char *end;
	uint64_t number;

	if (word[0] < '0' || word[0] > '9')
		return false;
	errno = 0;
	number = strtoull(word, &end, 10);
	if (errno != 0 || *end != '\0' || number > max)
		return false;
	*ret_number = number;
	return true;
}

static bool
read_numbers(char *const *word, unsigned int n, uint32_t *ret_numbers)
{
	for (unsigned int i = 0; i < n; i++) {
		uint64_t number;

		if (!read_number(word[i], UINT32_MAX, &number))
			return false;
		ret_numbers[i] = (uint32_t)number;
	}
	return true;
}

/*
 * The numbers of a change; a set of offloads stands there by their names, which no other version
 * gives another meaning.
 */
static bool
read_values(enum ovr_undo_kind kind, char *const *word, unsigned int n, uint32_t *ret_values)
{
	if (kind != OVR_UNDO_OFFLOADS)
		return read_numbers(word, n, ret_values);
	ret_values[0] = 0;
	return strcmp(word[0], NO_OFFLOADS) == 0 || ovr_nic_offloads_parse(word[0], &ret_values[0]) == 0;
}

/* Take the line apart at its blanks. */
static unsigned int
split(char *line, char **word)
{
	unsigned int n = 0;
	char *rest = NULL;

	for (char *at = strtok_r(line, " ", &rest); at != NULL && n < WORDS_MAX;
		at = strtok_r(NULL, " ", &rest))
		word[n++] = at;
	return n;
}

static bool
read_owner(char *line, struct ovr_undo_owner *ret_owner)
{
	char *word[WORDS_MAX];
	uint64_t pid, start, netns, cookie, pidns = 0;
	unsigned int n_words = split(line, word);

	if (n_words < 5 || n_words > 6 || strcmp(word[0], "process") != 0 ||
		!read_number(word[1], INT_MAX, &pid) || !read_number(word[2], UINT64_MAX, &start) ||
		!read_number(word[3], UINT64_MAX, &netns) || !read_number(word[4], UINT64_MAX, &cookie) ||
		(n_words == 6 && !read_number(word[5], UINT64_MAX, &pidns)))
		return false;
	*ret_owner = (struct ovr_undo_owner){ (pid_t)pid, start, netns, cookie, pidns };
	return true;
}

static bool
kind_of(const char *word, enum ovr_undo_kind *ret_kind)
{
	for (int i = 0; i < OVR_UNDO_KINDS; i++) {
		if (strcmp(kinds[i].word, word) == 0) {
			*ret_kind = (enum ovr_undo_kind)i;
			return true;
		}
	}
	return false;
}

/* An interface has an index; a namespace and a setting have none, and a name that is ours. */
static bool
is_name(enum ovr_undo_kind kind, uint64_t ifindex, const char *name)
{
	if (kind == OVR_UNDO_NAMESPACE)
		return ifindex == 0 && ovr_undo_journal_is_namespace(name);
	if (kind == OVR_UNDO_SETTING)
		return ifindex == 0 && ovr_undo_journal_is_setting(name);
	return ifindex != 0 && strlen(name) < OVR_NIC_NAME_BYTES;
}

/* KIND IFINDEX NAME NUMBER…, and how many numbers of them there are. */
static bool
read_change(char *const *word, unsigned int n_words, unsigned int (*n_numbers)(enum ovr_undo_kind kind),
	struct ovr_undo_change *ret_change)
{
	struct ovr_undo_change change = { 0 };
	uint64_t ifindex;

	if (n_words < 3 || !kind_of(word[0], &change.kind) || n_words != 3 + n_numbers(change.kind) ||
		!read_number(word[1], INT_MAX, &ifindex) || !is_name(change.kind, ifindex, word[2]) ||
		!read_values(change.kind, word + 3, n_numbers(change.kind), change.was))
		return false;
	change.ifindex = (uint32_t)ifindex;
	memcpy(change.name, word[2], strlen(word[2]) + 1);
	*ret_change = change;
	return true;
}

static bool
read_line(char *line, struct ovr_undo_journal *journal)
{
	struct ovr_undo_change change, *done;
	char *word[WORDS_MAX];
	unsigned int n_words = split(line, word);

	if (n_words > 0 && strcmp(word[0], "took") == 0) {
		if (!read_change(word + 1, n_words - 1, took_numbers, &change))
			return false;
		done = ovr_undo_journal_find(journal, change.kind, change.ifindex, change.name);
		if (done == NULL)
			return false;
		memcpy(done->took, change.was, sizeof(done->took));
		done->has_took = true;
		return true;
	}
	if (journal->n_changes == OVR_UNDO_CHANGES_MAX || !read_change(word, n_words, n_numbers_of, &change))
		return false;
	journal->change[journal->n_changes++] = change;
	return true;
}

int
ovr_undo_journal_parse(
	const char *text, struct ovr_undo_journal *ret_journal, ovr_undo_skipped_t *skipped, void *context)
{
	struct ovr_undo_journal journal = { .n_changes = 0 };
	unsigned int number = 0;

	for (const char *end; (end = strchr(text, '\n')) != NULL; text = end + 1) {
		char line[OVR_UNDO_LINE_BYTES], whole[OVR_UNDO_LINE_BYTES];
		bool fits = (size_t)(end - text) < sizeof(line);
		bool understood;

		snprintf(whole, sizeof(whole), "%.*s", (int)(fits ? end - text : OVR_UNDO_LINE_BYTES), text);
		memcpy(line, whole, sizeof(line));
		number++;
		if (number == 1)
			understood = strcmp(whole, title) == 0;
		else if (number == 2)
			understood = fits && read_owner(line, &journal.owner);
		else
			understood = fits && read_line(line, &journal);
		if (!understood && number <= 2)
			return -EINVAL;
		if (!understood && skipped != NULL)
			skipped(context, number, whole);
	}
	if (number < 2)
		return -ENODATA;
	*ret_journal = journal;
	return 0;
}

size_t
ovr_undo_journal_print_head(char *buf, size_t size, const struct ovr_undo_owner *owner)
{
	char pidns[24] = "";

	if (owner->pidns != 0)
		snprintf(pidns, sizeof(pidns), " %" PRIu64, owner->pidns);
	return (size_t)snprintf(buf, size, "%s\nprocess %d %" PRIu64 " %" PRIu64 " %" PRIu64 "%s\n", title,
		(int)owner->pid, owner->start, owner->netns, owner->netns_cookie, pidns);
}

static size_t
print_change(char *buf, size_t size, const char *before, const struct ovr_undo_change *change,
	const uint32_t *number, unsigned int n)
{
	int at = snprintf(
		buf, size, "%s%s %u %s", before, kinds[change->kind].word, change->ifindex, change->name);
	char names[OVR_NIC_OFFLOADS_TEXT_BYTES];

	if (change->kind == OVR_UNDO_OFFLOADS) {
		ovr_nic_offloads_print(names, sizeof(names), number[0], ",");
		at += snprintf(buf + at, size - (size_t)at, " %s", number[0] == 0 ? NO_OFFLOADS : names);
		n = 0;
	}
	for (unsigned int i = 0; i < n; i++)
		at += snprintf(buf + at, size - (size_t)at, " %u", number[i]);
	at += snprintf(buf + at, size - (size_t)at, "\n");
	return (size_t)at;
}

size_t
ovr_undo_journal_print_change(char *buf, size_t size, const struct ovr_undo_change *change)
{
	return print_change(buf, size, "", change, change->was, n_numbers_of(change->kind));
}

size_t
ovr_undo_journal_print_took(char *buf, size_t size, const struct ovr_undo_change *change)
{
	return print_change(buf, size, "took ", change, change->took, took_numbers(change->kind));
}
