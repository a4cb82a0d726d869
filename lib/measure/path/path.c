/* SPDX-License-Identifier: BSD-3-Clause */
#include "path/path.h"

#include <math.h>

#include "path/limit.h"
#include "path/reflect.h"

/* Hosts limit ICMP errors to one per second (RFC 1812, 4.3.2.8; Linux: icmp_ratelimit). */
#define ERRORS_PER_S 1.05

/* What is summed up of a hop beside its row. */
struct sums {
	struct ovr_path_rhythm rhythm;
	double mean, squares, differences; /* Welford's, of round-trip times */
	uint64_t n_differences;
	uint64_t n_service, n_errors; /* answers of the destination */
};

static bool
is_of(const struct ovr_path_probe *probe, uint16_t flow)
{
	return (flow == OVR_PATH_ALL_FLOWS || probe->flow == flow) && probe->answer != OVR_PATH_WAITING;
}

static bool
is_of_destination(enum ovr_path_answer answer)
{
	return answer == OVR_PATH_DESTINATION || answer == OVR_PATH_PORT_UNREACHABLE;
}

/* Whether a router has answered in the destination's place. */
static bool
is_rejected(enum ovr_path_answer answer)
{
	return answer == OVR_PATH_NO_ROUTE || answer == OVR_PATH_NO_NEIGHBOUR ||
		answer == OVR_PATH_PROHIBITED || answer == OVR_PATH_TOO_BIG;
}

uint8_t
ovr_path_distance(const struct ovr_path_probe *probe, size_t n, uint16_t flow)
{
	uint8_t destination = 0, rejected = 0;

	for (size_t i = 0; i < n; i++) {
		uint8_t *distance = NULL;

		if (!is_of(&probe[i], flow))
			continue;
		if (is_of_destination(probe[i].answer))
			distance = &destination;
		else if (is_rejected(probe[i].answer))
			distance = &rejected;
		if (distance != NULL && (*distance == 0 || probe[i].ttl < *distance))
			*distance = probe[i].ttl;
	}
	return destination != 0 ? destination : rejected;
}

/* The rows that there are, and for each flow the TTL from which its probes are the last row's. */
static void
measure(const struct ovr_path_probe *probe, size_t n, uint16_t flow, struct ovr_path *path,
	uint8_t distance[OVR_PATH_FLOWS_MAX])
{
	uint8_t answered[OVR_PATH_FLOWS_MAX] = { 0 };
	bool is_there[OVR_PATH_FLOWS_MAX] = { false };

	for (size_t i = 0; i < n; i++) {
		if (!is_of(&probe[i], flow))
			continue;
		is_there[probe[i].flow] = true;
		if (probe[i].answer == OVR_PATH_HOP && probe[i].ttl > answered[probe[i].flow])
			answered[probe[i].flow] = probe[i].ttl;
		path->is_reached |= is_of_destination(probe[i].answer);
	}
	for (uint16_t f = 0; f < OVR_PATH_FLOWS_MAX; f++) {
		if (!is_there[f])
			continue;
		distance[f] = ovr_path_distance(probe, n, f);
		/* what lies behind the last hop that answers */
		if (distance[f] == 0)
			distance[f] = answered[f] < OVR_PATH_TTL_MAX ? answered[f] + 1 : OVR_PATH_TTL_MAX;
		path->lengths_differ |= path->n_hops != 0 && distance[f] != path->n_hops;
		if (distance[f] > path->n_hops)
			path->n_hops = distance[f];
	}
}

static void
add_address(struct ovr_path_hop *hop, uint16_t address)
{
	if (address == 0)
		return;
	for (uint32_t i = 0; i < hop->n_addresses; i++)
		if (hop->address[i] == address)
			return;
	if (hop->n_addresses == OVR_PATH_ADDRESSES_MAX)
		hop->n_addresses_beyond++;
	else
		hop->address[hop->n_addresses++] = address;
}

