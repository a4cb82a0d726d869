/* SPDX-License-Identifier: BSD-3-Clause */
#include "env/cpu_map.h"

#include <errno.h>
#include <sched.h>

#include <criterion/criterion.h>

#include "plan/command.h"
#include "rig.h"

/*
 * A machine of n CPUs from 0, the first half of them on node 0 and the second on node 1 if there
 * are two.
 */
static struct ovr_cpu_map_host
machine(uint16_t n_cpus, uint16_t n_nodes)
{
	struct ovr_cpu_map_host host = { .n_cpus = n_cpus, .n_nodes = n_nodes, .tx_node = -1, .rx_node = -1 };

	for (uint16_t i = 0; i < n_cpus; i++) {
		host.cpu[i] = i;
		host.node[i] = (int16_t)(i * n_nodes / n_cpus);
	}
	return host;
}

static struct ovr_cpu_map
placed(const struct ovr_cpu_map_host *host, const char *const *settings)
{
	struct ovr_plan plan = rig_plan(settings);
	struct ovr_cpu_map cpu_map;
	struct ovr_err err = { "" };

	cr_assert_eq(
		ovr_cpu_map_choose(&plan.ports, &plan.host.cores, host, &cpu_map, &err), 0, "%s", err.text);
	return cpu_map;
}

#define PLACED(host, ...) placed(host, (const char *const[]){ __VA_ARGS__, NULL })

static void
refused(const struct ovr_cpu_map_host *host, const char *const *settings, int code, const char *sentence)
{
	struct ovr_plan plan = rig_plan(settings);
	struct ovr_cpu_map cpu_map = { .n_tx = 4711 };
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_cpu_map_choose(&plan.ports, &plan.host.cores, host, &cpu_map, &err), code, "%s",
		err.text);
	cr_assert_str_eq(err.text, sentence);
	cr_assert_eq(cpu_map.n_tx, 4711, "touched on failure");
}

#define REFUSED(host, code, sentence, ...) \
	refused(host, (const char *const[]){ __VA_ARGS__, NULL }, code, sentence)

Test(cpu_map, two_cpus_are_one_for_the_sender_and_one_for_the_receiver)
{
	struct ovr_cpu_map_host host = machine(2, 1);
	struct ovr_cpu_map cpu_map = PLACED(&host, NULL);

	cr_expect_eq(cpu_map.n_tx, 1);
	cr_expect_eq(cpu_map.tx_cpu[0], 0);
	cr_expect_eq(cpu_map.n_rx, 1);
	cr_expect_eq(cpu_map.rx_cpu[0], 1);
	cr_expect_eq(cpu_map.wire_cpu, -1, "the transmit worker runs the wire");
}

Test(cpu_map, two_cpus_serve_many_queues_with_one_worker_for_each_side)
{
	struct ovr_cpu_map_host host = machine(2, 1);
	struct ovr_cpu_map cpu_map = PLACED(&host, "rxq", "8", "txq", "4");

	cr_expect_eq(cpu_map.n_tx, 1);
	cr_expect_eq(cpu_map.n_rx, 1);
}

Test(cpu_map, one_cpu_is_refused)
{
	struct ovr_cpu_map_host host = machine(1, 1);

	REFUSED(&host, -ENODEV,
		"cores: sender and receiver each need a CPU of their own; this process may use 1, accepted: "
		"at least 2",
		NULL);
}

Test(cpu_map, four_cpus_leave_one_to_everybody_else)
{
	struct ovr_cpu_map_host host = machine(4, 1);
	struct ovr_cpu_map cpu_map = PLACED(&host, "rxq", "4");

	cr_expect_eq(cpu_map.n_tx, 1);
	cr_expect_eq(cpu_map.tx_cpu[0], 0);
	cr_expect_eq(cpu_map.n_rx, 2);
	cr_expect_eq(cpu_map.rx_cpu[0], 1);
	cr_expect_eq(cpu_map.rx_cpu[1], 2);
}

Test(cpu_map, no_side_gets_more_workers_than_it_has_queues)
{
	struct ovr_cpu_map_host host = machine(16, 1);
	struct ovr_cpu_map cpu_map = PLACED(&host, "rxq", "3", "txq", "2");

	cr_expect_eq(cpu_map.n_tx, 2);
	cr_expect_eq(cpu_map.n_rx, 3);
	cr_expect_eq(cpu_map.tx_cpu[0], 0);
	cr_expect_eq(cpu_map.rx_cpu[0], 1);
	cr_expect_eq(cpu_map.rx_cpu[1], 2);
	cr_expect_eq(cpu_map.rx_cpu[2], 3);
	cr_expect_eq(cpu_map.tx_cpu[1], 4);
}

