/* SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <string.h>

#include "ledger/ledger.h"
#include "page/view.h"

/* Bars of single queues; more of a place are one bar. */
#define QUEUES_SHOWN 12
#define STREAMS      65536
/* A page stays small: hosts whose ports are told. */
#define PORTS_SHOWN   64
#define REFUSED_LAYER "refused, before the line"

/* A place by its name; OVR_PLACE_COUNT: there is no such place. */
static enum ovr_ledger_place
place_of(const char *name)
{
	int place = 0;

	while (place < OVR_PLACE_COUNT &&
		strcmp(ovr_ledger_place_name((enum ovr_ledger_place)place), name) != 0)
		place++;
	return (enum ovr_ledger_place)place;
}

static bool
is_refused(const json_t *account)
{
	enum ovr_ledger_place place = place_of(ovr_saved_text(account, "place"));

	return place != OVR_PLACE_COUNT && ovr_ledger_place_is_refused(place);
}

/* Of several senders or receivers each has places of the same names: "a/tx.ring". */
static const char *
host_of(const json_t *hosts, const json_t *account)
{
	const json_t *host;
	size_t i;

	json_array_foreach(hosts, i, host)
	{
		if (json_array_size(hosts) > 2 &&
			strcmp(ovr_saved_text(host, "port"), ovr_saved_text(account, "port")) == 0)
			return ovr_saved_text(host, "name");
	}
	return "";
}

static void
print_account(char *buf, size_t size, const json_t *hosts, const json_t *account)
{
	const char *place = ovr_saved_text(account, "place"), *port = ovr_saved_text(account, "port");
	const char *owner = host_of(hosts, account);
	int n = snprintf(buf, size, "%.63s%s", owner, owner[0] == '\0' ? "" : "/");

	buf += n;
	size -= (size_t)n;
	if (json_is_integer(ovr_get(account, "queue")))
		snprintf(buf, size, "%s queue %llu", place,
			(unsigned long long)ovr_get_count(account, "queue"));
	else if (strncmp(port, "hop:", 4) == 0)
		snprintf(buf, size, "%s %s", place, port + 4);
	else
		snprintf(buf, size, "%s", place);
}

/* tables */

static void
add_figures(struct ovr_view *view)
{
	static const char *const head[] = { "", "frames", "share", "rate", NULL };
	const json_t *trial = ovr_get(view->root, "trial"), *ledger = ovr_get(trial, "ledger");
	json_t *table = ovr_view_table(view, "Frames", "", head);
	uint64_t attempted = ovr_get_count(ledger, "attempted"), sent = ovr_get_count(ledger, "sent");
	int64_t lost = ovr_get_whole(ledger, "lost");
	bool is_known = ovr_get(ledger, "lost") != NULL;

	ovr_view_row(view, table,
		(const char *[]){ "scheduled", ovr_view_count_at(trial, "scheduled").text, "",
			ovr_view_si_at(trial, "planned_pps", "pps").text });
	if (ovr_get_count(trial, "shortfall") > 0)
		ovr_view_row(view, table,
			(const char *[]){ "not attempted in time", ovr_view_count_at(trial, "shortfall").text,
				ovr_view_share(
					ovr_get_count(trial, "shortfall"), ovr_get_count(trial, "scheduled"))
					.text,
				"" });
	ovr_view_row(view, table,
		(const char *[]){ "attempted", ovr_view_count_at(ledger, "attempted").text, "", "" });
	if (ovr_get_count(ledger, "refused") > 0)
		ovr_view_row(view, table,
			(const char *[]){ "refused", ovr_view_count_at(ledger, "refused").text,
				ovr_view_share(ovr_get_count(ledger, "refused"), attempted).text,
				"before the line" });
	ovr_view_row(view, table,
		(const char *[]){ "sent", ovr_view_count_at(ledger, "sent").text,
			ovr_view_share(sent, sent).text, ovr_view_si_at(trial, "tx_rate_pps", "pps").text });
	ovr_view_row(view, table,
		(const char *[]){ "delivered", ovr_view_count_at(ledger, "unique").text,
			is_known ? ovr_view_share(ovr_get_count(ledger, "unique"), sent).text : "",
			ovr_view_si_at(trial, "rx_rate_pps", "pps").text });
	ovr_view_row(view, table,
		(const char *[]){ "lost", ovr_view_count_at(ledger, "lost").text,
			!is_known          ? ""
				: lost < 0 ? "a contradiction"
					   : ovr_view_share((uint64_t)lost, sent).text,
			"" });
	for (size_t i = 0; i < 6; i++) {
		static const char *const classes[] = { "duplicate", "reordered", "late", "corrupt", "stale",
			"foreign" };

		if (ovr_get_count(ledger, classes[i]) > 0)
			ovr_view_row(view, table,
				(const char *[]){
					classes[i], ovr_view_count_at(ledger, classes[i]).text, "", "" });
	}
}

