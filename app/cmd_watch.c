/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <rte_version.h>

#include "app.h"
#include "page.h"
#include "args.h"
#include "base/units.h"
#include "kernel/live.h"
#include "metrics.h"
#include "metrics/metrics.h"
#include "nic/counters.h"
#include "nic/interval.h"
#include "nic/nic.h"
#include "report/watch.h"
#include "screen.h"
#include "screen/watch.h"
#include "watch_hosts.h"

#define INTERFACES_MAX  APP_WATCH_MAX
#define NETNS_MAX       16
#define NETNS_PREFIX    "netns="
#define INTERVAL_NS_MIN 10000000
#define INTERVAL_NS_MAX UINT64_C(86400000000000)
#define NS_PER_S        1000000000

static const struct app_arg options_table[] = {
	{ "interval", "TIME", "how long a row is, 10ms to 24h [1s]" },
	{ "count", "N", "end after so many rows [when interrupted]" },
	{ "all-places", NULL,
		"every place of the ledger in the own network namespace or, with netns=NAME, in those" },
	{ "hosts", "FILE",
		"addresses and keys of the machines that host:NAME/netdev:INTERFACE names [hosts.yaml beside "
		"this user's keys]" },
	{ "metrics", "[ADDRESS:]PORT",
		"serve metrics for Prometheus; without an address on loopback alone, port 0: any free one "
		"[none]" },
	{ "live", "auto|screen|line|none",
		"a screen, rows, or the sums alone; auto: a screen where stdout and stderr are a terminal "
		"and neither --count nor --json is given [auto]" },
	{ "color", "auto|always|never", "colours of the screen; auto: unless NO_COLOR is set [auto]" },
	{ "json", NULL, "a JSON object per interval and line, and one for all at the end" },
	{ NULL, NULL, NULL },
};

/* What the command line says. */
struct watch_options {
	struct app_watch_name name[INTERFACES_MAX];
	uint32_t n_names;
	const char *hosts;            /* file; "": the usual one */
	const char *netns[NETNS_MAX]; /* "": the own one */
	uint32_t n_netns;
	bool all_places;
	uint64_t interval_ns;
	uint64_t count; /* 0: until a signal comes */
	struct ovr_listen metrics;
	enum ovr_plan_show live;
	enum ovr_plan_color color;
	bool json;
};

/* One interface and its readings. */
struct watched {
	struct ovr_nic_facts facts;
	struct ovr_nic_counters before, now;
	struct ovr_nic_interval interval, total;
	struct ovr_screen_rates rates;
};

/* The whole watch. */
struct watch {
	struct watch_options options;
	struct watched interface[INTERFACES_MAX];
	struct app_watch_hosts hosts;
	struct ovr_kernel_live live; /* with --all-places */
	uint64_t intervals;
	struct app_metrics *metrics;
	struct ovr_metrics_places places; /* with --all-places and --metrics */
	uint64_t taken_realtime_ns;       /* the end of the latest interval; 0: there was none */
	struct app_screen *screen;
	struct ovr_kernel_claims claims; /* of all intervals, for the screen */
	pthread_mutex_t lock;            /* readings, against the threads that serve metrics and draw */
	bool is_terminal;
	unsigned int rows_per_page; /* of a terminal; 0: headings once */
};

static int
parse_interval(const char *text, uint64_t *ret_ns, struct ovr_err *err)
{
	uint64_t ns = 0;
	int status = ovr_units_parse_duration_ns("watch: --interval", text, &ns, err);

	if (status != 0)
		return status;
	if (ns < INTERVAL_NS_MIN || ns > INTERVAL_NS_MAX)
		return ovr_err_set(
			err, -ERANGE, "watch: --interval: found \"%.80s\", accepted: 10ms to 24h", text);
	*ret_ns = ns;
	return 0;
}

static int
add_name(struct watch_options *options, const char *word, struct ovr_err *err)
{
	struct app_watch_name name;
	int status = app_watch_name_parse(word, &name, err);

	if (status != 0)
		return status;
	for (uint32_t i = 0; i < options->n_names; i++)
		if (strcmp(options->name[i].label, name.label) == 0)
			return ovr_err_set(err, -EINVAL,
				"watch: %s is named twice; accepted: each interface once", word);
	if (options->n_names == INTERFACES_MAX)
		return ovr_err_set(err, -E2BIG, "watch: %s is one interface too many; accepted: up to %d",
			word, INTERFACES_MAX);
	options->name[options->n_names++] = name;
	return 0;
}