static void
add_time(struct ovr_path_hop *hop, struct sums *sums, uint64_t rtt_ns)
{
	double before = sums->mean;

	if (hop->answered > 1) {
		sums->differences += fabs((double)rtt_ns - (double)hop->last_ns);
		sums->n_differences++;
	}
	sums->mean += ((double)rtt_ns - before) / (double)hop->answered;
	sums->squares += ((double)rtt_ns - before) * ((double)rtt_ns - sums->mean);
	hop->last_ns = rtt_ns;
	if (hop->answered == 1 || rtt_ns < hop->best_ns)
		hop->best_ns = rtt_ns;
	if (rtt_ns > hop->worst_ns)
		hop->worst_ns = rtt_ns;
}

/* A router has answered where the destination was: its TTL ended before it came there. */
static bool
is_detour(const struct ovr_path_probe *probe, const uint8_t distance[OVR_PATH_FLOWS_MAX], bool is_reached)
{
	return is_reached && probe->answer == OVR_PATH_HOP && probe->ttl >= distance[probe->flow];
}

/* @param is_elsewhere nothing is known of it: it did not get as far as its row */
static void
add_probe(struct ovr_path_hop *hop, struct sums *sums, const struct ovr_path_probe *probe, bool is_elsewhere)
{
	bool is_answered = probe->answer != OVR_PATH_MISSING;

	hop->sent++;
	ovr_path_rhythm_add(&sums->rhythm, probe->sent_ns, is_answered);
	if (!is_answered) {
		hop->missing++;
		return;
	}
	if (is_elsewhere)
		return;
	sums->n_service += probe->answer == OVR_PATH_DESTINATION;
	sums->n_errors += probe->answer == OVR_PATH_PORT_UNREACHABLE;
	hop->answered++;
	add_time(hop, sums, probe->rtt_ns);
}

static double
ratio_of(const struct ovr_path_hop *hop)
{
	return hop->sent == 0 ? 1 : (double)hop->missing / (double)hop->sent;
}

static void
finish_hop(struct ovr_path_hop *hop, const struct sums *sums)
{
	hop->missing_ratio = ovr_method_confidence_share(hop->missing, hop->sent, OVR_PATH_LEVEL);
	hop->mean_ns = sums->mean;
	if (hop->answered > 1)
		hop->stdev_ns = sqrt(sums->squares / (double)(hop->answered - 1));
	if (sums->n_differences > 0)
		hop->jitter_ns = sums->differences / (double)sums->n_differences;
	hop->limit = ovr_path_rhythm_limit(&sums->rhythm);
}

static bool
is_beyond(const struct ovr_method_interval *interval, const struct ovr_method_interval *other)
{
	return interval->low > other->high;
}

/* From the last hop to the first: the smallest share of missing answers from each on. */
static void
take_minima(struct ovr_path *path)
{
	const struct ovr_path_hop *least = NULL;

	for (uint32_t i = path->n_hops; i-- > 0;) {
		struct ovr_path_hop *hop = &path->hop[i];

		if (hop->answered > 0 && (least == NULL || ratio_of(hop) < ratio_of(least)))
			least = hop;
		hop->counted_ratio = least == NULL ? NAN : ratio_of(least);
		hop->counted = least == NULL ? (struct ovr_method_interval){ 0, 1 } : least->missing_ratio;
	}
}

/* Whether the destination's missing answers are loss. */
static bool
is_trusted(const struct ovr_path *path, const struct sums *last)
{
	const struct ovr_path_hop *end = &path->hop[path->n_hops - 1];

	if (!path->is_reached || end->sent == 0 || end->limit.is_found ||
		end->answered + end->missing < end->sent)
		return false;
	return end->missing == 0 || last->n_service > 0 ||
		ovr_path_rhythm_rate(&last->rhythm) <= ERRORS_PER_S;
}

/*
 * A hop's state by the rule.
 * @param level what is lost before it, by the hops before; raised where loss starts
 */
