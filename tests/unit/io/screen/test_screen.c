/* SPDX-License-Identifier: BSD-3-Clause */
#include "screen/screen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

/* Where the grids stand that are expected, a row a line. */
#define FOLDER  OVR_CONFIG_DIR "/../tests/unit/io/screen/"
#define LICENSE "# SPDX-License-Identifier: BSD-3-Clause\n"
#define S       UINT64_C(1000000000)

static struct ovr_live live;
static struct ovr_live_reading reading;
static struct ovr_screen_view view = { .is_utf8 = true, .ports = "wire:0 to wire:1" };
static struct ovr_grid_cell cell[200 * 512];

static void
put_account(enum ovr_ledger_place place, int32_t queue, const char *counter, uint64_t frames)
{
	struct ovr_live_account key = { .place = place, .queue = queue, .port = "wire:1", .source = "wire" };

	snprintf(key.counter, sizeof(key.counter), "%s", counter);
	ovr_live_account_of(&reading.counts, &key)->frames = frames;
}

/* One reading a second: the rates rise, one of four intervals has a stall that overruns a ring. */
static void
read_second(uint64_t s)
{
	struct ovr_live_counts *counts = &reading.counts;

	reading.at_ns = s * S;
	reading.total_ns = 60 * S;
	counts->n_txq = 1;
	counts->n_rxq = 2;
	counts->tx[0].attempted = 1000000 * s * s;
	counts->tx[0].sent = counts->tx[0].attempted - 1000 * s;
	counts->tx[0].refused = 1000 * s;
	counts->tx[0].lost = s / 4 * 500;
	for (unsigned int q = 0; q < 2; q++) {
		counts->rx[q].received = counts->tx[0].sent / 2 - s / 4 * 250;
		counts->rx[q].missed = q * (s / 4) * 500;
		counts->rx[q].missed_known = true;
		reading.ring[q] = (struct ovr_live_ring){ 100 + 500 * q, 1024 };
	}
	put_account(OVR_PLACE_RX_RING, 1, "rx_q1_missed", s / 4 * 500);
	put_account(OVR_PLACE_RX_ERRORS, -1, "rx_fcs_errors", 0);
	reading.n_stalls = s != 0 && s % 4 == 0;
	if (reading.n_stalls != 0) {
		ovr_live_core_of(counts, OVR_LIVE_RX, 3)->stalls++;
		reading.stall[0] = (struct ovr_live_stall){ .side = OVR_LIVE_RX,
			.stall = { .start_ns = s * S - 1234567,
				.length_ns = 1050000,
				.cpu = 3,
				.cause = OVR_STALL_PREEMPTED } };
	}
	ovr_live_add(&live, &reading, 100 * S + s * S, s * S);
}

static void
a_run(void)
{
	memset(&reading, 0, sizeof(reading));
	ovr_live_begin(&live, "run", 1, 0, 100 * S);
	ovr_live_begin_trial(&live, 1, "", 100 * S);
	for (uint64_t s = 0; s <= 30; s++)
		read_second(s);
	view.now_ns = 130 * S + S / 2;
}

static void
end_trial(uint32_t number, enum ovr_ledger_verdict verdict, int64_t lost)
{
	static struct ovr_result result;
	char label[32];

	snprintf(label, sizeof(label), "64 B at %u %%", 10 * number);
	ovr_live_begin_trial(&live, number, label, 100 * S);
	result = (struct ovr_result){ .tx_pps = 1488095.0 * number };
	result.plan.ports.txq = 1;
	result.ledger.lost = lost;
	result.ledger.verdict = verdict;
	ovr_live_end_trial(&live, &result);
}

static void
a_search(void)
{
	memset(&reading, 0, sizeof(reading));
	ovr_live_begin(&live, "search", 0, 90 * S, 100 * S);
	for (uint32_t number = 1; number <= 9; number++)
		end_trial(number,
			number % 3 == 0           ? OVR_VERDICT_VOID
				: number % 3 == 1 ? OVR_VERDICT_PASS
						  : OVR_VERDICT_LOSS,
			number % 3 == 2 ? 12345 : 0);
	ovr_live_begin_trial(&live, 10, "64 B at 100 %", 110 * S);
	for (uint64_t s = 0; s <= 4; s++)
		read_second(s);
	view.now_ns = 115 * S;
}

/* The grid as text, a row a line; with OVR_WRITE_SCREENS set it becomes what is expected. */
static void
check(uint16_t columns, uint16_t rows, const char *name)
{
	struct ovr_grid grid = { rows, columns, cell };
	static char drawn[200 * 60 * 4], expected[200 * 60 * 4];
	char path[512], line[4 * OVR_GRID_COLUMNS_MAX + 1];
	size_t n = (size_t)snprintf(drawn, sizeof(drawn), LICENSE);
	FILE *file;

	cell[(size_t)rows * columns].code = 'x';
	ovr_screen_draw(&live, &view, &grid);
	cr_assert_eq(cell[(size_t)rows * columns].code, 'x', "beyond the grid");
	for (uint16_t row = 0; row < rows; row++)
		n += (size_t)snprintf(
			drawn + n, sizeof(drawn) - n, "%s\n", ovr_grid_row(&grid, row, line, sizeof(line)));
	snprintf(path, sizeof(path), FOLDER "%s.txt", name);
	if (getenv("OVR_WRITE_SCREENS") != NULL) {
		file = fopen(path, "w");
		cr_assert_not_null(file, "%s", path);
		fputs(drawn, file);
		fclose(file);
	}
	file = fopen(path, "r");
	cr_assert_not_null(file, "%s", path);
	expected[fread(expected, 1, sizeof(expected) - 1, file)] = '\0';
	fclose(file);
	cr_assert_str_eq(drawn, expected, "%s", name);
}