static int
add_netns(struct watch_options *options, const char *word, struct ovr_err *err)
{
	const char *name = word + strlen(NETNS_PREFIX);

	if (name[0] == '\0')
		return ovr_err_set(err, -EINVAL,
			"watch: found \"%s\" without a name, accepted: netns=NAME, or netns=PATH as in "
			"netns=/proc/123/ns/net",
			word);
	if (options->n_netns == NETNS_MAX)
		return ovr_err_set(err, -E2BIG,
			"watch: %.80s is one network namespace too many; accepted: up to %d", word,
			NETNS_MAX);
	options->netns[options->n_netns++] = name;
	return 0;
}

static int
apply(const struct app_word *word, struct watch_options *options, struct ovr_err *err)
{
	if (word->option == NULL && strncmp(word->text, NETNS_PREFIX, strlen(NETNS_PREFIX)) == 0)
		return add_netns(options, word->text, err);
	if (word->option == NULL)
		return add_name(options, word->text, err);
	if (strcmp(word->option->name, "interval") == 0)
		return parse_interval(word->text, &options->interval_ns, err);
	if (strcmp(word->option->name, "hosts") == 0) {
		options->hosts = word->text;
		return 0;
	}
	if (strcmp(word->option->name, "count") == 0)
		return ovr_units_parse_u64("watch: --count", word->text, 1, INT64_MAX, &options->count, err);
	if (strcmp(word->option->name, "metrics") == 0)
		return ovr_listen_parse_or_none("watch: --metrics", word->text, &options->metrics, err);
	if (strcmp(word->option->name, "live") == 0 || strcmp(word->option->name, "color") == 0) {
		unsigned int value = 0;
		int status = app_args_choice("watch", word, &value, err);

		if (strcmp(word->option->name, "live") == 0)
			options->live = (enum ovr_plan_show)value;
		else
			options->color = (enum ovr_plan_color)value;
		return status;
	}
	if (strcmp(word->option->name, "all-places") == 0)
		options->all_places = true;
	else
		options->json = true;
	return 0;
}

/* What the words come to together. */
static int
check(struct watch_options *options, struct ovr_err *err)
{
	if (options->n_netns != 0 && !options->all_places)
		return ovr_err_set(err, -EINVAL,
			"watch: netns=%.80s names a network namespace; accepted: with --all-places",
			options->netns[0]);
	for (uint32_t i = 0; options->all_places && i < options->n_names; i++)
		if (options->name[i].host[0] != '\0')
			return ovr_err_set(err, -EINVAL,
				"watch: --all-places: found beside %.160s, an interface of another host; "
				"accepted: interfaces of this host, whose places they are",
				options->name[i].label);
	if (options->n_names == 0 && !options->all_places)
		return ovr_err_set(err, -EINVAL,
			"watch: no interface was named; accepted: overrun watch INTERFACE..., or overrun "
			"watch "
			"--all-places");
	if (options->json && options->live == OVR_SHOW_SCREEN)
		return ovr_err_set(
			err, -EINVAL, "watch: --live screen: found beside --json, accepted: one of both");
	if (options->all_places && options->n_netns == 0)
		options->netns[options->n_netns++] = "";
	return 0;
}

static int
parse(int argc, char **argv, struct watch_options *ret_options, struct ovr_err *err)
{
	static struct watch_options options = { .interval_ns = NS_PER_S, .hosts = "" };
	struct app_args args = { "watch", options_table, argc, argv, 1 };
	int status = 0;

	while (args.at < argc && status == 0) {
		struct app_word word;

		status = app_args_next(&args, &word, err);
		if (status == 0)
			status = apply(&word, &options, err);
	}
	if (status == 0)
		status = check(&options, err);
	if (status == 0)
		*ret_options = options;
	return status;
}

