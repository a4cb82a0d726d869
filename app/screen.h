/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The terminal while a screen is shown on it: a thread that draws, reads keys and follows the size.
 *
 * The terminal is given back as it was: by app_screen_stop(), and where the process ends by
 * exit(), abort(), a fault or SIGQUIT. After SIGKILL `reset` does it. SIGINT and SIGTERM are the
 * caller's, who stops the screen. Ctrl-Z does nothing meanwhile: a tester that is stopped tests
 * nothing. What app_say() has to say waits until the terminal is given back. Control thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "plan/plan.h"
#include "screen/screen.h"

struct app_screen;

/** Draws all of it. Called in the thread of the screen. */
typedef void app_screen_draw(void *context, const struct ovr_screen_view *view, struct ovr_grid *grid);

/**
 * @return whether stderr is a terminal in the foreground that can have a screen (TERM is known, and
 * not dumb)
 */
bool app_screen_is_possible(void);

/**
 * Take the terminal.
 * @param view how it begins
 * @param has_colors what --color came to
 * @param cpu of the workers, @p n_cpus of them, which the thread stays off
 * @return the screen; NULL: this terminal cannot have one
 */
struct app_screen *app_screen_start(const struct ovr_screen_view *view, bool has_colors, const uint16_t *cpu,
	uint16_t n_cpus, app_screen_draw *draw, void *context);

/**
 * @param color what --color says
 * @return whether there are to be colours: with OVR_COLOR_AUTO unless NO_COLOR is set and not empty
 */
bool app_screen_has_colors(enum ovr_plan_color color);

/** Refuse a screen that was asked for. @return -ENOTTY */
int app_screen_refuse(struct ovr_err *err);

/** Give the terminal back, and say what waited. NULL is allowed. */
void app_screen_stop(struct app_screen *screen);
