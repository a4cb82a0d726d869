/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <sys/socket.h>

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "kernel/readers.h"
#include "kernel_reading.h"

TestSuite(neighbour, .init = reading_begin, .fini = reading_end);

/* As Linux 6.18 writes it, of two CPUs. */
Test(neighbour, the_cpus_are_added_up)
{
	cr_assert_eq(
		ovr_kernel_neighbour_parse("arp_cache",
			"entries  allocs   destroys hash_grows lookups  hits     res_failed rcv_probes_mcast "
			"rcv_probes_ucast periodic_gc_runs forced_gc_runs unresolved_discards table_fulls\n"
			"00000004 00000169 000001e4 00000001   00000057 00000054 00000003   00000001         "
			"00000000         000003c0         00000000       0000005d            00000000\n"
			"00000004 000002bc 0000023d 00000002   00000056 00000051 00000000   00000003         "
			"00000000         00000000         00000000       00000002            00000000\n",
			&reading),
		0);
	cr_assert_eq(snapshot.n, 1);
	assert_counter(OVR_KERNEL_NEIGHBOUR, "arp_cache", "unresolved_discards", 95);
	cr_assert(snapshot.counter[0].is_global);
}

Test(neighbour, a_kernel_without_the_column_has_no_counter)
{
	cr_assert_eq(
		ovr_kernel_neighbour_parse("arp_cache", "entries  allocs\n00000004 00000169\n", &reading), 0);
	cr_assert_eq(snapshot.n, 0);
}

Test(neighbour, another_text_is_refused)
{
	cr_assert_eq(ovr_kernel_neighbour_parse("arp_cache", "a text\n", &reading), -EBADMSG);
	cr_assert_eq(
		ovr_kernel_neighbour_parse("arp_cache", "entries unresolved_discards\n00000004\n", &reading),
		-EBADMSG);
}

static struct ovr_kernel_silent silent;

static int
parse(uint8_t family, uint16_t state, const void *address, size_t size)
{
	static _Alignas(8) char buffer[256];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct ndmsg *entry;

	message->nlmsg_type = RTM_NEWNEIGH;
	entry = mnl_nlmsg_put_extra_header(message, sizeof(*entry));
	entry->ndm_family = family;
	entry->ndm_state = state;
	mnl_attr_put(message, NDA_DST, size, address);
	return ovr_kernel_neighbour_entry_parse(message, &silent);
}

Test(neighbour, one_that_answers_drops_nothing)
{
	cr_assert_eq(parse(AF_INET, NUD_REACHABLE, "\x0a\x09\x00\x02", 4), 0);
	cr_assert_eq(parse(AF_INET, NUD_STALE, "\x0a\x09\x00\x03", 4), 0);
	cr_assert_eq(parse(AF_INET, NUD_PERMANENT, "\x0a\x09\x00\x04", 4), 0);
	cr_assert_eq(silent.n, 0);
}

Test(neighbour, one_that_does_not_answer_is_named)
{
	cr_assert_eq(parse(AF_INET, NUD_INCOMPLETE, "\x0a\x09\x00\x02", 4), 0);
	cr_assert_eq(parse(AF_INET6, NUD_FAILED, "\xfd\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\x09", 16), 0);
	cr_assert_eq(silent.n, 2);
	cr_assert_str_eq(silent.first, "10.9.0.2");
}

Test(neighbour, an_entry_of_another_family_is_none)
{
	cr_assert_eq(parse(AF_BRIDGE, NUD_FAILED, "\x0a\x09\x00\x02", 4), 0);
	cr_assert_eq(parse(AF_INET6, NUD_FAILED, "\x0a\x09\x00\x02", 4), 0);
	cr_assert_eq(silent.n, 0);
}
