/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/json_rows.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "report/json_put.h"

enum colour { RED, GREEN, COLOURS };

struct item {
	char label[8];
	uint16_t n;
};

struct thing {
	uint32_t id;
	char name[8];
	uint8_t mac[6];
	enum colour colour;
	bool is_big, is_known, is_far;
	uint64_t count, never, hidden, low, high;
	int16_t queue;
	int64_t lost;
	double rate, share;
	uint32_t of[COLOURS];
	struct item inner;
	struct item *item;
	uint32_t n_items;
	char note[2][8];
	uint32_t n_notes;
};

static const char *
colour_name(int colour)
{
	return colour == RED ? "red" : "green";
}

static bool
has_range(const struct ovr_json_at *at)
{
	const struct thing *thing = at->object;

	return thing->low != thing->high;
}

static json_t *
twice(const struct ovr_json_at *at)
{
	const struct thing *thing = at->object;
	const int *factor = at->context;

	return json_integer((json_int_t)thing->count * *factor);
}

static const struct ovr_json_names colours = { .name = colour_name, .n = COLOURS };

static const struct ovr_json_row item_rows[] = {
	{ "label", OVR_JSON_TEXT, OVR_JSON_MEMBER(struct item, label) },
	{ "n", OVR_JSON_COUNT, OVR_JSON_MEMBER(struct item, n) },
};

static const struct ovr_json_table item_table = OVR_JSON_TABLE("item", struct item, item_rows, NULL);

#define THING(member) OVR_JSON_MEMBER(struct thing, member)

static const struct ovr_json_row rows[] = {
	{ "form", OVR_JSON_FIXED, .fixed = "thing/1" },
	{ "id", OVR_JSON_ID, THING(id) },
	{ "name", OVR_JSON_TEXT, THING(name), .null = OVR_JSON_NULL_IF_ZERO },
	{ "mac", OVR_JSON_MAC, THING(mac) },
	{ "colour", OVR_JSON_NAME, THING(colour), .null = OVR_JSON_NULL_IF_NONE, .names = &colours },
	{ "far", OVR_JSON_NAME, THING(is_far), .names = &colours },
	{ "big", OVR_JSON_BOOL, THING(is_big) },
	{ "count", OVR_JSON_COUNT, THING(count) },
	{ "twice", OVR_JSON_COUNT, .value = twice },
	{ "never", OVR_JSON_COUNT, THING(never), .null = OVR_JSON_NULL_IF_NONE },
	{ "hidden", OVR_JSON_COUNT, THING(hidden), OVR_JSON_BY(struct thing, is_known) },
	{ "low", OVR_JSON_COUNT, THING(low) },
	{ "high", OVR_JSON_COUNT, THING(high), .is_there = has_range, .like = offsetof(struct thing, low) },
	{ "queue", OVR_JSON_COUNT, THING(queue), .null = OVR_JSON_NULL_IF_NEGATIVE },
	{ "lost", OVR_JSON_WHOLE, THING(lost) },
	{ "rate", OVR_JSON_REAL, THING(rate), .null = OVR_JSON_NULL_IF_NONE },
	{ "share", OVR_JSON_SHARE, THING(count), .whole = offsetof(struct thing, low) },
	{ "of", OVR_JSON_COUNTS, THING(of), .names = &colours, .is_sparse = true },
	{ NULL, OVR_JSON_OBJECT, THING(inner), .table = &item_table },
	{ "items", OVR_JSON_LIST, OVR_JSON_VECTOR(struct thing, item, n_items), .table = &item_table },
	{ "notes", OVR_JSON_LIST, OVR_JSON_ARRAY(struct thing, note, n_notes), .item = OVR_JSON_TEXT },
};

static const struct ovr_json_table table = OVR_JSON_TABLE("thing", struct thing, rows, NULL);

static struct item items[] = { { "a", 1 }, { "b", 65535 } };

static const struct thing known = {
	.id = 0x1f,
	.name = "x",
	.mac = { 2, 0, 0, 0, 0, 0xff },
	.colour = GREEN,
	.is_far = true,
	.is_big = true,
	.is_known = true,
	.count = 3,
	.never = 7,
	.hidden = 9,
	.low = 4,
	.high = 6,
	.queue = 2,
	.lost = -5,
	.rate = 0.5,
	.of = { 0, 8 },
	.inner = { "in", 11 },
	.item = items,
	.n_items = 2,
	.note = { "one", "two" },
	.n_notes = 2,
};

static const struct thing unknown = {
	.colour = COLOURS,
	.never = UINT64_MAX,
	.hidden = 9,
	.queue = -1,
	.rate = NAN,
};

static const int factor = 2;

static char *
text_of(const struct thing *thing)
{
	json_t *object = ovr_json_object(&table, thing, &factor);
	char *text;

	cr_assert_not_null(object);
	text = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	return text;
}

