/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/changes.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/units.h"

const char *
ovr_changes_group_name(uint32_t group)
{
	static const char names[OVR_CHANGES_GROUPS_MAX][2] = { "A", "B", "C", "D", "E", "F", "G", "H", "I",
		"J", "K", "L", "M", "N", "O", "P" };

	return names[group];
}

const char *
ovr_changes_unit_name(enum ovr_changes_unit unit)
{
	static const char *const names[OVR_CHANGES_UNITS] = { "pps", "bps", "ns", "frames", "ratio" };

	return names[unit];
}

const char *
ovr_changes_outcome_name(enum ovr_changes_outcome outcome)
{
	static const char *const names[OVR_CHANGES_OUTCOMES] = { "untested", "not shown", "better", "worse",
		"changed" };

	return names[outcome];
}

const char *
ovr_changes_source_name(enum ovr_changes_source source)
{
	static const char *const names[OVR_CHANGES_SOURCES] = { "plan", "environment", "ring", "port" };

	return names[source];
}

static int
no_memory(struct ovr_err *err)
{
	return ovr_err_set(err, -ENOMEM, "no memory for a comparison");
}

struct ovr_changes_figure *
ovr_changes_figure_of(struct ovr_changes *changes, const struct ovr_changes_figure *like)
{
	struct ovr_changes_figure *figure;

	for (uint32_t i = 0; i < changes->n_figures; i++)
		if (strcmp(changes->figure[i].name, like->name) == 0)
			return &changes->figure[i];
	figure = OVR_LIST_ADD(changes->figure, changes->n_figures, changes->figures_capacity);
	if (figure == NULL)
		return NULL;
	*figure = *like;
	figure->value = NULL;
	figure->n_values = figure->capacity = 0;
	return figure;
}

int
ovr_changes_add(struct ovr_changes *changes, const struct ovr_changes_figure *like,
	const struct ovr_changes_value *value, struct ovr_err *err)
{
	struct ovr_changes_figure *figure = ovr_changes_figure_of(changes, like);
	struct ovr_changes_value *added = figure == NULL
		? NULL
		: OVR_LIST_ADD(figure->value, figure->n_values, figure->capacity);

	if (added == NULL)
		return no_memory(err);
	*added = *value;
	figure->resolution = fmax(figure->resolution, like->resolution);
	return 0;
}

/* Whether a list has a value: "a, b" has a. */
static bool
lists(const char *list, const char *value)
{
	size_t n = strlen(value);

	for (const char *at = strstr(list, value); n > 0 && at != NULL; at = strstr(at + 1, value))
		if ((at == list || strncmp(at - 2, ", ", 2) == 0) &&
			(at[n] == '\0' || strncmp(at + n, ", ", 2) == 0))
			return true;
	return strcmp(list, value) == 0;
}

/* Add a value to those of a group, once. */
static int
add_value(char **list, const char *value)
{
	char *longer;
	size_t n;

	if (*list != NULL && lists(*list, value))
		return 0;
	n = (*list == NULL ? 0 : strlen(*list) + 2) + strlen(value) + 1;
	longer = malloc(n);
	if (longer == NULL)
		return -ENOMEM;
	snprintf(longer, n, "%s%s%s", *list == NULL ? "" : *list, *list == NULL ? "" : ", ", value);
	free(*list);
	*list = longer;
	return 0;
}

int
ovr_changes_note(struct ovr_changes *changes, uint32_t group, enum ovr_changes_source source,
	const char *name, const char *value, struct ovr_err *err)
{
	struct ovr_changes_property *property = NULL;

	for (uint32_t i = 0; i < changes->n_properties && property == NULL; i++)
		if (changes->property[i].source == source && strcmp(changes->property[i].name, name) == 0)
			property = &changes->property[i];
	if (property == NULL) {
		property = OVR_LIST_ADD(
			changes->property, changes->n_properties, changes->properties_capacity);
		if (property == NULL)
			return no_memory(err);
		property->source = source;
		snprintf(property->name, sizeof(property->name), "%s", name);
	}
	return add_value(&property->value[group], value) != 0 ? no_memory(err) : 0;
}

