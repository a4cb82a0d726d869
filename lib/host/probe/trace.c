/* SPDX-License-Identifier: BSD-3-Clause */
#include "probe/trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/rng.h"
#include "base/wait.h"

#define NS_PER_MS UINT64_C(1000000)
/* Hops that are looked for at a time, and hops without an answer after which nobody is expected. */
#define WINDOW     4
#define SILENT_MAX 8
/* Probes to a silent hop before the destination. */
#define NEARER_TRIES 3
/* Between probes of a window, and of the search for the MTU. */
#define STEP_NS (5 * NS_PER_MS)
/* Hosts send one ICMP error a second. */
#define ERROR_STEP_NS (1100 * NS_PER_MS)
/* At the end nobody waits longer, however slow some answers were. */
#define LATE_NS_MAX (60 * 1000 * NS_PER_MS)

/* What is known of a flow while it is traced. */
struct way {
	uint8_t destination, rejected; /* smallest TTL answered so; 0: none */
	uint8_t hop;                   /* largest TTL that a router answered */
	uint8_t next;                  /* TTL that is looked for next */
	uint32_t settled;              /* probes before this one are no longer waited for */
	uint32_t newest;               /* the largest stamp of a reflector */
	uint64_t answered;             /* TTL t by anybody: bit t − 1 */
};

struct tracer {
	const struct ovr_trace_conf *conf;
	struct ovr_trace *trace;
	struct ovr_probe *probe;
	struct way way[OVR_PATH_FLOWS_MAX];
	struct ovr_rng rng;
	bool is_of_mtu;     /* answers are of the search */
	uint32_t mtu_first; /* number of the search's first probe, in `sized` */
	struct sized *sized;
	uint32_t n_sized, sized_capacity;
	uint64_t slowest_ns; /* round trip */
	int send_error;      /* the latest one */
	bool has_sent;
	bool is_searching; /* for the distance */
	bool has_service;  /* the destination answers by more than errors */
};

/* A probe of the search for the MTU. */
struct sized {
	uint32_t bytes;
	uint8_t ttl;
	enum ovr_path_answer answer;
	uint16_t address;
	uint32_t mtu;
};

static uint16_t
address_number(struct ovr_trace *trace, const char *text)
{
	if (text[0] == '\0')
		return 0;
	for (uint16_t i = 1; i <= trace->n_addresses; i++)
		if (strcmp(trace->address[i], text) == 0)
			return i;
	/* the last place is that of all further ones */
	if (trace->n_addresses + 1 == OVR_TRACE_ADDRESSES_MAX)
		return trace->n_addresses;
	memcpy(trace->address[++trace->n_addresses], text, INET6_ADDRSTRLEN);
	return trace->n_addresses;
}

static uint8_t
distance_of(const struct way *way)
{
	return way->destination != 0 ? way->destination : way->rejected;
}

static void
keep_smallest(uint8_t *smallest, uint8_t ttl)
{
	if (*smallest == 0 || ttl < *smallest)
		*smallest = ttl;
}

static void
learn(struct tracer *tracer, const struct ovr_path_probe *probe)
{
	struct way *way = &tracer->way[probe->flow];

	way->answered |= UINT64_C(1) << (probe->ttl - 1);
	switch (probe->answer) {
	case OVR_PATH_HOP:
		if (probe->ttl > way->hop)
			way->hop = probe->ttl;
		break;
	case OVR_PATH_DESTINATION:
		tracer->has_service = true;
		keep_smallest(&way->destination, probe->ttl);
		break;
	case OVR_PATH_PORT_UNREACHABLE:
		keep_smallest(&way->destination, probe->ttl);
		break;
	default:
		keep_smallest(&way->rejected, probe->ttl);
	}
}

