/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A reflector: a UDP service that sends the probes of overrun path back, each stamped with the
 * number of probes of its flow that have come. It answers nothing else, and with as many bytes as
 * came. Of a run whose key it knows it lists each probe that has come.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"
#include "path/arrivals.h"

/** Flows at a time. One that sent nothing for a minute makes room. */
#define OVR_REFLECTOR_FLOWS_MAX 1024

struct ovr_reflector;

/** What is opened. */
struct ovr_reflector_conf {
	const char *what;                /**< for sentences: "path: --reflect"; lent */
	struct sockaddr_storage address; /**< its port may be 0 */
	uint32_t key;                    /**< of the one run that is answered, and listed; 0: any run */
	const atomic_bool *stop;         /**< ends it; NULL: only what ends the program does */
};

/** What it did. Probes of rounds, unless it says otherwise. */
struct ovr_reflected {
	uint64_t answered;   /**< probes, of searches too */
	uint64_t foreign;    /**< datagrams that are none, or of another run; they are not answered */
	uint64_t full;       /**< probes without an answer, since there were too many flows */
	uint64_t duplicates; /**< that came again */
	uint64_t reordered;  /**< that came after one of their flow that was sent later */
	uint64_t unanswered; /**< of any kind, whose answer this host did not send */
	uint64_t dropped;    /**< datagrams that its full receive buffer dropped */
	bool is_dropped_known;
	uint32_t n_flows;   /**< that have begun */
	bool is_list_short; /**< no memory, or numbers beyond OVR_PATH_NUMBERS_MAX */
};

/**
 * Listen.
 * @param[out] ret_port that it has
 * @return 0; -ENOMEM; the errno of bind()
 */
int ovr_reflector_open(const struct ovr_reflector_conf *conf, struct ovr_reflector **ret_reflector,
	uint16_t *ret_port, struct ovr_err *err);

/**
 * Answer until the program is asked to stop, `stop` is set, or so many probes were answered. What
 * is there when `stop` is set is still answered, within a second.
 * @param count 0: without an end
 */
void ovr_reflector_run(struct ovr_reflector *reflector, uint64_t count, struct ovr_reflected *ret_reflected);

/** @return the probes of its run that have come; lives as long as the reflector */
const struct ovr_path_arrivals *ovr_reflector_arrivals(const struct ovr_reflector *reflector);

/** NULL is allowed. */
void ovr_reflector_close(struct ovr_reflector *reflector);
