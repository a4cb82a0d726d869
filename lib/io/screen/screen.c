/* SPDX-License-Identifier: BSD-3-Clause */
#include "screen/screen.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/figure.h"
#include "screen/sparkline.h"

#define COLUMNS_MIN 40
#define ROWS_MIN    6
/* Of the line of keys, with the names of all panes. */
#define COLUMNS_NAMES 76
#define INDENT        2
/* Of the table of figures: where its columns end. */
#define NAME_END  13
#define NOW_END   28
#define TOTAL_END 46
#define BAR_MAX   60
#define RING_BAR  16
#define LIST_STEP 10

static const char *const pane_names[OVR_SCREEN_PANES] = { "overview", "queues", "places", "stalls", "trials",
	"help" };

/* A drawing under way: the next row, and the row that it must not reach. */
struct drawing {
	const struct ovr_live *live;
	const struct ovr_screen_view *view;
	struct ovr_grid *grid;
	uint16_t row, end;
};

bool
ovr_screen_key(struct ovr_screen_view *view, int key)
{
	uint32_t before = view->scroll;
	enum ovr_screen_pane pane = view->pane;

	if (key >= '1' && key < '1' + OVR_SCREEN_HELP)
		view->pane = (enum ovr_screen_pane)(key - '1');
	else if (key == '\t' || key == OVR_SCREEN_KEY_RIGHT)
		view->pane = (enum ovr_screen_pane)((view->pane + 1) % OVR_SCREEN_HELP);
	else if (key == OVR_SCREEN_KEY_LEFT)
		view->pane = (enum ovr_screen_pane)((view->pane + OVR_SCREEN_HELP - 1) % OVR_SCREEN_HELP);
	else if (key == 'h' || key == '?')
		view->pane = view->pane == OVR_SCREEN_HELP ? OVR_SCREEN_OVERVIEW : OVR_SCREEN_HELP;
	else if (key == OVR_SCREEN_KEY_DOWN || key == 'j')
		view->scroll++;
	else if (key == OVR_SCREEN_KEY_PAGE_DOWN || key == ' ')
		view->scroll += LIST_STEP;
	else if (key == OVR_SCREEN_KEY_UP || key == 'k')
		view->scroll -= before > 0;
	else if (key == OVR_SCREEN_KEY_PAGE_UP)
		view->scroll -= before < LIST_STEP ? before : LIST_STEP;
	if (view->pane != pane)
		view->scroll = 0;
	view->is_ending |= key == 'q' || key == 'Q';
	return key == 'q' || key == 'Q';
}

/* Blocks where the terminal has them. */
static const char *
bar(char *buf, size_t size, double share, unsigned int cells, bool is_utf8)
{
	unsigned int full = (unsigned int)(fmin(fmax(share, 0), 1) * cells);
	size_t n = 0;

	for (unsigned int i = 0; i < cells; i++) {
		const char *glyph = i < full ? (is_utf8 ? "█" : "#") : (is_utf8 ? "░" : "-");

		if (n + strlen(glyph) >= size)
			break;
		memcpy(buf + n, glyph, strlen(glyph));
		n += strlen(glyph);
	}
	buf[n] = '\0';
	return buf;
}

static void
draw_title(struct drawing *d)
{
	uint16_t columns = d->grid->columns;

	ovr_grid_style(d->grid, 0, 0, columns, OVR_GRID_TITLE);
	ovr_grid_put_right(d->grid, 0, (uint16_t)(columns - 1), OVR_GRID_TITLE, d->view->ports);
	ovr_grid_print(d->grid, 0, 1, OVR_GRID_TITLE, "overrun %s ", d->live->command);
	d->row = 1;
}