static void
add_places(struct ovr_view *view)
{
	static const char *const head[] = { "place", "frames", "counter", "why", NULL };
	const json_t *ledger = ovr_get(view->root, "trial.ledger"), *account;
	const json_t *hosts = ovr_get(view->root, "trial.hosts");
	json_t *table = ovr_view_table(view, "Where frames went", "", head);
	size_t i, left_out = 0;

	json_array_foreach(ovr_get(ledger, "accounts"), i, account)
	{
		char place[176], frames[160];

		if (ovr_get_count(account, "frames") == 0 && ovr_get_count(account, "frames_max") == 0) {
			left_out++;
			continue;
		}
		print_account(place, sizeof(place), hosts, account);
		if (ovr_get(account, "frames_max") != NULL)
			snprintf(frames, sizeof(frames), "%.60s … %.60s",
				ovr_view_count_at(account, "frames_min").text,
				ovr_view_count_at(account, "frames_max").text);
		else
			snprintf(frames, sizeof(frames), "%s", ovr_view_count_at(account, "frames").text);
		ovr_view_row(view, table,
			(const char *[]){ place, frames, ovr_saved_text(account, "counter"),
				ovr_saved_text(account, "why") });
	}
	ovr_view_row(view, table,
		(const char *[]){ "unexplained", ovr_view_range_at(ledger, "unexplained").text, "",
			ovr_view_why_unexplained(ledger, "unexplained") });
	if (left_out > 0) {
		char text[64];

		snprintf(text, sizeof(text), "%zu other place%s", left_out, left_out == 1 ? "" : "s");
		ovr_view_row(view, table, (const char *[]){ text, "0", "", "" });
	}
}

static void
add_latency(struct ovr_view *view)
{
	static const char *const head[] = { "", "min", "median", "mean", "99 %", "99.9 %", "max", NULL };
	static const char *const rows[][2] = { { "latency", "latency_ns" },
		{ "between arrivals", "interarrival_ns" } };
	const json_t *trial = ovr_get(view->root, "trial");
	const char *unknown = ovr_saved_text(trial, "latency_unknown");
	char about[400] = "";
	json_t *table = NULL;

	if (unknown[0] != '\0')
		snprintf(about, sizeof(about), "Latency is unknown: %.320s.", unknown);
	else if (json_is_integer(ovr_get(ovr_get(trial, "clock"), "bound_ns")))
		snprintf(about, sizeof(about),
			"Latency is from one host's clock to another's: each of its figures is known to "
			"±%.60s.",
			ovr_view_time_at(trial, "clock.bound_ns").text);
	for (size_t i = 0; i < 2; i++) {
		const json_t *hist = ovr_get(trial, rows[i][1]);

		if (hist == NULL)
			continue;
		if (table == NULL)
			table = ovr_view_table(view, "Times", about, head);
		ovr_view_row(view, table,
			(const char *[]){ rows[i][0], ovr_view_time_at(hist, "min").text,
				ovr_view_time_at(hist, "p50").text, ovr_view_time_at(hist, "mean").text,
				ovr_view_time_at(hist, "p99").text, ovr_view_time_at(hist, "p99_9").text,
				ovr_view_time_at(hist, "max").text });
	}
}

/* A socket has no ring; "host:" and what is before it may come before the kind of a port. */
static bool
is_socket(const char *port)
{
	const char *slash = strncmp(port, "host:", 5) == 0 ? strrchr(port, '/') : NULL;

	return strncmp(slash != NULL ? slash + 1 : port, "udp:", 4) == 0;
}