Test(cpu_map, receivers_come_before_more_senders)
{
	struct ovr_cpu_map_host host = machine(6, 1);
	struct ovr_cpu_map cpu_map = PLACED(&host, "rxq", "4", "txq", "4");

	cr_expect_eq(cpu_map.n_rx, 4);
	cr_expect_eq(cpu_map.n_tx, 1);
}

Test(cpu_map, named_cpus_are_taken_as_they_are)
{
	struct ovr_cpu_map_host host = machine(8, 1);
	struct ovr_cpu_map cpu_map = PLACED(&host, "rxq", "2", "cores", "tx=5,rx=7,3,wire=2");

	cr_expect_eq(cpu_map.n_tx, 1);
	cr_expect_eq(cpu_map.tx_cpu[0], 5);
	cr_expect_eq(cpu_map.n_rx, 2);
	cr_expect_eq(cpu_map.rx_cpu[0], 7);
	cr_expect_eq(cpu_map.rx_cpu[1], 3);
	cr_expect_eq(cpu_map.wire_cpu, 2);
}

Test(cpu_map, what_is_not_named_is_chosen_from_the_others)
{
	struct ovr_cpu_map_host host = machine(4, 1);
	struct ovr_cpu_map cpu_map = PLACED(&host, "cores", "rx=0,wire=1");

	cr_expect_eq(cpu_map.rx_cpu[0], 0);
	cr_expect_eq(cpu_map.wire_cpu, 1);
	cr_expect_eq(cpu_map.n_tx, 1);
	cr_expect_eq(cpu_map.tx_cpu[0], 2);
}

Test(cpu_map, a_cpu_named_outside_of_the_affinity_is_refused)
{
	struct ovr_cpu_map_host host = { .n_cpus = 3, .cpu = { 2, 3, 6 }, .n_nodes = 1 };

	REFUSED(&host, -EINVAL,
		"cores: rx=: found CPU 4, which this process may not use, accepted: the 3 CPUs that it may, "
		"from 2 to 6",
		"cores", "tx=2,rx=4");
	REFUSED(&host, -EINVAL,
		"cores: tx=: found CPU 0, which this process may not use, accepted: the 3 CPUs that it may, "
		"from 2 to 6",
		"cores", "tx=0");
	REFUSED(&host, -EINVAL,
		"cores: wire=: found CPU 9, which this process may not use, accepted: the 3 CPUs that it "
		"may, from 2 to "
		"6",
		"cores", "wire=9");
}

Test(cpu_map, only_cpus_of_the_affinity_are_chosen)
{
	struct ovr_cpu_map_host host = { .n_cpus = 3, .cpu = { 2, 3, 6 }, .n_nodes = 1 };
	struct ovr_cpu_map cpu_map = PLACED(&host, NULL);

	cr_expect_eq(cpu_map.tx_cpu[0], 2);
	cr_expect_eq(cpu_map.rx_cpu[0], 3);
}

Test(cpu_map, a_wire_that_takes_the_last_cpu_leaves_too_few)
{
	struct ovr_cpu_map_host host = machine(2, 1);

	REFUSED(&host, -ENODEV,
		"cores: sender and receiver each need a CPU of their own; this process may use 2, accepted: "
		"at least 3",
		"cores", "wire=1");
}

Test(cpu_map, workers_stay_on_the_node_with_the_most_cpus)
{
	struct ovr_cpu_map_host host = machine(8, 2);
	struct ovr_cpu_map cpu_map;

	/* CPUs 2 to 7: two of node 0 and four of node 1 */
	for (uint16_t i = 0; i < 6; i++) {
		host.cpu[i] = (uint16_t)(i + 2);
		host.node[i] = i < 2 ? 0 : 1;
	}
	host.n_cpus = 6;
	cpu_map = PLACED(&host, "rxq", "2");
	cr_expect_eq(cpu_map.tx_cpu[0], 4);
	cr_expect_eq(cpu_map.n_rx, 2);
	cr_expect_eq(cpu_map.rx_cpu[0], 5);
	cr_expect_eq(cpu_map.rx_cpu[1], 6);
}

Test(cpu_map, of_two_equal_nodes_it_is_that_of_the_first_cpu)
{
	struct ovr_cpu_map_host host = machine(8, 2);
	struct ovr_cpu_map cpu_map = PLACED(&host, "rxq", "3");

	cr_expect_eq(cpu_map.tx_cpu[0], 0);
	cr_expect_eq(cpu_map.n_rx, 3);
	cr_expect_eq(cpu_map.rx_cpu[0], 1);
	cr_expect_eq(cpu_map.rx_cpu[1], 2);
	cr_expect_eq(cpu_map.rx_cpu[2], 3);
}

