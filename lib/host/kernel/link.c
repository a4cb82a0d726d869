/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The links of a namespace: their counters (rtnl_link_stats64), their drivers' own, the other end
 * of a veth pair, and the XDP program.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/if_link.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>

#include "kernel/readers.h"
#include "nic/driver.h"
#include "nic/ethtool.h"
#include "nic/link.h"
#include "nic/meaning.h"
#include "nic/rtnl.h"
#include "nic/sources.h"

#define GRO_MAX_BYTES 65536

/* What a message says of a link besides its name. */
struct told {
	struct ovr_nic_link link;
	bool lower_is_elsewhere;
	int32_t lower_nsid;
	uint32_t gso_max_segs, gso_max_bytes, gro_max_bytes;
	const uint8_t *stats;
	size_t stats_size;
};

static uint32_t
number_of(const struct nlattr *attr)
{
	return mnl_attr_get_payload_len(attr) >= sizeof(uint32_t) ? mnl_attr_get_u32(attr) : 0;
}

static int
on_attribute(const struct nlattr *attr, void *data)
{
	struct told *told = data;

	switch (mnl_attr_get_type(attr)) {
	case IFLA_LINK:
		told->link.lower = number_of(attr);
		break;
	case IFLA_GSO_MAX_SEGS:
		told->gso_max_segs = number_of(attr);
		break;
	case IFLA_GSO_MAX_SIZE:
		told->gso_max_bytes = number_of(attr);
		break;
	case IFLA_GRO_MAX_SIZE:
		told->gro_max_bytes = number_of(attr);
		break;
	case IFLA_LINK_NETNSID:
		told->lower_is_elsewhere = true;
		if (mnl_attr_get_payload_len(attr) >= sizeof(uint32_t))
			told->lower_nsid = (int32_t)mnl_attr_get_u32(attr);
		break;
	case IFLA_STATS64:
		told->stats = mnl_attr_get_payload(attr);
		told->stats_size = mnl_attr_get_payload_len(attr);
		break;
	default:
		break;
	}
	return MNL_CB_OK;
}

/* Add the counters of a reading of nic. */
static void
add_counters(struct ovr_kernel_reading *reading, const struct ovr_kernel_link *link,
	const struct ovr_nic_counters *counters, enum ovr_kernel_layer layer)
{
	for (uint32_t i = 0; i < counters->n; i++) {
		const struct ovr_nic_counter *counter = &counters->counter[i];
		/* some drivers use one name for all queues */
		bool is_of_queue = counter->queue >= 0 && ovr_nic_queue_of(counter->name) < 0;
		char queue[OVR_KERNEL_OBJECT_BYTES];
		struct ovr_kernel_counter *added;

		if (is_of_queue)
			snprintf(queue, sizeof(queue), "%s queue %d", link->name, counter->queue);
		added = ovr_kernel_add(
			reading, layer, is_of_queue ? queue : link->name, counter->name, counter->value);
		if (added != NULL)
			added->ifindex = link->ifindex;
	}
}

int
ovr_kernel_link_parse(const struct nlmsghdr *message, struct ovr_kernel_reading *reading)
{
	struct told told = { .lower_nsid = -1 };
	struct ovr_nic_link parsed;
	struct ovr_kernel_link *link;
	const char *mode;

	if (ovr_nic_link_parse(message, &parsed) != 0 ||
		mnl_attr_parse(message, sizeof(struct ifinfomsg), on_attribute, &told) < MNL_CB_OK)
		return -EBADMSG;
	link = ovr_kernel_add_link(reading);
	if (link == NULL)
		return 0;
	memcpy(link->name, parsed.name, sizeof(link->name));
	snprintf(link->driver, sizeof(link->driver), "%s", parsed.kind);
	link->ifindex = parsed.ifindex;
	link->is_loopback = (parsed.flags & IFF_LOOPBACK) != 0;
	link->gso_max_segs = told.gso_max_segs;
	link->gso_max_bytes = told.gso_max_bytes;
	/* kernels before 5.19 do not tell, and have this limit */
	link->gro_max_bytes = told.gro_max_bytes != 0 ? told.gro_max_bytes : GRO_MAX_BYTES;
	link->xdp_prog_id = ovr_nic_link_xdp_program(&parsed.xdp, &mode);
	snprintf(link->xdp_mode, sizeof(link->xdp_mode), "%s", mode);
	if (strcmp(parsed.kind, "veth") == 0) {
		link->peer_ifindex = told.link.lower;
		link->peer_nsid = told.lower_nsid;
		if (!told.lower_is_elsewhere)
			link->peer_netns_id = reading->netns_id;
	}
	return 0;
}

