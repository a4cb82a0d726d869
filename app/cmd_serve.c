/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent/agent.h"
#include "app.h"
#include "args.h"
#include "plan/listen.h"
#include "serve_mpi.h"
#include "stdio_channel.h"

static const struct app_arg options_table[] = {
	{ "listen", "[ADDRESS:]PORT|-",
		"where callers come from; -: one caller on standard input and output, as ssh connects them "
		"[127.0.0.1:5205]" },
	{ "keys", "DIR",
		"this host's keys, needed where others than this host can connect [~/.config/overrun]" },
	{ "authorized-keys", "FILE", "public keys of the callers that are answered [DIR/authorized]" },
	{ "allow-port", "PATTERN",
		"a port that callers may use: netdev:eth1, netdev:eth*, netns=NAME; may be repeated [wire:*, "
		"udp:127.*, udp:\\[::1\\]:*, and the two virtual devices of a selftest]" },
	{ "max-rate", "RATE", "the most that a caller may have sent: 1gbps, 1mpps [none]" },
	{ "force", NULL, "callers may use interfaces that this host is reached through, with their --force" },
	{ "state", "DIR",
		"where the last checkpoint of a half is kept until its caller has it "
		"[$XDG_STATE_HOME/overrun, /var/lib/overrun]" },
	{ "once", NULL, "end after the first session" },
	{ "mpi", NULL,
		"as a launcher (mpirun, srun) starts it on each host of a job: keys and addresses are "
		"exchanged "
		"through the launcher; then --listen is [ADDRESS:]PORT or NETWORK/BITS[:PORT] [0.0.0.0:0]" },
	{ NULL, NULL, NULL },
};

/* What the command line says. NULL: nothing. */
struct serve_options {
	const char *listen, *keys, *authorized, *state;
	struct ovr_agent_limits limits;
	bool is_once, is_mpi;
	char **command; /* after "--" */
};

static int
apply(const struct app_word *word, struct serve_options *options, struct ovr_err *err)
{
	const char *name = word->option != NULL ? word->option->name : "";

	if (word->option == NULL)
		return ovr_err_set(
			err, -EINVAL, "serve: found \"%.80s\", accepted: options alone", word->text);
	if (strcmp(name, "max-rate") == 0)
		return ovr_agent_limits_parse_rate(word->text, &options->limits.max_rate, err);
	if (strcmp(name, "allow-port") == 0) {
		if (options->limits.n_patterns == OVR_AGENT_PATTERNS_MAX)
			return ovr_err_set(err, -E2BIG,
				"serve: --allow-port: found more than %d, accepted: %d",
				OVR_AGENT_PATTERNS_MAX, OVR_AGENT_PATTERNS_MAX);
		options->limits.pattern[options->limits.n_patterns++] = word->text;
	} else if (strcmp(name, "listen") == 0) {
		options->listen = word->text;
	} else if (strcmp(name, "keys") == 0) {
		options->keys = word->text;
	} else if (strcmp(name, "authorized-keys") == 0) {
		options->authorized = word->text;
	} else if (strcmp(name, "state") == 0) {
		options->state = word->text;
	} else if (strcmp(name, "force") == 0) {
		options->limits.force = true;
	} else if (strcmp(name, "mpi") == 0) {
		options->is_mpi = true;
	} else {
		options->is_once = true;
	}
	return 0;
}

/* Words that are a command of the first host. @return where they begin */
static int
find_command(int argc, char **argv, struct serve_options *options)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--") == 0) {
			options->command = argv + i + 1;
			return i;
		}
	return argc;
}

/* What goes with a launcher, and what does not. */
static int
check_mpi(const struct serve_options *options, struct ovr_err *err)
{
	const char *beside = options->keys != NULL ? "--keys"
		: options->authorized != NULL      ? "--authorized-keys"
		: options->is_once                 ? "--once"
						   : NULL;

	if (!options->is_mpi && options->command != NULL)
		return ovr_err_set(err, -EINVAL,
			"serve: --: found a command without --mpi, accepted: one for the first host of a "
			"job");
	if (options->command != NULL && options->command[0] == NULL)
		return ovr_err_set(err, -EINVAL, "serve: --: found no command behind it, accepted: one");
	if (options->is_mpi && beside != NULL)
		return ovr_err_set(err, -EINVAL,
			"serve: --mpi: found %s, accepted: none, since a job has keys of its own and lasts "
			"until its first host ends it",
			beside);
	if (options->is_mpi && options->listen != NULL && strcmp(options->listen, "-") == 0)
		return ovr_err_set(err, -EINVAL,
			"serve: --listen: found \"-\" with --mpi, accepted: [ADDRESS:]PORT or "
			"NETWORK/BITS[:PORT]");
	return 0;
}

static int
parse(int argc, char **argv, struct serve_options *ret_options, struct ovr_err *err)
{
	struct serve_options options = { .listen = NULL };
	struct app_args args = { "serve", options_table, find_command(argc, argv, &options), argv, 1 };
	int status = 0;

	while (args.at < args.argc && status == 0) {
		struct app_word word;

		status = app_args_next(&args, &word, err);
		if (status == 0)
			status = apply(&word, &options, err);
	}
	if (status == 0)
		status = check_mpi(&options, err);
	if (options.listen == NULL && !options.is_mpi)
		options.listen = "127.0.0.1:5205";
	if (status == 0)
		*ret_options = options;
	return status;
}

static void
say_line(void *context, const char *line)
{
	(void)context;
	app_say("overrun serve: %s", line);
}

