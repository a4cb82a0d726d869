/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/watch.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "report/figure.h"

/*
 * Columns of the table. The first two and the numbers stand where sar has them, with room for names
 * of 15 characters.
 */
#define WHEN_COLUMNS   11
#define IFACE_COLUMNS  15
#define FRAMES_COLUMNS (WHEN_COLUMNS + 1 + IFACE_COLUMNS)

#define KB 1024

static int
written(FILE *out, struct ovr_err *err)
{
	return ferror(out) ? ovr_err_set(err, -EIO, "the table cannot be written: %s", strerror(errno)) : 0;
}

static const char *
label_of(const struct ovr_report_watched *watched)
{
	return watched->label != NULL ? watched->label : watched->facts->name;
}

int
ovr_report_watch_begin(
	const struct ovr_report_watched *watched, uint32_t n_watched, FILE *out, struct ovr_err *err)
{
	for (uint32_t i = 0; i < n_watched; i++) {
		const struct ovr_nic_facts *facts = watched[i].facts;
		bool is_known = ovr_nic_driver_is_known(facts->driver);
		char line[OVR_UNITS_TEXT_BYTES];

		fprintf(out, "%s   %s", label_of(&watched[i]),
			facts->driver[0] == '\0' ? "driver unknown" : facts->driver);
		if (facts->speed_mbps == 0)
			fprintf(out, "   speed unknown");
		else
			fprintf(out, "   %s%s%s%s",
				ovr_units_print_line_bps(
					line, sizeof(line), facts->speed_mbps * UINT64_C(1000000)),
				ovr_nic_driver_makes_speed_up(facts->driver) ? " (made up)" : "",
				facts->duplex[0] == '\0' ? "" : " ", facts->duplex);
		fprintf(out, "   queues rx %u tx %u", facts->n_rxq, facts->n_txq);
		if (facts->rings.known)
			fprintf(out, "   rings rx %u tx %u", facts->rings.rx, facts->rings.tx);
		fprintf(out, "%s%s\n", facts->is_up ? (facts->has_carrier ? "" : "   no carrier") : "   down",
			is_known ? "" : "   its counters by their standard names");
	}
	fputc('\n', out);
	return written(out, err);
}

int
ovr_report_watch_headings(const char *when, FILE *out, struct ovr_err *err)
{
	fprintf(out, "%-*s %*s %11s %11s %11s %11s %8s %8s\n", WHEN_COLUMNS, when, IFACE_COLUMNS, "IFACE",
		"rxpck/s", "txpck/s", "rxkB/s", "txkB/s", "%ifutil", "%line");
	fprintf(out, "%*s   %-11s %-15s %s\n", FRAMES_COLUMNS, "frames", "account", "trust", "counter");
	return written(out, err);
}

/* Room for the text of a number. */
struct cell {
	char text[32];
};

static struct cell
rate(const struct ovr_nic_change *change, uint64_t per, uint64_t ns)
{
	struct cell cell = { "-" };

	if (!change->was_reset && ns != 0)
		snprintf(cell.text, sizeof(cell.text), "%.2f",
			ovr_figure_rate(change->added, ns) / (double)per);
	return cell;
}

static struct cell
percent(double value)
{
	struct cell cell = { "-" };

	if (value >= 0)
		snprintf(cell.text, sizeof(cell.text), "%.2f", value);
	return cell;
}

static void
print_moved(const struct ovr_nic_moved *moved, bool is_bold, FILE *out)
{
	char account[32] = "-", frames[OVR_UNITS_TEXT_BYTES + 2];
	const char *place = moved->meaning.place < OVR_PLACE_COUNT
		? ovr_ledger_place_name(moved->meaning.place)
		: "";

	if (moved->meaning.kind == OVR_NIC_KIND_LOSS)
		snprintf(account, sizeof(account), "%s", place);
	else if (moved->meaning.kind == OVR_NIC_KIND_ALIAS)
		snprintf(account, sizeof(account), "(%s)", place);
	/* where it was reset, what it shows is the least that came since */
	snprintf(frames, sizeof(frames), "%s%s", moved->change.was_reset ? ">=" : "",
		ovr_figure_count(moved->change.added).text);
	fprintf(out, "%s%*s   %-11s %-15s %s", is_bold ? OVR_REPORT_BOLD_ON : "", FRAMES_COLUMNS, frames,
		account, ovr_nic_trust_name(moved->meaning.trust), moved->counter.name);
	if (moved->counter.queue >= 0)
		fprintf(out, " (%s, queue %" PRId32 ")", ovr_nic_source_name(moved->counter.source),
			moved->counter.queue);
	else
		fprintf(out, " (%s)", ovr_nic_source_name(moved->counter.source));
	if (moved->meaning.kind == OVR_NIC_KIND_ALIAS)
		fprintf(out, " alias");
	if (moved->meaning.remark[0] != '\0')
		fprintf(out, ": %s", moved->meaning.remark);
	fprintf(out, "%s%s\n", moved->change.was_reset ? "; reset" : "", is_bold ? OVR_REPORT_BOLD_OFF : "");
}

static void
print_row(const char *when, const struct ovr_report_watched *watched, bool is_terminal, FILE *out)
{
	const struct ovr_nic_interval *interval = watched->interval;
	uint64_t ns = interval->ns;

	fprintf(out, "%-*s %*s %11s %11s %11s %11s %8s %8s\n", WHEN_COLUMNS, when, IFACE_COLUMNS,
		label_of(watched), rate(&interval->rx_packets, 1, ns).text,
		rate(&interval->tx_packets, 1, ns).text, rate(&interval->rx_bytes, KB, ns).text,
		rate(&interval->tx_bytes, KB, ns).text,
		percent(ovr_nic_interval_load_percent(interval, watched->facts, 0)).text,
		percent(ovr_nic_interval_load_percent(interval, watched->facts, OVR_NIC_LINE_BYTES)).text);
	for (uint32_t i = 0; i < interval->n; i++)
		print_moved(&interval->moved[i],
			is_terminal && interval->moved[i].meaning.kind == OVR_NIC_KIND_LOSS, out);
	if (interval->carrier_changes != 0)
		fprintf(out, "%*s   the carrier went or came %" PRIu32 " time%s\n", FRAMES_COLUMNS, "-",
			interval->carrier_changes, ovr_figure_plural(interval->carrier_changes));
	if (interval->n_reset != 0)
		fprintf(out, "%*s   %" PRIu32 " counter%s reset: by ethtool -G or by a driver's reload\n",
			FRAMES_COLUMNS, "-", interval->n_reset, interval->n_reset == 1 ? " was" : "s were");
}

int
ovr_report_watch_rows(const char *when, const struct ovr_report_watched *watched, uint32_t n_watched,
	bool is_terminal, FILE *out, struct ovr_err *err)
{
	for (uint32_t i = 0; i < n_watched; i++)
		print_row(when, &watched[i], is_terminal, out);
	return written(out, err);
}
