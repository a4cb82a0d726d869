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
#include "args.h"
#include "base/units.h"
#include "caller/on_path.h"
#include "output.h"
#include "page.h"
#include "plan/host_name.h"
#include "plan/listen.h"
#include "probe/reflect.h"
#include "probe/trace.h"
#include "report/path.h"
#include "screen.h"
#include "screen/path.h"

#define NS_PER_S      UINT64_C(1000000000)
#define WAIT_NS_MIN   (10 * UINT64_C(1000000))
#define WAIT_NS_MAX   (60 * NS_PER_S)
#define RATE_MPPS_MAX UINT64_C(1000000) /* 1,000 a second, in thousandths */
#define COUNT_MAX     UINT64_C(1000000)
/* As often as a line of the terminal is worth reading. */
#define SHOW_NS     (NS_PER_S / 4)
#define COUNT_UNSET UINT64_MAX
#define ROUNDS      60
#define UDP_PORT    33434 /* traceroute's */
#define TCP_PORT    80
#define TTL_MAX     30
/* A SYN that is not answered within a second is sent again. */
#define TCP_WAIT_NS_MAX (900 * UINT64_C(1000000))

static const struct app_arg options_table[] = {
	{ "udp", NULL, "probes are UDP datagrams [this one]" },
	{ "icmp", NULL, "they are ICMP echo requests; net.ipv4.ping_group_range must allow them" },
	{ "tcp", NULL, "they are TCP SYNs, one at a time" },
	{ "port", "PORT", "of the destination [33434; with --tcp 80]" },
	{ "ipv4", NULL, "or -4: IPv4 alone" },
	{ "ipv6", NULL, "or -6: IPv6 alone" },
	{ "rate", "RATE", "probes to each hop, of each flow, up to 1kpps [1pps]" },
	{ "count", "N", "rounds: a probe to each hop; 0: until it is interrupted [60]" },
	{ "ecmp", "N", "flows with a source port each, 1 to 16, which take different ways [1]" },
	{ "max-hops", "N", "1 to 64 [30]" },
	{ "wait", "TIME", "for an answer, 10ms to 60s; with --tcp at most 900ms [1s; 900ms]" },
	{ "seed", "N", "of the order in each round [1]" },
	{ "hop-agents", "host:NAME,...",
		"hosts on the way with an agent (overrun serve), which tells what their kernels lose "
		"meanwhile" },
	{ "hosts", "FILE",
		"addresses and keys of agents, as for overrun run [~/.config/overrun/hosts.yaml]" },
	{ "no-mtu", NULL, "do not look for the path's MTU at the end" },
	{ "reflect", "[ADDRESS:]PORT",
		"be the far end: a UDP service that sends probes back and counts them, so that losses there "
		"and back are told apart; without an address on loopback alone; port 0: any free one" },
	{ "live", "auto|screen|line|none",
		"a screen with a row for each hop, a line, or nothing while it runs; auto: a screen where "
		"stdout and stderr are a terminal [auto]" },
	{ "color", "auto|always|never", "colours of the screen; auto: unless NO_COLOR is set [auto]" },
	{ "json", "FILE", "write it as JSON; -: to stdout, in place of the text" },
	{ NULL, NULL, NULL },
};

#define HOST "host:"

/* What the command line says. */
struct path_options {
	const char *target, *json, *hosts;
	char far[OVR_PORT_HOST_BYTES]; /* the agent's host at the far end; "": nobody is asked */
	const char *address;           /* the target, or what follows the far host; "": its agent's */
	char hop[OVR_ON_PATH_HOPS_MAX][OVR_PORT_HOST_BYTES];
	uint32_t n_hops;
	enum ovr_probe_protocol protocol;
	bool has_protocol;
	int family; /* AF_UNSPEC: any */
	uint64_t port, rate_mpps, count, n_flows, ttl_max, wait_ns, seed;
	bool no_mtu;
	unsigned int live, color; /* enum ovr_plan_show, enum ovr_plan_color */
	struct ovr_listen reflect;
	bool has_others; /* options of a traced path */
};