static uint64_t
now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/* The time of day as the first column has it. */
static const char *
time_of_day(char *buf, size_t size)
{
	time_t now = time(NULL);
	struct tm local;

	if (localtime_r(&now, &local) == NULL || strftime(buf, size, "%H:%M:%S", &local) == 0)
		snprintf(buf, size, "-");
	return buf;
}

/*
 * Sleep to a time of CLOCK_MONOTONIC, or until a signal comes. Signals come nowhere else, so that
 * none is overslept.
 */
static void
sleep_until(uint64_t end_ns)
{
	uint64_t left_ns;
	sigset_t none;

	sigemptyset(&none);
	while (!atomic_load(&app_stop) && (left_ns = end_ns - now_ns(CLOCK_MONOTONIC)) <= INTERVAL_NS_MAX) {
		const struct timespec left = { .tv_sec = (time_t)(left_ns / NS_PER_S),
			.tv_nsec = (long)(left_ns % NS_PER_S) };

		if (ppoll(NULL, 0, &left, &none) == 0)
			return;
	}
}

/* What the report gets: of the last interval, or of all. */
static uint32_t
view(const struct watch *watch, bool is_total, struct ovr_report_watched *ret_view)
{
	for (uint32_t i = 0; i < watch->options.n_names; i++)
		ret_view[i] = (struct ovr_report_watched){
			.facts = &watch->interface[i].facts,
			.interval = is_total ? &watch->interface[i].total : &watch->interface[i].interval,
			.label = watch->options.name[i].label,
			.host = watch->options.name[i].host,
		};
	return watch->options.n_names;
}

/* What the report gets of places: of the last interval, or of all. NULL: none are watched */
static const struct ovr_report_places *
view_places(const struct watch *watch, bool is_total, const struct ovr_kernel_claims *claims,
	struct ovr_report_places *ret_view)
{
	const struct ovr_kernel_live *live = &watch->live;
	/* the text has said before the first row what cannot be read; JSON says it in that row */
	bool is_first = watch->options.json && watch->intervals == 1;
	uint32_t first = is_total || is_first ? 0 : live->first_note;

	if (!watch->options.all_places)
		return NULL;
	*ret_view = (struct ovr_report_places){
		.netns = watch->options.netns,
		.n_netns = watch->options.n_netns,
		.ns = is_total ? live->total_ns : live->interval_ns,
		.claims = claims,
		.note = live->n_notes == 0 ? NULL
					   : (const char(*)[OVR_KERNEL_NOTE_BYTES]) & live->note[first],
		.n_notes = live->n_notes - first,
		.n_notes_beyond = is_total ? live->n_notes_beyond : 0,
	};
	return ret_view;
}

static int
begin_places(struct watch *watch, struct ovr_err *err)
{
	struct ovr_report_places places;
	int status = ovr_kernel_live_open(watch->options.netns, watch->options.n_netns, &watch->live, err);

	if (status != 0 || watch->options.json)
		return status;
	return ovr_report_places_begin(
		view_places(watch, false, &watch->live.claims, &places), app_page(APP_PAGE_RESULT), err);
}

static int
begin(struct watch *watch, struct ovr_err *err)
{
	struct ovr_report_watched views[INTERFACES_MAX];
	const struct watch_options *options = &watch->options;
	int status = app_watch_hosts_open(
		&watch->hosts, options->name, options->n_names, options->hosts, err);

	for (uint32_t i = 0; i < options->n_names && status == 0; i++)
		status = app_watch_hosts_read(&watch->hosts, &options->name[i], true,
			&watch->interface[i].facts, &watch->interface[i].before, err);
	if (status == 0 && watch->options.n_names != 0 && !watch->options.json)
		status = ovr_report_watch_begin(
			views, view(watch, false, views), app_page(APP_PAGE_RESULT), err);
	if (status == 0 && watch->options.all_places)
		status = begin_places(watch, err);
	return status;
}

