/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/saved.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/json_documents.h"
#include "report/report.h"
#include "report/watch.h"
#include "support/result_sample.h"

/* The smallest document of all, and its end. */
#define SIZES(rx) "{\"rx\":" rx ",\"rx_mini\":0,\"rx_jumbo\":0,\"tx\":512}"
#define RING_SET(name, rx)                                                                     \
	"{\"schema\":\"overrun.ring/1\",\"command\":\"ring set\",\"changes\":[{\"name\":" name \
	",\"driver\":\"ixgbe\",\"changed\":false,\"before\":" SIZES(rx) ",\"asked\":" SIZES(   \
		"512") ",\"took\":" SIZES("512") ",\"saved\":null,\"link\":null,\"counters\":null}]}"
/* The list of every document; it grows. */
#define ALL "overrun.result/1, overrun.check/1, overrun.ring/1, …"
#define WATCH(at) \
	"{\"schema\":\"overrun.watch/1\",\"record\":\"interval\",\"at_unix_ns\":" at ",\"interfaces\":[]}\n"

static struct ovr_saved
parsed(const char *text)
{
	struct ovr_saved saved = { 0 };
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_saved_parse(text, strlen(text), &saved, &err), 0, "%s", err.text);
	return saved;
}

/* @param sentence "…" at its end: it goes on */
static void
assert_refused(const char *text, const char *sentence)
{
	size_t n = strlen(sentence);
	struct ovr_saved saved = { .name = "untouched" };
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_saved_parse(text, strlen(text), &saved, &err), -EINVAL, "accepted: %s", text);
	if (n > 3 && strcmp(sentence + n - 3, "…") == 0)
		cr_assert_eq(strncmp(err.text, sentence, n - 3), 0, "%s", err.text);
	else
		cr_assert_str_eq(err.text, sentence);
	cr_assert_str_eq(saved.name, "untouched");
}

/* @return a result as overrun writes it, of which one text is replaced by another; to be freed */
static char *
result_with(struct ovr_result *result, const char *text, const char *by)
{
	char *written = NULL, *changed, *at;
	size_t size = 0;
	FILE *out = open_memstream(&written, &size);

	cr_assert_eq(ovr_report_json(result, "run", out, NULL), 0);
	fclose(out);
	sample_free(result);
	at = strstr(written, text);
	cr_assert_not_null(at, "the result has no %s", text);
	changed = malloc(size + strlen(by) + 1);
	memcpy(changed, written, (size_t)(at - written));
	strcpy(changed + (at - written), by);
	strcat(changed, at + strlen(text));
	free(written);
	return changed;
}

static void
assert_result_refused(const char *text, const char *by, const char *sentence)
{
	char *changed = result_with(sample_loss(), text, by);

	assert_refused(changed, sentence);
	free(changed);
}

Test(saved, a_result_is_read_back)
{
	static struct ovr_result *(*const make[])(void) = { sample_pass, sample_loss, sample_impaired,
		sample_void, sample_kernel, sample_ranges, sample_soak };

	for (size_t i = 0; i < sizeof(make) / sizeof(make[0]); i++) {
		struct ovr_result *result = make[i]();
		uint64_t sent = result->ledger.figures.sent;
		char *text = result_with(result, "run", "run");
		struct ovr_saved saved = parsed(text);

		cr_assert_str_eq(saved.name, "result");
		cr_assert_str_eq(saved.command, "run");
		cr_assert_eq(ovr_saved_count(saved.root, "trial.ledger.sent"), sent);
		ovr_saved_close(&saved);
		cr_assert_null(saved.root);
		free(text);
	}
}

/* Whether a reader can tell a key that is missing: null, or an object or a text of its own. */
static void
assert_can_be_unknown(const struct ovr_json_table *table)
{
	for (size_t i = 0; i < table->n_rows; i++) {
		const struct ovr_json_row *row = &table->row[i];

		cr_expect(!row->is_added || row->null != OVR_JSON_NEVER_NULL || row->is_known != NULL ||
				row->kind == OVR_JSON_OBJECT || row->kind == OVR_JSON_TEXT,
			"%s.%s was added, and cannot be unknown", table->name, row->key);
		if (row->table != NULL)
			assert_can_be_unknown(row->table);
	}
}

