/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/ring.h"

#include <errno.h>
#include <string.h>

#include "report/figure.h"

/* The frame sizes that a ring's time is told for. */
#define SMALL_BYTES 64
#define LARGE_BYTES 1518

/* A size, or "-" for a ring that there is not. */
static struct ovr_figure
size_text(uint32_t size, bool is_there)
{
	struct ovr_figure figure = { "-" };

	if (is_there)
		snprintf(figure.text, sizeof(figure.text), "%u", size);
	return figure;
}

/*
 * A row of the table: a ring's maximum, what it has, what it had before `ring set`, what the device
 * asks of it.
 */
static void
print_row(const struct ovr_ring_view *view, const char *name, uint32_t maximum, uint32_t current,
	uint32_t saved, uint32_t min, uint32_t align, FILE *out)
{
	bool is_there = maximum != 0 || current != 0;

	fprintf(out, "  %-9s%9s%10s", name, size_text(maximum, maximum != 0).text,
		size_text(current, is_there).text);
	if (view->is_saved)
		fprintf(out, "%10s", size_text(saved, is_there).text);
	if (min > 1)
		fprintf(out, "   at least %u", min);
	if (align > 1)
		fprintf(out, "   a multiple of %u", align);
	fputc('\n', out);
}

static void
print_table(const struct ovr_ring_view *view, FILE *out)
{
	const struct ovr_ring_sizes *most = &view->maximum, *now = &view->current, *saved = &view->saved;

	fprintf(out, "\n  %-9s%9s%10s%s\n", "ring", "maximum", "current", view->is_saved ? "     saved" : "");
	print_row(view, "RX", most->rx, now->rx, saved->rx, view->rx_min, view->rx_align, out);
	print_row(view, "RX Mini", most->rx_mini, now->rx_mini, saved->rx_mini, 0, 0, out);
	print_row(view, "RX Jumbo", most->rx_jumbo, now->rx_jumbo, saved->rx_jumbo, 0, 0, out);
	print_row(view, "TX", most->tx, now->tx, saved->tx, view->tx_min, view->tx_align, out);
	if (!view->known)
		fprintf(out, "\n  no ring control: the driver tells no ring sizes, and takes none\n");
	if (view->is_saved)
		fprintf(out, "\n  saved: \"overrun ring restore %s\" brings it back\n", view->name);
}

static void
print_time_row(const struct ovr_ring_view *view, const char *what, uint32_t size, uint32_t usable, FILE *out)
{
	fprintf(out, "  %-9s%9u%10s", what, size,
		view->usable_is_verified ? size_text(usable, true).text : "?");
	fprintf(out, "   ");
	/* a time has a µ in it, which is two bytes of one column */
	for (int i = 0; i < 2; i++) {
		struct ovr_figure time = ovr_figure_time(
			ovr_ring_buffer_time_ns(usable, i == 0 ? SMALL_BYTES : LARGE_BYTES, view->line_bps));

		fprintf(out, "%*s", strstr(time.text, "µ") != NULL ? 11 : 10, time.text);
	}
	fputc('\n', out);
}

/* The receive ring's buffer time, or what is missing to say it. */
static void
print_times(const struct ovr_ring_view *view, FILE *out)
{
	char line[OVR_UNITS_TEXT_BYTES];

	if (!view->known)
		return;
	if (view->line_bps == 0) {
		fprintf(out,
			"\n  the buffer time of a receive ring depends on the speed of the line, which %s: "
			"--line 10G\n",
			view->speed == OVR_RING_SPEED_MADE_UP ? "this driver makes up"
							      : "the driver does not tell");
		return;
	}
	ovr_units_print_line_bps(line, sizeof(line), view->line_bps);
	fprintf(out, "\n  buffer time of the receive ring at %s line rate\n", line);
	fprintf(out, "  %-9s%9s%10s   %10s%10s\n", "", "size", "usable", "64 B", "1518 B");
	print_time_row(view, "current", view->current.rx, view->usable, out);
	print_time_row(view, "maximum", view->maximum.rx, view->usable_max, out);
	if (!view->usable_is_verified)
		fprintf(out,
			"  usable: not verified with this driver; the times are those of all descriptors, "
			"the "
			"most there can be\n");
	if (view->n_rxq > 1)
		fprintf(out,
			"  %u queues, each with such a ring: as long for one flow, up to %u times as long "
			"for flows "
			"that RSS spreads evenly\n",
			view->n_rxq, view->n_rxq);
}