Test(json_rows, each_kind_has_its_form)
{
	cr_expect_str_eq(text_of(&known),
		"{\"form\":\"thing/1\",\"id\":\"0x0000001f\",\"name\":\"x\",\"mac\":\"02:00:00:00:00:ff\","
		"\"colour\":\"green\",\"far\":\"green\",\"big\":true,\"count\":3,\"twice\":6,\"never\":7,"
		"\"hidden\":9,\"low\":4,\"high\":6,\"queue\":2,\"lost\":-5,\"rate\":0.5,\"share\":0.75,"
		"\"of\":{\"green\":8},\"label\":\"in\",\"n\":11,"
		"\"items\":[{\"label\":\"a\",\"n\":1},{\"label\":\"b\",\"n\":65535}],\"notes\":[\"one\","
		"\"two\"]}");
}

Test(json_rows, what_is_not_known_is_null_and_what_is_certain_has_no_range)
{
	cr_expect_str_eq(text_of(&unknown),
		"{\"form\":\"thing/1\",\"id\":\"0x00000000\",\"name\":null,\"mac\":\"00:00:00:00:00:00\","
		"\"colour\":null,\"far\":\"red\",\"big\":false,\"count\":0,\"twice\":0,\"never\":null,"
		"\"hidden\":null,\"low\":0,\"queue\":null,\"lost\":0,\"rate\":null,\"share\":null,"
		"\"of\":{},\"label\":\"\",\"n\":0,\"items\":[],\"notes\":[]}");
}

Test(json_rows, what_was_written_is_read_back)
{
	json_t *object = ovr_json_object(&table, &known, &factor);
	struct thing again;

	cr_assert_eq(ovr_json_read(&table, object, &again, NULL), 0);
	cr_expect_str_eq(text_of(&again), text_of(&known));
	cr_expect(again.is_known);
	cr_expect_eq(again.colour, GREEN);
	cr_expect_eq(again.item[1].n, 65535);
	ovr_json_forget(&table, &again);
	cr_expect_null(again.item);
	json_decref(object);
}

Test(json_rows, null_is_read_as_what_is_not_known)
{
	json_t *object = ovr_json_object(&table, &unknown, &factor);
	struct thing again;

	cr_assert_eq(ovr_json_read(&table, object, &again, NULL), 0);
	cr_expect_str_eq(text_of(&again), text_of(&unknown));
	cr_expect_eq(again.never, UINT64_MAX);
	cr_expect_eq(again.queue, -1);
	cr_expect(isnan(again.rate));
	cr_expect_not(again.is_known);
	cr_expect_eq(again.hidden, 0);
	json_decref(object);
}

Test(json_rows, a_key_without_a_range_has_both_ends_of_it)
{
	struct thing certain = known, again;
	json_t *object;

	certain.high = certain.low;
	object = ovr_json_object(&table, &certain, &factor);
	cr_assert_eq(ovr_json_read(&table, object, &again, NULL), 0);
	cr_expect_eq(again.high, 4);
	ovr_json_forget(&table, &again);
	json_decref(object);
}

/* Refused with the key's name, and nothing is changed. */
static void
refuse(const char *key, json_t *value)
{
	json_t *object = ovr_json_object(&table, &known, &factor);
	struct thing again = { .count = 42 };
	struct ovr_err err;
	char begin[64];

	if (value != NULL)
		json_object_set_new(object, key, value);
	else
		json_object_del(object, key);
	cr_assert_eq(ovr_json_read(&table, object, &again, &err), -EINVAL, "%s", key);
	snprintf(begin, sizeof(begin), "\"%.16s\" is missing or of another kind", key);
	cr_expect_eq(strncmp(err.text, begin, strlen(begin)), 0, "%s", err.text);
	cr_expect_eq(again.count, 42);
	json_decref(object);
}

Test(json_rows, what_has_another_form_is_refused)
{
	refuse("form", json_string("thing/2"));
	refuse("id", json_string("0x0000001g"));
	refuse("id", json_integer(31));
	refuse("name", json_string("too long"));
	refuse("mac", json_string("02:00:00:00:00"));
	refuse("colour", json_string("blue"));
	refuse("big", json_integer(1));
	refuse("count", json_null());
	refuse("count", json_integer(-1));
	refuse("count", NULL);
	refuse("low", json_string("4"));
	refuse("queue", json_integer(32768));
	refuse("lost", json_real(1.5));
	refuse("rate", json_string("fast"));
	refuse("of", json_array());
	refuse("n", json_integer(65536));
	refuse("items", json_object());
	refuse("notes", json_pack("[s,s,s]", "1", "2", "3"));
}

Test(json_rows, an_element_of_another_form_is_refused_by_its_own_key)
{
	json_t *object = ovr_json_object(&table, &known, &factor);
	struct thing again;
	struct ovr_err err;

	json_object_del(json_array_get(json_object_get(object, "items"), 1), "label");
	cr_assert_eq(ovr_json_read(&table, object, &again, &err), -EINVAL);
	cr_expect_eq(strncmp(err.text, "\"label\" is missing", 18), 0, "%s", err.text);
	json_decref(object);
}

