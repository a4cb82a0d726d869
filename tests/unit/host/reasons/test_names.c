/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <errno.h>

#include "reasons/names.h"

static struct ovr_reasons_names names;

static void
done(void)
{
	ovr_reasons_names_done(&names);
}

TestSuite(names, .fini = done);

/* the last line of the format file of Linux 6.18, its list shortened */
#define PRINT_FMT_6_18                                                                                       \
	"print fmt: \"skbaddr=%p rx_sk=%p protocol=%u location=%pS reason: %s\", REC->skbaddr, REC->rx_sk, " \
	"REC->protocol, REC->location, __print_symbolic(REC->reason, { 1, \"CONSUMED\" }, "                  \
	"{ 2, \"NOT_SPECIFIED\" }, { 74, \"UNHANDLED_PROTO\" }, { 128, \"MAX\" })\n"

static void
assert_name(uint32_t number, const char *expected)
{
	char text[OVR_REASONS_NAME_BYTES];

	ovr_reasons_names_print(&names, number, text);
	cr_assert_str_eq(text, expected);
}

Test(names, the_format_of_the_tracepoint_names_the_reasons)
{
	cr_assert_eq(ovr_reasons_names_parse(&names, PRINT_FMT_6_18), 0);
	cr_assert_eq(names.n, 4);
	assert_name(2, "NOT_SPECIFIED");
	assert_name(74, "UNHANDLED_PROTO");
	cr_assert_eq(ovr_reasons_names_find(&names, "UNHANDLED_PROTO")->number, 74);
	cr_assert_null(ovr_reasons_names_find(&names, "UNHANDLED"));
}

Test(names, a_format_without_reasons_is_refused)
{
	/* Linux 5.16 */
	cr_assert_eq(
		ovr_reasons_names_parse(&names,
			"print fmt: \"skbaddr=%p protocol=%u location=%p\", REC->skbaddr, REC->protocol, "
			"REC->location\n"),
		-EBADMSG);
	cr_assert_eq(ovr_reasons_names_parse(&names, "__print_symbolic(REC->reason, )"), -EBADMSG);
	cr_assert_eq(ovr_reasons_names_parse(&names, ""), -EBADMSG);
	cr_assert_eq(names.n, 0);
}

Test(names, the_prefixes_of_the_kernels_enum_are_left_out)
{
	cr_assert_eq(ovr_reasons_names_add(&names, 1, "SKB_CONSUMED"), 0);
	cr_assert_eq(ovr_reasons_names_add(&names, 3, "SKB_DROP_REASON_NO_SOCKET"), 0);
	cr_assert_eq(ovr_reasons_names_add(&names, 75, "SKB_DROP_REASON_SKB_CSUM"), 0);
	assert_name(1, "CONSUMED");
	assert_name(3, "NO_SOCKET");
	assert_name(75, "SKB_CSUM");
}

Test(names, a_number_without_a_name_is_printed_as_it_is)
{
	cr_assert_eq(ovr_reasons_names_add(&names, 3, "NO_SOCKET"), 0);
	assert_name(0x20003, "0x20003"); /* of Open vSwitch */
}

Test(names, a_list_grows)
{
	for (uint32_t i = 0; i < 1000; i++)
		cr_assert_eq(ovr_reasons_names_add(&names, i, i == 700 ? "SEVEN_HUNDRED" : "OTHER"), 0);
	cr_assert_eq(names.n, 1000);
	assert_name(700, "SEVEN_HUNDRED");
}