/* Read all, compare, and let the readings of now be those of before. */
static int
take_interval(struct watch *watch, struct ovr_err *err)
{
	int status = 0;

	for (uint32_t i = 0; i < watch->options.n_names && status == 0; i++)
		status = app_watch_hosts_read(&watch->hosts, &watch->options.name[i], false,
			&watch->interface[i].facts, &watch->interface[i].now, err);
	for (uint32_t i = 0; i < watch->options.n_names && status == 0; i++) {
		struct watched *watched = &watch->interface[i];
		struct ovr_nic_counters spare = watched->before;

		status = ovr_nic_interval_between(&watched->before, &watched->now, &watched->interval, err);
		if (status == 0)
			status = ovr_nic_interval_add(&watched->total, &watched->interval, err);
		watched->before = watched->now;
		watched->now = spare;
		/* a link that came back may have another speed */
		if (status == 0 && watched->interval.carrier_changes != 0 &&
			watch->options.name[i].host[0] == '\0')
			status = ovr_nic_facts_read(watch->options.name[i].interface, &watched->facts, err);
	}
	if (status == 0 && watch->options.all_places)
		status = ovr_kernel_live_take(&watch->live, err);
	watch->intervals += status == 0;
	return status;
}

/* Whether headings come before the rows of this interval. */
static bool
begins_page(const struct watch *watch)
{
	return watch->intervals == 1 ||
		(watch->rows_per_page != 0 && (watch->intervals - 1) % watch->rows_per_page == 0);
}

/* The table of interfaces, if any are watched, and that of places. */
static int
print_tables(const struct watch *watch, const char *interfaces_when, const char *places_when,
	bool has_headings, const struct ovr_report_watched *views, const struct ovr_report_places *places,
	struct ovr_err *err)
{
	uint32_t n = watch->options.n_names;
	FILE *out = app_page(APP_PAGE_RESULT);
	int status = 0;

	if (n != 0 && has_headings)
		status = ovr_report_watch_headings(interfaces_when, out, err);
	if (n != 0 && status == 0)
		status = ovr_report_watch_rows(interfaces_when, views, n, watch->is_terminal, out, err);
	if (places != NULL && status == 0 && has_headings)
		status = ovr_report_places_headings(places_when, out, err);
	if (places != NULL && status == 0)
		status = ovr_report_places_rows(places_when, places, watch->is_terminal, out, err);
	return status;
}

static int
print_interval(const struct watch *watch, struct ovr_err *err)
{
	struct ovr_report_watched views[INTERFACES_MAX];
	uint32_t n = view(watch, false, views);
	struct ovr_report_places of;
	const struct ovr_report_places *places = view_places(watch, false, &watch->live.claims, &of);
	char when[16];

	if (watch->options.json)
		return ovr_report_watch_json(
			"interval", now_ns(CLOCK_REALTIME), views, n, places, app_page(0), err);
	time_of_day(when, sizeof(when));
	return print_tables(watch, when, when, begins_page(watch), views, places, err);
}

/* What all intervals together lost, for metrics. */
static int
take_places(struct watch *watch, struct ovr_err *err)
{
	struct ovr_kernel_claims claims = { 0 };
	int status = ovr_kernel_live_total(&watch->live, &claims, err);

	if (status == 0)
		status = ovr_metrics_places_take(&watch->places, &claims, err);
	ovr_kernel_claims_done(&claims);
	return status;
}

/* An interval, which those who ask for metrics do not see half. */
static int
take_locked(struct watch *watch, struct ovr_err *err)
{
	int status;

	pthread_mutex_lock(&watch->lock);
	status = take_interval(watch, err);
	if (status == 0 && watch->metrics != NULL && watch->options.all_places)
		status = take_places(watch, err);
	if (status == 0 && watch->screen != NULL && watch->options.all_places)
		status = ovr_kernel_live_total(&watch->live, &watch->claims, err);
	for (uint32_t i = 0; status == 0 && i < watch->options.n_names; i++)
		ovr_screen_rates_add(&watch->interface[i].rates, &watch->interface[i].interval);
	watch->taken_realtime_ns = now_ns(CLOCK_REALTIME);
	pthread_mutex_unlock(&watch->lock);
	return status;
}

