/* SPDX-License-Identifier: BSD-3-Clause */
#include "ledger/ledger.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/units.h"

/** The text of one number, to be used within the expression that makes it. */
struct figure {
	char text[OVR_UNITS_TEXT_BYTES];
};

static struct figure
count(uint64_t value)
{
	struct figure figure = { "" };

	ovr_units_print_count(figure.text, sizeof(figure.text), value);
	return figure;
}

static struct figure
ratio(uint64_t part, uint64_t whole)
{
	struct figure figure = { "" };

	ovr_ledger_print_ratio(figure.text, sizeof(figure.text), part, whole);
	return figure;
}

/* A limit, as it was asked for: "0.5 %". */
static struct figure
share(uint32_t ppb)
{
	struct figure figure = { "" };
	size_t n;

	ovr_units_print_share_ppb(figure.text, sizeof(figure.text) - 1, ppb);
	n = strlen(figure.text);
	memcpy(figure.text + n - 1, " %", sizeof(" %"));
	return figure;
}

const char *
ovr_ledger_place_name(enum ovr_ledger_place place)
{
	static const char *const name[] = {
		[OVR_PLACE_TX_APP] = "tx.app",
		[OVR_PLACE_TX_IP] = "tx.ip",
		[OVR_PLACE_TX_NETFILTER] = "tx.netfilter",
		[OVR_PLACE_TX_QDISC] = "tx.qdisc",
		[OVR_PLACE_TX_RING] = "tx.ring",
		[OVR_PLACE_TX_ERRORS] = "tx.errors",
		[OVR_PLACE_TX_KERNEL] = "tx.kernel",
		[OVR_PLACE_PATH] = "path",
		[OVR_PLACE_RX_ERRORS] = "rx.errors",
		[OVR_PLACE_RX_RING] = "rx.ring",
		[OVR_PLACE_RX_NOMBUF] = "rx.nombuf",
		[OVR_PLACE_RX_KERNEL] = "rx.kernel",
		[OVR_PLACE_RX_XDP] = "rx.xdp",
		[OVR_PLACE_RX_SOFTNET] = "rx.softnet",
		[OVR_PLACE_RX_INGRESS] = "rx.ingress",
		[OVR_PLACE_RX_NETFILTER] = "rx.netfilter",
		[OVR_PLACE_RX_IP] = "rx.ip",
		[OVR_PLACE_RX_UDP] = "rx.udp",
		[OVR_PLACE_RX_TCP] = "rx.tcp",
		[OVR_PLACE_RX_SOCKET] = "rx.socket",
		[OVR_PLACE_RX_UNREAD] = "rx.unread",
		[OVR_PLACE_RX_CORRUPT] = "rx.corrupt",
		[OVR_PLACE_RX_LATE] = "rx.late",
	};
	_Static_assert(sizeof(name) / sizeof(name[0]) == OVR_PLACE_COUNT, "every place has a name");

	return name[place];
}

enum ovr_ledger_side
ovr_ledger_place_side(enum ovr_ledger_place place)
{
	if (place < OVR_PLACE_PATH)
		return OVR_LEDGER_SENDER;
	return place == OVR_PLACE_PATH ? OVR_LEDGER_PATH : OVR_LEDGER_RECEIVER;
}

enum ovr_ledger_side
ovr_ledger_account_side(const struct ovr_ledger_account *account)
{
	return account->is_of_hop ? OVR_LEDGER_PATH : ovr_ledger_place_side(account->place);
}

bool
ovr_ledger_place_is_refused(enum ovr_ledger_place place)
{
	return place == OVR_PLACE_TX_APP || place == OVR_PLACE_TX_RING;
}

bool
ovr_ledger_account_is_refused(const struct ovr_ledger_account *account)
{
	return !account->is_of_hop && ovr_ledger_place_is_refused(account->place);
}

bool
ovr_ledger_knows_loss(const struct ovr_ledger *ledger)
{
	return !ledger->figures.sender_unknown && !ledger->figures.receiver_unknown;
}

const char *
ovr_ledger_verdict_name(enum ovr_ledger_verdict verdict)
{
	static const char *const name[] = {
		[OVR_VERDICT_PASS] = "pass",
		[OVR_VERDICT_LOSS] = "loss",
		[OVR_VERDICT_VOID] = "void",
	};

	return name[verdict];
}

