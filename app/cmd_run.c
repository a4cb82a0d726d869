/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "checkpoint.h"
#include "env/env.h"
#include "hosts.h"
#include "live.h"
#include "options.h"
#include "plan/tcp.h"
#include "plans.h"
#include "report.h"
#include "report/next.h"
#include "report/report.h"
#include "run_tcp.h"
#include "series/series.h"

/*
 * What is done while the trial runs: the live line on stderr, if it is to have one, and
 * checkpoints.
 */
struct progress {
	bool is_shown;
	struct app_live *live;
	struct app_checkpoint checkpoint;
};

static unsigned int
terminal_columns(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return 80;
	return size.ws_col;
}

static void
show_sample(void *context, const struct ovr_result_sample *sample, uint64_t elapsed_ns, uint64_t total_ns)
{
	struct progress *progress = context;
	bool is_terminal = isatty(STDERR_FILENO);
	char line[1024];

	if (app_live_show(progress->live) != OVR_SHOW_LINE)
		return;
	ovr_report_live(line, sizeof(line), is_terminal ? terminal_columns() - 1 : sizeof(line), sample,
		elapsed_ns, total_ns);
	if (is_terminal)
		app_show("%s", line);
	else
		app_say("%s", line);
	progress->is_shown = is_terminal;
}

static void
show_reading(void *context, const struct ovr_live_reading *reading)
{
	struct progress *progress = context;

	app_live_reading(progress->live, reading);
}

static void
show_trial(void *context, uint32_t number, const char *label)
{
	struct progress *progress = context;

	app_live_trial(progress->live, number, label);
}

static void
show_over(void *context, const struct ovr_result *result)
{
	struct progress *progress = context;

	app_live_over(progress->live, result);
}

static void
write_checkpoint(void *context, const struct ovr_result *so_far)
{
	struct progress *progress = context;

	app_checkpoint_write(&progress->checkpoint, so_far);
}

static void
clear_progress(const struct progress *progress)
{
	if (progress->is_shown)
		app_show("%s", "");
}

/* A capture is written besides. */
enum { OUTPUT_CAPTURE = APP_REPORT_OUTPUTS, OUTPUTS };

static int
text(const void *result, FILE *out, struct ovr_err *err)
{
	int status = ovr_report_text(result, out, err);

	return status == 0 ? ovr_report_next(result, out, err) : status;
}

static int
json(const void *result, FILE *out, struct ovr_err *err)
{
	return ovr_report_json(result, "run", out, err);
}

APP_WRITE(csv, ovr_report_csv)
APP_CASES(cases, ovr_report_cases)

static const struct app_report report = { .text = text, .json = json, .csv = csv, .cases = cases };

