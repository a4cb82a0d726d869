/* SPDX-License-Identifier: BSD-3-Clause */
#include "screen.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "app.h"
#include "spare.h"

/* ncurses' own names are common words: it comes last. */
#define NCURSES_WIDECHAR 1
#include <curses.h>

#define REDRAW_MS   250
#define ESCAPE_MS   25 /* the rest of a key's sequence comes within this time */
#define ROWS_FIRST  24
#define RESTORE_MAX 256
#define ENDS        6

struct app_screen {
	pthread_t thread;
	int end_fd; /* an eventfd: the thread is to end */
	FILE *tty;
	SCREEN *terminal;
	struct ovr_screen_view view;
	struct ovr_grid grid;
	bool has_colors;
	cpu_set_t spare;
	app_screen_draw *draw;
	void *context;
	struct sigaction suspend, resize; /* as they were */
};

/* What a signal handler needs to give the terminal back. */
static struct {
	atomic_bool is_taken;
	int fd;
	struct termios before;
	char text[RESTORE_MAX];
	size_t n;
	struct sigaction action[ENDS]; /* as they were */
} restore;

/* What ends the process at once. */
static const int ends[ENDS] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT };

static void
abandon(void)
{
	if (!atomic_exchange(&restore.is_taken, false))
		return;
	(void)!write(restore.fd, restore.text, restore.n);
	tcsetattr(restore.fd, TCSANOW, &restore.before);
}

/* First the terminal, then what would have been done without a screen. */
static void
on_end(int number)
{
	abandon();
	for (unsigned int i = 0; i < ENDS; i++)
		if (ends[i] == number)
			sigaction(number, &restore.action[i], NULL);
	raise(number);
}

bool
app_screen_is_possible(void)
{
	const char *term = getenv("TERM");

	return isatty(STDERR_FILENO) && tcgetpgrp(STDERR_FILENO) == getpgrp() && term != NULL &&
		term[0] != '\0' && strcmp(term, "dumb") != 0;
}

/* A string of the terminal's without its delays, "$<5>", which no terminal needs any more. */
static void
add_restore(const char *capability)
{
	const char *at = tigetstr(capability);

	if (at == NULL || at == (const char *)-1)
		return;
	while (*at != '\0' && restore.n < sizeof(restore.text)) {
		if (at[0] == '$' && at[1] == '<' && strchr(at, '>') != NULL)
			at = strchr(at, '>') + 1;
		else
			restore.text[restore.n++] = *at++;
	}
}

/* From here on whatever ends the process gives the terminal back. */
static void
arm(int fd)
{
	static bool is_registered;
	struct sigaction action = { .sa_handler = on_end };

	restore.n = 0;
	restore.fd = fd;
	add_restore("sgr0");
	add_restore("rmkx");
	add_restore("cnorm");
	add_restore("rmcup");
	if (!is_registered)
		is_registered = atexit(abandon) == 0;
	for (unsigned int i = 0; i < ENDS; i++)
		sigaction(ends[i], &action, &restore.action[i]);
	atomic_store(&restore.is_taken, true);
}

static void
disarm(void)
{
	atomic_store(&restore.is_taken, false);
	for (unsigned int i = 0; i < ENDS; i++)
		sigaction(ends[i], &restore.action[i], NULL);
}

