/* SPDX-License-Identifier: BSD-3-Clause */
/* Counters of the driver, as `ethtool -S` shows them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/ethtool.h>

#include "nic/ethtool.h"
#include "nic/sources.h"

/*
 * Older kernels write as many as the driver has by then, whatever room was announced: room for
 * queues that come between the question how many there are and the answer.
 */
#define ROOM_TO_SPARE 8192
#define TRIES         4

/*
 * Where a list of names stands, for drivers that repeat a block of them for each queue below a
 * heading "Rx Queue#".
 */
struct block {
	int32_t queue; /* -1: in none */
	size_t indent; /* of the block's own names */
	char above[ETH_GSTRING_LEN + 1];
};

/* Add one of a block: what is indented below another one has its name in front. */
static int
add_of_block(struct block *block, size_t indent, const char *name, uint64_t value,
	struct ovr_nic_counters *counters)
{
	if (block->indent == 0)
		block->indent = indent;
	if (indent > block->indent && block->above[0] != '\0')
		return ovr_nic_counters_add(
			counters, OVR_NIC_DRIVER, block->queue, value, "%.24s: %.20s", block->above, name);
	snprintf(block->above, sizeof(block->above), "%s", name);
	return ovr_nic_counters_add(counters, OVR_NIC_DRIVER, block->queue, value, "%s", name);
}

int
ovr_nic_driver_stats_parse(
	const char *strings, const uint64_t *values, uint32_t n, struct ovr_nic_counters *counters)
{
	struct block block = { .queue = -1 };
	int status = 0;

	for (uint32_t i = 0; i < n && status == 0; i++) {
		char text[ETH_GSTRING_LEN + 1];
		const char *name = text;
		size_t indent, length;

		snprintf(text, sizeof(text), "%.*s", ETH_GSTRING_LEN, strings + (size_t)i * ETH_GSTRING_LEN);
		indent = strspn(text, " ");
		name += indent;
		length = strlen(name);
		if (length > 6 && strcmp(name + length - 6, "Queue#") == 0) {
			/* no counter: the number of the queue that the following ones are of */
			block = (struct block){ .queue = (int32_t)values[i] };
			continue;
		}
		if (indent == 0)
			block = (struct block){ .queue = -1 };
		if (block.queue >= 0)
			status = add_of_block(&block, indent, name, values[i], counters);
		else
			status = ovr_nic_counters_add(
				counters, OVR_NIC_DRIVER, ovr_nic_queue_of(name), values[i], "%s", name);
	}
	return status;
}

/* @return how many there are; -EOPNOTSUPP; -errno */
static int
count_of(int fd, const char *name)
{
	/* the answer follows the struct */
	_Alignas(struct ethtool_sset_info)
		uint8_t buffer[sizeof(struct ethtool_sset_info) + sizeof(uint32_t)] = { 0 };
	struct ethtool_sset_info *info = (struct ethtool_sset_info *)buffer;
	int status;

	info->cmd = ETHTOOL_GSSET_INFO;
	info->sset_mask = UINT64_C(1) << ETH_SS_STATS;
	status = ovr_ethtool_by(fd, name, info);
	if (status != 0)
		return status;
	return info->sset_mask == 0 ? 0 : (int)info->data[0];
}

/* One try with @p n of them. @return 0; -EAGAIN: meanwhile there are more or less; -errno */
static int
read_values(int fd, const char *name, uint32_t n, struct ethtool_gstrings *strings,
	struct ethtool_stats *stats, struct ovr_nic_counters *counters)
{
	int status;

	*strings = (struct ethtool_gstrings){ .cmd = ETHTOOL_GSTRINGS, .string_set = ETH_SS_STATS, .len = n };
	*stats = (struct ethtool_stats){ .cmd = ETHTOOL_GSTATS, .n_stats = n };
	status = ovr_ethtool_by(fd, name, strings);
	if (status == 0)
		status = ovr_ethtool_by(fd, name, stats);
	if (status != 0)
		return status;
	if (strings->len != n || stats->n_stats != n)
		return -EAGAIN;
	return ovr_nic_driver_stats_parse(
		(const char *)strings->data, (const uint64_t *)stats->data, n, counters);
}

int
ovr_nic_driver_stats_read_by(int fd, const char *name, struct ovr_nic_counters *counters)
{
	int status = -EAGAIN;

	for (int i = 0; i < TRIES && status == -EAGAIN; i++) {
		struct ethtool_gstrings *strings;
		struct ethtool_stats *stats;
		int n = count_of(fd, name);
		size_t room = (size_t)n + ROOM_TO_SPARE;

		if (n <= 0)
			return n == -EOPNOTSUPP ? 0 : n;
		/* not zeroed: most of the room is never touched */
		strings = malloc(sizeof(*strings) + room * ETH_GSTRING_LEN);
		stats = malloc(sizeof(*stats) + room * sizeof(uint64_t));
		status = strings == NULL || stats == NULL
			? -ENOMEM
			: read_values(fd, name, (uint32_t)n, strings, stats, counters);
		free(strings);
		free(stats);
	}
	return status == -EOPNOTSUPP ? 0 : status;
}

int
ovr_nic_driver_stats_read(const char *name, struct ovr_nic_counters *counters)
{
	int fd = ovr_ethtool_open();
	int status = ovr_nic_driver_stats_read_by(fd, name, counters);

	if (fd >= 0)
		close(fd);
	return status;
}
