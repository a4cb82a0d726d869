/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/sweep_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/summary_json.h"
#include "report/json_parts.h"
#include "report/json_put.h"
#include "report/sweep_parts.h"

#define SCHEMA "overrun.sweep-state/2"

static int
cannot(const struct ovr_sweep_state *state, struct ovr_err *err)
{
	int code = errno;

	return ovr_err_set(err, -code, "state: \"%s\": %s; accepted: a file that can be read and written",
		state->path, strerror(code));
}

/* What a sweep must have in common with the one that goes on in its place. */
static json_t *
head_of(const struct ovr_result_sweep *sweep)
{
	static const char *const outputs[] = { "json", "csv", "junit", "tap", "quiet", "state" };
	json_t *head = json_object();
	json_t *plan = ovr_json_plan(&sweep->plan);
	int rc = 0;

	for (size_t i = 0; i < sizeof(outputs) / sizeof(outputs[0]); i++)
		json_object_del(plan, outputs[i]);
	rc |= ovr_json_put_text(head, "schema", SCHEMA);
	rc |= ovr_json_put_text(head, "version", OVR_VERSION);
	rc |= json_object_set_new(head, "plan", plan);
	return ovr_json_finish(head, rc);
}

/* Append a line, and wait until it is on the file system. Takes the object. */
static int
write_line(const struct ovr_sweep_state *state, json_t *object, struct ovr_err *err)
{
	char *text = object == NULL ? NULL : json_dumps(object, JSON_COMPACT);
	size_t n, done = 0;

	json_decref(object);
	if (text == NULL)
		return ovr_err_set(err, -ENOMEM, "state: no memory for a line");
	n = strlen(text);
	text[n++] = '\n'; /* in place of the end: it is written by its length */
	while (done < n) {
		ssize_t written = write(state->fd, text + done, n - done);

		if (written < 0 && errno != EINTR) {
			free(text);
			return cannot(state, err);
		}
		done += written > 0 ? (size_t)written : 0;
	}
	free(text);
	return fsync(state->fd) != 0 ? cannot(state, err) : 0;
}

/* A line that is whole is a cell of this sweep. */
static int
take_line(struct ovr_result_sweep *sweep, const json_t *line, struct ovr_err *err)
{
	struct ovr_result_cell cell = { .is_done = true };
	uint32_t index = 0;
	int status = ovr_json_cell_read(line, &index, &cell, err);

	if (status == 0)
		status = ovr_json_summary_read(json_object_get(line, "trial"), &cell.summary, err);
	if (status != 0)
		return status;
	if (index >= sweep->n_cells || cell.summary.seed != ovr_method_grid_seed(&sweep->grid, index))
		return ovr_err_set(
			err, -EINVAL, "found cell %u with another seed, accepted: this sweep's", index);
	if (!sweep->cell[index].is_done)
		ovr_result_sweep_resume(sweep, index, &cell);
	return 0;
}

/* @return whether the head is this sweep's */
static bool
is_own_head(const struct ovr_result_sweep *sweep, const json_t *found)
{
	json_t *head = head_of(sweep);
	bool is_own = head != NULL && json_equal(head, found) != 0;

	json_decref(head);
	return is_own;
}

static int
refuse_other(const struct ovr_sweep_state *state, struct ovr_err *err)
{
	return ovr_err_set(err, -EINVAL,
		"state: \"%s\" is not of this plan and version, accepted: the journal of the same sweep, or "
		"a new file",
		state->path);
}

/*
 * The first line. Another plan's is taken if no cell follows: a sweep that could not begin left it,
 * and there is nothing to lose.
 * @param[out] ret_is_own false: it is to be written again
 */
static int
check_head(const struct ovr_sweep_state *state, const struct ovr_result_sweep *sweep, const json_t *found,
	bool *ret_is_own, struct ovr_err *err)
{
	const char *schema = json_string_value(json_object_get(found, "schema"));

	*ret_is_own = is_own_head(sweep, found);
	return schema != NULL && strcmp(schema, SCHEMA) == 0 ? 0 : refuse_other(state, err);
}

/*
 * Whether this is the beginning of the first line. Anything else in a file of one torn line is not
 * ours to cut.
 */