const char *
ovr_ledger_print_ratio(char *buf, size_t size, uint64_t part, uint64_t whole)
{
	double percent, to_nearest_end;
	double step = 0.001;
	int decimals = 3;

	if (whole == 0) {
		snprintf(buf, size, "-");
		return buf;
	}
	if (part == 0 || part == whole) {
		snprintf(buf, size, "%s", part == 0 ? "0 %" : "100 %");
		return buf;
	}
	percent = 100.0 * (double)part / (double)whole;
	to_nearest_end = percent;
	if (percent > 50.0 && part < whole)
		to_nearest_end = 100.0 * (double)(whole - part) / (double)whole;
	/* Two digits of what separates the share from nothing or from all. */
	while (to_nearest_end < 9.5 * step && decimals < 15) {
		decimals++;
		step /= 10.0;
	}
	snprintf(buf, size, "%.*f %%", decimals, percent);
	return buf;
}

static void append_reason(struct ovr_ledger *ledger, enum ovr_ledger_check check, const char *format,
	va_list args) __attribute__((format(printf, 3, 0)));

static void
append_reason(struct ovr_ledger *ledger, enum ovr_ledger_check check, const char *format, va_list args)
{
	if (ledger->n_reasons < OVR_LEDGER_REASONS_MAX)
		ledger->n_reasons++;
	ledger->check_of[ledger->n_reasons - 1] = check;
	vsnprintf(ledger->reason[ledger->n_reasons - 1], OVR_LEDGER_REASON_BYTES, format, args);
}

static void make_void(struct ovr_ledger *ledger, enum ovr_ledger_check check, const char *format,
	va_list args) __attribute__((format(printf, 3, 0)));

static void
make_void(struct ovr_ledger *ledger, enum ovr_ledger_check check, const char *format, va_list args)
{
	/* What said "loss" does not say why the trial cannot be trusted. */
	if (ledger->verdict == OVR_VERDICT_LOSS)
		ledger->n_reasons = 0;
	ledger->verdict = OVR_VERDICT_VOID;
	append_reason(ledger, check, format, args);
}