int
ovr_kernel_link_stats_parse(const struct nlmsghdr *message, struct ovr_kernel_reading *reading)
{
	const struct if_stats_msg *stats = mnl_nlmsg_get_payload(message);
	struct ovr_nic_counters counters = { .n = 0 };
	const struct ovr_kernel_link *link;
	int status;

	if (message->nlmsg_len < mnl_nlmsg_size(sizeof(*stats)))
		return -EBADMSG;
	link = ovr_kernel_link_at(reading, stats->ifindex);
	status = ovr_nic_link_stats_parse(message, &counters);
	/* one that came after the list was made is in neither reading */
	if (status == 0 && link != NULL)
		add_counters(reading, link, &counters, OVR_KERNEL_LINK);
	ovr_nic_counters_done(&counters);
	return status;
}

int
ovr_kernel_link_with_stats_parse(const struct nlmsghdr *message, struct ovr_kernel_reading *reading)
{
	struct ovr_nic_counters counters = { .n = 0 };
	struct told told = { .stats = NULL };
	const struct ovr_kernel_link *link;
	struct ovr_nic_link parsed;

	if (ovr_nic_link_parse(message, &parsed) != 0 ||
		mnl_attr_parse(message, sizeof(struct ifinfomsg), on_attribute, &told) < MNL_CB_OK)
		return -EBADMSG;
	link = ovr_kernel_link_at(reading, parsed.ifindex);
	if (link == NULL || told.stats == NULL)
		return 0;
	if (ovr_nic_link_stats_add(told.stats, told.stats_size, &counters) != 0)
		reading->status = -ENOMEM;
	add_counters(reading, link, &counters, OVR_KERNEL_LINK);
	ovr_nic_counters_done(&counters);
	return 0;
}

static int
on_link(const struct nlmsghdr *message, void *data)
{
	errno = -ovr_kernel_link_parse(message, data);
	return errno == 0 ? MNL_CB_OK : MNL_CB_ERROR;
}

static int
on_stats(const struct nlmsghdr *message, void *data)
{
	errno = -ovr_kernel_link_stats_parse(message, data);
	return errno == 0 ? MNL_CB_OK : MNL_CB_ERROR;
}

static int
on_link_with_stats(const struct nlmsghdr *message, void *data)
{
	errno = -ovr_kernel_link_with_stats_parse(message, data);
	return errno == 0 ? MNL_CB_OK : MNL_CB_ERROR;
}

static int
ask_links(struct ovr_kernel_reading *reading, mnl_cb_t on_message)
{
	struct ovr_rtnl rtnl;

	ovr_rtnl_begin(&rtnl, RTM_GETLINK, NLM_F_DUMP, sizeof(struct ifinfomsg));
	return ovr_rtnl_talk(&rtnl, NETLINK_ROUTE, on_message, reading);
}

static int
ask_stats(struct ovr_kernel_reading *reading)
{
	struct ovr_rtnl rtnl;
	struct if_stats_msg *stats = ovr_rtnl_begin(&rtnl, RTM_GETSTATS, NLM_F_DUMP, sizeof(*stats));

	stats->filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64);
	return ovr_rtnl_talk(&rtnl, NETLINK_ROUTE, on_stats, reading);
}

/* A question for the number that a namespace has in the one of this thread. */
struct nsid {
	int32_t number;
};

static int
on_nsid_attribute(const struct nlattr *attr, void *data)
{
	struct nsid *nsid = data;

	if (mnl_attr_get_type(attr) == NETNSA_NSID && mnl_attr_get_payload_len(attr) >= sizeof(uint32_t))
		nsid->number = (int32_t)mnl_attr_get_u32(attr);
	return MNL_CB_OK;
}

static int
on_nsid(const struct nlmsghdr *message, void *data)
{
	return mnl_attr_parse(message, sizeof(struct rtgenmsg), on_nsid_attribute, data);
}

/* If the namespace behind this file has the other ends of some links, say so. */
static void
find_peers_in(struct ovr_kernel_reading *reading, int fd)
{
	struct ovr_kernel_snapshot *snapshot = reading->snapshot;
	struct nsid nsid = { .number = -1 };
	struct ovr_rtnl rtnl;
	struct stat status;

	ovr_rtnl_begin(&rtnl, RTM_GETNSID, 0, sizeof(struct rtgenmsg));
	mnl_attr_put_u32(rtnl.header, NETNSA_FD, (uint32_t)fd);
	if (ovr_rtnl_talk(&rtnl, NETLINK_ROUTE, on_nsid, &nsid) != 0 || nsid.number < 0 ||
		fstat(fd, &status) != 0)
		return;
	for (uint32_t i = reading->first_link; i < snapshot->n_links; i++)
		if (snapshot->link[i].peer_nsid == nsid.number)
			snapshot->link[i].peer_netns_id = (uint64_t)status.st_ino;
}

static void
find_peers_at(struct ovr_kernel_reading *reading, int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	find_peers_in(reading, fd);
	close(fd);
}

/* Whether some link's other end is in a namespace of which only this one's number is known. */
static bool
has_distant_peers(const struct ovr_kernel_reading *reading)
{
	for (uint32_t i = reading->first_link; i < reading->snapshot->n_links; i++)
		if (reading->snapshot->link[i].peer_nsid >= 0)
			return true;
	return false;
}

