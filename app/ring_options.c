/* SPDX-License-Identifier: BSD-3-Clause */
#include "ring_options.h"

#include <errno.h>
#include <string.h>

#include "args.h"
#include "base/units.h"
#include "ring/change.h"

#define LINK_TIMEOUT_MS     10000
#define LINK_TIMEOUT_MAX_MS UINT64_C(3600000)
#define NS_PER_MS           UINT64_C(1000000)

#define LINK_TIMEOUT_HELP "wait no longer for the link than this; 0: do not wait [10s]"
#define QUIET_HELP        "do not say what is put back after killed runs"

static const struct app_arg show_options[] = {
	{ "line", "SPEED", "speed of the line, where the driver does not tell it or makes it up" },
	{ "json", NULL, "as JSON, in place of the text" },
	{ NULL, NULL, NULL },
};

static const struct app_arg set_options[] = {
	{ "rx", "N", "descriptors of each receive ring" },
	{ "tx", "N", "descriptors of each transmit ring" },
	{ "rx-mini", "N", "descriptors of the ring for small frames, where a driver has one" },
	{ "rx-jumbo", "N", "descriptors of the ring for large frames, where a driver has one" },
	{ "link-timeout", "TIME", LINK_TIMEOUT_HELP },
	{ "json", NULL, "as JSON, in place of the text" },
	{ "quiet", NULL, QUIET_HELP },
	{ NULL, NULL, NULL },
};

static const struct app_arg restore_options[] = {
	{ "all", NULL, "every interface of this network namespace that has something saved" },
	{ "link-timeout", "TIME", LINK_TIMEOUT_HELP },
	{ "json", NULL, "as JSON, in place of the text" },
	{ "quiet", NULL, QUIET_HELP },
	{ NULL, NULL, NULL },
};

/* A verb: its name in sentences, its options, and what it takes. */
static const struct {
	const char *name;
	const struct app_arg *options;
	const char *accepted;
	uint32_t names_max;
} verbs[] = {
	[APP_RING_SHOW] = { "ring show", show_options, "IF|PORT...", APP_RING_NAMES_MAX },
	[APP_RING_SET] = { "ring set", set_options, "IF --rx N", 1 },
	[APP_RING_RESTORE] = { "ring restore", restore_options, "IF|--all", 1 },
};

static int
parse_size(const char *name, const char *text, struct ovr_ring_sizes *sizes, struct ovr_err *err)
{
	struct {
		const char *name;
		uint32_t *size;
		uint64_t min;
	} ring[] = {
		{ "rx", &sizes->rx, 1 },
		{ "tx", &sizes->tx, 1 },
		{ "rx-mini", &sizes->rx_mini, 0 },
		{ "rx-jumbo", &sizes->rx_jumbo, 0 },
	};
	uint64_t value = 0;
	int status = 0;
	char what[32];

	snprintf(what, sizeof(what), "ring set: --%s", name);
	for (size_t i = 0; i < sizeof(ring) / sizeof(ring[0]); i++) {
		if (strcmp(ring[i].name, name) != 0)
			continue;
		status = ovr_units_parse_u64(what, text, ring[i].min, OVR_RING_KEEP - 1, &value, err);
		if (status == 0)
			*ring[i].size = (uint32_t)value;
	}
	return status;
}

static int
parse_timeout(const char *what, const char *text, uint32_t *ret_ms, struct ovr_err *err)
{
	uint64_t ns = 0;
	int status = ovr_units_parse_duration_ns(what, text, &ns, err);

	if (status == 0 && ns / NS_PER_MS > LINK_TIMEOUT_MAX_MS)
		status = ovr_err_set(err, -ERANGE, "%s: found \"%.80s\", accepted: at most 1h", what, text);
	if (status == 0)
		*ret_ms = (uint32_t)((ns + NS_PER_MS - 1) / NS_PER_MS);
	return status;
}

