/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The sources of a snapshot. Each adds what it finds to a reading. Internal to kernel.
 *
 * The parsers take an answer of the kernel and are pure. The readers ask the kernel, in the
 * namespace of the calling thread. A source that this kernel lacks adds nothing; one that may not
 * be read adds a note. A failed allocation sets the reading's status to -ENOMEM; the caller that
 * began the reading checks it at the end.
 */
#pragma once

#include <stddef.h>

#include <linux/netlink.h>

#include "kernel/snapshot.h"

/** A namespace while it is read. */
struct ovr_kernel_reading {
	struct ovr_kernel_snapshot *snapshot;
	const char *netns;
	uint64_t netns_id;
	uint32_t first_link; /**< its links in the snapshot begin here */
	/** namespaces that a link's other end may be in, besides those with names */
	const struct ovr_kernel_netns *const *others;
	uint32_t n_others;
	int status; /**< -ENOMEM: something is missing in the snapshot */
};

/** @return the open file of a namespace; owned by @p netns */
int ovr_kernel_netns_fd(const struct ovr_kernel_netns *netns);

/** Add a counter of 64 bits. @return it, until the next one is added; NULL: no memory */
struct ovr_kernel_counter *ovr_kernel_add(struct ovr_kernel_reading *reading, enum ovr_kernel_layer layer,
	const char *object, const char *name, uint64_t value);

/** Add a link. @return it, until the next one is added; NULL: no memory */
struct ovr_kernel_link *ovr_kernel_add_link(struct ovr_kernel_reading *reading);

/** @return the link of that number in this namespace; NULL: it is not in the list */
struct ovr_kernel_link *ovr_kernel_link_at(const struct ovr_kernel_reading *reading, uint32_t ifindex);

/** Add a note on what is missing: one sentence, after the name of the namespace. */
void ovr_kernel_note(struct ovr_kernel_reading *reading, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** Add a note that @p what may not, or cannot, be read. @param code negative errno */
void ovr_kernel_note_error(struct ovr_kernel_reading *reading, const char *what, int code);

/**
 * Read a file of /proc/thread-self/net as text.
 * @return it, to be freed; NULL: it cannot be read, and errno says why
 */
char *ovr_kernel_read_proc(const char *name);

/** RTM_NEWLINK. @return 0; -EBADMSG */
int ovr_kernel_link_parse(const struct nlmsghdr *message, struct ovr_kernel_reading *reading);
/** RTM_NEWSTATS of a link that is in the list. @return 0; -EBADMSG */
int ovr_kernel_link_stats_parse(const struct nlmsghdr *message, struct ovr_kernel_reading *reading);
/**
 * RTM_NEWLINK of a link that is in the list: a kernel before 4.7 has its counters there.
 * @return 0; -EBADMSG
 */
int ovr_kernel_link_with_stats_parse(const struct nlmsghdr *message, struct ovr_kernel_reading *reading);
void ovr_kernel_link_read(struct ovr_kernel_reading *reading);

/** RTM_NEWQDISC, RTM_NEWTCLASS. @return 0; -EBADMSG */
int ovr_kernel_qdisc_parse(const struct nlmsghdr *message, struct ovr_kernel_reading *reading);
void ovr_kernel_qdisc_read(struct ovr_kernel_reading *reading);

/** The text of softnet_stat. @return 0; -EBADMSG */
int ovr_kernel_softnet_parse(const char *text, struct ovr_kernel_reading *reading);
void ovr_kernel_softnet_read(struct ovr_kernel_reading *reading);

/** The text of snmp or netstat: a line of names and a line of values each. @return 0; -EBADMSG */
int ovr_kernel_mib_parse(const char *text, struct ovr_kernel_reading *reading);
/** The text of snmp6: a name and a value a line. @return 0; -EBADMSG */
int ovr_kernel_mib6_parse(const char *text, struct ovr_kernel_reading *reading);
void ovr_kernel_mib_read(struct ovr_kernel_reading *reading);

/** The text of stat/arp_cache or stat/ndisc_cache. @return 0; -EBADMSG */
int ovr_kernel_neighbour_parse(const char *object, const char *text, struct ovr_kernel_reading *reading);
/** Neighbours of a namespace that do not answer. Zeroed memory: none. */
struct ovr_kernel_silent {
	unsigned int n;
	char first[46]; /**< the address of one of them */
};

/** RTM_NEWNEIGH. @return 0; -EBADMSG */
int ovr_kernel_neighbour_entry_parse(const struct nlmsghdr *message, struct ovr_kernel_silent *silent);
void ovr_kernel_neighbour_read(struct ovr_kernel_reading *reading);

/** IPCTNL_MSG_CT_GET_STATS_CPU's answer of one CPU. @return 0; -EBADMSG */
int ovr_kernel_conntrack_parse(const struct nlmsghdr *message, struct ovr_kernel_reading *reading);
void ovr_kernel_conntrack_read(struct ovr_kernel_reading *reading);

/** The chains, rules and named counters of nftables under way. Zeroed memory is an empty one. */
struct ovr_kernel_nft;

struct ovr_kernel_nft *ovr_kernel_nft_create(void);
void ovr_kernel_nft_destroy(struct ovr_kernel_nft *nft);
/** NFT_MSG_NEWCHAIN; NFT_MSG_NEWRULE; NFT_MSG_NEWOBJ. @return 0; -EBADMSG; -ENOMEM */
int ovr_kernel_nft_parse(const struct nlmsghdr *message, struct ovr_kernel_nft *nft);
/** When all were parsed: add what they count. */
void ovr_kernel_nft_add(struct ovr_kernel_nft *nft, struct ovr_kernel_reading *reading);
void ovr_kernel_nft_read(struct ovr_kernel_reading *reading);

/** SOCK_DIAG_BY_FAMILY's answer for one UDP socket. @return 0; -EBADMSG */
int ovr_kernel_socket_parse(const struct nlmsghdr *message, struct ovr_kernel_reading *reading);
void ovr_kernel_socket_read(struct ovr_kernel_reading *reading);
