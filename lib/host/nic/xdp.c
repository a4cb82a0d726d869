/* SPDX-License-Identifier: BSD-3-Clause */
/* The XDP program of an interface. */
#include "nic/nic.h"

#include <errno.h>
#include <string.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "nic/bpf.h"
#include "nic/link.h"
#include "nic/rtnl.h"

static int
detach_mode(const struct ovr_nic_link *link, uint32_t prog_id, uint32_t flags, struct ovr_err *err)
{
	struct ovr_rtnl rtnl;
	struct ifinfomsg *info = ovr_rtnl_begin(&rtnl, RTM_SETLINK, 0, sizeof(*info));
	struct nlattr *xdp;
	int status;

	info->ifi_index = (int)link->ifindex;
	xdp = mnl_attr_nest_start(rtnl.header, IFLA_XDP);
	mnl_attr_put_u32(rtnl.header, IFLA_XDP_FD, (uint32_t)-1);
	mnl_attr_put_u32(rtnl.header, IFLA_XDP_FLAGS, flags);
	mnl_attr_nest_end(rtnl.header, xdp);
	status = ovr_rtnl_talk(&rtnl, NETLINK_ROUTE, NULL, NULL);
	/* what a bpf_link holds, only the link lets go */
	if (status == -EBUSY)
		status = ovr_bpf_link_detach(prog_id, link->ifindex);
	if (status == 0)
		return 0;
	if (status == -EPERM)
		return ovr_err_set(err, status,
			"%s: this user may not detach XDP program %u; accepted: root, or CAP_NET_ADMIN",
			link->name, prog_id);
	return ovr_err_set(err, status, "%s: XDP program %u cannot be detached: %s%s%s", link->name, prog_id,
		strerror(-status), rtnl.why[0] == '\0' ? "" : ": ", rtnl.why);
}

int
ovr_nic_xdp_detach(const char *name, struct ovr_err *err)
{
	struct ovr_nic_link link = { 0 };
	int status = ovr_nic_link_read(name, &link, err);
	const struct {
		uint8_t attached;
		uint32_t prog_id, flags;
	} way[] = {
		{ XDP_ATTACHED_DRV, link.xdp.drv_prog_id, XDP_FLAGS_DRV_MODE },
		{ XDP_ATTACHED_SKB, link.xdp.skb_prog_id, XDP_FLAGS_SKB_MODE },
		{ XDP_ATTACHED_HW, link.xdp.hw_prog_id, XDP_FLAGS_HW_MODE },
	};

	for (size_t i = 0; i < sizeof(way) / sizeof(way[0]) && status == 0; i++) {
		if (link.xdp.attached == XDP_ATTACHED_MULTI && way[i].prog_id != 0)
			status = detach_mode(&link, way[i].prog_id, way[i].flags, err);
		else if (link.xdp.attached == way[i].attached)
			status = detach_mode(&link, link.xdp.prog_id, way[i].flags, err);
	}
	return status;
}

int
ovr_nic_xdp_program(const char *name, char *ret_name, uint32_t size, struct ovr_err *err)
{
	struct ovr_nic_link link;
	const char *mode;
	uint32_t prog_id;
	int status = ovr_nic_link_read(name, &link, err);

	if (status != 0)
		return status;
	prog_id = ovr_nic_link_xdp_program(&link.xdp, &mode);
	if (prog_id == 0)
		return ovr_err_set(err, -ENOENT, "%s: no XDP program is attached", name);
	status = ovr_bpf_prog_name(prog_id, ret_name, size);
	if (status == -EPERM)
		return ovr_err_set(err, status,
			"%s: this user may not read the name of XDP program %u; accepted: root, or "
			"CAP_SYS_ADMIN",
			name, prog_id);
	if (status != 0)
		return ovr_err_set(err, status, "%s: the kernel does not tell the name of XDP program %u: %s",
			name, prog_id, strerror(-status));
	return 0;
}