static void spoil(struct ovr_ledger *ledger, enum ovr_ledger_check check, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

/* Void by something other than a drop counter. */
static void
spoil(struct ovr_ledger *ledger, enum ovr_ledger_check check, const char *format, va_list args)
{
	make_void(ledger, check, format, args);
	if (ledger->spoilt_by == 0)
		ledger->spoilt_by = ledger->n_reasons;
}

void
ovr_ledger_void(struct ovr_ledger *ledger, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	spoil(ledger, OVR_LEDGER_CHECK_COURSE, format, args);
	va_end(args);
}

void
ovr_ledger_void_counter(struct ovr_ledger *ledger, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	make_void(ledger, OVR_LEDGER_CHECK_BOOKS, format, args);
	va_end(args);
}

static void find_fault(struct ovr_ledger *ledger, enum ovr_ledger_check check, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void
find_fault(struct ovr_ledger *ledger, enum ovr_ledger_check check, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	spoil(ledger, check, format, args);
	va_end(args);
}

static void find_loss(struct ovr_ledger *ledger, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void
find_loss(struct ovr_ledger *ledger, const char *format, ...)
{
	va_list args;

	ledger->verdict = OVR_VERDICT_LOSS;
	va_start(args, format);
	append_reason(ledger, OVR_LEDGER_CHECK_LOSS, format, args);
	va_end(args);
}

void
ovr_ledger_account_set(struct ovr_ledger_account *account, uint64_t min, uint64_t max)
{
	account->frames_min = min;
	account->frames = account->frames_max = account->counted = max;
}

void
ovr_ledger_add_reason(struct ovr_ledger *ledger, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	append_reason(ledger, ledger->check_of[0], format, args);
	va_end(args);
}

struct ovr_ledger_account *
ovr_ledger_add_copy(struct ovr_ledger *ledger, const struct ovr_ledger_account *account)
{
	struct ovr_ledger_account *added = OVR_LIST_ADD(
		ledger->account, ledger->n_accounts, ledger->capacity);

	if (added == NULL)
		ovr_ledger_void(ledger, "no memory for the account %s of %s with %s frames",
			ovr_ledger_place_name(account->place), account->port, count(account->frames).text);
	else
		*added = *account;
	return added;
}

struct ovr_ledger_account *
ovr_ledger_add(struct ovr_ledger *ledger, enum ovr_ledger_place place, const char *port, int32_t queue,
	uint64_t frames, const char *counter, const char *source)
{
	struct ovr_ledger_account account = { .place = place, .queue = queue };

	ovr_ledger_account_set(&account, frames, frames);
	snprintf(account.port, sizeof(account.port), "%s", port);
	snprintf(account.counter, sizeof(account.counter), "%s", counter);
	snprintf(account.source, sizeof(account.source), "%s", source);
	return ovr_ledger_add_copy(ledger, &account);
}

void
ovr_ledger_done(struct ovr_ledger *ledger)
{
	free(ledger->account);
	*ledger = (struct ovr_ledger){ 0 };
}

/* The sender's side: what was planned, handed over, refused and accepted. */
static void
check_sending(struct ovr_ledger *ledger)
{
	const struct ovr_ledger_figures *f = &ledger->figures;
	uint64_t in_refused_accounts = 0;
	uint64_t tx_errors = 0; /* taken by the port, and lost before the line */
	unsigned int n_refused_accounts = 0;
	enum ovr_ledger_place refused_at = OVR_PLACE_TX_RING;

	for (uint32_t i = 0; i < ledger->n_accounts; i++) {
		const struct ovr_ledger_account *account = &ledger->account[i];

		if (account->place == OVR_PLACE_TX_ERRORS && !account->is_of_hop)
			tx_errors += account->frames;
		if (!ovr_ledger_account_is_refused(account))
			continue;
		in_refused_accounts += account->frames;
		n_refused_accounts++;
		refused_at = account->place;
	}
	if (f->sent == 0)
		find_fault(ledger, OVR_LEDGER_CHECK_RATE, "nothing was sent");
	if (f->attempted != f->refused + f->sent)
		find_fault(ledger, OVR_LEDGER_CHECK_BOOKS,
			"attempted %s frames, but refused %s and sent %s make %s", count(f->attempted).text,
			count(f->refused).text, count(f->sent).text, count(f->refused + f->sent).text);
	if (n_refused_accounts != 0 && in_refused_accounts != f->refused)
		find_fault(ledger, OVR_LEDGER_CHECK_BOOKS,
			"the accounts %s hold %s frames, but %s were refused",
			ovr_ledger_place_name(refused_at), count(in_refused_accounts).text,
			count(f->refused).text);
	if (f->attempted > f->scheduled)
		find_fault(ledger, OVR_LEDGER_CHECK_BOOKS, "attempted %s frames, but only %s were scheduled",
			count(f->attempted).text, count(f->scheduled).text);
	if (f->tx_port_known && f->tx_port_sent + tx_errors != f->sent)
		find_fault(ledger, OVR_LEDGER_CHECK_BOOKS,
			"the transmit port counted %s frames sent and %s lost, the tester %s",
			count(f->tx_port_sent).text, count(tx_errors).text, count(f->sent).text);
}

/* The receiver's side: every frame that arrived is of one class. */
static void
check_receiving(struct ovr_ledger *ledger)
{
	const struct ovr_ledger_figures *f = &ledger->figures;
	uint64_t classes = f->unique + f->duplicate + f->late + f->corrupt + f->stale + f->foreign;

	if (f->received != classes)
		find_fault(ledger, OVR_LEDGER_CHECK_BOOKS,
			"received %s frames, but their classes add up to %s", count(f->received).text,
			count(classes).text);
	if (f->queues_known && f->queues_received != f->received)
		find_fault(ledger, OVR_LEDGER_CHECK_BOOKS, "received %s frames, but the queues add up to %s",
			count(f->received).text, count(f->queues_received).text);
	if (f->rx_port_known && f->rx_port_received != f->received)
		find_fault(ledger, OVR_LEDGER_CHECK_BOOKS,
			"the receive port counted %s frames received, the tester %s",
			count(f->rx_port_received).text, count(f->received).text);
	if (f->reordered > f->unique)
		find_fault(ledger, OVR_LEDGER_CHECK_BOOKS,
			"%s frames arrived reordered, but only %s are unique", count(f->reordered).text,
			count(f->unique).text);
	if (f->unique > f->sent && !f->sender_unknown)
		find_fault(ledger, OVR_LEDGER_CHECK_BOOKS, "%s unique frames arrived, but only %s were sent",
			count(f->unique).text, count(f->sent).text);
	if (f->copies_known && f->duplicate > f->copies)
		find_fault(ledger, OVR_LEDGER_CHECK_BOOKS,
			"%s duplicates arrived, but the path made only %s copies", count(f->duplicate).text,
			count(f->copies).text);
}

/* Whether foreign frames, or uncounted copies, can be in the counters after the path. */
static bool
has_strangers(const struct ovr_ledger_figures *f)
{
	return f->foreign + f->stale != 0 || (f->others_known && f->others_max != 0) ||
		(f->duplicate != 0 && !f->copies_known);
}

/*
 * Whether this account may hold foreign frames. Those given to queues that nobody reads are seen by
 * nobody. A worker of ours, and a wire, know their own frames.
 */
static bool
is_met_by_others(const struct ovr_ledger_account *account, bool has_strangers)
{
	if (account->is_of_hop)
		return has_strangers;
	switch (account->place) {
	case OVR_PLACE_RX_ERRORS:
	case OVR_PLACE_RX_RING:
	case OVR_PLACE_RX_NOMBUF:
	case OVR_PLACE_RX_KERNEL:
	case OVR_PLACE_RX_XDP:
	case OVR_PLACE_RX_SOFTNET:
	case OVR_PLACE_RX_INGRESS:
	case OVR_PLACE_RX_NETFILTER:
	case OVR_PLACE_RX_IP:
	case OVR_PLACE_RX_UDP:
	case OVR_PLACE_RX_TCP:
	case OVR_PLACE_RX_SOCKET:
		return has_strangers;
	case OVR_PLACE_RX_UNREAD:
		return true;
	default:
		return false;
	}
}

/* Of an account that others' frames met, so many as others sent may be theirs. */
static void
widen(struct ovr_ledger *ledger)
{
	const struct ovr_ledger_figures *f = &ledger->figures;
	bool strangers = has_strangers(f);
	bool is_bounded = f->others_known && f->stale == 0 && (f->duplicate == 0 || f->copies_known);

	for (uint32_t i = 0; i < ledger->n_accounts; i++) {
		struct ovr_ledger_account *account = &ledger->account[i];
		uint64_t others = is_bounded ? f->others_max : UINT64_MAX;

		if (is_met_by_others(account, strangers))
			account->frames_min -= others < account->frames_min ? others : account->frames_min;
	}
}

/* How many frames are in doubt, in all accounts. */
static uint64_t
doubtful_frames(const struct ovr_ledger *ledger)
{
	uint64_t frames = 0;

	for (uint32_t i = 0; i < ledger->n_accounts; i++)
		frames += ledger->account[i].frames_max - ledger->account[i].frames_min;
	return frames;
}

/*
 * A frame that arrived late or damaged may be a further copy of one that is not missing. Where
 * nobody says how many copies there were, those are taken to be such for which nothing is missing
 * in their stream, or, if more is claimed than was lost, in all streams.
 */
static void
infer_copies(struct ovr_ledger *ledger)
{
	struct ovr_ledger_figures *f = &ledger->figures;
	uint64_t surplus = f->copies_beyond_loss;
	int64_t claimed = ledger->unexplained + (int64_t)doubtful_frames(ledger);

	if (claimed < 0 && (uint64_t)-claimed > surplus)
		surplus = (uint64_t)-claimed;
	if (surplus > f->late + f->corrupt)
		surplus = f->late + f->corrupt;
	f->copies = f->duplicate + surplus;
	f->copies_inferred = surplus != 0;
	ledger->explained -= (int64_t)surplus;
	ledger->unexplained += (int64_t)surplus;
}

/*
 * Leave of what is in doubt no more than is left of what was lost.
 * @return how much is left then
 */
static uint64_t
share_account(struct ovr_ledger *ledger, struct ovr_ledger_account *account, uint64_t room, uint64_t left)
{
	uint64_t doubtful = account->frames_max - account->frames_min;
	uint64_t taken = doubtful < left ? doubtful : left;

	account->frames_max = account->frames_min + (doubtful < room ? doubtful : room);
	account->frames = account->frames_min + taken;
	if (account->place != OVR_PLACE_RX_UNREAD &&
		is_met_by_others(account, has_strangers(&ledger->figures)))
		ledger->overdrawn += doubtful - taken;
	return left - taken;
}

/*
 * The frames that were lost and that nothing certain explains have to share what accounts hold in
 * doubt: others' frames, and tries. The account with frames that nobody reads comes last: it
 * holds any traffic there is.
 */
static void
share_out(struct ovr_ledger *ledger, bool path_dut)
{
	uint64_t doubtful = doubtful_frames(ledger), room, left;
	bool is_balanced = !path_dut && ledger->unexplained == 0;
	int64_t spare = ledger->unexplained + (int64_t)doubtful;

	ledger->unexplained_min = ledger->unexplained_max = ledger->unexplained;
	if (doubtful == 0 || is_balanced) {
		for (uint32_t i = 0; i < ledger->n_accounts; i++)
			ledger->account[i].frames_min = ledger->account[i].frames_max;
		return;
	}
	room = left = spare < 0 ? 0 : (uint64_t)spare;
	for (int unread = 0; unread <= 1; unread++)
		for (uint32_t i = 0; i < ledger->n_accounts; i++)
			if ((ledger->account[i].place == OVR_PLACE_RX_UNREAD) == unread)
				left = share_account(ledger, &ledger->account[i], room, left);
	ledger->unexplained = ledger->unexplained_min = spare < 0 ? spare : (int64_t)left;
	ledger->unexplained_max = spare < 0 ? spare : (int64_t)room;
	ledger->explained = ledger->lost - ledger->unexplained;
}

/* What is left, however much that may be, was lost on the path. */
static void
book_path(struct ovr_ledger *ledger)
{
	struct ovr_ledger_account *path = ovr_ledger_add(
		ledger, OVR_PLACE_PATH, "", -1, (uint64_t)ledger->unexplained, "remainder", "ledger");

	if (path == NULL)
		return;
	path->frames_min = (uint64_t)ledger->unexplained_min;
	path->frames_max = (uint64_t)ledger->unexplained_max;
	ledger->explained += ledger->unexplained;
	ledger->unexplained = ledger->unexplained_min = ledger->unexplained_max = 0;
}

/* Whether part / whole is above a limit. Exact, whatever the numbers. */
static bool
is_above(uint64_t part, uint64_t whole, uint32_t limit_ppb)
{
	return (unsigned __int128)part * 1000000000 > (unsigned __int128)whole * limit_ppb;
}

void
ovr_ledger_explain(struct ovr_ledger *ledger, bool path_dut)
{
	const struct ovr_ledger_figures *f = &ledger->figures;

	if (!ovr_ledger_knows_loss(ledger))
		return;
	ledger->lost = (int64_t)(f->sent - f->unique);
	ledger->explained = 0;
	widen(ledger);
	for (uint32_t i = 0; i < ledger->n_accounts; i++) {
		if (!ovr_ledger_account_is_refused(&ledger->account[i]))
			ledger->explained += (int64_t)ledger->account[i].frames;
	}
	if (f->copies_known)
		ledger->explained -= (int64_t)(f->copies - f->duplicate);
	ledger->unexplained = ledger->lost - ledger->explained;
	if (!f->copies_known)
		infer_copies(ledger);
	share_out(ledger, path_dut);
	if (path_dut && ledger->unexplained_max > 0)
		book_path(ledger);
	if (ledger->unexplained < 0)
		ovr_ledger_void_counter(ledger, "counters claim %s frame%s more than were lost",
			count((uint64_t)-ledger->unexplained).text, ledger->unexplained == -1 ? "" : "s");
}

/* The tester's own blindness is no fault of what it tests. */
static void
say_unread(struct ovr_ledger *ledger)
{
	uint64_t most = 0, least = 0;

	for (uint32_t i = 0; i < ledger->n_accounts; i++)
		if (ledger->account[i].place == OVR_PLACE_RX_UNREAD) {
			most += ledger->account[i].frames_max;
			least += ledger->account[i].frames_min;
		}
	if (most > (uint64_t)ledger->lost)
		most = (uint64_t)ledger->lost;
	if (most != 0)
		find_loss(ledger,
			"%s%s of these were delivered to receive queues that this trial does not read: read "
			"them all (rxq), or steer the flows to those that are read",
			least == most ? "" : "up to ", count(most).text);
}

void
ovr_ledger_close(struct ovr_ledger *ledger, const struct ovr_ledger_limits *limits)
{
	const struct ovr_ledger_figures *f = &ledger->figures;

	if (!f->sender_unknown)
		check_sending(ledger);
	if (!f->receiver_unknown)
		check_receiving(ledger);
	if (!ovr_ledger_knows_loss(ledger))
		ovr_ledger_void(ledger, "what was lost is not known: there are no figures of the %s",
			!f->sender_unknown            ? "receiver"
				: f->receiver_unknown ? "sender, and none of the receiver"
						      : "sender");
	ovr_ledger_explain(ledger, limits->path_dut);

	if (f->scheduled > f->attempted &&
		is_above(f->scheduled - f->attempted, f->scheduled, limits->tolerance_ppb))
		find_fault(ledger, OVR_LEDGER_CHECK_RATE,
			"the sender attempted %s of %s scheduled frames: the shortfall of %s is above the "
			"tolerance of %s",
			count(f->attempted).text, count(f->scheduled).text,
			ratio(f->scheduled - f->attempted, f->scheduled).text,
			share(limits->tolerance_ppb).text);

	if (ledger->verdict == OVR_VERDICT_VOID || ledger->lost <= 0)
		return;
	if (!is_above((uint64_t)ledger->lost, f->sent, limits->max_loss_ppb))
		return;
	find_loss(ledger, "lost %s of %s frames: %s is above the limit of %s",
		count((uint64_t)ledger->lost).text, count(f->sent).text,
		ratio((uint64_t)ledger->lost, f->sent).text, share(limits->max_loss_ppb).text);
	say_unread(ledger);
}
