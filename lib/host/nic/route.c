/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/route.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "base/list.h"
#include "nic/rtnl.h"

int
ovr_nic_stack_add(struct ovr_nic_stack *stack, const struct ovr_nic_link *link)
{
	struct ovr_nic_stacked *stacked = OVR_LIST_ADD(stack->link, stack->n, stack->capacity);

	if (stacked == NULL)
		return -ENOMEM;
	stacked->ifindex = link->ifindex;
	stacked->master = link->master;
	stacked->lower = strcmp(link->kind, "veth") == 0 ? 0 : link->lower;
	return 0;
}

/* Mark what stands directly on something marked. @return whether anything was */
static bool
mark_next(struct ovr_nic_stack *stack)
{
	bool any = false;

	for (uint32_t i = 0; i < stack->n; i++) {
		struct ovr_nic_stacked *link = &stack->link[i];

		if (!link->is_ours && link->lower != 0 && ovr_nic_stack_has(stack, link->lower))
			link->is_ours = any = true;
		if (!link->is_ours || link->master == 0)
			continue;
		for (uint32_t m = 0; m < stack->n; m++)
			if (stack->link[m].ifindex == link->master && !stack->link[m].is_ours)
				stack->link[m].is_ours = any = true;
	}
	return any;
}

void
ovr_nic_stack_mark(struct ovr_nic_stack *stack, uint32_t ifindex)
{
	for (uint32_t i = 0; i < stack->n; i++)
		stack->link[i].is_ours = stack->link[i].ifindex == ifindex;
	while (mark_next(stack))
		;
}

bool
ovr_nic_stack_has(const struct ovr_nic_stack *stack, uint32_t ifindex)
{
	for (uint32_t i = 0; i < stack->n; i++)
		if (stack->link[i].ifindex == ifindex)
			return stack->link[i].is_ours;
	return false;
}

void
ovr_nic_stack_done(struct ovr_nic_stack *stack)
{
	free(stack->link);
	*stack = (struct ovr_nic_stack){ 0 };
}

static int
on_link(const struct nlmsghdr *message, void *data)
{
	struct ovr_nic_link link;
	int status = ovr_nic_link_parse(message, &link);

	if (status == 0)
		status = ovr_nic_stack_add(data, &link);
	errno = -status;
	return status == 0 ? MNL_CB_OK : MNL_CB_ERROR;
}

int
ovr_nic_stack_read(struct ovr_nic_stack *stack, uint32_t ifindex)
{
	int status = -EINTR;

	for (int i = 0; i < OVR_RTNL_TRIES && status == -EINTR; i++) {
		struct ovr_rtnl rtnl;

		stack->n = 0;
		ovr_rtnl_begin(&rtnl, RTM_GETLINK, NLM_F_DUMP, sizeof(struct ifinfomsg));
		status = ovr_rtnl_talk(&rtnl, NETLINK_ROUTE, on_link, stack);
	}
	if (status == 0)
		ovr_nic_stack_mark(stack, ifindex);
	return status;
}

/* What a route's attributes say of the way out. */
struct ways {
	const struct ovr_nic_stack *stack;
	bool found;
};

static void
look_at(struct ways *ways, uint32_t ifindex)
{
	ways->found = ways->found || ovr_nic_stack_has(ways->stack, ifindex);
}

/* Several ways at once: structs of varying length in a row. */
static void
look_at_each(struct ways *ways, const struct nlattr *attr)
{
	const uint8_t *at = mnl_attr_get_payload(attr);
	size_t left = mnl_attr_get_payload_len(attr), step;
	struct rtnexthop hop;

	while (left >= sizeof(hop)) {
		memcpy(&hop, at, sizeof(hop));
		if (hop.rtnh_len < sizeof(hop) || hop.rtnh_len > left)
			return;
		look_at(ways, (uint32_t)hop.rtnh_ifindex);
		step = RTNH_ALIGN((size_t)hop.rtnh_len);
		if (step > left)
			return;
		at += step;
		left -= step;
	}
}

static int
on_route_attribute(const struct nlattr *attr, void *data)
{
	struct ways *ways = data;

	if (mnl_attr_get_type(attr) == RTA_OIF && mnl_attr_get_payload_len(attr) >= sizeof(uint32_t))
		look_at(ways, mnl_attr_get_u32(attr));
	else if (mnl_attr_get_type(attr) == RTA_MULTIPATH)
		look_at_each(ways, attr);
	return MNL_CB_OK;
}

/* @return whether any way of a route leaves through a marked link */
static bool
leaves_through(const struct nlmsghdr *message, const struct ovr_nic_stack *stack)
{
	struct ways ways = { .stack = stack };

	mnl_attr_parse(message, sizeof(struct rtmsg), on_route_attribute, &ways);
	return ways.found;
}

