/* SPDX-License-Identifier: BSD-3-Clause */
#include "tcp_model/rfc6349.h"

#include <criterion/criterion.h>

/* The RFC's own examples. */

Test(rfc6349, a_line_of_10_Gbps_carries_9_49_Gbps)
{
	cr_assert_float_eq(ovr_tcp_model_line_pps(10e9, 1460, OVR_TCP_MODEL_HEADER_BYTES) * 1460 * 8 / 1e9,
		9.4928, 1e-4);
}

Test(rfc6349, a_window_holds_what_is_under_way)
{
	cr_assert_float_eq(ovr_tcp_model_window_bytes(0.00005, 10e9), 62500, 1e-6);
	cr_assert_float_eq(ovr_tcp_model_window_bytes(0.0003, 10e9), 375000, 1e-6);
}

Test(rfc6349, efficiency_is_what_is_not_sent_again)
{
	cr_assert_float_eq(ovr_tcp_model_efficiency(102000, 2000), 0.9804, 1e-4);
}

Test(rfc6349, buffer_delay_is_by_the_baseline)
{
	cr_assert_float_eq(ovr_tcp_model_buffer_delay(32, 25), 0.28, 1e-9);
}
