/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/interface.h"

#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

static struct ovr_err err;

/* An interface whose counters are as odd as drivers make them. */
static struct ovr_interface
sample(struct ovr_nic_counter counter[3])
{
	struct ovr_interface interface = { .counters = {
						   .at_ns = UINT64_MAX, .carrier_changes = 3, .n = 3 } };

	strcpy(interface.facts.name, "eth1");
	strcpy(interface.facts.driver, "ixgbe");
	strcpy(interface.facts.duplex, "full");
	interface.facts.is_up = interface.facts.has_carrier = true;
	interface.facts.speed_mbps = 10000;
	interface.facts.n_rxq = 4;
	interface.facts.n_txq = 2;
	interface.facts.rings.known = true;
	interface.facts.rings.rx = 512;
	interface.facts.rings.tx = 256;
	strcpy(interface.counters.driver, "ixgbe");
	counter[0] = (struct ovr_nic_counter){ "rx_dropped", OVR_NIC_LINK, -1, 7 };
	counter[1] = (struct ovr_nic_counter){ "rx_queue_0_drops", OVR_NIC_DRIVER, 0, UINT64_MAX };
	counter[2] = (struct ovr_nic_counter){ "a\033[2Jb", OVR_NIC_DRIVER, INT32_MAX, 0 };
	interface.counters.counter = counter;
	return interface;
}

Test(interface, what_is_told_reads_back)
{
	struct ovr_nic_counter counter[3];
	struct ovr_interface told = sample(counter), heard;
	json_t *value = ovr_interface_json(&told);

	cr_assert_not_null(value);
	cr_assert_eq(ovr_interface_read(value, &heard, &err), 0, "%s", err.text);
	cr_expect_str_eq(heard.facts.name, "eth1");
	cr_expect_str_eq(heard.facts.driver, "ixgbe");
	cr_expect_str_eq(heard.facts.duplex, "full");
	cr_expect(heard.facts.is_up && heard.facts.has_carrier);
	cr_expect_eq(heard.facts.speed_mbps, 10000);
	cr_expect_eq(heard.facts.n_rxq, 4);
	cr_expect_eq(heard.facts.n_txq, 2);
	cr_expect(heard.facts.rings.known);
	cr_expect_eq(heard.facts.rings.rx, 512);
	cr_expect_eq(heard.facts.rings.tx, 256);
	cr_expect_str_eq(heard.counters.driver, "ixgbe");
	cr_expect_eq(heard.counters.at_ns, UINT64_MAX);
	cr_expect_eq(heard.counters.carrier_changes, 3);
	cr_assert_eq(heard.counters.n, 3);
	for (int i = 0; i < 3; i++) {
		cr_expect_eq(heard.counters.counter[i].source, counter[i].source);
		cr_expect_eq(heard.counters.counter[i].queue, counter[i].queue);
		cr_expect_eq(heard.counters.counter[i].value, counter[i].value);
	}
	cr_expect_str_eq(heard.counters.counter[0].name, "rx_dropped");
	cr_expect_str_eq(heard.counters.counter[1].name, "rx_queue_0_drops");
	json_decref(value);
	ovr_interface_done(&heard);
}

Test(interface, names_come_without_control_characters)
{
	struct ovr_nic_counter counter[3];
	struct ovr_interface told = sample(counter), heard;
	json_t *value = ovr_interface_json(&told);

	json_object_set_new(value, "name", json_string("eth\033[m"));
	cr_assert_eq(ovr_interface_read(value, &heard, &err), 0, "%s", err.text);
	cr_expect_str_eq(heard.facts.name, "eth?[m");
	cr_expect_str_eq(heard.counters.counter[2].name, "a?[2Jb");
	json_decref(value);
	ovr_interface_done(&heard);
}

/* What the reader says of a document in which one key has another value. */
static int
read_with(const char *key, json_t *other, struct ovr_interface *interface)
{
	struct ovr_nic_counter counter[3];
	struct ovr_interface told = sample(counter);
	json_t *value = ovr_interface_json(&told);
	int status;

	json_object_set_new(value, key, other);
	status = ovr_interface_read(value, interface, &err);
	json_decref(value);
	return status;
}

Test(interface, what_is_none_is_refused)
{
	struct ovr_interface interface = { .counters.n = 7 };

	cr_expect_eq(read_with("name", json_string("an-interface-name-of-many-bytes"), &interface), -EINVAL);
	cr_expect_eq(read_with("name", json_string(""), &interface), -EINVAL);
	cr_expect_eq(read_with("speed_mbps", json_integer(-1), &interface), -EINVAL);
	cr_expect_eq(read_with("more", json_integer(1), &interface), -EINVAL);
	cr_expect_eq(read_with("counters", json_pack("[[siii]]", "x", 0, 0, 0), &interface), -EINVAL);
	cr_expect_eq(read_with("counters", json_pack("[[ssi]]", "x", "link", 0), &interface), -EINVAL);
	cr_expect_eq(read_with("counters", json_pack("[[ssii]]", "x", "link", -2, 0), &interface), -EINVAL);
	cr_expect_eq(interface.counters.n, 7);
}

Test(interface, the_loopback_interface_of_this_host_is_one)
{
	struct ovr_interface interface = { .counters.n = 0 }, heard;
	json_t *value;

	cr_assert_eq(ovr_interface_take("lo", &interface, &err), 0, "%s", err.text);
	value = ovr_interface_json(&interface);
	cr_assert_eq(ovr_interface_read(value, &heard, &err), 0, "%s", err.text);
	cr_expect_str_eq(heard.facts.name, "lo");
	cr_expect_eq(heard.counters.n, interface.counters.n);
	cr_expect_not_null(ovr_nic_counters_find(&heard.counters, OVR_NIC_LINK, "rx_packets"));
	json_decref(value);
	ovr_interface_done(&interface);
	ovr_interface_done(&heard);
	cr_expect_eq(ovr_interface_take("no-such0", &interface, &err), -ENODEV);
}
