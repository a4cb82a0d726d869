/* SPDX-License-Identifier: BSD-3-Clause */
#include "page/page.h"
#include "page/view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/plain.h"

/* Documents that have a page. */
static const struct {
	const char *schema, *command;
	void (*make)(struct ovr_view *view);
} makers[] = {
	{ "overrun.result/1", "run", ovr_view_run },
	{ "overrun.result/1", "search", ovr_view_search },
	{ "overrun.result/1", "sweep", ovr_view_sweep },
	{ "overrun.result/1", "burst", ovr_view_burst },
	{ "overrun.result/1", "selftest", ovr_view_selftest },
	{ "overrun.result/1", "ring advise", ovr_view_advice },
	{ "overrun.result/1", "ring verify", ovr_view_verify },
	{ "overrun.tcp/1", "run", ovr_view_tcp },
	{ "overrun.compare/1", "compare", ovr_view_compare },
	{ "overrun.trend/1", "compare", ovr_view_trend },
	{ "overrun.reproduce/1", "reproduce", ovr_view_reproduce },
	{ "overrun.path/1", "path", ovr_view_path },
	{ "overrun.tcp-impact/1", "tcp", ovr_view_tcp_measured },
};

const char *
ovr_page_commands(void)
{
	return "run, run over TCP, search, sweep, burst, selftest, ring advise, ring verify, compare, "
	       "compare --trend, reproduce, path, tcp";
}

/* A trial over TCP tells when it began by a number. @return the length of the text */
static size_t
print_begin(char *buf, size_t size, const json_t *root)
{
	time_t begin = (time_t)(ovr_get_count(root, "begin_unix_ns") / 1000000000);
	struct tm utc;

	return begin != 0 && gmtime_r(&begin, &utc) != NULL ? strftime(buf, size, "%FT%TZ", &utc) : 0;
}

struct ovr_view_origin
ovr_view_origin(const struct ovr_view *view)
{
	static const char *const keys[][2] = { { "environment.started_utc", "" }, { "started_utc", "" },
		{ "kernel", "" }, { "environment.cpu_model", "" }, { "environment.kernel", "" },
		{ "plan.path", "path between the ports: " } };
	struct ovr_view_origin origin = { "" };
	size_t n = print_begin(origin.text, sizeof(origin.text), view->root);

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *text = ovr_saved_text(view->root, keys[i][0]);

		if (text[0] != '\0')
			n += (size_t)snprintf(origin.text + n, sizeof(origin.text) - n, "%s%s%.90s",
				n == 0 ? "" : ", ", keys[i][1], text);
	}
	return origin;
}

void *
ovr_view_keep(struct ovr_view *view, size_t n, size_t size)
{
	void **kept = view->is_short_of_memory
		? NULL
		: (void **)reallocarray(view->kept, view->n_kept + 1, sizeof(*view->kept));
	void *memory = NULL;

	if (kept != NULL) {
		view->kept = kept;
		memory = calloc(n == 0 ? 1 : n, size);
	}
	if (memory == NULL) {
		view->is_short_of_memory = true;
		return NULL;
	}
	view->kept[view->n_kept++] = memory;
	return memory;
}

/* A text that was cut within a character is no UTF-8, and would be no JSON. */
static json_t *
text_of(const char *text)
{
	json_t *value = json_string(text);
	char *copy;

	if (value != NULL || (copy = strdup(text)) == NULL)
		return value;
	value = json_string(ovr_plain(copy));
	free(copy);
	return value;
}

void
ovr_view_reason(struct ovr_view *view, const char *text)
{
	if (json_array_append_new(view->reasons, text_of(text)) != 0)
		view->is_short_of_memory = true;
}

static json_t *
add_table(
	json_t *tables, struct ovr_view *view, const char *title, const char *about, const char *const *head)
{
	json_t *heads = json_array();
	json_t *table;

	for (; heads != NULL && *head != NULL; head++)
		if (json_array_append_new(heads, text_of(*head)) != 0)
			view->is_short_of_memory = true;
	table = json_pack("{s:s, s:s, s:o, s:[]}", "title", title, "about", about, "head", heads, "rows");
	if (table == NULL || json_array_append_new(tables, table) != 0) {
		view->is_short_of_memory = true;
		return NULL;
	}
	return table;
}

json_t *
ovr_view_table(struct ovr_view *view, const char *title, const char *about, const char *const *head)
{
	return add_table(view->tables, view, title, about, head);
}

void
ovr_view_row(struct ovr_view *view, json_t *table, const char *const *cells)
{
	size_t n = json_array_size(json_object_get(table, "head"));
	json_t *row = json_array();

	for (size_t i = 0; i < n; i++)
		if (json_array_append_new(row, text_of(cells[i])) != 0)
			view->is_short_of_memory = true;
	if (table == NULL || json_array_append_new(json_object_get(table, "rows"), row) != 0)
		view->is_short_of_memory = true;
}

