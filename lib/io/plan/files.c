/* SPDX-License-Identifier: BSD-3-Clause */
/* The files that a plan names: no two of them may be one. */
#include "plan/plan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "plan/command.h"

#define FILES_MAX     9
#define PARTIAL_BYTES (OVR_PLAN_PATH_BYTES + sizeof(OVR_PLAN_PARTIAL))

struct file {
	const char *key;
	const char *path; /* "": none */
};

/* The files of a plan. */
struct files {
	struct file file[FILES_MAX];
	size_t n;
	char partial[PARTIAL_BYTES]; /* of the JSON file; "": none */
};

/* @param files zeroed, and holds the name of the checkpoint */
static void
list_files(const struct ovr_plan *plan, struct files *files)
{
	bool has_partial = plan->output.checkpoint_ns != 0 && plan->output.json[0] != '\0' &&
		strcmp(plan->output.json, "-") != 0 &&
		ovr_plan_takes(plan->command, ovr_plan_row_of("checkpoint"));

	snprintf(files->partial, sizeof(files->partial), "%s%s", has_partial ? plan->output.json : "",
		has_partial ? OVR_PLAN_PARTIAL : "");
	files->file[files->n++] = (struct file){ "json", plan->output.json };
	files->file[files->n++] = (struct file){ "csv", plan->output.csv };
	files->file[files->n++] = (struct file){ "junit", plan->output.junit };
	files->file[files->n++] = (struct file){ "tap", plan->output.tap };
	files->file[files->n++] = (struct file){ "capture", plan->output.capture };
	files->file[files->n++] = (struct file){ "templates", plan->frames.templates };
	files->file[files->n++] = (struct file){ "hosts", plan->ports.hosts };
	files->file[files->n++] = (struct file){ "state", plan->sweep.state };
	files->file[files->n++] = (struct file){ "checkpoint", files->partial };
}

/* "-" is where stdout goes, which has other names too. */
static const char *
place_of(const char *path)
{
	return strcmp(path, "-") == 0 ? "/dev/stdout" : path;
}

static bool
is_one_file(const char *one, const char *other)
{
	if (strcmp(one, "-") == 0 && strcmp(other, "-") == 0)
		return true;
	return one[0] != '\0' && other[0] != '\0' && ovr_path_is_same(place_of(one), place_of(other));
}

static int
check_two(const struct file *one, const struct file *other, struct ovr_err *err)
{
	if (!is_one_file(one->path, other->path))
		return 0;
	if (strcmp(one->path, other->path) == 0)
		return ovr_err_set(err, -EINVAL,
			"%s and %s: found \"%.80s\" for both, accepted: a file for each", one->key,
			other->key, one->path);
	return ovr_err_set(err, -EINVAL,
		"%s and %s: found \"%.80s\" and \"%.80s\", which are one file, accepted: a file for each",
		one->key, other->key, one->path, other->path);
}

int
ovr_plan_check_files(const struct ovr_plan *plan, struct ovr_err *err)
{
	struct files files = { .n = 0 };

	if (is_one_file(plan->output.capture, "-"))
		return ovr_err_set(err, -EINVAL,
			"capture: found \"%.80s\", accepted: a file's name, since a capture is not written "
			"to stdout",
			plan->output.capture);
	if (is_one_file(plan->sweep.state, "-"))
		return ovr_err_set(err, -EINVAL,
			"state: found \"%.80s\", accepted: a file's name, since a journal is read again",
			plan->sweep.state);
	list_files(plan, &files);
	for (size_t i = 0; i < files.n; i++)
		for (size_t j = 0; j < i; j++) {
			int status = check_two(&files.file[j], &files.file[i], err);

			if (status != 0)
				return status;
		}
	return 0;
}

int
ovr_plan_check_source(const struct ovr_plan *plan, const char *path, struct ovr_err *err)
{
	struct file source = { "plan", path };
	struct files files = { .n = 0 };
	int status = 0;

	list_files(plan, &files);
	for (size_t i = 0; i < files.n && status == 0; i++)
		status = check_two(&source, &files.file[i], err);
	return status;
}