/* The counts of a figure in a group. */
static struct ovr_method_counts
counts_of(const struct ovr_changes_figure *figure, uint32_t group)
{
	struct ovr_method_counts counts = { 0 };
	double ratio;

	for (uint32_t i = 0; i < figure->n_values; i++) {
		const struct ovr_changes_value *value = &figure->value[i];

		if (value->group != group)
			continue;
		counts.n_trials++;
		counts.events += (double)value->events;
		counts.of += (double)value->of;
		counts.squares += value->squares;
	}
	ratio = counts.of > 0 ? counts.events / counts.of : 0;
	for (uint32_t i = 0; i < figure->n_values && ratio > 0; i++) {
		const struct ovr_changes_value *value = &figure->value[i];
		double expected = ratio * (double)value->of;

		if (value->group == group && expected > 0)
			counts.chi_square += pow((double)value->events - expected, 2) / expected;
	}
	return counts;
}

static struct ovr_changes_side
side_of(const struct ovr_changes_figure *figure, uint32_t group)
{
	struct ovr_changes_side side = { 0 };
	double sum = 0, squares = 0;

	for (uint32_t i = 0; i < figure->n_values; i++) {
		const struct ovr_changes_value *value = &figure->value[i];

		if (value->group != group)
			continue;
		side.n++;
		side.events += value->events;
		side.of += value->of;
		sum += value->amount;
	}
	side.spread = NAN;
	if (figure->unit == OVR_CHANGES_RATIO) {
		side.value = side.of > 0 ? (double)side.events / (double)side.of : NAN;
		return side;
	}
	side.value = side.n > 0 ? sum / side.n : NAN;
	for (uint32_t i = 0; i < figure->n_values; i++)
		if (figure->value[i].group == group)
			squares += pow(figure->value[i].amount - side.value, 2);
	if (side.n > 1 && side.value > 0)
		side.spread = sqrt(squares / (side.n - 1)) / side.value;
	return side;
}

static struct ovr_method_difference
difference_of(const struct ovr_changes_figure *figure, uint32_t group, double level, double *amount)
{
	uint32_t n_base = 0, n = 0;

	if (figure->unit == OVR_CHANGES_RATIO) {
		struct ovr_method_counts base = counts_of(figure, 0), other = counts_of(figure, group);

		return ovr_method_difference_of_counts(&base, &other, level);
	}
	/* the base's from the front, the group's from the back */
	for (uint32_t i = 0; i < figure->n_values; i++) {
		if (figure->value[i].group == 0)
			amount[n_base++] = figure->value[i].amount;
		else if (figure->value[i].group == group)
			amount[figure->n_values - ++n] = figure->value[i].amount;
	}
	return ovr_method_difference_of_amounts(
		amount, n_base, amount + figure->n_values - n, n, figure->resolution, level);
}

static enum ovr_changes_outcome
outcome_of(const struct ovr_changes_figure *figure, const struct ovr_changes_change *change, double level)
{
	bool is_higher = change->difference.ratio > 1;

	if (isnan(change->p_corrected))
		return OVR_CHANGES_UNTESTED;
	if (!(change->p_corrected < 1 - level))
		return OVR_CHANGES_NOT_SHOWN;
	if (figure->good == OVR_CHANGES_NEITHER)
		return OVR_CHANGES_OTHER;
	return is_higher == (figure->good == OVR_CHANGES_HIGHER) ? OVR_CHANGES_BETTER : OVR_CHANGES_WORSE;
}

/* Whether a change for the worse is larger than what is tolerated. */
static bool
is_beyond(const struct ovr_changes *changes, const struct ovr_changes_figure *figure, uint32_t group)
{
	if (figure->unit == OVR_CHANGES_RATIO)
		return figure->side[group].value > figure->side[0].value + changes->loss_tolerance;
	return fabs(figure->change[group].difference.ratio - 1) > changes->tolerance;
}

