/* SPDX-License-Identifier: BSD-3-Clause */
#include "env/env.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_log.h>

#define ARGS_MAX 64

/* EAL keeps pointers into its arguments, and there is one EAL in a process: so there is one of these. */
static struct {
	bool started;
	FILE *log;
	char *log_text;
	size_t log_size;
	size_t log_forgotten; /* bytes of it that are of no interest any more */
	char lcores[1024];
	char memory[16];
	char prefix[32];
	char last_words[256];
} env;

void
ovr_env_forget_words(void)
{
	if (env.log != NULL && fflush(env.log) == 0)
		env.log_forgotten = env.log_size;
}

const char *
ovr_env_last_words(void)
{
	const char *first, *start, *end;

	if (env.log == NULL || fflush(env.log) != 0 || env.log_size <= env.log_forgotten)
		return "";
	first = env.log_text + env.log_forgotten;
	end = env.log_text + env.log_size;
	while (end > first && end[-1] == '\n')
		end--;
	start = end;
	while (start > first && start[-1] != '\n')
		start--;
	snprintf(env.last_words, sizeof(env.last_words), "%.*s", (int)(end - start), start);
	return env.last_words;
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
		if (!CPU_ISSET(cpu, &allowed))
			continue;
		at += snprintf(at, (size_t)(end - at), "%s%d", comma, cpu);
		comma = ",";
	}
	if (at < end)
		at += snprintf(at, (size_t)(end - at), ")");
	for (uint16_t i = 0; i < conf->n_workers && at < end; i++)
		at += snprintf(at, (size_t)(end - at), ",%u@%u", ovr_env_lcore(i), conf->cpu[i]);
	if (at >= end)
		return ovr_err_set(err, -E2BIG, "CPUs: too many of them to name to EAL");
	return 0;
}

/* Does the user say himself where EAL's memory comes from? */
static bool
names_memory(char *const *extra)
{
	static const char *const option[] = { "-m", "--socket-mem", "--huge-dir", "--huge-unlink",
		"--in-memory", "--no-huge", "--legacy-mem", "--single-file-segments" };

	for (; extra != NULL && *extra != NULL; extra++)
		for (size_t i = 0; i < sizeof(option) / sizeof(option[0]); i++)
			if (strncmp(*extra, option[i], strlen(option[i])) == 0)
				return true;
	return false;
}

int
ovr_env_start(const struct ovr_env_conf *conf, struct ovr_err *err)
{
	char *argv[ARGS_MAX];
	int argc = 0;
	int status = print_lcores(conf, err);

	if (status != 0)
		return status;
	snprintf(env.memory, sizeof(env.memory), "%u", conf->memory_mb);
	snprintf(env.prefix, sizeof(env.prefix), "--file-prefix=overrun%d", (int)getpid());
	argv[argc++] = (char *)"overrun";
	argv[argc++] = (char *)"--lcores";
	argv[argc++] = env.lcores;
	argv[argc++] = (char *)"--no-shconf";
	argv[argc++] = (char *)"--no-telemetry";
	argv[argc++] = (char *)"--no-pci";
	argv[argc++] = env.prefix;
	if (!names_memory(conf->extra)) {
		argv[argc++] = (char *)"--no-huge";
		argv[argc++] = (char *)"-m";
		argv[argc++] = env.memory;
	}
	for (char *const *extra = conf->extra; extra != NULL && *extra != NULL; extra++) {
		if (argc == ARGS_MAX - 1)
			return ovr_err_set(err, -E2BIG, "EAL arguments: more than %d", ARGS_MAX);
		argv[argc++] = *extra;
	}
	argv[argc] = NULL;

	/* EAL's chatter is kept for error sentences: stderr belongs to the program. */
	env.log = open_memstream(&env.log_text, &env.log_size);
	if (env.log != NULL)
		rte_openlog_stream(env.log);
	if (rte_eal_init(argc, argv) < 0) {
		const char *words = ovr_env_last_words();

		status = ovr_err_set(err, -EIO, "EAL does not start: %s",
			words[0] != '\0' ? words : rte_strerror(rte_errno));
		env.started = true;
		ovr_env_stop();
		return status;
	}
	env.started = true;
	return 0;
}

bool
ovr_env_has_hugepages(void)
{
	return rte_eal_has_hugepages() != 0;
}

void
ovr_env_stop(void)
{
	char directory[512];

	if (!env.started)
		return;
	snprintf(directory, sizeof(directory), "%s", rte_eal_get_runtime_dir());
	rte_eal_cleanup();
	if (directory[0] != '\0') {
		char *slash = strrchr(directory, '/');

		/* the directory of this run, and the one above it if nobody else uses it */
		rmdir(directory);
		if (slash != NULL) {
			*slash = '\0';
			rmdir(directory);
		}
	}
	rte_openlog_stream(NULL);
	if (env.log != NULL)
		fclose(env.log);
	free(env.log_text);
	env.log = NULL;
	env.log_text = NULL;
	env.started = false;
}