static void
find_peers(struct ovr_kernel_reading *reading)
{
	const struct dirent *entry;
	DIR *folder;

	if (!has_distant_peers(reading))
		return;
	for (uint32_t i = 0; i < reading->n_others; i++)
		find_peers_in(reading, ovr_kernel_netns_fd(reading->others[i]));
	find_peers_at(reading, AT_FDCWD, "/proc/self/ns/net");
	folder = opendir("/run/netns");
	if (folder == NULL)
		return;
	while ((entry = readdir(folder)) != NULL)
		if (entry->d_name[0] != '.')
			find_peers_at(reading, dirfd(folder), entry->d_name);
	closedir(folder);
}

/*
 * The link that was read last, and which of its driver's counters tell of loss. Most hosts have
 * many links of one driver, which have the same counters.
 */
struct latest {
	struct ovr_nic_counters counters;
	bool *is_loss; /* of each */
	uint32_t capacity;
};

static bool
has_same_counters(const struct ovr_nic_counters *one, const struct ovr_nic_counters *other)
{
	if (one->n != other->n || strcmp(one->driver, other->driver) != 0)
		return false;
	for (uint32_t i = 0; i < one->n; i++)
		if (strcmp(one->counter[i].name, other->counter[i].name) != 0)
			return false;
	return true;
}

/* Make @p counters the latest; what they were before is the caller's. @return 0; -ENOMEM */
static int
renew_latest(struct latest *latest, struct ovr_nic_counters *counters)
{
	struct ovr_nic_counters before = latest->counters;
	bool is_same = has_same_counters(&before, counters);

	if (counters->n > latest->capacity) {
		bool *is_loss = realloc(latest->is_loss, counters->n * sizeof(*is_loss));

		if (is_loss == NULL)
			return -ENOMEM;
		latest->is_loss = is_loss;
		latest->capacity = counters->n;
	}
	for (uint32_t i = 0; i < counters->n && !is_same; i++) {
		struct ovr_nic_meaning meaning = ovr_nic_meaning_of(counters, &counters->counter[i]);

		latest->is_loss[i] = meaning.kind == OVR_NIC_KIND_LOSS || meaning.kind == OVR_NIC_KIND_ALIAS;
	}
	latest->counters = *counters;
	*counters = before;
	return 0;
}

/* The driver's name and those of its counters that tell of loss. @param fd of ovr_ethtool_open() */
static void
read_driver(struct ovr_kernel_reading *reading, int fd, struct latest *latest, struct ovr_kernel_link *link)
{
	struct ovr_nic_counters counters = { .n = 0 }, loss = { .n = 0 };
	struct ovr_nic_driver driver;
	int status;

	ovr_nic_driver_read_by(fd, link->name, &driver);
	if (!driver.has_gro)
		link->gro_max_bytes = 0;
	if (driver.name[0] != '\0')
		memcpy(link->driver, driver.name, sizeof(link->driver));
	memcpy(counters.driver, link->driver, sizeof(counters.driver));
	status = ovr_nic_driver_stats_read_by(fd, link->name, &counters);
	if (status == 0)
		status = renew_latest(latest, &counters);
	for (uint32_t i = 0; i < latest->counters.n && status == 0; i++) {
		const struct ovr_nic_counter *counter = &latest->counters.counter[i];

		if (latest->is_loss[i])
			status = ovr_nic_counters_add(
				&loss, counter->source, counter->queue, counter->value, "%s", counter->name);
	}
	add_counters(reading, link, &loss, OVR_KERNEL_DRIVER);
	/* a link may have gone meanwhile */
	if (status != 0 && status != -ENODEV)
		ovr_kernel_note_error(reading, "counters of a driver", status);
	ovr_nic_counters_done(&loss);
	ovr_nic_counters_done(&counters);
}

void
ovr_kernel_link_read(struct ovr_kernel_reading *reading)
{
	struct ovr_kernel_snapshot *snapshot = reading->snapshot;
	struct latest latest = { .is_loss = NULL };
	uint32_t n = snapshot->n;
	int status = -EINTR, fd;

	for (int i = 0; i < OVR_RTNL_TRIES && status == -EINTR; i++) {
		snapshot->n_links = reading->first_link;
		snapshot->n = n;
		status = ask_links(reading, on_link);
		if (status == 0)
			status = ask_stats(reading);
		if (status == -EOPNOTSUPP) {
			snapshot->n = n;
			status = ask_links(reading, on_link_with_stats);
		}
	}
	if (status != 0)
		ovr_kernel_note_error(reading, "counters of links", status);
	find_peers(reading);
	fd = ovr_ethtool_open();
	for (uint32_t i = reading->first_link; i < snapshot->n_links; i++)
		read_driver(reading, fd, &latest, &snapshot->link[i]);
	if (fd >= 0)
		close(fd);
	ovr_nic_counters_done(&latest.counters);
	free(latest.is_loss);
}
