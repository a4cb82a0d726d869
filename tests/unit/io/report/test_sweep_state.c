/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/sweep_state.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "plan/command.h"

static char path[] = "/tmp/ovr_state_XXXXXX";
static struct ovr_plan plan;
static struct ovr_result_sweep sweep;
static struct ovr_sweep_state state;
static struct ovr_err err;

static void
set(const char *key, const char *text)
{
	cr_assert_eq(ovr_plan_set(&plan, key, text, &err), 0, "%s", err.text);
}

/* A plan of four cells, whose journal is a name that nothing has yet. */
static void
arrange(void)
{
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	close(fd);
	unlink(path);
	ovr_plan_default_for(OVR_PLAN_SWEEP, &plan);
	set("rings", "64..512");
	set("state", path);
}

static void
clean_up(void)
{
	ovr_sweep_state_close(&state);
	ovr_result_sweep_done(&sweep);
	unlink(path);
}

TestSuite(sweep_state, .init = arrange, .fini = clean_up);

static int
open_state(void)
{
	ovr_sweep_state_close(&state);
	ovr_result_sweep_done(&sweep);
	cr_assert_eq(ovr_result_sweep_init(&sweep, &plan, &err), 0, "%s", err.text);
	return ovr_sweep_state_open(&state, &sweep, &err);
}

static void
finish_cell(uint32_t index)
{
	struct ovr_result_cell cell = { .is_done = true, .model_loss = 1.0 / 3 };

	cell.summary.number = index + 1;
	cell.summary.seed = ovr_method_grid_seed(&sweep.grid, index);
	cell.summary.sent = 1000 + index;
	cell.summary.lost = 7;
	cell.summary.verdict = OVR_VERDICT_LOSS;
	cell.summary.frames_at[OVR_PLACE_RX_RING] = 7;
	snprintf(cell.summary.stall, sizeof(cell.summary.stall), "100us/10ms,jitter=10%%");
	cell.comparison = (struct ovr_comparison){ .n_injected = 9,
		.n_of = { 4, 2, 1, 1, 1, 0 },
		.lost = 5,
		.model = 2.0 / 3,
		.worst_frames = -0.1,
		.slots = 64,
		.exclusion = OVR_COMPARISON_EXCLUDED_HOST };
	sweep.cell[index] = cell;
	cr_assert_eq(ovr_sweep_state_add(&state, &sweep, index, &err), 0, "%s", err.text);
}

static void
append(const char *text)
{
	FILE *file = fopen(path, "a");

	fputs(text, file);
	fclose(file);
}

Test(sweep_state, a_finished_cell_comes_back_as_it_was)
{
	struct ovr_result_cell kept;

	cr_assert_eq(open_state(), 0, "%s", err.text);
	cr_assert_eq(sweep.n_resumed, 0);
	finish_cell(2);
	finish_cell(0);
	kept = sweep.cell[2];
	cr_assert_eq(open_state(), 0, "%s", err.text);
	cr_assert_eq(sweep.n_resumed, 2);
	cr_assert_eq(sweep.n_done, 2);
	cr_assert_eq(sweep.n_excluded, 2);
	cr_assert_not(sweep.cell[1].is_done);
	cr_assert_eq(memcmp(&sweep.cell[2].summary, &kept.summary, sizeof(kept.summary)), 0);
	cr_assert_eq(memcmp(&sweep.cell[2].comparison, &kept.comparison, sizeof(kept.comparison)), 0);
	cr_assert_float_eq(sweep.cell[2].model_loss, kept.model_loss, 0);
}

Test(sweep_state, a_torn_last_line_is_cut_and_its_cell_is_not_done)
{
	cr_assert_eq(open_state(), 0, "%s", err.text);
	finish_cell(1);
	append("{\"cell\":3,\"repeat\":0,\"set_as");
	cr_assert_eq(open_state(), 0, "%s", err.text);
	cr_assert_eq(sweep.n_resumed, 1);
	finish_cell(3);
	cr_assert_eq(open_state(), 0, "%s", err.text);
	cr_assert_eq(sweep.n_resumed, 2);
}

