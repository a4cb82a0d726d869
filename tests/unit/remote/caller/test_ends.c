/* SPDX-License-Identifier: BSD-3-Clause */
#include "caller/ends.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

static struct ovr_plan
with_ports(const char *tx, const char *rx)
{
	struct ovr_plan plan;
	struct ovr_err err = { "" };

	ovr_plan_default(&plan);
	cr_assert_eq(ovr_plan_set(&plan, "tx", tx, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_plan_set(&plan, "rx", rx, &err), 0, "%s", err.text);
	return plan;
}

Test(ends, both_ports_of_one_machine_are_one_end)
{
	struct ovr_plan plan = with_ports("host:b/wire:0", "host:b/wire:1");
	struct ovr_ends *ends = malloc(sizeof(*ends));

	cr_assert_eq(ovr_ends_of(&plan.ports, ends, NULL), 0);
	cr_assert_eq(ends->n, 1);
	cr_assert_eq(ends->place[0].role, OVR_MESSAGE_BOTH);
	cr_assert_str_eq(ends->place[0].name, "host b");
	free(ends);
}

Test(ends, the_receiver_comes_first)
{
	struct ovr_plan plan = with_ports(
		"netdev:eth0,host:b/netdev:eth1,host:c/netdev:eth1", "host:d/netdev:eth1");
	struct ovr_ends *ends = malloc(sizeof(*ends));

	cr_assert_eq(ovr_ends_of(&plan.ports, ends, NULL), 0);
	cr_assert_eq(ends->n, 4);
	cr_assert_eq(ends->place[0].role, OVR_MESSAGE_RX);
	cr_assert_str_eq(ends->place[0].host, "d");
	cr_assert_str_eq(ends->place[1].name, "this host");
	for (uint32_t i = 1; i < 4; i++) {
		cr_assert_eq(ends->place[i].role, OVR_MESSAGE_TX);
		cr_assert_eq(ends->place[i].number, i - 1);
	}
	free(ends);
}

Test(ends, receivers_come_first_and_each_sender_knows_its_own)
{
	struct ovr_plan plan = with_ports("netdev:eth0,host:b/netdev:eth1,host:c/netdev:eth1",
		"host:d/netdev:eth1,host:d/netdev:eth1,host:e/netdev:eth1");
	struct ovr_ends *ends = malloc(sizeof(*ends));

	cr_assert_eq(ovr_ends_of(&plan.ports, ends, NULL), 0);
	cr_assert_eq(ends->n, 5);
	cr_assert_eq(ends->n_receivers, 2);
	cr_assert_str_eq(ends->place[1].host, "e");
	cr_assert_eq(ends->place[1].role, OVR_MESSAGE_RX);
	cr_assert_eq(ends->place[1].number, 1);
	cr_assert_eq(ends->place[1].receiver, 1);
	cr_assert_eq(ends->place[2].role, OVR_MESSAGE_TX);
	cr_assert_eq(ends->place[2].receiver, 0);
	cr_assert_eq(ends->place[3].receiver, 0);
	cr_assert_eq(ends->place[4].number, 2);
	cr_assert_eq(ends->place[4].receiver, 1);
	free(ends);
}

Test(ends, an_agent_is_one_end)
{
	struct ovr_plan plan = with_ports("host:a/netdev:eth0,host:b/netdev:eth1", "host:b/netdev:eth2");
	struct ovr_ends *ends = malloc(sizeof(*ends));
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_ends_of(&plan.ports, ends, &err), -EINVAL);
	cr_assert_str_eq(err.text,
		"tx: found host:b/netdev:eth1 beside another end on host b, accepted: one end on each host, "
		"since an agent carries out one; a second agent listens on another port");
	plan = with_ports("host:a/netdev:eth0,host:b/netdev:eth1", "host:c/netdev:eth2,host:c/netdev:eth3");
	cr_assert_eq(ovr_ends_of(&plan.ports, ends, &err), -EINVAL);
	cr_assert_eq(strncmp(err.text, "rx: found host:c/netdev:eth3 beside another end on host c", 57), 0,
		"%s", err.text);
	free(ends);
}

/* What cannot be reached is a sentence, and nothing is left open. */
static void
check_unreachable(const char *hosts, int code, const char *sentence)
{
	struct ovr_plan plan = with_ports("host:a/netdev:eth0", "host:nobody/netdev:eth2");
	struct ovr_ends *ends = malloc(sizeof(*ends));
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_plan_set(&plan, "hosts", hosts, NULL), 0);
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	cr_assert_eq(ovr_ends_of(&plan.ports, ends, NULL), 0);
	cr_assert_eq(ovr_ends_reach(ends, plan.ports.hosts, &err), code, "%s", err.text);
	cr_assert_eq(strncmp(err.text, sentence, strlen(sentence)), 0, "%s", err.text);
	cr_assert_null(ends->link);
	for (uint32_t i = 0; i < ends->n; i++)
		cr_assert_null(ends->place[i].channel);
	free(ends);
}

Test(ends, a_name_that_no_file_has_is_refused)
{
	char file[] = "/tmp/ovr-hosts-XXXXXX", sentence[128];
	int fd = mkstemp(file);

	cr_assert_geq(fd, 0);
	cr_assert_gt(dprintf(fd, "a: {address: 127.0.0.1}\n"), 0);
	close(fd);
	check_unreachable("/nonexistent/hosts.yaml", -ENOENT,
		"host nobody: found no file /nonexistent/hosts.yaml, accepted: --hosts FILE with the line "
		"nobody: {address: ADDRESS, key: KEY}");
	snprintf(sentence, sizeof(sentence), "host nobody: found no host of this name in %s", file);
	check_unreachable(file, -ENOENT, sentence);
	unlink(file);
}

Test(ends, agents_that_are_no_ends_are_added_by_their_host)
{
	struct ovr_ends *ends = calloc(1, sizeof(*ends));
	struct ovr_end_place *place = NULL;
	struct ovr_err err;

	cr_assert_eq(ovr_ends_add(ends, "127.0.0.1", &place, &err), 0, "%s", err.text);
	cr_assert_str_eq(place->host, "127.0.0.1:5205");
	cr_assert_str_eq(place->name, "host 127.0.0.1:5205");
	cr_assert_eq(ovr_ends_add(ends, "a b", &place, &err), -EINVAL);
	cr_assert_eq(ends->n, 1);
	while (ends->n < OVR_ENDS_MAX)
		cr_assert_eq(ovr_ends_add(ends, "rack-b", &place, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_ends_add(ends, "rack-b", &place, &err), -E2BIG);
	free(ends);
}