static int
apply(const char *name, const char *value, struct app_ring_options *options, struct ovr_err *err)
{
	if (strcmp(name, "all") == 0)
		options->all = true;
	else if (strcmp(name, "json") == 0)
		options->json = true;
	else if (strcmp(name, "quiet") == 0)
		options->quiet = true;
	else if (strcmp(name, "line") == 0)
		return ovr_units_parse_line_bps("ring show: --line", value, &options->line_bps, err);
	else if (strcmp(name, "link-timeout") == 0)
		return parse_timeout(options->verb == APP_RING_SET ? "ring set: --link-timeout"
								   : "ring restore: --link-timeout",
			value, &options->link_timeout_ms, err);
	else
		return parse_size(name, value, &options->sizes, err);
	return 0;
}

static int
add_name(const char *word, struct app_ring_options *options, struct ovr_err *err)
{
	uint32_t most = verbs[options->verb].names_max;

	if (options->n_names == most)
		return ovr_err_set(err, -EINVAL, "%s: \"%.80s\" was not expected; accepted: %u interface%s",
			verbs[options->verb].name, word, most, most == 1 ? "" : "s");
	options->name[options->n_names++] = word;
	return 0;
}

/* What only the whole command line can tell. */
static int
check(const struct app_ring_options *options, struct ovr_err *err)
{
	const struct ovr_ring_sizes *sizes = &options->sizes;
	bool asks = sizes->rx != OVR_RING_KEEP || sizes->tx != OVR_RING_KEEP ||
		sizes->rx_mini != OVR_RING_KEEP || sizes->rx_jumbo != OVR_RING_KEEP;

	if (options->all && options->n_names > 0)
		return ovr_err_set(err, -EINVAL,
			"ring restore: found --all and \"%.80s\", accepted: one of them", options->name[0]);
	if (!options->all && options->n_names == 0)
		return ovr_err_set(err, -EINVAL, "%s: no interface was named; accepted: overrun %s %s",
			verbs[options->verb].name, verbs[options->verb].name, verbs[options->verb].accepted);
	if (options->verb == APP_RING_SET && !asks)
		return ovr_err_set(err, -EINVAL,
			"ring set: no size was asked for; accepted: --rx N, --tx N, --rx-mini N, --rx-jumbo "
			"N");
	return 0;
}

/*
 * The sizes may stand as ethtool -G has them, rx 80. The first word is an interface, whatever it is
 * called.
 */
static const struct app_arg *
size_named(const struct app_ring_options *options, const char *word)
{
	if (options->verb != APP_RING_SET || options->n_names == 0)
		return NULL;
	for (const struct app_arg *option = set_options; option->name != NULL; option++)
		if (strcmp(option->name, word) == 0 && option->metavar != NULL &&
			strcmp(option->metavar, "N") == 0)
			return option;
	return NULL;
}

int
app_ring_options_parse(int argc, char **argv, enum app_ring_verb verb, struct app_ring_options *ret_options,
	struct ovr_err *err)
{
	struct app_ring_options options = { .verb = verb,
		.sizes = { OVR_RING_KEEP, OVR_RING_KEEP, OVR_RING_KEEP, OVR_RING_KEEP },
		.link_timeout_ms = LINK_TIMEOUT_MS };
	struct app_args args = { verbs[verb].name, verbs[verb].options, argc, argv, 1 };
	int status = 0;

	while (args.at < argc && status == 0) {
		struct app_word word;
		const struct app_arg *size;

		status = app_args_next(&args, &word, err);
		if (status != 0)
			break;
		size = word.option == NULL ? size_named(&options, word.text) : NULL;
		if (word.option != NULL)
			status = apply(word.option->name, word.text, &options, err);
		else if (size == NULL)
			status = add_name(word.text, &options, err);
		else if (args.at == argc)
			status = ovr_err_set(err, -EINVAL, "ring set: %s: a value is missing; accepted: %s N",
				size->name, size->name);
		else
			status = apply(size->name, argv[args.at++], &options, err);
	}
	if (status == 0)
		status = check(&options, err);
	if (status == 0)
		*ret_options = options;
	return status;
}

void
app_ring_options_help(enum app_ring_verb verb, FILE *out)
{
	app_args_help(verbs[verb].options, out);
}
