/* SPDX-License-Identifier: BSD-3-Clause */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "caller/on_path.h"
#include "output.h"
#include "page.h"
#include "path_options.h"
#include "plan/listen.h"
#include "probe/reflect.h"
#include "probe/trace.h"
#include "report/path.h"
#include "screen.h"
#include "screen/path.h"

#define NS_PER_S UINT64_C(1000000000)
/* As often as a line of the terminal is worth reading. */
#define SHOW_NS (NS_PER_S / 4)

/* @param name of the destination */
static bool
is_unspecified(const struct sockaddr_storage *address)
{
	if (address->ss_family == AF_INET6)
		return IN6_IS_ADDR_UNSPECIFIED(&((const struct sockaddr_in6 *)address)->sin6_addr);
	return ((const struct sockaddr_in *)address)->sin_addr.s_addr == htonl(INADDR_ANY);
}

static int
find_address(const struct app_path_options *options, const char *name, struct sockaddr_storage *ret_address,
	struct ovr_err *err)
{
	struct addrinfo hints = { .ai_family = options->family, .ai_socktype = SOCK_DGRAM };
	struct addrinfo *found = NULL;
	int code = getaddrinfo(name, NULL, &hints, &found);

	if (code != 0)
		return ovr_err_set(err, -ENOENT,
			"path: found \"%.80s\" (%s), accepted: an address or a name%s", name,
			gai_strerror(code),
			options->family == AF_INET            ? " of IPv4"
				: options->family == AF_INET6 ? " of IPv6"
							      : "");
	memcpy(ret_address, found->ai_addr, found->ai_addrlen);
	freeaddrinfo(found);
	/* it leads to this host, which answers from another address */
	if (is_unspecified(ret_address))
		return ovr_err_set(err, -EINVAL,
			"path: found \"%.80s\", which is no host's address, accepted: an address or a name",
			name);
	if (ret_address->ss_family == AF_INET6)
		((struct sockaddr_in6 *)ret_address)->sin6_port = htons((uint16_t)options->port);
	else
		((struct sockaddr_in *)ret_address)->sin_port = htons((uint16_t)options->port);
	return 0;
}

/* What looks on while a path is traced. */
struct watched {
	const struct app_path_options *options;
	struct ovr_on_path *on_path;
	struct app_screen *screen; /* NULL: there is none */
	struct ovr_screen_path shown;
	pthread_mutex_t lock; /* of what is shown, against the thread of the screen */
	uint64_t shown_ns;    /* when it was judged last */
};

/* What is known so far, for the screen. */
static void
judge_so_far(struct watched *watched, const struct ovr_trace *trace)
{
	struct ovr_screen_path *shown = &watched->shown;

	pthread_mutex_lock(&watched->lock);
	ovr_path_judge(trace->probe, trace->n_probes, OVR_PATH_ALL_FLOWS, &shown->path);
	shown->rounds = trace->rounds;
	for (uint32_t i = 0; i < shown->path.n_hops; i++)
		memcpy(shown->address[i], trace->address[shown->path.hop[i].address[0]],
			sizeof(shown->address[i]));
	pthread_mutex_unlock(&watched->lock);
}

/* Show where it is, in place. */
static void
show_line(const struct watched *watched)
{
	const struct ovr_path *path = &watched->shown.path;
	const struct ovr_path_hop *end = path->n_hops == 0 ? NULL : &path->hop[path->n_hops - 1];

	if (end != NULL)
		app_show("round %" PRIu64 "%s%.0" PRIu64 "   %u hops   %s   destination: %" PRIu64
			 " of %" PRIu64 " missing",
			watched->shown.rounds, watched->options->count == 0 ? "" : " of ",
			watched->options->count, path->n_hops, ovr_path_verdict_name(path->verdict),
			end->missing, end->sent);
}

static bool
has_line(const struct app_path_options *options)
{
	return (options->live == OVR_SHOW_AUTO || options->live == OVR_SHOW_LINE) && isatty(STDERR_FILENO);
}

