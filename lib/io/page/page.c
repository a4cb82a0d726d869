/* SPDX-License-Identifier: BSD-3-Clause */
#include "page/page.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "page/draw.h"

static const struct {
	const char *name;
	int (*write)(const struct ovr_view *view, size_t n, const struct ovr_page_words *words, FILE *out);
} formats[] = {
	[OVR_PAGE_HTML] = { "html", ovr_view_html },
	[OVR_PAGE_MD] = { "md", ovr_view_md },
	[OVR_PAGE_SVG] = { "svg", ovr_view_svg },
	[OVR_PAGE_CSV] = { "csv", ovr_view_csv },
	[OVR_PAGE_TEXT] = { "text", ovr_view_text },
};

const char *
ovr_page_format_name(enum ovr_page_format format)
{
	return formats[format].name;
}

/* Refuse a picture that no result has: those that they have are named. */
static int
check_picture(const struct ovr_view *view, size_t n, const struct ovr_page_words *words, struct ovr_err *err)
{
	char names[200] = "";
	size_t used = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < view[i].n_pictures; k++) {
			const char *name = strchr(view[i].picture[k].id, '-');

			if (ovr_view_is_asked(&view[i].picture[k], words))
				return 0;
			if (i == 0 && used < sizeof(names))
				used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s",
					k == 0 ? "" : ", ", name + 1);
		}
	return ovr_err_set(err, -EINVAL, "report: --picture: found \"%.80s\", accepted: %s", words->picture,
		names[0] != '\0' ? names : "nothing, since these results have no pictures");
}

/* A file of pictures has one at least. */
static int
check_any_picture(const struct ovr_view *view, size_t n, const char *name, struct ovr_err *err)
{
	for (size_t i = 0; i < n; i++)
		if (view[i].n_pictures > 0)
			return 0;
	return ovr_err_set(err, -EINVAL,
		"%s: found no picture of a result of %s, accepted: another format than svg", name,
		view[0].command);
}

int
ovr_page_write(const struct ovr_page_document *document, size_t n_documents,
	const struct ovr_page_words *words, enum ovr_page_format format, FILE *out, struct ovr_err *err)
{
	struct ovr_view *view = (struct ovr_view *)calloc(n_documents, sizeof(*view));
	size_t n = 0;
	int status = 0;

	if (view == NULL)
		return ovr_err_set(err, -ENOMEM, "report: no memory for %zu results", n_documents);
	while (n < n_documents && status == 0) {
		status = ovr_view_make(
			&view[n], document[n].name, document[n].root, (unsigned int)n + 1, err);
		if (status == 0)
			n++;
	}
	if (status == 0 && n > 1)
		ovr_view_gather_latency(view, n);
	if (status == 0 && words->picture != NULL)
		status = check_picture(view, n, words, err);
	if (status == 0 && format == OVR_PAGE_SVG)
		status = check_any_picture(view, n, document[0].name, err);
	if (status == 0 && formats[format].write(view, n, words, out) != 0)
		status = ovr_err_set(err, -ENOMEM, "report: no memory for the pictures");
	if (status == 0 && (fflush(out) != 0 || ferror(out) != 0))
		status = ovr_err_set(err, -EIO, "report: cannot be written: %s", strerror(errno));
	while (n > 0)
		ovr_view_done(&view[--n]);
	free(view);
	return status;
}
