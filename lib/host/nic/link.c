/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/link.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "nic/rtnl.h"

/* What a message says. */
struct parsed {
	struct ovr_nic_link link;
	bool lower_is_elsewhere;
};

/* The kernel's numbers come in the size it likes: what is shorter than expected was not said. */
static uint32_t
number_of(const struct nlattr *attr)
{
	return mnl_attr_get_payload_len(attr) < sizeof(uint32_t) ? 0 : mnl_attr_get_u32(attr);
}

/* Text of an attribute, whether it is ended by a zero or not. */
static void
copy_text(char *to, size_t size, const struct nlattr *attr)
{
	snprintf(to, size, "%.*s", (int)mnl_attr_get_payload_len(attr), mnl_attr_get_str(attr));
}

static int
on_xdp(const struct nlattr *attr, void *data)
{
	struct ovr_nic_link_xdp *xdp = data;

	switch (mnl_attr_get_type(attr)) {
	case IFLA_XDP_ATTACHED:
		if (mnl_attr_get_payload_len(attr) >= sizeof(uint8_t))
			xdp->attached = mnl_attr_get_u8(attr);
		break;
	case IFLA_XDP_PROG_ID:
		xdp->prog_id = number_of(attr);
		break;
	case IFLA_XDP_DRV_PROG_ID:
		xdp->drv_prog_id = number_of(attr);
		break;
	case IFLA_XDP_SKB_PROG_ID:
		xdp->skb_prog_id = number_of(attr);
		break;
	case IFLA_XDP_HW_PROG_ID:
		xdp->hw_prog_id = number_of(attr);
		break;
	default:
		break;
	}
	return MNL_CB_OK;
}

static int
on_info(const struct nlattr *attr, void *data)
{
	struct ovr_nic_link *link = data;

	if (mnl_attr_get_type(attr) == IFLA_INFO_KIND)
		copy_text(link->kind, sizeof(link->kind), attr);
	return MNL_CB_OK;
}

static int
on_attribute(const struct nlattr *attr, void *data)
{
	struct parsed *parsed = data;
	struct ovr_nic_link *link = &parsed->link;

	switch (mnl_attr_get_type(attr)) {
	case IFLA_IFNAME:
		copy_text(link->name, sizeof(link->name), attr);
		break;
	case IFLA_ADDRESS:
		if (mnl_attr_get_payload_len(attr) == sizeof(link->mac))
			memcpy(link->mac, mnl_attr_get_payload(attr), sizeof(link->mac));
		break;
	case IFLA_MTU:
		link->mtu = number_of(attr);
		break;
	case IFLA_MIN_MTU:
		link->mtu_min = number_of(attr);
		break;
	case IFLA_MAX_MTU:
		link->mtu_max = number_of(attr);
		break;
	case IFLA_CARRIER_CHANGES:
		link->carrier_changes = number_of(attr);
		break;
	case IFLA_NUM_RX_QUEUES:
		link->n_rxq = number_of(attr);
		break;
	case IFLA_NUM_TX_QUEUES:
		link->n_txq = number_of(attr);
		break;
	case IFLA_QDISC:
		copy_text(link->qdisc, sizeof(link->qdisc), attr);
		break;
	case IFLA_TXQLEN:
		link->tx_queue_len = number_of(attr);
		break;
	case IFLA_MASTER:
		link->master = number_of(attr);
		break;
	case IFLA_LINK:
		link->lower = number_of(attr);
		break;
	case IFLA_LINK_NETNSID:
		parsed->lower_is_elsewhere = true;
		break;
	case IFLA_LINKINFO:
		mnl_attr_parse_nested(attr, on_info, link);
		break;
	case IFLA_XDP:
		mnl_attr_parse_nested(attr, on_xdp, &link->xdp);
		break;
	default:
		break;
	}
	return MNL_CB_OK;
}

int
ovr_nic_link_parse(const struct nlmsghdr *message, struct ovr_nic_link *ret_link)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(message);
	struct parsed parsed = { 0 };

	if (message->nlmsg_type != RTM_NEWLINK || message->nlmsg_len < mnl_nlmsg_size(sizeof(*info)))
		return -EBADMSG;
	parsed.link.ifindex = (uint32_t)info->ifi_index;
	parsed.link.flags = info->ifi_flags;
	if (mnl_attr_parse(message, sizeof(*info), on_attribute, &parsed) < MNL_CB_OK)
		return -EBADMSG;
	if (parsed.lower_is_elsewhere)
		parsed.link.lower = 0;
	*ret_link = parsed.link;
	return 0;
}

uint32_t
ovr_nic_link_xdp_program(const struct ovr_nic_link_xdp *xdp, const char **ret_mode)
{
	const struct {
		uint8_t attached;
		uint32_t prog_id;
		const char *mode;
	} way[] = {
		{ XDP_ATTACHED_HW, xdp->hw_prog_id, "hw" },
		{ XDP_ATTACHED_DRV, xdp->drv_prog_id, "drv" },
		{ XDP_ATTACHED_SKB, xdp->skb_prog_id, "skb" },
	};

	for (size_t i = 0; i < sizeof(way) / sizeof(way[0]); i++) {
		bool has_one = xdp->attached == XDP_ATTACHED_MULTI ? way[i].prog_id != 0
								   : xdp->attached == way[i].attached;

		if (!has_one)
			continue;
		*ret_mode = way[i].mode;
		return way[i].prog_id != 0 ? way[i].prog_id : xdp->prog_id;
	}
	*ret_mode = "";
	return 0;
}

static int
on_link(const struct nlmsghdr *message, void *data)
{
	int status = ovr_nic_link_parse(message, data);

	errno = -status;
	return status == 0 ? MNL_CB_OK : MNL_CB_ERROR;
}

int
ovr_nic_no_such_link(const char *name, struct ovr_err *err)
{
	struct if_nameindex *list = if_nameindex();
	char names[OVR_ERR_TEXT_BYTES / 2] = "";
	size_t n = 0, left_out = 0;

	for (const struct if_nameindex *one = list; list != NULL && one->if_index != 0; one++) {
		if (left_out > 0 || n + strlen(one->if_name) + 3 > sizeof(names))
			left_out++;
		else
			n += (size_t)snprintf(
				names + n, sizeof(names) - n, "%s%s", n == 0 ? "" : ", ", one->if_name);
	}
	if_freenameindex(list);
	if (name[0] == '\0')
		name = "\"\"";
	if (left_out > 0)
		return ovr_err_set(err, -ENODEV, "%s: there is no such interface; accepted: %s and %zu more",
			name, names, left_out);
	return ovr_err_set(err, -ENODEV, "%s: there is no such interface; accepted: %s", name,
		n == 0 ? "none, this namespace has no interface" : names);
}

int
ovr_nic_link_read(const char *name, struct ovr_nic_link *ret_link, struct ovr_err *err)
{
	struct ovr_nic_link link = { 0 };
	struct ovr_rtnl rtnl;
	int status;

	if (name[0] == '\0' || strlen(name) >= OVR_NIC_NAME_BYTES)
		return ovr_nic_no_such_link(name, err);
	ovr_rtnl_begin(&rtnl, RTM_GETLINK, 0, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(rtnl.header, IFLA_IFNAME, name);
	status = ovr_rtnl_talk(&rtnl, NETLINK_ROUTE, on_link, &link);
	if (status == -ENODEV || (status == 0 && link.ifindex == 0))
		return ovr_nic_no_such_link(name, err);
	if (status != 0)
		return ovr_err_set(
			err, status, "%s: the kernel does not tell of it: %s", name, strerror(-status));
	*ret_link = link;
	return 0;
}
