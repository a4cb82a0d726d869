/* SPDX-License-Identifier: BSD-3-Clause */
#include "hosts.h"

#include <errno.h>

#include "plan/senders.h"

int
app_hosts_open(const struct ovr_plan *plan, char *const *eal, struct ovr_caller **ret_caller,
	const struct ovr_series_runner **ret_runner, struct ovr_err *err)
{
	int status;

	*ret_caller = NULL;
	*ret_runner = NULL;
	if (!ovr_plan_has_hosts(&plan->ports))
		return 0;
	if (eal != NULL && eal[0] != NULL)
		return ovr_err_set(err, -EINVAL,
			"--: found arguments for EAL (%.40s) with a port on another machine, accepted: none, "
			"since EAL is started where the ports are",
			eal[0]);
	status = ovr_caller_open(plan, ret_caller, err);
	if (status == 0)
		*ret_runner = ovr_caller_runner(*ret_caller);
	return status;
}
