/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/plan.h"

#include <ctype.h>
#include <cyaml/cyaml.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/nearest.h"
#include "plan/command.h"

/* No plan is longer; a file that never ends is not read to its end. */
#define FILE_BYTES_MAX 1048576

/* Where something stands; lines and columns from 1. */
struct place {
	size_t line, column;
};

/*
 * Where things stand in the file. The loader fills strings and judges keys and types, but it does
 * not say where a value stood, and of a refused key it names the place of the value before it; so
 * the parser below it is asked.
 */
struct places {
	bool is_empty; /* no document, or one without content */
	bool is_seen[OVR_PLAN_ROWS_MAX];
	struct place value[OVR_PLAN_ROWS_MAX];
	struct place refused; /* first entry that no plan has; line 0: none */
	char refused_key[64]; /* "": it is another entry, or a key that is too long to be a slip */
};

/* How far the reading of places has come. */
struct reading {
	const char *name;
	struct places *places;
	struct ovr_err *err;
	unsigned int n_documents;
	unsigned int depth; /* of open mappings and sequences */
	bool is_over;       /* the end, or something that the loader refuses */
	bool is_value_next; /* in the outermost mapping */
	size_t row;         /* of the key before; OVR_PLAN_ROWS_MAX: none has it */
};

/* What the loader says first when it refuses. */
struct loader_log {
	char text[OVR_ERR_TEXT_BYTES / 2];
};

static struct place
place_of(const yaml_mark_t *mark)
{
	return (struct place){ mark->line + 1, mark->column + 1 };
}

static int
refuse(const struct reading *reading, const yaml_mark_t *mark, const char *sentence)
{
	struct place place = place_of(mark);

	return ovr_err_set(
		reading->err, -EINVAL, "%s:%zu:%zu: %s", reading->name, place.line, place.column, sentence);
}

static void
note_refused(struct places *places, const yaml_event_t *event)
{
	if (places->refused.line == 0)
		places->refused = place_of(&event->start_mark);
}

/* @return index of a key's row; OVR_PLAN_ROWS_MAX: there is none */
static size_t
row_index(const char *key)
{
	const struct ovr_plan_row *row;

	for (size_t i = 0; i < OVR_PLAN_ROWS_MAX && (row = ovr_plan_row_at(i)) != NULL; i++)
		if (strcmp(row->key, key) == 0)
			return i;
	return OVR_PLAN_ROWS_MAX;
}

/*
 * A scalar, a sequence's or mapping's begin, or an alias, where a key or value of the plan is due.
 */
static int
read_entry(struct reading *reading, const yaml_event_t *event)
{
	struct places *places = reading->places;

	if (reading->is_value_next) {
		if (reading->row < OVR_PLAN_ROWS_MAX)
			places->value[reading->row] = place_of(&event->start_mark);
		if (event->type != YAML_SCALAR_EVENT)
			note_refused(places, event);
	} else {
		if (event->type != YAML_SCALAR_EVENT)
			return refuse(
				reading, &event->start_mark, "found a key with parts, accepted: KEY: VALUE");
		reading->row = row_index((const char *)event->data.scalar.value);
		if (reading->row == OVR_PLAN_ROWS_MAX &&
			event->data.scalar.length < sizeof(places->refused_key))
			strcpy(places->refused_key, (const char *)event->data.scalar.value);
		if (reading->row == OVR_PLAN_ROWS_MAX || places->is_seen[reading->row])
			note_refused(places, event);
		else
			places->is_seen[reading->row] = true;
	}
	reading->is_value_next = !reading->is_value_next;
	return 0;
}

static int
read_event(struct reading *reading, const yaml_event_t *event)
{
	bool is_scalar = event->type == YAML_SCALAR_EVENT;
	bool begins = event->type == YAML_MAPPING_START_EVENT || event->type == YAML_SEQUENCE_START_EVENT;
	bool ends = event->type == YAML_MAPPING_END_EVENT || event->type == YAML_SEQUENCE_END_EVENT;

	if (event->type == YAML_DOCUMENT_START_EVENT && ++reading->n_documents > 1)
		return refuse(
			reading, &event->start_mark, "found a second document, accepted: one plan in a file");
	/*
	 * The loader's strings end at the first zero byte, and would be taken for something
	 * shorter.
	 */
	if (is_scalar && strlen((const char *)event->data.scalar.value) != event->data.scalar.length)
		return refuse(
			reading, &event->start_mark, "found a text with a zero byte, accepted: text without");
	if (ends)
		reading->depth--;
	else if (is_scalar || begins || event->type == YAML_ALIAS_EVENT) {
		if (reading->depth == 0) {
			reading->places->is_empty = is_scalar && event->data.scalar.length == 0;
			if (event->type != YAML_MAPPING_START_EVENT)
				note_refused(reading->places, event);
		} else if (reading->depth == 1 && reading->places->refused.line == 0) {
			int rc = read_entry(reading, event);

			if (rc != 0)
				return rc;
		}
		/*
		 * The loader refuses entries within an entry where they begin. Reading them takes a
		 * time that grows with their square.
		 */
		if (begins && (reading->depth > 0 || event->type == YAML_SEQUENCE_START_EVENT))
			reading->is_over = true;
		if (begins)
			reading->depth++;
	}
	return 0;
}

