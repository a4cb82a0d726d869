/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Places where a host loses frames, as they were reproduced: the losses with a cause, and with its
 * remedy. Plain data.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define OVR_REPRODUCTION_ACCOUNTS_MAX 24

/** What came of a place. */
enum ovr_reproduction_outcome {
	OVR_REPRODUCTION_CURED,  /**< the place owned the loss, and with the remedy it owned none */
	OVR_REPRODUCTION_UNSEEN, /**< the cause made no loss there */
	OVR_REPRODUCTION_UNCURED,
	OVR_REPRODUCTION_CANNOT, /**< this host lacks what it needs */
	OVR_REPRODUCTION_OUTCOMES,
};

/** An account of a trial in which something is. */
struct ovr_reproduction_account {
	char place[24];
	char end[96];      /**< port, hop or end; "": a remainder */
	char counter[160]; /**< in the kernel's or the driver's words */
	int64_t lost;
};

/** The books of a trial. */
struct ovr_reproduction_books {
	char unit[12]; /**< "frames", "segments" */
	int64_t sent, refused, lost, unexplained;
	int64_t window_waited_us; /**< of TCP: how long connections waited for a receive window */
	uint32_t n_accounts;
	struct ovr_reproduction_account account[OVR_REPRODUCTION_ACCOUNTS_MAX];
};

/** A place. */
struct ovr_reproduction {
	const char *place, *title, *remedy; /**< "no-route", a noun phrase, a sentence; static */
	const char *owner;                  /**< account that is to own the loss; static; "": none */
	enum ovr_reproduction_outcome outcome;
	char reason[512]; /**< a sentence; "" if it was cured */
	bool has_before, has_after;
	struct ovr_reproduction_books before, after; /**< without and with the remedy, if they ran */
};

/** All that were tried. */
struct ovr_reproductions {
	char kernel[128];
	char started_utc[32]; /**< ISO 8601 */
	struct ovr_reproduction *place;
	uint32_t n;
	uint32_t n_of[OVR_REPRODUCTION_OUTCOMES];
};
