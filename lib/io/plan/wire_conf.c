/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/wire_conf.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "base/units.h"
#include "plan/port_name.h"

#define DELAY_MAX_NS     1000000000u
#define BURST_FRAMES_MAX 1000000u
#define LIST_MAX         16777216u

/* How a key's value is written. */
enum form {
	FORM_SPEED,
	FORM_SHARE,       /* share: ppb */
	FORM_COUNT_SHARE, /* N:SHARE: count and ppb */
	FORM_RANGES,
	FORM_DELAY,
	FORM_NUMBER_64,
	FORM_NUMBER_32,
};

/* A key of the wire. */
struct key {
	const char *name;
	enum form form;
	size_t offset;       /* of the value, or of the ppb */
	size_t count_offset; /* FORM_COUNT_SHARE: of the count */
	uint64_t max;        /* of a count or number; they begin at 1 */
};

static const struct key keys_known[] = {
	{ "speed", FORM_SPEED, offsetof(struct ovr_wire_conf, speed_bps), 0, 0 },
	{ "drop", FORM_SHARE, offsetof(struct ovr_wire_conf, drop_ppb), 0, 0 },
	{ "drop-burst", FORM_COUNT_SHARE, offsetof(struct ovr_wire_conf, drop_burst_ppb),
		offsetof(struct ovr_wire_conf, drop_burst_frames), BURST_FRAMES_MAX },
	{ "drop-at", FORM_RANGES, offsetof(struct ovr_wire_conf, drop_at), 0, 0 },
	{ "drop-every", FORM_NUMBER_64, offsetof(struct ovr_wire_conf, drop_every), 0, UINT64_MAX },
	{ "dup", FORM_SHARE, offsetof(struct ovr_wire_conf, dup_ppb), 0, 0 },
	{ "reorder", FORM_COUNT_SHARE, offsetof(struct ovr_wire_conf, reorder_ppb),
		offsetof(struct ovr_wire_conf, reorder_frames), 1024 },
	{ "delay", FORM_DELAY, offsetof(struct ovr_wire_conf, delay_ns), 0, 0 },
	{ "fcs", FORM_SHARE, offsetof(struct ovr_wire_conf, fcs_ppb), 0, 0 },
	{ "corrupt", FORM_SHARE, offsetof(struct ovr_wire_conf, corrupt_ppb), 0, 0 },
	{ "rotate", FORM_NUMBER_64, offsetof(struct ovr_wire_conf, rotate_frames), 0, UINT64_MAX },
	{ "list", FORM_NUMBER_32, offsetof(struct ovr_wire_conf, list), 0, LIST_MAX },
};

#define N_KEYS (sizeof(keys_known) / sizeof(keys_known[0]))

/* "A-B" or "A"; the text is the caller's copy. */
static int
parse_range(const char *what, char *text, struct ovr_wire_range *ret_range, struct ovr_err *err)
{
	char *dash = strchr(text, '-');
	int rc;

	if (dash != NULL)
		*dash = '\0';
	rc = ovr_units_parse_u64(what, text, 0, UINT64_MAX - 1, &ret_range->first, err);
	ret_range->last = ret_range->first;
	if (rc == 0 && dash != NULL)
		rc = ovr_units_parse_u64(
			what, dash + 1, ret_range->first, UINT64_MAX - 1, &ret_range->last, err);
	return rc;
}

static int
parse_ranges(const char *what, char *text, struct ovr_wire_conf *conf, struct ovr_err *err)
{
	for (char *next = text; next != NULL;) {
		char *at = next;
		struct ovr_wire_range range;
		int rc;

		next = strchr(at, '+');
		if (next != NULL)
			*next++ = '\0';
		rc = parse_range(what, at, &range, err);
		if (rc != 0)
			return rc;
		if (conf->n_drop_at > 0 && range.first <= conf->drop_at[conf->n_drop_at - 1].last)
			return ovr_err_set(err, -EINVAL,
				"%s: found %s after a range that ends at %ju, accepted: ascending ranges "
				"that are apart",
				what, at, (uintmax_t)conf->drop_at[conf->n_drop_at - 1].last);
		if (conf->n_drop_at == OVR_WIRE_DROP_RANGES_MAX)
			return ovr_err_set(err, -ERANGE,
				"%s: found more than %d ranges, accepted: at most %d", what,
				OVR_WIRE_DROP_RANGES_MAX, OVR_WIRE_DROP_RANGES_MAX);
		conf->drop_at[conf->n_drop_at++] = range;
	}
	return 0;
}

/* "N:SHARE"; the text is the caller's copy. */
static int
parse_count_share(const char *what, char *text, const struct key *key, uint32_t *count, uint32_t *ppb,
	struct ovr_err *err)
{
	char *colon = strchr(text, ':');
	uint64_t value = 0;
	int rc;

	if (colon == NULL)
		return ovr_err_set(
			err, -EINVAL, "%s: found \"%.80s\", accepted: N:SHARE, as in 3:0.1%%", what, text);
	*colon = '\0';
	rc = ovr_units_parse_u64(what, text, 1, key->max, &value, err);
	*count = (uint32_t)value;
	return rc != 0 ? rc : ovr_units_parse_share_ppb(what, colon + 1, ppb, err);
}

