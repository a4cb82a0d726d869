/* SPDX-License-Identifier: BSD-3-Clause */
#include "ring_options.h"

#include <errno.h>
#include <string.h>

#include "base/units.h"
#include "ring/change.h"

#define LINK_TIMEOUT_MS     10000
#define LINK_TIMEOUT_MAX_MS UINT64_C(3600000)
#define NS_PER_MS           UINT64_C(1000000)

static const struct {
	const char *word;
	enum app_ring_verb verb;
	const char *accepted;
} verbs[] = {
	{ "show", APP_RING_SHOW, "show IF|PORT..." },
	{ "set", APP_RING_SET, "set IF --rx N --tx N" },
	{ "restore", APP_RING_RESTORE, "restore IF, or restore --all" },
};

/* An option, who takes it, and what follows it. */
struct option {
	const char *name;
	unsigned int verbs;
	const char *metavar; /* NULL: nothing */
	const char *help;
};

static const struct option known_options[] = {
	{ "rx", APP_RING_SET, "N", "descriptors of each receive ring" },
	{ "tx", APP_RING_SET, "N", "descriptors of each transmit ring" },
	{ "rx-mini", APP_RING_SET, "N", "descriptors of the ring for small frames, where a driver has one" },
	{ "rx-jumbo", APP_RING_SET, "N", "descriptors of the ring for large frames, where a driver has one" },
	{ "link-timeout", APP_RING_SET | APP_RING_RESTORE, "TIME",
		"wait no longer for the link than this; 0: do not wait [10s]" },
	{ "line", APP_RING_SHOW, "SPEED",
		"speed of the line, where the driver does not tell it or makes it up" },
	{ "all", APP_RING_RESTORE, NULL,
		"every interface of this network namespace that has something saved" },
	{ "json", APP_RING_SHOW | APP_RING_SET | APP_RING_RESTORE, NULL, "as JSON" },
	{ "quiet", APP_RING_SET | APP_RING_RESTORE, NULL, "do not say what is put back after killed runs" },
};

static const char *
word_of(enum app_ring_verb verb)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (verbs[i].verb == verb)
			return verbs[i].word;
	return "";
}

/*
 * The option that a word is: --rx, --rx=80, and for the sizes, as ethtool -G has it, rx. The first word behind `set` is an
 * interface, whatever it is called.
 */
static const struct option *
option_of(const struct app_ring_options *options, const char *word, const char **ret_value)
{
	bool is_dashed = strncmp(word, "--", 2) == 0;
	const char *name = is_dashed ? word + 2 : word;
	const char *equals = is_dashed ? strchr(name, '=') : NULL;
	size_t n = equals != NULL ? (size_t)(equals - name) : strlen(name);

	*ret_value = equals != NULL ? equals + 1 : NULL;
	for (size_t i = 0; i < sizeof(known_options) / sizeof(known_options[0]); i++) {
		const struct option *option = &known_options[i];
		bool is_size = option->metavar != NULL && strcmp(option->metavar, "N") == 0;

		if (strlen(option->name) == n && memcmp(option->name, name, n) == 0 &&
			(option->verbs & options->verb) != 0 &&
			(is_dashed || (is_size && options->n_names > 0)))
			return option;
	}
	return NULL;
}

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
parse_timeout(const char *text, uint32_t *ret_ms, struct ovr_err *err)
{
	uint64_t ns = 0;
	int status = ovr_units_parse_duration_ns("ring: --link-timeout", text, &ns, err);

	if (status == 0 && ns / NS_PER_MS > LINK_TIMEOUT_MAX_MS)
		status = ovr_err_set(
			err, -ERANGE, "ring: --link-timeout: found \"%s\", accepted: at most 1h", text);
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
		return parse_timeout(value, &options->link_timeout_ms, err);
	else
		return parse_size(name, value, &options->sizes, err);
	return 0;
}