static int
set_protocol(struct path_options *options, enum ovr_probe_protocol protocol, struct ovr_err *err)
{
	if (options->has_protocol && options->protocol != protocol)
		return ovr_err_set(err, -EINVAL, "path: --%s: found beside --%s, accepted: one of both",
			ovr_probe_protocol_name(protocol), ovr_probe_protocol_name(options->protocol));
	options->protocol = protocol;
	options->has_protocol = true;
	return 0;
}

static int
set_family(struct path_options *options, int family, struct ovr_err *err)
{
	if (options->family != AF_UNSPEC && options->family != family)
		return ovr_err_set(err, -EINVAL, "path: found -4 and -6, accepted: one of both");
	options->family = family;
	return 0;
}

static int
parse_rate(const char *text, uint64_t *ret_mpps, struct ovr_err *err)
{
	struct ovr_rate rate;
	int status = ovr_units_parse_rate("path: --rate", text, &rate, err);

	if (status != 0)
		return status;
	if (rate.unit != OVR_RATE_PPS || rate.value > RATE_MPPS_MAX)
		return ovr_err_set(
			err, -ERANGE, "path: --rate: found \"%.80s\", accepted: 0.001pps to 1kpps", text);
	*ret_mpps = rate.value;
	return 0;
}

static int
parse_wait(const char *text, uint64_t *ret_ns, struct ovr_err *err)
{
	uint64_t ns = 0;
	int status = ovr_units_parse_duration_ns("path: --wait", text, &ns, err);

	if (status != 0)
		return status;
	if (ns < WAIT_NS_MIN || ns > WAIT_NS_MAX)
		return ovr_err_set(
			err, -ERANGE, "path: --wait: found \"%.80s\", accepted: 10ms to 60s", text);
	*ret_ns = ns;
	return 0;
}

