/* SPDX-License-Identifier: BSD-3-Clause */
/* A folder of generated results: a change is found where it is, with what changed there, too. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/trend.h"
#include "support/repeat_sample.h"

#define SETS    20
#define RESULTS 12

/* A folder, which is removed with the files in it. */
static char folder[64];

static void
make_folder(void)
{
	strcpy(folder, "/tmp/trend.XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
}

static void
remove_folder(void)
{
	DIR *list = opendir(folder);
	struct dirent *entry;

	while ((entry = readdir(list)) != NULL)
		unlinkat(dirfd(list), entry->d_name, 0);
	closedir(list);
	rmdir(folder);
}

TestSuite(trend_read, .init = make_folder, .fini = remove_folder, .timeout = 120);

static void
put(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	cr_assert_not_null(file);
	fputs(text, file);
	fclose(file);
}

/* A result of a day; files are named against the order of days. */
static void
put_result(const struct sample_repeat *repeat, unsigned int day, const char *kernel)
{
	struct ovr_saved saved = sample_repeat(repeat);
	json_t *environment = json_object_get(saved.root, "environment");
	char name[32], began[32], *text;

	snprintf(name, sizeof(name), "r%02u.json", 90 - day);
	snprintf(began, sizeof(began), "2025-03-%02uT12:00:00Z", day);
	json_object_set_new(environment, "started_utc", json_string(began));
	json_object_set_new(environment, "kernel", json_string(kernel));
	text = json_dumps(saved.root, 0);
	put(name, text);
	free(text);
	ovr_saved_close(&saved);
}

static struct ovr_trend
read_folder(void)
{
	struct ovr_trend trend = { .level = 0.99, .tolerance = 0.01 };
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_trend_read(&trend, folder, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_trend_close(&trend, &err), 0, "%s", err.text);
	return trend;
}

static const struct ovr_trend_figure *
figure(const struct ovr_trend *trend, const char *name)
{
	for (uint32_t i = 0; i < trend->series[0].n_figures; i++)
		if (strcmp(trend->series[0].figure[i].name, name) == 0)
			return &trend->series[0].figure[i];
	cr_assert_fail("no figure is called %s", name);
	return NULL;
}

static struct sample_repeat
of_day(uint64_t set, unsigned int day)
{
	return sample_repeat_default(set * 100 + day);
}

Test(trend_read, results_of_one_plan_show_a_change_in_one_of_20_sets_at_most)
{
	unsigned int n_quiet = 0;

	for (uint64_t set = 1; set <= SETS; set++) {
		struct ovr_trend trend;

		for (unsigned int day = 1; day <= RESULTS; day++) {
			struct sample_repeat repeat = of_day(set, day);

			put_result(&repeat, day, "Linux 6.1");
		}
		trend = read_folder();
		cr_assert_eq(trend.n_series, 1);
		cr_assert_eq(trend.series[0].n_points, RESULTS);
		n_quiet += trend.n_changes == 0;
		ovr_trend_done(&trend);
	}
	cr_assert_geq(n_quiet, SETS - 1, "%u of %u", n_quiet, SETS);
}

Test(trend_read, a_change_is_found_where_it_is_with_what_changed_there)
{
	struct ovr_trend trend;
	const struct ovr_trend_figure *rate;

	for (unsigned int day = 1; day <= RESULTS; day++) {
		struct sample_repeat repeat = of_day(1, day);

		repeat.rate_pps *= day < 8 ? 1 : 0.9;
		put_result(&repeat, day, day < 8 ? "Linux 6.1" : "Linux 6.6");
	}
	trend = read_folder();
	rate = figure(&trend, "tx rate");
	cr_assert_eq(trend.n_changes, 1);
	cr_assert_eq(trend.n_regressions, 1);
	cr_assert_eq(rate->n_changes, 1);
	cr_assert_eq(rate->change[0].point, 7);
	cr_assert_str_eq(trend.series[0].point[7].at_utc, "2025-03-08T12:00:00Z");
	cr_assert_str_eq(trend.series[0].point[7].file, "r82.json");
	cr_assert_eq(rate->change[0].outcome, OVR_CHANGES_WORSE);
	cr_assert_str_eq(rate->change[0].also, "environment kernel Linux 6.1 → Linux 6.6");
	cr_assert_eq(rate->change[0].before.n, 7);
	cr_assert_eq(rate->change[0].after.n, 5);
	cr_assert(rate->change[0].difference.low < 0.9 && rate->change[0].difference.high > 0.9);
	ovr_trend_done(&trend);
}

Test(trend_read, a_loss_that_came_and_went_is_two_changes_and_no_regression)
{
	struct ovr_trend trend;
	const struct ovr_trend_figure *loss;

	for (unsigned int day = 1; day <= RESULTS; day++) {
		struct sample_repeat repeat = of_day(2, day);

		repeat.clusters = day > 4 && day <= 8 ? 200 : 3;
		put_result(&repeat, day, "Linux 6.1");
	}
	trend = read_folder();
	loss = figure(&trend, "loss");
	cr_assert_eq(loss->n_changes, 2);
	cr_assert_eq(loss->change[0].point, 4);
	cr_assert_eq(loss->change[0].outcome, OVR_CHANGES_WORSE);
	cr_assert_eq(loss->change[1].point, 8);
	cr_assert_eq(loss->change[1].outcome, OVR_CHANGES_BETTER);
	cr_assert_eq(trend.n_regressions, 0);
	ovr_trend_done(&trend);
}

Test(trend_read, one_odd_result_is_no_change)
{
	struct ovr_trend trend;

	for (unsigned int day = 1; day <= RESULTS; day++) {
		struct sample_repeat repeat = of_day(3, day);

		repeat.rate_pps *= day == 6 ? 0.7 : 1;
		put_result(&repeat, day, "Linux 6.1");
	}
	trend = read_folder();
	cr_assert_eq(figure(&trend, "tx rate")->n_changes, 0);
	ovr_trend_done(&trend);
}

Test(trend_read, plans_are_told_apart_and_other_files_left_out)
{
	struct sample_repeat repeat = of_day(4, 1);
	struct ovr_trend trend;

	put_result(&repeat, 1, "Linux 6.1");
	put_result(&repeat, 2, "Linux 6.1");
	repeat.rxd = 256;
	put_result(&repeat, 3, "Linux 6.1");
	put("notes.txt", "nothing");
	put("a.json", "{}");
	put("b.json", "[");
	trend = read_folder();
	cr_assert_eq(trend.n_series, 2);
	cr_assert_eq(trend.series[0].n_points + trend.series[1].n_points, 3);
	cr_assert_eq(trend.n_left_out, 2);
	cr_assert(strstr(trend.left_out, "a.json: schema: found no text") != NULL, "%s", trend.left_out);
	ovr_trend_done(&trend);
}

Test(trend_read, a_folder_without_results_is_refused)
{
	struct ovr_trend trend = { .level = 0.99 };
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_trend_read(&trend, folder, &err), -ENODATA);
	cr_assert(strstr(err.text, "found no result in 0 files that end in .json") != NULL, "%s", err.text);
	cr_assert_eq(ovr_trend_read(&trend, "/nowhere", &err), -ENOENT);
	cr_assert_str_eq(err.text, "/nowhere: No such file or directory");
	ovr_trend_done(&trend);
}

