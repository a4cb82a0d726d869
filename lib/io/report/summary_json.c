/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/summary_json.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/json_put.h"

/* How a member is kept, and how it stands in JSON. */
enum kind { TEXT, U16, U32, U64, I64, REAL };

/* A key and its member. Keys with a dot are in an object of their own: "rx_stalls.n". */
struct key {
	const char *object, *name;
	enum kind kind;
	size_t offset, size;
};

#define MEMBER_OF(object, name, kind, member)                                    \
	{                                                                        \
		object, name, kind, offsetof(struct ovr_result_summary, member), \
			sizeof(((struct ovr_result_summary *)NULL)->member)      \
	}
#define STALLS_OF(object, side)                                                                        \
	MEMBER_OF(object, "stalls", U64, side.n), MEMBER_OF(object, "stalled_ns", U64, side.total_ns), \
		MEMBER_OF(object, "longest_ns", U64, side.longest_ns),                                 \
		MEMBER_OF(object, "injected", U64, side.n_injected),                                   \
		MEMBER_OF(object, "injected_ns", U64, side.injected_ns),                               \
		MEMBER_OF(object, "longest_host_ns", U64, side.longest_host_ns)

/* NULL: of the trial itself. */
static const struct key keys[] = {
	MEMBER_OF(NULL, "number", U32, number),
	MEMBER_OF(NULL, "attempt", U32, attempt),
	MEMBER_OF(NULL, "label", TEXT, label),
	MEMBER_OF("asked", "size", TEXT, size),
	MEMBER_OF("asked", "rate", TEXT, rate),
	MEMBER_OF("asked", "stall", TEXT, stall),
	MEMBER_OF("asked", "service", TEXT, service),
	MEMBER_OF("asked", "rxd", U32, rxd),
	MEMBER_OF("asked", "txd", U32, txd),
	MEMBER_OF("asked", "rxq", U16, rxq),
	MEMBER_OF("asked", "txq", U16, txq),
	MEMBER_OF("asked", "burst", U16, burst),
	MEMBER_OF("asked", "seed", U64, seed),
	MEMBER_OF(NULL, "trial_id", U32, trial_id),
	MEMBER_OF(NULL, "reason", TEXT, reason),
	MEMBER_OF(NULL, "rxd_set", U32, rxd_set),
	MEMBER_OF(NULL, "duration_ns", U64, duration_ns),
	MEMBER_OF(NULL, "planned_pps", REAL, planned_pps),
	MEMBER_OF(NULL, "tx_rate_pps", REAL, tx_pps),
	MEMBER_OF(NULL, "rx_rate_pps", REAL, rx_pps),
	MEMBER_OF(NULL, "scheduled", U64, scheduled),
	MEMBER_OF(NULL, "shortfall", U64, shortfall),
	MEMBER_OF(NULL, "shortfall_in_stalls", U64, shortfall_in_stalls),
	MEMBER_OF(NULL, "attempted", U64, attempted),
	MEMBER_OF(NULL, "refused", U64, refused),
	MEMBER_OF(NULL, "sent", U64, sent),
	MEMBER_OF(NULL, "received", U64, received),
	MEMBER_OF(NULL, "unique", U64, unique),
	MEMBER_OF(NULL, "duplicate", U64, duplicate),
	MEMBER_OF(NULL, "reordered", U64, reordered),
	MEMBER_OF(NULL, "late", U64, late),
	MEMBER_OF(NULL, "corrupt", U64, corrupt),
	MEMBER_OF(NULL, "lost", I64, lost),
	MEMBER_OF(NULL, "explained", I64, explained),
	MEMBER_OF(NULL, "unexplained", I64, unexplained),
	MEMBER_OF(NULL, "lost_in_injected_stalls", U64, lost_in_injected_stalls),
	MEMBER_OF(NULL, "lost_in_host_stalls", U64, lost_in_host_stalls),
	STALLS_OF("rx_stalls", rx),
	STALLS_OF("tx_stalls", tx),
	MEMBER_OF(NULL, "line_paused_ns", I64, line_paused_ns),
};

#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

static json_t *
value_of(const struct key *key, const char *member)
{
	switch (key->kind) {
	case TEXT:
		return ovr_json_text(member);
	case U16:
		return ovr_json_count(*(const uint16_t *)(const void *)member);
	case U32:
		return ovr_json_count(*(const uint32_t *)(const void *)member);
	case U64:
		return ovr_json_count(*(const uint64_t *)(const void *)member);
	case I64:
		return json_integer(*(const int64_t *)(const void *)member);
	case REAL:
		break;
	}
	return json_real(*(const double *)(const void *)member);
}

/* The object of that name in it, made where there is none. */
static json_t *
part_of(json_t *object, const char *name)
{
	json_t *part;

	if (name == NULL)
		return object;
	part = json_object_get(object, name);
	if (part == NULL && json_object_set_new(object, name, json_object()) == 0)
		part = json_object_get(object, name);
	return part;
}

