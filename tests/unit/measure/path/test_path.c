/* SPDX-License-Identifier: BSD-3-Clause */
#include "path/path.h"

#include <criterion/criterion.h>
#include <math.h>

#define MS     UINT64_C(1000000)
#define ROUNDS 500

/* Probes in the making. */
struct trace {
	struct ovr_path_probe probe[8 * ROUNDS * 2];
	size_t n;
	uint64_t ns;
};

static void
add(struct trace *trace, uint16_t flow, uint8_t ttl, enum ovr_path_answer answer)
{
	trace->probe[trace->n++] = (struct ovr_path_probe){
		.sent_ns = trace->ns,
		.rtt_ns = answer == OVR_PATH_MISSING ? 0 : ttl * MS,
		.flow = flow,
		.address = answer == OVR_PATH_MISSING ? 0 : (uint16_t)(flow * 100 + ttl),
		.ttl = ttl,
		.answer = (uint8_t)answer,
	};
	trace->ns += MS / 10;
}

/* Of every `one_in` answers one is missing; 0: none. */
static enum ovr_path_answer
but(uint32_t round, uint32_t one_in, enum ovr_path_answer answer)
{
	return one_in != 0 && round % one_in == 0 ? OVR_PATH_MISSING : answer;
}

static void
expect(const struct ovr_path *path, uint32_t n, const enum ovr_path_state *state)
{
	cr_assert_eq(path->n_hops, n);
	for (uint32_t i = 0; i < n; i++)
		cr_assert_eq(path->hop[i].state, state[i], "hop %u: %s", i + 1,
			ovr_path_state_name(path->hop[i].state));
}

/* The lab of four: hop 1 answers six and then one a second, behind hop 2 one in ten is lost. */
Test(path, loss_starts_behind_hop_2_and_hop_1_is_limited)
{
	static const enum ovr_path_state state[] = { OVR_PATH_ANSWERS_LIMITED, OVR_PATH_NO_LOSS,
		OVR_PATH_LOSS_STARTS, OVR_PATH_LOSS_BEFORE };
	static struct trace trace;
	struct ovr_path path;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		trace.ns = i * 10 * MS;
		add(&trace, 0, 1, i < 6 || i % 100 == 0 ? OVR_PATH_HOP : OVR_PATH_MISSING);
		add(&trace, 0, 2, OVR_PATH_HOP);
		add(&trace, 0, 3, but(i, 11, OVR_PATH_HOP));
		add(&trace, 0, 4, but(i, 10, OVR_PATH_DESTINATION));
	}
	ovr_path_judge(trace.probe, trace.n, 0, &path);
	expect(&path, 4, state);
	cr_assert_eq(path.verdict, OVR_PATH_LOSES);
	cr_assert(path.is_reached);
	cr_assert(path.hop[0].limit.is_found);
	cr_assert_eq(path.hop[0].limit.burst, 6);
	cr_assert_eq(path.hop[2].missing, 46);
	cr_assert_eq(path.hop[3].missing, 50);
	/* the suffix minimum of hop 3 is its own, hop 2 has none */
	cr_assert_float_eq(path.hop[2].counted_ratio, 46.0 / 500, 1e-12);
	cr_assert_eq(path.hop[0].counted_ratio, 0);
	cr_assert_eq(path.hop[2].starts_after, 2);
	cr_assert_eq(path.hop[1].starts_after, -1);
}

/* One in ten is lost before hop 1 already, whose own answers are limited: they clear no link. */
Test(path, a_limited_hop_does_not_say_that_loss_is_behind_it)
{
	static const enum ovr_path_state state[] = { OVR_PATH_ANSWERS_LIMITED, OVR_PATH_SILENT,
		OVR_PATH_LOSS_STARTS };
	static struct trace trace;
	struct ovr_path path;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		trace.ns = i * 10 * MS;
		add(&trace, 0, 1, i < 6 || i % 100 == 0 ? OVR_PATH_HOP : OVR_PATH_MISSING);
		add(&trace, 0, 2, OVR_PATH_MISSING);
		add(&trace, 0, 3, but(i, 10, OVR_PATH_DESTINATION));
	}
	ovr_path_judge(trace.probe, trace.n, 0, &path);
	expect(&path, 3, state);
	cr_assert_eq(path.hop[2].starts_after, 0, "found %d", path.hop[2].starts_after);
}

