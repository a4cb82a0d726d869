/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Rules that give each lost frame one owner: which counter of the kernel owns a loss, and which
 * ones count it again.
 *
 * A table has a row for each counter that can own a loss: the place, by the role that a namespace
 * has on the path; the unit; the counters that count the same frames again (aliases).
 * ovr_kernel_claim() visits the counters that moved, in the order of the table. The first counter
 * that claims a frame owns it, and the frame is subtracted from its aliases. The remainder of an
 * alias is claimed only if the alias has a row of its own (Udp:InErrors). For links, the meanings
 * of nic/meaning.h apply: a driver's row goes before a general rule.
 *
 * A claim is certain only as far as no frames of others can have moved its counter. Pure; any
 * thread.
 * Sources: the kernel's files as the rows name them, and losses that were made and counted.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "kernel/snapshot.h"
#include "ledger/ledger.h"

/** Role of a namespace on the path. One may have several: over loopback it sends and receives. */
enum ovr_kernel_role {
	OVR_KERNEL_SENDER = 1,
	OVR_KERNEL_HOP = 2,
	OVR_KERNEL_RECEIVER = 4,
};

/** A row of the table. The texts are static. */
struct ovr_kernel_rule {
	enum ovr_kernel_layer layer;
	const char *name;        /**< as the layer names it */
	unsigned int roles;      /**< a mask of enum ovr_kernel_role: of these namespaces it owns */
	unsigned int directions; /**< a mask of 1 << enum ovr_kernel_direction; 0: any */
	enum ovr_ledger_place place;
	enum ovr_kernel_unit unit; /**< what it counts there */
	uint8_t ip_version;        /**< 4, 6; 0: both */
	/**
	 * Counters of the same namespace that count the same frames again, and perhaps others:
	 * "mib/Udp:InErrors", with a blank between two
	 */
	const char *aliases;
	/** Counters that may hold the same frames, from which nothing can be subtracted */
	const char *never_add_to;
	const char *remark; /**< for the report and the page of counters; one clause */
};

/** @return the table, and how many rows it has */
const struct ovr_kernel_rule *ovr_kernel_rules(size_t *ret_n);

/** @return what the table says that it counts; where it says nothing, by its layer */
enum ovr_kernel_unit ovr_kernel_unit_of(enum ovr_kernel_layer layer, const char *name);

/**
 * @return whether the counter can own a loss in some role, or tells what was delivered: one that
 * has to be steady before a trial is settled
 */
bool ovr_kernel_tells_loss(const struct ovr_kernel_counter *counter);

/** @return whether a ledger of frames can book it: frames, packets, datagrams */
bool ovr_kernel_unit_is_frames(enum ovr_kernel_unit unit);

/** A namespace on the path. */
struct ovr_kernel_side {
	const char *netns;  /**< as the snapshot names it */
	unsigned int roles; /**< a mask of enum ovr_kernel_role */
	/**
	 * An interface whose counters a port of the tester books itself; NULL: none. Its counters
	 * make no claim; as originals they still have aliases at the other end.
	 */
	const char *port_link;
	bool is_traffic_known; /**< our sockets' datagrams are known */
	/** that our sockets there read, whoever sent them, of both versions of IP */
	uint64_t datagrams_ours;
	bool is_backlog_known; /**< backlog_ours was counted */
	/** frames of the trial that drop reasons saw a CPU's backlog turn away there */
	uint64_t backlog_ours;
	bool is_netfilter_known; /**< netfilter_ours was counted */
	/** frames of the trial that drop reasons saw netfilter drop there */
	uint64_t netfilter_ours;
	/**
	 * Frames of the trial that come in and go out there, where both ends send: none but these
	 * pass its receiving and its sending places. 0: as many as are sent.
	 */
	uint64_t frames_in, frames_out;
};