/* The grid has the terminal's size. @return false: there is no memory for it */
static bool
fit(struct app_screen *screen)
{
	struct winsize size = { .ws_row = 0 };
	uint16_t rows, columns;
	struct ovr_grid_cell *cell;

	if (ioctl(fileno(screen->tty), TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
		size = (struct winsize){ .ws_row = ROWS_FIRST, .ws_col = 80 };
	rows = size.ws_row < OVR_GRID_ROWS_MAX ? size.ws_row : OVR_GRID_ROWS_MAX;
	columns = size.ws_col < OVR_GRID_COLUMNS_MAX ? size.ws_col : OVR_GRID_COLUMNS_MAX;
	if (rows == screen->grid.rows && columns == screen->grid.columns)
		return true;
	cell = realloc(screen->grid.cell, (size_t)rows * columns * sizeof(*cell));
	if (cell == NULL)
		return false;
	screen->grid.cell = cell;
	screen->grid.rows = rows;
	screen->grid.columns = columns;
	resizeterm(rows, columns);
	clearok(curscr, TRUE);
	return true;
}

static attr_t
attributes_of(enum ovr_grid_style style, bool has_colors, short *ret_pair)
{
	static const struct {
		attr_t without, with;
	} looks[OVR_GRID_STYLES] = {
		[OVR_GRID_PLAIN] = { A_NORMAL, A_NORMAL },
		[OVR_GRID_TITLE] = { A_REVERSE, A_REVERSE },
		[OVR_GRID_HEADING] = { A_BOLD, A_BOLD },
		[OVR_GRID_DIM] = { A_DIM, A_DIM },
		[OVR_GRID_GOOD] = { A_NORMAL, A_NORMAL },
		[OVR_GRID_WARNING] = { A_NORMAL, A_NORMAL },
		[OVR_GRID_BAD] = { A_BOLD, A_BOLD },
	};

	*ret_pair = has_colors && style >= OVR_GRID_GOOD ? (short)(style - OVR_GRID_GOOD + 1) : 0;
	return has_colors ? looks[style].with : looks[style].without;
}

static void
begin_colors(struct app_screen *screen)
{
	screen->has_colors = screen->has_colors && has_colors() && start_color() == OK;
	if (!screen->has_colors)
		return;
	use_default_colors();
	init_pair(OVR_GRID_GOOD - OVR_GRID_GOOD + 1, COLOR_GREEN, -1);
	init_pair(OVR_GRID_WARNING - OVR_GRID_GOOD + 1, COLOR_YELLOW, -1);
	init_pair(OVR_GRID_BAD - OVR_GRID_GOOD + 1, COLOR_RED, -1);
}

static void
draw(struct app_screen *screen)
{
	struct ovr_grid *grid = &screen->grid;

	screen->view.now_ns = app_now_ns();
	screen->view.is_ending |= atomic_load(&app_stop);
	screen->draw(screen->context, &screen->view, grid);
	for (uint16_t row = 0; row < grid->rows; row++) {
		for (uint16_t column = 0; column < grid->columns; column++) {
			const struct ovr_grid_cell *cell = &grid->cell[(size_t)row * grid->columns + column];
			wchar_t text[2] = { (wchar_t)cell->code, L'\0' };
			short pair;
			attr_t attributes = attributes_of(
				(enum ovr_grid_style)cell->style, screen->has_colors, &pair);
			cchar_t character;

			setcchar(&character, text, attributes, pair, NULL);
			/* the last cell of all is drawn, though the cursor has nowhere to go */
			mvadd_wch(row, column, &character);
		}
	}
	refresh();
}

static int
key_of(int key)
{
	switch (key) {
	case KEY_UP:
		return OVR_SCREEN_KEY_UP;
	case KEY_DOWN:
		return OVR_SCREEN_KEY_DOWN;
	case KEY_PPAGE:
		return OVR_SCREEN_KEY_PAGE_UP;
	case KEY_NPAGE:
		return OVR_SCREEN_KEY_PAGE_DOWN;
	case KEY_LEFT:
		return OVR_SCREEN_KEY_LEFT;
	case KEY_RIGHT:
		return OVR_SCREEN_KEY_RIGHT;
	default:
		return key;
	}
}

/* All keys that have been typed. The end is asked for as Ctrl-C does: the control thread wakes. */
static void
read_keys(struct app_screen *screen)
{
	int key;

	while ((key = getch()) != ERR) {
		if (key == '\f')
			clearok(curscr, TRUE);
		else if (ovr_screen_key(&screen->view, key_of(key)))
			kill(getpid(), SIGINT);
	}
}

/* The thread. All of ncurses is called here, but for its beginning and its end. */
static void *
show(void *context)
{
	struct app_screen *screen = context;
	struct pollfd wait[] = { { .fd = fileno(screen->tty), .events = POLLIN },
		{ .fd = screen->end_fd, .events = POLLIN } };

	app_spare_take(&screen->spare, "overrun-screen");
	while ((wait[1].revents & POLLIN) == 0) {
		/* a terminal that has gone is not drawn on */
		if ((wait[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0)
			wait[0].fd = -1;
		if (wait[0].fd >= 0) {
			read_keys(screen);
			if (fit(screen))
				draw(screen);
		}
		wait[0].revents = 0;
		(void)poll(wait, 2, REDRAW_MS);
	}
	return NULL;
}

/* The terminal: that of the process or, where it has none, stderr. */
static FILE *
open_terminal(void)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
	FILE *tty;

	if (fd < 0)
		fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	tty = fd < 0 ? NULL : fdopen(fd, "r+");
	if (tty == NULL && fd >= 0)
		close(fd);
	return tty;
}

static void
free_screen(struct app_screen *screen)
{
	if (screen->end_fd >= 0)
		close(screen->end_fd);
	if (screen->tty != NULL)
		fclose(screen->tty);
	free(screen->grid.cell);
	free(screen);
}

/* ncurses would catch these two where nobody does: a handler may run in a worker. */
static void
ignore_signals(struct app_screen *screen)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigaction(SIGTSTP, &ignore, &screen->suspend);
	sigaction(SIGWINCH, &ignore, &screen->resize);
}

static void
restore_signals(const struct app_screen *screen)
{
	sigaction(SIGTSTP, &screen->suspend, NULL);
	sigaction(SIGWINCH, &screen->resize, NULL);
}

static bool
begin_terminal(struct app_screen *screen)
{
	setlocale(LC_CTYPE, "");
	screen->view.is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	if (tcgetattr(fileno(screen->tty), &restore.before) != 0)
		return false;
	screen->terminal = newterm(NULL, screen->tty, screen->tty);
	if (screen->terminal == NULL)
		return false;
	set_term(screen->terminal);
	set_escdelay(ESCAPE_MS);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	leaveok(stdscr, TRUE);
	curs_set(0);
	begin_colors(screen);
	return true;
}

static void
end_terminal(struct app_screen *screen)
{
	endwin();
	disarm();
	delscreen(screen->terminal);
}

struct app_screen *
app_screen_start(const struct ovr_screen_view *view, bool has_colors, const uint16_t *cpu, uint16_t n_cpus,
	app_screen_draw *draw_all, void *context)
{
	struct app_screen *screen = calloc(1, sizeof(*screen));

	if (screen == NULL)
		return NULL;
	screen->view = *view;
	screen->has_colors = has_colors;
	screen->draw = draw_all;
	screen->context = context;
	screen->end_fd = eventfd(0, EFD_CLOEXEC);
	screen->tty = open_terminal();
	app_spare_cpus(cpu, n_cpus, &screen->spare);
	if (screen->end_fd < 0 || screen->tty == NULL) {
		free_screen(screen);
		return NULL;
	}
	ignore_signals(screen);
	if (!begin_terminal(screen)) {
		restore_signals(screen);
		free_screen(screen);
		return NULL;
	}
	arm(fileno(screen->tty));
	app_say_later(true);
	if (app_spare_thread(&screen->thread, show, screen) != 0) {
		end_terminal(screen);
		restore_signals(screen);
		app_say_later(false);
		free_screen(screen);
		return NULL;
	}
	return screen;
}

void
app_screen_stop(struct app_screen *screen)
{
	const uint64_t one = 1;

	if (screen == NULL)
		return;
	(void)!write(screen->end_fd, &one, sizeof(one));
	pthread_join(screen->thread, NULL);
	end_terminal(screen);
	restore_signals(screen);
	app_say_later(false);
	free_screen(screen);
}

bool
app_screen_has_colors(enum ovr_plan_color color)
{
	const char *no_color = getenv("NO_COLOR");

	if (color != OVR_COLOR_AUTO)
		return color == OVR_COLOR_ALWAYS;
	return no_color == NULL || no_color[0] == '\0';
}

int
app_screen_refuse(struct ovr_err *err)
{
	const char *term = getenv("TERM");

	return ovr_err_set(err, -ENOTTY,
		"live: found screen, but stderr is no terminal in the foreground that can have one (TERM is "
		"%.40s), accepted: line, none, auto",
		term != NULL ? term : "not set");
}
