/* SPDX-License-Identifier: BSD-3-Clause */
/* Plans with tcp ports. */
#include "plan/tcp.h"

#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

#include "frozen.h"

Test(tcp, one_tcp_port_alone_is_both_ends_of_its_address)
{
	struct ovr_plan plan = FROZEN("rx", "tcp:127.0.0.1:9000,backlog=4");

	cr_assert_str_eq(plan.ports.tx.text, "tcp:127.0.0.1:9000");
	cr_assert(ovr_plan_has_tcp(&plan.ports));
	cr_assert_str_eq(plan.frames.size.text, "1448");
	cr_assert_eq(plan.load.time_ns, 5000000000u);
	cr_assert_eq(plan.trial.drain_ns, 3000000000u);
}

Test(tcp, what_is_asked_for_stays)
{
	struct ovr_plan plan = FROZEN("rx", "tcp:[::1]:9000", "size", "512", "count", "100", "rate", "20kpps",
		"stall", "unread", "drain", "1s");

	cr_assert_eq(plan.frames.size.size[0], 512);
	cr_assert_eq(plan.load.time_ns, 0);
	cr_assert_eq(plan.load.count, 100);
	cr_assert_eq(plan.trial.drain_ns, 1000000000u);
}

Test(tcp, another_kind_on_the_other_side_is_refused)
{
	REFUSED(-EINVAL,
		"tx udp:127.0.0.1:9 and rx tcp:127.0.0.1:9: found one tcp port, accepted: tcp on both sides",
		"tx", "udp:127.0.0.1:9", "rx", "tcp:127.0.0.1:9");
	REFUSED(-EINVAL,
		"tx tcp:127.0.0.1:9 and rx tcp:[::1]:9: found two versions of IP, accepted: one for both",
		"tx", "tcp:127.0.0.1:9", "rx", "tcp:[::1]:9");
	REFUSED(-EINVAL,
		"tx tcp:127.0.0.1:9 and rx tcp:127.0.0.1:9: found a tcp port beside a port of another "
		"machine, accepted: tcp on both sides, alone",
		"tx", "tcp:127.0.0.1:9,host:b/udp:10.0.0.1:9", "rx", "tcp:127.0.0.1:9");
}

Test(tcp, options_of_frames_are_refused)
{
	REFUSED(-EINVAL,
		"rxd: found 512 for tcp ports, accepted: 1024, its default, since a tcp port sends records "
		"in "
		"connections, and the kernel makes the segments",
		"rx", "tcp:127.0.0.1:9", "rxd", "512");
	REFUSED(-EINVAL,
		"csv: found x.csv for tcp ports, accepted: none, its default, since a tcp port sends records "
		"in "
		"connections, and the kernel makes the segments",
		"rx", "tcp:127.0.0.1:9", "csv", "x.csv");
}

Test(tcp, a_rate_of_bits_and_several_sizes_are_refused)
{
	REFUSED(-EINVAL,
		"rate: found 1gbps with tcp:127.0.0.1:9, accepted: records per second, as in 20kpps, or "
		"100%: "
		"as many as TCP takes",
		"rx", "tcp:127.0.0.1:9", "rate", "1gbps");
	REFUSED(-EINVAL,
		"size: found 64,128 with tcp:127.0.0.1:9, accepted: the bytes of a record, one size of 64 to "
		"9216",
		"rx", "tcp:127.0.0.1:9", "size", "64,128");
}

Test(tcp, other_commands_refuse_it)
{
	struct ovr_plan plan;
	struct ovr_err err = { "" };

	ovr_plan_default(&plan);
	plan.command = OVR_PLAN_SEARCH;
	cr_assert_eq(ovr_plan_set(&plan, "rx", "tcp:127.0.0.1:9", &err), 0, "%s", err.text);
	cr_assert_eq(ovr_plan_freeze(&plan, &err), -EINVAL);
	cr_assert_str_eq(err.text,
		"tx tcp:127.0.0.1:9 and rx tcp:127.0.0.1:9: found a tcp port for a command with many trials, "
		"accepted: it for overrun run alone");
}

Test(tcp, a_reader_slower_than_the_drain_is_refused)
{
	REFUSED(-EINVAL,
		"service: found 0.1pps with tcp:127.0.0.1:9, accepted: a record within drain (3 s), or a "
		"longer "
		"drain",
		"rx", "tcp:127.0.0.1:9", "service", "0.1pps");
	FROZEN("rx", "tcp:127.0.0.1:9", "service", "0.1pps", "drain", "20s");
}
