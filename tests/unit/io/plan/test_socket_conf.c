/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/socket_conf.h"

#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

static struct ovr_socket_conf
parsed(const char *what, const char *details, const char *keys)
{
	struct ovr_socket_conf conf;
	struct ovr_err err = { "" };

	cr_assert_eq(
		ovr_socket_conf_parse(what, OVR_SOCKET_UDP, details, keys, &conf, &err), 0, "%s", err.text);
	return conf;
}

static struct ovr_err
refused(const char *what, const char *details, const char *keys, int code)
{
	struct ovr_socket_conf conf = { .port = 7 };
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_socket_conf_parse(what, OVR_SOCKET_UDP, details, keys, &conf, &err), code, "%s,%s",
		details, keys);
	cr_assert_eq(conf.port, 7);
	return err;
}

Test(socket_conf, an_ipv4_address_and_a_port_are_enough)
{
	struct ovr_socket_conf conf = parsed("rx", "198.19.0.1:9", "");

	cr_assert_eq(conf.ip_version, 4);
	cr_assert_arr_eq(conf.ip, ((uint8_t[]){ 198, 19, 0, 1 }), 4);
	cr_assert_eq(conf.port, 9);
	cr_assert_not(conf.is_any);
	cr_assert_str_eq(conf.netns, "");
	cr_assert_eq(conf.buffer_bytes + conf.batch + conf.n_sockets + conf.busy_poll_us, 0);
}

Test(socket_conf, an_ipv6_address_stands_in_brackets)
{
	struct ovr_socket_conf conf = parsed("tx", "[2001:2::1]:65535", "");

	cr_assert_eq(conf.ip_version, 6);
	cr_assert_arr_eq(conf.ip, ((uint8_t[]){ 0x20, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }), 16);
	cr_assert_eq(conf.port, 65535);
}

Test(socket_conf, a_receiver_may_take_any_address_and_a_sender_may_not)
{
	cr_assert(parsed("rx", "0.0.0.0:9", "").is_any);
	cr_assert(parsed("rx", "[::]:9", "").is_any);
	cr_assert_str_eq(refused("tx", "0.0.0.0:9", "", -EINVAL).text,
		"tx: found \"udp:0.0.0.0:9\", accepted: the address of a host, since that is where the port "
		"sends to");
}

Test(socket_conf, every_key_sets_its_member)
{
	struct ovr_socket_conf rx = parsed(
		"rx", "127.0.0.1:9000", "netns=r,rcvbuf=4096,batch=64,busy-poll=50us,reuseport=4");
	struct ovr_socket_conf tx = parsed("tx", "127.0.0.1:9000", "sndbuf=8192,batch=1");

	cr_assert_str_eq(rx.netns, "r");
	cr_assert_eq(rx.buffer_bytes, 4096);
	cr_assert_eq(rx.batch, 64);
	cr_assert_eq(rx.busy_poll_us, 50);
	cr_assert_eq(rx.n_sockets, 4);
	cr_assert_eq(tx.buffer_bytes, 8192);
	cr_assert_eq(tx.batch, 1);
}

Test(socket_conf, an_address_that_is_none_is_refused_in_one_sentence)
{
	const char *const details[] = { "", "9", ":9", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0",
		"127.0.0.1:65536", "127.0.0.1:9x", "[127.0.0.1]:9", "::1:9", "[::1]", "localhost:9",
		"1.2.3.4.5:9" };

	for (size_t i = 0; i < sizeof(details) / sizeof(details[0]); i++)
		refused("rx", details[i], "", -EINVAL);
	cr_assert_str_eq(refused("rx", "localhost:9", "", -EINVAL).text,
		"rx: found \"udp:localhost:9\", accepted: udp:ADDRESS:PORT with an address in figures and a "
		"port of 1 to 65535, as in udp:127.0.0.1:9000 or udp:[::1]:9000");
}