/* One of 500 is missing at hop 1, by chance: what grows behind it is behind it. */
Test(path, a_hop_that_misses_one_answer_is_before_the_loss)
{
	static struct trace trace;
	struct ovr_path path;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		add(&trace, 0, 1, i == 7 ? OVR_PATH_MISSING : OVR_PATH_HOP);
		add(&trace, 0, 2, but(i, 10, OVR_PATH_DESTINATION));
	}
	ovr_path_judge(trace.probe, trace.n, 0, &path);
	cr_assert_eq(path.hop[1].state, OVR_PATH_LOSS_STARTS);
	cr_assert_eq(path.hop[1].starts_after, 1);
}

Test(path, without_loss_a_limited_hop_is_no_loss)
{
	static const enum ovr_path_state state[] = { OVR_PATH_ANSWERS_LIMITED, OVR_PATH_NO_LOSS };
	static struct trace trace;
	struct ovr_path path;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		add(&trace, 0, 1, but(i, 2, OVR_PATH_HOP));
		add(&trace, 0, 2, OVR_PATH_DESTINATION);
	}
	ovr_path_judge(trace.probe, trace.n, 0, &path);
	expect(&path, 2, state);
	cr_assert_eq(path.verdict, OVR_PATH_PASSES);
}

Test(path, a_destination_that_does_not_answer_is_unknown)
{
	static const enum ovr_path_state state[] = { OVR_PATH_NO_LOSS, OVR_PATH_SILENT, OVR_PATH_NO_LOSS,
		OVR_PATH_UNKNOWN };
	static struct trace trace;
	struct ovr_path path;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		add(&trace, 0, 1, OVR_PATH_HOP);
		add(&trace, 0, 2, OVR_PATH_MISSING);
		add(&trace, 0, 3, OVR_PATH_HOP);
		add(&trace, 0, 4, OVR_PATH_MISSING);
	}
	ovr_path_judge(trace.probe, trace.n, 0, &path);
	expect(&path, 4, state);
	cr_assert_eq(path.verdict, OVR_PATH_UNDECIDED);
	cr_assert_not(path.is_reached);
	cr_assert(isnan(path.hop[3].counted_ratio));
}

/* Errors of the destination, 50 of 100 a second missing. A limit of its own may be the reason. */
Test(path, a_destination_that_answers_by_errors_shows_loss_only_once_a_second)
{
	static struct trace fast, slow;
	struct ovr_path path;

	for (uint32_t i = 0; i < 100; i++) {
		fast.ns = i * 10 * MS;
		add(&fast, 0, 1, but(i, 2, OVR_PATH_PORT_UNREACHABLE));
		slow.ns = i * 1000 * MS;
		add(&slow, 0, 1, but(i, 2, OVR_PATH_PORT_UNREACHABLE));
	}
	ovr_path_judge(fast.probe, fast.n, 0, &path);
	cr_assert_eq(path.verdict, OVR_PATH_UNDECIDED);
	cr_assert_eq(path.hop[0].state, OVR_PATH_UNKNOWN);
	ovr_path_judge(slow.probe, slow.n, 0, &path);
	cr_assert_eq(path.verdict, OVR_PATH_LOSES);
	cr_assert_eq(path.hop[0].state, OVR_PATH_LOSS_STARTS);
}

/* One of 500 is loss, but says nothing of the place. */
Test(path, one_missing_answer_has_no_place)
{
	static struct trace trace;
	struct ovr_path path;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		add(&trace, 0, 1, OVR_PATH_HOP);
		add(&trace, 0, 2, i == 7 ? OVR_PATH_MISSING : OVR_PATH_DESTINATION);
	}
	ovr_path_judge(trace.probe, trace.n, 0, &path);
	cr_assert_eq(path.verdict, OVR_PATH_LOSES);
	cr_assert_eq(path.hop[0].state, OVR_PATH_NO_LOSS);
	cr_assert_eq(path.hop[1].state, OVR_PATH_UNKNOWN);
}

