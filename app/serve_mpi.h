/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * An agent that a launcher has started on each host of a job (mpirun, prun, srun).
 *
 *     launcher ─ rank ─┬─ agent ─ end process, in a session
 *                      └─ command, on the first host
 *
 * The rank is the process that the launcher knows. It exchanges cards with those of the other
 * hosts (launch/launch.h), and waits. The agent and the command are in process groups of their
 * own: what the launcher does to the rank does not end them before they have put everything back,
 * and an agent that dies is a lost end of a trial, not the end of the job.
 */
#pragma once

#include "agent/agent.h"

/** How. Plain data, lent. */
struct app_mpi {
	const char *listen; /**< [ADDRESS:]PORT or NETWORK/BITS[:PORT]; NULL: all addresses, any port */
	struct ovr_agent_conf agent; /**< its limits, and where it keeps what callers did not take */
	char **command; /**< for the first host, NULL at the end; NULL: callers come by themselves */
};

/** Serve until the job is over. @return the exit code: on the first host that of the command */
int app_mpi_serve(const struct app_mpi *mpi);