Test(saved, what_was_added_to_a_document_can_be_unknown)
{
	const struct ovr_json_document *document;

	for (size_t i = 0; (document = ovr_json_document_at(i)) != NULL; i++)
		for (size_t k = 0; k < OVR_JSON_ROOTS_MAX && document->root[k].table != NULL; k++)
			assert_can_be_unknown(document->root[k].table);
}

/* @return the sample as text, without a key of its trial; to be freed */
static char *
without(const char *object, const char *key)
{
	char *text = result_with(sample_loss(), "run", "run"), *changed;
	json_t *root = json_loads(text, 0, NULL);

	free(text);
	cr_assert_eq(json_object_del((json_t *)(uintptr_t)ovr_saved_at(root, object), key), 0);
	changed = json_dumps(root, 0);
	json_decref(root);
	return changed;
}

Test(saved, an_older_document_lacks_added_keys_and_they_are_unknown)
{
	char *text = without("trial", "ports");
	struct ovr_saved saved = parsed(text);

	cr_assert(!ovr_saved_is_known(saved.root, "trial.ports.tx.driver"));
	ovr_saved_close(&saved);
	free(text);
	text = without("trial.ledger.accounts[0]", "aliases");
	saved = parsed(text);
	cr_assert(!ovr_saved_is_known(saved.root, "trial.ledger.accounts[0].aliases"));
	ovr_saved_close(&saved);
	free(text);
	text = without("trial", "rings");
	assert_refused(text, "trial.rings: found nothing, accepted: the key, which is always there");
	free(text);
}

Test(saved, values_are_reached_by_their_paths)
{
	char *text = result_with(sample_loss(), "run", "run");
	struct ovr_saved saved = parsed(text);
	const json_t *trial = ovr_saved_at(saved.root, "trial");

	cr_assert_eq(ovr_saved_whole(trial, "ledger.lost"), 192884);
	cr_assert_str_eq(ovr_saved_text(trial, "ledger.accounts[1].place"), "rx.ring");
	cr_assert_eq(ovr_saved_count(trial, "rings.rxd.set"), 1024);
	cr_assert_float_eq(ovr_saved_real(trial, "ledger.sent"), 74404761, 0);
	cr_assert(!ovr_saved_bool(saved.root, "environment.hugepages"));
	cr_assert_str_eq(ovr_saved_text(saved.root, "plan.rate"), "100%");
	cr_assert_eq(ovr_saved_size(trial, "loss_periods"), 11);
	cr_assert(ovr_saved_is_known(trial, "ledger"));
	ovr_saved_close(&saved);
	free(text);
}

Test(saved, what_is_not_known_is_no_number)
{
	struct ovr_saved saved = parsed(RING_SET("\"eth0\"", "256"));

	cr_assert_null(ovr_saved_at(saved.root, "changes[1].name"));
	cr_assert_null(ovr_saved_at(saved.root, "changes[0].link.state"));
	cr_assert(!ovr_saved_is_known(saved.root, "changes[0].link"));
	cr_assert_eq(ovr_saved_count(saved.root, "changes[0].saved.rx"), UINT64_MAX);
	cr_assert_eq(ovr_saved_whole(saved.root, "changes[0].saved.rx"), INT64_MIN);
	cr_assert(isnan(ovr_saved_real(saved.root, "changes[0].saved.rx")));
	cr_assert_str_eq(ovr_saved_text(saved.root, "changes[0].saved"), "");
	cr_assert_eq(ovr_saved_size(saved.root, "changes[0].name"), 0);
	ovr_saved_close(&saved);
}

Test(saved, the_lines_of_watch_are_a_list)
{
	struct ovr_saved saved = parsed(WATCH("1000") WATCH("2000") "\n");

	cr_assert_str_eq(saved.name, "watch");
	cr_assert_str_eq(saved.command, "watch");
	cr_assert_eq(ovr_saved_size(saved.root, ""), 2);
	cr_assert_eq(ovr_saved_count(saved.root, "[1].at_unix_ns"), 2000);
	ovr_saved_close(&saved);
}

