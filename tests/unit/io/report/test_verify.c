/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/verify.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support/verify_sample.h"

static struct ovr_result_verify verify;
static struct ovr_err err;

static void
expect(const char *const *lines)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(ovr_report_verify_text(&verify, out, &err), 0);
	fclose(out);
	for (; *lines != NULL; lines++)
		cr_assert_not_null(strstr(text, *lines), "no \"%s\" in\n%s", *lines, text);
	free(text);
}

#define EXPECT(...) expect((const char *const[]){ __VA_ARGS__, NULL })

Test(verify, every_counter_is_told_with_its_worth_and_how_far_it_is_off)
{
	verify_sample_told(&verify);
	EXPECT("driver madeup", "exact           rx3_drops ", "3  0   booked\n",
		"late            rx_no_buffer ", "port  -628 to 0\n", "wrong           rx_discards ",
		"port  -8 to 44\n", "always zero     rx_errors ", "port  -2,256 to -628\n",
		"\nverdict    pass\n");
}

Test(verify, what_is_new_to_the_table_of_drivers_is_printed_as_data)
{
	verify_sample_told(&verify);
	EXPECT("new to overrun's table of drivers",
		"  driver=madeup source=driver counter=\"rx#_drops\" kind=loss place=rx.ring "
		"trust=\"exact\"\n",
		"counter=\"rx_no_buffer\" kind=loss place=rx.ring trust=\"port-level only\" late=yes\n",
		"counter=\"rx_errors\" kind=loss place=rx.ring trust=\"not implemented\"\n");
}

Test(verify, a_counter_that_repeats_another_says_which)
{
	verify_sample_told(&verify);
	snprintf(verify.counter[3].repeats, sizeof(verify.counter[3].repeats), "rx_ring_full");
	EXPECT("3  0   booked, repeats rx_ring_full\n");
}

Test(verify, that_no_counter_tells_is_a_loss_with_its_reason)
{
	verify_sample_none(&verify);
	EXPECT("\nverdict    loss   no counter tells the frames that were lost\n");
}
