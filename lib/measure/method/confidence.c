/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/confidence.h"

#include <math.h>

/* Halvings that bring any interval of doubles below a part in 10^12. */
#define HALVINGS 200
/* Terms of the series and of the fraction: they end far before, by their own size. */
#define TERMS 100000
#define SMALL 1e-15

/* x^a e^-x / Γ(a+1) */
static double
weight(double a, double x)
{
	return exp(a * log(x) - x - lgamma(a + 1));
}

/* P(a, x) by its series, for x < a + 1. */
static double
lower_by_series(double a, double x)
{
	double term = 1, sum = 1;

	for (int i = 1; i < TERMS && term > sum * SMALL; i++) {
		term *= x / (a + i);
		sum += term;
	}
	return sum * weight(a, x);
}

/* Q(a, x) by its continued fraction, for x ≥ a + 1 (Lentz's method). */
static double
upper_by_fraction(double a, double x)
{
	double b = x + 1 - a, c = 1e300, d = 1 / b, h = d;

	for (int i = 1; i < TERMS; i++) {
		double an = -i * (i - a), delta;

		b += 2;
		d = 1 / (an * d + b);
		c = b + an / c;
		delta = c * d;
		h *= delta;
		if (fabs(delta - 1) < SMALL)
			break;
	}
	return h * a * weight(a, x);
}

/* Chance that a Poisson count of that mean is at most k: Q(k + 1, mean). */
static double
at_most(double k, double mean)
{
	double a = k + 1;

	if (mean <= 0)
		return 1;
	return mean < a + 1 ? 1 - lower_by_series(a, mean) : upper_by_fraction(a, mean);
}

/* The mean at which a count of at most k has that chance; the chance falls as the mean grows. */
static double
mean_of(double k, double chance)
{
	double low = 0, high = k + 1;

	while (at_most(k, high) > chance)
		high *= 2;
	for (int i = 0; i < HALVINGS; i++) {
		double mean = (low + high) / 2;

		if (at_most(k, mean) > chance)
			low = mean;
		else
			high = mean;
	}
	return (low + high) / 2;
}

double
ovr_method_confidence_none_in(uint64_t n, double level)
{
	return n == 0 ? 1 : -expm1(log1p(-level) / (double)n);
}

struct ovr_method_interval
ovr_method_confidence_count(uint64_t count, double level)
{
	double tail = (1 - level) / 2;

	return (struct ovr_method_interval){
		.low = count == 0 ? 0 : mean_of((double)count - 1, 1 - tail),
		.high = mean_of((double)count, tail),
	};
}

double
ovr_method_confidence_at_most(uint64_t count, double level)
{
	return mean_of((double)count, 1 - level);
}

double
ovr_method_confidence_normal(double chance)
{
	double low = 0, high = 40;

	for (int i = 0; i < HALVINGS; i++) {
		double deviate = (low + high) / 2;

		if (erfc(deviate / M_SQRT2) > chance)
			low = deviate;
		else
			high = deviate;
	}
	return (low + high) / 2;
}

struct ovr_method_interval
ovr_method_confidence_share(uint64_t count, uint64_t n, double level)
{
	double z = ovr_method_confidence_normal(1 - level), of = (double)n, share, centre, half;

	if (n == 0)
		return (struct ovr_method_interval){ 0, 1 };
	share = (double)count / of;
	centre = (share + z * z / (2 * of)) / (1 + z * z / of);
	half = z / (1 + z * z / of) * sqrt(share * (1 - share) / of + z * z / (4 * of * of));
	return (struct ovr_method_interval){
		.low = count == 0 ? 0 : centre - half,
		.high = count == n ? 1 : centre + half,
	};
}