static void
end_round(void *context, const struct ovr_trace *trace)
{
	struct watched *watched = context;

	ovr_on_path_listen(watched->on_path);
	if (app_now_ns() < watched->shown_ns + SHOW_NS)
		return;
	if (watched->screen != NULL || has_line(watched->options)) {
		judge_so_far(watched, trace);
		watched->shown_ns = app_now_ns();
	}
	if (watched->screen == NULL && has_line(watched->options))
		show_line(watched);
}

/* app_screen_draw */
static void
draw(void *context, const struct ovr_screen_view *view, struct ovr_grid *grid)
{
	struct watched *watched = context;

	pthread_mutex_lock(&watched->lock);
	ovr_screen_draw_path(&watched->shown, view, grid);
	pthread_mutex_unlock(&watched->lock);
}

/* The screen, if there is to be one. Where only auto would have it, the line does. */
static int
begin_screen(struct watched *watched, const struct ovr_report_path *path, struct ovr_err *err)
{
	const struct ovr_screen_view view = { .pane = OVR_SCREEN_OVERVIEW };
	const struct app_path_options *options = watched->options;
	struct ovr_screen_path *shown = &watched->shown;

	if (options->live != OVR_SHOW_SCREEN && (options->live != OVR_SHOW_AUTO || !isatty(STDOUT_FILENO)))
		return 0;
	shown->rounds_asked = options->count;
	snprintf(shown->target, sizeof(shown->target), "%.50s (%.30s)   %s", path->target, path->address,
		ovr_probe_protocol_name(path->protocol));
	if (app_screen_is_possible())
		watched->screen = app_screen_start(&view,
			app_screen_has_colors((enum ovr_plan_color)options->color), NULL, 0, draw, watched);
	return watched->screen == NULL && options->live == OVR_SHOW_SCREEN ? app_screen_refuse(err) : 0;
}

static void
print_address(const struct sockaddr_storage *address, char text[INET6_ADDRSTRLEN])
{
	if (address->ss_family == AF_INET6)
		inet_ntop(
			AF_INET6, &((const struct sockaddr_in6 *)address)->sin6_addr, text, INET6_ADDRSTRLEN);
	else
		inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, text, INET6_ADDRSTRLEN);
}

/* Where the probes go. */
static int
find_destination(const struct app_path_options *options, const struct ovr_on_path *on_path,
	struct sockaddr_storage *ret_to, struct ovr_err *err)
{
	char name[NI_MAXHOST];
	int status;

	if (options->address[0] != '\0')
		return find_address(options, options->address, ret_to, err);
	status = ovr_on_path_far_address(on_path, name, sizeof(name), err);
	return status != 0 ? status : find_address(options, name, ret_to, err);
}

/* The agents begin; the far one says which port it has. */
static int
begin_agents(const struct app_path_options *options, struct ovr_on_path *on_path,
	struct ovr_probe_conf *probe, struct ovr_err *err)
{
	char address[INET6_ADDRSTRLEN], text[OVR_LISTEN_TEXT_BYTES];
	uint64_t mpps = options->rate_mpps * options->n_flows;
	in_port_t *port = probe->to.ss_family == AF_INET6 ? &((struct sockaddr_in6 *)&probe->to)->sin6_port
							  : &((struct sockaddr_in *)&probe->to)->sin_port;
	struct ovr_listen listen;
	int status;

	print_address(&probe->to, address);
	snprintf(text, sizeof(text), probe->to.ss_family == AF_INET6 ? "[%s]:%u" : "%s:%u", address,
		(unsigned int)options->port);
	probe->key = ovr_probe_draw_key();
	status = ovr_on_path_watch(on_path, text, probe->key, (mpps + 999) / 1000, err);
	if (status != 0 || options->far[0] == '\0')
		return status;
	status = ovr_listen_parse("path", on_path->agent[0].watching.watching.reflect, &listen, err);
	if (status == 0 && listen.port == 0)
		status = ovr_err_set(
			err, -EPROTO, "host %s: it does not say where it reflects", options->far);
	*port = htons(listen.port);
	return status;
}

