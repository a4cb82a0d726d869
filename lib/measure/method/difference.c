/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/difference.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "method/confidence.h"

/* Halvings that bring an interval of doubles to its end. */
#define HALVINGS 200
/* The fraction ends far before, by its own size. */
#define TERMS 10000
#define SMALL 1e-15
#define TINY  1e-300

/* Trials of each group that show how much they differ among themselves. */
#define DISPERSION_TRIALS 3
/* A normal deviate that is exceeded once in ten. */
#define ONCE_IN_TEN 1.2816

/* The continued fraction of the incomplete beta function (Lentz's method). */
static double
beta_fraction(double a, double b, double x)
{
	double c = 1, d = 1 - (a + b) * x / (a + 1), h;

	d = 1 / (fabs(d) < TINY ? TINY : d);
	h = d;
	for (int m = 1; m < TERMS; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));

		d = 1 + even * d;
		c = 1 + even / c;
		d = 1 / (fabs(d) < TINY ? TINY : d);
		c = fabs(c) < TINY ? TINY : c;
		h *= d * c;
		d = 1 + odd * d;
		c = 1 + odd / c;
		d = 1 / (fabs(d) < TINY ? TINY : d);
		c = fabs(c) < TINY ? TINY : c;
		h *= d * c;
		if (fabs(d * c - 1) < SMALL)
			break;
	}
	return h;
}

double
ovr_method_beta(double a, double b, double x)
{
	double weight;

	if (x <= 0 || x >= 1)
		return x <= 0 ? 0 : 1;
	weight = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
	return x < (a + 1) / (a + b + 2) ? weight * beta_fraction(a, b, x) / a
					 : 1 - weight * beta_fraction(b, a, 1 - x) / b;
}

double
ovr_method_student(double t, double freedom)
{
	return isinf(t) ? 0 : ovr_method_beta(freedom / 2, 0.5, freedom / (freedom + t * t));
}

/* The t that is exceeded, on either side, by that chance. */
static double
student_of(double chance, double freedom)
{
	double low = 0, high = 1;

	while (ovr_method_student(high, freedom) > chance && high < 1e12)
		high *= 2;
	for (int i = 0; i < HALVINGS; i++) {
		double t = (low + high) / 2;

		if (ovr_method_student(t, freedom) > chance)
			low = t;
		else
			high = t;
	}
	return (low + high) / 2;
}

/* Mean of the logarithms, and variance of that mean. @return whether there are both */
static bool
log_mean(const double *value, uint32_t n, double *ret_mean, double *ret_variance)
{
	double mean = 0, squares = 0;

	if (n < 2)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		if (!(value[i] > 0) || isinf(value[i]))
			return false;
		mean += log(value[i]) / n;
	}
	for (uint32_t i = 0; i < n; i++)
		squares += (log(value[i]) - mean) * (log(value[i]) - mean);
	*ret_mean = mean;
	*ret_variance = squares / (n - 1) / n;
	return true;
}

static const struct ovr_method_difference unknown = { NAN, 0, INFINITY, NAN };

struct ovr_method_difference
ovr_method_difference_of_amounts(const double *one, uint32_t n_one, const double *other, uint32_t n_other,
	double resolution, double level)
{
	double mean_one, mean_other, variance_one, variance_other, difference, error, freedom, beyond, margin;
	struct ovr_method_difference found;

	if (!log_mean(one, n_one, &mean_one, &variance_one) ||
		!log_mean(other, n_other, &mean_other, &variance_other))
		return unknown;
	difference = mean_other - mean_one;
	error = sqrt(variance_one + variance_other);
	/* Welch and Satterthwaite; of values without any spread as of one variance */
	freedom = error > 0 ? pow(variance_one + variance_other, 2) /
			(variance_one * variance_one / (n_one - 1) +
				variance_other * variance_other / (n_other - 1))
			    : n_one + n_other - 2;
	beyond = fmax(0, fabs(difference) - log1p(resolution));
	found.p = beyond == 0 ? 1 : ovr_method_student(error > 0 ? beyond / error : INFINITY, freedom);
	margin = student_of(1 - level, freedom) * error + log1p(resolution);
	found.ratio = exp(difference);
	found.low = exp(difference - margin);
	found.high = exp(difference + margin);
	return found;
}