/* The only probe of a flow that is under way; NULL: there are several, or none. */
static struct ovr_path_probe *
only_one_of(struct tracer *tracer, uint16_t flow)
{
	struct ovr_path_probe *only = NULL;

	for (uint32_t i = tracer->way[flow].settled; i < tracer->trace->n_probes; i++) {
		struct ovr_path_probe *probe = &tracer->trace->probe[i];

		if (probe->flow != flow || probe->answer != OVR_PATH_WAITING)
			continue;
		if (only != NULL)
			return NULL;
		only = probe;
	}
	return only;
}

/* An answer that may be of any of several probes: nothing is known of them. */
static void
drop_waiting(struct tracer *tracer, uint16_t flow)
{
	struct ovr_trace *trace = tracer->trace;

	for (uint32_t i = tracer->way[flow].settled; i < trace->n_probes; i++)
		trace->uncounted += trace->probe[i].flow == flow &&
			trace->probe[i].answer == OVR_PATH_WAITING;
	tracer->way[flow].settled = trace->n_probes;
}

static struct ovr_path_probe *
probe_of(struct tracer *tracer, const struct ovr_probe_answer *answer)
{
	struct ovr_path_probe *probe;

	if (answer->has_number)
		return answer->number < tracer->trace->n_probes ? &tracer->trace->probe[answer->number]
								: NULL;
	tracer->trace->is_one_at_a_time = true;
	probe = only_one_of(tracer, answer->flow);
	if (probe == NULL)
		drop_waiting(tracer, answer->flow);
	return probe;
}

static void
take_sized(struct tracer *tracer, const struct ovr_probe_answer *answer)
{
	struct sized *sized;

	if (!answer->has_number || answer->number < tracer->mtu_first ||
		answer->number - tracer->mtu_first >= tracer->n_sized)
		return;
	sized = &tracer->sized[answer->number - tracer->mtu_first];
	if (sized->answer != OVR_PATH_MISSING)
		return;
	sized->answer = answer->kind;
	sized->address = address_number(tracer->trace, answer->from);
	sized->mtu = answer->mtu;
}

/* The order in which answers come is that in which the reflector sent them. */
static void
take_stamp(struct tracer *tracer, const struct ovr_probe_answer *answer)
{
	struct way *way = &tracer->way[answer->flow];

	tracer->trace->back_reordered += answer->reflected < way->newest;
	if (answer->reflected > way->newest)
		way->newest = answer->reflected;
}

static void
take(struct tracer *tracer, const struct ovr_probe_answer *answer)
{
	struct ovr_path_probe *probe;

	if (tracer->is_of_mtu && (!answer->has_number || answer->number >= tracer->mtu_first)) {
		take_sized(tracer, answer);
		return;
	}
	probe = probe_of(tracer, answer);
	if (probe == NULL)
		return;
	if (probe->answer != OVR_PATH_WAITING && probe->answer != OVR_PATH_MISSING) {
		tracer->trace->duplicates++;
		tracer->trace->back_duplicates += answer->reflected != 0 && !answer->is_copy &&
			answer->reflected == probe->reflected;
		return;
	}
	if (answer->reflected != 0 && !answer->is_copy)
		take_stamp(tracer, answer);
	probe->answer = (uint8_t)answer->kind;
	probe->address = address_number(tracer->trace, answer->from);
	/* the stamp of a copy is not in the order of the flow's */
	probe->reflected = answer->is_copy ? 0 : answer->reflected;
	probe->rtt_ns = answer->at_ns > probe->sent_ns ? answer->at_ns - probe->sent_ns : 0;
	if (probe->rtt_ns > tracer->slowest_ns)
		tracer->slowest_ns = probe->rtt_ns;
	learn(tracer, probe);
}

/* Take answers until then. */
static void
receive_until(struct tracer *tracer, uint64_t until_ns)
{
	struct ovr_probe_answer answer;

	while (ovr_probe_receive(tracer->probe, until_ns, &answer) == 1)
		take(tracer, &answer);
}

