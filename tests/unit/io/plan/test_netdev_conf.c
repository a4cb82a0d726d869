/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/netdev_conf.h"

#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

static struct ovr_netdev_conf
parsed(const char *keys)
{
	struct ovr_netdev_conf conf;

	cr_assert_eq(ovr_netdev_conf_parse("--rx", keys, &conf, NULL), 0, "%s", keys);
	return conf;
}

static struct ovr_err
refused(const char *keys, int code)
{
	struct ovr_netdev_conf conf = { .first_queue = 7 };
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_netdev_conf_parse("--rx", keys, &conf, &err), code, "%s", keys);
	cr_assert_eq(conf.first_queue, 7);
	return err;
}

Test(netdev_conf, without_keys_it_is_af_xdp_from_queue_0)
{
	cr_assert_eq(parsed("").mode, OVR_NETDEV_AF_XDP);
	cr_assert_eq(parsed("").first_queue, 0);
}

Test(netdev_conf, keys_choose_the_way_and_the_queue)
{
	cr_assert_eq(parsed("mode=af_packet").mode, OVR_NETDEV_AF_PACKET);
	cr_assert_eq(parsed("mode=af_xdp,queue=3").first_queue, 3);
	cr_assert_eq(parsed("queue=1023").first_queue, 1023);
}

Test(netdev_conf, other_keys_and_values_are_refused_in_one_sentence)
{
	cr_assert_str_eq(refused("queues=2", -EINVAL).text,
		"--rx: found the key \"queues\", did you mean queue; accepted: mode=af_xdp, mode=af_packet, "
		"queue=N");
	cr_assert_str_eq(refused("af_packet", -EINVAL).text,
		"--rx: found \"af_packet\" among the keys, accepted: mode=af_xdp, mode=af_packet, queue=N");
	cr_assert_str_eq(
		refused("mode=", -EINVAL).text, "--rx: mode: found \"\", accepted: af_xdp or af_packet");
	cr_assert_eq(strncmp(refused("queue=1024", -ERANGE).text, "--rx: queue: found", 18), 0);
	cr_assert_eq(strncmp(refused("queue=x", -EINVAL).text, "--rx: queue: found", 18), 0);
}

Test(netdev_conf, a_packet_socket_has_no_first_queue)
{
	cr_assert_not_null(strstr(refused("mode=af_packet,queue=1", -EINVAL).text,
		"a packet socket takes the frames of all queues"));
}