static void
draw_keys(struct drawing *d)
{
	uint16_t row = (uint16_t)(d->grid->rows - 1), column = 1;

	ovr_grid_style(d->grid, row, 0, d->grid->columns, OVR_GRID_TITLE);
	if (d->view->is_ending) {
		ovr_grid_print(d->grid, row, 1, OVR_GRID_TITLE, "ending: what was sent is counted");
		return;
	}
	for (unsigned int pane = 0; pane < OVR_SCREEN_HELP; pane++) {
		bool is_shown = pane == (unsigned int)d->view->pane;

		ovr_grid_style(d->grid, row, column, (uint16_t)(column + 1), OVR_GRID_TITLE);
		/* where there is no room for all names, how to end it is what has to be seen */
		if (d->grid->columns < COLUMNS_NAMES)
			column = ovr_grid_print(
				d->grid, row, column, OVR_GRID_TITLE, is_shown ? "[%u]" : " %u ", pane + 1);
		else
			column = ovr_grid_print(d->grid, row, column, OVR_GRID_TITLE,
				is_shown ? "[%u %s] " : " %u %s  ", pane + 1, pane_names[pane]);
	}
	ovr_grid_print(d->grid, row, column, OVR_GRID_TITLE, " h help  q quit");
}

/* Time in the trial by now, as far as its latest reading and the clock tell. */
static uint64_t
elapsed_ns(const struct ovr_live *live, uint64_t now_ns)
{
	uint64_t since_ns = now_ns > live->sampled_ns ? now_ns - live->sampled_ns : 0;
	uint64_t ns;

	if (!live->is_running)
		return live->at_ns;
	ns = live->at_ns + since_ns;
	return live->total_ns != 0 && ns > live->total_ns ? live->total_ns : ns;
}

static void
draw_progress(struct drawing *d)
{
	const struct ovr_live *live = d->live;
	uint64_t ns = elapsed_ns(live, d->view->now_ns);
	char text[4 * BAR_MAX + 1];

	if (!live->is_running) {
		ovr_grid_print(d->grid, d->row++, INDENT, OVR_GRID_DIM,
			live->number == 0 ? "opening ports" : "between two trials");
		return;
	}
	if (live->n_readings == 0 || live->last.n_txq == 0) {
		ovr_grid_print(d->grid, d->row++, INDENT, OVR_GRID_DIM, "links come up, warm-up");
		return;
	}
	if (live->total_ns == 0) {
		ovr_grid_print(d->grid, d->row++, INDENT, OVR_GRID_PLAIN, "%s", ovr_figure_time(ns).text);
		return;
	}
	ovr_grid_print(d->grid, d->row++, INDENT, OVR_GRID_PLAIN, "%s %3u %%  %s of %s, %s left",
		bar(text, sizeof(text), (double)ns / (double)live->total_ns,
			d->grid->columns / 3u < BAR_MAX ? d->grid->columns / 3u : BAR_MAX, d->view->is_utf8),
		(unsigned int)(100 * ns / live->total_ns), ovr_figure_time(ns).text,
		ovr_figure_time(live->total_ns).text, ovr_figure_time(live->total_ns - ns).text);
}

/* Of many trials: which one of how many, how they ended, and the time that is left at most. */
static void
draw_trial(struct drawing *d)
{
	const struct ovr_live *live = d->live;
	uint64_t spent_ns = d->view->now_ns - live->begun_ns;
	uint16_t column;

	if (live->n_planned == 1)
		return;
	column = ovr_grid_print(d->grid, d->row, INDENT, OVR_GRID_PLAIN, "trial %u", live->number);
	if (live->n_planned != 0)
		column = ovr_grid_print(d->grid, d->row, column, OVR_GRID_PLAIN, " of %u", live->n_planned);
	if (live->label[0] != '\0')
		ovr_grid_print(d->grid, d->row, column, OVR_GRID_PLAIN, ": %s", live->label);
	d->row++;
	column = ovr_grid_print(d->grid, d->row, INDENT, OVR_GRID_PLAIN, "%llu pass, %llu loss, %llu void",
		(unsigned long long)live->verdicts[OVR_VERDICT_PASS],
		(unsigned long long)live->verdicts[OVR_VERDICT_LOSS],
		(unsigned long long)live->verdicts[OVR_VERDICT_VOID]);
	column = ovr_grid_print(
		d->grid, d->row, column, OVR_GRID_PLAIN, "; %s so far", ovr_figure_time(spent_ns).text);
	if (live->at_most_ns > spent_ns)
		ovr_grid_print(d->grid, d->row, column, OVR_GRID_PLAIN, ", at most %s left",
			ovr_figure_time(live->at_most_ns - spent_ns).text);
	d->row++;
}

