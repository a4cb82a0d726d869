/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/trend.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"

static int
no_memory(struct ovr_err *err)
{
	return ovr_err_set(err, -ENOMEM, "no memory for a trend");
}

/* The value of an option of a result's plan; NULL: it has none. */
static const char *
option_of(const struct ovr_changes *result, const char *name)
{
	for (uint32_t i = 0; i < result->n_properties; i++)
		if (result->property[i].source == OVR_CHANGES_PLAN &&
			strcmp(result->property[i].name, name) == 0)
			return result->property[i].value[0];
	return NULL;
}

static bool
has_plan_of(const struct ovr_changes *one, const struct ovr_changes *other)
{
	for (uint32_t i = 0; i < one->n_properties; i++) {
		const struct ovr_changes_property *property = &one->property[i];
		const char *value;

		if (property->source != OVR_CHANGES_PLAN)
			continue;
		value = option_of(other, property->name);
		if (value == NULL || strcmp(value, property->value[0]) != 0)
			return false;
	}
	return true;
}

static struct ovr_trend_series *
series_of(struct ovr_trend *trend, const struct ovr_changes *result)
{
	struct ovr_trend_series *series;

	for (uint32_t i = 0; i < trend->n_series; i++) {
		const struct ovr_changes *first = &trend->series[i].point[0].result;

		if (strcmp(trend->series[i].command, result->command) == 0 && has_plan_of(first, result) &&
			has_plan_of(result, first))
			return &trend->series[i];
	}
	series = OVR_LIST_ADD(trend->series, trend->n_series, trend->capacity);
	if (series != NULL)
		memcpy(series->command, result->command, sizeof(series->command));
	return series;
}

int
ovr_trend_add(struct ovr_trend *trend, const char *at_utc, const char *file, struct ovr_changes *result,
	struct ovr_err *err)
{
	struct ovr_trend_series *series = series_of(trend, result);
	struct ovr_trend_point *point = series == NULL
		? NULL
		: OVR_LIST_ADD(series->point, series->n_points, series->points_capacity);

	if (point == NULL) {
		ovr_changes_done(result);
		return no_memory(err);
	}
	point->result = *result;
	*result = (struct ovr_changes){ 0 };
	point->is_void = point->result.group[0].n_void != 0;
	snprintf(point->at_utc, sizeof(point->at_utc), "%s", at_utc);
	point->file = strdup(file);
	return point->file == NULL ? no_memory(err) : 0;
}

static int
by_time(const void *one, const void *other)
{
	const struct ovr_trend_point *a = one, *b = other;
	int order = strcmp(a->at_utc, b->at_utc);

	return order != 0 ? order : strcmp(a->file, b->file);
}

static const struct ovr_changes_figure *
figure_in(const struct ovr_trend_point *point, const char *name)
{
	for (uint32_t i = 0; i < point->result.n_figures; i++)
		if (strcmp(point->result.figure[i].name, name) == 0)
			return &point->result.figure[i];
	return NULL;
}

/*
 * The values of a figure from one point on to another, as a figure of its own.
 * @param[out] list what holds the values; the caller frees it
 */
static int
collect(const struct ovr_trend_series *series, const struct ovr_trend_figure *figure, uint32_t from,
	uint32_t middle, uint32_t to, struct ovr_changes *list, struct ovr_err *err)
{
	struct ovr_changes_figure like = {
		.unit = figure->unit, .good = figure->good, .resolution = figure->resolution
	};

	memcpy(like.name, figure->name, sizeof(like.name));
	for (uint32_t i = from; i < to; i++) {
		const struct ovr_changes_figure *found = figure_in(&series->point[i], figure->name);

		for (uint32_t v = 0; found != NULL && v < found->n_values; v++) {
			struct ovr_changes_value value = found->value[v];

			value.group = i >= middle;
			if (ovr_changes_add(list, &like, &value, err) != 0)
				return -ENOMEM;
		}
	}
	return 0;
}

