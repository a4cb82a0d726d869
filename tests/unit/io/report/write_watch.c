/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes a sample of a watch as JSON, for checks by other programs: write_watch loss|reset|places.
 */
#include <stdio.h>
#include <string.h>

#include "support/watch_sample.h"

int
main(int argc, char **argv)
{
	struct watch_sample sample;
	struct ovr_report_watched watched;
	struct ovr_report_places places = watch_sample_places();
	struct ovr_err err;

	if (argc != 2)
		return 3;
	if (strcmp(argv[1], "places") == 0)
		return ovr_report_watch_json("total", 1700000000000000000, NULL, 0, &places, stdout, &err) ==
				0
			? 0
			: 1;
	watched = strcmp(argv[1], "loss") == 0 ? watch_sample_loss(&sample) : watch_sample_reset(&sample);
	/* one is of another host */
	watched.host = strcmp(argv[1], "loss") == 0 ? "rack2" : NULL;
	return ovr_report_watch_json("interval", 1700000000000000000, &watched, 1, NULL, stdout, &err) == 0
		? 0
		: 1;
}
