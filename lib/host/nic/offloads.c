/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/offloads.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/ethtool.h>

#include "nic/ethtool.h"
#include "nic/link.h"

/* Most features of a kernel: there are some 64 today. */
#define FEATURES_MAX 256
#define BLOCKS_MAX   (FEATURES_MAX / 32)

static const char *const names[OVR_NIC_OFFLOADS] = {
	[OVR_NIC_OFFLOAD_LRO] = "rx-lro",
	[OVR_NIC_OFFLOAD_GRO_HW] = "rx-gro-hw",
	[OVR_NIC_OFFLOAD_GRO_LIST] = "rx-gro-list",
	[OVR_NIC_OFFLOAD_GRO_UDP] = "rx-udp-gro-forwarding",
};

/* Where this kernel has each of them. */
struct places {
	uint32_t n_blocks;             /* of 32 features */
	int32_t bit[OVR_NIC_OFFLOADS]; /* -1: it does not know it */
};

/* Find the features by their names. @return 0; -errno */
static int
find_places(const char *name, struct places *ret_places)
{
	union {
		struct ethtool_sset_info info;
		char room[sizeof(struct ethtool_sset_info) +
			sizeof(uint32_t)]; /* for the length of one set */
	} asked = { .room = { 0 } };
	struct places places = { 0 };
	struct ethtool_gstrings *strings;
	uint32_t length;
	int status;

	asked.info.cmd = ETHTOOL_GSSET_INFO;
	asked.info.sset_mask = 1ull << ETH_SS_FEATURES;
	status = ovr_ethtool(name, &asked);
	length = status == 0 && asked.info.sset_mask != 0 ? asked.info.data[0] : 0;
	for (int i = 0; i < OVR_NIC_OFFLOADS; i++)
		places.bit[i] = -1;
	if (length > 0 && length <= FEATURES_MAX) {
		strings = calloc(1, sizeof(*strings) + (size_t)FEATURES_MAX * ETH_GSTRING_LEN);
		if (strings == NULL)
			return -ENOMEM;
		strings->cmd = ETHTOOL_GSTRINGS;
		strings->string_set = ETH_SS_FEATURES;
		strings->len = length;
		status = ovr_ethtool(name, strings);
		for (uint32_t f = 0; status == 0 && f < strings->len && f < FEATURES_MAX; f++)
			for (int i = 0; i < OVR_NIC_OFFLOADS; i++)
				if (strncmp((const char *)strings->data + (size_t)f * ETH_GSTRING_LEN,
					    names[i], ETH_GSTRING_LEN) == 0)
					places.bit[i] = (int32_t)f;
		places.n_blocks = (length + 31) / 32;
		free(strings);
	}
	*ret_places = places;
	return status;
}

static int
read_at(const char *name, const struct places *places, struct ovr_nic_offloads *ret)
{
	union {
		struct ethtool_gfeatures head;
		char room[sizeof(struct ethtool_gfeatures) +
			BLOCKS_MAX * sizeof(struct ethtool_get_features_block)];
	} asked = { .room = { 0 } };
	int status = 0;

	asked.head.cmd = ETHTOOL_GFEATURES;
	asked.head.size = places->n_blocks;
	if (places->n_blocks != 0)
		status = ovr_ethtool(name, &asked);
	*ret = (struct ovr_nic_offloads){ 0 };
	for (int i = 0; i < OVR_NIC_OFFLOADS && status == 0; i++) {
		int32_t bit = places->bit[i];
		uint32_t mask = 1u << (bit & 31);

		if (bit < 0 || (asked.head.features[bit / 32].active & mask) == 0)
			continue;
		ret->on |= 1u << i;
		if ((asked.head.features[bit / 32].available & mask) == 0)
			ret->fixed |= 1u << i;
	}
	return status;
}

