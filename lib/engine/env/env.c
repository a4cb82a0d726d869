/* SPDX-License-Identifier: BSD-3-Clause */
#include "env/env.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_log.h>
#include <rte_version.h>

#include "env/ask.h"

#define ARGS_MAX    64
#define EAL_GAVE_UP INT_MIN

/*
 * EAL keeps pointers into its arguments, and there is one EAL in a process: so there is one of
 * these.
 */
static struct {
	bool started;
	FILE *log;
	char *log_text;
	size_t log_size;
	size_t log_forgotten; /* bytes of it that are of no interest any more */
	char lcores[4096];
	uint16_t n_workers;
	uint16_t cpu[OVR_ENV_WORKERS_MAX]; /* of each worker */
	char memory[16];
	char prefix[32];
	char pci[OVR_ENV_PCI_MAX][OVR_ENV_PCI_BYTES];
	char last_words[256];
} env;

void
ovr_env_forget_words(void)
{
	if (env.log != NULL && fflush(env.log) == 0)
		env.log_forgotten = env.log_size;
}

/* The last line that is not empty, and has the text in it unless that is NULL. */
static const char *
last_line(const char *text)
{
	const char *first, *start, *end;

	env.last_words[0] = '\0';
	if (env.log == NULL || fflush(env.log) != 0 || env.log_size <= env.log_forgotten)
		return env.last_words;
	first = env.log_text + env.log_forgotten;
	for (end = env.log_text + env.log_size; end > first; end = start) {
		while (end > first && end[-1] == '\n')
			end--;
		start = end;
		while (start > first && start[-1] != '\n')
			start--;
		snprintf(env.last_words, sizeof(env.last_words), "%.*s", (int)(end - start), start);
		if (text == NULL || strstr(env.last_words, text) != NULL)
			return env.last_words;
	}
	env.last_words[0] = '\0';
	return env.last_words;
}

const char *
ovr_env_last_words(void)
{
	return last_line(NULL);
}

const char *
ovr_env_last_words_on(const char *text)
{
	return last_line(text);
}

/* Lcore 0 is the control thread, on every CPU it may use; lcore i + 1 is worker i on its own. */
static int
print_lcores(const struct ovr_env_conf *conf, struct ovr_err *err)
{
	char *at = env.lcores;
	char *end = env.lcores + sizeof(env.lcores);
	const char *comma = "";
	cpu_set_t allowed;

	CPU_ZERO(&allowed);
	if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
		return ovr_err_set(
			err, -errno, "CPUs: cannot read this process's affinity: %s", strerror(errno));
	at += snprintf(at, (size_t)(end - at), "0@(");
	for (int cpu = 0; cpu < CPU_SETSIZE && at < end; cpu++) {
		int first = cpu;

		if (!CPU_ISSET(cpu, &allowed))
			continue;
		while (cpu + 1 < CPU_SETSIZE && CPU_ISSET(cpu + 1, &allowed))
			cpu++;
		at += snprintf(at, (size_t)(end - at), "%s%d", comma, first);
		if (cpu > first && at < end)
			at += snprintf(at, (size_t)(end - at), "-%d", cpu);
		comma = ",";
	}
	if (at < end)
		at += snprintf(at, (size_t)(end - at), ")");
	for (uint16_t i = 0; i < conf->n_workers && at < end; i++)
		at += snprintf(at, (size_t)(end - at), ",%u@%u", ovr_env_lcore(i), conf->cpu[i]);
	if (at >= end)
		return ovr_err_set(err, -E2BIG, "CPUs: too many of them to name to EAL");
	env.n_workers = conf->n_workers;
	memcpy(env.cpu, conf->cpu, sizeof(env.cpu));
	return 0;
}

unsigned int
ovr_env_lcore_on(uint16_t cpu, uint16_t nth)
{
	for (uint16_t i = 0; i < env.n_workers; i++)
		if (env.cpu[i] == cpu && nth-- == 0)
			return ovr_env_lcore(i);
	return 0;
}

/*
 * Whether a word is this long option, maybe with "=VALUE". EAL takes the beginning of a name for
 * the whole of it.
 */
static bool
is_long_option(const char *word, const char *option)
{
	size_t length = strcspn(word, "=");

	return length > 2 && strncmp(word, option, length) == 0;
}