/* What the points before a place and those after it differ by. */
static int
compare_at(const struct ovr_trend *trend, const struct ovr_trend_series *series,
	const struct ovr_trend_figure *figure, uint32_t from, uint32_t middle, uint32_t to,
	struct ovr_trend_change *ret_change, struct ovr_err *err)
{
	struct ovr_changes two = { .level = trend->level,
		.tolerance = trend->tolerance,
		.loss_tolerance = trend->loss_tolerance,
		.n_groups = 2 };
	int status = collect(series, figure, from, middle, to, &two, err);

	*ret_change = (struct ovr_trend_change){ .point = middle, .difference.p = NAN };
	if (status == 0 && two.n_figures != 0) {
		status = ovr_changes_close(&two, err);
		ret_change->before = two.figure[0].side[0];
		ret_change->after = two.figure[0].side[1];
		ret_change->difference = two.figure[0].change[1].difference;
		ret_change->outcome = two.figure[0].change[1].outcome;
		ret_change->is_regression = two.figure[0].change[1].is_regression;
	}
	ovr_changes_done(&two);
	return status;
}

/* Those points that have a value, and what the places of changes are looked for in. */
struct course {
	uint32_t *point;       /* indices, in their order */
	double *value;         /* on a scale on which noise is alike everywhere */
	double *sum, *squares; /* of the values before each, to take those of a part from */
	double *cost;          /* of the best parts of all values before each */
	uint32_t *part;        /* where the last of these parts begins */
	uint32_t n;
};

static void
forget_course(struct course *course)
{
	free(course->point);
	free(course->value);
	free(course->sum);
	free(course->squares);
	free(course->cost);
	free(course->part);
}

static int
make_course(const struct ovr_trend_figure *figure, uint32_t n_points, struct course *course)
{
	size_t room = (size_t)n_points + 1;

	*course = (struct course){ 0 };
	course->point = calloc(room, sizeof(*course->point));
	course->value = calloc(room, sizeof(*course->value));
	course->sum = calloc(room, sizeof(*course->sum));
	course->squares = calloc(room, sizeof(*course->squares));
	course->cost = calloc(room, sizeof(*course->cost));
	course->part = calloc(room, sizeof(*course->part));
	if (course->point == NULL || course->value == NULL || course->sum == NULL ||
		course->squares == NULL || course->cost == NULL || course->part == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < n_points; i++) {
		const struct ovr_changes_side *side = &figure->side[i];
		double value = figure->unit == OVR_CHANGES_RATIO ? sqrt(side->value) : log(side->value);
		uint32_t n = course->n;

		if (side->n == 0 || !isfinite(value))
			continue;
		course->point[n] = i;
		course->value[n] = value;
		course->sum[n + 1] = course->sum[n] + value;
		course->squares[n + 1] = course->squares[n] + value * value;
		course->n++;
	}
	return 0;
}

static int
by_size(const void *one, const void *other)
{
	double a = *(const double *)one, b = *(const double *)other;

	return a < b ? -1 : a > b;
}

/*
 * Variance of the noise: by the median difference of neighbours, which few changes do not move.
 * @param scratch room for n values
 */
static double
noise_of(const struct course *course, double *scratch)
{
	double median;

	for (uint32_t i = 1; i < course->n; i++)
		scratch[i - 1] = fabs(course->value[i] - course->value[i - 1]);
	qsort(scratch, course->n - 1, sizeof(*scratch), by_size);
	median = scratch[(course->n - 1) / 2];
	/* of normal noise, whose differences have twice its variance */
	return median * median / (2 * 0.6745 * 0.6745);
}

/* Squares of a part's values around their mean. */
static double
cost_of(const struct course *course, uint32_t from, uint32_t to)
{
	double sum = course->sum[to] - course->sum[from];

	return fmax(0, course->squares[to] - course->squares[from] - sum * sum / (to - from));
}

/* Cut the course into parts such that squares and a price for each part are least together. */
static void
cut(struct course *course)
{
	double price = 3 * noise_of(course, course->cost) * log(course->n);

	course->cost[0] = -price;
	for (uint32_t to = 1; to <= course->n; to++) {
		course->cost[to] = INFINITY;
		for (uint32_t from = 0; from + OVR_TREND_SIDE_MIN <= to; from++) {
			double cost = course->cost[from] + cost_of(course, from, to) + price;

			if (cost < course->cost[to]) {
				course->cost[to] = cost;
				course->part[to] = from;
			}
		}
	}
}

