/* SPDX-License-Identifier: BSD-3-Clause */
#include "page/page.h"

#include <errno.h>

#include "page/draw.h"
#include "support/drawn.h"
#include "support/result_sample.h"
#include "support/saved_sample.h"

#define S UINT64_C(1000000000)

static const struct ovr_page_words no_words = { NULL, NULL, NULL };

static char *
page_of(const struct ovr_saved *saved, const struct ovr_page_words *words, enum ovr_page_format format)
{
	struct ovr_page_document document = { "result.json", saved->root };
	struct ovr_err err = { "" };
	char *drawn = NULL;

	DRAW(drawn, cr_assert_eq(ovr_page_write(&document, 1, words, format, out, &err), 0, "%s", err.text));
	return drawn;
}

/* A page of a sample. */
static char *
page_of_sample(struct ovr_result *result, enum ovr_page_format format)
{
	struct ovr_saved saved = saved_of(result);
	char *drawn = page_of(&saved, &no_words, format);

	ovr_saved_close(&saved);
	sample_free(result);
	return drawn;
}

/* The picture of an id, up to its end. */
static char *
picture_of(const char *page, const char *id)
{
	char name[80];
	const char *from, *to;

	snprintf(name, sizeof(name), " id=\"%s\"", id);
	from = strstr(page, name);
	cr_assert_not_null(from, "%s", id);
	to = strstr(from, "</svg>");
	cr_assert_not_null(to);
	return strndup(from, (size_t)(to - from));
}

Test(page, the_picture_of_places_sums_to_what_was_sent)
{
	struct ovr_result *(*const samples[])(void) = { sample_pass, sample_loss, sample_impaired,
		sample_void, sample_kernel, sample_ranges, sample_soak, sample_hosts, sample_mesh,
		sample_host_lost };

	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct ovr_result *result = samples[i]();
		int64_t sent = (int64_t)result->ledger.figures.sent;
		int64_t refused = (int64_t)result->ledger.figures.refused;
		char *page = page_of_sample(result, OVR_PAGE_HTML),
		     *picture = picture_of(page, "r1-where-log");

		cr_expect_eq(sum_of(picture, "data-frames", "data-part=\"lost\"") +
				sum_of(picture, "data-frames", "data-part=\"delivered\""),
			sent, "sample %zu", i);
		cr_expect_eq(
			sum_of(picture, "data-frames", "data-part=\"refused\""), refused, "sample %zu", i);
		free(picture);
		free(page);
	}
}

Test(page, of_several_receivers_there_is_a_matrix_with_what_went_astray)
{
	char *page = page_of_sample(sample_mesh(), OVR_PAGE_MD);

	cr_expect_not_null(strstr(page, "| from ↓ to → | c | d |"), "%s", page);
	cr_expect_not_null(strstr(page, "| a | 650 of 700 | 12 astray |"), "%s", page);
	cr_expect_not_null(strstr(page, "| b | 0 | 300 of 300 |"), "%s", page);
	cr_expect_not_null(strstr(page, "| d | 300 | 300 | 0 | 0 | 0 | 0 | 12 |"), "%s", page);
	free(page);
}

Test(page, the_picture_of_time_sums_to_what_was_lost)
{
	char *page = page_of_sample(sample_loss(), OVR_PAGE_HTML), *picture = picture_of(page, "r1-time");

	cr_expect_eq(sum_of(picture, "data-frames", ""), 192884);
	free(picture);
	free(page);
}

Test(page, the_verdict_and_its_reason_stand_before_all_figures)
{
	char *page = page_of_sample(sample_void(), OVR_PAGE_HTML);
	const char *verdict = strstr(page, "<strong>VOID</strong>"), *table = strstr(page, "<table>");

	cr_assert_not_null(verdict);
	cr_assert_not_null(table);
	cr_expect_lt(verdict, table);
	cr_expect_not_null(strstr(verdict, "<li>"));
	free(page);
}