Test(saved, a_script_in_a_name_is_a_text)
{
	struct ovr_saved saved = parsed(RING_SET("\"<script>\\u001b[2J\"", "256"));

	cr_assert_str_eq(ovr_saved_text(saved.root, "changes[0].name"), "<script>\x1b[2J");
	ovr_saved_close(&saved);
}

Test(saved, the_key_that_is_wrong_is_named)
{
	assert_result_refused("\"lost\": 192884", "\"lost\": \"192884\"",
		"trial.ledger.lost: found \"192884\", accepted: a whole number");
	assert_result_refused("\"cause\": \"", "\"cause\": \"<b>",
		"trial.stalls.rx[0].cause: found \"<b>preempted\", accepted: unknown, injected, preempted, "
		"off-cpu, on-cpu");
	assert_result_refused("\"sent\": 74404761", "\"sent\": -1",
		"trial.ledger.sent: found -1, accepted: a whole number from 0 on");
	assert_result_refused("\"moved_streams\": 0", "\"moved_streams\": null",
		"trial.moved_streams: found null, accepted: a whole number from 0 on");
	assert_result_refused("\"sent\": 74404761", "\"sent \": 74404761",
		"trial.ledger.sent: found nothing, accepted: the key, which is always there");
	assert_result_refused("\"lost\": 192884,", "\"lost\": 192884, \"lots\": 1,",
		"trial.ledger.lots: found 1, accepted: no such key");
	assert_result_refused("\"tx_rate_pps\": ", "\"tx_rate_pps\": 1e308, \"_\": ",
		"trial.tx_rate_pps: found 1e308, accepted: a number within ±1e+24");
	assert_result_refused("\"counters\": []", "\"counters\": [[]]",
		"trial.counters[0]: found a list of 0, accepted: an object");
	assert_result_refused("\"cpus\": ", "\"cpus\": 4294967296, \"_\": ",
		"environment.cpus: found 4294967296, accepted: a whole number from 0 to 4294967295");
	assert_result_refused("\"rate\": \"100%\"", "\"rate\": 100",
		"plan.rate: found 100, accepted: a text of 0 to 4095 bytes");
	assert_result_refused("\"rate\": \"100%\"", "\"<rate>\": \"100%\"",
		"plan.<rate>: found \"100%\", accepted: the name of an option");
}

Test(saved, a_verdict_has_its_code_and_its_reasons)
{
	assert_result_refused("\"exit_code\": 1", "\"exit_code\": 0",
		"exit_code: found 0 of the verdict loss, accepted: 0 of pass, 1 of loss, 2 of void");
	assert_result_refused("\"exit_code\": 1", "\"exit_code\": 3",
		"exit_code: found 3, accepted: a whole number from 0 to 2");
	assert_result_refused("\"verdict\": \"loss\"", "\"verdict\": \"pass\"",
		"exit_code: found 1 of the verdict pass, accepted: 0 of pass, 1 of loss, 2 of void");
}

Test(saved, what_is_no_json_is_told_by_its_line)
{
	assert_refused("", "line 1: '[' or '{' expected near end of file; accepted: JSON that overrun wrote");
	assert_refused(
		"\n\nlost", "line 3: '[' or '{' expected near 'lost'; accepted: JSON that overrun wrote");
	assert_refused("{\"a\": NaN}", "line 1: invalid token near 'NaN'; accepted: JSON that overrun wrote");
	assert_refused("{\"a\": 1,\n\"a\": 2}",
		"line 2: duplicate object key near '\"a\"'; accepted: JSON that overrun wrote");
	assert_refused("{\"a\": 1e999}",
		"line 1: real number overflow near '1e999'; accepted: JSON that overrun wrote");
	assert_refused("{\"a\": \"\xff\"}",
		"line 1: unable to decode byte 0xff near '\"'; accepted: JSON that overrun wrote");
	assert_refused("{\"a\": \"\\u0000\"}",
		"line 1: \\u0000 is not allowed without JSON_ALLOW_NUL near '\"\\u0000\"'; accepted: JSON "
		"that overrun wrote");
	assert_refused("[1]", "found no object, accepted: JSON that overrun wrote");
}