/* The numbers of many servers: even CPUs on node 0, odd ones on node 1. */
Test(cpu_map, nodes_may_lie_in_each_other)
{
	struct ovr_cpu_map_host host = machine(8, 1);
	struct ovr_cpu_map cpu_map;

	host.n_nodes = 2;
	for (uint16_t i = 0; i < 8; i++)
		host.node[i] = (int16_t)(i % 2);
	cpu_map = PLACED(&host, "rxq", "2");
	cr_expect_eq(cpu_map.tx_cpu[0], 0);
	cr_expect_eq(cpu_map.rx_cpu[0], 2);
	cr_expect_eq(cpu_map.rx_cpu[1], 4);
}

Test(cpu_map, a_node_that_is_full_is_left)
{
	struct ovr_cpu_map_host host = machine(8, 2);
	struct ovr_cpu_map cpu_map = PLACED(&host, "rxq", "5");

	cr_expect_eq(cpu_map.n_rx, 5);
	cr_expect_eq(cpu_map.rx_cpu[2], 3);
	cr_expect_eq(cpu_map.rx_cpu[3], 4, "the other node");
	cr_expect_eq(cpu_map.rx_cpu[4], 5);
}

Test(cpu_map, what_is_open_goes_to_the_node_of_what_is_named)
{
	struct ovr_cpu_map_host host = machine(8, 2);
	struct ovr_cpu_map cpu_map = PLACED(&host, "cores", "tx=6", "rxq", "2");

	cr_expect_eq(cpu_map.tx_cpu[0], 6);
	cr_expect_eq(cpu_map.n_rx, 2);
	cr_expect_eq(cpu_map.rx_cpu[0], 4);
	cr_expect_eq(cpu_map.rx_cpu[1], 5);
	cpu_map = PLACED(&host, "cores", "rx=7");
	cr_expect_eq(cpu_map.tx_cpu[0], 4);
	cpu_map = PLACED(&host, "cores", "wire=5");
	cr_expect_eq(cpu_map.tx_cpu[0], 4);
	cr_expect_eq(cpu_map.rx_cpu[0], 6);
}

Test(cpu_map, each_side_goes_to_the_node_of_its_port)
{
	struct ovr_cpu_map_host host = machine(8, 2);
	struct ovr_cpu_map cpu_map;

	host.rx_node = 1;
	cpu_map = PLACED(&host, "rxq", "2");
	cr_expect_eq(cpu_map.tx_cpu[0], 0);
	cr_expect_eq(cpu_map.rx_cpu[0], 4);
	cr_expect_eq(cpu_map.rx_cpu[1], 5);
	host.tx_node = 1;
	host.rx_node = 0;
	cpu_map = PLACED(&host, NULL);
	cr_expect_eq(cpu_map.tx_cpu[0], 4);
	cr_expect_eq(cpu_map.rx_cpu[0], 0);
}

Test(cpu_map, both_sides_share_the_node_of_their_ports)
{
	struct ovr_cpu_map_host host = machine(8, 2);
	struct ovr_cpu_map cpu_map;

	host.tx_node = host.rx_node = 1;
	cpu_map = PLACED(&host, "rxq", "8", "txq", "1");
	cr_expect_eq(cpu_map.tx_cpu[0], 4);
	/* of the other node comes what this one has not, and one CPU is left to others */
	cr_expect_eq(cpu_map.n_rx, 6);
	cr_expect_eq(cpu_map.rx_cpu[0], 5);
	cr_expect_eq(cpu_map.rx_cpu[1], 6);
	cr_expect_eq(cpu_map.rx_cpu[2], 7);
	cr_expect_eq(cpu_map.rx_cpu[3], 0);
}

Test(cpu_map, a_port_on_a_node_without_usable_cpus_decides_nothing)
{
	struct ovr_cpu_map_host host = machine(4, 1);
	struct ovr_cpu_map cpu_map;

	host.tx_node = host.rx_node = 3;
	cpu_map = PLACED(&host, NULL);
	cr_expect_eq(cpu_map.tx_cpu[0], 0);
	cr_expect_eq(cpu_map.rx_cpu[0], 1);
}

Test(cpu_map, the_node_of_a_cpu_is_known_where_the_cpu_is)
{
	struct ovr_cpu_map_host host = machine(8, 2);

	cr_expect_eq(ovr_cpu_map_node_of(&host, 3), 0);
	cr_expect_eq(ovr_cpu_map_node_of(&host, 4), 1);
	cr_expect_eq(ovr_cpu_map_node_of(&host, 8), -1);
}