/* The first probes went beyond the destination: they are the destination's all the same. */
Test(path, probes_beyond_the_destination_are_its_own)
{
	static struct trace trace;
	struct ovr_path path;

	for (uint8_t ttl = 1; ttl <= 8; ttl++)
		add(&trace, 0, ttl,
			ttl < 3            ? OVR_PATH_HOP
				: ttl == 5 ? OVR_PATH_MISSING
					   : OVR_PATH_DESTINATION);
	add(&trace, 0, 2, OVR_PATH_WAITING);
	ovr_path_judge(trace.probe, trace.n, 0, &path);
	cr_assert_eq(path.n_hops, 3);
	cr_assert_eq(path.hop[1].sent, 1);
	cr_assert_eq(path.hop[2].sent, 6);
	cr_assert_eq(path.hop[2].missing, 1);
	cr_assert_eq(ovr_path_distance(trace.probe, trace.n, 0), 3);
}

Test(path, flows_are_judged_alone_and_together)
{
	static struct trace trace;
	struct ovr_path path;

	for (uint32_t i = 0; i < ROUNDS; i++)
		for (uint16_t flow = 0; flow < 2; flow++) {
			add(&trace, flow, 1, OVR_PATH_HOP);
			add(&trace, flow, 2, but(i, flow * 4, OVR_PATH_DESTINATION));
		}
	ovr_path_judge(trace.probe, trace.n, 0, &path);
	cr_assert_eq(path.verdict, OVR_PATH_PASSES);
	ovr_path_judge(trace.probe, trace.n, 1, &path);
	cr_assert_eq(path.verdict, OVR_PATH_LOSES);
	cr_assert_eq(path.hop[1].missing, 125);
	ovr_path_judge(trace.probe, trace.n, OVR_PATH_ALL_FLOWS, &path);
	cr_assert_eq(path.hop[1].sent, 1000);
	cr_assert_eq(path.hop[1].missing, 125);
	cr_assert_eq(path.hop[0].n_addresses, 2);
	cr_assert_eq(path.hop[1].state, OVR_PATH_LOSS_STARTS);
}

/* Flow 0 has 2 hops and loses behind the first one; flow 1 has 3 and loses nothing. */
Test(path, flows_of_different_length_have_no_place_together)
{
	static struct trace trace;
	struct ovr_path path;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		add(&trace, 0, 1, OVR_PATH_HOP);
		add(&trace, 0, 2, but(i, 5, OVR_PATH_DESTINATION));
		add(&trace, 1, 1, OVR_PATH_HOP);
		add(&trace, 1, 2, OVR_PATH_HOP);
		add(&trace, 1, 3, OVR_PATH_DESTINATION);
	}
	ovr_path_judge(trace.probe, trace.n, OVR_PATH_ALL_FLOWS, &path);
	cr_assert(path.lengths_differ);
	cr_assert_eq(path.n_hops, 3);
	cr_assert_eq(path.verdict, OVR_PATH_LOSES);
	cr_assert_eq(path.hop[2].missing, 100);
	cr_assert_eq(path.hop[2].state, OVR_PATH_UNKNOWN);
	cr_assert_eq(path.hop[1].state, OVR_PATH_NO_LOSS);
	ovr_path_judge(trace.probe, trace.n, 0, &path);
	cr_assert_not(path.lengths_differ);
	cr_assert_eq(path.hop[1].state, OVR_PATH_LOSS_STARTS);
}

Test(path, what_the_own_host_may_have_dropped_is_unknown)
{
	static struct trace trace;
	struct ovr_path path;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		add(&trace, 0, 1, OVR_PATH_HOP);
		add(&trace, 0, 2, but(i, 5, OVR_PATH_DESTINATION));
	}
	ovr_path_judge(trace.probe, trace.n, 0, &path);
	ovr_path_doubt(&path);
	cr_assert_eq(path.verdict, OVR_PATH_UNDECIDED);
	cr_assert_eq(path.hop[0].state, OVR_PATH_NO_LOSS);
	cr_assert_eq(path.hop[1].state, OVR_PATH_UNKNOWN);
}

Test(path, times_of_a_hop)
{
	static const uint64_t rtt_ns[] = { 10, 14, 12 };
	struct ovr_path_probe probe[3];
	struct ovr_path path;

	for (uint32_t i = 0; i < 3; i++)
		probe[i] = (struct ovr_path_probe){ .sent_ns = i,
			.rtt_ns = rtt_ns[i],
			.address = 1,
			.ttl = 1,
			.answer = OVR_PATH_DESTINATION };
	ovr_path_judge(probe, 3, 0, &path);
	cr_assert_eq(path.hop[0].last_ns, 12);
	cr_assert_eq(path.hop[0].best_ns, 10);
	cr_assert_eq(path.hop[0].worst_ns, 14);
	cr_assert_float_eq(path.hop[0].mean_ns, 12, 1e-12);
	cr_assert_float_eq(path.hop[0].stdev_ns, 2, 1e-12);
	cr_assert_float_eq(path.hop[0].jitter_ns, 3, 1e-12);
}

