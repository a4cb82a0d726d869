/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The end process of a session (end/end.h), which an agent or a caller starts, and no user: it is
 * in no help.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "app.h"
#include "base/units.h"
#include "end/end.h"

int
cmd_end(int argc, char **argv)
{
	struct ovr_channel *channel = NULL;
	uint64_t fd = 0;
	struct ovr_err err;
	int status;

	if (argc != 3 || strcmp(argv[1], "--fd") != 0) {
		ovr_err_set(&err, -EINVAL, "end: accepted: --fd N, by overrun itself");
		return app_fail(&err);
	}
	/* one that died before is seen by the first look at the channel */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	app_signals_open();
	app_recover(false);
	status = ovr_units_parse_u64("end: --fd", argv[2], 3, 1023, &fd, &err);
	if (status == 0)
		status = ovr_channel_of_fd(
			(int)fd, getppid(), "the process that conducts the trial", &channel, &err);
	if (status != 0)
		return app_fail(&err);
	status = ovr_end_serve(channel, &app_stop, &err);
	ovr_channel_close(channel);
	app_clean_up();
	return status == 0 ? APP_EXIT_PASS : APP_EXIT_CANNOT;
}
