/* SPDX-License-Identifier: BSD-3-Clause */
/* What /proc/net says, as Linux wrote it (shortened, but for mib_names.h). */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/readers.h"
#include "kernel/rules.h"
#include "kernel_reading.h"
#include "mib_names.h"

TestSuite(mib, .init = reading_begin, .fini = reading_end);

/*
 * Read a kernel's names, each above its number in its line: the value says from which column it was
 * taken. @return how many columns there are
 */
static uint32_t
read_numbered(const char *names)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);
	uint32_t n = 0;

	for (const char *line = names; *line != '\0';) {
		const char *end = strchr(line, '\n'), *colon = strchr(line, ':');
		unsigned int column = 0;

		fprintf(file, "%.*s\n%.*s", (int)(end - line), line, (int)(colon + 1 - line), line);
		for (const char *at = line; at < end; at++)
			if (*at == ' ')
				fprintf(file, " %u", ++column);
		fputc('\n', file);
		n += column;
		line = end + 1;
	}
	fclose(file);
	cr_assert_eq(ovr_kernel_mib_parse(text, &reading), 0);
	free(text);
	return n;
}

static bool
is_known(const char *name)
{
	return ovr_kernel_snapshot_find(&snapshot, "r", OVR_KERNEL_MIB, "", name) != NULL;
}

/* Names of the rules that this kernel has not, one a line. */
static void
assert_missing_of_rules(const char *expected)
{
	char missing[1024] = "";
	size_t n;
	const struct ovr_kernel_rule *rule = ovr_kernel_rules(&n);

	for (size_t i = 0; i < n; i++) {
		/* those of IPv6 stand in another file */
		if (rule[i].layer != OVR_KERNEL_MIB || strchr(rule[i].name, ':') == NULL ||
			is_known(rule[i].name))
			continue;
		strcat(missing, rule[i].name);
		strcat(missing, "\n");
	}
	cr_assert_str_eq(missing, expected);
}

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

Test(mib, linux_6_1_has_its_columns)
{
	cr_assert_eq(read_numbered(mib_names_6_1), snapshot.n);
	assert_counter(OVR_KERNEL_MIB, "", "TcpExt:ListenOverflows", 19);
	assert_counter(OVR_KERNEL_MIB, "", "TcpExt:ListenDrops", 20);
	assert_counter(OVR_KERNEL_MIB, "", "TcpExt:IPReversePathFilter", 73);
	assert_counter(OVR_KERNEL_MIB, "", "TcpExt:TCPZeroWindowDrop", 116);
	assert_counter(OVR_KERNEL_MIB, "", "TcpExt:TCPRcvQDrop", 117);
	assert_counter(OVR_KERNEL_MIB, "", "IpExt:InNoRoutes", 1);
	assert_counter(OVR_KERNEL_MIB, "", "MPTcpExt:RcvPruned", 50);
	cr_assert_not(is_known("TcpExt:BeyondWindow"));
	cr_assert_not(is_known("TcpExt:TSEcrRejected"));
	cr_assert_not(is_known("TcpExt:PAWSTimewait"));
	cr_assert_not(is_known("Ip:OutTransmits"));
	assert_missing_of_rules("TcpExt:BeyondWindow\n");
}

Test(mib, linux_6_18_has_its_columns)
{
	cr_assert_eq(read_numbered(mib_names_6_18), snapshot.n);
	assert_counter(OVR_KERNEL_MIB, "", "TcpExt:BeyondWindow", 16);
	assert_counter(OVR_KERNEL_MIB, "", "TcpExt:ListenOverflows", 23);
	assert_counter(OVR_KERNEL_MIB, "", "TcpExt:ListenDrops", 24);
	assert_counter(OVR_KERNEL_MIB, "", "TcpExt:IPReversePathFilter", 77);
	assert_counter(OVR_KERNEL_MIB, "", "TcpExt:TCPZeroWindowDrop", 120);
	assert_counter(OVR_KERNEL_MIB, "", "TcpExt:TCPRcvQDrop", 121);
	assert_counter(OVR_KERNEL_MIB, "", "Ip:OutTransmits", 20);
	cr_assert_not(is_known("MPTcpExt:RcvPruned"));
	assert_missing_of_rules("");
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
