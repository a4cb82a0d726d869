/* SPDX-License-Identifier: BSD-3-Clause */
#include "output.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
cannot(const char *what, const char *path, int code, struct ovr_err *err)
{
	return ovr_err_set(err, -code,
		"%s: \"%s\" cannot be written: %s; accepted: a file in a directory that can be written", what,
		path, strerror(code));
}

/* Something that is there already and is no file: it keeps its name. */
static bool
is_special(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
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
		int code = errno;

		if (fd >= 0) {
			close(fd);
			unlink(name);
		}
		free(name);
		errno = code;
		return NULL;
	}
	*ret_temporary = name;
	return file;
}

int
app_output_open(struct app_output *output, const char *what, const char *path, struct ovr_err *err)
{
	*output = (struct app_output){ .what = what, .path = path };
	if (path[0] == '\0')
		return 0;
	if (strcmp(path, "-") == 0)
		output->file = stdout;
	else if (is_special(path))
		output->file = fopen(path, "we");
	else
		output->file = open_beside(path, &output->temporary);
	return output->file == NULL ? cannot(what, path, errno, err) : 0;
}

void
app_output_drop(struct app_output *output)
{
	if (output->file != NULL && output->file != stdout)
		fclose(output->file);
	if (output->temporary != NULL)
		unlink(output->temporary);
	free(output->temporary);
	*output = (struct app_output){ .what = output->what };
}

int
app_output_finish(struct app_output *output, struct ovr_err *err)
{
	int status = 0;

	if (output->file == NULL)
		return 0;
	if (fflush(output->file) != 0 || ferror(output->file) != 0)
		status = cannot(output->what, output->path, errno, err);
	if (status == 0 && output->temporary != NULL && rename(output->temporary, output->path) != 0)
		status = cannot(output->what, output->path, errno, err);
	if (status == 0) {
		free(output->temporary);
		output->temporary = NULL;
	}
	app_output_drop(output);
	return status;
}

int
app_output_probe(const char *what, const char *path, struct ovr_err *err)
{
	struct app_output output;
	int status;

	if (path[0] == '\0' || is_special(path))
		return 0;
	status = app_output_open(&output, what, path, err);
	if (status == 0)
		app_output_drop(&output);
	return status;
}
