/* SPDX-License-Identifier: BSD-3-Clause */
#include "tcp_model/rate.h"

#include <criterion/criterion.h>
#include <math.h>

static void
assert_near(double found, double expected, double share)
{
	cr_assert(fabs(found - expected) <= share * expected, "found %.9g, expected %.9g", found, expected);
}

static double
mbps(double pps, double bytes)
{
	return pps * bytes * 8 / 1e6;
}

Test(rate, mathis_has_7_09_Mbps_at_1_percent_20_ms_and_1448_bytes)
{
	assert_near(mbps(ovr_tcp_model_mathis_pps(0.01, 0.02), 1448), 7.09, 0.001);
}

/* RFC 5348's denominator for each s of round trip, with b = 1 and t_RTO = 4 R */
Test(rate, pftk_is_the_equation_of_rfc_5348)
{
	assert_near(1 / ovr_tcp_model_pftk_pps(1e-3, 1, 4), 0.0260523, 1e-5);
	assert_near(1 / ovr_tcp_model_pftk_pps(1e-2, 1, 4), 0.0890216, 1e-5);
	assert_near(mbps(ovr_tcp_model_pftk_pps(1e-7, 0.01, 0.04), 1460), 4523.64, 1e-5);
	assert_near(mbps(ovr_tcp_model_pftk_pps(5e-2, 0.01, 0.04), 1460), 4.31, 2e-3);
}

/* RFC 9438, tables 1 and 2: RTT 0.1 s and 0.01 s */
Test(rate, cubic_has_the_windows_of_rfc_9438)
{
	assert_near(ovr_tcp_model_cubic_window(1e-4, 0.1), 187, 5e-3);
	assert_near(ovr_tcp_model_cubic_window(1e-5, 0.1), 1054, 5e-3);
	assert_near(ovr_tcp_model_cubic_window(1e-6, 0.1), 5926, 5e-3);
	assert_near(ovr_tcp_model_cubic_window(1e-8, 0.1), 187400, 5e-3);
	assert_near(ovr_tcp_model_cubic_window(1e-8, 0.01), 33325, 5e-3);
}

Test(rate, cubic_is_never_slower_than_reno)
{
	cr_assert_eq(ovr_tcp_model_cubic_pps(0.01, 0.02), ovr_tcp_model_reno_pps(0.01, 0.02));
	cr_assert_gt(ovr_tcp_model_cubic_pps(1e-5, 0.1), ovr_tcp_model_reno_pps(1e-5, 0.1));
}

Test(rate, without_loss_nothing_limits_it)
{
	cr_assert(isinf(ovr_tcp_model_mathis_pps(0, 0.02)));
	cr_assert(isinf(ovr_tcp_model_pftk_pps(0, 0.02, 0.08)));
	cr_assert(isinf(ovr_tcp_model_cubic_pps(0, 0.02)));
}