/* app_metrics_print */
static void
print_metrics(void *context, enum ovr_exposition_format format, FILE *out)
{
	const struct ovr_metrics_build build = { .version = OVR_VERSION, .dpdk = rte_version() };
	struct ovr_metrics_interface interface[INTERFACES_MAX];
	struct watch *watch = context;
	struct ovr_metrics_watch view;

	pthread_mutex_lock(&watch->lock);
	for (uint32_t i = 0; i < watch->options.n_names; i++)
		interface[i] = (struct ovr_metrics_interface){ watch->options.name[i].label,
			&watch->interface[i].total };
	view = (struct ovr_metrics_watch){
		.interface = interface,
		.n_interfaces = watch->options.n_names,
		.places = watch->options.all_places ? &watch->places : NULL,
		.n_intervals = watch->intervals,
		.at_realtime_ns = watch->taken_realtime_ns,
	};
	ovr_metrics_write_watch(&view, &build, format, out);
	pthread_mutex_unlock(&watch->lock);
}

/* app_screen_draw */
static void
draw(void *context, const struct ovr_screen_view *view, struct ovr_grid *grid)
{
	struct ovr_screen_interface interface[INTERFACES_MAX];
	struct watch *watch = context;
	struct ovr_screen_watched watched = { .interface = interface,
		.n_interfaces = watch->options.n_names };

	pthread_mutex_lock(&watch->lock);
	for (uint32_t i = 0; i < watch->options.n_names; i++)
		interface[i] = (struct ovr_screen_interface){ &watch->interface[i].facts,
			&watch->interface[i].interval, &watch->interface[i].total, &watch->interface[i].rates,
			watch->options.name[i].label };
	watched.n_intervals = watch->intervals;
	if (watch->options.all_places) {
		watched.latest = &watch->live.claims;
		watched.total = &watch->claims;
	}
	ovr_screen_draw_watched(&watched, view, grid);
	pthread_mutex_unlock(&watch->lock);
}

/* What is shown: of what was asked for, and what the terminal can do. */
static enum ovr_plan_show
show_of(const struct watch_options *options)
{
	if (options->live != OVR_SHOW_AUTO)
		return options->live;
	return !options->json && options->count == 0 && isatty(STDOUT_FILENO) && app_screen_is_possible()
		? OVR_SHOW_SCREEN
		: OVR_SHOW_LINE;
}

/* The screen, if there is to be one. Where only auto would have it, rows do. */
static int
begin_screen(struct watch *watch, enum ovr_plan_show *show, struct ovr_err *err)
{
	struct ovr_screen_view view = { .pane = OVR_SCREEN_OVERVIEW };
	size_t n = 0;

	if (*show != OVR_SHOW_SCREEN)
		return 0;
	for (uint32_t i = 0; i < watch->options.n_names && n < sizeof(view.ports); i++)
		n += (size_t)snprintf(view.ports + n, sizeof(view.ports) - n, "%s%s", n > 0 ? " " : "",
			watch->options.name[i].label);
	watch->screen = app_screen_is_possible()
		? app_screen_start(&view, app_screen_has_colors(watch->options.color), NULL, 0, draw, watch)
		: NULL;
	if (watch->screen == NULL && watch->options.live == OVR_SHOW_SCREEN)
		return app_screen_refuse(err);
	if (watch->screen == NULL)
		*show = OVR_SHOW_LINE;
	return 0;
}

static int
print_total(const struct watch *watch, struct ovr_err *err)
{
	struct ovr_report_watched views[INTERFACES_MAX];
	uint32_t n = view(watch, true, views);
	struct ovr_kernel_claims claims = { 0 };
	struct ovr_report_places of;
	const struct ovr_report_places *places = view_places(watch, true, &claims, &of);
	int status = places == NULL ? 0 : ovr_kernel_live_total(&watch->live, &claims, err);

	if (status == 0 && watch->options.json) {
		status = ovr_report_watch_json(
			"total", now_ns(CLOCK_REALTIME), views, n, places, app_page(0), err);
	} else if (status == 0) {
		fputc('\n', app_page(APP_PAGE_RESULT));
		status = print_tables(watch, "Average:", "Total:", true, views, places, err);
	}
	ovr_kernel_claims_done(&claims);
	return status;
}

/*
 * One interval after the other, until there were enough or a signal came; that one ends an interval
 * early.
 */
