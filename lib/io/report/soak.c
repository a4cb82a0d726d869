/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/soak.h"

#include <math.h>

#include "method/confidence.h"

#define LEVEL       0.95
#define NS_PER_HOUR 3.6e12

struct ovr_soak_rate
ovr_soak_rate(const struct ovr_result *result)
{
	const struct ovr_ledger *ledger = &result->ledger;
	struct ovr_soak_rate rate = { NAN, NAN, NAN, NAN };
	double hours = (double)result->duration_ns / NS_PER_HOUR;
	uint64_t n = result->loss_events.n;

	if (!ovr_ledger_knows_loss(ledger))
		return rate;
	if (ledger->figures.sent != 0 && ledger->lost == 0)
		rate.loss_ratio_high = ovr_method_confidence_none_in(ledger->figures.sent, LEVEL);
	if (result->duration_ns == 0)
		return rate;
	rate.per_hour = (double)n / hours;
	if (n == 0) {
		rate.low = 0;
		rate.high = ovr_method_confidence_at_most(0, LEVEL) / hours;
	} else {
		struct ovr_method_interval count = ovr_method_confidence_count(n, LEVEL);

		rate.low = count.low / hours;
		rate.high = count.high / hours;
	}
	return rate;
}