/* One figure: what it is now, in all, and how it went. */
struct figure {
	const char *name, *unit;
	enum ovr_grid_style alarm; /* where it is not 0 */
	size_t member;             /* of struct ovr_live_interval */
	bool is_unknown;
	uint64_t total;
};

static uint64_t
member_of(const struct ovr_live_interval *interval, size_t member)
{
	return *(const uint64_t *)(const void *)((const char *)interval + member);
}

static double
rate_of(const struct ovr_live_interval *interval, size_t member)
{
	return interval->ns == 0 ? NAN : (double)member_of(interval, member) * 1e9 / (double)interval->ns;
}

/* The latest interval that took any time; NULL: there is none */
static const struct ovr_live_interval *
latest(const struct ovr_live *live)
{
	for (uint32_t i = live->n_history; i > 0; i--)
		if (live->history[i - 1].ns != 0)
			return &live->history[i - 1];
	return NULL;
}

static void
draw_figure(struct drawing *d, const struct figure *figure)
{
	const struct ovr_live *live = d->live;
	const struct ovr_live_interval *now = latest(live);
	double value[OVR_LIVE_HISTORY_MAX];
	char text[OVR_LIVE_HISTORY_MAX * OVR_SPARKLINE_BYTES + 1];
	enum ovr_grid_style style = figure->total != 0 ? figure->alarm : OVR_GRID_PLAIN;
	uint32_t n = 0;

	if (d->row >= d->end)
		return;
	for (uint32_t i = 0; i < live->n_history; i++)
		if (live->history[i].ns != 0)
			value[n++] = rate_of(&live->history[i], figure->member);
	ovr_grid_print(d->grid, d->row, INDENT, style, "%s", figure->name);
	ovr_grid_put_right(d->grid, d->row, NOW_END, style,
		ovr_figure_si(
			now == NULL || figure->is_unknown ? NAN : rate_of(now, figure->member), figure->unit)
			.text);
	ovr_grid_put_right(d->grid, d->row, TOTAL_END, style,
		figure->is_unknown ? "unknown" : ovr_figure_count(figure->total).text);
	if (d->grid->columns > TOTAL_END + INDENT)
		ovr_grid_put(d->grid, d->row, TOTAL_END + INDENT, (uint16_t)(d->grid->columns - 1),
			style == OVR_GRID_PLAIN ? OVR_GRID_DIM : style,
			ovr_sparkline(text, sizeof(text), value, n,
				d->grid->columns - TOTAL_END - INDENT - 1u, d->view->is_utf8));
	d->row++;
}

#define MEMBER(name) offsetof(struct ovr_live_interval, name)

static void
draw_figures(struct drawing *d)
{
	const struct ovr_live_counts *sum = &d->live->sum;
	struct figure figure[] = {
		{ "attempted", "pps", OVR_GRID_PLAIN, MEMBER(attempted), false, 0 },
		{ "sent", "pps", OVR_GRID_PLAIN, MEMBER(sent), false, 0 },
		{ "received", "pps", OVR_GRID_PLAIN, MEMBER(received), false, 0 },
		{ "missed", "pps", OVR_GRID_BAD, MEMBER(missed), false, 0 },
		{ "lost", "pps", OVR_GRID_BAD, MEMBER(lost), false, 0 },
		{ "refused", "pps", OVR_GRID_WARNING, MEMBER(refused), false, 0 },
		{ "stalls", "/s", OVR_GRID_WARNING, MEMBER(stalls), false, 0 },
	};

	for (uint32_t q = 0; q < sum->n_txq; q++) {
		figure[0].total += sum->tx[q].attempted;
		figure[1].total += sum->tx[q].sent;
		figure[4].total += sum->tx[q].lost;
		figure[5].total += sum->tx[q].refused;
	}
	for (uint32_t q = 0; q < sum->n_rxq; q++) {
		figure[2].total += sum->rx[q].received;
		figure[3].total += sum->rx[q].missed;
		figure[3].is_unknown |= !sum->rx[q].missed_known;
	}
	for (uint32_t i = 0; i < sum->n_cores; i++)
		figure[6].total += sum->core[i].stalls;
	figure[4].is_unknown = sum->is_told && d->live->is_running;
	figure[6].is_unknown = sum->is_told;
	if (d->row < d->end) {
		ovr_grid_style(d->grid, d->row, 0, d->grid->columns, OVR_GRID_HEADING);
		ovr_grid_put(d->grid, d->row, INDENT, NAME_END, OVR_GRID_HEADING, "frames");
		ovr_grid_put_right(d->grid, d->row, NOW_END, OVR_GRID_HEADING, "now");
		ovr_grid_put_right(d->grid, d->row, TOTAL_END, OVR_GRID_HEADING, "in all");
		d->row++;
	}
	for (size_t i = 0; i < sizeof(figure) / sizeof(figure[0]); i++)
		draw_figure(d, &figure[i]);
}

