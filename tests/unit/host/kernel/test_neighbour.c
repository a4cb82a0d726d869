/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <errno.h>

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