/** The whole path, as it was before and after. */
struct ovr_kernel_path {
	const struct ovr_kernel_side *side; /**< in the order of the path: sender, hops, receiver */
	uint32_t n_sides;
	const struct ovr_kernel_changes *changes; /**< of all of them */
	const struct ovr_kernel_link *link;       /**< of all of them, from the later reading */
	uint32_t n_links;
	/** of the frames: 4, 6; losses of the other version are not the trial's. 0: both */
	uint8_t ip_version;
	/** of the trial, at least, to tell others' frames on a link; 0: unknown */
	uint64_t frames_sent;
	/**
	 * Packets of others that the sender's namespace sent meanwhile. Where the trial's were lost
	 * without a trace, as many of these pass unseen in their stead.
	 */
	uint64_t others_sent;
	/** datagrams that the sender's rules may have dropped and the socket sent again */
	uint64_t sent_again;
	/**
	 * Counters of loss still moved while they were read for the last time. They are of
	 * different moments then, and what passed less what was lost tells nothing.
	 */
	bool is_moving;
	/**
	 * No trial, but all traffic: of every side any role may be claimed. A claim is in its
	 * counter's unit and is a range only where two counters disagree. Sockets that dropped are
	 * named among the aliases, and what is of the whole host is claimed as such.
	 */
	bool is_all_traffic;
};

/** What one counter says of frames lost at one place. Plain data. */
struct ovr_kernel_claim {
	char netns[OVR_KERNEL_NETNS_BYTES];
	uint32_t side;             /**< index of the namespace in the path */
	enum ovr_kernel_role role; /**< in which it claims */
	enum ovr_ledger_place place;
	enum ovr_kernel_layer layer;
	char object[OVR_KERNEL_OBJECT_BYTES];
	char counter[OVR_KERNEL_NAME_BYTES];
	uint64_t frames;     /**< = frames_max */
	uint64_t frames_min; /**< certainly ours */
	uint64_t frames_max; /**< what it added, less what others claimed */
	/** What one of these "frames" is. In segments: of TCP alone */
	enum ovr_kernel_unit unit;
	/**
	 * Of all traffic: the counter is of the whole host. Its frames may be of another namespace,
	 * or among those of another claim, and are not to be added to others.
	 */
	bool is_of_host;
	char source[32]; /**< the layer, of a driver its name */
	char why[160];   /**< one sentence for people */
	/** the counters that moved and counted these again: "Udp:InErrors 183" */
	char aliases[240];
};

/** Zeroed memory is an empty list; the lists are owned by it. */
struct ovr_kernel_claims {
	struct ovr_kernel_claim *claim;
	uint32_t n, capacity;
	/** what makes claims uncertain or missing: one sentence each */
	char (*note)[OVR_KERNEL_NOTE_BYTES];
	uint32_t n_notes, notes_capacity;
};

/**
 * Find the owner of each loss, in the order of the path. A claim is a range where traffic of
 * others, or fragments, can have moved the counter too:
 *
 * - A namespace whose InDatagrams moved by another number than our sockets read has traffic of
 *   others. The drops of our own sockets then bound our share of full receive buffers.
 * - Where more packets than the trial's passed a link, or IP in a namespace, as many of the dropped
 *   ones may be others'.
 * - Where datagrams were fragmented, a counter of packets may count several for one datagram.
 *
 * Memory of an earlier list is used again.
 * @return 0; -ENOMEM
 */
int ovr_kernel_claim(
	const struct ovr_kernel_path *path, struct ovr_kernel_claims *claims, struct ovr_err *err);

/**
 * The account that books a claim: of a hop with the port "hop:NAME".
 * @param port the port's label where the namespace is an end of the path
 */
void ovr_kernel_claim_account(
	const struct ovr_kernel_claim *claim, const char *port, struct ovr_ledger_account *ret_account);

/** Free what it owns; it is empty then. */
void ovr_kernel_claims_done(struct ovr_kernel_claims *claims);
