/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * JSON by table: a row for each key of an object. From the same rows an object is written and read
 * back, and its schema and the page of keys are made (docs/generate/).
 *
 * A row has the kind of a value in JSON and the member of the table's struct that holds it. A value
 * without a member is calculated by a function: it is written and described, but not read.
 * The unit of a key is the end of its name: _ns, _pps, _bps, _bytes, _ratio, _ppm. Other numbers
 * are of frames, descriptors or things counted.
 *
 * Internal to report, and to the generators of docs/. Any thread.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/** What a value is in JSON, and what its member is in C. */
enum ovr_json_kind {
	OVR_JSON_OBJECT,   /**< of `table`, whose struct begins at the member, or is pointed to */
	OVR_JSON_LIST,     /**< of `item`: an array, or a pointer to one, and the number of elements */
	OVR_JSON_TEXT,     /**< an array of char */
	OVR_JSON_STRING,   /**< a const char *; not read, since the text has no owner, unless is_lasting */
	OVR_JSON_FIXED,    /**< always the text `fixed`; no member */
	OVR_JSON_CONSTANT, /**< always the number `max`; no member */
	OVR_JSON_NAME,     /**< one of `names`: an enumeration, or a bool */
	OVR_JSON_BOOL,     /**< a bool */
	OVR_JSON_COUNT,    /**< a whole number from 0 on, of 16, 32 or 64 bits; null beyond 2^63 */
	OVR_JSON_WHOLE,    /**< a whole number of 64 bits */
	OVR_JSON_EXACT,    /**< 64 bits without a sign: a whole number, beyond 2^63 a text of its digits */
	OVR_JSON_REAL,     /**< a double; null unless it is finite */
	OVR_JSON_AMOUNT,   /**< the same, from 0 on */
	OVR_JSON_RATIO,    /**< the same, a share; null for a share of nothing */
	OVR_JSON_SHARE,    /**< the count at the member by the one at `whole`; a ratio that is not read */
	OVR_JSON_COUNTS,   /**< an object of counts: an array, with an element for each of `names` */
	OVR_JSON_CELLS,    /**< an array of 64 bits each: a list of [place, number], zeros left out */
	OVR_JSON_TUPLE,    /**< `item` of a LIST: an object's values as a list, in the order of its rows */
	OVR_JSON_ID,       /**< a trial's id: 32 bits as "0x0123abcd" */
	OVR_JSON_MAC,      /**< six bytes as "02:00:00:00:00:01" */
	OVR_JSON_PAIRS,    /**< a list of [value, how many of it]; calculated */
	OVR_JSON_SHARES,   /**< a list of [value, share of it]; calculated */
	OVR_JSON_PLAN,     /**< each option of a plan as text; not read */
};

/** When a value is null besides, and what null is read as. */
enum ovr_json_null {
	OVR_JSON_NEVER_NULL,
	OVR_JSON_NULL_IF_ZERO,     /**< 0, a real that is not above 0, "" */
	OVR_JSON_NULL_IF_NEGATIVE, /**< below 0; read as -1 */
	/** UINT64_MAX, what is no finite number (read as NaN), a value that has no name */
	OVR_JSON_NULL_IF_NONE,
	OVR_JSON_NULL_UNLESS, /**< unless the member at `flag` is not zero */
	OVR_JSON_NULL_IF,     /**< if it is not zero */
	OVR_JSON_NULL_IF_SO,  /**< where the function that calculates it says so */
};

/** The names of an enumeration's values from `first` to `n` - 1; of a bool: 0 and 1. */
struct ovr_json_names {
	const char *(*name)(int value); /**< NULL: they stand in `text` */
	int first, n;
	const char *text[6];
};

