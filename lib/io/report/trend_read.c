/* SPDX-License-Identifier: BSD-3-Clause */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/changes_read.h"
#include "report/figure.h"
#include "report/saved.h"
#include "report/trend.h"

static int
is_json(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return n > 5 && strcmp(entry->d_name + n - 5, ".json") == 0;
}

/* When a result began. */
static void
read_time(const struct ovr_saved *saved, char *at_utc, size_t size)
{
	uint64_t unix_ns = ovr_saved_count(saved->root, "begin_unix_ns");

	if (unix_ns != UINT64_MAX)
		snprintf(at_utc, size, "%.30s", ovr_figure_utc(unix_ns).text);
	else
		snprintf(at_utc, size, "%.30s", ovr_saved_text(saved->root, "environment.started_utc"));
}

static int
add_file(struct ovr_trend *trend, const char *path, const char *name, struct ovr_err *err)
{
	struct ovr_changes result = { .level = trend->level };
	struct ovr_saved saved = { 0 };
	struct ovr_err why;
	char at_utc[40] = "";
	int status = ovr_saved_open(path, &saved, &why);

	if (status == 0)
		status = ovr_changes_read(&result, 0, name, &saved, &why);
	if (status == 0)
		read_time(&saved, at_utc, sizeof(at_utc));
	ovr_saved_close(&saved);
	if (status == 0)
		return ovr_trend_add(trend, at_utc, name, &result, err);
	ovr_changes_done(&result);
	if (status == -ENOMEM)
		return ovr_err_set(err, status, "%s", why.text);
	if (trend->n_left_out++ == 0)
		snprintf(trend->left_out, sizeof(trend->left_out), "%s", why.text);
	return 0;
}

int
ovr_trend_read(struct ovr_trend *trend, const char *folder, struct ovr_err *err)
{
	struct dirent **entry = NULL;
	int n = scandir(folder, &entry, is_json, alphasort);
	int status = n < 0 ? ovr_err_set(err, -errno, "%.200s: %s", folder, strerror(errno)) : 0;

	for (int i = 0; i < n; i++) {
		char path[4096];

		if (status == 0 &&
			(size_t)snprintf(path, sizeof(path), "%s/%s", folder, entry[i]->d_name) <
				sizeof(path))
			status = add_file(trend, path, entry[i]->d_name, err);
		free(entry[i]);
	}
	free(entry);
	if (status == 0 && trend->n_series == 0)
		return ovr_err_set(err, -ENODATA,
			"%.200s: found no result in %d files that end in .json, accepted: a folder of "
			"results; %s",
			folder, n, n == 0 ? "it has none" : trend->left_out);
	return status;
}