int
ovr_report_ring_text(const struct ovr_ring_view *view, FILE *out, struct ovr_err *err)
{
	char line[OVR_UNITS_TEXT_BYTES] = "speed unknown";

	if (view->line_bps != 0)
		ovr_units_print_line_bps(line, sizeof(line), view->line_bps);
	else if (view->speed == OVR_RING_SPEED_MADE_UP)
		ovr_units_print_line_bps(line, sizeof(line), view->stated_bps);
	fprintf(out, "%s   %s   %s%s%s%s\n", view->name,
		view->driver[0] != '\0' ? view->driver : "driver unknown", line,
		view->speed == OVR_RING_SPEED_GIVEN             ? " (--line)"
			: view->speed == OVR_RING_SPEED_MADE_UP ? " (made up)"
								: "",
		view->state[0] != '\0' ? "   " : "", view->state);
	print_table(view, out);
	print_times(view, out);
	return ferror(out) ? ovr_err_set(err, -EIO, "the text cannot be written") : 0;
}

/* A ring's line of a change; nothing for a ring that there is not. */
static void
print_changed(const char *name, uint32_t before, uint32_t asked, uint32_t took, FILE *out)
{
	if (before == 0 && took == 0)
		return;
	fprintf(out, "  %-10s", name);
	if (before == took)
		fprintf(out, "%u", took);
	else
		fprintf(out, "%u → %u", before, took);
	if (asked != took && asked != before)
		fprintf(out, "   asked %u, the driver took %u", asked, took);
	else if (asked != took)
		fprintf(out, "   not asked for: the driver changed it too");
	fputc('\n', out);
}

static void
print_link(const struct ovr_ring_change *change, FILE *out)
{
	uint32_t n = change->carrier_changes;

	fprintf(out, "  %-10s", "link");
	switch (change->link) {
	case OVR_RING_LINK_DOWN:
		fprintf(out, "not waited for: the interface is down");
		break;
	case OVR_RING_LINK_NO_CARRIER:
		fprintf(out, "not waited for: there was no carrier before");
		break;
	case OVR_RING_LINK_NOT_WAITED:
		fprintf(out, "not waited for");
		break;
	case OVR_RING_LINK_UP:
		if (change->counters_known && n == 0)
			fprintf(out, "up");
		else
			fprintf(out, "up again after %s", ovr_figure_time(change->waited_ns).text);
		break;
	case OVR_RING_LINK_LOST:
		fprintf(out, "not back within %s",
			ovr_figure_time(change->timeout_ms * UINT64_C(1000000)).text);
		break;
	}
	if (change->counters_known && n == 0)
		fprintf(out, "; the carrier stayed");
	else if (change->counters_known)
		fprintf(out, "; the carrier flapped %u time%s (%u change%s)", (n + 1) / 2,
			ovr_figure_plural((n + 1) / 2), n, ovr_figure_plural(n));
	fputc('\n', out);
}

static void
print_counters(const struct ovr_ring_change *change, FILE *out)
{
	uint32_t n_listed = change->n_reset < OVR_RING_COUNTERS_TOLD ? change->n_reset
								     : OVR_RING_COUNTERS_TOLD;

	fprintf(out, "  %-10s", "counters");
	if (!change->counters_known) {
		fprintf(out, "could not be compared\n");
		return;
	}
	if (change->n_reset == 0) {
		fprintf(out, "none of %u was reset\n", change->n_counters);
		return;
	}
	fprintf(out, "%u of %u were reset by it: ", change->n_reset, change->n_counters);
	for (uint32_t i = 0; i < n_listed; i++)
		fprintf(out, "%s%s", i == 0 ? "" : ", ", change->reset[i]);
	if (change->n_reset > n_listed)
		fprintf(out, " and %u more", change->n_reset - n_listed);
	fputc('\n', out);
}

int
ovr_report_ring_change_text(
	const struct ovr_ring_change *change, const char *verb, FILE *out, struct ovr_err *err)
{
	const struct ovr_ring_sizes *before = &change->before, *asked = &change->asked, *took = &change->took;

	fprintf(out, "%s   %s   rings %s\n\n", change->name,
		change->driver[0] != '\0' ? change->driver : "driver unknown",
		change->is_change ? verb : "as they were: nothing that was asked differs");
	print_changed("RX", before->rx, asked->rx, took->rx, out);
	print_changed("RX Mini", before->rx_mini, asked->rx_mini, took->rx_mini, out);
	print_changed("RX Jumbo", before->rx_jumbo, asked->rx_jumbo, took->rx_jumbo, out);
	print_changed("TX", before->tx, asked->tx, took->tx, out);
	if (change->is_change) {
		print_link(change, out);
		print_counters(change, out);
	}
	if (change->is_saved && !ovr_ring_sizes_are_equal(&change->saved, took))
		fprintf(out, "  %-10s\"overrun ring restore %s\" brings RX %u, TX %u back\n", "saved",
			change->name, change->saved.rx, change->saved.tx);
	return ferror(out) ? ovr_err_set(err, -EIO, "the text cannot be written") : 0;
}
