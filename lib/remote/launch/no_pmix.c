/* SPDX-License-Identifier: BSD-3-Clause */
/* Where there are no headers of PMIx: no launcher can be asked. */
#include <errno.h>
#include <stddef.h>

#include "launch/launch.h"

int
ovr_launch_check(struct ovr_err *err)
{
	return ovr_err_set(err, -ENOTSUP,
		"serve: --mpi: this overrun was built without PMIx, accepted: a build with its headers "
		"(libpmix-dev)");
}

int
ovr_launch_open(struct ovr_launch **ret_launch, struct ovr_err *err)
{
	*ret_launch = NULL;
	return ovr_launch_check(err);
}

uint32_t
ovr_launch_rank(const struct ovr_launch *launch)
{
	(void)launch;
	return 0;
}

uint32_t
ovr_launch_size(const struct ovr_launch *launch)
{
	(void)launch;
	return 1;
}

int
ovr_launch_exchange(struct ovr_launch *launch, const struct ovr_card *own, uint32_t n,
	struct ovr_card *ret_card, struct ovr_err *err)
{
	(void)launch;
	(void)own;
	(void)n;
	(void)ret_card;
	return ovr_launch_check(err);
}

void
ovr_launch_close(struct ovr_launch *launch)
{
	(void)launch;
}