/* What the far end lists, for each probe. */
static void
take_far_end(const struct ovr_on_path_agent *agent, struct ovr_trace *trace, struct ovr_report_path *path)
{
	const struct ovr_message *seen = &agent->seen;
	struct ovr_path_arrivals arrivals;
	struct ovr_report_far *far = &path->far;

	path->has_far = true;
	snprintf(far->host, sizeof(far->host), "%s", agent->place->host);
	snprintf(far->gone, sizeof(far->gone), "%s", agent->gone);
	if (agent->gone[0] != '\0')
		return;
	if (seen->seen.arrived == NULL || ovr_path_arrivals_parse(seen->seen.arrived, &arrivals) != 0) {
		snprintf(far->gone, sizeof(far->gone), "it sent no list of probes");
		return;
	}
	if (!seen->seen.is_list_short)
		ovr_path_arrivals_mark(&arrivals, trace->probe, trace->n_probes);
	ovr_path_arrivals_done(&arrivals);
	far->is_told = true;
	far->duplicates = seen->seen.duplicates;
	far->reordered = seen->seen.reordered;
	far->unanswered = seen->seen.unanswered;
	far->full = seen->seen.full;
	far->dropped = seen->seen.dropped;
	far->is_dropped_known = seen->seen.is_dropped_known;
	far->back_duplicates = trace->back_duplicates;
	far->back_reordered = trace->back_reordered;
}

/* What the agent of a host on the way tells, once the path is judged. */
static void
take_hop_agent(const struct ovr_on_path_agent *agent, struct ovr_report_path *path)
{
	const struct ovr_message_texts *addresses = &agent->watching.watching.addresses;
	struct ovr_report_hop_agent *hop = &path->hop_agent[path->n_hop_agents++];
	struct ovr_err err = { .text = "it sent no places" };

	snprintf(hop->host, sizeof(hop->host), "%s", agent->place->host);
	snprintf(hop->gone, sizeof(hop->gone), "%s", agent->gone);
	hop->is_told = agent->gone[0] == '\0' && agent->seen.seen.places != NULL &&
		ovr_report_path_places_read(agent->seen.seen.places, &hop->places, &err) == 0;
	if (!hop->is_told && hop->gone[0] == '\0')
		snprintf(hop->gone, sizeof(hop->gone), "%s", err.text);
	ovr_report_path_place_agent(path, hop, addresses->text, addresses->n);
}

/* All that the agents have seen. */
static void
take_agents(struct ovr_on_path *on_path, struct ovr_trace *trace, struct ovr_report_path *path)
{
	ovr_on_path_seen(on_path);
	for (uint32_t i = 0; i < on_path->n; i++)
		if (on_path->agent[i].is_far)
			take_far_end(&on_path->agent[i], trace, path);
	ovr_report_path_judge(path);
	for (uint32_t i = 0; i < on_path->n; i++)
		if (on_path->agent[i].is_hop)
			take_hop_agent(&on_path->agent[i], path);
}

static int
open_agents(const struct app_path_options *options, struct ovr_on_path *on_path, struct ovr_err *err)
{
	struct ovr_on_path_conf conf = { .hosts = options->hosts,
		.far = options->far[0] == '\0' ? NULL : options->far,
		.n_hops = options->n_hops };

	for (uint32_t i = 0; i < options->n_hops; i++)
		conf.hop[i] = options->hop[i];
	return ovr_on_path_open(&conf, on_path, err);
}

static int
report(const struct ovr_report_path *path, struct app_output *json, struct ovr_err *err)
{
	int printed = 0;
	int status = 0;

	if (json->file != NULL)
		status = ovr_report_path_json(path, json->file, err);
	if (status == 0)
		status = app_output_finish(json, 1, err);
	/* what no file takes is not lost */
	if (!json->is_stdout)
		printed = ovr_report_path_text(path, app_page(APP_PAGE_RESULT), status == 0 ? err : NULL);
	return status != 0 ? status : printed;
}

static int
trace_path(const struct app_path_options *options, struct ovr_on_path *on_path, struct ovr_trace *trace,
	struct ovr_report_path *path, struct ovr_err *err)
{
	static struct watched watched = { .lock = PTHREAD_MUTEX_INITIALIZER };
	struct ovr_trace_conf conf = {
		.probe = { .protocol = options->protocol, .n_flows = (uint16_t)options->n_flows },
		.interval_ns = NS_PER_S * 1000 / options->rate_mpps,
		.wait_ns = options->wait_ns,
		.count = options->count,
		.seed = options->seed,
		.ttl_max = (uint8_t)options->ttl_max,
		.find_mtu = !options->no_mtu,
		.on_round = end_round,
		.context = &watched,
	};
	int status;

