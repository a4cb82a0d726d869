/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A saved result is either refused, or becomes a page in every form without a tag that is not ours.
 * The corpus is that of fuzz_saved.
 */
#include "fuzz.h"

#include "page/page.h"
#include "report/saved.h"

/* Write a form. @return it, the caller's; NULL: it was refused */
static char *
page_of(const struct ovr_saved *saved, enum ovr_page_format format)
{
	struct ovr_page_document document = { "fuzz.json", saved->root };
	struct ovr_page_words words = { NULL, NULL, NULL };
	struct ovr_err err = { "" };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	int status;

	if (out == NULL)
		return NULL;
	status = ovr_page_write(&document, 1, &words, format, out, &err);
	fclose(out);
	if (status == 0)
		return text;
	PROMISE(err.text[0] != '\0');
	free(text);
	return NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ovr_saved saved = { 0 };
	struct ovr_err err;

	if (ovr_saved_parse((const char *)data, size, &saved, &err) != 0)
		return 0;
	for (int format = 0; format < OVR_PAGE_FORMATS; format++) {
		char *page = page_of(&saved, (enum ovr_page_format)format);
		const char *script = page == NULL ? NULL : strstr(page, "<script");

		/* the one script is the page's own, at its end */
		if (format == OVR_PAGE_HTML && page != NULL)
			PROMISE(script != NULL && strstr(script + 1, "<script") == NULL);
		if (format == OVR_PAGE_SVG)
			PROMISE(script == NULL);
		free(page);
	}
	ovr_saved_close(&saved);
	return 0;
}
