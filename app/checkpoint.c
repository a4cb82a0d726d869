/* SPDX-License-Identifier: BSD-3-Clause */
#include "checkpoint.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "output.h"
#include "report/report.h"

/*
 * Where there are two CPUs, a worker waits for the one that writes: after each piece it gets this
 * long to work off its ring.
 */
#define REST_NS 300000

/* A file that can stand beside others: there, or not yet. */
static bool
is_file(const char *path)
{
	struct stat status;

	if (path[0] == '\0' || strcmp(path, "-") == 0)
		return false;
	return stat(path, &status) == 0 ? S_ISREG(status.st_mode) : errno == ENOENT;
}

int
app_checkpoint_begin(struct app_checkpoint *checkpoint, const struct ovr_plan *plan, struct ovr_err *err)
{
	struct app_output probe;
	int status;

	*checkpoint = (struct app_checkpoint){ 0 };
	if (plan->output.checkpoint_ns == 0 || !is_file(plan->output.json))
		return 0;
	if (asprintf(&checkpoint->path, "%s%s", plan->output.json, OVR_PLAN_PARTIAL) < 0) {
		checkpoint->path = NULL;
		return ovr_err_set(err, -ENOMEM, "checkpoint: no memory for a name");
	}
	status = app_output_open_derived(&probe, "checkpoint", checkpoint->path, err);
	app_output_drop(&probe);
	return status;
}

static uint64_t
monotonic_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static void
rest(void *context)
{
	struct timespec ts = { 0, REST_NS };

	(void)context;
	nanosleep(&ts, NULL);
}

static int
write_one(const char *path, const struct ovr_result *so_far, struct ovr_err *err)
{
	static const struct ovr_report_rest resting = { .rest = rest };
	struct app_output output;
	int status = app_output_open_derived(&output, "checkpoint", path, err);

	if (status != 0)
		return status;
	output.is_durable = true;
	status = ovr_report_json_running(so_far, "run", output.file, &resting, err);
	if (status == 0)
		status = app_output_finish(&output, 1, err);
	app_output_drop(&output);
	return status;
}

void
app_checkpoint_write(struct app_checkpoint *checkpoint, const struct ovr_result *so_far)
{
	uint64_t start_ns = monotonic_ns(), took_ns;
	struct ovr_err err;

	if (checkpoint->path == NULL)
		return;
	if (write_one(checkpoint->path, so_far, &err) != 0) {
		if (checkpoint->n_failed++ == 0)
			checkpoint->failure = err;
		return;
	}
	checkpoint->n_written++;
	took_ns = monotonic_ns() - start_ns;
	if (took_ns > checkpoint->longest_ns)
		checkpoint->longest_ns = took_ns;
}

void
app_checkpoint_note(const struct app_checkpoint *checkpoint, struct ovr_result *result)
{
	char longest[OVR_UNITS_TEXT_BYTES];

	ovr_units_print_time(longest, sizeof(longest), checkpoint->longest_ns);
	if (checkpoint->n_written != 0)
		ovr_result_note(result, "%u checkpoint%s written while it ran, within %s each",
			checkpoint->n_written, checkpoint->n_written == 1 ? " was" : "s were", longest);
	if (checkpoint->n_failed != 0)
		ovr_result_note(result, "%u of %u checkpoints were not written, the first since %s",
			checkpoint->n_failed, checkpoint->n_failed + checkpoint->n_written,
			checkpoint->failure.text);
}

void
app_checkpoint_remove(struct app_checkpoint *checkpoint)
{
	struct stat status;

	/*
	 * also one that an earlier run left behind: the result so far of another one is not what
	 * stands beside this result
	 */
	if (checkpoint->path != NULL && lstat(checkpoint->path, &status) == 0 && S_ISREG(status.st_mode))
		unlink(checkpoint->path);
}

void
app_checkpoint_done(struct app_checkpoint *checkpoint)
{
	free(checkpoint->path);
	*checkpoint = (struct app_checkpoint){ 0 };
}
