/* SPDX-License-Identifier: BSD-3-Clause */
#include "serve_mpi.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "app.h"
#include "end/spawn.h"
#include "launch/folder.h"
#include "launch/hold.h"
#include "launch/launch.h"
#include "launch/network.h"
#include "launch/roster.h"
#include "plan/listen.h"

#define WHAT "serve: --listen"
/* How often is looked after the launcher and the other hosts. */
#define LOOK_NS 500000000
/* A command that was asked to end closes its books within this time. */
#define ENDING_S    10
#define NAMES_BYTES 256

extern char **environ;

/* What the rank tells its agent once the job is known. */
struct orders {
	uint32_t rank;
	struct ovr_key caller_key;
};

/* What the agent of the first host removes and ends where the rank did not live to do it. */
struct estate {
	char folder[PATH_MAX];
	pid_t command;
};

/* Where the agent listens, and what of that the others are told. */
struct place {
	char listen[OVR_LISTEN_TEXT_BYTES];
	char address[OVR_CARD_ADDRESS_BYTES];
};

/* A process of the launcher. */
struct rank {
	const struct app_mpi *mpi;
	uint32_t rank, size;
	pid_t launcher;
	pid_t agent; /* 0: it has ended */
	int agent_code;
	int fd; /* to the agent */
	struct ovr_keys agent_keys, caller_keys;
	/* of the first host */
	struct ovr_hosts hosts;
	struct ovr_hold *hold;
	struct estate estate;
	bool has_command; /* it was started */
	int command_code;
};

/* An address of all hosts is that of each; the others have to find theirs. */
static bool
is_any(const struct ovr_listen *where)
{
	static const uint8_t none[16];

	return memcmp(where->ip, none, where->ip_version == 4 ? 4 : sizeof(none)) == 0;
}

static int
find_place(const char *text, struct place *ret_place, struct ovr_err *err)
{
	struct place place = { .listen = "0.0.0.0:0" };
	struct ovr_network network;
	struct ovr_listen where;
	int status = 0;

	if (text != NULL && strchr(text, '/') != NULL) {
		status = ovr_network_parse(WHAT, text, &network, err);
		if (status == 0)
			status = ovr_network_own_address(WHAT, &network, place.address, err);
		if (status == 0)
			snprintf(place.listen, sizeof(place.listen), "%s:%u", place.address, network.port);
	} else if (text != NULL) {
		status = ovr_listen_parse_beside(WHAT, text, "NETWORK/BITS[:PORT], ", &where, err);
		if (status == 0)
			ovr_listen_print(place.listen, sizeof(place.listen), &where);
		if (status == 0 && !is_any(&where))
			snprintf(place.address, sizeof(place.address), "%.*s",
				(int)(strrchr(place.listen, ':') - place.listen), place.listen);
	}
	if (status == 0)
		*ret_place = place;
	return status;
}

static void
say_of_host(void *context, const char *line)
{
	const struct orders *orders = context;

	app_say("overrun serve: host %" PRIu32 ": %s", orders->rank, line);
}

/*
 * Ask a command that has lost the rank to end, and wait for that. It is another's child now, who
 * may not hear of its end: a descriptor tells it all the same.
 */
static void
end_command(pid_t command)
{
	struct pollfd ended = { .fd = (int)syscall(SYS_pidfd_open, command, 0), .events = POLLIN };

	if (ended.fd < 0)
		return;
	kill(-command, SIGTERM);
	if (poll(&ended, 1, ENDING_S * 1000) == 0)
		kill(-command, SIGKILL);
	close(ended.fd);
}

/*
 * Where the rank has died, nothing of the job stays all the same. One that lives tells that it has
 * removed everything; until then the end of its socket is that of the rank.
 */
static void
take_over(int fd)
{
	struct estate estate = { .command = 0 };
	ssize_t n;

	do
		n = recv(fd, &estate, sizeof(estate), estate.folder[0] == '\0' ? MSG_DONTWAIT : 0);
	while (n == (ssize_t)sizeof(estate) || (n < 0 && errno == EINTR));
	if (estate.command != 0)
		end_command(estate.command);
	ovr_launch_folder_remove(estate.folder);
}