Test(screen, a_run_on_the_smallest_usual_terminal)
{
	a_run();
	check(80, 24, "run_80x24");
}

Test(screen, a_run_on_a_large_terminal)
{
	a_run();
	check(200, 60, "run_200x60");
}

Test(screen, a_search_says_which_trial_it_is_and_what_is_known)
{
	a_search();
	check(80, 24, "search_80x24");
	check(200, 60, "search_200x60");
}

Test(screen, a_terminal_without_utf8_has_ascii)
{
	struct ovr_grid grid = { 24, 80, cell };

	a_run();
	view.is_utf8 = false;
	ovr_screen_draw(&live, &view, &grid);
	for (unsigned int i = 0; i < 24 * 80; i++)
		cr_assert_lt(cell[i].code, 0x80, "U+%04X", cell[i].code);
}

Test(screen, panes_have_their_lists)
{
	a_search();
	view.pane = OVR_SCREEN_TRIALS;
	view.scroll = 2;
	check(80, 24, "trials_80x24");
	view.pane = OVR_SCREEN_STALLS;
	view.scroll = 0;
	check(80, 24, "stalls_80x24");
	view.pane = OVR_SCREEN_HELP;
	snprintf(view.metrics, sizeof(view.metrics), "http://127.0.0.1:9464/metrics");
	check(80, 24, "help_80x24");
}

Test(screen, before_the_first_trial_there_is_nothing_to_tell)
{
	ovr_live_begin(&live, "run", 1, 0, 100 * S);
	view.now_ns = 100 * S;
	check(80, 24, "opening_80x24");
}

/* Whatever the size: nothing beyond the grid, and no cell left out. */
Test(screen, every_size_is_drawn)
{
	a_search();
	for (uint16_t rows = 1; rows < 70; rows += 3) {
		for (uint16_t columns = 1; columns < 200; columns += 7) {
			struct ovr_grid grid = { rows, columns, cell };

			for (unsigned int pane = 0; pane < OVR_SCREEN_PANES; pane++) {
				memset(cell, 0, sizeof(cell));
				view.pane = (enum ovr_screen_pane)pane;
				ovr_screen_draw(&live, &view, &grid);
				for (size_t i = 0; i < (size_t)rows * columns; i++)
					cr_assert_geq(cell[i].code, 0x20);
				cr_assert_eq(cell[(size_t)rows * columns].code, 0);
			}
		}
	}
}

Test(screen, keys_change_panes_and_rows)
{
	struct ovr_screen_view v = { .pane = OVR_SCREEN_OVERVIEW };

	cr_assert_not(ovr_screen_key(&v, '3'));
	cr_assert_eq(v.pane, OVR_SCREEN_PLACES);
	ovr_screen_key(&v, OVR_SCREEN_KEY_PAGE_DOWN);
	ovr_screen_key(&v, 'j');
	ovr_screen_key(&v, OVR_SCREEN_KEY_UP);
	cr_assert_eq(v.scroll, 10);
	ovr_screen_key(&v, OVR_SCREEN_KEY_PAGE_UP);
	ovr_screen_key(&v, OVR_SCREEN_KEY_PAGE_UP);
	ovr_screen_key(&v, 'k');
	cr_assert_eq(v.scroll, 0);
	ovr_screen_key(&v, '\t');
	cr_assert_eq(v.pane, OVR_SCREEN_STALLS);
	ovr_screen_key(&v, OVR_SCREEN_KEY_LEFT);
	cr_assert_eq(v.pane, OVR_SCREEN_PLACES);
	ovr_screen_key(&v, 'h');
	cr_assert_eq(v.pane, OVR_SCREEN_HELP);
	ovr_screen_key(&v, '?');
	cr_assert_eq(v.pane, OVR_SCREEN_OVERVIEW);
	cr_assert_not(ovr_screen_key(&v, 'z'));
	cr_assert_not(v.is_ending);
	cr_assert(ovr_screen_key(&v, 'q'));
	cr_assert(v.is_ending);
}

/* @return the row of a search on a terminal of that size */
static const char *
row_of(uint16_t rows, uint16_t columns, uint16_t row, char *text, size_t size)
{
	struct ovr_grid grid = { rows, columns, cell };

	a_search();
	memset(cell, 0, sizeof(cell));
	ovr_screen_draw(&live, &view, &grid);
	return ovr_grid_row(&grid, row, text, size);
}

Test(screen, a_narrow_terminal_shows_how_to_end_it)
{
	char text[4 * 80 + 1];

	cr_expect_str_eq(row_of(24, 40, 23, text, sizeof(text)), " [1] 2  3  4  5  h help  q quit");
	cr_expect_str_eq(row_of(5, 20, 0, text, sizeof(text)), "20 x 5: too few");
	cr_expect_str_eq(row_of(5, 20, 1, text, sizeof(text)), "q quit");
}