/* Whether probes of a flow, or of all of them, are under way, within their wait. */
static bool
is_waiting(const struct tracer *tracer, uint16_t flow)
{
	const struct ovr_trace *trace = tracer->trace;
	uint64_t now_ns = ovr_probe_now_ns();

	for (uint32_t i = trace->n_probes; i-- > 0;) {
		const struct ovr_path_probe *probe = &trace->probe[i];

		if (now_ns - probe->sent_ns > tracer->conf->wait_ns)
			break;
		if ((flow == OVR_PATH_ALL_FLOWS || probe->flow == flow) &&
			i >= tracer->way[probe->flow].settled && probe->answer == OVR_PATH_WAITING)
			return true;
	}
	return false;
}

/* Wait for the answers that are outstanding. */
static void
drain(struct tracer *tracer, uint16_t flow)
{
	while (is_waiting(tracer, flow) && !ovr_wait_is_stopped())
		receive_until(tracer, ovr_probe_now_ns() + NS_PER_MS);
}

/* Probes that have no answer, and were sent within the last @p patience_ns. @return their number */
static uint32_t
set_unanswered(struct tracer *tracer, uint64_t patience_ns, enum ovr_path_answer answer)
{
	struct ovr_trace *trace = tracer->trace;
	uint64_t now_ns = ovr_probe_now_ns();
	uint32_t n = 0;

	for (uint32_t i = trace->n_probes; i-- > 0;) {
		struct ovr_path_probe *probe = &trace->probe[i];

		if (now_ns - probe->sent_ns > patience_ns)
			break;
		if (probe->answer == OVR_PATH_WAITING || probe->answer == OVR_PATH_MISSING) {
			probe->answer = (uint8_t)answer;
			n++;
		}
	}
	return n;
}

/*
 * Answers that come after the wait count while probes are sent. Where some took longer, those to
 * the latest probes may come as well: they get twice the time of the slowest one, or are not
 * counted.
 */
static void
drain_late(struct tracer *tracer)
{
	uint64_t patience_ns = 2 * tracer->slowest_ns < LATE_NS_MAX ? 2 * tracer->slowest_ns : LATE_NS_MAX;

	/* one at a time, each has had its wait */
	if (patience_ns <= tracer->conf->wait_ns || tracer->trace->is_one_at_a_time ||
		tracer->conf->probe.protocol == OVR_PROBE_TCP)
		return;
	while (set_unanswered(tracer, patience_ns, OVR_PATH_MISSING) > 0 && !ovr_wait_is_stopped())
		receive_until(tracer, ovr_probe_now_ns() + NS_PER_MS);
	if (ovr_wait_is_stopped())
		set_unanswered(tracer, patience_ns, OVR_PATH_WAITING);
}

/* What is not answered within the wait is missing, for now: an answer that comes later counts. */
static void
expire(struct tracer *tracer)
{
	struct ovr_trace *trace = tracer->trace;
	uint64_t now_ns = ovr_probe_now_ns();

	for (uint16_t flow = 0; flow < tracer->conf->probe.n_flows; flow++) {
		struct way *way = &tracer->way[flow];
		bool is_old = true;

		for (uint32_t i = way->settled; i < trace->n_probes; i++) {
			struct ovr_path_probe *probe = &trace->probe[i];

			if (now_ns - probe->sent_ns <= tracer->conf->wait_ns)
				break;
			if (probe->flow == flow && probe->answer == OVR_PATH_WAITING)
				probe->answer = OVR_PATH_MISSING;
			if (is_old)
				way->settled = i + 1;
		}
	}
}

