/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Table of places where a host loses frames: for each the commands that cause the loss, the trial
 * that measures it, the commands that show the counter, and the remedy.
 *
 * The lab has three hosts in a row, each a network namespace:
 *
 *     tester ovr0a ── ovr1a hop ovr1b ── ovr2b receiver
 *            198.18.0.0/16          198.19.0.0/16, receiver 198.19.0.1
 *
 * In command lines {tester}, {hop} and {receiver} stand for the names of the namespaces. Pure. Any
 * thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "ledger/ledger.h"

/** Where a command runs. */
enum ovr_atlas_host {
	OVR_ATLAS_TESTER,
	OVR_ATLAS_HOP,
	OVR_ATLAS_RECEIVER,
	OVR_ATLAS_HOSTS,
	OVR_ATLAS_HERE = OVR_ATLAS_HOSTS, /**< in the network namespace of the program */
	/** a setting of the whole host, "sysctl -w NAME=NUMBER", which is put back afterwards */
	OVR_ATLAS_WHOLE_HOST,
};

/** A command line for a shell. A list ends with one without a line. */
struct ovr_atlas_command {
	enum ovr_atlas_host host;
	const char *line;
};

#define OVR_ATLAS_COMMANDS_MAX 6
#define OVR_ATLAS_SHOWS_MAX    3

/** What the lab of a place is. */
enum ovr_atlas_lab_kind {
	OVR_ATLAS_NO_LAB, /**< the wire: no namespace, no privilege */
	OVR_ATLAS_ROUTER, /**< three hosts; no address at the tester, whose interface is a port */
	OVR_ATLAS_SENDER, /**< three hosts; the tester is a host as well, 198.18.0.1 */
	/** the hop forwards nothing; tester 198.18.0.1 and receiver 198.18.0.2 are neighbours */
	OVR_ATLAS_CABLE,
};

/** What the cause does to frames. */
enum ovr_atlas_effect {
	OVR_ATLAS_LOSES,
	OVR_ATLAS_REFUSES, /**< nothing is lost: a send buffer refuses what it has no room for */
	OVR_ATLAS_WAITS,   /**< nothing is lost: the sender waits for a receive window */
};

/** A place. Texts are static. */
struct ovr_atlas_place {
	const char *id;       /**< "no-route" */
	const char *title;    /**< a noun phrase */
	const char *happens;  /**< sentences: what happens to a frame there, and why */
	const char *where;    /**< the place on the way of a frame */
	const char *familiar; /**< sentences: which tools show it, and which figures mislead */
	/** sentence: why nothing here reproduces it; NULL: all below is set */
	const char *cannot;

	enum ovr_atlas_lab_kind lab;
	const char *tools;  /**< programs that it needs beyond ip and sysctl, with blanks between */
	bool needs_reasons; /**< no counter owns it, but a drop reason, which needs BPF */
	struct ovr_atlas_command cause[OVR_ATLAS_COMMANDS_MAX];
	struct ovr_atlas_command trial; /**< arguments of `overrun run` */
	struct ovr_atlas_command show[OVR_ATLAS_SHOWS_MAX];

	/** sentence: some kernels count these frames nowhere, and which; NULL: all count them */
	const char *uncounted;
	enum ovr_ledger_place owner; /**< its account; OVR_PLACE_COUNT: none */
	/** port or end of the account, as {hop}; NULL: any */
	const char *owner_end;
	enum ovr_atlas_effect effect;
	/** "lost = Ip:FragFails of the hop": what balances, with counters as accounts name them */
	const char *equation;

	const char *cure; /**< sentence: the remedy, as the documents of administrators give it */
	struct ovr_atlas_command remedy[OVR_ATLAS_COMMANDS_MAX];
	/** the remedy is tried in a lab made anew, since the first trial left something */
	bool anew;
	struct ovr_atlas_command cured; /**< the trial with the remedy; no line: the same */
	/** where frames of the cured trial are still lost; OVR_PLACE_COUNT: nowhere */
	enum ovr_ledger_place moves_to;
};

/** @return the table, in the order of a frame's way; @p ret_n rows */
const struct ovr_atlas_place *ovr_atlas_places(size_t *ret_n);

/** @return the row of that id; NULL: there is none */
const struct ovr_atlas_place *ovr_atlas_place_of(const char *id);

/** @return whether its cause changes a setting of the whole host, which has to be allowed */
bool ovr_atlas_place_is_global(const struct ovr_atlas_place *place);

/** @return "tester", "hop", "receiver", or "" for the program's own namespace and the whole host */
const char *ovr_atlas_host_name(enum ovr_atlas_host host);

/**
 * Write what a place needs: "root, ip, nft, veth".
 * @return @p buf
 */
const char *ovr_atlas_place_needs(char *buf, size_t size, const struct ovr_atlas_place *place);
