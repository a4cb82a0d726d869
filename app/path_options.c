/* SPDX-License-Identifier: BSD-3-Clause */
#include "path_options.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "app.h"
#include "args.h"
#include "base/units.h"
#include "plan/host_name.h"
#include "report/path.h"

#define WAIT_NS_MIN   (10 * UINT64_C(1000000))
#define WAIT_NS_MAX   (60 * NS_PER_S)
#define NS_PER_S      UINT64_C(1000000000)
#define RATE_MPPS_MAX UINT64_C(1000000) /* 1,000 a second, in thousandths */
#define COUNT_MAX     UINT64_C(1000000)
#define COUNT_UNSET   UINT64_MAX
#define ROUNDS        60
#define UDP_PORT      33434 /* traceroute's */
#define TCP_PORT      80
#define TTL_MAX       30
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

static int
set_protocol(struct app_path_options *options, enum ovr_probe_protocol protocol, struct ovr_err *err)
{
	if (options->has_protocol && options->protocol != protocol)
		return ovr_err_set(err, -EINVAL, "path: --%s: found beside --%s, accepted: one of both",
			ovr_probe_protocol_name(protocol), ovr_probe_protocol_name(options->protocol));
	options->protocol = protocol;
	options->has_protocol = true;
	return 0;
}

static int
set_family(struct app_path_options *options, int family, struct ovr_err *err)
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
apply_number(const struct app_word *word, struct app_path_options *options, struct ovr_err *err)
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
parse_hops(const char *text, struct app_path_options *options, struct ovr_err *err)
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
take_far(struct app_path_options *options, struct ovr_err *err)
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
apply(const struct app_word *word, struct app_path_options *options, struct ovr_err *err)
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
check(struct app_path_options *options, struct ovr_err *err)
{
	bool is_tcp = options->protocol == OVR_PROBE_TCP;
	int status;

	if (options->reflect.ip_version != 0 && (options->target != NULL || options->has_others))
		return ovr_err_set(err, -EINVAL,
			"path: --reflect: found beside a destination or its options, accepted: alone, or "
			"with "
			"--count, the probes to answer");
	if (options->reflect.ip_version != 0) {
		options->count = options->count == COUNT_UNSET ? 0 : options->count;
		return 0;
	}
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

int
app_path_options_parse(int argc, char **argv, struct app_path_options *ret_options, struct ovr_err *err)
{
	struct app_path_options options = { .json = "",
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

void
app_path_options_help(FILE *out)
{
	app_args_help(options_table, out);
}