/* A probe at its time. @return 0; -ENOMEM */
static int
send_one(struct tracer *tracer, uint16_t flow, uint8_t ttl)
{
	struct ovr_trace *trace = tracer->trace;
	struct ovr_path_probe *probe;
	int rc;

	if (trace->is_one_at_a_time || tracer->conf->probe.protocol == OVR_PROBE_TCP) {
		drain(tracer, flow);
		expire(tracer);
		ovr_probe_give_up(tracer->probe, flow);
	}
	if (ovr_wait_is_stopped())
		return 0;
	probe = OVR_LIST_ADD(trace->probe, trace->n_probes, trace->capacity);
	if (probe == NULL)
		return -ENOMEM;
	probe->flow = flow;
	probe->ttl = ttl;
	probe->is_search = tracer->is_searching;
	rc = ovr_probe_send(tracer->probe, flow, ttl, trace->n_probes - 1, 0, false, &probe->sent_ns);
	trace->source[flow] = ovr_probe_source(tracer->probe, flow);
	if (rc == 0) {
		tracer->has_sent = true;
	} else {
		/* the number is used again */
		trace->n_probes--;
		trace->unsent++;
		tracer->send_error = trace->unsent_error = rc;
	}
	return 0;
}

/* Whether a flow's hops need not be looked for any more. */
static bool
is_found(const struct tracer *tracer, const struct way *way)
{
	return distance_of(way) != 0 || way->next > tracer->conf->ttl_max ||
		way->next > way->hop + SILENT_MAX;
}

/* Whether the destination may be nearer: it was found, and the hop before it did not answer. */
static bool
may_be_nearer(const struct way *way)
{
	return way->destination > 1 && (way->answered >> (way->destination - 2) & 1) == 0;
}

/*
 * A probe to the destination that is lost makes it look farther by a hop: ask the silent hop before
 * it again.
 */
static int
look_nearer(struct tracer *tracer)
{
	int rc = 0;

	for (int i = 0; i < NEARER_TRIES && rc == 0 && !ovr_wait_is_stopped(); i++) {
		for (uint16_t flow = 0; flow < tracer->conf->probe.n_flows && rc == 0; flow++) {
			const struct way *way = &tracer->way[flow];

			if (!may_be_nearer(way))
				continue;
			rc = send_one(tracer, flow, (uint8_t)(way->destination - 1));
			receive_until(tracer, ovr_probe_now_ns() + STEP_NS);
		}
		drain(tracer, OVR_PATH_ALL_FLOWS);
		expire(tracer);
	}
	return rc;
}

/* How far the destination is, or the last hop that answers. */
static int
find_distance(struct tracer *tracer)
{
	bool is_over = false;
	int rc = 0;

	tracer->is_searching = true;
	for (uint16_t flow = 0; flow < tracer->conf->probe.n_flows; flow++)
		tracer->way[flow].next = 1;
	while (!is_over && rc == 0 && !ovr_wait_is_stopped()) {
		is_over = true;
		for (uint16_t flow = 0; flow < tracer->conf->probe.n_flows && rc == 0; flow++) {
			struct way *way = &tracer->way[flow];

			for (int i = 0; i < WINDOW && rc == 0 && !is_found(tracer, way); i++) {
				rc = send_one(tracer, flow, way->next++);
				receive_until(tracer, ovr_probe_now_ns() + STEP_NS);
				is_over = false;
			}
		}
		drain(tracer, OVR_PATH_ALL_FLOWS);
		expire(tracer);
		if (!tracer->has_sent)
			return tracer->send_error;
	}
	return rc != 0 ? rc : look_nearer(tracer);
}

/* The flow's hops, and what lies behind the last one that answers. */
static uint8_t
hops_of(const struct tracer *tracer, const struct way *way)
{
	if (distance_of(way) != 0)
		return distance_of(way);
	return way->hop < tracer->conf->ttl_max ? (uint8_t)(way->hop + 1) : tracer->conf->ttl_max;
}

struct target {
	uint16_t flow;
	uint8_t ttl;
};

