/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "page/view.h"

static void
add_segments(struct ovr_view *view)
{
	static const char *const head[] = { "", "sent", "arrived", "lost", "with data", NULL };
	static const char *const rows[][2] = { { "to the receiver", "forward" }, { "back", "backward" } };
	const json_t *books = ovr_get(view->root, "books");
	json_t *table = ovr_view_table(view, "Segments", "", head);

	for (size_t i = 0; i < 2; i++) {
		const json_t *way = ovr_get(books, rows[i][1]);

		ovr_view_row(view, table,
			(const char *[]){ rows[i][0], ovr_view_count_at(way, "out").text,
				ovr_view_count_at(way, "in").text, ovr_view_count_at(way, "lost").text,
				ovr_view_count_at(way, "data_out").text });
	}
	table = ovr_view_table(view, "Records", "", (const char *const[]){ "", "", NULL });
	ovr_view_row(view, table,
		(const char *[]){ "written", ovr_view_count_at(view->root, "records_written").text });
	ovr_view_row(
		view, table, (const char *[]){ "read", ovr_view_count_at(view->root, "records_read").text });
	ovr_view_row(view, table,
		(const char *[]){ "corrupt", ovr_view_count_at(view->root, "records_corrupt").text });
	ovr_view_row(view, table,
		(const char *[]){ "segments sent again", ovr_view_count_at(books, "retransmitted").text });
	ovr_view_row(view, table,
		(const char *[]){ "median latency", ovr_view_time_at(view->root, "latency.median_ns").text });
	ovr_view_row(view, table,
		(const char *[]){ "99 % latency", ovr_view_time_at(view->root, "latency.p99_ns").text });
	ovr_view_row(view, table,
		(const char *[]){ "congestion control", ovr_saved_text(view->root, "congestion") });
}

/* "12", or "10 … 12" where a packet may hold several segments. */
static struct ovr_view_text
range_text(const json_t *of, const char *min, const char *max)
{
	struct ovr_view_text text = ovr_view_count_at(of, min);
	size_t n = strlen(text.text);

	if (ovr_get_whole(of, min) != ovr_get_whole(of, max))
		snprintf(text.text + n, sizeof(text.text) - n, " … %.40s", ovr_view_count_at(of, max).text);
	return text;
}

static void
add_places(struct ovr_view *view)
{
	static const char *const head[] = { "place", "end", "segments", "counter", "why", NULL };
	const json_t *books = ovr_get(view->root, "books"), *account;
	json_t *table = ovr_view_table(view, "Where segments were lost", "", head);
	size_t i;

	json_array_foreach(ovr_get(books, "accounts"), i, account) ovr_view_row(view, table,
		(const char *[]){ ovr_saved_text(account, "place"), ovr_saved_text(account, "end"),
			range_text(account, "segments_min", "segments_max").text,
			ovr_saved_text(account, "counter"), ovr_saved_text(account, "why") });
	ovr_view_row(view, table,
		(const char *[]){ "unexplained", "",
			range_text(books, "unexplained_min", "unexplained_max").text, "",
			ovr_view_why_unexplained(books, "unexplained") });
}

static struct ovr_picture_bar *
add_bar(struct ovr_picture_bars *bars, struct ovr_picture_bar *bar, const char *name,
	enum ovr_picture_part part, int64_t segments, const char *style)
{
	struct ovr_picture_bar *added = &bar[bars->n_bars++];

	snprintf(added->name, sizeof(added->name), "%.60s", name);
	added->part = part;
	added->frames = segments;
	added->style = style;
	return added;
}

static void
draw_where(struct ovr_view *view)
{
	const json_t *books = ovr_get(view->root, "books"), *accounts = ovr_get(books, "accounts"), *account;
	struct ovr_picture_bar *bar = ovr_view_keep(view, json_array_size(accounts) + 3, sizeof(*bar));
	struct ovr_view_picture *picture;
	struct ovr_picture_bars *bars;
	size_t i;

	if (bar == NULL)
		return;
	picture = ovr_view_picture(view, OVR_VIEW_BARS, sizeof(*bars), "where", "Where segments went",
		"Segments of both directions: sent at the top, what was lost or dropped at each place, and "
		"what arrived.");
	if (picture == NULL)
		return;
	bars = picture->of.bars;
	bars->bar = bar;
	bars->unit = "segments";
	add_bar(bars, bar, "sent", OVR_PICTURE_TOTAL,
		ovr_get_whole(books, "forward.out") + ovr_get_whole(books, "backward.out"), "total");
	json_array_foreach(accounts, i, account)
	{
		struct ovr_picture_bar *own = add_bar(bars, bar, ovr_saved_text(account, "place"),
			OVR_PICTURE_LOST, ovr_get_whole(account, "segments_max"),
			ovr_picture_place_class(ovr_saved_text(account, "place")));

		snprintf(own->note, sizeof(own->note), "%.90s", ovr_saved_text(account, "counter"));
		own->min = ovr_get_count(account, "segments_min");
		own->max = ovr_get_count(account, "segments_max");
		own->is_range = own->min != own->max;
	}
	account = NULL;
	add_bar(bars, bar, "unexplained", OVR_PICTURE_LOST, ovr_get_whole(books, "unexplained_max"),
		"p-open");
	add_bar(bars, bar, "arrived", OVR_PICTURE_DELIVERED,
		ovr_get_whole(books, "forward.in") + ovr_get_whole(books, "backward.in"), "p-good");
}

void
ovr_view_tcp(struct ovr_view *view)
{
	add_segments(view);
	add_places(view);
	draw_where(view);
}
