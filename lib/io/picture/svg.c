/* SPDX-License-Identifier: BSD-3-Clause */
#include "picture/svg.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of the band of zero on a logarithmic axis. */
#define DIGIT_WIDTH  7.5 /* at most, of the widest fonts */
#define ZERO_BAND    26.0
#define MARKS        6
#define DECADES_MAX  24
#define GREATEST_MIN 1e-12
#define GREATEST_MAX 1e20

void
ovr_svg_begin(const struct ovr_picture_head *head, int height, FILE *out)
{
	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture\" id=\"%s\" role=\"img\" "
		"aria-labelledby=\"%s-title %s-desc\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n",
		head->id, head->id, head->id, OVR_SVG_WIDTH, height, OVR_SVG_WIDTH, height);
	fprintf(out, "<title id=\"%s-title\">", head->id);
	ovr_picture_escape(out, head->title);
	fprintf(out, "</title><desc id=\"%s-desc\">", head->id);
	ovr_picture_escape(out, head->about);
	fputs("</desc>\n", out);
}

void
ovr_svg_end(FILE *out)
{
	fputs("</svg>\n", out);
}

struct ovr_svg_length
ovr_svg_length(double value)
{
	struct ovr_svg_length length = { "" };
	long tenths = isfinite(value) ? lround(fmax(-1e6, fmin(1e6, value)) * 10.0) : 0;
	unsigned long size = (unsigned long)labs(tenths);
	const char *sign = tenths < 0 ? "-" : "";

	if (size % 10 == 0)
		snprintf(length.text, sizeof(length.text), "%s%lu", sign, size / 10);
	else
		snprintf(length.text, sizeof(length.text), "%s%lu.%lu", sign, size / 10, size % 10);
	return length;
}

void
ovr_svg_label(FILE *out, double x, double y, const char *anchor, const char *style, const char *text)
{
	fprintf(out, "<text x=\"%s\" y=\"%s\"", ovr_svg_length(x).text, ovr_svg_length(y).text);
	if (strcmp(anchor, "start") != 0)
		fprintf(out, " text-anchor=\"%s\"", anchor);
	if (style[0] != '\0')
		fprintf(out, " class=\"%s\"", style);
	fputs(">", out);
	ovr_picture_escape(out, text);
	fputs("</text>\n", out);
}

void
ovr_svg_text(FILE *out, double x, double y, const char *anchor, const char *text)
{
	ovr_svg_label(out, x, y, anchor, "", text);
}

void
ovr_svg_line(FILE *out, const char *style, double x1, double y1, double x2, double y2)
{
	fprintf(out, "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>\n", style,
		ovr_svg_length(x1).text, ovr_svg_length(y1).text, ovr_svg_length(x2).text,
		ovr_svg_length(y2).text);
}

void
ovr_svg_rect(FILE *out, const char *style, double x, double y, double width, double height)
{
	fprintf(out, "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"", style,
		ovr_svg_length(x).text, ovr_svg_length(y).text, ovr_svg_length(width).text,
		ovr_svg_length(height).text);
}

struct ovr_svg_short
ovr_svg_short(const char *text, size_t n)
{
	struct ovr_svg_short cut = { "" };
	size_t at = 0, characters = 0, last = 0;

	while (text[at] != '\0' && characters <= n && at < sizeof(cut.text) - 8) {
		if (characters + 1 == n)
			last = at;
		at++;
		while (((unsigned char)text[at] & 0xc0) == 0x80)
			at++;
		characters++;
	}
	if (text[at] == '\0' && characters <= n)
		snprintf(cut.text, sizeof(cut.text), "%.*s", (int)at, text);
	else
		snprintf(cut.text, sizeof(cut.text), "%.*s…", (int)(last != 0 ? last : at), text);
	return cut;
}

/* A number with at most three decimals, without the zeros at its end. */
static void
print_plain(char *buf, size_t size, double value)
{
	long long thousandths = llround(value * 1000.0);
	long long whole = thousandths / 1000, part = llabs(thousandths % 1000);
	int digits = 3;

	while (digits > 0 && part % 10 == 0) {
		part /= 10;
		digits--;
	}
	if (digits == 0)
		snprintf(buf, size, "%lld", whole);
	else
		snprintf(buf, size, "%lld.%0*lld", whole, digits, part);
}