Test(sweep_state, a_torn_first_line_is_a_new_journal)
{
	append("{\"schema\":\"overrun.sweep-st");
	cr_assert_eq(open_state(), 0, "%s", err.text);
	finish_cell(1);
	cr_assert_eq(open_state(), 0, "%s", err.text);
	cr_assert_eq(sweep.n_resumed, 1);
}

Test(sweep_state, outputs_may_change_and_nothing_else)
{
	cr_assert_eq(open_state(), 0, "%s", err.text);
	finish_cell(1);
	set("json", "other.json");
	set("junit", "other.xml");
	set("tap", "other.tap");
	set("quiet", "true");
	cr_assert_eq(open_state(), 0, "%s", err.text);
	cr_assert_eq(sweep.n_resumed, 1);
	set("time", "300ms");
	cr_assert_eq(open_state(), -EINVAL);
	cr_assert_not_null(strstr(err.text, "is not of this plan and version"), "%s", err.text);
}

Test(sweep_state, a_journal_without_a_cell_is_taken_by_another_plan)
{
	cr_assert_eq(open_state(), 0, "%s", err.text);
	append("{\"cell\":3,\"rep");
	set("time", "300ms");
	cr_assert_eq(open_state(), 0, "%s", err.text);
	finish_cell(1);
	cr_assert_eq(open_state(), 0, "its head was written again: %s", err.text);
	cr_assert_eq(sweep.n_resumed, 1);
	set("time", "250ms");
	cr_assert_eq(open_state(), -EINVAL, "it has a cell now");
}

Test(sweep_state, a_head_of_another_schema_is_left_alone)
{
	append("{\"schema\":\"overrun.sweep-state/1\"}\n");
	cr_assert_eq(open_state(), -EINVAL);
	cr_assert_not_null(strstr(err.text, "is not of this plan and version"), "%s", err.text);
}

Test(sweep_state, a_line_in_the_middle_that_is_no_cell_is_refused)
{
	cr_assert_eq(open_state(), 0, "%s", err.text);
	append("{\"cell\":1}\n{\"cell\":2}\n");
	cr_assert_eq(open_state(), -EINVAL);
	cr_assert_not_null(strstr(err.text, "line 2: cell: \"excluded_for\" is missing"), "%s", err.text);
}

Test(sweep_state, a_file_that_is_no_journal_is_left_alone)
{
	char text[16] = "";
	FILE *file;

	append("my notes");
	cr_assert_eq(open_state(), -EINVAL);
	file = fopen(path, "r");
	cr_assert_not_null(fgets(text, sizeof(text), file));
	fclose(file);
	cr_assert_str_eq(text, "my notes");
}

Test(sweep_state, two_sweeps_do_not_share_a_journal)
{
	struct ovr_sweep_state other;

	cr_assert_eq(open_state(), 0, "%s", err.text);
	cr_assert_eq(ovr_sweep_state_open(&other, &sweep, &err), -EBUSY);
	cr_assert_not_null(strstr(err.text, "is in use by another sweep"), "%s", err.text);
}

Test(sweep_state, without_a_file_nothing_is_kept)
{
	set("state", "none");
	cr_assert_eq(open_state(), 0);
	cr_assert_eq(state.fd, -1);
	finish_cell(0);
}

/* A pipe would be waited for, and /dev/zero read for ever. */
Test(sweep_state, what_is_no_regular_file_is_refused, .timeout = 60)
{
	char sentence[256];

	cr_assert_eq(mkfifo(path, 0600), 0);
	cr_assert_eq(open_state(), -EINVAL);
	snprintf(sentence, sizeof(sentence),
		"state: \"%s\" is no regular file, accepted: the journal of the same sweep, or a new file",
		path);
	cr_assert_str_eq(err.text, sentence);
	set("state", "/dev/zero");
	cr_assert_eq(open_state(), -EINVAL);
}
