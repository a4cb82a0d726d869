/* SPDX-License-Identifier: BSD-3-Clause */
#include "screen/watch.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/figure.h"
#include "screen/sparkline.h"

#define COLUMNS_MIN 40
#define ROWS_MIN    6
#define INDENT      2
/* Where the columns of rates end. */
#define RX_END   28
#define TX_END   42
#define LINE_END 51

/* A drawing under way: the next row, and the row that it must not reach. */
struct drawing {
	const struct ovr_screen_view *view;
	struct ovr_grid *grid;
	uint16_t row, end;
};

void
ovr_screen_rates_add(struct ovr_screen_rates *rates, const struct ovr_nic_interval *interval)
{
	double packets = (double)interval->rx_packets.added + (double)interval->tx_packets.added;

	if (interval->ns == 0)
		return;
	if (rates->n == OVR_SCREEN_WATCH_HISTORY)
		memmove(rates->pps, rates->pps + 1, --rates->n * sizeof(rates->pps[0]));
	rates->pps[rates->n++] = packets * 1e9 / (double)interval->ns;
}

static void
put_heading(struct drawing *d, const char *what, const char *one, const char *other, const char *third)
{
	if (d->row >= d->end)
		return;
	ovr_grid_style(d->grid, d->row, 0, d->grid->columns, OVR_GRID_HEADING);
	ovr_grid_put(d->grid, d->row, INDENT, RX_END, OVR_GRID_HEADING, what);
	ovr_grid_put_right(d->grid, d->row, RX_END, OVR_GRID_HEADING, one);
	ovr_grid_put_right(d->grid, d->row, TX_END, OVR_GRID_HEADING, other);
	ovr_grid_put(d->grid, d->row, TX_END + INDENT, d->grid->columns, OVR_GRID_HEADING, third);
	d->row++;
}

static double
rate_of(const struct ovr_nic_interval *interval, const struct ovr_nic_change *change)
{
	return interval->ns == 0 || change->was_reset ? NAN
						      : (double)change->added * 1e9 / (double)interval->ns;
}

static const char *
label_of(const struct ovr_screen_interface *interface)
{
	return interface->label != NULL ? interface->label : interface->facts->name;
}

static void
draw_interface(struct drawing *d, const struct ovr_screen_interface *interface)
{
	double percent = ovr_nic_interval_load_percent(
		interface->latest, interface->facts, OVR_NIC_LINE_BYTES);
	char text[OVR_SCREEN_WATCH_HISTORY * OVR_SPARKLINE_BYTES + 1];

	if (d->row >= d->end)
		return;
	ovr_grid_put(d->grid, d->row, INDENT, RX_END - 12, OVR_GRID_PLAIN, label_of(interface));
	ovr_grid_put_right(d->grid, d->row, RX_END, OVR_GRID_PLAIN,
		ovr_figure_si(rate_of(interface->latest, &interface->latest->rx_packets), "pps").text);
	ovr_grid_put_right(d->grid, d->row, TX_END, OVR_GRID_PLAIN,
		ovr_figure_si(rate_of(interface->latest, &interface->latest->tx_packets), "pps").text);
	snprintf(text, sizeof(text), "%.1f %%", percent);
	ovr_grid_put_right(d->grid, d->row, LINE_END, OVR_GRID_PLAIN, percent < 0 ? "-" : text);
	if (d->grid->columns > LINE_END + INDENT)
		ovr_grid_put(d->grid, d->row, LINE_END + INDENT, (uint16_t)(d->grid->columns - 1),
			OVR_GRID_DIM,
			ovr_sparkline(text, sizeof(text), interface->rates->pps, interface->rates->n,
				d->grid->columns - LINE_END - INDENT - 1u, d->view->is_utf8));
	d->row++;
}

/* What a counter or a place lost: what it is called, how many just now and in all, and by whom. */
static void
put_loss(struct drawing *d, uint32_t *skip, const char *what, uint64_t now, uint64_t all, bool is_loss,
	const char *by)
{
	enum ovr_grid_style style = !is_loss ? OVR_GRID_DIM : now != 0 ? OVR_GRID_BAD : OVR_GRID_PLAIN;

	if (*skip > 0) {
		--*skip;
		return;
	}
	if (d->row >= d->end)
		return;
	ovr_grid_put(d->grid, d->row, INDENT, RX_END - 9, style, what);
	ovr_grid_put_right(d->grid, d->row, RX_END, style, ovr_figure_count(now).text);
	ovr_grid_put_right(d->grid, d->row, TX_END, style, ovr_figure_count(all).text);
	ovr_grid_put(d->grid, d->row, TX_END + INDENT, d->grid->columns, style, by);
	d->row++;
}