/* A text, or a number that is not 0; of each other value it is unknown. */
static struct ovr_view_text
environment_text(const json_t *environment, const char *key)
{
	const char *text = ovr_saved_text(environment, key);
	struct ovr_view_text unknown = { "unknown" }, value = { "" };

	snprintf(value.text, sizeof(value.text), "%.60s", text);
	if (strcmp(key, "clock_hz") == 0)
		value = ovr_view_si(ovr_saved_real(environment, key), "Hz");
	else if (json_is_boolean(ovr_get(environment, key)))
		snprintf(value.text, sizeof(value.text), ovr_saved_bool(environment, key) ? "yes" : "no");
	else if (text[0] == '\0')
		value = ovr_view_count_at(environment, key);
	return text[0] == '\0' && ovr_saved_real(environment, key) == 0 ? unknown : value;
}

/* Where it ran, in words. */
static void
add_environment(struct ovr_view *view)
{
	static const char *const head[] = { "where it ran", "", NULL };
	static const char *const rows[][2] = { { "began (UTC)", "started_utc" },
		{ "overrun", "overrun_version" }, { "DPDK", "dpdk_version" }, { "kernel", "kernel" },
		{ "CPU", "cpu_model" }, { "CPUs", "cpus" }, { "NUMA nodes", "numa_nodes" },
		{ "cycle counter", "clock_hz" }, { "hugepages", "hugepages" } };
	const json_t *environment = ovr_get(view->root, "environment");
	json_t *table;

	if (json_object_size(environment) == 0)
		return;
	table = add_table(view->environment, view, "Environment", "", head);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ovr_view_row(view, table,
			(const char *[]){ rows[i][0], environment_text(environment, rows[i][1]).text });
}

/* A table of no rows says nothing. */
static void
drop_empty(json_t *tables)
{
	for (size_t i = json_array_size(tables); i-- > 0;)
		if (json_array_size(json_object_get(json_array_get(tables, i), "rows")) == 0)
			json_array_remove(tables, i);
}

struct ovr_view_picture *
ovr_view_picture(struct ovr_view *view, enum ovr_view_kind kind, size_t size, const char *id,
	const char *title, const char *about)
{
	struct ovr_view_picture *picture = &view->picture[view->n_pictures];
	struct ovr_picture_head *head;

	if (view->n_pictures == OVR_VIEW_PICTURES_MAX)
		return NULL;
	picture->kind = kind;
	picture->of.data = ovr_view_keep(view, 1, size);
	if (picture->of.data == NULL)
		return NULL;
	snprintf(picture->id, sizeof(picture->id), "r%u-%s", view->number, id);
	snprintf(picture->about, sizeof(picture->about), "%s", about);
	head = picture->of.data;
	*head = (struct ovr_picture_head){ .id = picture->id, .title = title, .about = picture->about };
	view->n_pictures++;
	return picture;
}

bool
ovr_view_curve(struct ovr_view *view, const json_t *hist, struct ovr_picture_curve *ret_curve)
{
	const json_t *pairs = ovr_get(hist, "buckets");
	size_t n = json_array_size(pairs);
	struct ovr_picture_bucket *bucket = ovr_view_keep(view, n, sizeof(*bucket));

	if (bucket == NULL || n == 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		const json_t *pair = json_array_get(pairs, i);
		json_int_t count = json_integer_value(json_array_get(pair, 1));

		bucket[i].value = json_number_value(json_array_get(pair, 0));
		bucket[i].count = count < 0 ? 0 : (uint64_t)count;
	}
	/* the smallest value of the last bucket is not the greatest value */
	if (json_is_number(ovr_get(hist, "max")))
		bucket[n - 1].value = ovr_saved_real(hist, "max");
	ret_curve->bucket = bucket;
	ret_curve->n_buckets = n;
	return true;
}

/* The only curve of a view; NULL: it has none, or several. */
static const struct ovr_picture_curve *
curve_of(const struct ovr_view *view)
{
	for (size_t i = 0; i < view->n_pictures; i++)
		if (view->picture[i].kind == OVR_VIEW_PERCENTILES &&
			view->picture[i].of.percentiles->n_curves == 1)
			return view->picture[i].of.percentiles->curve;
	return NULL;
}

