/* SPDX-License-Identifier: BSD-3-Clause */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "page.h"

#define UNFINISHED_MAX 8

/* Temporary files. A library that calls exit() must not leave them; signal handlers read this. */
static _Atomic(char *) unfinished[UNFINISHED_MAX];

static void
remove_unfinished(void)
{
	for (size_t i = 0; i < UNFINISHED_MAX; i++) {
		char *name = atomic_load(&unfinished[i]);

		if (name != NULL)
			unlink(name);
	}
}

static void
end_by_signal(int number)
{
	remove_unfinished();
	signal(number, SIG_DFL);
	raise(number);
}

void
app_output_guard(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGQUIT, SIGHUP };
	const struct sigaction action = { .sa_handler = end_by_signal };
	struct sigaction before;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		sigaction(numbers[i], &action, &before);
		if (numbers[i] == SIGHUP && before.sa_handler == SIG_IGN)
			sigaction(numbers[i], &before, NULL);
	}
}

static void
replace_unfinished(char *old, char *new)
{
	static bool is_registered;

	if (!is_registered)
		is_registered = atexit(remove_unfinished) == 0;
	for (size_t i = 0; i < UNFINISHED_MAX; i++) {
		if (atomic_load(&unfinished[i]) == old) {
			atomic_store(&unfinished[i], new);
			return;
		}
	}
}

static int
cannot(const struct app_output *output, int code, struct ovr_err *err)
{
	if (code == ENXIO)
		return ovr_err_set(err, -code,
			"%s: \"%s\" is a pipe that nobody reads; accepted: a pipe with a reader, or a file",
			output->what, output->path);
	return ovr_err_set(err, -code,
		"%s: \"%s\" cannot be written: %s; accepted: a file in a directory that can be written",
		output->what, output->path, strerror(code));
}

/* Whether stdout goes to that file. Opened again, it would be written from its start. */
static bool
is_stdout(const char *path)
{
	struct stat there, here;

	return strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0 ||
		(stat(path, &there) == 0 && fstat(STDOUT_FILENO, &here) == 0 && there.st_dev == here.st_dev &&
			there.st_ino == here.st_ino);
}

/* @return the descriptor that a path names; -1: it is no name of a descriptor */
static int
descriptor_of(const char *path)
{
	static const char *const folders[] = { "/dev/fd/", "/proc/self/fd/" };

	if (strcmp(path, "/dev/stderr") == 0)
		return STDERR_FILENO;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		size_t n = strlen(folders[i]);
		char *end;
		long fd;

		if (strncmp(path, folders[i], n) != 0)
			continue;
		fd = strtol(path + n, &end, 10);
		if (end != path + n && *end == '\0' && fd >= 0 && fd <= INT_MAX)
			return (int)fd;
	}
	return -1;
}

/* fopencookie's write. An error is kept instead of told: there is one place that says it. */
static ssize_t
write_out(void *cookie, const char *bytes, size_t n)
{
	struct app_output *output = cookie;
	size_t done = 0;

	while (done < n && output->code == 0) {
		ssize_t put = write(output->fd, bytes + done, n - done);

		if (put < 0) /* EINTR too: a signal ends the wait for a pipe's reader */
			output->code = errno;
		else
			done += (size_t)put;
	}
	return (ssize_t)n;
}

/* fopencookie's close. Some file systems find out only here that there is no room. */
static int
close_out(void *cookie)
{
	struct app_output *output = cookie;

	if (close(output->fd) != 0 && output->code == 0)
		output->code = errno;
	output->fd = -1;
	return 0;
}

