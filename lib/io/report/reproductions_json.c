/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/json_put.h"
#include "report/json_rows.h"
#include "report/json_tables.h"
#include "report/reproductions.h"

#define ACCOUNT(member) OVR_JSON_MEMBER(struct ovr_reproduction_account, member)
#define BOOKS(member)   OVR_JSON_MEMBER(struct ovr_reproduction_books, member)
#define PLACE(member)   OVR_JSON_MEMBER(struct ovr_reproduction, member)
#define ALL(member)     OVR_JSON_MEMBER(struct ovr_reproductions, member)

static const struct ovr_json_names outcomes = {
	.n = OVR_REPRODUCTION_OUTCOMES,
	.text = { "cured", "not reproduced", "not cured", "not here" },
};

static const struct ovr_json_row account_rows[] = {
	{ "place", OVR_JSON_TEXT, ACCOUNT(place), .min = 1 },
	{ "end", OVR_JSON_TEXT, ACCOUNT(end), "port, hop or end of a connection; empty for a remainder" },
	{ "counter", OVR_JSON_TEXT, ACCOUNT(counter), "in the kernel's or the driver's words" },
	{ "lost", OVR_JSON_WHOLE, ACCOUNT(lost) },
};

static const struct ovr_json_table account_table = OVR_JSON_TABLE(
	"reproduced_account", struct ovr_reproduction_account, account_rows, NULL);

static const struct ovr_json_row books_rows[] = {
	{ "unit", OVR_JSON_TEXT, BOOKS(unit), "frames, or segments of TCP", .min = 1 },
	{ "sent", OVR_JSON_WHOLE, BOOKS(sent) },
	{ "refused", OVR_JSON_WHOLE, BOOKS(refused), "never sent" },
	{ "lost", OVR_JSON_WHOLE, BOOKS(lost) },
	{ "unexplained", OVR_JSON_WHOLE, BOOKS(unexplained) },
	{ "window_waited_us", OVR_JSON_WHOLE, BOOKS(window_waited_us),
		"µs in which connections waited for a receive window; 0 where there is no TCP" },
	{ "accounts", OVR_JSON_LIST, .about = "those in which something is",
		OVR_JSON_ARRAY(struct ovr_reproduction_books, account, n_accounts), .table = &account_table },
};

static const struct ovr_json_table books_table = OVR_JSON_TABLE(
	"reproduced_books", struct ovr_reproduction_books, books_rows, "The books of a trial, in short");

static const struct ovr_json_row place_rows[] = {
	{ "place", OVR_JSON_STRING, PLACE(place), "as overrun reproduce --list names it", .min = 1 },
	{ "title", OVR_JSON_STRING, PLACE(title), .min = 1 },
	{ "owner", OVR_JSON_STRING, PLACE(owner), "account that is to own the loss; empty: none" },
	{ "outcome", OVR_JSON_NAME, PLACE(outcome), "not here: this host lacks what it needs",
		.names = &outcomes },
	{ "reason", OVR_JSON_TEXT, PLACE(reason), "a sentence; empty where it was cured" },
	{ "remedy", OVR_JSON_STRING, PLACE(remedy), "a sentence" },
	{ "before", OVR_JSON_OBJECT, PLACE(before), "with the cause; null: there was no trial",
		OVR_JSON_BY(struct ovr_reproduction, has_before), .table = &books_table },
	{ "after", OVR_JSON_OBJECT, PLACE(after), "with the remedy; null: there was no trial",
		OVR_JSON_BY(struct ovr_reproduction, has_after), .table = &books_table },
};

static const struct ovr_json_table place_table = OVR_JSON_TABLE(
	"reproduced_place", struct ovr_reproduction, place_rows, "A place where a host loses frames");

static const struct ovr_json_row rows[] = {
	{ "schema", OVR_JSON_FIXED, .fixed = "overrun.reproduce/1" },
	{ "command", OVR_JSON_FIXED, .fixed = "reproduce" },
	{ "kernel", OVR_JSON_TEXT, ALL(kernel) },
	{ "started_utc", OVR_JSON_TEXT, ALL(started_utc), "ISO 8601" },
	{ "cured", OVR_JSON_COUNT, ALL(n_of[OVR_REPRODUCTION_CURED]), "places, reproduced and cured" },
	{ "not_reproduced", OVR_JSON_COUNT, ALL(n_of[OVR_REPRODUCTION_UNSEEN]) },
	{ "not_cured", OVR_JSON_COUNT, ALL(n_of[OVR_REPRODUCTION_UNCURED]) },
	{ "not_here", OVR_JSON_COUNT, ALL(n_of[OVR_REPRODUCTION_CANNOT]) },
	{ "places", OVR_JSON_LIST, .about = "in the order of a frame's way",
		OVR_JSON_VECTOR(struct ovr_reproductions, place, n), .table = &place_table },
};

const struct ovr_json_table ovr_json_reproduce_table = OVR_JSON_TABLE("reproduce", struct ovr_reproductions,
	rows, "What overrun reproduce --json writes: losses with a cause, and with its remedy");

int
ovr_report_reproductions_json(const struct ovr_reproductions *reproductions, FILE *out, struct ovr_err *err)
{
	return ovr_json_dump(
		ovr_json_object(&ovr_json_reproduce_table, reproductions, NULL), JSON_INDENT(2), out, err);
}