json_t *
ovr_json_summary(const struct ovr_result_summary *summary)
{
	json_t *object = json_object();
	json_t *places = json_object();
	int rc = 0;

	for (size_t i = 0; i < N_KEYS; i++)
		rc |= json_object_set_new(part_of(object, keys[i].object), keys[i].name,
			value_of(&keys[i], (const char *)summary + keys[i].offset));
	rc |= ovr_json_put_text(object, "verdict", ovr_ledger_verdict_name(summary->verdict));
	for (unsigned int place = 0; place < OVR_PLACE_COUNT; place++)
		if (summary->frames_at[place] != 0)
			rc |= ovr_json_put_count(places, ovr_ledger_place_name((enum ovr_ledger_place)place),
				summary->frames_at[place]);
	rc |= json_object_set_new(object, "frames_at", places);
	return ovr_json_finish(object, rc);
}

json_t *
ovr_json_summaries(const struct ovr_result_summary *summary, size_t n_summaries)
{
	json_t *list = json_array();
	int rc = 0;

	for (size_t i = 0; i < n_summaries; i++)
		rc |= json_array_append_new(list, ovr_json_summary(&summary[i]));
	return ovr_json_finish(list, rc);
}

static int
read_text(const json_t *value, char *member, size_t size)
{
	if (!json_is_string(value))
		return -EINVAL;
	snprintf(member, size, "%s", json_string_value(value));
	return 0;
}

/* Whole numbers from 0 to what the member can hold. */
static int
read_count(const json_t *value, uint64_t max, uint64_t *ret_count)
{
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
		(uint64_t)json_integer_value(value) > max)
		return -EINVAL;
	*ret_count = (uint64_t)json_integer_value(value);
	return 0;
}

static int
read_member(const struct key *key, const json_t *value, char *member)
{
	static const uint64_t most[] = { [U16] = UINT16_MAX, [U32] = UINT32_MAX, [U64] = INT64_MAX };
	uint64_t count = 0;
	int64_t whole;
	double real;

	switch (key->kind) {
	case TEXT:
		return read_text(value, member, key->size);
	case I64:
		if (!json_is_integer(value))
			return -EINVAL;
		whole = json_integer_value(value);
		memcpy(member, &whole, sizeof(whole));
		return 0;
	case REAL:
		if (!json_is_number(value))
			return -EINVAL;
		real = json_number_value(value);
		memcpy(member, &real, sizeof(real));
		return 0;
	case U16:
	case U32:
	case U64:
		break;
	}
	if (read_count(value, most[key->kind], &count) != 0)
		return -EINVAL;
	/* the narrow ones are the low bytes, wherever those stand */
	if (key->kind == U16)
		*(uint16_t *)(void *)member = (uint16_t)count;
	else if (key->kind == U32)
		*(uint32_t *)(void *)member = (uint32_t)count;
	else
		*(uint64_t *)(void *)member = count;
	return 0;
}

static int
read_verdict(const json_t *value, enum ovr_ledger_verdict *ret_verdict)
{
	for (int verdict = OVR_VERDICT_PASS; verdict <= OVR_VERDICT_VOID; verdict++) {
		const char *name = ovr_ledger_verdict_name((enum ovr_ledger_verdict)verdict);

		if (json_is_string(value) && strcmp(json_string_value(value), name) == 0) {
			*ret_verdict = (enum ovr_ledger_verdict)verdict;
			return 0;
		}
	}
	return -EINVAL;
}

static int
refuse(const char *name, struct ovr_err *err)
{
	return ovr_err_set(err, -EINVAL,
		"trial: \"%s\" is missing or of another kind, accepted: what a result of this version has",
		name);
}

int
ovr_json_summary_read(const json_t *object, struct ovr_result_summary *ret_summary, struct ovr_err *err)
{
	struct ovr_result_summary summary = { .number = 0 };
	const json_t *places = json_object_get(object, "frames_at");

	for (size_t i = 0; i < N_KEYS; i++) {
		const json_t *part = keys[i].object == NULL ? object
							    : json_object_get(object, keys[i].object);

		if (read_member(&keys[i], json_object_get(part, keys[i].name),
			    (char *)&summary + keys[i].offset) != 0)
			return refuse(keys[i].name, err);
	}
	if (read_verdict(json_object_get(object, "verdict"), &summary.verdict) != 0)
		return refuse("verdict", err);
	if (!json_is_object(places))
		return refuse("frames_at", err);
	for (unsigned int place = 0; place < OVR_PLACE_COUNT; place++) {
		const char *name = ovr_ledger_place_name((enum ovr_ledger_place)place);
		const json_t *frames = json_object_get(places, name);

		if (frames != NULL && read_count(frames, INT64_MAX, &summary.frames_at[place]) != 0)
			return refuse(name, err);
	}
	*ret_summary = summary;
	return 0;
}