/* Whether one of these long options is among the user's words. */
static bool
names_one_of(char *const *extra, const char *const *option, size_t n)
{
	for (; extra != NULL && *extra != NULL; extra++)
		for (size_t i = 0; i < n; i++)
			if (is_long_option(*extra, option[i]))
				return true;
	return false;
}

/* Whether the user says where EAL's memory comes from. */
static bool
names_source(char *const *extra)
{
	static const char *const option[] = { "--huge-dir", "--huge-unlink", "--in-memory", "--no-huge",
		"--legacy-mem", "--single-file-segments" };

	return names_one_of(extra, option, sizeof(option) / sizeof(option[0]));
}

/* Whether the user says how much memory EAL gets. */
static bool
names_memory(char *const *extra)
{
	static const char *const option[] = { "--socket-mem", "--numa-mem", "--memory-size" };

	for (char *const *word = extra; word != NULL && *word != NULL; word++)
		if (strncmp(*word, "-m", 2) == 0)
			return true;
	return names_source(extra) || names_one_of(extra, option, sizeof(option) / sizeof(option[0]));
}

bool
ovr_env_wants_hugepages(const struct ovr_env_conf *conf)
{
	return conf->n_pci != 0 && !names_source(conf->extra);
}

/*
 * What the user may not tell EAL, since the program has told it already, or since EAL would not
 * come back.
 */
static const struct {
	const char *name; /* a long option, or the letter of a short one */
	const char *why, *accepted;
} refused[] = {
	{ "--help", "makes EAL print its help and end the program",
		"arguments of a run, see DPDK's list of EAL parameters" },
	{ "h", "makes EAL print its help and end the program",
		"arguments of a run, see DPDK's list of EAL parameters" },
	{ "--proc-type", "makes EAL wait for another process", "none: overrun is a primary process" },
	{ "--file-prefix", "names the files that overrun removes after a run that was killed",
		"none: the prefix is overrun's process id" },
	{ "--lcores", "says which core polls", "overrun's own --cores" },
	{ "--coremask", "says which core polls", "overrun's own --cores" },
	{ "--remap-lcore-ids", "says which core polls", "overrun's own --cores" },
	{ "--service-corelist", "takes cores for services", "overrun's own --cores" },
	{ "--service-coremask", "takes cores for services", "overrun's own --cores" },
	{ "l", "says which core polls", "overrun's own --cores" },
	{ "c", "says which core polls", "overrun's own --cores" },
	{ "R", "says which core polls", "overrun's own --cores" },
	{ "s", "takes cores for services", "overrun's own --cores" },
	{ "S", "takes cores for services", "overrun's own --cores" },
	{ "--main-lcore", "says which core controls", "none: the control thread is lcore 0" },
};

/* -v may stand before another letter: getopt takes "-vh" for two options. */
static bool
is_option(const char *word, const char *name)
{
	if (name[0] == '-')
		return is_long_option(word, name);
	return word[0] == '-' && word[1 + strspn(word + 1, "v")] == name[0];
}

/* Is this the question for the names of EAL's logs, which ends the process as a success? */
static bool
asks_for_logs(char *const *word)
{
	const char *value = strchr(*word, '=');

	if (!is_long_option(*word, "--log-level"))
		return false;
	value = value != NULL ? value + 1 : word[1];
	return value != NULL && strcmp(value, "help") == 0;
}

static int
refuse_arguments(char *const *extra, struct ovr_err *err)
{
	for (; extra != NULL && *extra != NULL; extra++) {
		if (asks_for_logs(extra))
			return ovr_err_set(err, -EINVAL,
				"EAL arguments: found --log-level=help, which makes EAL print its logs and "
				"end the program; accepted: --log-level=PATTERN:LEVEL");
		for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
			if (is_option(*extra, refused[i].name))
				return ovr_err_set(err, -EINVAL,
					"EAL arguments: found %s, which %s; accepted: %s", *extra,
					refused[i].why, refused[i].accepted);
	}
	return 0;
}

/* Where stdout and stderr went while EAL had the word. */
struct hush {
	int out, err; /* what they are */
	int words;    /* what was written to stderr; -1: it is not kept */
};