/* What was asked of a ring, and what the device has. */
static struct ovr_view_text
ring_text(const char *port, const json_t *ring)
{
	struct ovr_view_text text = ovr_view_count_at(ring, "set");

	if (is_socket(port))
		snprintf(text.text, sizeof(text.text), "a socket");
	else if (ovr_get(ring, "set") == NULL)
		snprintf(text.text, sizeof(text.text), "%.30s asked, unknown what the device has",
			ovr_view_count_at(ring, "asked").text);
	else if (ovr_get_count(ring, "set") != ovr_get_count(ring, "asked"))
		snprintf(text.text, sizeof(text.text), "%.30s, of %.30s asked",
			ovr_view_count_at(ring, "set").text, ovr_view_count_at(ring, "asked").text);
	return text;
}

/* "ixgbe 6.1.0, firmware 0x80000d4d", as far as the interface tells; "none": the port is none. */
static struct ovr_view_text
driver_text(const json_t *port)
{
	struct ovr_view_text text = { "none" };
	const char *version = ovr_saved_text(port, "driver_version"),
		   *firmware = ovr_saved_text(port, "firmware");

	if (port == NULL)
		snprintf(text.text, sizeof(text.text), "unknown");
	else if (ovr_get(port, "driver") != NULL)
		snprintf(text.text, sizeof(text.text), "%.24s%s%.24s%s%.30s", ovr_saved_text(port, "driver"),
			version[0] != '\0' ? " " : "", version, firmware[0] != '\0' ? ", firmware " : "",
			firmware);
	return text;
}

static void
add_port(struct ovr_view *view, json_t *table, const char *end, const char *name, const json_t *port,
	const char *ring)
{
	const char *driver = ovr_saved_text(port, "dpdk_driver");

	ovr_view_row(view, table,
		(const char *[]){
			end, name, driver[0] != '\0' ? driver : "unknown", driver_text(port).text, ring });
}

/* Of several hosts each says what its port is; an older version did not, but for its ring. */
static void
add_ports_of(struct ovr_view *view, json_t *table, const json_t *hosts)
{
	const json_t *host;
	size_t i;

	json_array_foreach(hosts, i, host)
	{
		const char *role = ovr_saved_text(host, "role"), *port = ovr_saved_text(host, "port");
		bool tells = json_object_get(host, "dpdk_driver") != NULL &&
			strcmp(ovr_saved_text(host, "half"), "none") != 0;

		if (i >= PORTS_SHOWN && strcmp(role, "tx") == 0)
			continue;
		add_port(view, table,
			strcmp(role, "tx") == 0           ? "sends"
				: strcmp(role, "rx") == 0 ? "receives"
							  : "both",
			port, tells ? host : NULL,
			is_socket(port) ? "a socket" : ovr_view_count_at(host, "ring").text);
	}
}

/*
 * What stood at both ends: what a result is compared with another one by. A document of an older
 * version has no ports: their names are those of the plan.
 */
static void
add_ports(struct ovr_view *view)
{
	static const char *const head[] = { "", "port", "DPDK driver", "kernel driver", "ring", NULL };
	static const char *const ends[] = { "tx", "rx" };
	const json_t *hosts = ovr_get(view->root, "trial.hosts");
	json_t *table = ovr_view_table(view, "Ports",
		json_array_size(hosts) > PORTS_SHOWN
			? "Of the receivers and the first 64 hosts; the JSON has all."
			: "",
		head);

	if (json_array_size(hosts) > 2) {
		add_ports_of(view, table, hosts);
		return;
	}
	for (size_t i = 0; i < 2; i++) {
		const json_t *port = ovr_get(ovr_get(view->root, "trial.ports"), ends[i]);
		const char *name = port != NULL ? ovr_saved_text(port, "port")
						: ovr_saved_text(ovr_get(view->root, "plan"), ends[i]);

		add_port(view, table, i == 0 ? "sends" : "receives", name, port,
			ring_text(name, ovr_get(view->root, i == 0 ? "trial.rings.txd" : "trial.rings.rxd"))
				.text);
	}
}

/* the picture of places */

