/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Counters of the kernel for network namespaces, by name, and their changes between two readings.
 *
 * A reading has, each from a file of this folder: the links (RTM_GETSTATS, `ip -s -s link`) with
 * their drivers' own counters of loss (`ethtool -S`) and XDP programs; queueing disciplines and
 * classes (`tc -s qdisc`, `tc -s class`); the backlogs of the CPUs (/proc/net/softnet_stat); rules
 * of nftables with a counter, and named counters (`nft list ruleset`); conntrack (`conntrack -S`);
 * the MIBs (/proc/net/snmp, netstat, snmp6; nstat(8)); neighbour tables (/proc/net/stat/arp_cache,
 * ndisc_cache); UDP sockets (sock_diag(7), `ss -uanm`). Not read: rules of iptables-legacy
 * (iptables-nft is nftables), and drop reasons.
 *
 * Reading clears nothing and changes nothing. What cannot be read (no right, no such part in this
 * kernel) is one sentence in the snapshot, and its counters are not in the list: unknown, never 0.
 * The same holds for a column of a MIB that this kernel does not have. Control thread; namespaces
 * are entered as kernel/netns.h says.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "kernel/netns.h"

#define OVR_KERNEL_OBJECT_BYTES 96
#define OVR_KERNEL_NAME_BYTES   64
#define OVR_KERNEL_NOTE_BYTES   240

/** Who counts, and how its objects and names look. */
enum ovr_kernel_layer {
	OVR_KERNEL_LINK, /**< object "eth0"; "rx_packets", "tx_dropped", … of rtnl_link_stats64 */
	/**
	 * object "eth0", or "eth0 queue 3" where the name does not have the queue; loss counters of
	 * `ethtool -S` as the driver names them: "rx_queue_0_xdp_drops"
	 */
	OVR_KERNEL_DRIVER,
	OVR_KERNEL_QDISC,   /**< object "eth0 tbf 10:"; "drops" */
	OVR_KERNEL_CLASS,   /**< object "eth0 htb 1:10"; "drops" */
	OVR_KERNEL_SOFTNET, /**< object "cpu 0"; "dropped"; of all namespaces together */
	/**
	 * object "inet filter forward handle 7", with the rule's comment after it in double quotes
	 * where it has one, or "inet filter counter lost"; "dropped" where the packets that are
	 * counted are those that the same rule then drops or rejects (of a named counter: every
	 * rule that uses it), else "counter"
	 */
	OVR_KERNEL_NFTABLES,
	OVR_KERNEL_CONNTRACK, /**< object "cpu 0"; "drop", "insert_failed", "early_drop", … */
	/**
	 * object ""; "Udp:RcvbufErrors", "TcpExt:ListenDrops" of snmp and netstat; "Udp6InErrors",
	 * "Ip6InNoRoutes" as snmp6 names them
	 */
	OVR_KERNEL_MIB,
	/**
	 * object "arp_cache", "ndisc_cache"; "unresolved_discards"; of all namespaces together, and
	 * known in the initial one only. In others a note says so if a neighbour does not answer
	 */
	OVR_KERNEL_NEIGHBOUR,
	OVR_KERNEL_SOCKET, /**< object "udp 10.0.0.1:9000 inode 4711"; "drops": sk_drops */
	OVR_KERNEL_LAYERS,
};

/** What one count is. */
enum ovr_kernel_unit {
	OVR_KERNEL_FRAME,    /**< a frame on the line */
	OVR_KERNEL_SKB,      /**< a packet of the kernel: a frame, or with GSO or GRO several */
	OVR_KERNEL_SEGMENT,  /**< a segment of TCP */
	OVR_KERNEL_DATAGRAM, /**< an IP datagram, which may have been several fragments */
	OVR_KERNEL_OTHER,    /**< bytes, fragments and datagrams mixed, entries, or unknown */
	OVR_KERNEL_UNITS,
};

