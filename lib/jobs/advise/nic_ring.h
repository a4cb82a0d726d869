/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file The NIC's own receive ring, which frames pass before the ring of the socket: set for the
 * verification trials, and part of the recommendation. Control thread; without DPDK.
 */
#pragma once

#include "result/advice.h"
#include "ring/borrow.h"

/**
 * Set the interface's own receive ring to the size of a verification, where it has ring control.
 * One that its driver refuses stays as it is, and the advice keeps the reason.
 * @param[out] ret_loan to be ended by ovr_advise_nic_ring_restore(); NULL where nothing was set
 * @return what the driver took; 0: nothing was set
 */
uint32_t ovr_advise_nic_ring_set(
	struct ovr_result_advice *advice, uint32_t ring, struct ovr_ring_loan **ret_loan);

/**
 * Restore the size from before. Waits for the link as long as the plan allows. A link that does not
 * come is no error here; the next trial reports it.
 * @param loan freed; NULL is allowed
 * @return 0; -errno: it could not be restored, and the next process tries again
 */
int ovr_advise_nic_ring_restore(
	const struct ovr_result_advice *advice, struct ovr_ring_loan *loan, struct ovr_err *err);

/**
 * Name the command that sets the recommended ring; "" where none is recommended. After the
 * verification. Pure.
 */
void ovr_advise_name_command(struct ovr_result_advice *advice);
