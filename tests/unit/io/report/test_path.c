/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/path.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define MS UINT64_C(1000000)

/* Two hops and 200 rounds: the second one, the destination, misses every tenth answer. */
static struct ovr_trace trace = {
	.address = { "", "192.0.2.1", "198.51.100.1" },
	.n_addresses = 2,
	.rounds = 200,
	.source = { 40000 },
};

static struct ovr_report_path
sample(uint32_t one_in)
{
	static struct ovr_path_probe probe[400];
	struct ovr_report_path path = {
		.target = "example.net",
		.address = "198.51.100.1",
		.protocol = OVR_PROBE_UDP,
		.port = 7,
		.n_flows = 1,
		.interval_ns = 10 * MS,
		.wait_ns = 1000 * MS,
		.seed = 1,
		.rounds_asked = 200,
		.trace = &trace,
	};

	for (uint32_t i = 0; i < 200; i++) {
		bool is_missing = one_in != 0 && i % one_in == 0;

		probe[2 * i] = (struct ovr_path_probe){ i * 10 * MS, MS, 0, 0, 1, 1, OVR_PATH_HOP };
		probe[2 * i + 1] = (struct ovr_path_probe){ i * 10 * MS, is_missing ? 0 : 2 * MS, 0, 0,
			is_missing ? 0 : 2, 2, is_missing ? OVR_PATH_MISSING : OVR_PATH_DESTINATION };
	}
	trace.probe = probe;
	trace.n_probes = 400;
	ovr_report_path_judge(&path);
	return path;
}

static char *
text_of(const struct ovr_report_path *path)
{
	struct ovr_err err = { "" };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(ovr_report_path_text(path, out, &err), 0, "%s", err.text);
	fclose(out);
	return text;
}

Test(path, mtrs_columns_come_first_and_the_place_after_them)
{
	struct ovr_report_path path = sample(10);
	char *text = text_of(&path);

	cr_assert_str_eq(text,
		"example.net (198.51.100.1)   udp port 7   200 rounds of 10.0 ms   seed 1\n"
		"\n"
		"  Hop  Address           Loss%   Snt    Last     Avg    Best    Wrst   StDev\n"
		"    1  192.0.2.1          0.0%   200   1.000   1.000   1.000   1.000   0.000\n"
		"    2  198.51.100.1      10.0%   200   2.000   2.000   2.000   2.000   0.000\n"
		"\n"
		"  Hop  Address          answered  missing    95 % interval   counts  jitter  verdict\n"
		"    1  192.0.2.1             200        0   0.00 to 1.88 %   0.00 %   0.000  no loss\n"
		"    2  198.51.100.1          180       20  6.57 to 14.94 %  10.00 %   0.000  loss starts "
		"here\n"
		"\n"
		"loss starts between hop 1 (192.0.2.1) and hop 2 (198.51.100.1): 10.00 % (95 %: 6.57 to "
		"14.94 "
		"%)\n"
		"direction: not known; there, or on the way back from there. One end alone cannot tell\n"
		"verdict: loss: the destination misses 20 of 200 answers: 10.00 % (95 %: 6.57 to 14.94 %)\n",
		"%s", text);
	cr_assert_eq(ovr_report_path_verdict(&path), 1);
	free(text);
}

Test(path, without_loss_it_says_how_much_there_may_be)
{
	struct ovr_report_path path = sample(0);
	char *text = text_of(&path);

	cr_assert(strstr(text,
			  "verdict: no loss: the destination answers all of 200 probes; loss is below 1.88 % "
			  "(95 %)\n"),
		"%s", text);
	cr_assert_null(strstr(text, "direction"));
	cr_assert_eq(ovr_report_path_verdict(&path), 0);
	free(text);
}

/* Three answers at once, then one in 100 ms: of probes 10 ms apart, 22 of 200 are answered. */
Test(path, a_destination_that_limits_its_answers_is_asked_for_less)
{
	struct ovr_report_path path = sample(0);
	char *text;

	for (uint32_t i = 3; i < 200; i++)
		if (i % 10 != 0)
			trace.probe[2 * i + 1] = (struct ovr_path_probe){ i * 10 * MS, 0, 0, 0, 0, 2,
				OVR_PATH_MISSING };
	ovr_report_path_judge(&path);
	text = text_of(&path);
	cr_assert(strstr(text,
			  "verdict: unknown: the destination answers once in 100 ms at most, and 178 answers "
			  "are "
			  "missing; a --rate below that tells loss from its limit\n"),
		"%s", text);
	cr_assert_eq(ovr_report_path_verdict(&path), 2);
	free(text);
}

Test(path, a_silent_destination_is_unknown)
{
	struct ovr_report_path path = sample(1);
	char *text = text_of(&path);

	cr_assert(strstr(text, "verdict: unknown: the destination does not answer; that is no loss."), "%s",
		text);
	cr_assert_eq(ovr_report_path_verdict(&path), 2);
	free(text);
}