static uint32_t
shuffled(struct tracer *tracer, struct target *target)
{
	uint32_t n = 0;

	for (uint16_t flow = 0; flow < tracer->conf->probe.n_flows; flow++)
		for (uint8_t ttl = 1; ttl <= hops_of(tracer, &tracer->way[flow]); ttl++)
			target[n++] = (struct target){ flow, ttl };
	for (uint32_t i = n; i > 1; i--) {
		uint32_t other = (uint32_t)ovr_rng_below(&tracer->rng, i);
		struct target spare = target[i - 1];

		target[i - 1] = target[other];
		target[other] = spare;
	}
	return n;
}

static int
run_rounds(struct tracer *tracer)
{
	static struct target target[OVR_PATH_FLOWS_MAX * OVR_PATH_TTL_MAX];
	const struct ovr_trace_conf *conf = tracer->conf;
	uint64_t next_ns = ovr_probe_now_ns();
	int rc = 0;

	tracer->is_searching = false;
	ovr_probe_set_counted(tracer->probe, true);
	while (rc == 0 && !ovr_wait_is_stopped() &&
		(conf->count == 0 || tracer->trace->rounds < conf->count)) {
		uint32_t n = shuffled(tracer, target);

		/* who was held up does not catch up in a burst */
		if (ovr_probe_now_ns() > next_ns + conf->interval_ns)
			next_ns = ovr_probe_now_ns();
		for (uint32_t i = 0; i < n && rc == 0 && !ovr_wait_is_stopped(); i++) {
			receive_until(tracer, next_ns + conf->interval_ns * i / n);
			rc = send_one(tracer, target[i].flow, target[i].ttl);
		}
		next_ns += conf->interval_ns;
		if (ovr_wait_is_stopped())
			break;
		tracer->trace->rounds++;
		expire(tracer);
		if (conf->on_round != NULL)
			conf->on_round(conf->context, tracer->trace);
	}
	if (rc == 0)
		drain(tracer, OVR_PATH_ALL_FLOWS);
	expire(tracer);
	if (rc == 0)
		drain_late(tracer);
	ovr_probe_set_counted(tracer->probe, false);
	return rc;
}

static void
sum_search(struct ovr_trace *trace)
{
	for (uint32_t i = 0; i < trace->n_probes; i++) {
		trace->search_sent += trace->probe[i].is_search;
		trace->search_missing += trace->probe[i].is_search &&
			trace->probe[i].answer == OVR_PATH_MISSING;
	}
}

/*
 * Send probes of some sizes with DF, and wait for their answers.
 * @return 0; -ENOMEM
 */
static int
try_sizes(struct tracer *tracer, const uint32_t *bytes, const uint8_t *ttl, uint32_t n, uint32_t tries)
{
	uint64_t step_ns = tracer->has_service ? STEP_NS : ERROR_STEP_NS;
	uint64_t sent_ns = 0;

	tracer->is_of_mtu = true;
	tracer->mtu_first += tracer->n_sized;
	tracer->n_sized = 0;
	for (uint32_t i = 0; i < n * tries && !ovr_wait_is_stopped(); i++) {
		struct sized *sized = OVR_LIST_ADD(tracer->sized, tracer->n_sized, tracer->sized_capacity);
		uint32_t number = tracer->mtu_first + tracer->n_sized - 1;
		int rc;

		if (sized == NULL)
			return -ENOMEM;
		*sized = (struct sized){
			.bytes = bytes[i % n], .ttl = ttl[i % n], .answer = OVR_PATH_MISSING
		};
		rc = ovr_probe_send(tracer->probe, 0, sized->ttl, number, sized->bytes, true, &sent_ns);
		if (rc != 0)
			sized->answer = OVR_PATH_WAITING;
		else
			tracer->trace->mtu.sent++;
		receive_until(tracer, ovr_probe_now_ns() + step_ns);
	}
	for (bool is_open = true; is_open && ovr_probe_now_ns() < sent_ns + tracer->conf->wait_ns;) {
		is_open = false;
		for (uint32_t i = 0; i < tracer->n_sized; i++)
			is_open |= tracer->sized[i].answer == OVR_PATH_MISSING;
		if (is_open)
			receive_until(tracer, ovr_probe_now_ns() + NS_PER_MS);
		if (ovr_wait_is_stopped())
			break;
	}
	for (uint32_t i = 0; i < tracer->n_sized; i++)
		tracer->trace->mtu.missing += tracer->sized[i].answer == OVR_PATH_MISSING;
	return 0;
}