Test(page, the_policy_names_what_is_in_the_page_and_nothing_else)
{
	char *page = page_of_sample(sample_loss(), OVR_PAGE_HTML);
	char policy[512];

	snprintf(policy, sizeof(policy),
		"content=\"default-src 'none'; style-src '%s' '%s'; script-src '%s'; base-uri 'none'; "
		"form-action 'none'\"",
		ovr_picture_css_hash, ovr_page_css_hash, ovr_page_js_hash);
	cr_expect_not_null(strstr(page, policy));
	cr_expect_eq(times_in(page, "<script"), 1);
	cr_expect_eq(times_in(page, "<style"), 2);
	cr_expect_null(strstr(page, " style="));
	cr_expect_null(strstr(page, " src="));
	cr_expect_null(strstr(page, " href="));
	/* the one address is the name of SVG's elements */
	cr_expect_eq(times_in(page, "http"), times_in(page, "xmlns=\"http://www.w3.org/2000/svg\"") + 1);
	free(page);
}

Test(page, texts_of_a_result_and_of_the_user_are_no_markup)
{
	struct ovr_page_words words = { "<script>title</script>", "\"><img src=x onerror=alert(1)>", NULL };
	struct ovr_result *result = sample_loss();
	struct ovr_saved saved;

	snprintf(result->environment.cpu_model, sizeof(result->environment.cpu_model),
		"</svg><script>cpu</script>");
	snprintf(result->ledger.account[0].counter, sizeof(result->ledger.account[0].counter),
		"<script>counter");
	snprintf(result->ledger.account[0].port, sizeof(result->ledger.account[0].port), "hop:<script>port");
	saved = saved_of(result);
	for (int format = 0; format < OVR_PAGE_FORMATS; format++) {
		char *page = page_of(&saved, &words, (enum ovr_page_format)format);

		if (format == OVR_PAGE_HTML || format == OVR_PAGE_SVG) {
			cr_expect_eq(times_in(page, "<script"), format == OVR_PAGE_HTML, "%d", format);
			cr_expect_null(strstr(page, "<img"));
			cr_expect_not_null(strstr(page, "&lt;script&gt;title&lt;/script&gt;"));
		} else if (format == OVR_PAGE_MD) {
			cr_expect_null(strstr(page, "<script>"));
		}
		free(page);
	}
	ovr_saved_close(&saved);
	sample_free(result);
}

Test(page, the_same_result_gives_the_same_bytes)
{
	for (int format = 0; format < OVR_PAGE_FORMATS; format++) {
		char *first = page_of_sample(sample_impaired(), (enum ovr_page_format)format);
		char *second = page_of_sample(sample_impaired(), (enum ovr_page_format)format);

		cr_expect_str_eq(first, second);
		free(first);
		free(second);
	}
}

/* A day with the most queues, samples, loss periods and stalls that a result keeps. */
static struct ovr_result *
make_long_day(void)
{
	struct ovr_result *result = sample_soak();
	uint32_t n = 2048, n_queues = OVR_PLAN_QUEUES_MAX;
	struct ovr_ledger_figures *f = &result->ledger.figures;

	result->sample = calloc(n, sizeof(*result->sample));
	result->n_samples = n;
	for (uint32_t i = 0; i < n; i++) {
		struct ovr_result_sample *sample = &result->sample[i];

		sample->start_ns = 86400 * S / n * i;
		sample->end_ns = 86400 * S / n * (i + 1);
		sample->attempted = sample->sent = f->sent / n;
		sample->missed = i % 100 == 7 ? 48 : 0;
		sample->unique = sample->received = sample->sent - sample->missed;
		sample->n_rxq = n_queues;
		sample->link_lost = i == 1024;
		for (uint32_t queue = 0; queue < n_queues; queue++)
			sample->rxq_received[queue] = sample->sent / n_queues;
	}
	for (uint32_t queue = 1; queue < n_queues; queue++)
		ovr_ledger_add(&result->ledger, OVR_PLACE_RX_RING, "wire:1", (int32_t)queue, 0, "rx_q_missed",
			"wire");
	result->rx_stall = calloc(65536, sizeof(*result->rx_stall));
	result->n_rx_stalls = 65536;
	for (uint64_t i = 0; i < 65536; i++) {
		result->rx_stall[i].start_ns = S * i;
		result->rx_stall[i].length_ns = 10000 + i;
	}
	return result;
}