/* EAL and getopt print usage and complaints as they like: the one sentence is the program's. */
static struct hush
hush_begin(void)
{
	struct hush hush = { .out = -1, .err = -1, .words = memfd_create("words", MFD_CLOEXEC) };
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

	fflush(NULL);
	if (nowhere < 0)
		return hush;
	hush.out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	hush.err = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (hush.out >= 0)
		dup2(nowhere, STDOUT_FILENO);
	if (hush.err >= 0)
		dup2(hush.words >= 0 ? hush.words : nowhere, STDERR_FILENO);
	close(nowhere);
	return hush;
}

/*
 * Give them back. Writes getopt's complaint, which bears the program's name; "" if there is none.
 */
static void
hush_end(const struct hush *hush, char *complaint, size_t size)
{
	static const char name[] = "overrun: ";
	char words[256];
	ssize_t n = -1;

	fflush(NULL);
	complaint[0] = '\0';
	if (hush->out >= 0) {
		dup2(hush->out, STDOUT_FILENO);
		close(hush->out);
	}
	if (hush->err >= 0) {
		dup2(hush->err, STDERR_FILENO);
		close(hush->err);
	}
	if (hush->words < 0)
		return;
	n = pread(hush->words, words, sizeof(words) - 1, 0);
	close(hush->words);
	words[n > 0 ? n : 0] = '\0';
	words[strcspn(words, "\n")] = '\0';
	if (strncmp(words, name, strlen(name)) == 0)
		snprintf(complaint, size, "%s", words + strlen(name));
}

/* What EAL is told. It keeps the pointers. @return how many; negative errno */
static int
make_arguments(const struct ovr_env_conf *conf, char **argv, struct ovr_err *err)
{
	int argc = 0;

	snprintf(env.memory, sizeof(env.memory), "%u", conf->memory_mb);
	snprintf(env.prefix, sizeof(env.prefix), "--file-prefix=overrun%d", (int)getpid());
	argv[argc++] = (char *)"overrun";
	argv[argc++] = (char *)"--lcores";
	argv[argc++] = env.lcores;
	argv[argc++] = (char *)"--no-shconf";
	argv[argc++] = (char *)"--no-telemetry";
	argv[argc++] = env.prefix;
	if (conf->n_pci == 0)
		argv[argc++] = (char *)"--no-pci";
	for (uint16_t i = 0; i < conf->n_pci && i < OVR_ENV_PCI_MAX; i++) {
		memcpy(env.pci[i], conf->pci[i], sizeof(env.pci[i]));
		argv[argc++] = (char *)"-a";
		argv[argc++] = env.pci[i];
	}
	if (ovr_env_wants_hugepages(conf)) {
		argv[argc++] = (char *)"--in-memory";
	} else if (conf->n_pci == 0 && !names_memory(conf->extra)) {
		argv[argc++] = (char *)"--no-huge";
		argv[argc++] = (char *)"-m";
		argv[argc++] = env.memory;
	}
	for (char *const *extra = conf->extra; extra != NULL && *extra != NULL; extra++) {
		if (argc == ARGS_MAX - 1)
			return ovr_err_set(err, -E2BIG,
				"EAL arguments: found more than %d, accepted: at most these", ARGS_MAX);
		argv[argc++] = *extra;
	}
	argv[argc] = NULL;
	return argc;
}

/*
 * Where EAL's start is left if EAL gives up: rte_panic() calls abort(), for want of memory or of
 * file descriptors.
 */
static sigjmp_buf gave_up;
static pthread_t starter;

static void
leave_start(int number)
{
	(void)number;
	if (pthread_equal(pthread_self(), starter))
		siglongjmp(gave_up, 1);
}

/*
 * @return what rte_eal_init() returns; EAL_GAVE_UP: it called abort(), and EAL must not be touched
 * again
 */
static int
start_eal(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = leave_start }, before;
	int rc;

	starter = pthread_self();
	sigaction(SIGABRT, &action, &before);
	rc = sigsetjmp(gave_up, 1) == 0 ? rte_eal_init(argc, argv) : EAL_GAVE_UP;
	sigaction(SIGABRT, &before, NULL);
	return rc;
}

/*
 * EAL makes a folder for what its processes share, in a place where others may have put theirs
 * (/tmp). There is nothing to share (--no-shconf, --no-telemetry), and then EAL starts without that
 * folder where it cannot make it.
 */