/* "10 M", "1 µs", "0.001 %": a round number. */
static void
print_mark(char *buf, size_t size, enum ovr_picture_unit unit, double value)
{
	static const char *const si[] = { "", "k", "M", "G", "T", "P", "E" };
	static const char *const times[] = { "ns", "µs", "ms", "s" };
	char number[40];
	int k = 0;

	if (unit == OVR_PICTURE_RATIO) {
		double percent = value * 100.0;

		if (percent >= 0.001 || value <= 0)
			print_plain(number, sizeof(number), percent);
		else
			snprintf(number, sizeof(number), "1e%ld", lround(log10(percent)));
		snprintf(buf, size, "%s %%", number);
		return;
	}
	while (value >= 999.9995 && k < (unit == OVR_PICTURE_NS ? 3 : 6)) {
		value /= 1000.0;
		k++;
	}
	print_plain(number, sizeof(number), value);
	if (unit == OVR_PICTURE_NS)
		snprintf(buf, size, "%s %s", number, times[k]);
	else if (unit == OVR_PICTURE_PPS)
		snprintf(buf, size, "%s %spps", number, si[k]);
	else
		snprintf(buf, size, "%s%s%s", number, k > 0 ? " " : "", si[k]);
}

struct ovr_svg_value
ovr_svg_value(enum ovr_picture_unit unit, double value)
{
	struct ovr_svg_value text = { "-" };

	if (!isfinite(value))
		return text;
	switch (unit) {
	case OVR_PICTURE_COUNT:
		if (value >= 0 && value < 1e18)
			ovr_units_print_count(text.text, sizeof(text.text), (uint64_t)llround(value));
		break;
	case OVR_PICTURE_PPS:
		if (fabs(value) < 1e18)
			ovr_units_print_si(text.text, sizeof(text.text), value, "pps");
		break;
	case OVR_PICTURE_NS:
		if (value >= 0 && value < 1e18)
			ovr_units_print_time(text.text, sizeof(text.text), (uint64_t)llround(value));
		break;
	case OVR_PICTURE_RATIO:
		if (fabs(value) > 1e6)
			break;
		if (value != 0 && fabs(value) < 1e-5)
			snprintf(text.text, sizeof(text.text), "%.2e %%", value * 100.0);
		else
			snprintf(text.text, sizeof(text.text), "%.4f %%", value * 100.0);
		break;
	}
	return text;
}

struct ovr_svg_value
ovr_svg_mark(enum ovr_picture_unit unit, double value)
{
	struct ovr_svg_value text = { "" };

	print_mark(text.text, sizeof(text.text), unit, value);
	return text;
}

struct ovr_svg_value
ovr_svg_count(uint64_t value)
{
	struct ovr_svg_value text = { "" };

	ovr_units_print_count(text.text, sizeof(text.text), value);
	return text;
}

/* Marks of a linear axis in one unit, which fits its greatest value. */
static void
choose_unit(struct ovr_svg_axis *axis)
{
	static const struct {
		double scale;
		const char *unit;
	} times[] = { { 3600e9, "h" }, { 60e9, "min" }, { 1e9, "s" }, { 1e6, "ms" }, { 1e3, "µs" },
		{ 1, "ns" } },
	  counts[] = { { 1e18, "E" }, { 1e15, "P" }, { 1e12, "T" }, { 1e9, "G" }, { 1e6, "M" }, { 1e3, "k" },
		  { 1, "" } };
	bool is_time = axis->of->unit == OVR_PICTURE_NS;
	size_t i = 0;

	if (axis->of->unit == OVR_PICTURE_RATIO) {
		axis->scale = 0.01;
		snprintf(axis->unit, sizeof(axis->unit), "%%");
		return;
	}
	while (is_time ? i < 5 && axis->max < 2 * times[i].scale : i < 6 && axis->max < 2 * counts[i].scale)
		i++;
	axis->scale = is_time ? times[i].scale : counts[i].scale;
	snprintf(axis->unit, sizeof(axis->unit), "%s%s", is_time ? times[i].unit : counts[i].unit,
		axis->of->unit == OVR_PICTURE_PPS ? "pps" : "");
}

struct ovr_svg_axis
ovr_svg_axis(const struct ovr_picture_axis *of, double from, double to, double least, double greatest)
{
	struct ovr_svg_axis axis = { .of = of, .from = from, .to = to, .low = from, .zero = from };

	/* beyond what a unit has a prefix for, and below what a double tells from nothing */
	if (!isfinite(greatest) || greatest < GREATEST_MIN)
		greatest = 1;
	greatest = fmin(greatest, GREATEST_MAX);
	if (!isfinite(least) || least <= 0 || least > greatest)
		least = greatest;
	if (!of->is_log) {
		axis.max = greatest;
		choose_unit(&axis);
		return axis;
	}
	axis.max = pow(10.0, ceil(log10(greatest) - 1e-9));
	axis.min = pow(10.0, floor(log10(least) + 1e-9));
	/* of things counted there is no tenth */
	if (axis.min >= axis.max && of->unit == OVR_PICTURE_COUNT)
		axis.max = axis.min * 10.0;
	if (axis.min >= axis.max)
		axis.min = axis.max / 10.0;
	axis.min = fmax(axis.min, axis.max / pow(10.0, DECADES_MAX));
	axis.low = from + (to > from ? ZERO_BAND : -ZERO_BAND);
	return axis;
}