/* A list: its heading, its rows, and how a row is drawn. */
struct list {
	const char *heading;
	const char *nothing; /* where it has no rows */
	uint32_t n;
	void (*draw)(struct drawing *d, uint32_t index);
};

static void
draw_queue(struct drawing *d, uint32_t q)
{
	const struct ovr_live *live = d->live;
	const struct ovr_live_rx_queue *queue = &live->sum.rx[q];
	const struct ovr_live_ring *ring = &live->ring[q];
	enum ovr_grid_style style = queue->missed != 0 ? OVR_GRID_BAD : OVR_GRID_PLAIN;
	char text[4 * RING_BAR + 1];

	ovr_grid_print(d->grid, d->row, INDENT, style, "rx %u", q);
	ovr_grid_put_right(d->grid, d->row, NOW_END, style, ovr_figure_count(queue->received).text);
	ovr_grid_put_right(d->grid, d->row, TOTAL_END, style,
		queue->missed_known ? ovr_figure_count(queue->missed).text : "unknown");
	if (ring->size != 0)
		ovr_grid_print(d->grid, d->row, TOTAL_END + INDENT, OVR_GRID_PLAIN, "%s %u/%u",
			bar(text, sizeof(text), (double)ring->used / ring->size, RING_BAR, d->view->is_utf8),
			ring->used, ring->size);
	else
		ovr_grid_print(d->grid, d->row, TOTAL_END + INDENT, OVR_GRID_DIM, "unknown");
}

/* The place of a counter that has moved, by its position among these. */
static const struct ovr_live_account *
moved_account(const struct ovr_live_counts *counts, uint32_t index)
{
	for (uint32_t i = 0; i < counts->n_accounts; i++)
		if (counts->account[i].frames != 0 && index-- == 0)
			return &counts->account[i];
	return NULL;
}

static uint32_t
n_moved(const struct ovr_live_counts *counts)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < counts->n_accounts; i++)
		n += counts->account[i].frames != 0;
	return n;
}

static void
draw_place(struct drawing *d, uint32_t index)
{
	const struct ovr_live_account *account = moved_account(&d->live->sum, index);
	enum ovr_grid_style style = ovr_ledger_place_is_refused(account->place) ? OVR_GRID_WARNING
										: OVR_GRID_BAD;
	char place[80];

	if (account->queue >= 0)
		snprintf(place, sizeof(place), "%s[%d]", ovr_ledger_place_name(account->place),
			account->queue);
	else
		snprintf(place, sizeof(place), "%s", ovr_ledger_place_name(account->place));
	ovr_grid_put(d->grid, d->row, INDENT, NOW_END - 2, style, place);
	ovr_grid_put_right(d->grid, d->row, TOTAL_END, style, ovr_figure_count(account->frames).text);
	ovr_grid_print(d->grid, d->row, TOTAL_END + INDENT, OVR_GRID_PLAIN, "%s: %s (%s)", account->port,
		account->counter, account->source);
}