/* 0; -EINVAL: no YAML, or a form of it that the loader would misread; -ENOMEM. */
static int
find_places(const char *name, const char *text, size_t size, struct places *places, struct ovr_err *err)
{
	struct reading reading = { .name = name, .places = places, .err = err, .row = OVR_PLAN_ROWS_MAX };
	yaml_parser_t parser;
	int rc = 0;

	memset(places, 0, sizeof(*places));
	places->is_empty = true;
	if (yaml_parser_initialize(&parser) == 0)
		return ovr_err_set(err, -ENOMEM, "%s: no memory to read it", name);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
	while (rc == 0 && !reading.is_over) {
		yaml_event_t event;

		if (yaml_parser_parse(&parser, &event) == 0) {
			/*
			 * an open quote or bracket is told where it begins, not where the file ends
			 */
			bool is_open = parser.context != NULL && parser.problem != NULL &&
				strstr(parser.problem, "end of stream") != NULL;
			struct place place = place_of(is_open ? &parser.context_mark : &parser.problem_mark);

			rc = ovr_err_set(err, -EINVAL,
				"%s:%zu:%zu: no YAML: %s, accepted: lines of KEY: VALUE", name, place.line,
				place.column, parser.problem != NULL ? parser.problem : "not readable");
			break;
		}
		reading.is_over = event.type == YAML_STREAM_END_EVENT;
		rc = read_event(&reading, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return rc;
}

/* Called by the loader for each line of its log. */
static void
keep_first_line(cyaml_log_t level, void *context, const char *format, va_list args)
{
	struct loader_log *log = context;
	char line[sizeof(log->text)];
	const char *text = line;

	(void)level;
	if (log->text[0] != '\0')
		return;
	vsnprintf(line, sizeof(line), format, args);
	line[strcspn(line, "\n")] = '\0';
	if (strncmp(text, "Load: ", 6) == 0)
		text += 6;
	/* A list of where the loader was; find_places() knows better. */
	if (strncmp(text, "Backtrace", 9) == 0 || text[0] == ' ')
		return;
	memmove(log->text, text, strlen(text) + 1);
	log->text[0] = (char)tolower((unsigned char)log->text[0]);
}

static const char *
accepted_instead(cyaml_err_t code)
{
	switch (code) {
	case CYAML_ERR_INVALID_KEY:
		return "the names of the options that say what to do";
	case CYAML_ERR_UNEXPECTED_EVENT:
		return "every key once";
	default:
		return "lines of KEY: VALUE, each with one plain value";
	}
}

/*
 * 0; -EINVAL: the loader refuses.
 * @param[out] ret_strings one per row, NULL where the file has none
 */
static int
load_strings(const char *name, const char *text, size_t size, const struct places *places,
	struct ovr_nearest *nearest, const cyaml_config_t *config, const cyaml_schema_value_t *schema,
	char ***ret_strings, struct ovr_err *err)
{
	char question[OVR_NEAREST_QUESTION_BYTES] = ",";
	struct loader_log *log = config->log_ctx;
	cyaml_err_t code = cyaml_load_data(
		(const uint8_t *)text, size, config, schema, (void **)ret_strings, NULL);

	if (code == CYAML_OK)
		return 0;
	if (code == CYAML_ERR_OOM)
		return ovr_err_set(err, -ENOMEM, "%s: no memory to read it", name);
	if (code == CYAML_ERR_INVALID_KEY)
		ovr_nearest_ask(nearest, question);
	ovr_err_set(err, -EINVAL, "%.160s%s accepted: %s",
		log->text[0] != '\0' ? log->text : cyaml_strerror(code), question, accepted_instead(code));
	if (places->refused.line != 0)
		ovr_err_prefix(err, "%s:%zu:%zu", name, places->refused.line, places->refused.column);
	else
		ovr_err_prefix(err, "%s", name);
	return -EINVAL;
}

/*
 * A plan that another command printed has that command's rows: where they are at their default,
 * they ask for nothing.
 */
static bool
asks_nothing(const struct ovr_plan *plan, const struct ovr_plan_row *row, const char *text)
{
	return !ovr_plan_has(plan->command, row) && strcmp(text, row->fallback) == 0;
}

/* A row of other commands, with a value that asks for something: the file is one of theirs. */
static int
refuse_of_others(const struct ovr_plan *plan, const struct ovr_plan_row *row, const char *text,
	const char *name, struct ovr_err *err)
{
	char accepted[OVR_ERR_TEXT_BYTES / 2] = "";
	size_t n = 0;

	for (unsigned int command = 0; command < OVR_PLAN_HALF && n < sizeof(accepted); command++) {
		const struct ovr_plan_spec *spec = ovr_plan_spec_of((enum ovr_plan_command)command);

		if (ovr_plan_has((enum ovr_plan_command)command, row))
			n += (size_t)snprintf(accepted + n, sizeof(accepted) - n,
				"%s\"overrun %s%s --plan %s\"", n > 0 ? " or " : "", spec->name,
				spec->takes_port ? " PORT" : "", name);
	}
	return ovr_err_set(err, -ENOENT, "%s: found %.80s for %s, accepted: %s", row->key, text,
		ovr_plan_spec_of(plan->command)->noun,
		n > 0 ? accepted : "none, since it is told to a half of a trial by its caller");
}

/* Set what the file has. */
static int
set_values(const char *name, const struct places *places, char *const *strings, struct ovr_plan *plan,
	struct ovr_err *err)
{
	const struct ovr_plan_row *row;

	for (size_t i = 0; (row = ovr_plan_row_at(i)) != NULL; i++) {
		int rc = 0;

		if (strings[i] == NULL || asks_nothing(plan, row, strings[i]))
			continue;
		rc = ovr_plan_has(plan->command, row) ? ovr_plan_set_row(plan, row, strings[i], err)
						      : refuse_of_others(plan, row, strings[i], name, err);
		if (rc != 0) {
			ovr_err_prefix(
				err, "%s:%zu:%zu", name, places->value[i].line, places->value[i].column);
			return rc;
		}
	}
	return 0;
}

/*
 * The schema's fields: every row an optional text.
 * @return how many; 0: more than there is room for
 */
static size_t
make_fields(cyaml_schema_field_t *fields)
{
	const struct ovr_plan_row *row;
	size_t n = 0;

	for (; (row = ovr_plan_row_at(n)) != NULL; n++) {
		if (n == OVR_PLAN_ROWS_MAX)
			return 0;
		fields[n] = (cyaml_schema_field_t){
			.key = row->key,
			.data_offset = (uint32_t)(n * sizeof(char *)),
			.value = { .type = CYAML_STRING,
				.flags = CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
				.data_size = sizeof(char),
				.string = { .min = 0, .max = UINT32_MAX } },
		};
	}
	fields[n].key = NULL;
	return n;
}

int
ovr_plan_load_text(
	struct ovr_plan *plan, const char *name, const char *text, size_t size, struct ovr_err *err)
{
	cyaml_schema_field_t fields[OVR_PLAN_ROWS_MAX + 1];
	size_t n_fields = make_fields(fields);
	cyaml_schema_value_t schema = {
		.type = CYAML_MAPPING,
		.flags = CYAML_FLAG_POINTER,
		.data_size = (uint32_t)(n_fields * sizeof(char *)),
		.mapping = { .fields = fields },
	};
	struct loader_log log = { "" };
	cyaml_config_t config = {
		.log_fn = keep_first_line,
		.log_ctx = &log,
		.log_level = CYAML_LOG_ERROR,
		.mem_fn = cyaml_mem,
		.flags = CYAML_CFG_NO_ALIAS,
	};
	struct ovr_plan loaded = *plan;
	struct places places;
	struct ovr_nearest nearest;
	char **strings = NULL;
	int rc;

	if (n_fields == 0)
		return ovr_err_set(err, -E2BIG, "%s: a plan has more keys than can be loaded", name);
	rc = find_places(name, text, size, &places, err);
	if (rc != 0 || places.is_empty)
		return rc;
	nearest = ovr_nearest_to(places.refused_key);
	ovr_plan_offer_keys(plan->command, &nearest);
	rc = load_strings(name, text, size, &places, &nearest, &config, &schema, &strings, err);
	if (rc == 0)
		rc = set_values(name, &places, strings, &loaded, err);
	cyaml_free(&config, &schema, strings, 0);
	if (rc == 0)
		*plan = loaded;
	return rc;
}

int
ovr_plan_load(struct ovr_plan *plan, const char *path, struct ovr_err *err)
{
	FILE *file = fopen(path, "rb");
	char *text = NULL;
	size_t size = 0;
	int rc = 0;

	if (file == NULL)
		return ovr_err_set(
			err, -errno, "plan \"%s\": %s, accepted: a YAML file", path, strerror(errno));
	text = malloc(FILE_BYTES_MAX + 1);
	if (text == NULL) {
		rc = ovr_err_set(err, -ENOMEM, "plan \"%s\": no memory to read it", path);
		goto out;
	}
	size = fread(text, 1, FILE_BYTES_MAX + 1, file);
	if (ferror(file) != 0) {
		rc = ovr_err_set(err, -EIO, "plan \"%s\": %s, accepted: a YAML file", path, strerror(errno));
		goto out;
	}
	if (size > FILE_BYTES_MAX) {
		rc = ovr_err_set(err, -EFBIG,
			"plan \"%s\": found more than %d bytes, accepted: at most these", path,
			FILE_BYTES_MAX);
		goto out;
	}
	rc = ovr_plan_load_text(plan, path, text, size, err);
out:
	free(text);
	fclose(file);
	return rc;
}
