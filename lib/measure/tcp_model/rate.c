/* SPDX-License-Identifier: BSD-3-Clause */
#include "tcp_model/rate.h"

#include <math.h>

#define CUBIC_C    0.4
#define CUBIC_BETA 0.7

double
ovr_tcp_model_mathis_pps(double p, double rtt_s)
{
	return p > 0 ? OVR_TCP_MODEL_MATHIS_C / (rtt_s * sqrt(p)) : INFINITY;
}

double
ovr_tcp_model_pftk_pps(double p, double rtt_s, double rto_s)
{
	double halving_s, time_out_s;

	if (p <= 0)
		return INFINITY;
	halving_s = rtt_s * sqrt(2 * p / 3);
	time_out_s = rto_s * 3 * sqrt(3 * p / 8) * p * (1 + 32 * p * p);
	return 1 / (halving_s + time_out_s);
}

double
ovr_tcp_model_cubic_window(double p, double rtt_s)
{
	if (p <= 0)
		return INFINITY;
	return pow(CUBIC_C * (3 + CUBIC_BETA) / (4 * (1 - CUBIC_BETA)), 0.25) * pow(rtt_s / p, 0.75);
}

double
ovr_tcp_model_reno_pps(double p, double rtt_s)
{
	return ovr_tcp_model_pftk_pps(p, rtt_s, 4 * rtt_s);
}

double
ovr_tcp_model_cubic_pps(double p, double rtt_s)
{
	return fmax(ovr_tcp_model_cubic_window(p, rtt_s) / rtt_s, ovr_tcp_model_reno_pps(p, rtt_s));
}