static struct ovr_picture_bar *
add_bar(struct ovr_picture_bars *bars, struct ovr_picture_bar *bar, const char *name,
	enum ovr_picture_part part, int64_t frames, const char *style)
{
	struct ovr_picture_bar *added = &bar[bars->n_bars++];

	snprintf(added->name, sizeof(added->name), "%.110s", name);
	added->part = part;
	added->frames = frames;
	added->style = style;
	return added;
}

/* Accounts of a place: one for each queue of each port. Those of a port follow each other. */
struct queues {
	size_t n, n_ports;
	const char *port; /**< of the latest one */
};

static void
count_queues(const json_t *accounts, struct queues queues[OVR_PLACE_COUNT + 1])
{
	const json_t *account;
	size_t i;

	json_array_foreach(accounts, i, account)
	{
		struct queues *of = &queues[place_of(ovr_saved_text(account, "place"))];
		const char *port = ovr_saved_text(account, "port");

		of->n++;
		of->n_ports += of->port == NULL || strcmp(of->port, port) != 0;
		of->port = port;
	}
}

/* "rx.ring, 16 queues", "tx.qdisc, 100 ports" */
static void
print_queues(char *buf, size_t size, const char *place, const struct queues *queues)
{
	if (queues->n_ports == 1)
		snprintf(buf, size, "%.40s, %zu queues", place, queues->n);
	else if (queues->n_ports == queues->n)
		snprintf(buf, size, "%.40s, %zu ports", place, queues->n);
	else
		snprintf(buf, size, "%.40s, %zu queues of %zu ports", place, queues->n, queues->n_ports);
}

/* NULL: no bar has the name. */
static struct ovr_picture_bar *
bar_of(const struct ovr_picture_bars *bars, struct ovr_picture_bar *bar, const char *name)
{
	for (size_t i = 0; i < bars->n_bars; i++)
		if (strcmp(bar[i].name, name) == 0)
			return &bar[i];
	return NULL;
}

/* The bar of an account: its own, or that of all queues of its place. */
static void
add_account(struct ovr_picture_bars *bars, struct ovr_picture_bar *bar, const json_t *hosts,
	const json_t *account, const struct queues *all)
{
	const char *place = ovr_saved_text(account, "place");
	const struct queues *queues = &all[place_of(place)];
	struct ovr_picture_bar *own = NULL;
	char name[176];

	print_account(name, sizeof(name), hosts, account);
	if (queues->n > QUEUES_SHOWN) {
		print_queues(name, sizeof(name), place, queues);
		own = bar_of(bars, bar, name);
	}
	if (own == NULL) {
		own = add_bar(bars, bar, name, is_refused(account) ? OVR_PICTURE_REFUSED : OVR_PICTURE_LOST,
			0, ovr_picture_place_class(place));
		snprintf(own->note, sizeof(own->note), "%.90s", ovr_saved_text(account, "counter"));
	}
	if (ovr_get(account, "frames_max") != NULL) {
		own->is_range = true;
		own->min += ovr_get_count(account, "frames_min");
		own->max += ovr_get_count(account, "frames_max");
	} else {
		own->min += ovr_get_count(account, "frames");
		own->max += ovr_get_count(account, "frames");
	}
	own->frames += ovr_get_whole(account, "frames");
}