static int
parse_delay(const char *what, const char *text, uint64_t *ret_ns, struct ovr_err *err)
{
	int rc = ovr_units_parse_duration_ns(what, text, ret_ns, err);

	if (rc == 0 && *ret_ns > DELAY_MAX_NS)
		return ovr_err_set(err, -ERANGE, "%s: found \"%.80s\", accepted: at most 1s", what, text);
	return rc;
}

static int
parse_value(
	const char *what, const struct key *key, char *text, struct ovr_wire_conf *conf, struct ovr_err *err)
{
	void *member = (char *)conf + key->offset;
	void *count = (char *)conf + key->count_offset;
	uint64_t value = 0;
	int rc = 0;

	switch (key->form) {
	case FORM_SPEED:
		return ovr_units_parse_line_bps(what, text, member, err);
	case FORM_SHARE:
		return ovr_units_parse_share_ppb(what, text, member, err);
	case FORM_COUNT_SHARE:
		return parse_count_share(what, text, key, count, member, err);
	case FORM_RANGES:
		return parse_ranges(what, text, conf, err);
	case FORM_DELAY:
		return parse_delay(what, text, member, err);
	case FORM_NUMBER_64:
		return ovr_units_parse_u64(what, text, 1, key->max, member, err);
	case FORM_NUMBER_32:
		rc = ovr_units_parse_u64(what, text, 1, key->max, &value, err);
		if (rc == 0)
			*(uint32_t *)member = (uint32_t)value;
		break;
	}
	return rc;
}

/* @return N_KEYS: there is none of that name */
static size_t
key_named(const char *name)
{
	size_t i = 0;

	while (i < N_KEYS && strcmp(name, keys_known[i].name) != 0)
		i++;
	return i;
}

/* One "key=value"; the text is the caller's copy. @param seen one flag per key */
static int
parse_item(const char *what, char *item, bool *seen, struct ovr_wire_conf *conf, struct ovr_err *err)
{
	char *equals = strchr(item, '=');
	char object[OVR_UNITS_TEXT_BYTES], question[OVR_NEAREST_QUESTION_BYTES];
	struct ovr_nearest nearest = ovr_nearest_to(item);

	size_t k;

	if (equals != NULL)
		*equals = '\0';
	k = key_named(item);
	if (equals != NULL && k < N_KEYS) {
		if (seen[k])
			return ovr_err_set(
				err, -EINVAL, "%s: found %s= twice, accepted: every key once", what, item);
		seen[k] = true;
		snprintf(object, sizeof(object), "%.40s: %s", what, keys_known[k].name);
		return parse_value(object, &keys_known[k], equals + 1, conf, err);
	}
	if (k < N_KEYS)
		return ovr_err_set(
			err, -EINVAL, "%s: %s: found no value, accepted: %s=VALUE", what, item, item);
	for (size_t i = 0; i < N_KEYS; i++)
		ovr_nearest_offer(&nearest, keys_known[i].name);
	return ovr_err_set(err, -EINVAL,
		"%s: found key \"%.80s\"%s accepted: speed=, drop=, drop-burst=, drop-at=, drop-every=, "
		"dup=, "
		"reorder=, delay=, fcs=, corrupt=, rotate= and list=",
		what, item, ovr_nearest_ask(&nearest, question));
}

int
ovr_wire_conf_parse(const char *what, const char *keys, struct ovr_wire_conf *ret_conf, struct ovr_err *err)
{
	struct ovr_wire_conf conf;
	char copy[OVR_PORT_NAME_BYTES];
	bool seen[N_KEYS] = { false };

	if (strlen(keys) >= sizeof(copy))
		return ovr_err_set(err, -EINVAL, "%s: found keys of %zu bytes, accepted: at most %zu", what,
			strlen(keys), sizeof(copy) - 1);
	/* padding too: plans are compared byte by byte */
	memset(&conf, 0, sizeof(conf));
	memcpy(copy, keys, strlen(keys) + 1);
	for (char *next = copy[0] != '\0' ? copy : NULL; next != NULL;) {
		char *item = next;
		int rc;

		next = strchr(item, ',');
		if (next != NULL)
			*next++ = '\0';
		rc = parse_item(what, item, seen, &conf, err);
		if (rc != 0)
			return rc;
	}
	*ret_conf = conf;
	return 0;
}

int
ovr_wire_conf_impairs(const struct ovr_wire_conf *conf)
{
	return conf->drop_ppb != 0 || conf->drop_burst_ppb != 0 || conf->n_drop_at != 0 ||
		conf->drop_every != 0 || conf->dup_ppb != 0 || conf->reorder_ppb != 0 ||
		conf->delay_ns != 0 || conf->fcs_ppb != 0 || conf->corrupt_ppb != 0 ||
		conf->rotate_frames != 0 || conf->list != 0;
}