static const char no_folder[] = "/dev/null";
static const char runtime_directory[] = "RUNTIME_DIRECTORY";

static int
start_eal_without_folder(int argc, char **argv)
{
	const char *set = getenv(runtime_directory);
	char *kept = set != NULL ? strdup(set) : NULL;
	int rc;

	if (set != NULL && kept == NULL)
		return EAL_GAVE_UP;
	setenv(runtime_directory, no_folder, 1);
	rc = start_eal(argc, argv);
	if (kept != NULL)
		setenv(runtime_directory, kept, 1);
	else
		unsetenv(runtime_directory);
	free(kept);
	return rc;
}

static void
close_log(void)
{
	rte_openlog_stream(NULL);
	if (env.log != NULL)
		fclose(env.log);
	free(env.log_text);
	env.log = NULL;
	env.log_text = NULL;
}

/* The limits that make EAL give up; unlimited is said as such. */
static int
gave_up_sentence(struct ovr_err *err)
{
	struct rlimit files = { 0 }, memory = { 0 };
	char text[64] = "unlimited";

	getrlimit(RLIMIT_NOFILE, &files);
	getrlimit(RLIMIT_AS, &memory);
	if (memory.rlim_cur != RLIM_INFINITY)
		snprintf(text, sizeof(text), "%llu MB", (unsigned long long)memory.rlim_cur >> 20);
	return ovr_err_set(err, -ENOMEM,
		"EAL does not start: it gave up with %s; found limits of %llu open files and %s of address "
		"space, accepted: higher ones (ulimit -n, ulimit -v)",
		ovr_env_last_words()[0] != '\0' ? ovr_env_last_words() : "no word",
		(unsigned long long)files.rlim_cur, text);
}

/* EAL reads its arguments, and does not take one. */
static int
refused_sentence(const char *complaint, struct ovr_err *err)
{
	return ovr_err_set(err, -EIO,
		"EAL does not start: %s; accepted: the options in DPDK's list of EAL parameters", complaint);
}

int
ovr_env_start(const struct ovr_env_conf *conf, struct ovr_err *err)
{
	char *argv[ARGS_MAX];
	char complaint[256];
	struct hush hush;
	int argc = 0;
	int status = refuse_arguments(conf->extra, err);
	bool is_asked = conf->extra != NULL && conf->extra[0] != NULL;
	int rc;

	if (status == 0)
		status = print_lcores(conf, err);
	if (status == 0)
		status = argc = make_arguments(conf, argv, err);
	if (status < 0)
		return status;

	/* EAL's chatter is kept for error sentences: stderr belongs to the program. */
	env.log = open_memstream(&env.log_text, &env.log_size);
	if (env.log != NULL)
		rte_openlog_stream(env.log);
	hush = hush_begin();
	if (is_asked && env_ask_eal(argc, argv, complaint, sizeof(complaint))) {
		char unused[1];

		hush_end(&hush, unused, sizeof(unused));
		close_log();
		return refused_sentence(complaint, err);
	}
	rc = start_eal_without_folder(argc, argv);
	hush_end(&hush, complaint, sizeof(complaint));
	if (rc == EAL_GAVE_UP) {
		status = gave_up_sentence(err);
		close_log();
		return status;
	}
	if (rc < 0) {
		const char *words = ovr_env_last_words();

		if (complaint[0] != '\0')
			status = refused_sentence(complaint, err);
		else
			status = ovr_err_set(err, -EIO, "EAL does not start: %s",
				words[0] != '\0' ? words : rte_strerror(rte_errno));
		env.started = true;
		ovr_env_stop();
		return status;
	}
	env.started = true;
	/* EAL moves the words that it does not know to the end, and leaves them there */
	if (rc + 1 < argc) {
		status = ovr_err_set(err, -EINVAL,
			"EAL arguments: found \"%.80s\", which none of its options takes; accepted: the "
			"options in DPDK's list of EAL parameters",
			argv[rc + 1]);
		ovr_env_stop();
		return status;
	}
	return 0;
}

const char *
ovr_env_dpdk_version(void)
{
	return rte_version();
}

bool
ovr_env_has_hugepages(void)
{
	return rte_eal_has_hugepages() != 0;
}

void
ovr_env_stop(void)
{
	if (!env.started)
		return;
	rte_eal_cleanup();
	close_log();
	env.started = false;
}