static int
add_name(const char *word, struct app_ring_options *options, struct ovr_err *err)
{
	uint32_t most = options->verb == APP_RING_SHOW ? APP_RING_NAMES_MAX : 1;

	if (word[0] == '-')
		return ovr_err_set(err, -EINVAL,
			"ring %s: \"%s\" is no option of it; accepted: see overrun help ring",
			word_of(options->verb), word);
	if (options->n_names == most)
		return ovr_err_set(err, -EINVAL, "ring %s: \"%s\" was not expected; accepted: %u interface%s",
			word_of(options->verb), word, most, most == 1 ? "" : "s");
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
			"ring restore: found --all and \"%s\", accepted: one of them", options->name[0]);
	if (!options->all && options->n_names == 0)
		return ovr_err_set(err, -EINVAL, "ring %s: no interface was named; accepted: overrun ring %s",
			word_of(options->verb),
			options->verb == APP_RING_SHOW          ? "show IF|PORT..."
				: options->verb == APP_RING_SET ? "set IF --rx N"
								: "restore IF|--all");
	if (options->verb == APP_RING_SET && !asks)
		return ovr_err_set(err, -EINVAL,
			"ring set: no size was asked for; accepted: --rx N, --tx N, --rx-mini N, --rx-jumbo "
			"N");
	return 0;
}

static int
find_verb(int argc, char **argv, enum app_ring_verb *ret_verb, struct ovr_err *err)
{
	for (size_t i = 0; argc > 1 && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(argv[1], verbs[i].word) == 0) {
			*ret_verb = verbs[i].verb;
			return 0;
		}
	}
	return ovr_err_set(err, -EINVAL, "ring: found \"%s\", accepted: %s, %s, %s, advise PORT, verify PORT",
		argc > 1 ? argv[1] : "", verbs[0].accepted, verbs[1].accepted, verbs[2].accepted);
}

int
app_ring_options_parse(int argc, char **argv, struct app_ring_options *ret_options, struct ovr_err *err)
{
	struct app_ring_options options = { .sizes = { OVR_RING_KEEP, OVR_RING_KEEP, OVR_RING_KEEP,
						    OVR_RING_KEEP },
		.link_timeout_ms = LINK_TIMEOUT_MS };
	int status = find_verb(argc, argv, &options.verb, err);

	for (int i = 2; i < argc && status == 0; i++) {
		const char *value;
		const struct option *option = option_of(&options, argv[i], &value);

		if (option == NULL) {
			status = add_name(argv[i], &options, err);
			continue;
		}
		if (option->metavar == NULL && value != NULL)
			status = ovr_err_set(
				err, -EINVAL, "ring: --%s takes no value, found \"%s\"", option->name, value);
		else if (option->metavar != NULL && value == NULL && i + 1 == argc)
			status = ovr_err_set(err, -EINVAL,
				"ring: --%s: a value is missing; accepted: --%s %s", option->name,
				option->name, option->metavar);
		else if (option->metavar != NULL && value == NULL)
			value = argv[++i];
		if (status == 0)
			status = apply(option->name, value, &options, err);
	}
	if (status == 0)
		status = check(&options, err);
	if (status == 0)
		*ret_options = options;
	return status;
}

void
app_ring_options_help(FILE *out)
{
	static const char *const heading[] = { "show", "set", "restore" };

	for (size_t v = 0; v < sizeof(verbs) / sizeof(verbs[0]); v++) {
		fprintf(out, "\n%s\n", heading[v]);
		for (size_t i = 0; i < sizeof(known_options) / sizeof(known_options[0]); i++) {
			const struct option *option = &known_options[i];
			char left[32];

			if ((option->verbs & verbs[v].verb) == 0)
				continue;
			snprintf(left, sizeof(left), "--%s %s", option->name,
				option->metavar != NULL ? option->metavar : "");
			fprintf(out, "  %-24s %s\n", left, option->help);
		}
	}
}