/* The latest first. */
static void
draw_stall(struct drawing *d, uint32_t index)
{
	const struct ovr_live_stall *stall = &d->live->stall[d->live->n_stalls - 1 - index];
	bool is_injected = stall->stall.cause == OVR_STALL_INJECTED;
	enum ovr_grid_style style = is_injected ? OVR_GRID_PLAIN : OVR_GRID_WARNING;
	char what[48];

	snprintf(what, sizeof(what), "%s CPU %u", ovr_live_side_name(stall->side), stall->stall.cpu);
	ovr_grid_put(d->grid, d->row, INDENT, NAME_END, style, what);
	ovr_grid_put_right(d->grid, d->row, NOW_END, style, ovr_figure_time(stall->stall.length_ns).text);
	ovr_grid_put_right(d->grid, d->row, TOTAL_END, style, ovr_stall_cause_name(stall->stall.cause));
	if (d->live->n_planned == 1)
		ovr_grid_print(d->grid, d->row, TOTAL_END + INDENT, OVR_GRID_PLAIN, "at %.6f s",
			(double)stall->stall.start_ns / 1e9);
	else
		ovr_grid_print(d->grid, d->row, TOTAL_END + INDENT, OVR_GRID_PLAIN, "trial %u, at %.6f s",
			stall->trial, (double)stall->stall.start_ns / 1e9);
}

/* The latest first. */
static void
draw_finished(struct drawing *d, uint32_t index)
{
	const struct ovr_live_trial *trial = &d->live->trial[d->live->n_trials - 1 - index];
	enum ovr_grid_style style = trial->verdict == OVR_VERDICT_PASS ? OVR_GRID_GOOD
		: trial->verdict == OVR_VERDICT_LOSS                   ? OVR_GRID_BAD
								       : OVR_GRID_WARNING;

	ovr_grid_print(d->grid, d->row, INDENT, style, "%u %s", trial->number,
		ovr_ledger_verdict_name(trial->verdict));
	ovr_grid_put_right(d->grid, d->row, NOW_END, style, ovr_figure_si(trial->tx_pps, "pps").text);
	ovr_grid_put_right(d->grid, d->row, TOTAL_END, style, ovr_figure_signed(trial->lost).text);
	ovr_grid_print(d->grid, d->row, TOTAL_END + INDENT, OVR_GRID_PLAIN, "%s", trial->label);
}

/* The headings of a list's columns stand at the places of those of the figures. */
static void
draw_heading(struct drawing *d, const char *heading)
{
	const char *word = heading;
	uint16_t end[] = { 0, NOW_END, TOTAL_END, 0 };

	ovr_grid_style(d->grid, d->row, 0, d->grid->columns, OVR_GRID_HEADING);
	for (unsigned int i = 0; i < 4 && word != NULL; i++) {
		char text[64];
		size_t n = strcspn(word, "|");

		snprintf(text, sizeof(text), "%.*s", (int)n, word);
		if (end[i] != 0)
			ovr_grid_put_right(d->grid, d->row, end[i], OVR_GRID_HEADING, text);
		else
			ovr_grid_put(d->grid, d->row, i == 0 ? INDENT : TOTAL_END + INDENT, d->grid->columns,
				OVR_GRID_HEADING, text);
		word = word[n] == '|' ? word + n + 1 : NULL;
	}
	d->row++;
}

/* A heading and up to @p rows of the list, the first @p scroll left out. */
static void
draw_list(struct drawing *d, const struct list *list, uint32_t scroll, uint32_t rows)
{
	if (d->row >= d->end)
		return;
	draw_heading(d, list->heading);
	if (scroll >= list->n)
		scroll = list->n == 0 ? 0 : list->n - 1;
	if (list->n == 0 && d->row < d->end && rows > 0)
		ovr_grid_put(d->grid, d->row++, INDENT, d->grid->columns, OVR_GRID_DIM, list->nothing);
	for (uint32_t i = scroll; i < list->n && rows > 0 && d->row < d->end; i++, rows--) {
		list->draw(d, i);
		d->row++;
	}
}

#define LISTS 4

