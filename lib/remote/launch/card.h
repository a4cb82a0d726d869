/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What each host of a job tells the others through their launcher: where its agent listens, and its
 * public key. The first one also tells the key of the caller, whom all agents of the job answer.
 *
 * A card is a line of words, since a launcher carries texts. It has nothing secret. Pure, any
 * thread.
 */
#pragma once

#include "keys/hosts.h"

/** Room for a card as text, with its end. */
#define OVR_CARD_BYTES 512
/** Room for a host's own name, with its end (HOST_NAME_MAX). */
#define OVR_CARD_HOST_BYTES 65
/** Room for an address, with its end: an IPv6 one stands in brackets. */
#define OVR_CARD_ADDRESS_BYTES 48

/** A card. Plain data. */
struct ovr_card {
	char host[OVR_CARD_HOST_BYTES];       /**< the host's own name; no blanks */
	char address[OVR_CARD_ADDRESS_BYTES]; /**< numeric; "": all of the host's addresses */
	uint16_t port;                        /**< not 0 */
	struct ovr_key agent_key;
	bool has_caller;
	struct ovr_key caller_key;
};

/** @return @p text */
const char *ovr_card_print(char text[static OVR_CARD_BYTES], const struct ovr_card *card);

/**
 * @param rank whose card it is, for the sentence
 * @param[out] ret_card untouched on failure
 * @return 0; -EBADMSG: it is none of this version
 */
int ovr_card_read(uint32_t rank, const char *text, struct ovr_card *ret_card, struct ovr_err *err);
