/* SPDX-License-Identifier: BSD-3-Clause */
/* A trial over TCP for people. */
#include "report/tcp.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct ovr_result_tcp result;
static struct ovr_segments_connection connection;
static char *text;

/* One connection with 1,000 records; 61 segments were lost. */
static void
begin(void)
{
	memset(&result, 0, sizeof(result));
	ovr_plan_default(&result.plan);
	cr_assert_eq(ovr_plan_set(&result.plan, "rx", "tcp:198.19.0.1:5201", NULL), 0);
	cr_assert_eq(ovr_plan_freeze(&result.plan, NULL), 0);
	connection = (struct ovr_segments_connection){
		.state = OVR_SEGMENTS_ESTABLISHED,
		.is_accepted = true,
		.sender = { .segs_out = 1063, .segs_in = 501, .data_segs_out = 1061, .total_retrans = 61 },
		.receiver = { .segs_out = 500, .segs_in = 1002, .data_segs_in = 1000 },
		.records_written = 1000,
		.records_read = 1000,
	};
	result.connection = &connection;
	result.n_connections = 1;
	result.half_open.is_known = true;
	result.segments_per_packet_max = 1;
}

static void
add_account(uint64_t min, uint64_t max)
{
	struct ovr_segments_account account = { .account = { .place = OVR_PLACE_RX_NETFILTER,
							.port = "hop:r",
							.is_of_hop = true,
							.counter = "dropped",
							.counted = 61,
							.why = "a rule dropped them" } };

	ovr_ledger_account_set(&account.account, min, max);
	account.account.counted = 61;
	cr_assert_eq(ovr_result_tcp_add(&result, &account), 0);
}

static void
print(void)
{
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	ovr_result_tcp_close(&result);
	cr_assert_eq(ovr_report_tcp_text(&result, out, NULL), 0);
	fclose(out);
}

static void
expect(const char *part)
{
	cr_assert(strstr(text, part) != NULL, "no \"%s\" in:\n%s", part, text);
}

static void
end(void)
{
	free(text);
	free(result.account);
}

TestSuite(tcp, .init = begin, .fini = end);

Test(tcp, the_books_are_in_segments_with_one_owner)
{
	add_account(61, 61);
	print();
	expect("connections   1   established 1   accepted 1\n");
	expect("to the receiver          1,063          1,002         61   1,061 with data, 61 sent again\n");
	expect("hop:r/rx.netfilter           61   dropped        a rule dropped them\n");
	expect("unexplained                   0\n");
	expect("LOSS: 61 of 1,564 segments were lost on the way\n");
	cr_assert(strstr(text, "next:") == NULL);
}

Test(tcp, a_range_says_how_it_becomes_exact)
{
	result.segments_per_packet_max = 45;
	add_account(61, 2745);
	print();
	expect("61 to 2,745");
	expect("61 counted; a rule dropped them");
	expect("a packet on this path may hold 45 segments");
	expect("gso_max_segs 1");
}

Test(tcp, what_no_counter_has_is_said)
{
	print();
	expect("unexplained");
	expect("no counter of the namespaces on the path has them");
}
