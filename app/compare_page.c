/* SPDX-License-Identifier: BSD-3-Clause */
#include "compare_page.h"

#include <errno.h>
#include <stdlib.h>

#include "page/page.h"
#include "report/saved.h"

/* The comparison's own document stands before the results. */
#define DOCUMENTS_MAX (1 + OVR_CHANGES_GROUPS_MAX)

/* What was written for programs, read back as a page has it. */
static int
read_back(int written, FILE *memory, char **text, const size_t *bytes, struct ovr_saved *ret_saved,
	struct ovr_err *err)
{
	int status = written;

	if (fclose(memory) != 0 && status == 0)
		status = ovr_err_set(err, -ENOMEM, "compare: no memory for the page");
	if (status == 0)
		status = ovr_saved_parse(*text, *bytes, ret_saved, err);
	free(*text);
	return status;
}

static FILE *
open_memory(char **text, size_t *bytes, struct ovr_err *err)
{
	FILE *memory = open_memstream(text, bytes);

	if (memory == NULL)
		ovr_err_set(err, -ENOMEM, "compare: no memory for the page");
	return memory;
}

int
app_compare_page_write(const struct ovr_changes *changes, const char *const *path, size_t n_paths, FILE *out,
	struct ovr_err *err)
{
	struct ovr_saved saved[DOCUMENTS_MAX] = { 0 };
	struct ovr_page_document document[DOCUMENTS_MAX];
	const struct ovr_page_words words = { .title = NULL };
	size_t bytes = 0, n = 0;
	char *text = NULL;
	FILE *memory = open_memory(&text, &bytes, err);
	int status;

	if (memory == NULL)
		return -ENOMEM;
	status = read_back(
		ovr_report_changes_json(changes, memory, err), memory, &text, &bytes, &saved[0], err);
	document[n++] = (struct ovr_page_document){ "comparison", saved[0].root };
	for (size_t i = 0; i < n_paths && status == 0; i++, n++) {
		status = ovr_saved_open(path[i], &saved[n], err);
		document[n] = (struct ovr_page_document){ path[i], saved[n].root };
	}
	if (status == 0)
		status = ovr_page_write(document, n, &words, OVR_PAGE_HTML, out, err);
	for (size_t i = 0; i < DOCUMENTS_MAX; i++)
		ovr_saved_close(&saved[i]);
	return status;
}

int
app_compare_page_write_trend(const struct ovr_trend *trend, FILE *out, struct ovr_err *err)
{
	const struct ovr_page_words words = { .title = NULL };
	struct ovr_saved saved = { 0 };
	size_t bytes = 0;
	char *text = NULL;
	FILE *memory = open_memory(&text, &bytes, err);
	int status;

	if (memory == NULL)
		return -ENOMEM;
	status = read_back(ovr_report_trend_json(trend, memory, err), memory, &text, &bytes, &saved, err);
	if (status == 0) {
		struct ovr_page_document document = { "trend", saved.root };

		status = ovr_page_write(&document, 1, &words, OVR_PAGE_HTML, out, err);
	}
	ovr_saved_close(&saved);
	return status;
}