static int
explain(const char *name, const char *what, int status, struct ovr_err *err)
{
	if (status == -ENODEV)
		return ovr_nic_no_such_link(name, err);
	return ovr_err_set(err, status, "%s: its offloads cannot be %s: %s%s", name, what, strerror(-status),
		status == -EPERM ? "; accepted: root, or CAP_NET_ADMIN" : "");
}

int
ovr_nic_offloads_read(const char *name, struct ovr_nic_offloads *ret_offloads, struct ovr_err *err)
{
	struct places places;
	int status = find_places(name, &places);

	if (status == 0)
		status = read_at(name, &places, ret_offloads);
	if (status == 0)
		return 0;
	*ret_offloads = (struct ovr_nic_offloads){ 0 };
	return status == -EOPNOTSUPP ? 0 : explain(name, "read", status, err);
}

/* `ethtool -K eth1 rx-lro off rx-gro-list off` */
static char *
print_command(char *buf, size_t size, const char *name, uint32_t set, bool on)
{
	char text[2 * OVR_NIC_OFFLOADS_TEXT_BYTES];

	ovr_nic_offloads_print(text, sizeof(text), set, on ? " on " : " off ");
	snprintf(buf, size, "ethtool -K %s %s %s", name, text, on ? "on" : "off");
	return buf;
}

int
ovr_nic_offloads_set(const char *name, uint32_t set, bool on, struct ovr_err *err)
{
	union {
		struct ethtool_sfeatures head;
		char room[sizeof(struct ethtool_sfeatures) +
			BLOCKS_MAX * sizeof(struct ethtool_set_features_block)];
	} asked = { .room = { 0 } };
	struct ovr_nic_offloads now;
	struct places places;
	char command[192], which[OVR_NIC_OFFLOADS_TEXT_BYTES];
	uint32_t wrong;
	int status = find_places(name, &places);

	asked.head.cmd = ETHTOOL_SFEATURES;
	asked.head.size = places.n_blocks;
	for (int i = 0; i < OVR_NIC_OFFLOADS && status == 0; i++) {
		int32_t bit = places.bit[i];

		if ((set & 1u << i) == 0 || bit < 0)
			continue;
		asked.head.features[bit / 32].valid |= 1u << (bit & 31);
		asked.head.features[bit / 32].requested |= (uint32_t)on << (bit & 31);
	}
	if (status == 0)
		status = ovr_ethtool(name, &asked);
	/* a driver may take the wish and keep what it has */
	if (status == 0)
		status = read_at(name, &places, &now);
	if (status != 0)
		return explain(name, "set", status, err);
	wrong = set & (on ? ~now.on : now.on);
	if (wrong == 0)
		return 0;
	return ovr_err_set(err, -EOPNOTSUPP,
		"%s: %s cannot be turned %s; accepted: an interface for which this works: %s", name,
		ovr_nic_offloads_print(which, sizeof(which), wrong, ","), on ? "on" : "off",
		print_command(command, sizeof(command), name, wrong, on));
}

char *
ovr_nic_offloads_print(char *buf, size_t size, uint32_t set, const char *between)
{
	size_t n = 0;

	buf[0] = '\0';
	for (int i = 0; i < OVR_NIC_OFFLOADS; i++)
		if ((set & 1u << i) != 0 && n < size)
			n += (size_t)snprintf(buf + n, size - n, "%s%s", n == 0 ? "" : between, names[i]);
	return buf;
}

int
ovr_nic_offloads_parse(const char *text, uint32_t *ret_set)
{
	uint32_t set = 0;

	for (;;) {
		size_t length = strcspn(text, ",");
		int i = 0;

		while (i < OVR_NIC_OFFLOADS &&
			(strlen(names[i]) != length || memcmp(names[i], text, length) != 0))
			i++;
		if (i == OVR_NIC_OFFLOADS)
			return -EINVAL;
		set |= 1u << i;
		if (text[length] == '\0')
			break;
		text += length + 1;
	}
	*ret_set = set;
	return 0;
}
