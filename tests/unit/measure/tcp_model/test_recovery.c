/* SPDX-License-Identifier: BSD-3-Clause */
#include "tcp_model/recovery.h"

#include <criterion/criterion.h>
#include <math.h>

#define S UINT64_C(1000000000)

Test(recovery, three_duplicate_acks_start_a_fast_retransmit_and_two_do_not)
{
	struct ovr_tcp_model_recovery three = ovr_tcp_model_recover(4, 1, true);
	struct ovr_tcp_model_recovery two = ovr_tcp_model_recover(3, 1, true);

	cr_assert_eq(three.duplicate_acks, 3);
	cr_assert_eq(three.fast, 1);
	cr_assert_eq(three.timed_out, 0);
	cr_assert_eq(two.duplicate_acks, 2);
	cr_assert_eq(two.fast, 0);
	cr_assert_eq(two.timed_out, 1);
}

Test(recovery, the_last_segment_of_a_transfer_waits_for_the_timer)
{
	cr_assert_eq(ovr_tcp_model_recover(1, 1, true).timed_out, 1);
}

Test(recovery, sack_repairs_in_one_round_trip_what_takes_one_each_without)
{
	cr_assert_eq(ovr_tcp_model_recover(20, 5, true).round_trips, 1);
	cr_assert_eq(ovr_tcp_model_recover(20, 5, false).round_trips, 5);
	cr_assert_eq(ovr_tcp_model_recover(20, 5, false).fast, 5);
}

Test(recovery, losses_of_most_of_a_window_leave_too_few_duplicate_acks)
{
	cr_assert_eq(ovr_tcp_model_recover(7, 5, true).timed_out, 5);
	cr_assert_eq(ovr_tcp_model_recover(8, 5, true).timed_out, 0);
}

Test(recovery, a_window_of_three_always_times_out)
{
	cr_assert_eq(ovr_tcp_model_rto_share(3, 0.01, 1), 1);
	cr_assert_eq(ovr_tcp_model_rto_share_without_sack(3, 0.01), 1);
}

Test(recovery, in_a_large_window_only_lost_retransmissions_time_out)
{
	cr_assert_float_eq(ovr_tcp_model_rto_share(100, 0.01, 1), 0.01, 1e-9);
	cr_assert_float_eq(ovr_tcp_model_rto_share(100, 0.01, 5), 1 - pow(0.99, 5), 1e-9);
	cr_assert_eq(ovr_tcp_model_rto_share(100, 0, 1), 0);
}

/* of three later segments none may be lost: 1 - 0.9^3, and else the retransmission 0.1 */
Test(recovery, a_window_of_four_needs_every_later_segment)
{
	cr_assert_float_eq(ovr_tcp_model_rto_share(4, 0.1, 1), 0.271 + 0.729 * 0.1, 1e-9);
}

/* Padhye et al., eq. 24 and 25: 3/w for little loss */
Test(recovery, without_sack_it_is_pftks_share)
{
	cr_assert_float_eq(ovr_tcp_model_rto_share_without_sack(12, 0), 0.25, 1e-9);
	cr_assert_float_eq(ovr_tcp_model_rto_share_without_sack(12, 1e-6), 0.25, 1e-5);
}

Test(recovery, time_outs_double_from_1_s)
{
	static const uint64_t seconds[] = { 1, 2, 4, 8, 16, 32, 64, 120, 120 };

	for (unsigned int n = 0; n < sizeof(seconds) / sizeof(seconds[0]); n++)
		cr_assert_eq(ovr_tcp_model_backed_off_ns(OVR_TCP_MODEL_RTO_RFC_NS, n), seconds[n] * S);
}

Test(recovery, a_flow_stands_until_the_first_retransmission_after_the_outage)
{
	cr_assert_eq(ovr_tcp_model_stall_ns(0, S), 0);
	cr_assert_eq(ovr_tcp_model_stall_ns(S / 2, S), S);
	cr_assert_eq(ovr_tcp_model_stall_ns(S + 1, S), 3 * S);
	cr_assert_eq(ovr_tcp_model_stall_ns(5 * S, S), 7 * S);
	cr_assert_eq(ovr_tcp_model_stall_ns(S, ovr_tcp_model_rto_linux_ns(S / 50)), 1540000000);
}