/* The chances of every figure of every group, corrected together. */
static int
test_all(struct ovr_changes *changes, struct ovr_err *err)
{
	uint32_t n = changes->n_figures * changes->n_groups, n_values = 0;
	double *p, *amount;

	for (uint32_t i = 0; i < changes->n_figures; i++)
		if (changes->figure[i].n_values > n_values)
			n_values = changes->figure[i].n_values;
	p = calloc((size_t)n + 1, sizeof(*p));
	amount = calloc((size_t)n_values + 1, sizeof(*amount));
	if (p == NULL || amount == NULL) {
		free(p);
		free(amount);
		return no_memory(err);
	}
	for (uint32_t i = 0; i < n; i++) {
		struct ovr_changes_figure *figure = &changes->figure[i / changes->n_groups];
		uint32_t group = i % changes->n_groups;

		figure->side[group] = side_of(figure, group);
		figure->change[group].difference = difference_of(figure, group, changes->level, amount);
		p[i] = group == 0 || figure->is_account ? NAN : figure->change[group].difference.p;
		changes->n_tests += !isnan(p[i]);
	}
	ovr_method_holm(p, n);
	for (uint32_t i = 0; i < n; i++) {
		struct ovr_changes_figure *figure = &changes->figure[i / changes->n_groups];
		uint32_t group = i % changes->n_groups;
		struct ovr_changes_change *change = &figure->change[group];

		change->p_corrected = p[i];
		change->outcome = outcome_of(figure, change, changes->level);
		change->is_regression = change->outcome == OVR_CHANGES_WORSE &&
			is_beyond(changes, figure, group);
		changes->n_shown += change->outcome > OVR_CHANGES_NOT_SHOWN;
		changes->n_regressions += change->is_regression;
	}
	free(p);
	free(amount);
	return 0;
}

static bool
is_same(const char *one, const char *other)
{
	return one == NULL || other == NULL ? one == other : strcmp(one, other) == 0;
}

/* Whether the documents of a group say anything of a source. Older ones have no ports. */
static bool
says(const struct ovr_changes *changes, uint32_t group, enum ovr_changes_source source)
{
	for (uint32_t i = 0; i < changes->n_properties; i++)
		if (changes->property[i].source == source && changes->property[i].value[group] != NULL)
			return true;
	return false;
}

bool
ovr_changes_differs(
	const struct ovr_changes *changes, const struct ovr_changes_property *property, uint32_t group)
{
	return !is_same(property->value[0], property->value[group]) && says(changes, 0, property->source) &&
		says(changes, group, property->source);
}

static void
find_differences(struct ovr_changes *changes)
{
	for (uint32_t i = 0; i < changes->n_properties; i++)
		for (uint32_t group = 1; group < changes->n_groups; group++)
			if (ovr_changes_differs(changes, &changes->property[i], group))
				changes->property[i].differs = true;
}

static int __attribute__((format(printf, 4, 5)))
say(struct ovr_changes *changes, uint32_t group, struct ovr_err *err, const char *format, ...)
{
	struct ovr_changes_finding *finding = OVR_LIST_ADD(
		changes->finding, changes->n_findings, changes->findings_capacity);
	va_list args;

	if (finding == NULL)
		return no_memory(err);
	finding->group = group;
	va_start(args, format);
	vsnprintf(finding->text, sizeof(finding->text), format, args);
	va_end(args);
	return 0;
}

static const struct ovr_changes_figure *
named(const struct ovr_changes *changes, const char *name)
{
	for (uint32_t i = 0; i < changes->n_figures; i++)
		if (strcmp(changes->figure[i].name, name) == 0)
			return &changes->figure[i];
	return NULL;
}

/* What a property says of the receive ring, and which one is smaller: each a single number. */
static bool
ring_sizes(const struct ovr_changes_property *property, uint32_t group, unsigned long *ret_base,
	unsigned long *ret_other)
{
	char *end;

	if (strcmp(property->name, "rxd") != 0 || property->value[0] == NULL ||
		property->value[group] == NULL)
		return false;
	*ret_base = strtoul(property->value[0], &end, 10);
	if (*end != '\0')
		return false;
	*ret_other = strtoul(property->value[group], &end, 10);
	return *end == '\0' && *ret_base != *ret_other;
}

/*
 * A loss that changed together with the receive ring. The ring is the cause as far as the account
 * of ring overruns has the change, and nothing else differs.
 */