/* Test every change against its neighbours. @return the one that is shown least */
static int
test_changes(const struct ovr_trend *trend, const struct ovr_trend_series *series,
	struct ovr_trend_figure *figure, uint32_t n_places, uint32_t *ret_least, struct ovr_err *err)
{
	*ret_least = 0;
	for (uint32_t i = 0; i < figure->n_changes; i++) {
		struct ovr_trend_change *change = &figure->change[i];
		uint32_t from = i == 0 ? 0 : figure->change[i - 1].point;
		uint32_t to = i + 1 == figure->n_changes ? series->n_points : figure->change[i + 1].point;

		if (compare_at(trend, series, figure, from, change->point, to, change, err) != 0)
			return -ENOMEM;
		change->p_corrected = isnan(change->difference.p)
			? 1
			: fmin(1, change->difference.p * n_places * series->n_figures);
		if (change->p_corrected > figure->change[*ret_least].p_corrected)
			*ret_least = i;
	}
	return 0;
}

/* Find the changes, in their order; those that are not shown are taken back, one by one. */
static int
find_changes(const struct ovr_trend *trend, const struct ovr_trend_series *series,
	struct ovr_trend_figure *figure, struct ovr_err *err)
{
	struct course course;
	uint32_t least, n_places = 0;
	int status = make_course(figure, series->n_points, &course);

	if (status == 0 && course.n >= 2 * OVR_TREND_SIDE_MIN) {
		n_places = course.n + 1 - 2 * OVR_TREND_SIDE_MIN;
		cut(&course);
		for (uint32_t at = course.part[course.n]; status == 0 && at != 0; at = course.part[at]) {
			struct ovr_trend_change *added = OVR_LIST_ADD(
				figure->change, figure->n_changes, figure->capacity);

			if (added == NULL)
				status = -ENOMEM;
			else
				added->point = course.point[at];
		}
	}
	forget_course(&course);
	if (status != 0)
		return no_memory(err);
	/* from the last one to the first: turn them round */
	for (uint32_t i = 0; i < figure->n_changes / 2; i++) {
		struct ovr_trend_change change = figure->change[i];

		figure->change[i] = figure->change[figure->n_changes - 1 - i];
		figure->change[figure->n_changes - 1 - i] = change;
	}
	while (figure->n_changes != 0) {
		status = test_changes(trend, series, figure, n_places, &least, err);
		if (status != 0 || figure->change[least].p_corrected < 1 - trend->level)
			return status;
		memmove(&figure->change[least], &figure->change[least + 1],
			(--figure->n_changes - least) * sizeof(*figure->change));
	}
	return 0;
}

/* The properties that changed at a place. */
static void
name_properties(const struct ovr_trend_series *series, uint32_t point, char also[OVR_CHANGES_TEXT_BYTES])
{
	const struct ovr_changes *before = &series->point[point - 1].result,
				 *after = &series->point[point].result;
	size_t n = 0;

	also[0] = '\0';
	for (uint32_t i = 0; i < before->n_properties; i++) {
		const struct ovr_changes_property *one = &before->property[i];

		for (uint32_t k = 0; k < after->n_properties && n < OVR_CHANGES_TEXT_BYTES; k++) {
			const struct ovr_changes_property *other = &after->property[k];

			if (one->source == other->source && strcmp(one->name, other->name) == 0 &&
				strcmp(one->value[0], other->value[0]) != 0)
				n += (size_t)snprintf(also + n, OVR_CHANGES_TEXT_BYTES - n,
					"%s%s %s %.60s → %.60s", n == 0 ? "" : ", ",
					ovr_changes_source_name(one->source), one->name, one->value[0],
					other->value[0]);
		}
	}
}

