/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A saved result as a page for people: its verdict and the reason, tables, pictures, where it ran,
 * and the command that repeats it.
 *
 * The page is one file without references to others. A content security policy forbids all that is
 * not in it: its style and its script are named by their hashes. It works without the script. Texts
 * of the result, the title and the note are escaped wherever they stand. The same results give the
 * same bytes.
 *
 * Results come as JSON that was checked against the tables of its document (report/saved.h). Any
 * thread.
 */
#pragma once

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

#include "base/err.h"

/** How a page is written. */
enum ovr_page_format {
	OVR_PAGE_HTML,
	OVR_PAGE_MD,   /**< Markdown: verdicts and tables */
	OVR_PAGE_SVG,  /**< the pictures alone, one below the other */
	OVR_PAGE_CSV,  /**< the tables, a line for each cell: result, table, row, column, value */
	OVR_PAGE_TEXT, /**< verdicts and tables, for a terminal */
	OVR_PAGE_FORMATS,
};

/** A result. */
struct ovr_page_document {
	const char *name;   /**< of its file */
	const json_t *root; /**< checked */
};

/** What the user adds. */
struct ovr_page_words {
	const char *title;   /**< NULL: made of the command and the ports */
	const char *note;    /**< NULL: none */
	const char *picture; /**< of SVG, the only one that is drawn: "where"; NULL: all */
};

/** @return the name of a format: "html", "md", "svg", "csv", "text" */
const char *ovr_page_format_name(enum ovr_page_format format);

/** @return the commands whose results have a page, as a list for sentences */
const char *ovr_page_commands(void);

/**
 * Write the page of one result or several, in their order.
 * @return 0; -EINVAL: a result is of a command that has no page, or no result has the picture;
 *         -EIO; -ENOMEM
 */
int ovr_page_write(const struct ovr_page_document *document, size_t n_documents,
	const struct ovr_page_words *words, enum ovr_page_format format, FILE *out, struct ovr_err *err);
