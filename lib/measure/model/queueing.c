/* SPDX-License-Identifier: BSD-3-Clause */
#include "model/queueing.h"

#include <math.h>

double
ovr_model_mm1k_loss(double rho, uint32_t k)
{
	/* Beside ρ = 1 both differences are rounding errors; the limit is exact there. */
	if (fabs(rho - 1) < 1e-9)
		return 1.0 / (k + 1.0);
	if (rho > 1)
		return (rho - 1) / (rho - pow(rho, -(double)k));
	return (1 - rho) * pow(rho, k) / (1 - pow(rho, k + 1.0));
}

uint32_t
ovr_model_mm1k_places(double rho, double loss)
{
	double k;

	if (rho >= 1)
		return 0;
	/* P_K ≤ p  ⇔  ρ^K ≤ p / (1 − ρ + ρp) */
	k = ceil(log(loss / (1 - rho + rho * loss)) / log(rho));
	return k < 1 ? 1 : k >= UINT32_MAX ? 0 : (uint32_t)k;
}

/*
 * a_j: j frames come within one service. p_j: a departure leaves j behind, in units of p_0, from
 * p_{j+1} = (p_j − p_0 a_j − Σ_{i=1…j} p_i a_{j−i+1}) / a_0, for j up to K − 1 the same as without
 * a limit. A frame is lost if it finds K: 1 − 1/(p_0/Σp + ρ).
 */
double
ovr_model_md1k_loss(double rho, uint32_t k)
{
	double a[OVR_MODEL_MD1K_MAX + 1], p[OVR_MODEL_MD1K_MAX + 1];
	double sum = 1;

	if (k < 1 || k > OVR_MODEL_MD1K_MAX)
		return NAN;
	a[0] = exp(-rho);
	for (uint32_t j = 1; j <= k; j++)
		a[j] = a[j - 1] * rho / j;
	p[0] = 1;
	for (uint32_t j = 0; j + 1 < k; j++) {
		double rest = p[j] - p[0] * a[j];

		for (uint32_t i = 1; i <= j; i++)
			rest -= p[i] * a[j - i + 1];
		p[j + 1] = rest / a[0];
		sum += p[j + 1];
	}
	return 1 - 1 / (1 / sum + rho);
}

uint32_t
ovr_model_md1k_places(double rho, double loss)
{
	/* services that are all the same never need more places */
	uint32_t fewest = 1, most = ovr_model_mm1k_places(rho, loss);

	if (most == 0 || most > OVR_MODEL_MD1K_MAX)
		return 0;
	while (fewest < most) {
		uint32_t middle = fewest + (most - fewest) / 2;

		if (ovr_model_md1k_loss(rho, middle) <= loss)
			most = middle;
		else
			fewest = middle + 1;
	}
	return most;
}