static bool
is_destinations(enum ovr_path_answer answer)
{
	return answer == OVR_PATH_DESTINATION || answer == OVR_PATH_PORT_UNREACHABLE;
}

/* What came of a size: the smallest one that nobody answered, the largest one that was answered. */
static void
sum_sizes(struct tracer *tracer, struct ovr_path_mtu *mtu)
{
	for (uint32_t i = 0; i < tracer->n_sized; i++)
		if (is_destinations(tracer->sized[i].answer) && tracer->sized[i].bytes > mtu->passes_bytes)
			mtu->passes_bytes = tracer->sized[i].bytes;
	for (uint32_t i = 0; i < tracer->n_sized; i++)
		if (!is_destinations(tracer->sized[i].answer) && tracer->sized[i].bytes > mtu->passes_bytes &&
			(mtu->fails_bytes == 0 || tracer->sized[i].bytes < mtu->fails_bytes))
			mtu->fails_bytes = tracer->sized[i].bytes;
}

/* The router that told of the smallest MTU in the last try; NULL: none did. */
static const struct sized *
told(const struct tracer *tracer)
{
	const struct sized *smallest = NULL;

	for (uint32_t i = 0; i < tracer->n_sized; i++)
		if (tracer->sized[i].answer == OVR_PATH_TOO_BIG &&
			(smallest == NULL || tracer->sized[i].mtu < smallest->mtu))
			smallest = &tracer->sized[i];
	return smallest;
}

static uint8_t
ttl_of(const struct tracer *tracer, uint16_t address)
{
	for (uint32_t i = 0; i < tracer->trace->n_probes; i++)
		if (tracer->trace->probe[i].answer == OVR_PATH_HOP &&
			tracer->trace->probe[i].address == address)
			return tracer->trace->probe[i].ttl;
	return 0;
}

/* How far packets get that are too large. */
static int
find_black_hole(struct tracer *tracer, struct ovr_path_mtu *mtu, uint32_t tries)
{
	uint32_t bytes[OVR_PATH_TTL_MAX];
	uint8_t ttl[OVR_PATH_TTL_MAX];
	uint8_t n = (uint8_t)(tracer->way[0].destination - 1);
	int rc;

	for (uint8_t i = 0; i < n; i++) {
		bytes[i] = mtu->fails_bytes;
		ttl[i] = (uint8_t)(i + 1);
	}
	rc = n == 0 ? 0 : try_sizes(tracer, bytes, ttl, n, tries);
	for (uint32_t i = 0; n != 0 && i < tracer->n_sized; i++)
		if (tracer->sized[i].answer == OVR_PATH_HOP && tracer->sized[i].ttl > mtu->reached_ttl)
			mtu->reached_ttl = tracer->sized[i].ttl;
	return rc;
}

/* Where nobody tells: the largest size that passes, and how far larger packets get. */
static int
search_mtu(struct tracer *tracer, struct ovr_path_mtu *mtu, uint32_t tries)
{
	uint32_t bytes[OVR_PATH_MTU_SIZES], n;
	uint8_t ttl[OVR_PATH_MTU_SIZES];
	int rc = 0;

	memset(ttl, OVR_PATH_TTL_MAX, sizeof(ttl));
	/* one error a second leaves no time for a search */
	while (rc == 0 && tracer->has_service && !ovr_wait_is_stopped() &&
		(n = ovr_path_mtu_sizes(mtu, bytes)) != 0) {
		rc = try_sizes(tracer, bytes, ttl, n, tries);
		sum_sizes(tracer, mtu);
	}
	if (ovr_wait_is_stopped() || rc != 0)
		return rc;
	mtu->state = OVR_PATH_MTU_BLACK_HOLE;
	return find_black_hole(tracer, mtu, tries);
}