Test(page, a_day_with_all_queues_stays_small)
{
	char *page = page_of_sample(make_long_day(), OVR_PAGE_HTML), *picture;

	cr_expect_lt(strlen(page), 300000, "%zu bytes", strlen(page));
	picture = picture_of(page, "r1-time");
	/* 21 readings lost 48 frames each; the two that are left are in none */
	cr_expect_eq(sum_of(picture, "data-frames", ""), 21 * 48);
	cr_expect_not_null(strstr(page, "2 lost frames are in no reading."));
	cr_expect_eq(sum_of(picture, "data-stalls", ""), 65536);
	cr_expect_eq(sum_of(picture, "data-longest-ns", ""), 75535);
	cr_expect_eq(sum_of(picture, "data-outages", ""), 2);
	free(picture);
	free(page);
}

Test(page, several_results_stand_one_after_the_other)
{
	struct ovr_result *loss = sample_loss(), *pass = sample_pass();
	struct ovr_saved saved[] = { saved_of(loss), saved_of(pass) };
	struct ovr_page_document document[] = { { "a.json", saved[0].root }, { "b.json", saved[1].root } };
	struct ovr_err err = { "" };
	char *page = NULL;

	DRAW(page, cr_assert_eq(ovr_page_write(document, 2, &no_words, OVR_PAGE_HTML, out, &err), 0));
	cr_expect_eq(times_in(page, "<article>"), 2);
	cr_expect_eq(times_in(page, "id=\"r2-where-log\""), 1);
	free(page);
	ovr_saved_close(&saved[0]);
	ovr_saved_close(&saved[1]);
	sample_free(loss);
	sample_free(pass);
}

Test(page, latencies_of_several_results_stand_in_one_picture)
{
	struct ovr_result *result = sample_pass();
	struct ovr_saved saved[] = { saved_of(result), saved_of(result) };
	struct ovr_page_document document[] = { { "a.json", saved[0].root }, { "b.json", saved[1].root } };
	struct ovr_err err = { "" };
	char *page = NULL, *picture;

	DRAW(page, cr_assert_eq(ovr_page_write(document, 2, &no_words, OVR_PAGE_HTML, out, &err), 0));
	picture = picture_of(page, "r1-loads");
	cr_expect_eq(times_in(picture, "data-count="), 2);
	cr_expect_not_null(strstr(picture, ">2: at "));
	free(picture);
	free(page);
	ovr_saved_close(&saved[0]);
	ovr_saved_close(&saved[1]);
	sample_free(result);
}

Test(page, a_result_of_another_command_is_refused)
{
	json_t *root = json_pack("[{s:s}]", "schema", "overrun.watch/1");
	struct ovr_page_document document = { "w.json", root };
	struct ovr_err err = { "" };
	char *page = NULL;

	DRAW(page, cr_assert_eq(ovr_page_write(&document, 1, &no_words, OVR_PAGE_HTML, out, &err), -EINVAL));
	cr_expect_str_eq(err.text,
		"w.json: found a document of overrun watch, accepted: a result of run, run over TCP, search, "
		"sweep, burst, selftest, ring advise, ring verify, compare, compare --trend, reproduce, "
		"path, tcp");
	cr_expect_str_empty(page);
	free(page);
	json_decref(root);
}

Test(page, a_result_without_pictures_is_no_svg)
{
	json_t *root = json_pack("{s:s, s:s, s:s, s:{s:[]}}", "schema", "overrun.result/1", "command",
		"ring verify", "verdict", "pass", "verify", "counters");
	struct ovr_page_document document = { "v.json", root };
	struct ovr_err err = { "" };
	char *page = NULL;

	DRAW(page, cr_assert_eq(ovr_page_write(&document, 1, &no_words, OVR_PAGE_SVG, out, &err), -EINVAL));
	cr_expect_str_eq(err.text,
		"v.json: found no picture of a result of ring verify, accepted: another format than svg");
	cr_expect_str_empty(page);
	free(page);
	json_decref(root);
}

