/* SPDX-License-Identifier: BSD-3-Clause */
#include "path/reflect.h"

#include <string.h>

bool
ovr_path_count_add(struct ovr_path_count *count, uint32_t number)
{
	uint64_t *word = &count->seen[number % OVR_PATH_COUNT_WINDOW / 64];
	uint64_t bit = UINT64_C(1) << (number % 64);

	if (count->n == 0 || number > count->newest) {
		uint64_t gap = count->n == 0 ? OVR_PATH_COUNT_WINDOW : number - count->newest;

		/* what lies between has not come */
		if (gap >= OVR_PATH_COUNT_WINDOW)
			memset(count->seen, 0, sizeof(count->seen));
		for (uint64_t i = 1; i <= gap && gap < OVR_PATH_COUNT_WINDOW; i++) {
			uint32_t at = (uint32_t)(count->newest + i) % OVR_PATH_COUNT_WINDOW;

			count->seen[at / 64] &= ~(UINT64_C(1) << (at % 64));
		}
		count->newest = number;
	} else if (count->newest - number >= OVR_PATH_COUNT_WINDOW || (*word & bit) != 0) {
		return false;
	}
	*word |= bit;
	count->n++;
	return true;
}

void
ovr_path_directions_add(struct ovr_path_directions *directions, bool is_answered, uint64_t count)
{
	directions->sent++;
	if (!is_answered)
		return;
	directions->answered++;
	directions->is_doubtful |= count <= directions->count || count > directions->sent;
	directions->count = count;
	directions->sent_then = directions->sent;
	directions->answered_then = directions->answered;
}

bool
ovr_path_directions_are_known(const struct ovr_path_directions *directions)
{
	return directions->answered > 0 && !directions->is_doubtful &&
		directions->count >= directions->answered_then;
}