static uint64_t
added_in(const struct ovr_nic_interval *interval, const struct ovr_nic_moved *like)
{
	for (uint32_t i = 0; i < interval->n; i++) {
		const struct ovr_nic_moved *moved = &interval->moved[i];

		if (moved->nth == like->nth && moved->counter.source == like->counter.source &&
			moved->counter.queue == like->counter.queue &&
			strcmp(moved->counter.name, like->counter.name) == 0)
			return moved->change.added;
	}
	return 0;
}

static void
draw_counters(struct drawing *d, const struct ovr_screen_interface *interface, uint32_t *skip)
{
	for (uint32_t i = 0; i < interface->total->n; i++) {
		const struct ovr_nic_moved *moved = &interface->total->moved[i];
		bool is_loss = moved->meaning.kind == OVR_NIC_KIND_LOSS;
		char what[80], by[160];

		snprintf(what, sizeof(what), "%.60s %s", label_of(interface),
			is_loss ? ovr_ledger_place_name(moved->meaning.place) : "-");
		snprintf(by, sizeof(by), "%s (%s)", moved->counter.name,
			ovr_nic_source_name(moved->counter.source));
		put_loss(d, skip, what, added_in(interface->latest, moved), moved->change.added, is_loss, by);
	}
}

static uint64_t
claimed_in(const struct ovr_kernel_claims *claims, const struct ovr_kernel_claim *like)
{
	for (uint32_t i = 0; i < claims->n; i++) {
		const struct ovr_kernel_claim *claim = &claims->claim[i];

		if (claim->place == like->place && claim->layer == like->layer && claim->role == like->role &&
			strcmp(claim->netns, like->netns) == 0 && strcmp(claim->object, like->object) == 0 &&
			strcmp(claim->counter, like->counter) == 0)
			return claim->frames_max;
	}
	return 0;
}

static void
draw_claims(struct drawing *d, const struct ovr_screen_watched *watched, uint32_t *skip)
{
	for (uint32_t i = 0; i < watched->total->n; i++) {
		const struct ovr_kernel_claim *claim = &watched->total->claim[i];
		char what[80], by[OVR_KERNEL_NAME_BYTES + OVR_KERNEL_OBJECT_BYTES + 64];

		snprintf(what, sizeof(what), "%.30s%s%s", claim->netns, claim->netns[0] != '\0' ? "/" : "",
			ovr_ledger_place_name(claim->place));
		snprintf(by, sizeof(by), "%s (%s)%s%s", claim->counter, claim->source,
			claim->object[0] != '\0' ? ": " : "", claim->object);
		put_loss(d, skip, what, claimed_in(watched->latest, claim), claim->frames_max,
			!claim->is_of_host, by);
	}
}

static void
draw_frame(struct drawing *d, const struct ovr_screen_watched *watched)
{
	uint16_t last = (uint16_t)(d->grid->rows - 1);

	ovr_grid_style(d->grid, 0, 0, d->grid->columns, OVR_GRID_TITLE);
	ovr_grid_put_right(d->grid, 0, (uint16_t)(d->grid->columns - 1), OVR_GRID_TITLE, d->view->ports);
	ovr_grid_print(d->grid, 0, 1, OVR_GRID_TITLE, "overrun watch ");
	ovr_grid_style(d->grid, last, 0, d->grid->columns, OVR_GRID_TITLE);
	ovr_grid_print(d->grid, last, 1, OVR_GRID_TITLE,
		d->view->is_ending ? "ending" : "%llu intervals   arrows, j k rows   q quit",
		(unsigned long long)watched->n_intervals);
	d->row = 2;
}

void
ovr_screen_draw_watched(
	const struct ovr_screen_watched *watched, const struct ovr_screen_view *view, struct ovr_grid *grid)
{
	struct drawing d = { .view = view, .grid = grid, .end = (uint16_t)(grid->rows - 1) };
	uint32_t skip = view->scroll;
	uint16_t first;

	ovr_grid_clear(grid);
	if (grid->columns < COLUMNS_MIN || grid->rows < ROWS_MIN) {
		ovr_grid_too_small(grid);
		return;
	}
	draw_frame(&d, watched);
	if (watched->n_interfaces != 0)
		put_heading(&d, "interfaces", "received", "sent", " % of line");
	for (uint32_t i = 0; i < watched->n_interfaces; i++)
		draw_interface(&d, &watched->interface[i]);
	if (watched->n_interfaces != 0)
		d.row++;
	put_heading(&d, "losses", "now", "in all", "counter");
	first = d.row;
	for (uint32_t i = 0; i < watched->n_interfaces; i++)
		draw_counters(&d, &watched->interface[i], &skip);
	if (watched->total != NULL)
		draw_claims(&d, watched, &skip);
	if (d.row == first && d.row < d.end)
		ovr_grid_put(grid, d.row, INDENT, grid->columns, OVR_GRID_DIM,
			view->scroll == 0 ? "no counter of loss has moved" : "no more");
	if (!view->is_utf8)
		ovr_grid_make_ascii(grid);
}