Test(path, a_black_hole_is_named_with_the_hop_that_it_begins_behind)
{
	struct ovr_report_path path = sample(0);
	char *text;

	trace.mtu = (struct ovr_path_mtu){ .state = OVR_PATH_MTU_BLACK_HOLE,
		.own_bytes = 1500,
		.passes_bytes = 1300,
		.fails_bytes = 1301,
		.reached_ttl = 1,
		.sent = 9 };
	text = text_of(&path);
	cr_assert(strstr(text,
			  "MTU: black hole: 1300 bytes pass, 1301 bytes are missing and nobody tells; they "
			  "get as far as "
			  "hop 1 (overrun reproduce mtu)\n"),
		"%s", text);
	free(text);
}

/* One in ten is missing, of which every other one came to the far end; hop 1 has an agent. */
static struct ovr_report_path
sample_with_agents(struct ovr_kernel_claim claim[2])
{
	static char address[] = "192.0.2.1";
	struct ovr_report_path path = sample(10);
	struct ovr_report_hop_agent *agent = &path.hop_agent[0];

	for (uint32_t i = 0; i < 400; i++)
		trace.probe[i].arrival = trace.probe[i].answer == OVR_PATH_MISSING && i % 40 == 1
			? OVR_PATH_NOT_ARRIVED
			: OVR_PATH_HAS_ARRIVED;
	path.has_far = true;
	path.far = (struct ovr_report_far){ .host = "b", .is_told = true, .reordered = 3, .dropped = 2 };
	path.n_hop_agents = 1;
	*agent = (struct ovr_report_hop_agent){ .host = "r1", .is_told = true };
	claim[0] = (struct ovr_kernel_claim){ .place = OVR_PLACE_RX_NETFILTER,
		.layer = OVR_KERNEL_NFTABLES,
		.object = "inet ovr forward handle 2",
		.counter = "dropped",
		.frames_min = 30,
		.frames_max = 30,
		.unit = OVR_KERNEL_SKB };
	claim[1] = (struct ovr_kernel_claim){ .place = OVR_PLACE_RX_IP,
		.layer = OVR_KERNEL_MIB,
		.counter = "Ip:InHdrErrors",
		.frames_min = 203,
		.frames_max = 203,
		.unit = OVR_KERNEL_SKB };
	agent->places.claim = claim;
	agent->places.n_claims = 2;
	ovr_report_path_judge(&path);
	ovr_report_path_place_agent(&path, agent, (char *[]){ address }, 1);
	return path;
}

Test(path, agents_tell_directions_and_places)
{
	struct ovr_kernel_claim claim[2];
	struct ovr_report_path path = sample_with_agents(claim);
	char *text;

	trace.mtu = (struct ovr_path_mtu){ .state = OVR_PATH_MTU_UNKNOWN };
	text = text_of(&path);
	cr_assert(strstr(text,
			  "direction: host b lists what came: 10 lost on the way there, 10 on the way "
			  "back\n"),
		"%s", text);
	cr_assert(strstr(text,
			  "host b: on the way there 0 came twice, 3 out of order; on the way back 0 twice, 0 "
			  "out of order\n"),
		"%s", text);
	cr_assert(strstr(text,
			  "host r1 (hop 1, 192.0.2.1) lost meanwhile, of all traffic there:\n"
			  "  rx.netfilter: nftables inet ovr forward handle 2 dropped 30 (skb); 0 to 20 of "
			  "them are of this path\n"
			  "  rx.ip: mib Ip:InHdrErrors 3 (skb); 0 to 3 of them are of this path\n"),
		"%s", text);
	cr_assert_eq(path.hop_agent[0].ended_min, 200);
	cr_assert_eq(path.hop_agent[0].ended_max, 200);
	cr_assert_eq(path.hop_agent[0].ours_max, 20);
	free(text);
}

Test(path, a_lost_agent_tells_nothing_and_says_why)
{
	struct ovr_kernel_claim claim[2];
	struct ovr_report_path path = sample_with_agents(claim);
	char *text;

	path.hop_agent[0].is_told = false;
	strcpy(path.hop_agent[0].gone, "it has closed the connection");
	path.far = (struct ovr_report_far){ .host = "b", .gone = "it was killed" };
	for (uint32_t i = 0; i < 400; i++)
		trace.probe[i].arrival = OVR_PATH_ARRIVAL_UNKNOWN;
	ovr_report_path_judge(&path);
	text = text_of(&path);
	cr_assert(strstr(text, "direction: not known; there, or on the way back from there\n"), "%s", text);
	cr_assert(strstr(text, "host b tells nothing: it was killed\n"), "%s", text);
	cr_assert(strstr(text, "host r1 tells nothing: it has closed the connection\n"), "%s", text);
	free(text);
}