static char *
written(int (*write)(const struct ovr_trend *, FILE *, struct ovr_err *), const struct ovr_trend *trend)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(write(trend, out, NULL), 0);
	fclose(out);
	return text;
}

Test(trend_read, each_form_has_results_in_their_order_and_the_change)
{
	struct ovr_trend trend;
	struct ovr_saved saved;
	struct ovr_err err = { "" };
	char *text;

	for (unsigned int day = 1; day <= RESULTS; day++) {
		struct sample_repeat repeat = of_day(1, day);

		repeat.rate_pps *= day < 8 ? 1 : 0.9;
		put_result(&repeat, day, day < 8 ? "Linux 6.1" : "<script>");
	}
	put("a.json", "{}");
	trend = read_folder();
	text = written(ovr_report_trend_text, &trend);
	cr_assert(strstr(text, "trend   run   plan 1 of 1   12 results\n") != NULL, "%s", text);
	cr_assert(strstr(text, "    2025-03-01T12:00:00  r89.json") != NULL, "%s", text);
	cr_assert(strstr(text, "Mpps worse") != NULL, "%s", text);
	cr_assert(strstr(text, "  tx rate is worse from r82.json on (2025-03-08T12:00:00): ") != NULL, "%s",
		text);
	cr_assert(strstr(text, "there, too: environment kernel Linux 6.1 → <script>.\n") != NULL, "%s", text);
	cr_assert(strstr(text, "/a.json: schema: found no text") != NULL, "%s", text);
	cr_assert(strstr(text, "1 change, 1 regression (level 99 %") != NULL, "%s", text);
	free(text);
	text = written(ovr_report_trend_markdown, &trend);
	cr_assert(strstr(text, "\n| began (UTC) | file | tx rate |") != NULL, "%s", text);
	cr_assert(strstr(text, "kernel Linux 6.1 → \\<script\\>.\n") != NULL, "%s", text);
	free(text);
	text = written(ovr_report_trend_json, &trend);
	cr_assert_eq(ovr_saved_parse(text, strlen(text), &saved, &err), 0, "%s", err.text);
	cr_assert_str_eq(saved.name, "trend");
	cr_assert_eq(ovr_saved_count(saved.root, "regression"), 1);
	cr_assert_eq(ovr_saved_count(saved.root, "series[0].figures[0].changes[0].point"), 7);
	cr_assert_str_eq(ovr_saved_text(saved.root, "series[0].points[7].file"), "r82.json");
	ovr_saved_close(&saved);
	free(text);
	ovr_trend_done(&trend);
}