Test(path, a_router_without_a_route_is_a_fault_and_no_loss)
{
	static struct trace trace;
	struct ovr_path path;

	for (uint32_t i = 0; i < 10; i++) {
		add(&trace, 0, 1, OVR_PATH_HOP);
		add(&trace, 0, 2, OVR_PATH_NO_ROUTE);
	}
	ovr_path_judge(trace.probe, trace.n, 0, &path);
	cr_assert_eq(path.verdict, OVR_PATH_UNDECIDED);
	cr_assert_eq(path.n_hops, 2);
	cr_assert_eq(path.hop[1].missing, 0);
	cr_assert_eq(path.hop[1].answered, 0);
	cr_assert_eq(path.hop[1].state, OVR_PATH_UNKNOWN);
	cr_assert_eq(path.n_faults, 1);
	cr_assert_eq(path.fault[0].kind, OVR_PATH_FAULT_NO_ROUTE);
	cr_assert_eq(path.fault[0].ttl, 2);
	cr_assert_eq(path.fault[0].n, 10);
}

Test(path, a_router_that_comes_again_is_a_loop)
{
	static struct trace trace;
	struct ovr_path path;

	for (uint8_t ttl = 1; ttl <= 8; ttl++) {
		add(&trace, 0, ttl, OVR_PATH_HOP);
		if (ttl > 2)
			trace.probe[trace.n - 1].address = ttl % 2 == 0 ? 4 : 3;
	}
	ovr_path_judge(trace.probe, trace.n, 0, &path);
	cr_assert_eq(path.n_faults, 1);
	cr_assert_eq(path.fault[0].kind, OVR_PATH_FAULT_LOOP);
	cr_assert_eq(path.fault[0].address, 3);
	cr_assert_eq(path.fault[0].ttl, 3);
	cr_assert_eq(path.fault[0].period, 2);
}

/* From half of the rounds on a router stands where the destination was, and answers. */
Test(path, a_router_in_the_destinations_place_is_a_detour_and_no_answer_of_it)
{
	static struct trace trace;
	struct ovr_path path;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		add(&trace, 0, 1, OVR_PATH_HOP);
		add(&trace, 0, 2, i < ROUNDS / 2 ? OVR_PATH_DESTINATION : OVR_PATH_HOP);
	}
	ovr_path_judge(trace.probe, trace.n, 0, &path);
	cr_assert_eq(path.verdict, OVR_PATH_UNDECIDED);
	cr_assert_eq(path.n_hops, 2);
	cr_assert_eq(path.hop[0].state, OVR_PATH_NO_LOSS);
	cr_assert_eq(path.hop[1].state, OVR_PATH_UNKNOWN);
	cr_assert_eq(path.hop[1].answered, ROUNDS / 2);
	cr_assert_eq(path.hop[1].missing, 0);
	cr_assert_eq(path.n_faults, 1);
	cr_assert_eq(path.fault[0].kind, OVR_PATH_FAULT_DETOUR);
	cr_assert_eq(path.fault[0].ttl, 2);
	cr_assert_eq(path.fault[0].n, ROUNDS / 2);
}

Test(path, a_destination_with_its_port_open_and_closed_has_two_answers)
{
	static struct trace trace;
	struct ovr_path path;

	for (uint32_t i = 0; i < 10; i++)
		add(&trace, 0, 1, i % 2 == 0 ? OVR_PATH_DESTINATION : OVR_PATH_PORT_UNREACHABLE);
	ovr_path_judge(trace.probe, trace.n, 0, &path);
	cr_assert_eq(path.n_faults, 1);
	cr_assert_eq(path.fault[0].kind, OVR_PATH_FAULT_TWO_ANSWERS);
}

Test(path, of_no_probe_nothing_is_known)
{
	struct ovr_path path;

	ovr_path_judge(NULL, 0, OVR_PATH_ALL_FLOWS, &path);
	cr_assert_eq(path.n_hops, 0);
	cr_assert_eq(path.verdict, OVR_PATH_UNDECIDED);
}