static int
serve(const struct rank *rank, struct ovr_listener *listener, struct ovr_authorized *authorized,
	struct orders *orders, struct ovr_err *err)
{
	struct ovr_agent_conf conf = rank->mpi->agent;
	uint16_t port = (uint16_t)strtoul(strrchr(ovr_listener_name(listener), ':') + 1, NULL, 10);

	if (send(rank->fd, &port, sizeof(port), 0) != sizeof(port) ||
		recv(rank->fd, orders, sizeof(*orders), 0) != sizeof(*orders))
		return 0; /* the rank has ended, and has said why */
	authorized->key->key = orders->caller_key;
	authorized->n = 1;
	conf.listener = listener;
	conf.is_held = true;
	conf.log = say_of_host;
	conf.context = orders;
	return ovr_agent_run(&conf, err);
}

/* The process of the agent. @return its exit code */
static int
run_agent(struct rank *rank, const struct place *place, pid_t parent)
{
	struct ovr_authorized_key caller = { .comment = "the caller of the job" };
	struct ovr_authorized authorized = { .key = &caller };
	struct orders orders = { .rank = 0 };
	struct ovr_link_conf link_conf = { .keys = &rank->agent_keys };
	struct ovr_listener_conf conf = { .address = place->listen,
		.authorized = &authorized,
		.refused = say_of_host,
		.context = &orders };
	struct ovr_listener *listener = NULL;
	struct ovr_link *link = NULL;
	struct ovr_err err;
	int null = open("/dev/null", O_RDONLY), status;

	/* stdin is the command's */
	if (null >= 0)
		dup2(null, STDIN_FILENO);
	app_signals_open();
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	setpgid(0, 0);
	if (getppid() != parent)
		return APP_EXIT_CANNOT;
	status = ovr_link_open(&link_conf, &link, &err);
	ovr_keys_forget(&rank->agent_keys);
	ovr_keys_forget(&rank->caller_keys);
	if (status == 0)
		status = ovr_listener_open(link, &conf, &listener, &err);
	if (status == 0)
		status = serve(rank, listener, &authorized, &orders, &err);
	ovr_listener_close(listener);
	ovr_link_close(link);
	take_over(rank->fd);
	return status != 0 ? app_fail(&err) : APP_EXIT_PASS;
}