/* Whom this host answers. */
struct trust {
	bool has_keys;
	struct ovr_keys keys;
	struct ovr_authorized authorized;
};

static bool
is_loopback(const struct ovr_listen *where)
{
	static const uint8_t one[16] = { [15] = 1 };

	return where->ip_version == 4 ? where->ip[0] == 127 : memcmp(where->ip, one, sizeof(one)) == 0;
}

/* Keys where they are needed, or named. */
static int
read_trust(const struct serve_options *options, const struct ovr_listen *where, struct trust *ret_trust,
	struct ovr_err *err)
{
	struct trust trust = { .has_keys = options->keys != NULL || options->authorized != NULL ||
			!is_loopback(where) };
	char folder[PATH_MAX], path[PATH_MAX + sizeof("/authorized")];
	int status = 0;

	if (!trust.has_keys) {
		*ret_trust = trust;
		return 0;
	}
	if (options->keys != NULL)
		snprintf(folder, sizeof(folder), "%s", options->keys);
	else
		status = ovr_keys_folder(folder, err);
	if (status == 0)
		status = ovr_keys_load(folder, &trust.keys, err);
	if (status == 0) {
		snprintf(path, sizeof(path), "%s/authorized", folder);
		status = ovr_authorized_load(
			options->authorized != NULL ? options->authorized : path, &trust.authorized, err);
	}
	if (status == 0)
		*ret_trust = trust;
	else
		ovr_keys_forget(&trust.keys);
	return status;
}

/* Callers over the network. */
static int
serve_network(const struct serve_options *options, struct ovr_agent_conf *conf, struct ovr_err *err)
{
	char address[OVR_LISTEN_TEXT_BYTES];
	struct ovr_listen where = { .ip_version = 0 };
	struct trust trust = { .has_keys = false };
	struct ovr_link_conf link_conf = { .keys = NULL };
	struct ovr_listener_conf listener = { .address = address, .refused = say_line };
	struct ovr_link *link = NULL;
	char patterns[1024], rate[OVR_UNITS_TEXT_BYTES] = "any rate";
	int status = ovr_listen_parse_beside("serve: --listen", options->listen, "-, ", &where, err);

	ovr_listen_print(address, sizeof(address), &where);
	if (status == 0)
		status = read_trust(options, &where, &trust, err);
	if (status != 0)
		return status;
	if (trust.has_keys) {
		link_conf.keys = &trust.keys;
		listener.authorized = &trust.authorized;
	}
	status = ovr_link_open(&link_conf, &link, err);
	if (status == 0)
		status = ovr_listener_open(link, &listener, &conf->listener, err);
	if (status == 0) {
		if (conf->limits.max_rate.value != 0)
			ovr_units_print_rate(rate, sizeof(rate), &conf->limits.max_rate);
		app_say("overrun serve: listening on %s, %s; allowed: %s, %s%s",
			ovr_listener_name(conf->listener), trust.has_keys ? "with keys" : "without keys",
			ovr_agent_limits_print(patterns, sizeof(patterns), &conf->limits),
			conf->limits.max_rate.value != 0 ? "at most " : "", rate);
		status = ovr_agent_run(conf, err);
	}
	ovr_listener_close(conf->listener);
	ovr_link_close(link);
	ovr_authorized_done(&trust.authorized);
	ovr_keys_forget(&trust.keys);
	return status;
}

/* One caller, whom ssh has let in. */
static int
serve_stdio(struct ovr_agent_conf *conf, struct ovr_err *err)
{
	static struct app_stdio stdio;
	int status = app_stdio_open(&stdio, err);

	if (status != 0)
		return status;
	conf->channel = stdio.channel;
	status = ovr_agent_run(conf, err);
	app_stdio_close(&stdio);
	return status;
}

int
cmd_serve(int argc, char **argv)
{
	struct serve_options options;
	struct ovr_agent_conf conf = { .log = say_line, .stop = &app_stop };
	struct app_mpi mpi;
	struct ovr_err err;
	int status = parse(argc, argv, &options, &err);

	if (status == 0)
		status = ovr_agent_kept_open(options.state, &conf.kept, &err);
	if (status == 0) {
		conf.limits = options.limits;
		conf.is_once = options.is_once;
	}
	if (status == 0 && options.is_mpi) {
		mpi = (struct app_mpi){ options.listen, conf, options.command };
		return app_mpi_serve(&mpi);
	}
	if (status == 0) {
		app_signals_open();
		status = strcmp(options.listen, "-") == 0 ? serve_stdio(&conf, &err)
							  : serve_network(&options, &conf, &err);
	}
	return status != 0 ? app_fail(&err) : APP_EXIT_PASS;
}

void
cmd_serve_help(FILE *out)
{
	fprintf(out,
		"\nWaits for callers on other hosts (overrun run --rx host:NAME/PORT) and opens ports of "
		"this "
		"host for them, one session at a time. Without keys (overrun keygen) it listens on the "
		"loopback interface alone. It uses a port only where --allow-port names it; PATTERN is a "
		"shell's, and is compared with the port's name without its keys. A namespace needs a pattern "
		"netns=NAME, a vdev: port one for its whole name. Interfaces that this host is reached "
		"through "
		"are refused, unless --force stands here and in the plan. It ends on SIGINT, SIGTERM and "
		"SIGHUP, and leaves nothing behind. With --mpi a launcher (mpirun, srun) starts it on each "
		"host "
		"of a job, and the first one runs COMMAND as their caller: its exit code is the job's. Exit "
		"codes: 0 it was ended, 3 it could not listen.\n\n");
	app_args_help(options_table, out);
}