Test(socket_conf, keys_of_the_other_side_and_none_are_refused_in_one_sentence)
{
	cr_assert_str_eq(refused("tx", "1.2.3.4:9", "rcvbuf=4096", -EINVAL).text,
		"tx: found the key \"rcvbuf\", accepted of a udp port there: netns=NAME, "
		"batch=N, sndbuf=BYTES");
	cr_assert_str_eq(refused("rx", "1.2.3.4:9", "netn=r", -EINVAL).text,
		"rx: found the key \"netn\", did you mean netns; accepted of a udp port there: netns=NAME, "
		"batch=N, rcvbuf=BYTES, reuseport=N, busy-poll=TIME");
	cr_assert_str_eq(refused("rx", "1.2.3.4:9", "batch=2,batch=2", -EINVAL).text,
		"rx: found batch= twice, accepted: every key once");
}

Test(socket_conf, values_out_of_range_are_refused)
{
	refused("rx", "1.2.3.4:9", "batch=0", -ERANGE);
	refused("rx", "1.2.3.4:9", "batch=513", -ERANGE);
	refused("rx", "1.2.3.4:9", "reuseport=33", -ERANGE);
	refused("rx", "1.2.3.4:9", "rcvbuf=0", -ERANGE);
	refused("rx", "1.2.3.4:9", "busy-poll=500ns", -ERANGE);
	refused("rx", "1.2.3.4:9", "netns=", -EINVAL);
	refused("rx", "1.2.3.4:9", "netns=../x", -EINVAL);
}

static struct ovr_err
refused_of_tcp(const char *what, const char *details, const char *keys, int code)
{
	struct ovr_socket_conf conf;
	struct ovr_err err = { "" };

	cr_assert_eq(
		ovr_socket_conf_parse(what, OVR_SOCKET_TCP, details, keys, &conf, &err), code, "%s", keys);
	return err;
}

Test(socket_conf, a_tcp_port_has_keys_of_its_own)
{
	struct ovr_socket_conf tx, rx;

	cr_assert_eq(ovr_socket_conf_parse("tx", OVR_SOCKET_TCP, "1.2.3.4:9",
			     "netns=s,connections=20,sndbuf=8192,congestion=cubic", &tx, NULL),
		0);
	cr_assert_eq(tx.n_connections, 20);
	cr_assert_eq(tx.buffer_bytes, 8192);
	cr_assert_str_eq(tx.congestion, "cubic");
	cr_assert_eq(ovr_socket_conf_parse("rx", OVR_SOCKET_TCP, "1.2.3.4:9",
			     "netns=r,rcvbuf=4096,backlog=4,accept=0,shrink=2304", &rx, NULL),
		0);
	cr_assert(rx.has_backlog && rx.has_accept);
	cr_assert_eq(rx.backlog, 4);
	cr_assert_eq(rx.accept, 0);
	cr_assert_eq(rx.shrink_bytes, 2304);
}

Test(socket_conf, a_tcp_port_refuses_the_keys_of_datagrams)
{
	cr_assert_str_eq(refused_of_tcp("rx", "1.2.3.4:9", "reuseport=2", -EINVAL).text,
		"rx: found the key \"reuseport\", accepted of a tcp port there: netns=NAME, rcvbuf=BYTES, "
		"backlog=N, accept=N, shrink=BYTES");
	cr_assert_str_eq(refused_of_tcp("tx", "1.2.3.4:9", "batch=2", -EINVAL).text,
		"tx: found the key \"batch\", accepted of a tcp port there: netns=NAME, connections=N, "
		"sndbuf=BYTES, congestion=NAME");
	refused_of_tcp("tx", "1.2.3.4:9", "connections=1025", -ERANGE);
	refused_of_tcp("tx", "1.2.3.4:9", "congestion=", -EINVAL);
	cr_assert_str_eq(refused_of_tcp("tx", "0.0.0.0:9", "", -EINVAL).text,
		"tx: found \"tcp:0.0.0.0:9\", accepted: the address of a host, since that is where the port "
		"sends to");
}
