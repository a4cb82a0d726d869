/* SPDX-License-Identifier: BSD-3-Clause */
/* Counters of the link: rtnl_link_stats64. (/proc/net/dev folds several of them into one.) */
#include <errno.h>
#include <string.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "nic/rtnl.h"
#include "nic/sources.h"

/* In the struct's order. A kernel appends to it. */
static const char *const counter_name[] = {
	"rx_packets",
	"tx_packets",
	"rx_bytes",
	"tx_bytes",
	"rx_errors",
	"tx_errors",
	"rx_dropped",
	"tx_dropped",
	"multicast",
	"collisions",
	"rx_length_errors",
	"rx_over_errors",
	"rx_crc_errors",
	"rx_frame_errors",
	"rx_fifo_errors",
	"rx_missed_errors",
	"tx_aborted_errors",
	"tx_carrier_errors",
	"tx_fifo_errors",
	"tx_heartbeat_errors",
	"tx_window_errors",
	"rx_compressed",
	"tx_compressed",
	"rx_nohandler",
	"rx_otherhost_dropped",
};

_Static_assert(sizeof(struct rtnl_link_stats64) >= 24 * sizeof(uint64_t),
	"nohandler is known to all kernels we meet");

/* Where the counters stand in a message. */
struct payload {
	const uint8_t *at;
	size_t size;
};

static int
on_attribute(const struct nlattr *attr, void *data)
{
	struct payload *payload = data;

	if (mnl_attr_get_type(attr) == IFLA_STATS_LINK_64) {
		payload->at = mnl_attr_get_payload(attr);
		payload->size = mnl_attr_get_payload_len(attr);
	}
	return MNL_CB_OK;
}

int
ovr_nic_link_stats_add(const uint8_t *stats, size_t size, struct ovr_nic_counters *counters)
{
	int status = 0;

	/* an older kernel tells less of them, a newer one more, and neither aligns them */
	for (size_t i = 0; i < sizeof(counter_name) / sizeof(counter_name[0]) && status == 0; i++) {
		uint64_t value;

		if ((i + 1) * sizeof(value) > size)
			break;
		memcpy(&value, stats + i * sizeof(value), sizeof(value));
		status = ovr_nic_counters_add(counters, OVR_NIC_LINK, -1, value, "%s", counter_name[i]);
	}
	return status;
}

int
ovr_nic_link_stats_parse(const struct nlmsghdr *message, struct ovr_nic_counters *counters)
{
	struct payload payload = { 0 };

	if (message->nlmsg_type != RTM_NEWSTATS ||
		message->nlmsg_len < mnl_nlmsg_size(sizeof(struct if_stats_msg)) ||
		mnl_attr_parse(message, sizeof(struct if_stats_msg), on_attribute, &payload) < MNL_CB_OK ||
		payload.at == NULL)
		return -EBADMSG;
	return ovr_nic_link_stats_add(payload.at, payload.size, counters);
}

static int
on_stats(const struct nlmsghdr *message, void *data)
{
	int status = ovr_nic_link_stats_parse(message, data);

	errno = -status;
	return status == 0 ? MNL_CB_OK : MNL_CB_ERROR;
}

int
ovr_nic_link_stats_read(uint32_t ifindex, struct ovr_nic_counters *counters)
{
	struct ovr_rtnl rtnl;
	struct if_stats_msg *stats = ovr_rtnl_begin(&rtnl, RTM_GETSTATS, 0, sizeof(*stats));

	stats->ifindex = ifindex;
	stats->filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64);
	return ovr_rtnl_talk(&rtnl, NETLINK_ROUTE, on_stats, counters);
}