/* A new file beside its own name. @param like the older one: its owner and mode stay; NULL: none */
static int
make_temporary(struct app_output *output, const struct stat *like)
{
	mode_t mask = umask(0);
	sigset_t all, before;
	char *name;
	int code;

	umask(mask);
	if (asprintf(&name, "%s.XXXXXX", output->own_name) < 0)
		return ENOMEM;
	/* a signal must not come between the file and the list of them */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	output->fd = mkostemp(name, O_CLOEXEC);
	code = errno;
	if (output->fd >= 0) {
		replace_unfinished(NULL, name);
		output->temporary = name;
	} else {
		free(name);
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (output->fd < 0)
		return code;
	/* who may not give a file away keeps it */
	if (like != NULL)
		(void)!fchown(output->fd, like->st_uid, like->st_gid);
	fchmod(output->fd, like != NULL ? like->st_mode & 0777 : 0666 & ~mask);
	return 0;
}

/*
 * A file that is mounted for itself, as into a container, takes no other's place: rename(2) refuses
 * it.
 */
static bool
is_mounted(int fd)
{
	struct statx there;

	return statx(fd, "", AT_EMPTY_PATH, 0, &there) == 0 &&
		(there.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

/* @return 0; an errno */
static int
open_beside(struct app_output *output, const char *own_name, const struct stat *like)
{
	output->own_name = strdup(own_name);
	return output->own_name == NULL ? ENOMEM : make_temporary(output, like);
}

/*
 * Who may make files in the folder may change where the name leads once it is opened, or make it
 * lead to a file that is still to be made, which the kernel would refuse in a folder of all (/tmp).
 */
static bool
leads_there(const char *path, const char *own_name, const struct stat *there)
{
	struct stat found;

	if (there != NULL)
		return lstat(own_name, &found) == 0 && found.st_dev == there->st_dev &&
			found.st_ino == there->st_ino;
	return strcmp(path, own_name) == 0 ||
		(lstat(path, &found) == 0 && S_ISLNK(found.st_mode) &&
			(found.st_uid == 0 || found.st_uid == geteuid()));
}

/*
 * A temporary file beside what the name leads to.
 * @param there that; NULL: nothing.
 * @return 0; an errno
 */
static int
open_replacement(struct app_output *output, const struct stat *there)
{
	char own_name[PATH_MAX];
	int status = ovr_path_follow(output->path, own_name);

	if (status != 0)
		return -status;
	return leads_there(output->path, own_name, there) ? open_beside(output, own_name, there) : EACCES;
}

/* What the name leads to, with its permissions and without waiting. @return 0; an errno */
static int
open_named(struct app_output *output)
{
	int descriptor = descriptor_of(output->path);
	struct stat there;
	int fd, code;

	if (descriptor >= 0) {
		output->fd = fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		return output->fd < 0 ? errno : 0;
	}
	fd = open(output->path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? open_replacement(output, NULL) : errno;
	if (fstat(fd, &there) == 0 && S_ISREG(there.st_mode)) {
		code = is_mounted(fd) ? EBUSY : open_replacement(output, &there);
		close(fd);
		return code;
	}
	/* what was opened without waiting is written with it */
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	output->fd = fd;
	return 0;
}

/* @param code of opening its descriptor, 0: it is open. @return 0; negative errno */
static int
open_stream(struct app_output *output, int code, struct ovr_err *err)
{
	const cookie_io_functions_t functions = { .write = write_out, .close = close_out };

	if (code == 0) {
		output->file = fopencookie(output, "w", functions);
		code = output->file == NULL ? ENOMEM : 0;
	}
	if (code == 0)
		return 0;
	if (output->fd >= 0)
		close(output->fd);
	code = cannot(output, code, err);
	app_output_drop(output);
	return code;
}

int
app_output_check_apart(const char *command, const char *read, const char *written, struct ovr_err *err)
{
	if (read == NULL || written == NULL || read[0] == '\0' || written[0] == '\0' ||
		strcmp(read, "-") == 0 || strcmp(written, "-") == 0 || !ovr_path_is_same(read, written))
		return 0;
	return ovr_err_set(err, -EINVAL,
		"%s: found \"%.80s\" to be read and \"%.80s\" to be written, which are one file; accepted: a "
		"file for each",
		command, read, written);
}

int
app_output_open(struct app_output *output, const char *what, const char *path, struct ovr_err *err)
{
	*output = (struct app_output){ .what = what, .path = path, .fd = -1 };
	if (path[0] == '\0')
		return 0;
	if (is_stdout(path)) {
		output->is_stdout = true;
		output->file = app_page(0);
		return 0;
	}
	return open_stream(output, open_named(output), err);
}

int
app_output_open_derived(struct app_output *output, const char *what, const char *path, struct ovr_err *err)
{
	struct stat there;
	bool is_there = lstat(path, &there) == 0;

	*output = (struct app_output){ .what = what, .path = path, .fd = -1 };
	if (is_there && !S_ISREG(there.st_mode))
		return ovr_err_set(err, -EEXIST,
			"%s: \"%s\" is there and is no regular file; "
			"accepted: a regular file or nothing under that name",
			what, path);
	return open_stream(output, open_beside(output, path, is_there ? &there : NULL), err);
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
	if (output->file != NULL && !output->is_stdout)
		fclose(output->file);
	if (output->temporary != NULL)
		unlink(output->temporary);
	forget_temporary(output);
	free(output->own_name);
	*output = (struct app_output){ .what = output->what, .is_stdout = output->is_stdout };
}

/* All of it is with the kernel, or on the disk. */
static int
complete(struct app_output *output, struct ovr_err *err)
{
	struct stat there;

	if (output->file == NULL || output->is_stdout)
		return 0;
	fflush(output->file);
	if (output->code == 0 && output->is_durable && fsync(output->fd) != 0)
		output->code = errno;
	fclose(output->file);
	output->file = NULL;
	/* rename(2) would refuse it, when others have their names already */
	if (output->code == 0 && output->own_name != NULL && stat(output->own_name, &there) == 0 &&
		S_ISDIR(there.st_mode))
		output->code = EISDIR;
	return output->code == 0 ? 0 : cannot(output, output->code, err);
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

static int
take_name(struct app_output *output, struct ovr_err *err)
{
	if (output->temporary == NULL)
		return 0;
	if (rename(output->temporary, output->own_name) != 0)
		return cannot(output, errno, err);
	forget_temporary(output);
	if (output->is_durable)
		sync_folder(output->own_name);
	return 0;
}

int
app_output_finish(struct app_output *outputs, size_t n_outputs, struct ovr_err *err)
{
	int status = 0;

	for (size_t i = 0; i < n_outputs && status == 0; i++)
		status = complete(&outputs[i], err);
	for (size_t i = 0; i < n_outputs && status == 0; i++)
		status = take_name(&outputs[i], err);
	for (size_t i = 0; i < n_outputs; i++)
		app_output_drop(&outputs[i]);
	return status;
}