static enum ovr_path_state
state_of(const struct ovr_path_hop *hop, bool is_trusted, struct ovr_method_interval *level)
{
	if (hop->answered == 0)
		return isnan(hop->counted_ratio) || hop->sent == 0 ? OVR_PATH_UNKNOWN : OVR_PATH_SILENT;
	if (hop->missing == 0)
		return hop->answered == hop->sent ? OVR_PATH_NO_LOSS : OVR_PATH_UNKNOWN;
	if (hop->limit.is_found || is_beyond(&hop->missing_ratio, &hop->counted))
		return OVR_PATH_ANSWERS_LIMITED;
	if (hop->counted_ratio <= 0)
		return OVR_PATH_NO_LOSS;
	if (!is_trusted)
		return OVR_PATH_UNKNOWN;
	if (is_beyond(&hop->counted, level)) {
		*level = hop->counted;
		return OVR_PATH_LOSS_STARTS;
	}
	return level->low > 0 ? OVR_PATH_LOSS_BEFORE : OVR_PATH_UNKNOWN;
}

/* Hops whose answers are limited, or that have too few, do not say what was lost before them. */
static int32_t
starts_after(const struct ovr_path *path, uint32_t at)
{
	for (uint32_t i = at; i-- > 0;)
		if (path->hop[i].answered > 0 &&
			is_beyond(&path->hop[at].counted, &path->hop[i].missing_ratio))
			return path->hop[i].ttl;
	return 0;
}

static void
judge_hops(struct ovr_path *path, const struct sums *last)
{
	const struct ovr_path_hop *end = &path->hop[path->n_hops - 1];
	bool is_known = is_trusted(path, last);
	/* before the first hop nothing is lost; as sure as one knows of as many probes */
	struct ovr_method_interval level = ovr_method_confidence_share(0, end->sent, OVR_PATH_LEVEL);

	for (uint32_t i = 0; i < path->n_hops; i++) {
		path->hop[i].state = state_of(&path->hop[i], is_known, &level);
		/* later rows are not of the same flows */
		if (path->lengths_differ && path->hop[i].missing > 0 && !path->hop[i].limit.is_found)
			path->hop[i].state = OVR_PATH_UNKNOWN;
		path->hop[i].starts_after = path->hop[i].state == OVR_PATH_LOSS_STARTS ? starts_after(path, i)
										       : -1;
	}
	if (!is_known)
		path->verdict = OVR_PATH_UNDECIDED;
	else
		path->verdict = end->missing > 0 ? OVR_PATH_LOSES : OVR_PATH_PASSES;
}

static void
add_fault(
	struct ovr_path *path, enum ovr_path_fault_kind kind, uint16_t address, uint16_t ttl, uint16_t period)
{
	for (uint32_t i = 0; i < path->n_faults; i++) {
		struct ovr_path_fault *fault = &path->fault[i];

		if (fault->kind == kind && (fault->address == address || kind == OVR_PATH_FAULT_LOOP)) {
			fault->n++;
			if (ttl < fault->ttl)
				fault->ttl = ttl;
			return;
		}
	}
	if (path->n_faults < OVR_PATH_FAULTS_MAX)
		path->fault[path->n_faults++] = (struct ovr_path_fault){ kind, address, ttl, period, 1 };
}

/* A router at two distances with others between them. */
static void
find_loop(struct ovr_path *path)
{
	for (uint32_t i = 0; i < path->n_hops && !path->is_reached; i++)
		for (uint32_t k = i + 2; k < path->n_hops; k++)
			if (path->hop[i].n_addresses == 1 && path->hop[k].n_addresses == 1 &&
				path->hop[i].address[0] == path->hop[k].address[0]) {
				add_fault(path, OVR_PATH_FAULT_LOOP, path->hop[i].address[0],
					path->hop[i].ttl, (uint16_t)(k - i));
				return;
			}
}