/** Direction of the counted packets. */
enum ovr_kernel_direction {
	OVR_KERNEL_ANY, /**< unknown, or both */
	/** a hook before or in forwarding or delivery: ingress, prerouting, input, forward */
	OVR_KERNEL_IN,
	OVR_KERNEL_OUT,    /**< a hook after them: output, postrouting, egress */
	OVR_KERNEL_EGRESS, /**< the hook of a device's egress, after the stack */
};

/** One counter. Plain data. */
struct ovr_kernel_counter {
	char netns[OVR_KERNEL_NETNS_BYTES]; /**< as it was opened; "": the process's own */
	enum ovr_kernel_layer layer;
	char object[OVR_KERNEL_OBJECT_BYTES];
	char name[OVR_KERNEL_NAME_BYTES];
	/**
	 * of a link, its driver and its queueing disciplines: the interface's number, since another
	 * interface may have the name meanwhile; else 0
	 */
	uint32_t ifindex;
	uint64_t value;
	enum ovr_kernel_unit unit;
	/** of a list as it was read always true; of changes: both readings have it */
	bool is_known;
	uint8_t width_bits; /**< 32: it wraps; 64 */
	enum ovr_kernel_direction direction;
	bool is_global; /**< of all namespaces together, whichever it was read in */
	/**
	 * of a qdisc: the root or the ingress one; what children and classes drop, it counts too
	 */
	bool is_root;
	bool is_ours; /**< of a socket: added by ovr_kernel_snapshot_add_socket() */
};

/** A link of a namespace. Its peer tells which counters of two links count the same frame. */
struct ovr_kernel_link {
	char netns[OVR_KERNEL_NETNS_BYTES];
	char name[16];
	char driver[32]; /**< "veth"; "" where the kernel does not say */
	uint32_t ifindex;
	/**
	 * The other end of a veth pair: its number, and its namespace as ovr_kernel_netns_id() has
	 * it. 0: none, or unknown.
	 */
	uint32_t peer_ifindex;
	uint64_t peer_netns_id;
	/** the kernel's number of it, in this namespace alone; -1: it is this one, or none */
	int32_t peer_nsid;
	uint64_t netns_id;
	uint32_t xdp_prog_id;   /**< 0: no XDP program is attached */
	char xdp_mode[8];       /**< "drv", "skb", "hw", "" */
	uint32_t gso_max_segs;  /**< most segments of a packet that TCP hands to it; 0: unknown */
	uint32_t gso_max_bytes; /**< most bytes of one; 0: unknown */
	uint32_t gro_max_bytes; /**< most bytes that GRO merges; 0: it is off, or unknown */
	bool is_loopback;
	bool may_have_classes; /**< one of its queueing disciplines is of a kind that can */
};

/** One reading. Zeroed memory is an empty one; the lists are owned by it. */
struct ovr_kernel_snapshot {
	uint64_t at_ns; /**< CLOCK_MONOTONIC, of the last namespace that was read */
	/** packets that stood in queueing disciplines of interfaces: in flight, not lost */
	uint64_t n_queued;
	struct ovr_kernel_counter *counter;
	uint32_t n, capacity;
	struct ovr_kernel_link *link;
	uint32_t n_links, links_capacity;
	/** what could not be read, and why: one sentence each */
	char (*note)[OVR_KERNEL_NOTE_BYTES];
	uint32_t n_notes, notes_capacity;
};

/**
 * Read a namespace, and add what it counts to the snapshot. The other end of a veth pair is known
 * if its namespace has a name (`ip netns`), is the process's own, or is in the list that is
 * settled.
 * @return 0, also where parts could not be read; -EPERM: the namespace cannot be entered; -ENOMEM;
 * -errno. After a failure the snapshot is as it was
 */
int ovr_kernel_snapshot_read(
	const struct ovr_kernel_netns *netns, struct ovr_kernel_snapshot *snapshot, struct ovr_err *err);

