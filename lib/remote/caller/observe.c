/* SPDX-License-Identifier: BSD-3-Clause */
#include "caller/observe.h"

#include <errno.h>
#include <stdlib.h>

#include "caller/conduct.h"
#include "caller/ends.h"

#define CLOSE_MS 1000

_Static_assert(OVR_OBSERVE_HOSTS_MAX <= OVR_ENDS_MAX, "each machine is an end");

struct ovr_observe {
	struct ovr_ends ends;
	struct ovr_conduct_end end[OVR_ENDS_MAX];
	struct ovr_conduct conduct;
};

int
ovr_observe_open(const char *const *host, uint32_t n, const char *hosts, const atomic_bool *stop,
	struct ovr_observe **ret_observe, struct ovr_err *err)
{
	struct ovr_observe *observe = calloc(1, sizeof(*observe));
	struct ovr_end_place *place;
	int status = 0;

	if (observe == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for the machines that are watched");
	for (uint32_t i = 0; i < n && status == 0; i++)
		status = ovr_ends_add(&observe->ends, host[i], &place, err);
	if (status == 0)
		status = ovr_ends_reach(&observe->ends, hosts, err);
	if (status != 0) {
		free(observe);
		return status;
	}
	for (uint32_t i = 0; i < n; i++)
		observe->end[i] = (struct ovr_conduct_end){ .channel = observe->ends.place[i].channel,
			.role = observe->ends.place[i].role,
			.name = observe->ends.place[i].name };
	observe->conduct = (struct ovr_conduct){ .end = observe->end, .n_ends = n, .stop = stop };
	status = ovr_conduct_greet(&observe->conduct, true, err);
	if (status != 0) {
		ovr_observe_close(observe);
		return status;
	}
	*ret_observe = observe;
	return 0;
}

int
ovr_observe_read(struct ovr_observe *observe, uint32_t host, const char *name,
	struct ovr_interface *ret_interface, struct ovr_err *err)
{
	return ovr_conduct_interface(&observe->conduct, host, name, ret_interface, err);
}

void
ovr_observe_close(struct ovr_observe *observe)
{
	if (observe == NULL)
		return;
	ovr_conduct_close(&observe->conduct, CLOSE_MS);
	ovr_conduct_done(&observe->conduct);
	ovr_ends_leave(&observe->ends);
	free(observe);
}