Test(saved, what_overrun_did_not_write_is_refused)
{
	assert_refused("{}", "schema: found no text, accepted: " ALL);
	assert_refused("{\"schema\": 1}", "schema: found no text, accepted: " ALL);
	assert_refused("{\"schema\": \"trex/1\"}", "schema: found \"trex/1\", accepted: " ALL);
	assert_refused(
		"{\"schema\": \"overrun.result/1x\"}", "schema: found \"overrun.result/1x\", accepted: " ALL);
	assert_refused("{\"schema\": \"overrun.result/2\"}",
		"schema: found \"overrun.result/2\", which a later version of overrun wrote, accepted: "
		"overrun.result/1");
	assert_refused("{\"schema\": \"overrun.ring/1\", \"command\": \"ring break\"}",
		"command: found \"ring break\", accepted: ring show, ring set, ring restore, plan-ring");
	assert_refused("{\"schema\": \"overrun.ring/1\", \"command\": null}",
		"command: found no text, accepted: ring show, ring set, ring restore, plan-ring");
}

Test(saved, several_documents_are_refused)
{
	assert_refused(RING_SET("\"eth0\"", "1") RING_SET("\"eth0\"", "1"),
		"value 2: found several documents, accepted: one, or the lines of watch");
	assert_refused(WATCH("1") RING_SET("\"eth0\"", "1"),
		"value 2: found several documents, accepted: one, or the lines of watch");
	assert_refused(
		WATCH("1") WATCH("-1"), "value 2: at_unix_ns: found -1, accepted: a whole number from 0 on");
	assert_refused(WATCH("1") "{",
		"value 2: string or '}' expected near end of file; accepted: JSON "
		"that overrun wrote");
}

Test(saved, deep_nesting_is_refused_before_it_is_built)
{
	char *text = malloc(1 << 20);

	memset(text, '[', (1 << 20) - 1);
	text[(1 << 20) - 1] = '\0';
	assert_refused(
		text, "line 1: found objects and lists nested deeper than 32, accepted: what overrun writes");
	free(text);
	/* brackets in a text are none */
	assert_refused("{\"a\": \"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[\"}",
		"schema: found no text, accepted: " ALL);
}

/* @return a new file's name; the file is to be removed */
static const char *
make_file(const char *text, off_t bytes)
{
	static char name[] = "/tmp/saved.XXXXXX";
	int fd;

	strcpy(name + strlen(name) - 6, "XXXXXX");
	fd = mkstemp(name);
	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	cr_assert_eq(ftruncate(fd, bytes), 0);
	close(fd);
	return name;
}

Test(saved, a_file_is_read)
{
	static const char text[] = RING_SET("\"eth0\"", "256");
	const char *name = make_file(text, sizeof(text) - 1);
	struct ovr_saved saved;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_saved_open(name, &saved, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_saved_count(saved.root, "changes[0].before.rx"), 256);
	ovr_saved_close(&saved);
	unlink(name);
}

Test(saved, a_file_that_cannot_be_read_is_named)
{
	struct ovr_saved saved;
	struct ovr_err err = { "" };
	char sentence[128];
	const char *name;

	cr_assert_eq(ovr_saved_open("/nowhere/r.json", &saved, &err), -ENOENT);
	cr_assert_str_eq(err.text, "/nowhere/r.json: No such file or directory");
	cr_assert_eq(ovr_saved_open("/tmp", &saved, &err), -EISDIR);
	cr_assert_str_eq(err.text, "/tmp: found a folder, accepted: a file");
	name = make_file("{}", (off_t)1 << 30);
	cr_assert_eq(ovr_saved_open(name, &saved, &err), -EFBIG);
	snprintf(sentence, sizeof(sentence), "%s: found more than 256 MiB, accepted: a smaller file", name);
	cr_assert_str_eq(err.text, sentence);
	unlink(name);
}