static void
find_faults(const struct ovr_path_probe *probe, size_t n, uint16_t flow,
	const uint8_t distance[OVR_PATH_FLOWS_MAX], const struct sums *last, struct ovr_path *path)
{
	const struct ovr_path_hop *end = &path->hop[path->n_hops - 1];

	for (size_t i = 0; i < n; i++) {
		const struct ovr_path_probe *one = &probe[i];

		if (!is_of(one, flow))
			continue;
		if (one->answer == OVR_PATH_NO_ROUTE)
			add_fault(path, OVR_PATH_FAULT_NO_ROUTE, one->address, one->ttl, 0);
		else if (one->answer == OVR_PATH_NO_NEIGHBOUR)
			add_fault(path, OVR_PATH_FAULT_NO_NEIGHBOUR, one->address, one->ttl, 0);
		else if (one->answer == OVR_PATH_PROHIBITED)
			add_fault(path, OVR_PATH_FAULT_PROHIBITED, one->address, one->ttl, 0);
		else if (!one->is_search && is_detour(one, distance, path->is_reached))
			add_fault(path, OVR_PATH_FAULT_DETOUR, one->address, one->ttl, 0);
	}
	find_loop(path);
	if (last->n_service > 0 && last->n_errors > 0)
		add_fault(path, OVR_PATH_FAULT_TWO_ANSWERS, end->address[0], end->ttl, 0);
}

/* By the list of an agent, if it has every probe to the destination. @return whether it has */
static bool
take_list(const struct ovr_path_probe *probe, size_t n, uint16_t flow,
	const uint8_t distance[OVR_PATH_FLOWS_MAX], struct ovr_path *path)
{
	bool is_contradicted = false;

	for (size_t i = 0; i < n; i++) {
		const struct ovr_path_probe *one = &probe[i];

		if (!is_of(one, flow) || one->is_search || one->ttl < distance[one->flow])
			continue;
		if (one->arrival == OVR_PATH_ARRIVAL_UNKNOWN)
			return false;
		path->is_listed = true;
		if (one->answer == OVR_PATH_MISSING && one->arrival == OVR_PATH_NOT_ARRIVED)
			path->forward_missing++;
		else if (one->answer == OVR_PATH_MISSING)
			path->backward_missing++;
		/* it never came there, and there is an answer */
		if (is_of_destination(one->answer) && one->arrival == OVR_PATH_NOT_ARRIVED) {
			add_fault(path, OVR_PATH_FAULT_OTHER_HOST, one->address, one->ttl, 0);
			is_contradicted = true;
		}
	}
	path->has_direction = path->is_listed && !is_contradicted;
	return path->is_listed;
}

/* Of all flows, if it is known of each of them. */
static void
find_directions(const struct ovr_path_probe *probe, size_t n, uint16_t flow,
	const uint8_t distance[OVR_PATH_FLOWS_MAX], struct ovr_path *path)
{
	struct ovr_path_directions directions[OVR_PATH_FLOWS_MAX] = { 0 };

	if (take_list(probe, n, flow, distance, path)) {
		if (!path->has_direction)
			path->forward_missing = path->backward_missing = 0;
		return;
	}
	path->is_listed = false;
	path->forward_missing = path->backward_missing = 0;
	for (size_t i = 0; i < n; i++)
		if (is_of(&probe[i], flow) && !probe[i].is_search && probe[i].ttl >= distance[probe[i].flow])
			ovr_path_directions_add(&directions[probe[i].flow],
				probe[i].answer != OVR_PATH_MISSING, probe[i].reflected);
	path->has_direction = path->hop[path->n_hops - 1].sent > 0;
	for (uint16_t f = 0; f < OVR_PATH_FLOWS_MAX && path->has_direction; f++) {
		const struct ovr_path_directions *of = &directions[f];

		if (of->sent == 0)
			continue;
		path->has_direction = ovr_path_directions_are_known(of);
		path->forward_missing += of->sent_then - of->count;
		path->backward_missing += of->count - of->answered_then;
		path->undirected_missing += of->sent - of->sent_then;
	}
	if (!path->has_direction)
		path->forward_missing = path->backward_missing = path->undirected_missing = 0;
}

