/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/search.h"

#include <stdlib.h>

#include "base/list.h"

const char *
ovr_result_search_purpose_name(enum ovr_result_search_purpose purpose)
{
	static const char *const name[] = {
		[OVR_RESULT_SEARCH_WARMUP] = "warm-up",
		[OVR_RESULT_SEARCH_TESTER_LIMIT] = "tester limit",
		[OVR_RESULT_SEARCH_LOAD] = "load",
	};

	_Static_assert(
		sizeof(name) / sizeof(name[0]) == OVR_RESULT_SEARCH_PURPOSES, "every purpose has a name");
	return name[purpose];
}

const char *
ovr_result_search_stop_name(enum ovr_method_stop stop)
{
	static const char *const name[] = {
		[OVR_METHOD_GOING] = "going",
		[OVR_METHOD_DONE] = "done",
		[OVR_METHOD_TIME] = "time",
		[OVR_METHOD_TRIALS] = "trials",
		[OVR_METHOD_SHORT] = "sender",
		[OVR_METHOD_STALLED] = "stalled",
	};

	return name[stop];
}

struct ovr_result_search_trial *
ovr_result_search_add(struct ovr_result_search *search)
{
	return OVR_LIST_ADD(search->trial, search->n_trials, search->capacity);
}

/* Lower bounds above the lowest upper one are marked as inverted: the highest other one counts. */
struct ovr_result_search_latency
ovr_result_search_latency_of(const struct ovr_result_search_size *size, uint32_t goal)
{
	for (uint32_t i = 0; i < size->n_loads; i++)
		if (size->load[i].bound[goal] == OVR_METHOD_LOWER)
			return size->load[i].latency;
	return (struct ovr_result_search_latency){ .n_trials = 0 };
}

void
ovr_result_search_done(struct ovr_result_search *search)
{
	for (uint32_t i = 0; i < search->n_sizes; i++)
		free(search->size[i].load);
	free(search->trial);
	*search = (struct ovr_result_search){ 0 };
}