static int
run_trial(const struct ovr_plan *plan, char *const *eal, struct app_output *outputs, struct ovr_err *err)
{
	struct progress progress = { .is_shown = false };
	struct ovr_series_hooks hooks = { .context = &progress,
		.trial = show_trial,
		.over = show_over,
		.sample = show_sample,
		.capture = outputs[OUTPUT_CAPTURE].file,
		.stop = &app_stop };
	struct ovr_env_conf env = { .extra = eal };
	struct ovr_result *result = calloc(1, sizeof(*result));
	struct ovr_caller *caller = NULL;
	struct ovr_series series;
	struct ovr_err undone;
	int code = APP_EXIT_CANNOT;
	int status;

	if (result == NULL) {
		ovr_err_set(err, -ENOMEM, "no memory for a result");
		return APP_EXIT_CANNOT;
	}
	status = app_live_open(plan, &progress.live, err);
	if (status == 0)
		status = app_hosts_open(plan, eal, &caller, &hooks.runner, err);
	if (status == 0 && app_live_is_wanted(progress.live))
		hooks.live = show_reading;
	if (status == 0)
		status = app_checkpoint_begin(&progress.checkpoint, plan, err);
	if (progress.checkpoint.path != NULL)
		hooks.checkpoint = write_checkpoint;
	ovr_series_begin(&series, &hooks);
	/* workers are born with signals blocked: they interrupt the control thread alone */
	app_signals_block();
	if (status == 0)
		status = ovr_series_expect(&series, plan, &env, err);
	if (status == 0)
		status = ovr_series_start(&series, &env, err);
	app_signals_open();
	if (status == 0)
		status = app_live_start(progress.live, 1, 0, env.cpu, env.n_workers, err);
	if (status == 0)
		status = ovr_series_trial(&series, plan, "", result, NULL, err);
	if (ovr_series_close(&series, &undone) != 0 && status == 0)
		ovr_result_note(result, "%s", undone.text);
	ovr_caller_close(caller);
	clear_progress(&progress);
	app_live_close(progress.live);
	ovr_env_stop();
	app_clean_up();
	if (status == 0) {
		app_checkpoint_note(&progress.checkpoint, result);
		status = app_report_write(&report, result, outputs, OUTPUTS, err);
	}
	if (status == 0) {
		app_checkpoint_remove(&progress.checkpoint);
		code = (int)result->ledger.verdict;
	}
	app_checkpoint_done(&progress.checkpoint);
	ovr_result_done(result);
	free(result);
	return code;
}

int
cmd_run(int argc, char **argv)
{
	struct app_options options;
	struct ovr_err err;
	struct app_output outputs[OUTPUTS] = { 0 };
	int status = app_options_parse(argc, argv, OVR_PLAN_RUN, &options, &err);
	int code = APP_EXIT_CANNOT;

	if (status == 0)
		status = app_plan_freeze(&options.plan, ovr_plan_freeze, &err);
	if (status == 0 && options.dry_run)
		return app_plan_print(&options.plan, &err);
	if (status == 0)
		status = app_report_open(outputs, &options.plan, &err);
	if (status == 0)
		status = app_output_open(
			&outputs[OUTPUT_CAPTURE], "capture", options.plan.output.capture, &err);
	if (status == 0)
		app_recover(options.plan.output.quiet);
	if (status == 0 && ovr_plan_has_tcp(&options.plan.ports))
		code = app_run_tcp(&options.plan, options.eal, outputs, &err);
	else if (status == 0)
		code = run_trial(&options.plan, options.eal, outputs, &err);
	app_report_drop(outputs, OUTPUTS);
	if (code == APP_EXIT_CANNOT)
		app_fail(&err);
	return code;
}

void
cmd_run_help(FILE *out)
{
	fprintf(out,
		"\nPORT is one of\n"
		"  wire:0, wire:1      the ends of an emulated cable; keys after a comma impair it "
		"(docs/reference/wire.md)\n"
		"  netdev:INTERFACE    a kernel interface, as root, through AF_XDP or, with ,mode=af_packet, "
		"through packet sockets (docs/how-to/netdev.md)\n"
		"  pci:ADDRESS         a NIC under a driver of DPDK, bound to vfio-pci or uio_pci_generic "
		"(docs/how-to/pci.md)\n"
		"  udp:ADDRESS:PORT    a UDP socket of this host's own stack, also in a network namespace "
		"(docs/how-to/socket.md)\n"
		"  tcp:ADDRESS:PORT    connections of this host's own stack, on both sides: records instead "
		"of frames, "
		"counted in segments (docs/how-to/tcp.md)\n"
		"  host:NAME/PORT      a port of another machine, which its agent (overrun serve) opens; "
		"--tx takes "
		"several, host:A/PORT,host:B/PORT (docs/tutorial/two-racks.md)\n"
		"  vdev:NAME,...       any DPDK virtual device (vdev:net_ring0, "
		"vdev:net_af_packet0,iface=veth0)\n");
	app_options_help(OVR_PLAN_RUN, out);
}

void
cmd_run_man(FILE *out)
{
	app_options_man(OVR_PLAN_RUN, out);
}