/** Names from a function that takes the enumeration. @param scope static, or nothing */
#define OVR_JSON_NAMED(scope, names, enumeration, name_of, first_, n_) \
	static const char *names##_name(int value)                     \
	{                                                              \
		return name_of((enum enumeration)value);               \
	}                                                              \
	scope const struct ovr_json_names names = { .name = names##_name, .first = (first_), .n = (n_) }

/** Where a value stands. */
struct ovr_json_at {
	const void *object;  /**< the struct of its table */
	const void *member;  /**< what stands at the row's offset in it */
	const void *context; /**< what was handed to ovr_json_object() with the outermost one */
};

struct ovr_json_table;

/** A key. Members that do not matter to its kind are 0. */
struct ovr_json_row {
	const char *key; /**< NULL: the keys of its `table` stand in the same object */
	enum ovr_json_kind kind;
	size_t offset, size; /**< of the member: OVR_JSON_MEMBER, OVR_JSON_ARRAY, OVR_JSON_VECTOR */
	const char *about;   /**< a phrase for the schema and the page; NULL: the key says it all */
	enum ovr_json_null null;
	/** decides with NULL_UNLESS and NULL_IF; a bool is set by what is read */
	size_t flag, flag_size;
	bool (*is_known)(const struct ovr_json_at *at); /**< decides before all that; NULL: nothing does */
	/**
	 * Calculates the value, new; NULL: no memory. The kind and the rest of the row describe it.
	 * It is read back if there is a member too.
	 */
	json_t *(*value)(const struct ovr_json_at *at);
	bool (*is_there)(const struct ovr_json_at *at); /**< NULL: the key is always there */
	/**
	 * The key was added after documents without it had been written: where it is missing, its
	 * value is unknown, as null is. If it is read into a struct, the row can be null.
	 */
	bool is_added;
	/** with is_there: the member of that size whose value it has while there is no key */
	size_t like;
	const struct ovr_json_table *table; /**< OBJECT; LIST of objects */
	bool is_pointer; /**< OBJECT, PLAN: the member points to it, and it is not read; NULL: null */
	bool is_owned;   /**< OBJECT with is_pointer: it is read, into memory of its own */
	bool is_lasting; /**< STRING: it is read, and the text kept (base/lasting.h) */
	const struct ovr_json_names *names; /**< NAME, COUNTS; LIST of names */
	const char *fixed;                  /**< FIXED */
	size_t whole;                       /**< SHARE */
	bool is_sparse;                     /**< COUNTS: zeros are left out */
	enum ovr_json_kind item;            /**< LIST: what an element is */
	size_t item_size, n_offset, n_size; /**< LIST, if it is kept */
	size_t item_offset;                 /**< LIST: of what is written, in an element */
	/** LIST: whether an element is in it; such a list is not read. NULL: all are */
	bool (*is_listed)(const void *element);
	uint32_t room; /**< LIST: elements of the array; 0: a pointer */
	/** smallest number, length of a text or a list, if it is not 0; and the largest */
	uint32_t min, max;
	bool is_above;     /**< AMOUNT: 0 is no such number */
	uint32_t min_item; /**< LIST of texts: length of the shortest one */
};

/** The keys of an object, in their order. */
struct ovr_json_table {
	const char *name;  /**< in the schema */
	const char *about; /**< a phrase; NULL: the name says it all */
	const struct ovr_json_row *row;
	size_t n_rows;
	size_t size; /**< of the struct */
};

/** A table of the rows in an array. */
#define OVR_JSON_TABLE(name_, type, rows, about_)                                \
	{                                                                        \
		.name = (name_), .about = (about_), .row = (rows),               \
		.n_rows = sizeof(rows) / sizeof((rows)[0]), .size = sizeof(type) \
	}

/** The member of a row. */
#define OVR_JSON_MEMBER(type, member) .offset = offsetof(type, member), .size = sizeof(((type *)NULL)->member)

/** Null unless another member is not zero; null if it is not. */
#define OVR_JSON_BY(type, member)                                     \
	.null = OVR_JSON_NULL_UNLESS, .flag = offsetof(type, member), \
	.flag_size = sizeof(((type *)NULL)->member)
#define OVR_JSON_UNLESS_BY(type, member) \
	.null = OVR_JSON_NULL_IF, .flag = offsetof(type, member), .flag_size = sizeof(((type *)NULL)->member)

/** The member of a LIST, and the number of its elements: an array in the struct, or a pointer. */
#define OVR_JSON_ARRAY(type, member, n)   \
	OVR_JSON_VECTOR(type, member, n), \
		.room = sizeof(((type *)NULL)->member) / sizeof(((type *)NULL)->member[0])
#define OVR_JSON_VECTOR(type, member, n)                                               \
	OVR_JSON_MEMBER(type, member), .item_size = sizeof(((type *)NULL)->member[0]), \
				       .n_offset = offsetof(type, n), .n_size = sizeof(((type *)NULL)->n)

/** @return the name of a value; NULL: it has none */
const char *ovr_json_name_of(const struct ovr_json_names *names, int value);

/** @return the name as JSON; null: the value has none */
json_t *ovr_json_name(const struct ovr_json_names *names, int value);

/** @return a new object; NULL: no memory */
json_t *ovr_json_object(const struct ovr_json_table *table, const void *object, const void *context);

/** @return a new list of such objects, which stand side by side; NULL: no memory */
json_t *ovr_json_list(const struct ovr_json_table *table, const void *first, size_t n, const void *context);

/** @return a new list of texts, @p stride bytes apart; NULL: no memory */
json_t *ovr_json_texts(const char *text, size_t n, size_t stride);

/**
 * Read an object back, as ovr_json_object() made it. Keys without a row are ignored; members
 * without a row become 0. An added key that is missing is read as null.
 * @param[out] ret_object a struct of the table; lists are the caller's, who gives them back with
 * ovr_json_forget(). Untouched on failure
 * @return 0; -EINVAL: a key is missing or of another kind, which the sentence names; -ENOMEM
 */
int ovr_json_read(
	const struct ovr_json_table *table, const json_t *value, void *ret_object, struct ovr_err *err);

/** Free the lists that ovr_json_read() made. */
void ovr_json_forget(const struct ovr_json_table *table, void *object);