static int
explain_by_ring(struct ovr_changes *changes, uint32_t group, const struct ovr_changes_property *ring,
	uint32_t n_others, struct ovr_err *err)
{
	const struct ovr_changes_figure *loss = named(changes, "loss"), *account = named(changes, "rx.ring");
	unsigned long base, other;
	double change, moved;
	bool is_more, is_smaller;
	char percent[32];

	if (loss == NULL || account == NULL || loss->change[group].outcome <= OVR_CHANGES_NOT_SHOWN ||
		!ring_sizes(ring, group, &base, &other))
		return 0;
	is_smaller = other < base;
	is_more = loss->change[group].outcome == OVR_CHANGES_WORSE;
	change = loss->side[group].value - loss->side[0].value;
	moved = account->side[group].value - account->side[0].value;
	snprintf(percent, sizeof(percent), "%.1f %%", 100 * moved / change);
	if (is_smaller != is_more || !(moved / change > 0.5))
		return say(changes, group, err,
			"loss is not explained by the receive ring (%lu → %lu descriptors): the account "
			"rx.ring has "
			"%s of the change",
			base, other, percent);
	if (n_others == 0)
		return say(changes, group, err,
			"%s loss is an effect of the %s receive ring (%lu → %lu descriptors): the account "
			"rx.ring has "
			"%s of the change, and no other difference was found%s",
			is_more ? "more" : "less", is_smaller ? "smaller" : "larger", base, other, percent,
			says(changes, 0, OVR_CHANGES_PORT) == says(changes, group, OVR_CHANGES_PORT)
				? ""
				: ", but the drivers of one of both are not known");
	return say(changes, group, err,
		"%s loss fits the %s receive ring (%lu → %lu descriptors): the account rx.ring has %s of the "
		"change; but %u other difference%s may be its cause too",
		is_more ? "more" : "less", is_smaller ? "smaller" : "larger", base, other, percent, n_others,
		n_others == 1 ? "" : "s");
}

/* Whether the property says again what the ring's does: the plan's rxd, or a pool sized by it. */
static bool
is_of_ring(const struct ovr_changes_property *property)
{
	return property->source == OVR_CHANGES_RING ||
		(property->source == OVR_CHANGES_PLAN &&
			(strcmp(property->name, "rxd") == 0 || strcmp(property->name, "mbufs") == 0));
}

static int
explain(struct ovr_changes *changes, uint32_t group, struct ovr_err *err)
{
	const struct ovr_changes_property *ring = NULL, *asked = NULL;
	uint32_t n_others = 0;

	for (uint32_t i = 0; i < changes->n_properties; i++) {
		const struct ovr_changes_property *property = &changes->property[i];

		if (!ovr_changes_differs(changes, property, group))
			continue;
		n_others += !is_of_ring(property);
		if (strcmp(property->name, "rxd") == 0 && property->source == OVR_CHANGES_RING)
			ring = property;
		else if (strcmp(property->name, "rxd") == 0)
			asked = property;
	}
	if (ring == NULL)
		ring = asked;
	return ring == NULL ? 0 : explain_by_ring(changes, group, ring, n_others, err);
}

int
ovr_changes_close(struct ovr_changes *changes, struct ovr_err *err)
{
	int status = test_all(changes, err);

	find_differences(changes);
	for (uint32_t group = 1; status == 0 && group < changes->n_groups; group++)
		status = explain(changes, group, err);
	return status;
}

void
ovr_changes_done(struct ovr_changes *changes)
{
	for (uint32_t i = 0; i < changes->n_figures; i++)
		free(changes->figure[i].value);
	for (uint32_t i = 0; i < changes->n_properties; i++)
		for (uint32_t group = 0; group < OVR_CHANGES_GROUPS_MAX; group++)
			free(changes->property[i].value[group]);
	for (uint32_t group = 0; group < OVR_CHANGES_GROUPS_MAX; group++) {
		for (uint32_t i = 0; i < changes->group[group].n_files; i++)
			free(changes->group[group].file[i]);
		free(changes->group[group].file);
	}
	free(changes->figure);
	free(changes->property);
	free(changes->finding);
	*changes = (struct ovr_changes){ 0 };
}
