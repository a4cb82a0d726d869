/* SPDX-License-Identifier: BSD-3-Clause */
/* What can be changed on an interface, and waiting for what comes of it. */
#include "nic/nic.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <time.h>

#include <linux/if.h>
#include <linux/rtnetlink.h>

#include "base/wait.h"
#include "nic/link.h"
#include "nic/rtnl.h"

#define LINK_POLL_NS 10000000

static uint64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int
ovr_nic_link_wait(const char *name, uint32_t timeout_ms, struct ovr_err *err)
{
	uint64_t end_ns = now_ns() + timeout_ms * UINT64_C(1000000);
	struct ovr_nic_link link;

	for (;;) {
		int status = ovr_nic_link_read(name, &link, err);

		if (status != 0)
			return status;
		if ((link.flags & IFF_UP) == 0)
			return ovr_err_set(err, -ENETDOWN,
				"%s: it is down, so no carrier will come; accepted: ip link set %s up", name,
				name);
		if ((link.flags & IFF_LOWER_UP) != 0)
			return 0;
		if (now_ns() >= end_ns)
			return ovr_err_set(err, -ETIMEDOUT,
				"%s: no carrier came within %u ms; accepted: a cable whose other end is up",
				name, timeout_ms);
		if (ovr_wait_ns(LINK_POLL_NS) != 0)
			return ovr_err_set(err, -EINTR, "%s: the wait for its carrier was interrupted", name);
	}
}

/* Begin a change of a link. @return 0, with the request begun; -ENODEV; -errno */
static int
begin_change(const char *name, struct ovr_rtnl *rtnl, struct ovr_nic_link *ret_link,
	struct ifinfomsg **ret_info, struct ovr_err *err)
{
	int status = ovr_nic_link_read(name, ret_link, err);

	if (status != 0)
		return status;
	*ret_info = ovr_rtnl_begin(rtnl, RTM_SETLINK, 0, sizeof(**ret_info));
	(*ret_info)->ifi_index = (int)ret_link->ifindex;
	return 0;
}

/* Make the change. @return 0; -errno, with a sentence that calls it @p what */
static int
make_change(const char *name, struct ovr_rtnl *rtnl, const char *what, struct ovr_err *err)
{
	int status = ovr_rtnl_talk(rtnl, NETLINK_ROUTE, NULL, NULL);

	if (status == 0)
		return 0;
	if (status == -ENODEV)
		return ovr_nic_no_such_link(name, err);
	if (status == -EPERM)
		return ovr_err_set(err, status, "%s: this user may not %s; accepted: root, or CAP_NET_ADMIN",
			name, what);
	return ovr_err_set(err, status, "%s: the driver refuses to %s: %s%s%s", name, what, strerror(-status),
		rtnl->why[0] == '\0' ? "" : ": ", rtnl->why);
}

int
ovr_nic_promisc_set(const char *name, bool on, struct ovr_err *err)
{
	struct ifinfomsg *info;
	struct ovr_nic_link link;
	struct ovr_rtnl rtnl;
	int status = begin_change(name, &rtnl, &link, &info, err);

	if (status != 0)
		return status;
	info->ifi_change = IFF_PROMISC;
	info->ifi_flags = on ? IFF_PROMISC : 0;
	return make_change(name, &rtnl, on ? "turn promiscuity on" : "turn promiscuity off", err);
}

int
ovr_nic_mtu_set(const char *name, uint32_t mtu, struct ovr_err *err)
{
	struct ifinfomsg *info;
	struct ovr_nic_link link;
	struct ovr_rtnl rtnl;
	int status = begin_change(name, &rtnl, &link, &info, err);

	if (status != 0)
		return status;
	mnl_attr_put_u32(rtnl.header, IFLA_MTU, mtu);
	status = make_change(name, &rtnl, "set its MTU", err);
	/* a most of 0 stands for none */
	if (status == -EINVAL)
		return ovr_err_set(err, status, "%s: the driver refuses an MTU of %u; accepted: %u to %u",
			name, mtu, link.mtu_min, link.mtu_max == 0 ? INT32_MAX : link.mtu_max);
	return status;
}