/* Its exit code as a shell tells it. */
static int
code_of(int wait_status)
{
	return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

static void
end_agent(struct rank *rank)
{
	int wait_status = 0;

	if (rank->agent == 0)
		return;
	kill(rank->agent, SIGTERM);
	while (waitpid(rank->agent, &wait_status, 0) < 0 && errno == EINTR)
		;
	rank->agent = 0;
	rank->agent_code = code_of(wait_status);
}

/* Exchange cards. @return 0; -errno */
static int
join(struct rank *rank, const struct place *place, uint16_t port, struct ovr_err *err)
{
	struct orders orders = { .rank = 0 };
	struct ovr_card own = { .port = port, .agent_key = rank->agent_keys.public_key };
	struct ovr_launch *launch = NULL;
	struct ovr_card *card = NULL;
	uint32_t n = 1;
	int status = ovr_launch_open(&launch, err);

	if (status != 0)
		return status;
	rank->rank = ovr_launch_rank(launch);
	rank->size = ovr_launch_size(launch);
	memcpy(own.address, place->address, sizeof(own.address));
	gethostname(own.host, sizeof(own.host) - 1);
	if (rank->rank == 0) {
		own.has_caller = true;
		own.caller_key = rank->caller_keys.public_key;
		n = rank->size;
	}
	if (rank->size > OVR_ROSTER_MAX)
		status = ovr_err_set(err, -E2BIG,
			"serve: --mpi: found %" PRIu32 " hosts, accepted: %d at most", rank->size,
			OVR_ROSTER_MAX);
	if (status == 0)
		card = calloc(n, sizeof(*card));
	if (status == 0 && card == NULL)
		status = ovr_err_set(err, -ENOMEM, "serve: --mpi: no memory for %" PRIu32 " hosts", n);
	if (status == 0)
		status = ovr_launch_exchange(launch, &own, n, card, err);
	ovr_launch_close(launch);
	if (status == 0 && !card[0].has_caller)
		status = ovr_err_set(err, -EBADMSG, "rank 0: it told no key of a caller");
	if (status == 0 && rank->rank == 0)
		status = ovr_roster_make(card, n, 0, &rank->hosts, err);
	if (status == 0) {
		orders.rank = rank->rank;
		orders.caller_key = card[0].caller_key;
		send(rank->fd, &orders, sizeof(orders), MSG_NOSIGNAL);
	}
	free(card);
	return status;
}

/* Start the agent, and wait for its port. @return the exit code; -1: it listens, or this is it */
static int
start_agent(struct rank *rank, const struct place *place, uint16_t *ret_port, struct ovr_err *err)
{
	pid_t parent = getpid();
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return ovr_err_set(err, -errno, "serve: --mpi: no socket: %s", strerror(errno));
	rank->agent = fork();
	if (rank->agent < 0) {
		int code = errno;

		rank->agent = 0;
		close(pair[0]);
		close(pair[1]);
		return ovr_err_set(err, -code, "serve: --mpi: no process for the agent: %s", strerror(code));
	}
	close(pair[rank->agent == 0 ? 0 : 1]);
	rank->fd = pair[rank->agent == 0 ? 1 : 0];
	if (rank->agent == 0)
		exit(run_agent(rank, place, parent));
	if (recv(rank->fd, ret_port, sizeof(*ret_port), 0) == sizeof(*ret_port))
		return 0;
	return ovr_err_set(err, -EPIPE, "serve: --mpi: the agent has ended");
}

/* Who is there. Of many the first ones are named. */
static void
say_hosts(const struct rank *rank)
{
	char names[NAMES_BYTES] = "";
	size_t n = 0;

	for (uint32_t i = 0; i < rank->size && n < sizeof(names) - 80; i++) {
		const struct ovr_host *host = &rank->hosts.host[i];

		n += (size_t)snprintf(names + n, sizeof(names) - n, "%s%s at %s", i == 0 ? "" : ", ",
			host->name, host->address);
		if (n >= sizeof(names) - 80 && i + 1 < rank->size)
			snprintf(names + n, sizeof(names) - n, ", …");
	}
	app_say("overrun serve: %" PRIu32 " hosts: %s", rank->size, names);
	if (rank->mpi->command == NULL)
		app_say("overrun serve: a caller on this host: " OVR_LAUNCH_VARIABLE
			"=%s overrun run --tx host:NUMBER/PORT --rx host:NUMBER/PORT",
			rank->estate.folder);
}

static void
tell_estate(const struct rank *rank)
{
	send(rank->fd, &rank->estate, sizeof(rank->estate), MSG_NOSIGNAL | MSG_DONTWAIT);
}

static int
start_command(struct rank *rank, struct ovr_err *err)
{
	char **command = rank->mpi->command;
	posix_spawnattr_t attributes;
	int code = posix_spawnattr_init(&attributes);

	if (code == 0) {
		code = ovr_end_set_signals(&attributes);
		if (code == 0)
			code = posix_spawnp(
				&rank->estate.command, command[0], NULL, &attributes, command, environ);
		posix_spawnattr_destroy(&attributes);
	}
	if (code != 0) {
		rank->estate.command = 0;
		return ovr_err_set(err, -code,
			"serve: --: found the command \"%.200s\", which cannot be started: %s", command[0],
			strerror(code));
	}
	rank->has_command = true;
	tell_estate(rank);
	return 0;
}

/* The first host: hold the others, and start the command. */
static int
lead(struct rank *rank, struct ovr_err *err)
{
	int status = ovr_hold_take(&rank->caller_keys, rank->hosts.host, rank->size, &rank->hold, err);

	if (status == 0)
		status = ovr_launch_folder_make(&rank->caller_keys, &rank->hosts, rank->estate.folder, err);
	ovr_keys_forget(&rank->caller_keys);
	if (status != 0)
		return status;
	tell_estate(rank);
	say_hosts(rank);
	setenv(OVR_LAUNCH_VARIABLE, rank->estate.folder, 1);
	return rank->mpi->command != NULL ? start_command(rank, err) : 0;
}

static void
reap(struct rank *rank)
{
	int wait_status;

	if (rank->agent != 0 && waitpid(rank->agent, &wait_status, WNOHANG) == rank->agent) {
		rank->agent = 0;
		rank->agent_code = code_of(wait_status);
		if (WIFSIGNALED(wait_status))
			app_say("overrun serve: host %" PRIu32
				": its agent was ended by signal %d; the job goes "
				"on without it",
				rank->rank, WTERMSIG(wait_status));
	}
	if (rank->estate.command != 0 &&
		waitpid(rank->estate.command, &wait_status, WNOHANG) == rank->estate.command) {
		rank->estate.command = 0;
		rank->command_code = code_of(wait_status);
		tell_estate(rank);
	}
}

static void
say_lost(struct rank *rank)
{
	char why[512];

	while (rank->hold != NULL && ovr_hold_lost(rank->hold, why, sizeof(why)))
		app_say("overrun serve: lost host %s", why);
}

/* Ask for the end: of the command, which closes its books, or of the agent. @return since when */
static uint64_t
ask_to_end(const struct rank *rank)
{
	if (rank->estate.command != 0)
		kill(-rank->estate.command, SIGTERM);
	else if (rank->rank != 0 && rank->agent != 0)
		kill(rank->agent, SIGTERM);
	return app_now_ns();
}

static bool
is_over(const struct rank *rank, bool is_asked)
{
	if (rank->rank != 0)
		return rank->agent == 0;
	return rank->estate.command == 0 && (rank->has_command || is_asked);
}

/* Until the command has ended, or the agent of another host. */
static void
attend(struct rank *rank, const sigset_t *signals)
{
	const struct timespec look = { .tv_nsec = LOOK_NS };
	uint64_t asked_ns = 0;
	bool is_asked = false;

	for (;;) {
		int number;

		reap(rank);
		is_asked |= getppid() != rank->launcher;
		if (is_over(rank, is_asked))
			return;
		if (is_asked && asked_ns == 0)
			asked_ns = ask_to_end(rank);
		if (rank->estate.command != 0 && asked_ns != 0 &&
			app_now_ns() - asked_ns > ENDING_S * UINT64_C(1000000000))
			kill(-rank->estate.command, SIGKILL);
		if (!is_asked)
			say_lost(rank);
		number = sigtimedwait(signals, NULL, &look);
		is_asked |= number == SIGINT || number == SIGTERM || number == SIGHUP;
	}
}

/* @return the exit code */
static int
carry_out(struct rank *rank)
{
	sigset_t signals;
	struct ovr_err err;
	int status;

	/* from here on the job leaves something, which is removed whatever comes */
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	status = rank->rank == 0 ? lead(rank, &err) : 0;
	if (status == 0)
		attend(rank, &signals);
	ovr_launch_folder_remove(rank->estate.folder);
	rank->estate.folder[0] = '\0';
	tell_estate(rank);
	ovr_hold_release(rank->hold);
	end_agent(rank);
	return status != 0 ? app_fail(&err) : rank->command_code;
}

int
app_mpi_serve(const struct app_mpi *mpi)
{
	struct rank rank = { .mpi = mpi, .launcher = getppid(), .fd = -1 };
	struct place place;
	struct ovr_err err;
	uint16_t port = 0;
	int code, status = ovr_launch_check(&err);

	if (status == 0)
		status = find_place(mpi->listen, &place, &err);
	if (status == 0)
		status = ovr_keys_make(&rank.agent_keys, &err);
	if (status == 0)
		status = ovr_keys_make(&rank.caller_keys, &err);
	if (status == 0)
		status = start_agent(&rank, &place, &port, &err);
	/* it has said why */
	if (status == -EPIPE) {
		end_agent(&rank);
		return APP_EXIT_CANNOT;
	}
	if (status == 0)
		status = join(&rank, &place, port, &err);
	if (status != 0) {
		end_agent(&rank);
		return app_fail(&err);
	}
	ovr_keys_forget(&rank.agent_keys);
	/* the first host's alone are known to the others */
	if (rank.rank != 0)
		ovr_keys_forget(&rank.caller_keys);
	code = carry_out(&rank);
	ovr_hosts_done(&rank.hosts);
	return code;
}