void
ovr_view_gather_latency(struct ovr_view *view, size_t n)
{
	struct ovr_picture_curve *curve = ovr_view_keep(view, OVR_PICTURE_CURVES_MAX, sizeof(*curve));
	struct ovr_view_picture *picture;
	size_t n_curves = 0;

	for (size_t i = 0; i < n && curve != NULL && n_curves < OVR_PICTURE_CURVES_MAX; i++) {
		const struct ovr_picture_curve *own = curve_of(&view[i]);

		if (own == NULL)
			continue;
		curve[n_curves] = *own;
		snprintf(curve[n_curves].name, sizeof(curve[n_curves].name), "%u: %.50s", view[i].number,
			own->name);
		n_curves++;
	}
	if (n_curves < 2)
		return;
	picture = ovr_view_picture(view, OVR_VIEW_PERCENTILES, sizeof(struct ovr_picture_percentiles),
		"loads", "Latency by percentile of all results",
		"The delivered frames of each result of this page, by its number; of the first four that "
		"have latencies.");
	if (picture == NULL)
		return;
	picture->of.percentiles->label = "latency";
	picture->of.percentiles->curve = curve;
	picture->of.percentiles->n_curves = n_curves;
}

/* Who wrote a document: its command, or the name in its schema where it has none. */
static struct ovr_view_text
writer_of(const json_t *root)
{
	/* of watch it is a list, an element for each line */
	const json_t *document = json_is_array(root) ? json_array_get(root, 0) : root;
	const char *command = ovr_saved_text(document, "command"),
		   *schema = ovr_saved_text(document, "schema");
	struct ovr_view_text text = { "" };

	if (command[0] == '\0' && strncmp(schema, "overrun.", 8) == 0)
		snprintf(text.text, sizeof(text.text), "%.*s", (int)strcspn(schema + 8, "/"), schema + 8);
	else
		snprintf(text.text, sizeof(text.text), "%.30s", command);
	return text;
}

/* What begins the next of several ports, and how long a title has a port. */
#define NEXT_PORT     ",host:"
#define PORT_IN_TITLE 60

struct title {
	char text[PORT_IN_TITLE + 48];
};

/* "host:a/netdev:eth1 and 7 more": a receiver is named again for each of its senders. */
static struct title
title_of(const char *ports)
{
	const char *end = strstr(ports, NEXT_PORT), *next = end;
	size_t n = end != NULL ? (size_t)(end - ports) : strlen(ports), n_before = n;
	const char *before = ports;
	unsigned int more = 0;
	struct title title = { "" };
	bool is_cut = n > PORT_IN_TITLE;

	while (next != NULL) {
		const char *at = next + 1;

		next = strstr(at, NEXT_PORT);
		n = next != NULL ? (size_t)(next - at) : strlen(at);
		more += n != n_before || memcmp(at, before, n) != 0;
		before = at;
		n_before = n;
	}
	n = end != NULL ? (size_t)(end - ports) : strlen(ports);
	snprintf(title.text, sizeof(title.text), "%.*s%s", (int)(is_cut ? PORT_IN_TITLE - 1 : n), ports,
		is_cut ? "…" : "");
	n = strlen(title.text);
	if (more > 0)
		snprintf(title.text + n, sizeof(title.text) - n, " and %u more", more);
	return title;
}

int
ovr_view_make(
	struct ovr_view *view, const char *name, const json_t *root, unsigned int number, struct ovr_err *err)
{
	const char *command = ovr_saved_text(root, "command"), *schema = ovr_saved_text(root, "schema");
	size_t i = 0;

	*view = (struct ovr_view){ .root = root, .name = name, .number = number, .command = command };
	while (i < sizeof(makers) / sizeof(makers[0]) &&
		(strcmp(makers[i].schema, schema) != 0 || strcmp(makers[i].command, command) != 0))
		i++;
	if (i == sizeof(makers) / sizeof(makers[0]))
		return ovr_err_set(err, -EINVAL,
			"%s: found a document of overrun %s, accepted: a result of %s", name,
			writer_of(root).text, ovr_page_commands());
	view->verdict = view->word = ovr_saved_text(root, "verdict");
	snprintf(view->heading, sizeof(view->heading), "overrun %.40s: %s → %s", command,
		title_of(ovr_saved_text(root, "plan.tx")).text,
		title_of(ovr_saved_text(root, "plan.rx")).text);
	view->tables = json_array();
	view->environment = json_array();
	view->reasons = json_is_array(ovr_get(root, "reasons"))
		? json_copy((json_t *)(uintptr_t)ovr_get(root, "reasons"))
		: json_array();
	view->repeat = ovr_view_repeat(root);
	if (view->tables == NULL || view->environment == NULL || view->reasons == NULL ||
		view->repeat == NULL) {
		view->is_short_of_memory = true;
	} else {
		makers[i].make(view);
		add_environment(view);
		drop_empty(view->tables);
	}
	if (view->is_short_of_memory) {
		ovr_view_done(view);
		return ovr_err_set(err, -ENOMEM, "%s: no memory for its page", name);
	}
	return 0;
}

void
ovr_view_done(struct ovr_view *view)
{
	for (size_t i = 0; i < view->n_kept; i++)
		free(view->kept[i]);
	free(view->kept);
	free(view->repeat);
	json_decref(view->tables);
	json_decref(view->environment);
	json_decref(view->reasons);
	*view = (struct ovr_view){ 0 };
}