/* The share of answers that the destination missed, at most. */
static double
missing_of(const struct ovr_trace *trace)
{
	static struct ovr_path path;

	ovr_path_judge(trace->probe, trace->n_probes, 0, &path);
	return path.n_hops == 0 || path.hop[path.n_hops - 1].sent == 0
		? 1
		: (double)path.hop[path.n_hops - 1].missing / (double)path.hop[path.n_hops - 1].sent;
}

static int
find_mtu(struct tracer *tracer)
{
	struct ovr_path_mtu *mtu = &tracer->trace->mtu;
	uint32_t tries = ovr_path_mtu_tries(missing_of(tracer->trace));
	uint32_t size;

	mtu->own_bytes = ovr_probe_own_mtu(tracer->probe);
	if (mtu->own_bytes == 0 || tries == 0 || tracer->way[0].destination == 0)
		return 0;
	tracer->mtu_first = tracer->trace->n_probes;
	size = mtu->own_bytes;
	/* down the steps that routers tell of; the own size again is none */
	for (uint32_t step = 0; step < OVR_PATH_TTL_MAX && !ovr_wait_is_stopped(); step++) {
		const uint32_t bytes[] = { size, OVR_PROBE_BYTES_MIN };
		const uint8_t ttl[] = { OVR_PATH_TTL_MAX, OVR_PATH_TTL_MAX };
		const struct sized *smallest;
		int rc = try_sizes(tracer, bytes, ttl, 2, tries);

		if (rc != 0)
			return rc;
		sum_sizes(tracer, mtu);
		if (mtu->passes_bytes == 0 || ovr_wait_is_stopped())
			return 0;
		if (mtu->passes_bytes == size) {
			mtu->state = mtu->told_by != 0 ? OVR_PATH_MTU_TOLD : OVR_PATH_MTU_OWN;
			return 0;
		}
		smallest = told(tracer);
		if (smallest == NULL || smallest->mtu >= size || smallest->mtu < OVR_PROBE_BYTES_MIN)
			return search_mtu(tracer, mtu, tries);
		mtu->told_by = smallest->address;
		mtu->told_ttl = ttl_of(tracer, smallest->address);
		size = smallest->mtu;
	}
	return 0;
}

int
ovr_trace_run(const struct ovr_trace_conf *conf, struct ovr_trace *trace, struct ovr_err *err)
{
	struct tracer tracer = { .conf = conf, .trace = trace };
	int rc = ovr_probe_open(&conf->probe, &tracer.probe, err);

	if (rc != 0)
		return rc;
	ovr_rng_seed(&tracer.rng, conf->seed, 0);
	rc = find_distance(&tracer);
	if (rc == 0)
		rc = run_rounds(&tracer);
	if (rc == 0 && conf->find_mtu && conf->probe.protocol != OVR_PROBE_TCP && !ovr_wait_is_stopped())
		rc = find_mtu(&tracer);
	if (rc == -ENOMEM)
		ovr_err_set(err, rc, "path: no memory for %u probes", trace->n_probes);
	else if (rc != 0)
		ovr_err_set(err, rc, "path: this host sends no probe: %s", strerror(-rc));
	trace->crowded = ovr_probe_crowded(tracer.probe);
	sum_search(trace);
	ovr_probe_close(tracer.probe);
	free(tracer.sized);
	return rc;
}

void
ovr_trace_done(struct ovr_trace *trace)
{
	free(trace->probe);
	trace->probe = NULL;
	trace->n_probes = trace->capacity = 0;
}
