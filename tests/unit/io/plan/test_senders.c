/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/senders.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

static struct ovr_plan
with_tx(const char *text)
{
	struct ovr_plan plan;
	struct ovr_err err = { "" };

	ovr_plan_default(&plan);
	cr_assert_eq(ovr_plan_set(&plan, "tx", text, &err), 0, "%s", err.text);
	return plan;
}

static uint32_t
count_of(const char *text)
{
	struct ovr_plan plan = with_tx(text);

	return ovr_plan_senders_count(&plan.ports);
}

static bool
has_hosts(const char *text)
{
	struct ovr_plan plan = with_tx(text);

	return ovr_plan_has_hosts(&plan.ports);
}

static struct ovr_err
refused(const char *key, const char *text)
{
	struct ovr_plan plan;
	struct ovr_err err = { "" };

	ovr_plan_default(&plan);
	cr_assert_lt(ovr_plan_set(&plan, key, text, &err), 0, "%s", text);
	cr_assert_eq(plan.ports.more_tx.n, 0);
	cr_assert_eq(plan.ports.more_rx.n, 0);
	return err;
}

Test(senders, a_comma_before_host_begins_the_next_one)
{
	struct ovr_plan plan = with_tx(
		"host:a/netdev:eth1,mode=af_packet,host:b/netdev:eth2,queue=3,host:127.0.0.1/udp:10.0.0.1:9");

	cr_assert_eq(ovr_plan_senders_count(&plan.ports), 3);
	cr_assert_str_eq(plan.ports.tx.text, "host:a/netdev:eth1,mode=af_packet");
	cr_assert_str_eq(ovr_plan_sender_at(&plan.ports, 0).host, "a");
	cr_assert_str_eq(ovr_plan_sender_at(&plan.ports, 1).text, "host:b/netdev:eth2,queue=3");
	cr_assert_eq(ovr_plan_sender_at(&plan.ports, 1).conf.netdev.first_queue, 3);
	cr_assert_str_eq(ovr_plan_sender_at(&plan.ports, 2).host, "127.0.0.1:5205");
	cr_assert(ovr_plan_has_hosts(&plan.ports));
}

Test(senders, the_first_one_may_be_of_this_machine)
{
	struct ovr_plan plan = with_tx("netdev:eth0,host:b/netdev:eth1");

	cr_assert_eq(ovr_plan_senders_count(&plan.ports), 2);
	cr_assert_str_eq(plan.ports.tx.host, "");
	cr_assert_eq(count_of("netdev:eth0"), 1);
	cr_assert_not(has_hosts("netdev:eth0"));
	cr_assert(has_hosts("host:a/wire:0"));
}

Test(senders, they_are_printed_as_they_are_read)
{
	static const char text[] = "host:ssh://root@a/netdev:eth1,host:[::1]:5206/vdev:net_null0,copy=1";
	struct ovr_plan plan = with_tx(text), again;
	const struct ovr_plan_row *row = ovr_plan_row_of("tx"), *rx_row = ovr_plan_row_of("rx");
	char buf[OVR_PLAN_VALUE_BYTES];
	char *yaml;

	cr_assert_eq(ovr_plan_set(&plan, "rx", text, NULL), 0);
	yaml = ovr_plan_print(&plan);
	cr_assert_str_eq(rx_row->print(rx_row, &plan, buf, sizeof(buf)), text);
	cr_assert_str_eq(row->print(row, &plan, buf, sizeof(buf)), text);
	ovr_plan_default(&again);
	cr_assert_eq(ovr_plan_load_text(&again, "plan", yaml, strlen(yaml), NULL), 0);
	cr_assert_eq(memcmp(&again.ports, &plan.ports, sizeof(plan.ports)), 0);
	free(yaml);
}

Test(senders, a_port_of_this_machine_behind_another_is_no_key)
{
	cr_assert_str_eq(refused("tx", "host:a/vdev:net_null0,netdev:eth0").text,
		"tx: found \"netdev:eth0\" behind another port, accepted: a port of this machine as the "
		"first "
		"one, and of others with host:NAME/ before each");
	refused("tx", "vdev:net_null0,wire:1");
	cr_assert_str_eq(with_tx("vdev:net_pcap0,rx_pcap=wire:1").ports.tx.keys, "rx_pcap=wire:1");
}

Test(senders, of_several_receivers_each_sender_has_the_one_in_its_place)
{
	struct ovr_plan plan = with_tx("host:a/netdev:e,host:b/netdev:e,host:c/netdev:e,host:d/netdev:e");
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_plan_receivers_count(&plan.ports), 1);
	for (uint32_t i = 0; i < 4; i++)
		cr_assert_eq(ovr_plan_receiver_of(&plan.ports, i), 0);
	cr_assert_eq(ovr_plan_senders_of(&plan.ports, 0).n, 4);
	/* one of them receives from two */
	cr_assert_eq(ovr_plan_set(&plan, "rx",
			     "host:e/netdev:f,mode=af_packet,host:g/netdev:f,host:g/netdev:f,host:h/netdev:f",
			     &err),
		0, "%s", err.text);
	cr_assert_eq(ovr_plan_receivers_count(&plan.ports), 3);
	cr_assert_eq(ovr_plan_receiver_of(&plan.ports, 0), 0);
	cr_assert_eq(ovr_plan_receiver_of(&plan.ports, 1), 1);
	cr_assert_eq(ovr_plan_receiver_of(&plan.ports, 2), 1);
	cr_assert_eq(ovr_plan_receiver_of(&plan.ports, 3), 2);
	cr_assert_str_eq(ovr_plan_receiver_at(&plan.ports, 0).text, "host:e/netdev:f,mode=af_packet");
	cr_assert_str_eq(ovr_plan_receiver_at(&plan.ports, 1).text, "host:g/netdev:f");
	cr_assert_str_eq(ovr_plan_receiver_at(&plan.ports, 2).text, "host:h/netdev:f");
	cr_assert_eq(ovr_plan_senders_of(&plan.ports, 1).first, 1);
	cr_assert_eq(ovr_plan_senders_of(&plan.ports, 1).n, 2);
	cr_assert_eq(ovr_plan_senders_of(&plan.ports, 2).first, 3);
}

Test(senders, as_many_as_a_plan_can_have)
{
	char text[OVR_PLAN_SENDERS_BYTES * 2] = "";
	size_t n = 0;

	for (int i = 0; i < OVR_PLAN_SENDERS_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%shost:h%d/netdev:e", i > 0 ? "," : "", i);
	cr_assert_eq(count_of(text), OVR_PLAN_SENDERS_MAX);
	snprintf(text + n, sizeof(text) - n, ",host:more/netdev:e");
	cr_assert_str_eq(refused("tx", text).text,
		"tx: found more ports, accepted: at most 64, with names of at most 3071 bytes in all");
}