/* The share at which so many of n, or more, have that chance; real counts are allowed. */
static double
share_of(double k, double n, double chance)
{
	double low = 0, high = 1;

	for (int i = 0; i < HALVINGS; i++) {
		double share = (low + high) / 2;

		if (ovr_method_beta(k, n - k + 1, share) > chance)
			high = share;
		else
			low = share;
	}
	return (low + high) / 2;
}

/* A chance at which a normal deviate lies, of Student's t at the same place. */
static double
widened(double chance, double freedom)
{
	return freedom > 0 ? ovr_method_student(ovr_method_confidence_normal(chance), freedom) : chance;
}

/* The chance whose widening is this one. */
static double
narrowed(double chance, double freedom)
{
	return freedom > 0 ? erfc(student_of(chance, freedom) / M_SQRT2) : chance;
}

/*
 * Whether trials differ by more than their clusters explain: chi square by its degrees of freedom
 * is that ratio or larger once in ten (Wilson and Hilferty's approximation).
 */
static bool
is_dispersed(double ratio, double freedom)
{
	double part = 2 / (9 * freedom);

	return ratio > 1 && (cbrt(ratio) - (1 - part)) / sqrt(part) > ONCE_IN_TEN;
}

struct ovr_method_difference
ovr_method_difference_of_counts(
	const struct ovr_method_counts *one, const struct ovr_method_counts *other, double level)
{
	double events = one->events + other->events, share = other->of / (one->of + other->of);
	double cluster, dispersion = 0, freedom = 0, a, b, at_least, at_most, tail,
			odds = one->of / other->of;
	struct ovr_method_difference found;

	if (!(one->of > 0) || !(other->of > 0) || !(events > 0))
		return unknown;
	cluster = fmax(1, (one->squares + other->squares) / events);
	if (one->n_trials >= DISPERSION_TRIALS && other->n_trials >= DISPERSION_TRIALS)
		dispersion = (one->chi_square + other->chi_square) / (one->n_trials + other->n_trials - 2);
	if (is_dispersed(dispersion / cluster, one->n_trials + other->n_trials - 2)) {
		cluster = dispersion;
		freedom = one->n_trials + other->n_trials - 2;
	}
	/* clusters of each group: given their sum, those of the other one are binomial */
	a = one->events / cluster;
	b = other->events / cluster;
	at_least = b > 0 ? ovr_method_beta(b, a + 1, share) : 1;
	at_most = a > 0 ? 1 - ovr_method_beta(b + 1, a, share) : 1;
	found.p = widened(fmin(1, 2 * fmin(at_least, at_most)), freedom);
	tail = narrowed(1 - level, freedom) / 2;
	found.ratio = one->events > 0 ? other->events / one->events * odds : INFINITY;
	found.low = 0;
	found.high = INFINITY;
	if (b > 0) {
		double low = share_of(b, a + b, tail);

		found.low = low / (1 - low) * odds;
	}
	if (a > 0) {
		/* the largest share of the other: 1 less the smallest of the one */
		double low = share_of(a, a + b, tail);

		found.high = (1 - low) / low * odds;
	}
	return found;
}

void
ovr_method_holm(double *p, uint32_t n)
{
	double largest = 0;
	uint32_t left = 0;

	for (uint32_t i = 0; i < n; i++)
		left += !isnan(p[i]);
	/* from the smallest up: none becomes smaller than those before it */
	while (left > 0) {
		double smallest = INFINITY;
		uint32_t n_equal = 0;

		for (uint32_t i = 0; i < n; i++)
			if (p[i] >= 0 && p[i] < smallest)
				smallest = p[i];
		largest = fmax(largest, fmin(1, smallest * left));
		for (uint32_t i = 0; i < n; i++)
			if (p[i] == smallest) {
				p[i] = -1 - largest; /* done; turned round below */
				n_equal++;
			}
		left -= n_equal;
	}
	for (uint32_t i = 0; i < n; i++)
		if (p[i] < 0)
			p[i] = -1 - p[i];
}