bool
ovr_nic_route_is_default(const struct nlmsghdr *message, const struct ovr_nic_stack *stack)
{
	const struct rtmsg *route = mnl_nlmsg_get_payload(message);

	if (message->nlmsg_type != RTM_NEWROUTE || message->nlmsg_len < mnl_nlmsg_size(sizeof(*route)))
		return false;
	/* unreachable and its like hold on to lo and lead nowhere */
	if ((route->rtm_family != AF_INET && route->rtm_family != AF_INET6) || route->rtm_dst_len != 0 ||
		route->rtm_type != RTN_UNICAST)
		return false;
	return leaves_through(message, stack);
}

/* A question about routes or addresses: the first yes settles it. */
struct question {
	const struct ovr_nic_stack *stack;
	const struct ovr_nic_login *login;
	bool answer;
};

static int
on_route(const struct nlmsghdr *message, void *data)
{
	struct question *question = data;

	question->answer = question->answer || ovr_nic_route_is_default(message, question->stack);
	return MNL_CB_OK;
}

/*
 * Ask for a list until it stands still.
 * @return 0; -errno, and a family that the kernel lacks has no list
 */
static int
ask_list(uint16_t type, int family, mnl_cb_t on_message, struct question *question)
{
	int status = -EINTR;

	for (int i = 0; i < OVR_RTNL_TRIES && status == -EINTR; i++) {
		struct ovr_rtnl rtnl;
		/*
		 * rtmsg and ifaddrmsg both begin with the family; the kernel reads no more of it
		 * here
		 */
		struct rtmsg *header = ovr_rtnl_begin(&rtnl, type, NLM_F_DUMP, sizeof(*header));

		header->rtm_family = (uint8_t)family;
		status = ovr_rtnl_talk(&rtnl, NETLINK_ROUTE, on_message, question);
	}
	return status == -EOPNOTSUPP || status == -EAFNOSUPPORT ? 0 : status;
}

int
ovr_nic_route_default_read(const struct ovr_nic_stack *stack, bool *ret_carries)
{
	struct question question = { .stack = stack };
	int status = ask_list(RTM_GETROUTE, AF_INET, on_route, &question);

	if (status == 0)
		status = ask_list(RTM_GETROUTE, AF_INET6, on_route, &question);
	if (status == 0)
		*ret_carries = question.answer;
	return status;
}

static int
on_address_attribute(const struct nlattr *attr, void *data)
{
	struct question *question = data;
	size_t size = question->login->family == AF_INET ? 4 : 16;
	uint16_t type = mnl_attr_get_type(attr);

	if ((type == IFA_LOCAL || type == IFA_ADDRESS) && mnl_attr_get_payload_len(attr) == size)
		question->answer = question->answer ||
			memcmp(mnl_attr_get_payload(attr), question->login->here, size) == 0;
	return MNL_CB_OK;
}

static int
on_address(const struct nlmsghdr *message, void *data)
{
	const struct ifaddrmsg *address = mnl_nlmsg_get_payload(message);
	struct question *question = data;

	if (message->nlmsg_type == RTM_NEWADDR && message->nlmsg_len >= mnl_nlmsg_size(sizeof(*address)) &&
		address->ifa_family == question->login->family &&
		ovr_nic_stack_has(question->stack, address->ifa_index))
		mnl_attr_parse(message, sizeof(*address), on_address_attribute, question);
	return MNL_CB_OK;
}

static int
on_way_to_peer(const struct nlmsghdr *message, void *data)
{
	struct question *question = data;

	if (message->nlmsg_type == RTM_NEWROUTE && message->nlmsg_len >= mnl_nlmsg_size(sizeof(struct rtmsg)))
		question->answer = question->answer || leaves_through(message, question->stack);
	return MNL_CB_OK;
}

int
ovr_nic_login_read(const struct ovr_nic_login *login, const struct ovr_nic_stack *stack, bool *ret_carries)
{
	struct question question = { .stack = stack, .login = login };
	size_t size = login->family == AF_INET ? 4 : 16;
	struct ovr_rtnl rtnl;
	struct rtmsg *route;
	int status;

	if (login->family == 0) {
		*ret_carries = false;
		return 0;
	}
	status = ask_list(RTM_GETADDR, login->family, on_address, &question);
	if (status != 0)
		return status;
	route = ovr_rtnl_begin(&rtnl, RTM_GETROUTE, 0, sizeof(*route));
	route->rtm_family = (uint8_t)login->family;
	route->rtm_dst_len = (uint8_t)(8 * size);
	mnl_attr_put(rtnl.header, RTA_DST, size, login->peer);
	/* no way to the peer: then it is not this interface's */
	ovr_rtnl_talk(&rtnl, NETLINK_ROUTE, on_way_to_peer, &question);
	for (uint32_t i = 0; i < stack->n && login->scope[0] != '\0'; i++)
		question.answer = question.answer ||
			(stack->link[i].is_ours && if_nametoindex(login->scope) == stack->link[i].ifindex);
	*ret_carries = question.answer;
	return 0;
}