static bool
begins_head(const struct ovr_result_sweep *sweep, const char *text, size_t n)
{
	json_t *head = head_of(sweep);
	char *whole = head == NULL ? NULL : json_dumps(head, JSON_COMPACT);
	bool begins = whole != NULL && n <= strlen(whole) && memcmp(whole, text, n) == 0;

	json_decref(head);
	free(whole);
	return begins;
}

/*
 * Read what is there. @param[out] ret_end where the last whole line ends: 0 for a file without any
 * that is to be kept
 */
static int
read_lines(const struct ovr_sweep_state *state, struct ovr_result_sweep *sweep, FILE *file, off_t *ret_end,
	struct ovr_err *err)
{
	char *text = NULL;
	size_t size = 0;
	unsigned int number = 0;
	bool is_own = false;
	int status = 0;
	ssize_t n;

	while (status == 0 && (n = getline(&text, &size, file)) > 0) {
		json_t *line = text[n - 1] == '\n' ? json_loadb(text, (size_t)n, 0, NULL) : NULL;

		number++;
		if (line == NULL) {
			/* torn, if nothing follows */
			if (getc(file) != EOF || (number == 1 && !begins_head(sweep, text, (size_t)n)))
				status = ovr_err_set(err, -EINVAL,
					"state: \"%s\" has no JSON in line %u, accepted: the journal of a "
					"sweep, or a new file",
					state->path, number);
			break;
		}
		if (number == 1)
			status = check_head(state, sweep, line, &is_own, err);
		else if (!is_own)
			status = refuse_other(state, err);
		else
			status = take_line(sweep, line, err);
		if (status != 0 && is_own)
			ovr_err_prefix(err, "state: \"%s\", line %u", state->path, number);
		*ret_end += is_own ? n : 0;
		json_decref(line);
	}
	free(text);
	return status;
}

/* The name of a new file must outlive a power cut as well. */
static void
sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
	int fd = folder == NULL ? -1 : open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(folder);
}

static int
take_over(const struct ovr_sweep_state *state, struct ovr_result_sweep *sweep, struct ovr_err *err)
{
	int copy = dup(state->fd);
	FILE *file = copy < 0 ? NULL : fdopen(copy, "r");
	off_t end = 0;
	int status;

	if (file == NULL)
		return cannot(state, err);
	status = read_lines(state, sweep, file, &end, err);
	fclose(file);
	if (status != 0)
		return status;
	if (ftruncate(state->fd, end) != 0 || lseek(state->fd, end, SEEK_SET) < 0)
		return cannot(state, err);
	if (end != 0)
		return 0;
	sync_folder(state->path);
	return write_line(state, head_of(sweep), err);
}

int
ovr_sweep_state_open(struct ovr_sweep_state *state, struct ovr_result_sweep *sweep, struct ovr_err *err)
{
	struct stat there;
	int status;

	*state = (struct ovr_sweep_state){ .fd = -1, .path = sweep->plan.sweep.state };
	if (state->path[0] == '\0')
		return 0;
	/* a pipe or a device is not waited for, nor read */
	state->fd = open(state->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666);
	if (state->fd < 0)
		return cannot(state, err);
	if (fstat(state->fd, &there) != 0 || !S_ISREG(there.st_mode))
		status = ovr_err_set(err, -EINVAL,
			"state: \"%s\" is no regular file, accepted: the journal of the same sweep, or a new "
			"file",
			state->path);
	else if (flock(state->fd, LOCK_EX | LOCK_NB) != 0)
		status = ovr_err_set(err, -EBUSY,
			"state: \"%s\" is in use by another sweep, accepted: a file of its own", state->path);
	else
		status = take_over(state, sweep, err);
	if (status != 0)
		ovr_sweep_state_close(state);
	return status;
}

int
ovr_sweep_state_add(struct ovr_sweep_state *state, const struct ovr_result_sweep *sweep, uint32_t index,
	struct ovr_err *err)
{
	json_t *line;

	if (state->fd < 0)
		return 0;
	line = ovr_json_cell(sweep, index);
	if (line != NULL &&
		json_object_set_new(line, "trial", ovr_json_summary(&sweep->cell[index].summary)) != 0)
		line = ovr_json_finish(line, -1);
	return write_line(state, line, err);
}

void
ovr_sweep_state_close(struct ovr_sweep_state *state)
{
	if (state->fd >= 0)
		close(state->fd);
	state->fd = -1;
}