static void
draw_where(struct ovr_view *view)
{
	const json_t *ledger = ovr_get(view->root, "trial.ledger"), *accounts = ovr_get(ledger, "accounts"),
		     *account;
	struct ovr_picture_bar *bar = ovr_view_keep(view, json_array_size(accounts) + 6, sizeof(*bar));
	struct ovr_view_picture *picture = ovr_view_picture(view, OVR_VIEW_BARS,
		sizeof(struct ovr_picture_bars), "where", "Where frames went",
		"The path from the attempted frames at the top to the delivered ones at the bottom, and what "
		"was "
		"lost at each place on it.");
	const json_t *hosts = ovr_get(view->root, "trial.hosts");
	struct queues queues[OVR_PLACE_COUNT + 1] = { { 0 } };
	struct ovr_picture_bars *bars;
	int64_t copies;
	size_t i;

	if (picture == NULL || bar == NULL)
		return;
	bars = picture->of.bars;
	bars->bar = bar;
	count_queues(accounts, queues);
	add_bar(bars, bar, "attempted", OVR_PICTURE_TOTAL, ovr_get_whole(ledger, "attempted"), "total");
	json_array_foreach(accounts, i, account) if (is_refused(account))
		add_account(bars, bar, hosts, account, queues);
	add_bar(bars, bar, "sent", OVR_PICTURE_TOTAL, ovr_get_whole(ledger, "sent"), "total");
	json_array_foreach(accounts, i, account) if (!is_refused(account))
		add_account(bars, bar, hosts, account, queues);
	/* lost copies count at a place, and are no lost frames */
	copies = ovr_get_whole(ledger, "copies") - ovr_get_whole(ledger, "duplicate");
	if (ovr_get(ledger, "copies") != NULL && copies != 0)
		add_bar(bars, bar, "less lost copies", OVR_PICTURE_LOST, -copies, "p-open");
	add_bar(bars, bar, "unexplained", OVR_PICTURE_LOST, ovr_get_whole(ledger, "unexplained"), "p-open");
	add_bar(bars, bar, "delivered", OVR_PICTURE_DELIVERED, ovr_get_whole(ledger, "unique"), "p-good");
}

/* the picture of time */

/* What the books have at each kind of place that a time can be told for. */
struct shares {
	uint64_t ring, refused; /**< rx.ring; before the line */
	uint64_t others;        /**< all other places after sending, and unexplained */
	size_t n_others;
	char other[64]; /**< the only one of them */
};

static struct shares
shares_of(const json_t *ledger)
{
	struct shares shares = { 0 };
	const json_t *account;
	size_t i;

	json_array_foreach(ovr_get(ledger, "accounts"), i, account)
	{
		uint64_t frames = ovr_get_count(account, "frames");
		const char *place = ovr_saved_text(account, "place");

		if (is_refused(account)) {
			shares.refused += frames;
		} else if (strcmp(place, ovr_ledger_place_name(OVR_PLACE_RX_RING)) == 0) {
			shares.ring += frames;
		} else if (frames > 0) {
			shares.others += frames;
			if (shares.n_others == 0 || strcmp(shares.other, place) != 0)
				shares.n_others++;
			snprintf(shares.other, sizeof(shares.other), "%.60s", place);
		}
	}
	if (ovr_get_whole(ledger, "unexplained") > 0) {
		shares.others += ovr_get_count(ledger, "unexplained");
		shares.n_others++;
		snprintf(shares.other, sizeof(shares.other), "unexplained");
	}
	return shares;
}

static void
name_layer(struct ovr_picture_layer *layer, const char *name, const char *style)
{
	snprintf(layer->name, sizeof(layer->name), "%s", name);
	layer->style = style;
}

static void
name_others(struct ovr_picture_layer *layer, const struct shares *shares)
{
	name_layer(layer, shares->n_others == 1 ? shares->other : "other places",
		shares->n_others == 1 ? ovr_picture_place_class(shares->other) : "p-other");
}

/* Lay the frames of a period over the intervals between its neighbours; the sum stays. */
static void
spread(struct ovr_picture_time *time, struct ovr_picture_layer *layer, uint64_t from_ns, uint64_t to_ns,
	uint64_t frames)
{
	double width = (double)time->end_ns / time->n_bins;
	uint32_t first = (uint32_t)((double)from_ns / width), last = (uint32_t)((double)to_ns / width);
	uint64_t done = 0;

	first = first < time->n_bins ? first : time->n_bins - 1;
	last = last < first ? first : last < time->n_bins ? last : time->n_bins - 1;
	for (uint32_t bin = first; bin <= last; bin++) {
		double end = (bin + 1) * width;
		double share = bin == last || to_ns <= from_ns
			? 1.0
			: (end - (double)from_ns) / (double)(to_ns - from_ns);
		uint64_t until = bin == last ? frames : (uint64_t)((double)frames * share);

		until = until > frames ? frames : until < done ? done : until;
		layer->frames[bin] += until - done;
		done = until;
	}
}