static int
watch_on(struct watch *watch, bool has_rows, struct ovr_err *err)
{
	uint64_t next_ns = now_ns(CLOCK_MONOTONIC);
	int status = 0;

	/* whoever does not take the rows any more has seen enough */
	while (status == 0 && app_page_flush() == 0 && !atomic_load(&app_stop) &&
		(watch->options.count == 0 || watch->intervals < watch->options.count)) {
		next_ns += watch->options.interval_ns;
		/* who was stopped for a while does not catch up with intervals of no length */
		if (next_ns < now_ns(CLOCK_MONOTONIC))
			next_ns = now_ns(CLOCK_MONOTONIC) + watch->options.interval_ns;
		sleep_until(next_ns);
		status = take_locked(watch, err);
		/* a signal while another host was asked: what was seen before counts */
		if (status == -EINTR && atomic_load(&app_stop))
			return 0;
		if (status == 0 && has_rows)
			status = print_interval(watch, err);
	}
	return status;
}

static unsigned int
page_of_terminal(uint32_t n_rows)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0)
		size.ws_row = 24;
	return size.ws_row > n_rows + 3 ? (size.ws_row - 3u) / n_rows : 1;
}

int
cmd_watch(int argc, char **argv)
{
	static struct watch watch;
	struct ovr_err err, late_err;
	enum ovr_plan_show show;
	int status;

	status = parse(argc, argv, &watch.options, &err);
	if (status != 0)
		return app_fail(&err);
	if (isatty(STDOUT_FILENO)) {
		watch.rows_per_page = page_of_terminal(watch.options.n_names + watch.options.all_places);
		watch.is_terminal = app_screen_has_colors(watch.options.color);
	}
	show = show_of(&watch.options);
	status = app_metrics_listen(&watch.options.metrics, false, &watch.metrics, &err);
	if (status != 0)
		return app_fail(&err);
	pthread_mutex_init(&watch.lock, NULL);
	app_signals_open();
	app_signals_block();
	status = begin(&watch, &err);
	if (status == 0)
		status = begin_screen(&watch, &show, &err);
	if (status == 0)
		status = app_metrics_serve(watch.metrics, NULL, 0, print_metrics, &watch, &err);
	if (status == 0) {
		status = watch_on(&watch, show == OVR_SHOW_LINE, &err);
		app_screen_stop(watch.screen);
		watch.screen = NULL;
		/* what was seen counts, also of an interface that has gone */
		if (watch.intervals > 0 && print_total(&watch, &late_err) != 0 && status == 0) {
			status = -EIO;
			err = late_err;
		}
	}
	app_screen_stop(watch.screen);
	app_metrics_stop(watch.metrics);
	app_watch_hosts_close(&watch.hosts);
	for (uint32_t i = 0; i < watch.options.n_names; i++) {
		ovr_nic_counters_done(&watch.interface[i].before);
		ovr_nic_counters_done(&watch.interface[i].now);
		ovr_nic_interval_done(&watch.interface[i].interval);
		ovr_nic_interval_done(&watch.interface[i].total);
	}
	ovr_kernel_live_close(&watch.live);
	ovr_kernel_claims_done(&watch.claims);
	ovr_metrics_places_done(&watch.places);
	pthread_mutex_destroy(&watch.lock);
	return status != 0 ? app_fail(&err) : APP_EXIT_PASS;
}

void
cmd_watch_help(FILE *out)
{
	fprintf(out,
		"\nRates as `sar -n DEV` has them, how full the link was (%%ifutil as sar says, %%line with "
		"FCS, preamble and gap), and below them every counter of loss that moved: frames, account, "
		"trust. An account in parentheses is the alias of another counter.\n"
		"With --all-places, a line for every place that lost something, from the NIC's ring to the "
		"socket's buffer, in the own network namespace or, with netns=NAME, in others: how many, "
		"of what, the place, its owner among the counters, and which ones have the same again. At "
		"the end are the sums.\n"
		"An interface may be of another host, host:NAME/netdev:INTERFACE, whose agent (overrun "
		"serve) tells its counters, beside trials too.\n"
		"Nothing is cleared. No privilege is needed but root for other namespaces, and for rules "
		"of nftables and conntrack; what cannot be read is said.\n\n");
	app_args_help(options_table, out);
}