/* Rows of which older documents have the first alone. */
struct grown {
	uint64_t old, young, flag;
	bool is_known;
	double share;
};

#define GROWN(member) OVR_JSON_MEMBER(struct grown, member)

static const struct ovr_json_row grown_rows[] = {
	{ "old", OVR_JSON_COUNT, GROWN(old) },
	{ "young", OVR_JSON_COUNT, GROWN(young), .null = OVR_JSON_NULL_IF_NONE, .is_added = true },
	{ "flag", OVR_JSON_COUNT, GROWN(flag), OVR_JSON_BY(struct grown, is_known), .is_added = true },
	{ "share", OVR_JSON_RATIO, GROWN(share), .is_added = true },
};

static const struct ovr_json_table grown_table = OVR_JSON_TABLE("grown", struct grown, grown_rows, NULL);

Test(json_rows, an_added_key_that_is_missing_is_unknown_and_any_other_is_refused)
{
	json_t *object = json_pack("{s:i}", "old", 3);
	struct grown grown;

	cr_assert_eq(ovr_json_read(&grown_table, object, &grown, NULL), 0);
	cr_expect_eq(grown.old, 3);
	cr_expect_eq(grown.young, UINT64_MAX);
	cr_expect_not(grown.is_known);
	cr_expect(isnan(grown.share));
	json_decref(object);
	object = json_pack("{s:i}", "young", 3);
	cr_expect_eq(ovr_json_read(&grown_table, object, &grown, NULL), -EINVAL);
	json_decref(object);
}

Test(json_rows, an_added_key_is_always_written)
{
	const struct grown grown = { .young = UINT64_MAX, .share = NAN };
	json_t *object = ovr_json_object(&grown_table, &grown, NULL);
	char *text = json_dumps(object, JSON_COMPACT);

	cr_expect_str_eq(text, "{\"old\":0,\"young\":null,\"flag\":null,\"share\":null}");
	free(text);
	json_decref(object);
}

/* Rows that are written and not read back. */
struct view {
	const struct item *one, *none;
	struct item item[3];
	uint32_t n;
	uint64_t cell[4];
};

static bool
is_large(const void *element)
{
	const struct item *item = element;

	return item->n >= 10;
}

static uint64_t
tenfold(unsigned int cell)
{
	return 10 * cell;
}

static json_t *
cells(const struct ovr_json_at *at)
{
	return ovr_json_pairs(at->member, 4, tenfold);
}

static const struct ovr_json_row number_rows[] = {
	{ "number", OVR_JSON_COUNT, .offset = 0, .size = sizeof(uint16_t) },
};

static const struct ovr_json_table number_table = OVR_JSON_TABLE("number", uint16_t, number_rows, NULL);

#define VIEW(member) OVR_JSON_MEMBER(struct view, member)

static const struct ovr_json_row view_rows[] = {
	{ "one", OVR_JSON_OBJECT, VIEW(one), .is_pointer = true, .table = &item_table },
	{ "none", OVR_JSON_OBJECT, VIEW(none), .is_pointer = true, .table = &item_table },
	{ "large", OVR_JSON_LIST, OVR_JSON_ARRAY(struct view, item, n), .is_listed = is_large,
		.table = &item_table },
	{ "numbers", OVR_JSON_LIST, OVR_JSON_ARRAY(struct view, item, n),
		.item_offset = offsetof(struct item, n), .table = &number_table },
	{ "cells", OVR_JSON_PAIRS, .offset = offsetof(struct view, cell), .value = cells },
};

static const struct ovr_json_table view_table = OVR_JSON_TABLE("view", struct view, view_rows, NULL);

static const struct view view = {
	.one = &items[0],
	.item = { { "x", 10 }, { "y", 9 }, { "z", 11 } },
	.n = 3,
	.cell = { 0, 5, 0, 7 },
};

Test(json_rows, an_object_is_pointed_to_a_list_leaves_elements_out_and_shows_a_part_of_each)
{
	json_t *object = ovr_json_object(&view_table, &view, NULL);

	cr_expect_str_eq(json_dumps(object, JSON_COMPACT),
		"{\"one\":{\"label\":\"a\",\"n\":1},\"none\":null,"
		"\"large\":[{\"label\":\"x\",\"n\":10},{\"label\":\"z\",\"n\":11}],"
		"\"numbers\":[{\"number\":10},{\"number\":9},{\"number\":11}],\"cells\":[[10,5],[30,7]]}");
	json_decref(object);
}

Test(json_rows, of_a_view_only_whole_lists_are_read_back)
{
	json_t *object = ovr_json_object(&view_table, &view, NULL);
	struct view again;

	cr_assert_eq(ovr_json_read(&view_table, object, &again, NULL), 0);
	json_decref(object);
	cr_expect_eq(again.one, NULL);
	cr_expect_eq(again.n, 3);
	cr_expect_eq(again.item[1].n, 9);
	cr_expect_str_eq(again.item[1].label, "");
	ovr_json_forget(&view_table, &again);
}