/* All losses have one place, and each is in the log. @return whether it is so */
static bool
stack_periods(struct ovr_picture_time *time, struct ovr_picture_layer *layer, const json_t *trial,
	const struct shares *shares)
{
	const json_t *ledger = ovr_get(trial, "ledger"), *periods = ovr_get(trial, "loss_periods"), *period;
	uint64_t sum = 0;
	size_t i;

	json_array_foreach(periods, i, period) sum += ovr_get_count(period, "frames");
	if (shares->refused > 0 || (shares->ring > 0 && shares->n_others > 0) || shares->n_others > 1 ||
		ovr_get_count(trial, "loss_periods_dropped") > 0 ||
		(json_int_t)sum != ovr_get_whole(ledger, "lost"))
		return false;
	time->n_bins = OVR_PICTURE_BINS_MAX;
	time->n_layers = 1;
	if (shares->ring > 0)
		name_layer(layer, "rx.ring", "p-ring");
	else if (shares->n_others > 0)
		name_others(layer, shares);
	else
		name_layer(layer, "lost", "p-open");
	json_array_foreach(periods, i, period)
	{
		uint64_t from = ovr_get_count(period, "before_tx_ns");
		uint64_t to = ovr_get(period, "after_tx_ns") == NULL ? ovr_get_count(trial, "duration_ns")
								     : ovr_get_count(period, "after_tx_ns");

		spread(time, layer, from, to, ovr_get_count(period, "frames"));
	}
	for (uint32_t bin = 0; bin < time->n_bins; bin++)
		time->is_known[bin] = true;
	return true;
}

/* An interval was counted: of the bins that it touches, those that it covers to a half or more. */
static void
mark_known(struct ovr_picture_time *time, double start_ns, double end_ns)
{
	double width = (double)time->end_ns / time->n_bins;

	for (uint32_t bin = 0; bin < time->n_bins; bin++) {
		double from = fmax(start_ns, bin * width), to = fmin(end_ns, (bin + 1) * width);

		if (to - from >= width * 0.5 || (start_ns >= bin * width && end_ns <= (bin + 1) * width))
			time->is_known[bin] = true;
	}
}

/*
 * By the readings of the time series. A frame that is under way when a reading is made is missing
 * there and no more in a later one: what is lost up to a reading is the least that is missing at it
 * and at any later one.
 */
static void
stack_series(struct ovr_view *view, struct ovr_picture_time *time, struct ovr_picture_layer *layer,
	const json_t *trial, const struct shares *shares)
{
	const json_t *series = ovr_get(trial, "series");
	size_t n = json_array_size(series);
	int64_t *missing = ovr_view_keep(view, n + 1, sizeof(*missing));
	uint64_t missed = 0;
	bool knows_ring;
	int64_t last = 0;

	if (missing == NULL)
		return;
	for (size_t i = 0; i < n; i++)
		missed += ovr_get_count(json_array_get(series, i), "missed");
	/* the counters of the series are those of the books, or tell no place */
	knows_ring = missed == shares->ring;
	for (size_t i = 0; i < n; i++) {
		const json_t *sample = json_array_get(series, i);

		missing[i + 1] = missing[i] + ovr_get_whole(sample, "sent") -
			ovr_get_whole(sample, "unique") - (knows_ring ? ovr_get_whole(sample, "missed") : 0);
	}
	for (size_t i = n; i > 1; i--)
		missing[i - 1] = missing[i - 1] < missing[i] ? missing[i - 1] : missing[i];
	time->n_layers = 3;
	name_layer(&layer[0], "rx.ring", "p-ring");
	name_others(&layer[1], shares);
	if (!knows_ring)
		name_layer(&layer[1], "lost, place unknown", "p-open");
	name_layer(&layer[2], REFUSED_LAYER, "p-tx");
	time->n_bins = n < OVR_PICTURE_BINS_MAX ? (uint32_t)n : OVR_PICTURE_BINS_MAX;
	for (size_t i = 0; i < n; i++) {
		const json_t *sample = json_array_get(series, i);
		double middle = (ovr_saved_real(sample, "start_ns") + ovr_saved_real(sample, "end_ns")) / 2;
		uint32_t bin = (uint32_t)(middle / (double)time->end_ns * time->n_bins);
		int64_t others = missing[i + 1] > last ? missing[i + 1] - last : 0;

		bin = bin < time->n_bins ? bin : time->n_bins - 1;
		last = missing[i + 1] > last ? missing[i + 1] : last;
		layer[0].frames[bin] += knows_ring ? ovr_get_count(sample, "missed") : 0;
		layer[1].frames[bin] += (uint64_t)others;
		layer[2].frames[bin] += ovr_get_count(sample, "refused");
		mark_known(time, ovr_saved_real(sample, "start_ns"), ovr_saved_real(sample, "end_ns"));
	}
	/* layers of nothing say nothing */
	if (shares->refused == 0)
		time->n_layers--;
	if (shares->others == 0 && knows_ring) {
		layer[1] = layer[2];
		time->n_layers--;
	}
}

