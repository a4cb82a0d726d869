/* SPDX-License-Identifier: BSD-3-Clause */
#include "sweep/sweep.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/capture.h"
#include "plan/command.h"
#include "port/port.h"

static struct ovr_plan plan, trial;
static struct ovr_series series;
static struct ovr_env_conf env;
static struct ovr_result_sweep sweep;
static struct ovr_sweep_state state = { .fd = -1 };
static struct ovr_err err;

/* @return what ovr_sweep_run() returns */
static int
try(const char *const (*option)[2], size_t n, const struct ovr_series_hooks *hooks)
{
	int status;

	ovr_plan_default_for(OVR_PLAN_SWEEP, &plan);
	for (size_t i = 0; i < n; i++)
		cr_assert_eq(ovr_plan_set(&plan, option[i][0], option[i][1], &err), 0, "%s", err.text);
	cr_assert_eq(ovr_plan_sweep_check(&plan, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_result_sweep_init(&sweep, &plan, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_sweep_state_open(&state, &sweep, &err), 0, "%s", err.text);
	ovr_series_begin(&series, hooks);
	status = ovr_sweep_expect(&series, &sweep, &env, &err);
	if (status == -ENODEV)
		cr_skip_test("%s", err.text);
	cr_assert_eq(status, 0, "%s", err.text);
	cr_assert_eq(ovr_env_start(&env, &err), 0, "%s", err.text);
	status = ovr_sweep_run(&series, &state, &sweep, &err);
	cr_expect_eq(ovr_series_close(&series, &err), 0, "%s", err.text);
	ovr_env_stop();
	return status;
}

static void
carry_out(const char *const (*option)[2], size_t n, const struct ovr_series_hooks *hooks)
{
	cr_assert_eq(try(option, n, hooks), 0, "%s", err.text);
}

static void
end(void)
{
	ovr_sweep_state_close(&state);
	ovr_result_sweep_done(&sweep);
}

TestSuite(sweep, .fini = end);

/* Nobody reads while frames arrive, so that no stall of this machine can change what is lost. */
Test(sweep, a_ring_that_nobody_reads_keeps_what_it_holds)
{
	static const char *const option[][2] = { { "rings", "64,256" }, { "stall", "unread" },
		{ "count", "1000" }, { "rate", "100kpps" }, { "rate-tolerance", "100%" }, { "warmup", "0" },
		{ "drain", "5ms" } };

	carry_out(option, 7, NULL);
	cr_assert_eq(sweep.n_done, 2);
	cr_assert_eq(sweep.n_void, 0, "%s", sweep.reason);
	cr_assert_eq(sweep.cell[0].summary.number, 1);
	cr_assert_eq(sweep.cell[0].summary.sent, 1000);
	cr_assert_eq(sweep.cell[0].summary.lost, 936);
	cr_assert_eq(sweep.cell[1].summary.lost, 744);
	cr_assert_eq(sweep.cell[0].comparison.lost, 936);
	cr_assert_float_eq(sweep.cell[0].comparison.model, 936, 1e-9);
	cr_assert_eq(sweep.n_curves, 1);
	cr_assert_eq(sweep.curve[0].smallest_lossless, 0);
	cr_assert_eq(sweep.curve[0].shape.kind, OVR_METHOD_SHAPE_FALLING);
	cr_assert_float_eq(sweep.curve[0].shape.knee, 1000, 1e-9);
	cr_assert_eq(sweep.check.n_cells, 2);
	cr_assert_eq(sweep.check.n_within, 2);
	cr_assert_eq(sweep.verdict, OVR_VERDICT_LOSS);
	cr_assert_str_eq(sweep.reason, "1 of 1 curves have no ring that lost nothing");
}

Test(sweep, what_the_wire_drops_is_not_laid_to_the_ring)
{
	static const char *const option[][2] = { { "rings", "2048,4096" }, { "rx", "wire:1,drop=100%" },
		{ "count", "1000" }, { "rate", "100kpps" }, { "rate-tolerance", "100%" }, { "warmup", "0" },
		{ "drain", "5ms" } };

	carry_out(option, 7, NULL);
	for (uint32_t i = 0; i < 2; i++) {
		cr_assert_eq(sweep.cell[i].summary.lost, 1000);
		cr_assert_eq(sweep.cell[i].comparison.lost_injected, 0);
		cr_assert_eq(sweep.cell[i].comparison.lost_host, 0);
		cr_assert_eq(sweep.curve[0].ring[i].lost_outside, 1000);
	}
	cr_assert_eq(sweep.curve[0].shape.kind, OVR_METHOD_SHAPE_FLAT);
}

Test(sweep, a_signal_keeps_no_cell)
{
	static const char *const option[][2] = { { "rings", "64,256" } };
	atomic_bool stop = true;
	struct ovr_series_hooks hooks = { .stop = &stop };

	carry_out(option, 1, &hooks);
	cr_assert_eq(sweep.n_done, 0);
	cr_assert_eq(sweep.verdict, OVR_VERDICT_VOID);
	cr_assert_str_eq(sweep.reason, "stopped, 0 of 2 cells");
}

/* A capture of one frame of 100 bytes. */
static void
write_capture(char *path)
{
	static uint8_t bytes[128];
	struct ovr_frame_flow_conf conf = { .ip_version = 4 };
	struct ovr_frame_flow flow = ovr_frame_flow_of(&conf, 0, 0);
	struct ovr_frame_template template;
	struct ovr_capture_frame frame = { .bytes = bytes };
	FILE *file = fdopen(mkstemp(path), "wb");

	cr_assert_neq(file, NULL);
	cr_assert_eq(ovr_frame_template_build(&flow, 100, bytes, &template, &err), 0, "%s", err.text);
	frame.pkt_len = frame.cap_len = template.pkt_len;
	cr_assert_eq(ovr_capture_write(file, 0, &frame, 1, &err), 0, "%s", err.text);
	fclose(file);
}

/* The frames' file is gone when the second trial wants it. */
static void
remove_before_the_second(void *context, uint32_t number, const char *label)
{
	(void)label;
	if (number == 2)
		unlink(context);
}

Test(sweep, a_trial_that_cannot_be_run_keeps_what_was_measured)
{
	char path[] = "/tmp/ovr_sweep_XXXXXX";
	const char *const option[][2] = { { "rings", "64,256,1024" }, { "stall", "unread" },
		{ "templates", path }, { "size", "100" }, { "streams", "1" }, { "count", "100" },
		{ "rate", "100kpps" }, { "rate-tolerance", "100%" }, { "warmup", "0" }, { "drain", "5ms" } };
	struct ovr_series_hooks hooks = { .trial = remove_before_the_second, .context = path };

	write_capture(path);
	carry_out(option, 10, &hooks);
	cr_assert_eq(sweep.n_done, 1);
	cr_assert_eq(sweep.verdict, OVR_VERDICT_VOID);
	cr_assert_eq(strncmp(sweep.reason, "cell \"rxd ", 10), 0, "%s", sweep.reason);
	cr_assert_not_null(strstr(sweep.reason, path), "%s", sweep.reason);
}

Test(sweep, the_first_trial_that_cannot_be_run_is_an_error)
{
	static const char *const option[][2] = { { "rings", "64,256" },
		{ "templates", "/nonexistent.pcap" } };

	cr_assert_eq(try(option, 2, NULL), -ENOENT);
	cr_assert_eq(strncmp(err.text, "cell \"rxd ", 10), 0, "%s", err.text);
}

Test(sweep, queues_that_a_device_does_not_have_are_refused_before_anything_is_sent)
{
	static const char *const option[][2] = { { "queues", "1,17" }, { "tx", "vdev:net_ring0" },
		{ "rx", "vdev:net_ring0" } };

	cr_assert_eq(try(option, 3, NULL), -ERANGE);
	cr_assert_str_eq(err.text,
		"cell \"rxd 1024, size 64, rate 100%, burst 32, rxq 17, stall none\": vdev:net_ring0: found "
		"17 "
		"receive queues, accepted by the driver net_ring: 1 to 16");
	cr_assert_eq(series.n_trials, 0);
}

Test(sweep, only_cells_that_are_not_done_are_expected)
{
	ovr_plan_default_for(OVR_PLAN_SWEEP, &plan);
	cr_assert_eq(ovr_plan_set(&plan, "rings", "64,65536", &err), 0, "%s", err.text);
	cr_assert_eq(ovr_plan_set(&plan, "repeats", "2", &err), 0, "%s", err.text);
	cr_assert_eq(ovr_result_sweep_init(&sweep, &plan, &err), 0, "%s", err.text);
	for (uint32_t i = 0; i < 4; i++)
		sweep.cell[i].is_done = true;
	ovr_series_begin(&series, NULL);
	cr_assert_eq(ovr_sweep_expect(&series, &sweep, &env, &err), 0, "%s", err.text);
	cr_assert_eq(env.n_workers, 0);
	/* the second repeat of the small ring */
	sweep.cell[2].is_done = false;
	cr_assert_eq(ovr_sweep_expect(&series, &sweep, &env, &err), 0, "%s", err.text);
	cr_assert_gt(env.n_workers, 0);
	cr_assert_eq(ovr_plan_sweep_cell(&plan, 2, &trial, &err), 0, "%s", err.text);
	cr_assert_eq(env.memory_mb, ovr_port_memory_mb(&trial.ports, &trial.frames));
}
