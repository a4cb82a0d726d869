/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Forms of a view. Internal to page.
 */
#pragma once

#include "page/page.h"
#include "page/view.h"

/** Draw a picture; of bars the logarithmic form. */
void ovr_view_draw(const struct ovr_view_picture *picture, FILE *out);
/** The figures of a picture as a table of HTML. */
void ovr_view_draw_table(const struct ovr_view_picture *picture, FILE *out);

/** @return whether a picture is drawn: its name is the one that was asked for, or none was */
bool ovr_view_is_asked(const struct ovr_view_picture *picture, const struct ovr_page_words *words);

/* One for each format. Errors of the stream stay in it. @return 0; -ENOMEM */

int ovr_view_html(const struct ovr_view *view, size_t n, const struct ovr_page_words *words, FILE *out);
int ovr_view_md(const struct ovr_view *view, size_t n, const struct ovr_page_words *words, FILE *out);
int ovr_view_text(const struct ovr_view *view, size_t n, const struct ovr_page_words *words, FILE *out);
int ovr_view_csv(const struct ovr_view *view, size_t n, const struct ovr_page_words *words, FILE *out);
int ovr_view_svg(const struct ovr_view *view, size_t n, const struct ovr_page_words *words, FILE *out);

/** Style and script of the page, and their hashes for the content security policy. */
extern const char ovr_page_css[], ovr_page_css_hash[], ovr_page_js[], ovr_page_js_hash[];