/* Say of each change what it is. */
static void
judge(struct ovr_trend *trend, const struct ovr_trend_series *series, struct ovr_trend_figure *figure)
{
	for (uint32_t i = 0; i < figure->n_changes; i++) {
		struct ovr_trend_change *change = &figure->change[i];

		if (figure->good == OVR_CHANGES_NEITHER)
			change->outcome = OVR_CHANGES_OTHER;
		else
			change->outcome = (change->difference.ratio > 1) ==
					(figure->good == OVR_CHANGES_HIGHER)
				? OVR_CHANGES_BETTER
				: OVR_CHANGES_WORSE;
		change->is_regression &= i + 1 == figure->n_changes;
		name_properties(series, change->point, change->also);
		trend->n_changes++;
		trend->n_regressions += change->is_regression;
	}
}

static struct ovr_trend_figure *
figure_of(struct ovr_trend_series *series, const char *name)
{
	for (uint32_t i = 0; i < series->n_figures; i++)
		if (strcmp(series->figure[i].name, name) == 0)
			return &series->figure[i];
	return NULL;
}

/* Accounts are context; of rare frames a figure needs some. */
static bool
is_followed(const struct ovr_changes_figure *figure)
{
	return !figure->is_account &&
		(figure->unit != OVR_CHANGES_RATIO || figure->side[0].events != 0 ||
			strstr(figure->name, "loss") != NULL);
}

/* Every figure that any point has. */
static int
name_figures(struct ovr_trend_series *series, const struct ovr_trend_point *point, struct ovr_err *err)
{
	for (uint32_t i = 0; i < point->result.n_figures; i++) {
		const struct ovr_changes_figure *found = &point->result.figure[i];
		struct ovr_trend_figure *figure = figure_of(series, found->name);

		if (figure == NULL && is_followed(found)) {
			figure = OVR_LIST_ADD(series->figure, series->n_figures, series->figures_capacity);
			if (figure == NULL)
				return no_memory(err);
			memcpy(figure->name, found->name, sizeof(figure->name));
			figure->unit = found->unit;
			figure->good = found->good;
			figure->side = calloc(series->n_points, sizeof(*figure->side));
			if (figure->side == NULL)
				return no_memory(err);
		}
		if (figure != NULL)
			figure->resolution = fmax(figure->resolution, found->resolution);
	}
	return 0;
}

/* Their values of a point. */
static void
take_values(struct ovr_trend_series *series, uint32_t point)
{
	for (uint32_t i = 0; i < series->n_figures; i++) {
		const struct ovr_changes_figure *found = figure_in(
			&series->point[point], series->figure[i].name);

		if (found != NULL)
			series->figure[i].side[point] = found->side[0];
	}
}

static int
close_series(struct ovr_trend *trend, struct ovr_trend_series *series, struct ovr_err *err)
{
	int status = 0;

	qsort(series->point, series->n_points, sizeof(*series->point), by_time);
	for (uint32_t i = 0; status == 0 && i < series->n_points; i++)
		status = ovr_changes_close(&series->point[i].result, err);
	for (uint32_t i = 0; status == 0 && i < series->n_points; i++)
		status = name_figures(series, &series->point[i], err);
	for (uint32_t i = 0; status == 0 && i < series->n_points; i++)
		take_values(series, i);
	for (uint32_t f = 0; status == 0 && f < series->n_figures; f++) {
		status = find_changes(trend, series, &series->figure[f], err);
		if (status == 0)
			judge(trend, series, &series->figure[f]);
	}
	return status;
}

int
ovr_trend_close(struct ovr_trend *trend, struct ovr_err *err)
{
	int status = 0;

	for (uint32_t i = 0; status == 0 && i < trend->n_series; i++)
		status = close_series(trend, &trend->series[i], err);
	return status;
}

void
ovr_trend_done(struct ovr_trend *trend)
{
	for (uint32_t i = 0; i < trend->n_series; i++) {
		struct ovr_trend_series *series = &trend->series[i];

		for (uint32_t p = 0; p < series->n_points; p++) {
			free(series->point[p].file);
			ovr_changes_done(&series->point[p].result);
		}
		for (uint32_t f = 0; f < series->n_figures; f++) {
			free(series->figure[f].side);
			free(series->figure[f].change);
		}
		free(series->point);
		free(series->figure);
	}
	free(trend->series);
	*trend = (struct ovr_trend){ 0 };
}