Test(page, markdown_has_its_tables)
{
	char *page = page_of_sample(sample_loss(), OVR_PAGE_MD);

	cr_expect_not_null(strstr(page, "**verdict: loss**"));
	cr_expect_not_null(strstr(page, "| lost | 192,884 | 0.259 % |  |\n"));
	cr_expect_not_null(strstr(page, "| rx.ring queue 0 | 192,884 | rx\\_q0\\_missed |"));
	free(page);
}

/* A title, a note and each text of a result, in both forms. */
Test(page, what_a_terminal_obeys_or_turns_is_none_in_markdown_and_in_text)
{
	static const struct ovr_page_words words = { .title = "a\nb \x1b[31m \xc2\x9b"
							      "1m",
		.note = "\u202e|x" };
	struct ovr_result *result = sample_loss();
	struct ovr_saved saved;
	char *page;

	snprintf(result->environment.cpu_model, sizeof(result->environment.cpu_model), "c\xc2\x9bz \u2066");
	saved = saved_of(result);
	page = page_of(&saved, &words, OVR_PAGE_MD);
	cr_expect_eq(strncmp(page, "# a b ?\\[31m ?1m\n\n?\\|x\n", 23), 0, "%.60s", page);
	cr_expect_not_null(strstr(page, "c?z ?"));
	free(page);
	page = page_of(&saved, &words, OVR_PAGE_TEXT);
	cr_expect_eq(strncmp(page, "a b ?[31m ?1m\n\n?|x\n", 19), 0, "%.60s", page);
	cr_expect_not_null(strstr(page, "c?z ?"));
	free(page);
	page = page_of(&saved, &words, OVR_PAGE_HTML);
	cr_expect_null(strstr(page, "\u202e"));
	cr_expect_null(strstr(page, "\u2066"));
	free(page);
	ovr_saved_close(&saved);
	sample_free(result);
}

Test(page, a_text_that_is_cut_within_a_character_is_shown)
{
	struct ovr_result *result = sample_loss();
	struct ovr_saved saved = saved_of(result);
	json_t *port = (json_t *)(uintptr_t)ovr_saved_at(saved.root, "trial.ports.tx");
	char *page;

	json_object_set_new(port, "driver", json_string("aaaaaaaaaaaaaaaaaaaaaaa\u00e9"));
	page = page_of(&saved, &no_words, OVR_PAGE_TEXT);
	cr_expect_not_null(strstr(page, " aaaaaaaaaaaaaaaaaaaaaaa?  "));
	free(page);
	ovr_saved_close(&saved);
	sample_free(result);
}

/* Accounts of two places by turns, far more than queues: a bar for each place, a short table. */
Test(page, accounts_without_number_are_a_small_page_soon, .timeout = 60)
{
	enum { N = 20000, BYTES_MAX = 300000 };
	struct ovr_result *result = sample_loss();
	struct ovr_saved saved = saved_of(result);
	json_t *accounts = (json_t *)(uintptr_t)ovr_saved_at(saved.root, "trial.ledger.accounts");
	json_t *reasons = (json_t *)(uintptr_t)ovr_saved_at(saved.root, "reasons");
	json_t *ring = json_deep_copy(json_array_get(accounts, 1)), *path = json_deep_copy(ring);
	char *page, *picture;

	json_object_set_new(path, "place", json_string("path"));
	json_object_set_new(path, "frames", json_integer(1));
	json_object_set_new(ring, "frames", json_integer(2));
	json_array_clear(accounts);
	for (unsigned int i = 0; i < N / 2; i++) {
		json_array_append(accounts, ring);
		json_array_append(accounts, path);
		json_array_append_new(reasons, json_string("again"));
	}
	page = page_of(&saved, &no_words, OVR_PAGE_HTML);
	cr_expect_lt(strlen(page), BYTES_MAX);
	cr_expect_not_null(strstr(page, "and 19489 rows more, which --format csv or the JSON has"), "%s",
		strstr(page, "rows more"));
	cr_expect_not_null(strstr(page, "reasons more, which"));
	picture = picture_of(page, "r1-where-log");
	cr_expect_eq(times_in(picture, "10000 queues"), 2 * times_in(picture, "rx.ring, 10000 queues"));
	cr_expect_eq(sum_of(picture, "data-frames", "data-part=\"lost\""), 3 * N / 2);
	free(picture);
	free(page);
	json_decref(ring);
	json_decref(path);
	ovr_saved_close(&saved);
	sample_free(result);
}

