/* SPDX-License-Identifier: BSD-3-Clause */
#include "page/page.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "page/draw.h"

static const struct {
	const char *name;
	void (*write)(const struct ovr_view *view, size_t n, const struct ovr_page_words *words, FILE *out);
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
	if (status == 0)
		formats[format].write(view, n, words, out);
	if (status == 0 && (fflush(out) != 0 || ferror(out) != 0))
		status = ovr_err_set(err, -EIO, "report: cannot be written: %s", strerror(errno));
	while (n > 0)
		ovr_view_done(&view[--n]);
	free(view);
	return status;
}