static int
apply_number(const struct app_word *word, struct path_options *options, struct ovr_err *err)
{
	const struct {
		const char *name, *what;
		uint64_t min, max, *value;
	} numbers[] = {
		{ "port", "path: --port", 1, UINT16_MAX, &options->port },
		{ "count", "path: --count", 0, COUNT_MAX, &options->count },
		{ "ecmp", "path: --ecmp", 1, OVR_PATH_FLOWS_MAX, &options->n_flows },
		{ "max-hops", "path: --max-hops", 1, OVR_PATH_TTL_MAX, &options->ttl_max },
		{ "seed", "path: --seed", 0, INT64_MAX, &options->seed },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (strcmp(word->option->name, numbers[i].name) == 0)
			return ovr_units_parse_u64(numbers[i].what, word->text, numbers[i].min,
				numbers[i].max, numbers[i].value, err);
	return strcmp(word->option->name, "rate") == 0 ? parse_rate(word->text, &options->rate_mpps, err)
						       : parse_wait(word->text, &options->wait_ns, err);
}

/* A host's name, with `host:` before it. @param n characters */
static int
parse_host(
	const char *what, const char *text, size_t n, char ret_host[OVR_PORT_HOST_BYTES], struct ovr_err *err)
{
	char name[OVR_PORT_HOST_BYTES];
	struct ovr_host_name host;
	int status;

	if (n <= strlen(HOST) || n - strlen(HOST) >= sizeof(name) || strncmp(text, HOST, strlen(HOST)) != 0)
		return ovr_err_set(err, -EINVAL, "%s: found \"%.*s\", accepted: host:NAME", what,
			(int)(n < 80 ? n : 80), text);
	snprintf(name, sizeof(name), "%.*s", (int)(n - strlen(HOST)), text + strlen(HOST));
	status = ovr_host_name_parse(what, name, &host, err);
	if (status == 0)
		memcpy(ret_host, host.text, sizeof(host.text));
	return status;
}

static int
parse_hops(const char *text, struct path_options *options, struct ovr_err *err)
{
	int status = 0;

	for (const char *at = text; status == 0; at += strcspn(at, ",") + 1) {
		if (options->n_hops == OVR_ON_PATH_HOPS_MAX)
			return ovr_err_set(err, -E2BIG,
				"path: --hop-agents: found more than %d hosts, accepted: up to %d",
				OVR_ON_PATH_HOPS_MAX, OVR_ON_PATH_HOPS_MAX);
		status = parse_host(
			"path: --hop-agents", at, strcspn(at, ","), options->hop[options->n_hops++], err);
		if (at[strcspn(at, ",")] == '\0')
			break;
	}
	return status;
}

/* host:NAME[/ADDRESS]: an agent is the far end. */
static int
take_far(struct path_options *options, struct ovr_err *err)
{
	const char *end;

	options->address = options->target;
	if (strncmp(options->target, HOST, strlen(HOST)) != 0)
		return 0;
	end = ovr_host_name_end(options->target + strlen(HOST));
	options->address = end == NULL ? "" : end + 1;
	if (end != NULL && end[1] == '\0')
		return ovr_err_set(err, -EINVAL,
			"path: found \"%.80s\", accepted: host:NAME or host:NAME/ADDRESS", options->target);
	if (options->protocol != OVR_PROBE_UDP)
		return ovr_err_set(err, -EINVAL,
			"path: --%s: found beside %.80s, accepted: --udp, since an agent sends back "
			"datagrams",
			ovr_probe_protocol_name(options->protocol), options->target);
	return parse_host("path", options->target,
		end == NULL ? strlen(options->target) : (size_t)(end - options->target), options->far, err);
}

static int
apply(const struct app_word *word, struct path_options *options, struct ovr_err *err)
{
	const char *name = word->option == NULL ? "" : word->option->name;

	if (word->option == NULL && options->target != NULL)
		return ovr_err_set(err, -EINVAL,
			"path: found \"%.80s\" after \"%.80s\", accepted: one destination", word->text,
			options->target);
	if (word->option == NULL) {
		options->target = word->text;
		return 0;
	}
	if (strcmp(name, "reflect") == 0)
		return ovr_listen_parse("path: --reflect", word->text, &options->reflect, err);
	options->has_others |= strcmp(name, "count") != 0;
	for (int protocol = 0; protocol < OVR_PROBE_PROTOCOLS; protocol++)
		if (strcmp(name, ovr_probe_protocol_name((enum ovr_probe_protocol)protocol)) == 0)
			return set_protocol(options, (enum ovr_probe_protocol)protocol, err);
	if (strcmp(name, "ipv4") == 0)
		return set_family(options, AF_INET, err);
	if (strcmp(name, "ipv6") == 0)
		return set_family(options, AF_INET6, err);
	if (strcmp(name, "live") == 0)
		return app_args_choice("path", word, &options->live, err);
	if (strcmp(name, "color") == 0)
		return app_args_choice("path", word, &options->color, err);
	if (strcmp(name, "hop-agents") == 0)
		return parse_hops(word->text, options, err);
	if (strcmp(name, "json") == 0)
		options->json = word->text;
	else if (strcmp(name, "hosts") == 0)
		options->hosts = word->text;
	else if (strcmp(name, "no-mtu") == 0)
		options->no_mtu = true;
	else
		return apply_number(word, options, err);
	return 0;
}

/* What the words come to together. */
static int
check(struct path_options *options, struct ovr_err *err)
{
	bool is_tcp = options->protocol == OVR_PROBE_TCP;
	int status;

	if (options->reflect.ip_version != 0 && (options->target != NULL || options->has_others))
		return ovr_err_set(err, -EINVAL,
			"path: --reflect: found beside a destination or its options, accepted: alone, or "
			"with "
			"--count, the probes to answer");
	if (options->reflect.ip_version != 0)
		return 0;
	if (options->target == NULL || options->target[0] == '\0')
		return ovr_err_set(err, -EINVAL,
			"path: no destination was named; accepted: an address or a name, as in overrun path "
			"198.51.100.1");
	if (strlen(options->target) >= OVR_REPORT_TARGET_BYTES)
		return ovr_err_set(err, -EINVAL,
			"path: found a destination of %zu characters, accepted: up to %d",
			strlen(options->target), OVR_REPORT_TARGET_BYTES - 1);
	status = take_far(options, err);
	if (status != 0)
		return status;
	if (options->hosts[0] != '\0' && options->far[0] == '\0' && options->n_hops == 0)
		return ovr_err_set(err, -EINVAL,
			"path: --hosts: found without a host, accepted: with host:NAME or --hop-agents");
	if (options->protocol == OVR_PROBE_ICMP && options->port != 0)
		return ovr_err_set(
			err, -EINVAL, "path: --port: found beside --icmp, accepted: with --udp and --tcp");
	if (is_tcp && options->wait_ns > TCP_WAIT_NS_MAX)
		return ovr_err_set(err, -EINVAL,
			"path: --wait: found beside --tcp, accepted: up to 900ms, after which a SYN is sent "
			"again");
	if (options->count == COUNT_UNSET)
		options->count = ROUNDS;
	if (options->wait_ns == 0)
		options->wait_ns = is_tcp ? TCP_WAIT_NS_MAX : NS_PER_S;
	/* of an agent, any free one */
	if (options->port == 0 && options->protocol != OVR_PROBE_ICMP && options->far[0] == '\0')
		options->port = is_tcp ? TCP_PORT : UDP_PORT;
	return 0;
}

static int
parse(int argc, char **argv, struct path_options *ret_options, struct ovr_err *err)
{
	struct path_options options = { .json = "",
		.hosts = "",
		.family = AF_UNSPEC,
		.rate_mpps = 1000,
		.count = COUNT_UNSET,
		.n_flows = 1,
		.ttl_max = TTL_MAX,
		.seed = 1 };
	struct app_args args = { "path", options_table, argc, argv, 1 };
	int status = 0;

	while (args.at < argc && status == 0) {
		struct app_word word;

		/* ping's and mtr's spelling */
		if (strcmp(argv[args.at], "-4") == 0 || strcmp(argv[args.at], "-6") == 0) {
			status = set_family(&options, argv[args.at][1] == '4' ? AF_INET : AF_INET6, err);
			args.at++;
			continue;
		}
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

/* @param name of the destination */
static bool
is_unspecified(const struct sockaddr_storage *address)
{
	if (address->ss_family == AF_INET6)
		return IN6_IS_ADDR_UNSPECIFIED(&((const struct sockaddr_in6 *)address)->sin6_addr);
	return ((const struct sockaddr_in *)address)->sin_addr.s_addr == htonl(INADDR_ANY);
}

static int
find_address(const struct path_options *options, const char *name, struct sockaddr_storage *ret_address,
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
	const struct path_options *options;
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
has_line(const struct path_options *options)
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
	const struct path_options *options = watched->options;
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
find_destination(const struct path_options *options, const struct ovr_on_path *on_path,
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
begin_agents(const struct path_options *options, struct ovr_on_path *on_path, struct ovr_probe_conf *probe,
	struct ovr_err *err)
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
open_agents(const struct path_options *options, struct ovr_on_path *on_path, struct ovr_err *err)
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
trace_path(const struct path_options *options, struct ovr_on_path *on_path, struct ovr_trace *trace,
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
reflect(const struct path_options *options)
{
	struct ovr_reflector_conf conf = { .what = "path: --reflect" };
	struct ovr_reflector *reflector = NULL;
	struct ovr_reflected reflected;
	struct ovr_listen listen = options->reflect;
	char text[OVR_LISTEN_TEXT_BYTES];
	struct ovr_err err;

	if (listen.ip_version == 6) {
		struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&conf.address;

		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(listen.port);
		memcpy(&in6->sin6_addr, listen.ip, sizeof(in6->sin6_addr));
	} else {
		struct sockaddr_in *in = (struct sockaddr_in *)&conf.address;

		in->sin_family = AF_INET;
		in->sin_port = htons(listen.port);
		memcpy(&in->sin_addr, listen.ip, sizeof(in->sin_addr));
	}
	app_signals_open();
	if (ovr_reflector_open(&conf, &reflector, &listen.port, &err) != 0)
		return app_fail(&err);
	app_say("overrun: reflecting at %s", ovr_listen_print(text, sizeof(text), &listen));
	ovr_reflector_run(reflector, options->count == COUNT_UNSET ? 0 : options->count, &reflected);
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
	struct path_options options;
	struct ovr_err err;
	int status = parse(argc, argv, &options, &err);

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
	app_args_help(options_table, out);
}
