/* SPDX-License-Identifier: BSD-3-Clause */
/* What /proc/net says, as Linux 6.18 wrote it (shortened). */
#include <criterion/criterion.h>
#include <errno.h>

#include "kernel/readers.h"
#include "kernel_reading.h"

TestSuite(mib, .init = reading_begin, .fini = reading_end);

Test(mib, a_column_is_found_by_its_name)
{
	cr_assert_eq(ovr_kernel_mib_parse("Ip: Forwarding DefaultTTL InReceives InHdrErrors\n"
					  "Ip: 2 64 17362 5\n"
					  "Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens\n"
					  "Tcp: 1 200 120000 -1 29\n"
					  "Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors "
					  "SndbufErrors InCsumErrors "
					  "IgnoredMulti MemErrors\n"
					  "Udp: 8694 80 174 8950 173 0 1 0 0\n",
			     &reading),
		0);
	assert_counter(OVR_KERNEL_MIB, "", "Ip:InHdrErrors", 5);
	assert_counter(OVR_KERNEL_MIB, "", "Tcp:ActiveOpens", 29);
	assert_counter(OVR_KERNEL_MIB, "", "Udp:InDatagrams", 8694);
	assert_counter(OVR_KERNEL_MIB, "", "Udp:RcvbufErrors", 173);
	assert_counter(OVR_KERNEL_MIB, "", "Udp:MemErrors", 0);
	cr_assert_eq(ovr_kernel_snapshot_find(&snapshot, "r", OVR_KERNEL_MIB, "", "Udp:RcvbufErrors")->unit,
		OVR_KERNEL_DATAGRAM);
}

Test(mib, a_column_that_this_kernel_does_not_have_is_unknown)
{
	cr_assert_eq(
		ovr_kernel_mib_parse("TcpExt: SyncookiesSent ListenOverflows\nTcpExt: 1 2\n", &reading), 0);
	assert_counter(OVR_KERNEL_MIB, "", "TcpExt:ListenOverflows", 2);
	cr_assert_eq(
		ovr_kernel_snapshot_find(&snapshot, "r", OVR_KERNEL_MIB, "", "TcpExt:BeyondWindow"), NULL);
}

Test(mib, what_cannot_count_is_no_counter)
{
	cr_assert_eq(ovr_kernel_mib_parse("Tcp: MaxConn InSegs\nTcp: -1 7\n", &reading), 0);
	cr_assert_eq(snapshot.n, 1);
	assert_counter(OVR_KERNEL_MIB, "", "Tcp:InSegs", 7);
}

Test(mib, a_counter_beyond_32_bits_is_read)
{
	cr_assert_eq(ovr_kernel_mib_parse("IpExt: InOctets\nIpExt: 18446744073709551615\n", &reading), 0);
	assert_counter(OVR_KERNEL_MIB, "", "IpExt:InOctets", UINT64_MAX);
}

Test(mib, ipv6_has_a_counter_a_line)
{
	cr_assert_eq(ovr_kernel_mib6_parse("Ip6InReceives                   \t2\n"
					   "Ip6InNoRoutes                   \t100\n"
					   "Udp6RcvbufErrors                \t17\n",
			     &reading),
		0);
	assert_counter(OVR_KERNEL_MIB, "", "Ip6InReceives", 2);
	assert_counter(OVR_KERNEL_MIB, "", "Ip6InNoRoutes", 100);
	assert_counter(OVR_KERNEL_MIB, "", "Udp6RcvbufErrors", 17);
}

Test(mib, names_without_their_values_are_refused)
{
	cr_assert_eq(ovr_kernel_mib_parse("Ip: Forwarding\nUdp: 1\n", &reading), -EBADMSG);
	cr_assert_eq(ovr_kernel_mib_parse("Ip: Forwarding\n", &reading), -EBADMSG);
	cr_assert_eq(ovr_kernel_mib_parse("a text\n", &reading), -EBADMSG);
	cr_assert_eq(ovr_kernel_mib6_parse("Ip6InReceives\n", &reading), -EBADMSG);
}
