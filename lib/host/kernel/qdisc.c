/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What queueing disciplines and their classes dropped. The levels count one frame again and again.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/gen_stats.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include "kernel/readers.h"
#include "nic/rtnl.h"

/* One qdisc or class as it is told. */
struct level {
	char kind[16];
	bool has_stats;
	struct gnet_stats_queue stats;
};

static int
on_stats(const struct nlattr *attr, void *data)
{
	struct level *level = data;

	if (mnl_attr_get_type(attr) != TCA_STATS_QUEUE ||
		mnl_attr_get_payload_len(attr) < sizeof(level->stats))
		return MNL_CB_OK;
	memcpy(&level->stats, mnl_attr_get_payload(attr), sizeof(level->stats));
	level->has_stats = true;
	return MNL_CB_OK;
}

static int
on_attribute(const struct nlattr *attr, void *data)
{
	struct level *level = data;

	if (mnl_attr_get_type(attr) == TCA_KIND)
		snprintf(level->kind, sizeof(level->kind), "%.*s", (int)mnl_attr_get_payload_len(attr),
			mnl_attr_get_str(attr));
	else if (mnl_attr_get_type(attr) == TCA_STATS2)
		mnl_attr_parse_nested(attr, on_stats, level);
	return MNL_CB_OK;
}

/* As `tc` shows it: "eth0 tbf 10:", "eth0 pfifo_fast parent :1", "eth0 htb 1:10". */
static void
print_object(
	char *text, size_t size, const char *link, const char *kind, const struct tcmsg *tc, bool is_class)
{
	if (is_class)
		snprintf(text, size, "%s %s %x:%x", link, kind, TC_H_MAJ(tc->tcm_handle) >> 16,
			TC_H_MIN(tc->tcm_handle));
	else if (tc->tcm_handle != 0)
		snprintf(text, size, "%s %s %x:", link, kind, TC_H_MAJ(tc->tcm_handle) >> 16);
	else if (tc->tcm_parent == TC_H_ROOT)
		snprintf(text, size, "%s %s 0:", link, kind);
	else
		snprintf(text, size, "%s %s parent %x:%x", link, kind, TC_H_MAJ(tc->tcm_parent) >> 16,
			TC_H_MIN(tc->tcm_parent));
}

/* Whether qdiscs of a kind have classes; of one that is not known here they may. */
static bool
may_have_classes(const char *kind)
{
	static const char *const without[] = { "noqueue", "pfifo", "bfifo", "pfifo_fast", "fq" };

	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++)
		if (strcmp(kind, without[i]) == 0)
			return false;
	return true;
}

int
ovr_kernel_qdisc_parse(const struct nlmsghdr *message, struct ovr_kernel_reading *reading)
{
	const struct tcmsg *tc = mnl_nlmsg_get_payload(message);
	bool is_class = message->nlmsg_type == RTM_NEWTCLASS;
	struct level level = { "" };
	struct ovr_kernel_link *link;
	struct ovr_kernel_counter *counter;
	char object[OVR_KERNEL_OBJECT_BYTES];

	if ((!is_class && message->nlmsg_type != RTM_NEWQDISC) ||
		message->nlmsg_len < mnl_nlmsg_size(sizeof(*tc)) ||
		mnl_attr_parse(message, sizeof(*tc), on_attribute, &level) < MNL_CB_OK)
		return -EBADMSG;
	link = ovr_kernel_link_at(reading, (uint32_t)tc->tcm_ifindex);
	if (link != NULL && may_have_classes(level.kind))
		link->may_have_classes = true;
	if (link == NULL || !level.has_stats)
		return 0;
	print_object(object, sizeof(object), link->name, level.kind, tc, is_class);
	counter = ovr_kernel_add(
		reading, is_class ? OVR_KERNEL_CLASS : OVR_KERNEL_QDISC, object, "drops", level.stats.drops);
	if (counter == NULL)
		return 0;
	counter->width_bits = 32;
	counter->ifindex = link->ifindex;
	counter->is_root = !is_class && (tc->tcm_parent == TC_H_ROOT || tc->tcm_parent == TC_H_INGRESS);
	if (counter->is_root)
		reading->snapshot->n_queued += level.stats.qlen;
	counter->direction = tc->tcm_parent == TC_H_INGRESS ? OVR_KERNEL_IN : OVR_KERNEL_OUT;
	if (counter->direction == OVR_KERNEL_IN && strcmp(level.kind, "clsact") == 0)
		counter->direction = OVR_KERNEL_ANY;
	return 0;
}

static int
on_level(const struct nlmsghdr *message, void *data)
{
	errno = -ovr_kernel_qdisc_parse(message, data);
	return errno == 0 ? MNL_CB_OK : MNL_CB_ERROR;
}

static int
ask(struct ovr_kernel_reading *reading, uint16_t type, uint32_t ifindex)
{
	uint64_t n_queued = reading->snapshot->n_queued;
	uint32_t n = reading->snapshot->n;
	int status = -EINTR;

	for (int i = 0; i < OVR_RTNL_TRIES && status == -EINTR; i++) {
		struct ovr_rtnl rtnl;
		struct tcmsg *tc = ovr_rtnl_begin(&rtnl, type, NLM_F_DUMP, sizeof(*tc));

		reading->snapshot->n = n;
		reading->snapshot->n_queued = n_queued;
		tc->tcm_ifindex = (int)ifindex;
		status = ovr_rtnl_talk(&rtnl, NETLINK_ROUTE, on_level, reading);
	}
	return status;
}

void
ovr_kernel_qdisc_read(struct ovr_kernel_reading *reading)
{
	/* those of all links are told at once, classes a link at a time */
	int status = ask(reading, RTM_GETQDISC, 0);

	for (uint32_t i = reading->first_link; i < reading->snapshot->n_links && status == 0; i++) {
		if (!reading->snapshot->link[i].may_have_classes)
			continue;
		status = ask(reading, RTM_GETTCLASS, reading->snapshot->link[i].ifindex);
		/* it may have gone meanwhile */
		if (status == -ENODEV)
			status = 0;
	}
	/* of a kernel without traffic control there is nothing to be read */
	if (status != 0 && status != -EOPNOTSUPP)
		ovr_kernel_note_error(reading, "queueing disciplines", status);
}
