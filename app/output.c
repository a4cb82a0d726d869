/* SPDX-License-Identifier: BSD-3-Clause */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Files of ours that nobody asked for under that name, or not yet. A library that calls exit() must not leave them. */
static char *unfinished[8];

static void
remove_unfinished(void)
{
	for (size_t i = 0; i < sizeof(unfinished) / sizeof(unfinished[0]); i++)
		if (unfinished[i] != NULL)
			unlink(unfinished[i]);
}

static void
replace_unfinished(char *old, char *new)
{
	static bool is_registered;

	if (!is_registered)
		is_registered = atexit(remove_unfinished) == 0;
	for (size_t i = 0; i < sizeof(unfinished) / sizeof(unfinished[0]); i++) {
		if (unfinished[i] == old) {
			unfinished[i] = new;
			return;
		}
	}
}

static int
cannot(const char *what, const char *path, int code, struct ovr_err *err)
{
	return ovr_err_set(err, -code,
		"%s: \"%s\" cannot be written: %s; accepted: a file in a directory that can be written", what,
		path, strerror(code));
}

/* Something that is there already and is no file itself (a pipe, a terminal, a link): it keeps its name. */
static bool
keeps_its_name(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

/* Is that where stdout goes? /dev/stdout opened again would begin anew, over what stdout has. */
static bool
is_stdout(const char *path)
{
	struct stat there, here;

	return strcmp(path, "-") == 0 ||
		(keeps_its_name(path) && stat(path, &there) == 0 && fstat(STDOUT_FILENO, &here) == 0 &&
			there.st_dev == here.st_dev && there.st_ino == here.st_ino);
}

static FILE *
close_keeping_errno(int fd)
{
	int code = errno;

	if (fd >= 0)
		close(fd);
	errno = code;
	return NULL;
}

/* A new file beside @path, with the mode that a new file has. */
static FILE *
open_beside(const char *path, char **ret_temporary)
{
	mode_t mask = umask(0);
	FILE *file = NULL;
	char *name;
	int fd;

	umask(mask);
	if (asprintf(&name, "%s.XXXXXX", path) < 0)
		return NULL;
	fd = mkstemp(name);
	if (fd >= 0) {
		fchmod(fd, 0666 & ~mask);
		file = fdopen(fd, "w");
	}
	if (file == NULL) {
		close_keeping_errno(fd);
		if (fd >= 0)
			unlink(name);
		free(name);
		return NULL;
	}
	*ret_temporary = name;
	return file;
}

/* What is there, through its name; it is not cut before there is something to write. */
static FILE *
open_in_place(const char *path, char **ret_created)
{
	struct stat status;
	bool is_new = stat(path, &status) != 0 && errno == ENOENT;
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	if (file == NULL)
		return close_keeping_errno(fd);
	/* a link to nothing made a file: it goes if nothing comes of it */
	if (is_new)
		*ret_created = realpath(path, NULL);
	return file;
}

int
app_output_open(struct app_output *output, const char *what, const char *path, struct ovr_err *err)
{
	*output = (struct app_output){ .what = what, .path = path };
	if (path[0] == '\0')
		return 0;
	if (is_stdout(path)) {
		output->file = stdout;
	} else if (keeps_its_name(path)) {
		output->is_in_place = true;
		output->file = open_in_place(path, &output->temporary);
	} else {
		output->file = open_beside(path, &output->temporary);
	}
	if (output->file == NULL)
		return cannot(what, path, errno, err);
	if (output->temporary != NULL)
		replace_unfinished(NULL, output->temporary);
	return 0;
}

static void
forget_temporary(struct app_output *output)
{
	if (output->temporary != NULL)
		replace_unfinished(output->temporary, NULL);
	free(output->temporary);
	output->temporary = NULL;
}

void
app_output_drop(struct app_output *output)
{
	if (output->file != NULL && output->file != stdout)
		fclose(output->file);
	if (output->temporary != NULL)
		unlink(output->temporary);
	forget_temporary(output);
	*output = (struct app_output){ .what = output->what };
}

/* All of it is with the kernel, and nothing of what was there before stands behind it. */
static int
complete(struct app_output *output, struct ovr_err *err)
{
	struct stat status;
	int fd;

	if (output->file == NULL)
		return 0;
	errno = EIO;
	if (fflush(output->file) != 0 || ferror(output->file) != 0)
		return cannot(output->what, output->path, errno, err);
	fd = fileno(output->file);
	if (output->is_durable && fsync(fd) != 0)
		return cannot(output->what, output->path, errno, err);
	if (output->is_in_place && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
		ftruncate(fd, ftello(output->file)) != 0)
		return cannot(output->what, output->path, errno, err);
	return 0;
}

int
app_output_complete(struct app_output *outputs, size_t n_outputs, struct ovr_err *err)
{
	for (size_t i = 0; i < n_outputs; i++) {
		int status = complete(&outputs[i], err);

		if (status != 0)
			return status;
	}
	return 0;
}

/* A name is on the disk when its folder is. */
static void
sync_folder(const char *path)
{
	char *copy = strdup(path);
	int fd = copy == NULL ? -1 : open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(copy);
}

int
app_output_finish(struct app_output *outputs, size_t n_outputs, struct ovr_err *err)
{
	int status = app_output_complete(outputs, n_outputs, err);

	for (size_t i = 0; i < n_outputs && status == 0; i++) {
		struct app_output *output = &outputs[i];

		if (output->temporary == NULL || output->is_in_place)
			continue;
		if (rename(output->temporary, output->path) == 0) {
			if (output->is_durable)
				sync_folder(output->path);
			continue;
		}
		status = cannot(output->what, output->path, errno, err);
		/* those before it have their names already */
		while (i-- > 0)
			if (outputs[i].temporary != NULL && !outputs[i].is_in_place)
				unlink(outputs[i].path);
		break;
	}
	for (size_t i = 0; i < n_outputs; i++) {
		if (status == 0)
			forget_temporary(&outputs[i]);
		app_output_drop(&outputs[i]);
	}
	return status;
}

int
app_output_probe(const char *what, const char *path, struct ovr_err *err)
{
	struct app_output output;
	struct stat there;
	int status;

	if (path[0] == '\0' || (stat(path, &there) == 0 && !S_ISREG(there.st_mode)))
		return 0;
	status = app_output_open(&output, what, path, err);
	if (status == 0)
		app_output_drop(&output);
	return status;
}
