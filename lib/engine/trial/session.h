/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Ports that stay open from trial to trial: their links stay up, and devices between them keep
 * learnt addresses.
 *
 * A port is restarted only where a trial needs other rings, other queues or room for larger
 * frames, or where the port was changed from outside. A wire is created anew for each trial that
 * differs. Control thread only.
 *
 *     zeroed → ovr_session_expect (each plan that may come) → EAL starts → ovr_trial_run_in() … →
 *     ovr_session_close → EAL stops
 */
#pragma once

#include "base/err.h"
#include "clock/clock.h"
#include "plan/plan.h"

struct ovr_port_pair;

/** Zeroed: nothing is open. Owned by the caller. */
struct ovr_session {
	struct ovr_port_pair *pair; /**< NULL: none are open */
	struct ovr_clock clock; /**< hz 0: not yet calibrated; one for all trials, which the wire has too */
	/**
	 * of the plans that were expected, but for wires: pools and ports are made once for all of
	 * them. 0: none was
	 */
	uint32_t mbufs_max;
	struct ovr_mix size_max;      /**< the mix that has the largest frame */
	uint32_t n_opened, n_changed; /**< how often ports were opened, and changed */
	bool was_started; /**< by the last ovr_session_take(): devices between the ports may have lost their addresses */
	bool was_passed; /**< a learning frame came through these ports */
	struct ovr_err
		undone; /**< change that could not be undone when ports were closed for others; "": none */
};

/** Announce a plan that may come. EAL need not run. */
void ovr_session_expect(struct ovr_session *session, const struct ovr_plan_ports *ports,
	const struct ovr_plan_frames *frames);

/**
 * @return the plan with pools and frame sizes as its ports have them: the largest that the
 * announced plans need
 */
struct ovr_plan ovr_session_ports_of(const struct ovr_session *session, const struct ovr_plan *plan);

/**
 * Open and start the ports of a plan, with links up. Open ports that fit stay open; their receive
 * rings are emptied.
 * @return 0; what ovr_port_pair_open(), ovr_port_pair_change() and ovr_port_pair_start() return;
 *   then nothing is open
 */
int ovr_session_take(struct ovr_session *session, const struct ovr_plan *plan, struct ovr_err *err);

/**
 * Close open ports, and undo their changes. @return 0; what ovr_port_pair_close() returns
 */
int ovr_session_close(struct ovr_session *session, struct ovr_err *err);
