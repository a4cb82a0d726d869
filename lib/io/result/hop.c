/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/hop.h"

#include <stdio.h>

/* Why a direction is not what the plan says. @return whether it is not */
static bool
judge(const struct ovr_result_hop_way *way, char *why, size_t size)
{
	uint64_t beside = way->not_split + way->no_room + way->refused;

	if (way->missed != 0)
		snprintf(why, size, "%s: %llu packets came while the hop's buffer was full", way->from,
			(unsigned long long)way->missed);
	else if (beside != 0)
		snprintf(why, size,
			"%s to %s: %llu frames were lost beside the plan: %llu not split, %llu without room, "
			"%llu not taken by %s",
			way->from, way->to, (unsigned long long)beside, (unsigned long long)way->not_split,
			(unsigned long long)way->no_room, (unsigned long long)way->refused, way->to);
	else if (!way->balances)
		snprintf(why, size, "%s to %s: the counts of frames do not balance", way->from, way->to);
	else
		return false;
	return true;
}

void
ovr_result_hop_close(struct ovr_result_hop *hop)
{
	if (hop->reason[0] == '\0' && !judge(&hop->way[0], hop->reason, sizeof(hop->reason)))
		judge(&hop->way[1], hop->reason, sizeof(hop->reason));
}
