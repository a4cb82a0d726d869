/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Packets that were thrown away while a neighbour's address was asked for and their queue was full
 * (net/core/neighbour.c). Only the initial namespace has the file, and it counts those of all.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "kernel/readers.h"
#include "nic/rtnl.h"

#define NAME "unresolved_discards"

/* The number of the column of that name; -1: there is none. */
static int
column_of(const char *line, const char *name)
{
	size_t length = strlen(name);

	for (int column = 0;; column++) {
		line += strspn(line, " ");
		if (*line == '\0' || *line == '\n')
			return -1;
		if (strncmp(line, name, length) == 0 && strchr(" \n", line[length]) != NULL)
			return column;
		line += strcspn(line, " \n");
	}
}

static bool
read_column(const char *line, int column, uint64_t *ret_value)
{
	for (int i = 0;; i++) {
		char *end;
		uint64_t value;

		line += strspn(line, " ");
		if (*line == '\0' || *line == '\n')
			return false;
		value = strtoull(line, &end, 16);
		if (end == line)
			return false;
		if (i == column) {
			*ret_value = value;
			return true;
		}
		line = end;
	}
}

int
ovr_kernel_neighbour_parse(const char *object, const char *text, struct ovr_kernel_reading *reading)
{
	int column = column_of(text, NAME);
	struct ovr_kernel_counter *counter;
	uint64_t sum = 0;

	/* older kernels do not count them */
	if (column < 0)
		return strncmp(text, "entries", 7) == 0 ? 0 : -EBADMSG;
	for (const char *line = text + strcspn(text, "\n"); *line == '\n' && line[1] != '\0';
		line += 1 + strcspn(line + 1, "\n")) {
		uint64_t value;

		if (!read_column(line + 1, column, &value))
			return -EBADMSG;
		sum += value;
	}
	counter = ovr_kernel_add(reading, OVR_KERNEL_NEIGHBOUR, object, NAME, sum);
	if (counter != NULL)
		counter->is_global = true;
	return 0;
}

static int
on_address(const struct nlattr *attr, void *data)
{
	const struct nlattr **address = data;

	if (mnl_attr_get_type(attr) == NDA_DST)
		*address = attr;
	return MNL_CB_OK;
}

int
ovr_kernel_neighbour_entry_parse(const struct nlmsghdr *message, struct ovr_kernel_silent *silent)
{
	const struct ndmsg *entry = mnl_nlmsg_get_payload(message);
	const struct nlattr *address = NULL;
	size_t size;

	if (message->nlmsg_type != RTM_NEWNEIGH || message->nlmsg_len < mnl_nlmsg_size(sizeof(*entry)) ||
		mnl_attr_parse(message, sizeof(*entry), on_address, &address) < MNL_CB_OK)
		return -EBADMSG;
	if ((entry->ndm_state & (NUD_INCOMPLETE | NUD_FAILED)) == 0 || address == NULL)
		return 0;
	size = entry->ndm_family == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr);
	if ((entry->ndm_family != AF_INET && entry->ndm_family != AF_INET6) ||
		mnl_attr_get_payload_len(address) < size)
		return 0;
	if (silent->n++ == 0)
		inet_ntop(entry->ndm_family, mnl_attr_get_payload(address), silent->first,
			sizeof(silent->first));
	return 0;
}

static int
on_entry(const struct nlmsghdr *message, void *data)
{
	errno = -ovr_kernel_neighbour_entry_parse(message, data);
	return errno == 0 ? MNL_CB_OK : MNL_CB_ERROR;
}

/* What is lost where nobody here counts it can only be lost behind a neighbour that is silent. */
static void
note_silent(struct ovr_kernel_reading *reading)
{
	struct ovr_kernel_silent silent = { .n = 0 };
	int status = -EINTR;

	for (int i = 0; i < OVR_RTNL_TRIES && status == -EINTR; i++) {
		struct ovr_rtnl rtnl;

		silent.n = 0;
		ovr_rtnl_begin(&rtnl, RTM_GETNEIGH, NLM_F_DUMP, sizeof(struct ndmsg));
		status = ovr_rtnl_talk(&rtnl, NETLINK_ROUTE, on_entry, &silent);
	}
	if (status != 0)
		ovr_kernel_note_error(reading, "neighbour tables", status);
	if (silent.n == 1)
		ovr_kernel_note(reading,
			"neighbour %s does not answer; what its queue drops is counted in the initial "
			"namespace only, and unknown here",
			silent.first);
	else if (silent.n > 1)
		ovr_kernel_note(reading,
			"neighbour %s and %u more do not answer; what their queues drop is counted in the "
			"initial namespace only, and unknown here",
			silent.first, silent.n - 1);
}

void
ovr_kernel_neighbour_read(struct ovr_kernel_reading *reading)
{
	static const char *const table[] = { "arp_cache", "ndisc_cache" };
	bool is_elsewhere = true;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char file[32];
		char *text;
		int status;

		snprintf(file, sizeof(file), "stat/%s", table[i]);
		text = ovr_kernel_read_proc(file);
		is_elsewhere &= text == NULL && errno == ENOENT;
		status = text != NULL     ? ovr_kernel_neighbour_parse(table[i], text, reading)
			: errno == ENOENT ? 0
					  : -errno;
		free(text);
		if (status != 0)
			ovr_kernel_note_error(reading, file, status);
	}
	if (is_elsewhere)
		note_silent(reading);
}