	watched.options = options;
	watched.on_path = on_path;
	status = find_destination(options, on_path, &conf.probe.to, err);
	if (status == 0)
		status = begin_agents(options, on_path, &conf.probe, err);
	if (status != 0)
		return status;
	snprintf(path->target, sizeof(path->target), "%s", options->target);
	print_address(&conf.probe.to, path->address);
	path->protocol = options->protocol;
	path->port = ntohs(conf.probe.to.ss_family == AF_INET6
			? ((struct sockaddr_in6 *)&conf.probe.to)->sin6_port
			: ((struct sockaddr_in *)&conf.probe.to)->sin_port);
	path->n_flows = (uint16_t)options->n_flows;
	path->interval_ns = conf.interval_ns;
	path->wait_ns = conf.wait_ns;
	path->seed = conf.seed;
	path->rounds_asked = conf.count;
	path->trace = trace;
	status = begin_screen(&watched, path, err);
	if (status == 0)
		status = ovr_trace_run(&conf, trace, err);
	if (watched.screen != NULL)
		app_screen_stop(watched.screen);
	else if (has_line(options))
		app_show("%s", "");
	if (status == 0)
		take_agents(on_path, trace, path);
	return status;
}

/* The far end: answer until a signal comes. @return the exit code */
static int
reflect(const struct app_path_options *options)
{
	struct ovr_reflector_conf conf = { .what = "path: --reflect" };
	struct ovr_reflector *reflector = NULL;
	struct ovr_reflected reflected;
	struct ovr_listen listen = options->reflect;
	char text[OVR_LISTEN_TEXT_BYTES];
	struct ovr_err err;

	ovr_listen_address(&listen, &conf.address);
	app_signals_open();
	if (ovr_reflector_open(&conf, &reflector, &listen.port, &err) != 0)
		return app_fail(&err);
	app_say("overrun: reflecting at %s", ovr_listen_print(text, sizeof(text), &listen));
	ovr_reflector_run(reflector, options->count, &reflected);
	ovr_reflector_close(reflector);
	fprintf(app_page(APP_PAGE_RESULT),
		"answered %" PRIu64 " probes of %u flow%s; not answered: %" PRIu64
		" other datagrams, %" PRIu64 " probes of more flows than there is room for\n",
		reflected.answered, reflected.n_flows, reflected.n_flows == 1 ? "" : "s", reflected.foreign,
		reflected.full);
	return APP_EXIT_PASS;
}

int
cmd_path(int argc, char **argv)
{
	static struct ovr_report_path path;
	static struct ovr_trace trace;
	static struct ovr_on_path on_path;
	struct app_output json = { 0 };
	struct app_path_options options;
	struct ovr_err err;
	int status = app_path_options_parse(argc, argv, &options, &err);

	if (status == 0 && options.reflect.ip_version != 0)
		return reflect(&options);
	if (status == 0)
		status = app_output_open(&json, "json", options.json, &err);
	if (status == 0) {
		app_signals_open();
		status = open_agents(&options, &on_path, &err);
	}
	if (status == 0)
		status = trace_path(&options, &on_path, &trace, &path, &err);
	ovr_on_path_close(&on_path);
	if (status == 0)
		status = report(&path, &json, &err);
	ovr_report_path_done(&path);
	ovr_trace_done(&trace);
	app_output_drop(&json);
	return status != 0 ? app_fail(&err) : ovr_report_path_verdict(&path);
}

void
cmd_path_help(FILE *out)
{
	fprintf(out,
		"\nSends probes of growing TTL to every hop on the way to DESTINATION, and says where loss "
		"starts. mtr's columns stand first. Routers limit their answers and lose nothing by that: a "
		"hop's missing answers count only as far as all later hops miss as many. "
		"DESTINATION may be host:NAME[/ADDRESS]: the agent of that host (overrun serve) is the far "
		"end then, and lists the probes that come. A destination "
		"that does not answer is unknown, and no loss. It needs no privilege. Exit codes: 0 no "
		"loss, 1 loss, 2 unknown, 3 could not be done.\n\n");
	app_path_options_help(out);
}