static void
add_spans(struct ovr_view *view, struct ovr_picture_time *time, const json_t *trial)
{
	const json_t *stalls = ovr_get(trial, "stalls.rx"), *outages = ovr_get(trial, "outages.list"), *at;
	struct ovr_picture_span *stall = ovr_view_keep(view, json_array_size(stalls), sizeof(*stall));
	struct ovr_picture_span *outage = ovr_view_keep(view, json_array_size(outages), sizeof(*outage));
	size_t i;

	if (stall == NULL || outage == NULL)
		return;
	json_array_foreach(stalls, i, at)
	{
		stall[i].start_ns = ovr_get_count(at, "start_ns");
		stall[i].end_ns = stall[i].start_ns + ovr_get_count(at, "length_ns");
		stall[i].is_injected = strcmp(ovr_saved_text(at, "cause"), "injected") == 0;
	}
	json_array_foreach(outages, i, at)
	{
		outage[i].start_ns = ovr_get_count(at, "up_until_ns");
		outage[i].end_ns = ovr_get(at, "up_again_ns") != NULL ? ovr_get_count(at, "up_again_ns")
								      : time->end_ns;
	}
	time->stall = stall;
	time->n_stalls = json_array_size(stalls);
	time->outage = outage;
	time->n_outages = json_array_size(outages);
}

/* Readings may end before the drain, and the log of periods may be full. */
static void
say_what_is_not_dated(struct ovr_view_picture *picture, const json_t *trial)
{
	const struct ovr_picture_time *time = picture->of.time;
	int64_t left = ovr_get_whole(trial, "ledger.lost");
	size_t n = strlen(picture->about);

	for (size_t i = 0; i < time->n_layers; i++)
		for (uint32_t bin = 0; bin < time->n_bins && strcmp(time->layer[i].name, REFUSED_LAYER) != 0;
			bin++)
			left -= (int64_t)time->layer[i].frames[bin];
	if (left != 0)
		snprintf(picture->about + n, sizeof(picture->about) - n, " %s lost frames are in no reading.",
			ovr_view_signed(left).text);
}

static void
draw_time(struct ovr_view *view)
{
	const json_t *trial = ovr_get(view->root, "trial"), *series = ovr_get(trial, "series");
	struct shares shares = shares_of(ovr_get(trial, "ledger"));
	struct ovr_picture_layer *layer = ovr_view_keep(view, 3, sizeof(*layer));
	struct ovr_view_picture *picture;
	struct ovr_picture_time *time;
	uint64_t last_ns = ovr_get_count(json_array_get(series, json_array_size(series) - 1), "end_ns");

	if (ovr_get_count(trial, "duration_ns") == 0 || layer == NULL)
		return;
	picture = ovr_view_picture(
		view, OVR_VIEW_TIME, sizeof(struct ovr_picture_time), "time", "Loss over time", "");
	if (picture == NULL)
		return;
	time = picture->of.time;
	time->layer = layer;
	time->end_ns = ovr_get_count(trial, "duration_ns");
	if (stack_periods(time, layer, trial, &shares)) {
		snprintf(picture->about, sizeof(picture->about),
			"Frames lost in each of %u intervals of %s, by when their neighbours were sent; "
			"below, the "
			"stalls of the receive cores and the link.",
			time->n_bins, ovr_view_time((double)time->end_ns / time->n_bins).text);
	} else if (json_array_size(series) > 0 && last_ns > 0) {
		time->end_ns = last_ns;
		stack_series(view, time, layer, trial, &shares);
		snprintf(picture->about, sizeof(picture->about),
			"Frames lost in each of %u intervals, by place, from %zu readings while the trial "
			"ran; below, "
			"the stalls of the receive cores and the link.",
			time->n_bins, json_array_size(series));
	} else {
		view->n_pictures--;
		return;
	}
	say_what_is_not_dated(picture, trial);
	add_spans(view, time, trial);
}