Test(page, counters_that_claim_too_much_say_so)
{
	char *page = page_of_sample(sample_void(), OVR_PAGE_TEXT);

	cr_expect_not_null(strstr(page, "unexplained"));
	cr_expect_not_null(strstr(page, "counters claim more than was lost"));
	cr_expect_null(strstr(page, "lost where nobody counts"));
	free(page);
}

Test(page, every_form_says_where_it_ran)
{
	static const enum ovr_page_format forms[] = { OVR_PAGE_HTML, OVR_PAGE_MD, OVR_PAGE_CSV,
		OVR_PAGE_TEXT };

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		char *page = page_of_sample(sample_loss(), forms[i]);

		cr_expect_not_null(strstr(page, "DPDK 22.11"), "%s", ovr_page_format_name(forms[i]));
		cr_expect_not_null(strstr(page, "2.60 GHz"), "%s", ovr_page_format_name(forms[i]));
		free(page);
	}
}

Test(page, no_cell_of_a_csv_is_a_formula)
{
	struct ovr_result *result = sample_loss();
	struct ovr_saved saved = saved_of(result);
	struct ovr_page_document document = { "-1+cmd|' /C calc'!A0", saved.root };
	struct ovr_err err = { "" };
	char *page = NULL;

	DRAW(page, cr_assert_eq(ovr_page_write(&document, 1, &no_words, OVR_PAGE_CSV, out, &err), 0));
	cr_expect_not_null(strstr(page, "\n\"'-1+cmd|"));
	cr_expect_null(strstr(page, "\"-1+cmd|"));
	free(page);
	ovr_saved_close(&saved);
	sample_free(result);
}

Test(page, no_cell_of_a_csv_commands_a_terminal)
{
	struct ovr_result *result = sample_loss();
	struct ovr_saved saved = saved_of(result);
	struct ovr_page_document document = { "\x1b[31mröd\r\n\"", saved.root };
	struct ovr_err err = { "" };
	char *page = NULL;

	DRAW(page, cr_assert_eq(ovr_page_write(&document, 1, &no_words, OVR_PAGE_CSV, out, &err), 0));
	cr_expect_not_null(strstr(page, "\n\"?[31mröd  \"\"\","), "%s", page);
	free(page);
	ovr_saved_close(&saved);
	sample_free(result);
}

Test(page, csv_has_a_line_for_each_cell)
{
	char *page = page_of_sample(sample_loss(), OVR_PAGE_CSV);

	cr_expect_eq(strncmp(page, "result,table,row,column,value\n", 30), 0);
	cr_expect_not_null(strstr(page, "\"result.json\",\"verdict\",0,\"verdict\",\"loss\"\n"));
	cr_expect_not_null(strstr(page, "\"result.json\",\"Frames\",4,\"frames\",\"192,884\"\n"));
	free(page);
}

Test(page, text_has_its_tables)
{
	char *page = page_of_sample(sample_loss(), OVR_PAGE_TEXT);

	cr_expect_not_null(strstr(page, "verdict: loss"));
	cr_expect_not_null(strstr(page, "\nWhere frames went\n"));
	cr_expect_null(strstr(page, "<"));
	free(page);
}

Test(page, the_pictures_alone_are_one_document)
{
	char *page = page_of_sample(sample_loss(), OVR_PAGE_SVG);

	cr_expect_eq(strncmp(page, "<svg xmlns=\"http://www.w3.org/2000/svg\"", 39), 0);
	cr_expect_eq(times_in(page, "<svg "), times_in(page, "</svg>"));
	cr_expect_eq(times_in(page, "<style>"), 1);
	cr_expect_null(strstr(page, "<script"));
	free(page);
}