double
ovr_svg_at(const struct ovr_svg_axis *axis, double value)
{
	double share;

	if (axis->of->is_log && value <= 0)
		return axis->zero;
	share = axis->of->is_log ? log(value / axis->min) / log(axis->max / axis->min) : value / axis->max;
	share = fmax(0.0, fmin(1.0, share));
	return axis->low + (axis->to - axis->low) * share;
}

/* A number of the marks, and how it reads. @return whether there is such a mark */
static bool
mark_at(const struct ovr_svg_axis *axis, unsigned int index, double *ret_value, char *text, size_t size)
{
	double step, decades, power;

	if (axis->of->is_log) {
		decades = round(log10(axis->max / axis->min));
		step = ceil((decades + 1) / MARKS);
		if (index == 0) {
			*ret_value = 0;
			snprintf(text, size, "0");
			return true;
		}
		if ((index - 1) * step > decades + 0.5)
			return false;
		*ret_value = axis->min * pow(10.0, (index - 1) * step);
		print_mark(text, size, axis->of->unit, *ret_value);
		return true;
	}
	step = axis->max / axis->scale / (MARKS - 1);
	power = pow(10.0, floor(log10(step)));
	step = step / power <= 1.0001    ? power
		: step / power <= 2.0001 ? 2 * power
		: step / power <= 5.0001 ? 5 * power
					 : 10 * power;
	/* of things counted there are no halves */
	if (axis->of->unit == OVR_PICTURE_COUNT && axis->scale == 1 && step < 1)
		step = 1;
	*ret_value = index * step * axis->scale;
	print_plain(text, size, index * step);
	return *ret_value <= axis->max * 1.0001;
}

static void
print_axis_label(const struct ovr_svg_axis *axis, char *buf, size_t size)
{
	bool has_unit = !axis->of->is_log && axis->unit[0] != '\0';

	snprintf(buf, size, "%s%s%s%s", axis->of->label, has_unit ? " (" : "", has_unit ? axis->unit : "",
		has_unit ? ")" : "");
}

/* A mark below its line; one near the edge ends there. */
static void
print_mark_below(double x, double y, const char *text, FILE *out)
{
	if (x + DIGIT_WIDTH / 2 * (double)strlen(text) > OVR_SVG_WIDTH)
		ovr_svg_text(out, OVR_SVG_WIDTH, y, "end", text);
	else
		ovr_svg_text(out, x, y, "middle", text);
}

void
ovr_svg_axis_x(const struct ovr_svg_axis *axis, double y, double top, FILE *out)
{
	char text[80];
	double value;

	for (unsigned int i = 0; mark_at(axis, i, &value, text, sizeof(text)); i++) {
		double x = ovr_svg_at(axis, value);

		ovr_svg_line(out, "grid", x, top, x, y + 4);
		print_mark_below(x, y + 17, text, out);
	}
	ovr_svg_line(out, "axis", axis->from, y, axis->to, y);
	if (axis->of->is_log)
		ovr_svg_line(out, "gap", axis->from + ZERO_BAND * 0.45, y, axis->low - ZERO_BAND * 0.25, y);
	print_axis_label(axis, text, sizeof(text));
	ovr_svg_label(out, (axis->from + axis->to) / 2, y + 35, "middle", "label", text);
}

void
ovr_svg_axis_y(const struct ovr_svg_axis *axis, double x, double right, FILE *out)
{
	char text[80];
	double value;

	for (unsigned int i = 0; mark_at(axis, i, &value, text, sizeof(text)); i++) {
		double y = ovr_svg_at(axis, value);

		ovr_svg_line(out, "grid", x - 4, y, right, y);
		ovr_svg_text(out, x - 7, y + 4, "end", text);
	}
	ovr_svg_line(out, "axis", x, axis->from, x, axis->to);
	if (axis->of->is_log)
		ovr_svg_line(out, "gap", x, axis->from - ZERO_BAND * 0.45, x, axis->low + ZERO_BAND * 0.25);
	print_axis_label(axis, text, sizeof(text));
	ovr_svg_label(out, 4, axis->to - 14, "start", "label", text);
}