static void
draw_latency(struct ovr_view *view)
{
	const json_t *trial = ovr_get(view->root, "trial");
	struct ovr_picture_curve *curve = ovr_view_keep(view, 1, sizeof(*curve));
	struct ovr_view_picture *picture;

	if (curve == NULL || !ovr_view_curve(view, ovr_get(trial, "latency_ns"), curve))
		return;
	snprintf(curve->name, sizeof(curve->name), "at %.50s",
		ovr_view_si_at(trial, "tx_rate_pps", "pps").text);
	picture = ovr_view_picture(view, OVR_VIEW_PERCENTILES, sizeof(struct ovr_picture_percentiles),
		"latency", "Latency by percentile",
		"Time from sending to arrival of the delivered frames, by the share of them that took no "
		"longer.");
	if (picture == NULL)
		return;
	picture->of.percentiles->label = "latency";
	picture->of.percentiles->curve = curve;
	picture->of.percentiles->n_curves = 1;
}

static uint32_t
power_of(uint64_t value)
{
	uint32_t k = 0;

	while (k + 1 < OVR_PICTURE_POWERS && (UINT64_C(1) << k) < value)
		k++;
	return k;
}

/* Frames between the end of a loss period and the beginning of the next one of its stream. */
static uint64_t
count_distances(struct ovr_view *view, const json_t *periods, struct ovr_picture_columns *columns)
{
	uint64_t *end = ovr_view_keep(view, STREAMS, sizeof(*end));
	const json_t *period;
	uint64_t n = 0;
	size_t i;

	if (end == NULL)
		return 0;
	json_array_foreach(periods, i, period)
	{
		uint64_t stream = ovr_get_count(period, "stream") % STREAMS,
			 first = ovr_get_count(period, "first_seq");

		if (end[stream] != 0 && first >= end[stream]) {
			columns->count[1][power_of(first - end[stream] + 1)]++;
			n++;
		}
		end[stream] = first + ovr_get_count(period, "frames");
	}
	return n;
}

static void
draw_periods(struct ovr_view *view)
{
	const json_t *trial = ovr_get(view->root, "trial"), *pair;
	struct ovr_view_picture *picture;
	uint64_t n_distances;
	size_t i;

	if (ovr_get_count(trial, "total.loss.periods") == 0 ||
		ovr_saved_size(trial, "total.loss.lengths") == 0)
		return;
	picture = ovr_view_picture(
		view, OVR_VIEW_COLUMNS, sizeof(struct ovr_picture_columns), "periods", "Loss periods", "");
	if (picture == NULL)
		return;
	picture->of.columns->label = "frames, up to";
	picture->of.columns->name[0] = "lengths of loss periods";
	picture->of.columns->name[1] = "distances between them";
	json_array_foreach(ovr_get(trial, "total.loss.lengths"), i, pair) picture->of.columns
		->count[0][power_of((uint64_t)json_integer_value(json_array_get(pair, 0)))] +=
		(uint64_t)json_integer_value(json_array_get(pair, 1));
	n_distances = count_distances(view, ovr_get(trial, "loss_periods"), picture->of.columns);
	snprintf(picture->about, sizeof(picture->about),
		"How many frames in a row were lost (RFC 3357), and how far the next loss of the stream was: "
		"%s period%s, %s distance%s of those that were kept.",
		ovr_view_count_at(trial, "total.loss.periods").text,
		ovr_get_count(trial, "total.loss.periods") == 1 ? "" : "s", ovr_view_count(n_distances).text,
		n_distances == 1 ? "" : "s");
}

void
ovr_view_run(struct ovr_view *view)
{
	add_figures(view);
	ovr_view_hosts(view);
	add_places(view);
	add_latency(view);
	ovr_view_tcp_impact(view);
	add_ports(view);
	if (ovr_get(view->root, "trial.ledger.lost") != NULL)
		draw_where(view);
	draw_time(view);
	draw_latency(view);
	draw_periods(view);
}
