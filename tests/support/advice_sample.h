/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Advices made up for tests: one that holds, one for a host that is to be fixed, one that is an
 * overload.
 */
#pragma once

#include "result/advice.h"

/* 1 Mpps, stalls of 500 us: a ring of 1024, verified, and 512 too, the latter once disturbed. */
void advice_sample_ring(struct ovr_result_advice *advice);

/* The same through a socket of eth1, whose NIC took 1056 instead of 1024, and refused 512. */
void advice_sample_nic(struct ovr_result_advice *advice);

/* The same as the first with a host stall of 100 ms, longer than any ring's buffer time. */
void advice_sample_host(struct ovr_result_advice *advice);

/* The same, whose stall of 100 ms is the only one. */
void advice_sample_hopeless(struct ovr_result_advice *advice);

/* The first, whose log was full after a fifth of the baseline. */
void advice_sample_full(struct ovr_result_advice *advice);

/* A receiver of 0.8 Mpps. */
void advice_sample_overload(struct ovr_result_advice *advice);