static void
make_lists(const struct ovr_live *live, struct list list[LISTS])
{
	static const char in_the_result[] = "those of several processes are in the result";

	list[0] = (struct list){ "receive queues|received|missed|ring", "none yet", live->sum.n_rxq,
		draw_queue };
	list[1] = (struct list){ "places||frames|counter",
		live->sum.is_told ? in_the_result : "no counter of a place has moved", n_moved(&live->sum),
		draw_place };
	list[2] = (struct list){ "latest stalls|length|cause|", live->sum.is_told ? in_the_result : "none",
		live->n_stalls, draw_stall };
	list[3] = (struct list){ "finished trials|sent|lost|", "none yet", live->n_trials, draw_finished };
}

/*
 * The rows that are left are shared out: every list has its heading and one row, in their order, as
 * long as there is room; then each gets another one in turn.
 */
static void
draw_lists(struct drawing *d)
{
	unsigned int n = d->live->n_planned == 1 ? LISTS - 1 : LISTS;
	uint32_t rows[LISTS] = { 0 };
	struct list list[LISTS];
	uint32_t left = d->end > d->row ? (uint32_t)(d->end - d->row) : 0;
	bool has_given = true;

	make_lists(d->live, list);
	for (unsigned int i = 0; i < n && left >= 2; i++, left -= 2)
		rows[i] = 1;
	while (left > 0 && has_given) {
		has_given = false;
		for (unsigned int i = 0; i < n && left > 0; i++) {
			if (rows[i] == 0 || rows[i] >= list[i].n)
				continue;
			rows[i]++;
			left--;
			has_given = true;
		}
	}
	for (unsigned int i = 0; i < n; i++)
		if (rows[i] != 0)
			draw_list(d, &list[i], 0, rows[i]);
}

static void
draw_help(struct drawing *d)
{
	static const char *const lines[] = {
		"1 to 5, tab, arrows   panes",
		"j k, arrows, pages    rows of a pane",
		"h or ?                this text, and back",
		"q or Ctrl-C           end: the books are closed on what was sent",
		"",
		"now: in the latest interval (--interval). in all: of all trials.",
		"missed: found no free descriptor, by the port's counters.",
		"lost: numbers that left the window of their stream; at the end, all.",
		"refused: the transmit ring was full; never sent, and not lost.",
		"ring: frames in it at the latest reading, where that can be known.",
		"places: counters as they stand. The report closes the books.",
		"After a kill -9 type reset to have the terminal back.",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]) && d->row < d->end; i++)
		ovr_grid_put(d->grid, d->row++, INDENT, d->grid->columns, OVR_GRID_PLAIN, lines[i]);
	if (d->view->metrics[0] != '\0' && d->row < d->end)
		ovr_grid_print(d->grid, d->row++, INDENT, OVR_GRID_PLAIN, "Metrics: %s", d->view->metrics);
}

static void
draw_all(const struct ovr_live *live, const struct ovr_screen_view *view, struct ovr_grid *grid)
{
	struct drawing d = { .live = live, .view = view, .grid = grid, .end = (uint16_t)(grid->rows - 1) };
	struct list list[LISTS];

	ovr_grid_clear(grid);
	if (grid->columns < COLUMNS_MIN || grid->rows < ROWS_MIN) {
		ovr_grid_too_small(grid);
		return;
	}
	draw_title(&d);
	draw_keys(&d);
	if (view->pane == OVR_SCREEN_HELP) {
		d.row++;
		draw_help(&d);
		return;
	}
	draw_trial(&d);
	draw_progress(&d);
	d.row++;
	if (view->pane == OVR_SCREEN_OVERVIEW) {
		draw_figures(&d);
		draw_lists(&d);
		return;
	}
	make_lists(live, list);
	draw_list(&d, &list[view->pane - OVR_SCREEN_QUEUES], view->scroll, UINT16_MAX);
}

void
ovr_screen_draw(const struct ovr_live *live, const struct ovr_screen_view *view, struct ovr_grid *grid)
{
	draw_all(live, view, grid);
	if (!view->is_utf8)
		ovr_grid_make_ascii(grid);
}