void
ovr_path_judge(const struct ovr_path_probe *probe, size_t n, uint16_t flow, struct ovr_path *ret_path)
{
	uint8_t distance[OVR_PATH_FLOWS_MAX] = { 0 };
	struct sums sums[OVR_PATH_TTL_MAX] = { 0 };
	struct ovr_path path = { .verdict = OVR_PATH_UNDECIDED };

	measure(probe, n, flow, &path, distance);
	for (size_t i = 0; i < n; i++) {
		uint32_t row = probe[i].ttl < distance[probe[i].flow] ? probe[i].ttl - 1u : path.n_hops - 1;

		if (!is_of(&probe[i], flow))
			continue;
		add_address(&path.hop[row], probe[i].address);
		if (!probe[i].is_search)
			add_probe(&path.hop[row], &sums[row], &probe[i],
				is_rejected(probe[i].answer) ||
					is_detour(&probe[i], distance, path.is_reached));
	}
	for (uint32_t i = 0; i < path.n_hops; i++) {
		path.hop[i].ttl = (uint16_t)(i + 1);
		path.hop[i].is_destination = i + 1 == path.n_hops;
		finish_hop(&path.hop[i], &sums[i]);
	}
	if (path.n_hops > 0) {
		take_minima(&path);
		judge_hops(&path, &sums[path.n_hops - 1]);
		find_faults(probe, n, flow, distance, &sums[path.n_hops - 1], &path);
		find_directions(probe, n, flow, distance, &path);
	}
	*ret_path = path;
}

void
ovr_path_doubt(struct ovr_path *path)
{
	for (uint32_t i = 0; i < path->n_hops; i++) {
		if (path->hop[i].missing > 0)
			path->hop[i].state = OVR_PATH_UNKNOWN;
		path->hop[i].starts_after = -1;
	}
	path->has_direction = path->is_listed = false;
	path->forward_missing = path->backward_missing = path->undirected_missing = 0;
	if (path->verdict == OVR_PATH_LOSES)
		path->verdict = OVR_PATH_UNDECIDED;
}

const char *
ovr_path_state_name(enum ovr_path_state state)
{
	static const char *const name[OVR_PATH_STATES] = {
		[OVR_PATH_NO_LOSS] = "no loss",
		[OVR_PATH_LOSS_STARTS] = "loss starts here",
		[OVR_PATH_LOSS_BEFORE] = "loss before",
		[OVR_PATH_ANSWERS_LIMITED] = "answers limited",
		[OVR_PATH_SILENT] = "silent",
		[OVR_PATH_UNKNOWN] = "unknown",
	};

	return name[state];
}

const char *
ovr_path_verdict_name(enum ovr_path_verdict verdict)
{
	static const char *const name[OVR_PATH_VERDICTS] = {
		[OVR_PATH_PASSES] = "no loss",
		[OVR_PATH_LOSES] = "loss",
		[OVR_PATH_UNDECIDED] = "unknown",
	};

	return name[verdict];
}

const char *
ovr_path_fault_name(enum ovr_path_fault_kind kind)
{
	static const char *const name[OVR_PATH_FAULTS] = {
		[OVR_PATH_FAULT_NO_ROUTE] = "no route",
		[OVR_PATH_FAULT_NO_NEIGHBOUR] = "no neighbour",
		[OVR_PATH_FAULT_PROHIBITED] = "prohibited",
		[OVR_PATH_FAULT_LOOP] = "loop",
		[OVR_PATH_FAULT_TWO_ANSWERS] = "two answers",
		[OVR_PATH_FAULT_OTHER_HOST] = "other host",
		[OVR_PATH_FAULT_DETOUR] = "detour",
	};

	return name[kind];
}
