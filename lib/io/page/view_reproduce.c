/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "page/view.h"

/* "306 of 2,000 frames", and what a place does that loses nothing: it refuses, or lets wait. */
static struct ovr_view_text
books_text(const json_t *books)
{
	struct ovr_view_text text = { "no trial" };
	size_t n;

	if (books == NULL)
		return text;
	snprintf(text.text, sizeof(text.text), "%.25s of %.25s %.10s", ovr_view_count_at(books, "lost").text,
		ovr_view_count_at(books, "sent").text, ovr_saved_text(books, "unit"));
	n = strlen(text.text);
	if (ovr_get_count(books, "refused") > 0)
		snprintf(text.text + n, sizeof(text.text) - n, ", %.20s refused",
			ovr_view_count_at(books, "refused").text);
	else if (ovr_get_count(books, "window_waited_us") > 0)
		snprintf(text.text + n, sizeof(text.text) - n, ", waited %.12s",
			ovr_view_time(ovr_saved_real(books, "window_waited_us") * 1e3).text);
	return text;
}

static void
add_places(struct ovr_view *view)
{
	static const char *const head[] = { "place", "outcome", "account", "lost with the cause",
		"lost with the remedy", "remedy, or why not", NULL };
	const json_t *place;
	json_t *table = ovr_view_table(view, "Places where a host loses frames", "", head);
	size_t i;

	json_array_foreach(ovr_get(view->root, "places"), i, place)
	{
		const char *reason = ovr_saved_text(place, "reason");

		ovr_view_row(view, table,
			(const char *[]){ ovr_saved_text(place, "place"), ovr_saved_text(place, "outcome"),
				ovr_saved_text(place, "owner"), books_text(ovr_get(place, "before")).text,
				books_text(ovr_get(place, "after")).text,
				reason[0] != '\0' ? reason : ovr_saved_text(place, "remedy") });
	}
}

static void
add_bar(struct ovr_picture_bars *bars, struct ovr_picture_bar *bar, const json_t *place, const char *when,
	enum ovr_picture_part part)
{
	const json_t *books = ovr_get(place, when);
	struct ovr_picture_bar *added;

	if (books == NULL)
		return;
	added = &bar[bars->n_bars++];
	snprintf(added->name, sizeof(added->name), part == OVR_PICTURE_BEFORE ? "%.50s" : "%.50s, cured",
		ovr_saved_text(place, "place"));
	snprintf(added->note, sizeof(added->note), "%.90s", ovr_saved_text(place, "owner"));
	added->part = part;
	added->frames = ovr_get_whole(books, "lost");
	added->style = part == OVR_PICTURE_BEFORE ? ovr_picture_place_class(ovr_saved_text(place, "owner"))
						  : "p-good";
}

static void
draw_losses(struct ovr_view *view)
{
	const json_t *places = ovr_get(view->root, "places"), *place;
	struct ovr_picture_bar *bar = ovr_view_keep(view, 2 * json_array_size(places), sizeof(*bar));
	struct ovr_view_picture *picture;
	size_t i;

	if (bar == NULL || json_array_size(places) == 0)
		return;
	picture = ovr_view_picture(view, OVR_VIEW_BARS, sizeof(struct ovr_picture_bars), "cured",
		"Losses before and after",
		"What was lost in the trial with the cause, and below it in the trial with the remedy; of "
		"TCP in segments.");
	if (picture == NULL)
		return;
	picture->of.bars->bar = bar;
	picture->of.bars->unit = "frames or segments lost";
	json_array_foreach(places, i, place)
	{
		add_bar(picture->of.bars, bar, place, "before", OVR_PICTURE_BEFORE);
		add_bar(picture->of.bars, bar, place, "after", OVR_PICTURE_AFTER);
	}
	/* a host that could try none has nothing to draw */
	if (picture->of.bars->n_bars == 0)
		view->n_pictures--;
}

void
ovr_view_reproduce(struct ovr_view *view)
{
	uint64_t failed = ovr_get_count(view->root, "not_reproduced") +
		ovr_get_count(view->root, "not_cured");
	char text[200];

	view->verdict = failed == 0 ? "pass" : "loss";
	view->word = failed > 0                          ? "not reproduced or not cured"
		: ovr_get_count(view->root, "cured") > 0 ? "reproduced and cured"
							 : "nothing could be tried here";
	snprintf(view->heading, sizeof(view->heading), "overrun reproduce: places where a host loses frames");
	snprintf(text, sizeof(text),
		"%.30s reproduced and cured, %.30s not reproduced, %.30s not cured, %.30s not here",
		ovr_view_count_at(view->root, "cured").text,
		ovr_view_count_at(view->root, "not_reproduced").text,
		ovr_view_count_at(view->root, "not_cured").text,
		ovr_view_count_at(view->root, "not_here").text);
	ovr_view_reason(view, text);
	add_places(view);
	draw_losses(view);
}
