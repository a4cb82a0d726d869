/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What the subcommands share. Only app/ reads argv, prints and picks exit codes.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "plan/plan.h"

/** Exit codes; 0 … 2 are the verdict's. */
enum app_exit {
	APP_EXIT_PASS = 0,
	APP_EXIT_LOSS = 1,
	APP_EXIT_VOID = 2,
	APP_EXIT_CANNOT = 3, /**< usage, configuration, environment */
};

struct app_job;

/** A subcommand. */
struct app_command {
	const char *name;
	const char *synopsis;              /**< after the name */
	const char *summary;               /**< one line */
	int (*run)(int argc, char **argv); /**< argv[0] is the subcommand; returns the exit code */
	void (*help)(FILE *out);           /**< the part of the help that is its own */
	void (*man)(FILE *out);            /**< its options as roff; NULL: it has none */
	const struct app_command
		*verbs; /**< what it is divided into, ended by one without a name; NULL: it is not */
	const struct app_job
		*job; /**< carries out many trials: run, help and man come of it. NULL: it does not */
};

int cmd_run(int argc, char **argv);
void cmd_run_help(FILE *out);
void cmd_run_man(FILE *out);
int cmd_check(int argc, char **argv);
void cmd_check_help(FILE *out);
int cmd_compare(int argc, char **argv);
void cmd_compare_help(FILE *out);
int cmd_doctor(int argc, char **argv);
void cmd_doctor_help(FILE *out);
int cmd_hop(int argc, char **argv);
void cmd_hop_help(FILE *out);
int cmd_keygen(int argc, char **argv);
void cmd_keygen_help(FILE *out);
int cmd_path(int argc, char **argv);
void cmd_path_help(FILE *out);
int cmd_plan_ring(int argc, char **argv);
void cmd_plan_ring_help(FILE *out);
void cmd_plan_ring_man(FILE *out);
int cmd_ring(int argc, char **argv);
/** The verbs of `overrun ring`, ended by one without a name: argv[0] is the verb. */
extern const struct app_command app_ring_verbs[];
void cmd_ring_man(FILE *out);
/** Half of a trial in a process of its own; in no help. */
int cmd_end(int argc, char **argv);
int cmd_report(int argc, char **argv);
void cmd_report_help(FILE *out);
int cmd_reproduce(int argc, char **argv);
void cmd_reproduce_help(FILE *out);
int cmd_serve(int argc, char **argv);
void cmd_serve_help(FILE *out);
int cmd_tcp(int argc, char **argv);
void cmd_tcp_help(FILE *out);
int cmd_watch(int argc, char **argv);
void cmd_watch_help(FILE *out);
int cmd_help(int argc, char **argv);
/**
 * The help of the command argv[0] or, where argv[1] is a verb of it, of that.
 * @return the exit code
 */
int app_help_on(int argc, char **argv);
int cmd_version(int argc, char **argv);

/**
 * Find a command, or a verb of one.
 * @param object before the sentence: "overrun", "ring"
 * @return the one of that name; NULL: there is none, and the sentence names the nearest and all of
 * them
 */
const struct app_command *app_command_of(
	const struct app_command *commands, const char *object, const char *name, struct ovr_err *err);

/** Carry out a command. @param argv argv[0] is its name. @return the exit code */
int app_command_run(const struct app_command *command, int argc, char **argv);

/** Every command, ended by one without a name. */
extern const struct app_command app_commands[];

/**
 * Print a line to stderr, in which nothing is a command to the terminal. Without its end, which
 * comes by itself.
 */
void app_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** The same in place of the line that stderr, a terminal, stands in, and stay in it. */
void app_show(const char *format, ...) __attribute__((format(printf, 1, 2)));

/**
 * Keep what is said from now on, and say it when @p is_later is false again; lines in place are
 * left out. For as long as a screen is on the terminal.
 */
void app_say_later(bool is_later);

/** Print "overrun: SENTENCE" to stderr. @return APP_EXIT_CANNOT */
int app_fail(const struct ovr_err *err);

/** @return nanoseconds of CLOCK_MONOTONIC. Any thread. */
uint64_t app_now_ns(void);

/** Set by SIGINT, SIGTERM and SIGHUP. */
extern atomic_bool app_stop;

/**
 * Let signals set app_stop, in the calling thread only: threads made before app_signals_open() do
 * not get them.
 */
void app_signals_block(void);
void app_signals_open(void);

/**
 * Put back what runs that were killed left on this host, and say on stderr what that was. Every
 * command that opens ports begins with it.
 */
void app_recover(bool quiet);

/**
 * Remove what EAL leaves of this process even when it ends as it should: hugepage files. After
 * ovr_env_stop().
 */
void app_clean_up(void);
