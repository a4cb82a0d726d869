/* SPDX-License-Identifier: BSD-3-Clause */
#include "live.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <rte_version.h>

#include "app.h"
#include "metrics.h"
#include "metrics/metrics.h"
#include "plan/command.h"
#include "screen.h"

#define NS_PER_S UINT64_C(1000000000)

struct app_live {
	const struct ovr_plan *plan;
	enum ovr_plan_show show;
	struct app_metrics *metrics;
	struct app_screen *screen;
	pthread_mutex_t lock;
	struct ovr_live live;  /* under the lock */
	struct ovr_live copy;  /* of the thread that serves metrics */
	struct ovr_live drawn; /* of the screen's */
};

static uint64_t
since_1970_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/* What is shown, of what was asked for and what the terminal can do. */
static enum ovr_plan_show
show_of(const struct ovr_plan_output *output)
{
	if (output->quiet)
		return OVR_SHOW_NONE;
	if (output->live != OVR_SHOW_AUTO)
		return output->live;
	if (!isatty(STDERR_FILENO))
		return OVR_SHOW_AUTO;
	return app_screen_is_possible() ? OVR_SHOW_SCREEN : OVR_SHOW_LINE;
}

int
app_live_open(const struct ovr_plan *plan, struct app_live **ret_live, struct ovr_err *err)
{
	struct app_live *live = calloc(1, sizeof(*live));
	int status;

	*ret_live = NULL;
	if (live == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for what is shown while it runs");
	live->plan = plan;
	live->show = show_of(&plan->output);
	pthread_mutex_init(&live->lock, NULL);
	if (live->show == OVR_SHOW_SCREEN && !app_screen_is_possible()) {
		app_live_close(live);
		return app_screen_refuse(err);
	}
	status = app_metrics_listen(&plan->output.metrics, plan->output.quiet, &live->metrics, err);
	if (status != 0) {
		app_live_close(live);
		return status;
	}
	*ret_live = live;
	return 0;
}

enum ovr_plan_show
app_live_show(const struct app_live *live)
{
	return live->show;
}

bool
app_live_is_wanted(const struct app_live *live)
{
	return live->metrics != NULL || live->show == OVR_SHOW_SCREEN;
}

static void
look(struct app_live *live, struct ovr_live *ret_live)
{
	pthread_mutex_lock(&live->lock);
	*ret_live = live->live;
	pthread_mutex_unlock(&live->lock);
}

/* app_screen_draw */
static void
draw(void *context, const struct ovr_screen_view *view, struct ovr_grid *grid)
{
	struct app_live *live = context;

	look(live, &live->drawn);
	ovr_screen_draw(&live->drawn, view, grid);
}

static int
start_screen(struct app_live *live, const uint16_t *cpu, uint16_t n_cpus, struct ovr_err *err)
{
	const struct ovr_plan_output *output = &live->plan->output;
	struct ovr_screen_view view = { .pane = OVR_SCREEN_OVERVIEW };

	snprintf(view.ports, sizeof(view.ports), "%s to %s", live->plan->ports.tx.label,
		live->plan->ports.rx.label);
	snprintf(view.metrics, sizeof(view.metrics), "%s", app_metrics_url(live->metrics));
	live->screen = app_screen_start(&view, app_screen_has_colors(output->color), cpu, n_cpus, draw, live);
	if (live->screen != NULL)
		return 0;
	if (output->live == OVR_SHOW_SCREEN)
		return app_screen_refuse(err);
	live->show = OVR_SHOW_LINE;
	return 0;
}

/* app_metrics_print */
static void
print_metrics(void *context, enum ovr_exposition_format format, FILE *out)
{
	struct ovr_metrics_build build = { .version = OVR_VERSION, .dpdk = rte_version() };
	struct app_live *live = context;

	look(live, &live->copy);
	ovr_metrics_write(&live->copy, &build, format, out);
}

int
app_live_start(struct app_live *live, uint32_t n_planned, uint64_t at_most_ns, const uint16_t *cpu,
	uint16_t n_cpus, struct ovr_err *err)
{
	int status;

	pthread_mutex_lock(&live->lock);
	ovr_live_begin(&live->live, ovr_plan_spec_of(live->plan->command)->name, n_planned, at_most_ns,
		app_now_ns());
	pthread_mutex_unlock(&live->lock);
	status = app_metrics_serve(live->metrics, cpu, n_cpus, print_metrics, live, err);
	if (status == 0 && live->show == OVR_SHOW_SCREEN)
		status = start_screen(live, cpu, n_cpus, err);
	return status;
}

void
app_live_trial(struct app_live *live, uint32_t number, const char *label)
{
	pthread_mutex_lock(&live->lock);
	ovr_live_begin_trial(&live->live, number, label, app_now_ns());
	pthread_mutex_unlock(&live->lock);
}

void
app_live_reading(struct app_live *live, const struct ovr_live_reading *reading)
{
	pthread_mutex_lock(&live->lock);
	ovr_live_add(&live->live, reading, app_now_ns(), since_1970_ns());
	pthread_mutex_unlock(&live->lock);
}

void
app_live_over(struct app_live *live, const struct ovr_result *result)
{
	pthread_mutex_lock(&live->lock);
	if (result != NULL)
		ovr_live_end_trial(&live->live, result);
	else
		ovr_live_drop_trial(&live->live);
	pthread_mutex_unlock(&live->lock);
}

void
app_live_close(struct app_live *live)
{
	if (live == NULL)
		return;
	app_screen_stop(live->screen);
	app_metrics_stop(live->metrics);
	pthread_mutex_destroy(&live->lock);
	free(live);
}