/**
 * Add a socket of this process, or mark it as ours if it is in the list already.
 * @param netns the name of the namespace that it was made in
 * @param object its name in reports, the protocol first: "udp 10.0.0.1:9000", "tcp:10.0.0.1:5201"
 * @return 0; -errno: SO_MEMINFO cannot be read; then nothing was added
 */
int ovr_kernel_snapshot_add_socket(struct ovr_kernel_snapshot *snapshot, const char *netns, int fd,
	const char *object, struct ovr_err *err);

/** Time between the two readings that must be equal. */
#define OVR_KERNEL_SETTLE_MS 50

/**
 * Read namespaces again and again, until nothing stands in a queueing discipline, and two readings
 * OVR_KERNEL_SETTLE_MS apart are equal in every counter of loss that is theirs alone and in the
 * delivered datagrams. The snapshot then holds the last reading of all of them, and nothing else.
 * @param timeout_ms at most so long, and one reading
 * @param[out] ret_is_stable whether they came to rest; others' traffic, and a queue that does not
 * empty, can prevent it
 * @return as ovr_kernel_snapshot_read(); after a failure the snapshot is empty
 */
int ovr_kernel_snapshot_settle(const struct ovr_kernel_netns *const *netns, uint32_t n, uint32_t timeout_ms,
	struct ovr_kernel_snapshot *snapshot, bool *ret_is_stable, struct ovr_err *err);

/** @return the counter of that name; NULL: it is unknown */
const struct ovr_kernel_counter *ovr_kernel_snapshot_find(const struct ovr_kernel_snapshot *snapshot,
	const char *netns, enum ovr_kernel_layer layer, const char *object, const char *name);

/** Empty it, and keep its memory. */
void ovr_kernel_snapshot_clear(struct ovr_kernel_snapshot *snapshot);

/** Free what it owns; it is empty then. */
void ovr_kernel_snapshot_done(struct ovr_kernel_snapshot *snapshot);

/** Change of a counter between two readings. */
struct ovr_kernel_change {
	/** as it stands after; one that is gone as it stood before */
	struct ovr_kernel_counter counter;
	/**
	 * After − before, a 32-bit counter that wrapped taken into account; where it was reset, a
	 * lower bound: what it shows now. 0 where it is unknown.
	 */
	uint64_t added;
	bool was_reset;
};

/** Zeroed memory is an empty list; it is owned by it. */
struct ovr_kernel_changes {
	struct ovr_kernel_change *change;
	uint32_t n, capacity;
};

/**
 * Compare two readings. A counter that only one of them has is in the list as unknown, unless it
 * stands at 0: it began there. Pure. Memory of an earlier comparison is used again.
 * @return 0; -ENOMEM
 */
int ovr_kernel_changes(const struct ovr_kernel_snapshot *before, const struct ovr_kernel_snapshot *after,
	struct ovr_kernel_changes *changes, struct ovr_err *err);

/**
 * Add a comparison to the sum of those before it. A counter keeps what it added while it was known:
 * an interval in which it was reset, began or went adds nothing, and ovr_kernel_claim() of that
 * interval says so. One that is gone stays in the sum only if it owns a loss there, so that the sum
 * does not grow with sockets and interfaces that come and go. Pure.
 * @param total every counter in it is known
 * @return 0; -ENOMEM: part of it was added
 */
int ovr_kernel_changes_add(
	struct ovr_kernel_changes *total, const struct ovr_kernel_changes *more, struct ovr_err *err);

/** Free what it owns; it is empty then. */
void ovr_kernel_changes_done(struct ovr_kernel_changes *changes);

/**
 * @return "link", "driver", "qdisc", "class", "softnet", "nftables", "conntrack", "mib",
 * "neighbour", "socket"
 */
const char *ovr_kernel_layer_name(enum ovr_kernel_layer layer);

/** @return "frame", "skb", "segment", "datagram", "other" */
const char *ovr_kernel_unit_name(enum ovr_kernel_unit unit);