Test(cpu_map, unknown_nodes_are_one)
{
	struct ovr_cpu_map_host host = machine(4, 1);
	struct ovr_cpu_map cpu_map;

	for (uint16_t i = 0; i < 4; i++)
		host.node[i] = -1;
	cpu_map = PLACED(&host, "rxq", "2");
	cr_expect_eq(cpu_map.tx_cpu[0], 0);
	cr_expect_eq(cpu_map.rx_cpu[0], 1);
	cr_expect_eq(cpu_map.rx_cpu[1], 2);
	cr_expect_eq(ovr_cpu_map_node_of(&host, 2), -1);
}

Test(cpu_map, this_machine_has_the_cpus_that_this_process_may_use)
{
	struct ovr_cpu_map_host host;
	cpu_set_t allowed;

	CPU_ZERO(&allowed);
	cr_assert_eq(sched_getaffinity(0, sizeof(allowed), &allowed), 0);
	cr_assert_eq(ovr_cpu_map_host_read(&host, NULL), 0);
	cr_assert_eq(host.n_cpus, CPU_COUNT(&allowed));
	cr_assert_geq(host.n_nodes, 1);
	for (uint16_t i = 0; i < host.n_cpus; i++) {
		cr_assert(CPU_ISSET(host.cpu[i], &allowed));
		cr_assert(i == 0 || host.cpu[i] > host.cpu[i - 1], "they ascend");
		cr_assert_geq(host.node[i], -1);
	}
}

/* The plan of a half. */
static struct ovr_plan
half(const char *tx, const char *rx)
{
	struct ovr_plan plan;
	struct ovr_err err = { "" };

	ovr_plan_default_for(OVR_PLAN_HALF, &plan);
	cr_assert_eq(ovr_plan_set(&plan, "tx", tx, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_plan_set(&plan, "rx", rx, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_plan_freeze(&plan, &err), 0, "%s", err.text);
	return plan;
}

/* Each on a CPU where the other one would not be: both may be halves on this machine. */
Test(cpu_map, two_halves_on_one_machine_do_not_meet)
{
	struct ovr_cpu_map_host host = machine(2, 1);
	struct ovr_plan sends = half("netdev:a", "elsewhere:"), receives = half("elsewhere:", "netdev:a");
	struct ovr_cpu_map of_sender, of_receiver;

	cr_assert_eq(ovr_cpu_map_choose(&sends.ports, &sends.host.cores, &host, &of_sender, NULL), 0);
	cr_assert_eq(ovr_cpu_map_choose(&receives.ports, &receives.host.cores, &host, &of_receiver, NULL), 0);
	cr_assert_eq(of_sender.n_tx, 1);
	cr_assert_eq(of_sender.n_rx, 0);
	cr_assert_eq(of_receiver.n_tx, 0);
	cr_assert_eq(of_receiver.n_rx, 1);
	cr_assert_neq(of_sender.tx_cpu[0], of_receiver.rx_cpu[0]);
}

Test(cpu_map, a_half_needs_one_cpu)
{
	struct ovr_cpu_map_host host = machine(1, 1);
	struct ovr_plan sends = half("netdev:a", "elsewhere:"), receives = half("elsewhere:", "netdev:a");
	struct ovr_cpu_map cpu_map;

	cr_assert_eq(ovr_cpu_map_choose(&sends.ports, &sends.host.cores, &host, &cpu_map, NULL), 0);
	cr_assert_eq(cpu_map.n_tx, 1);
	cr_assert_eq(ovr_cpu_map_choose(&receives.ports, &receives.host.cores, &host, &cpu_map, NULL), 0);
	cr_assert_eq(cpu_map.n_rx, 1);
}

/* CPU 7 is one of the other machine, which has so many. */
Test(cpu_map, cpus_named_for_the_end_elsewhere_are_not_looked_for_here)
{
	struct ovr_cpu_map_host host = machine(2, 1);
	struct ovr_plan plan = half("elsewhere:", "netdev:a");
	struct ovr_cpu_map cpu_map;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_plan_set(&plan, "cores", "tx=7,rx=0", &err), 0, "%s", err.text);
	cr_assert_eq(
		ovr_cpu_map_choose(&plan.ports, &plan.host.cores, &host, &cpu_map, &err), 0, "%s", err.text);
	cr_assert_eq(cpu_map.n_tx, 0);
	cr_assert_eq(cpu_map.rx_cpu[0], 0);
}
