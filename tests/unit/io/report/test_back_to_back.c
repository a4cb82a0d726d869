/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/back_to_back.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support/back_to_back_sample.h"

static void
expect(struct ovr_result_back_to_back *burst, const char *const *lines)
{
	struct ovr_err err;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(ovr_report_back_to_back_text(burst, out, &err), 0);
	fclose(out);
	for (; *lines != NULL; lines++)
		cr_assert_not_null(strstr(text, *lines), "no \"%s\" in\n%s", *lines, text);
	free(text);
	sample_back_to_back_free(burst);
}

#define EXPECT(burst, ...) expect(burst, (const char *const[]){ __VA_ARGS__, NULL })

Test(back_to_back, the_average_the_buffer_and_the_time_at_another_rate_are_told)
{
	EXPECT(sample_back_to_back_found(),
		"1000.0 frames on average of N = 3   min 990   max 1,010   deviation 10.0",
		"throughput         8.00 Mpps   as seen while 21 bursts with losses drained\n",
		"implied            67.2 µs   correction 36.1 µs\n",
		"corrected          31.1 µs = 462.4 frames of buffer\n",
		"actual             116 µs at 4.00 Mpps\n", "\nverdict    pass\n");
}

Test(back_to_back, what_was_disturbed_and_excluded_is_told)
{
	EXPECT(sample_back_to_back_found(),
		"trials             5, of which 2 disturbed and repeated   gap 1   stall 1\n",
		"searches           4, of which 1 excluded: a length was disturbed again and again\n");
}

Test(back_to_back, where_it_deviates_from_the_rfc_is_told)
{
	EXPECT(sample_back_to_back_found(), "where RFC 9004 section 5.3 asks for 2 s",
		"average of 3, where RFC 2544 section 26.4 suggests 50\n", "not searched for");
}

Test(back_to_back, no_buffer_has_its_reason)
{
	EXPECT(sample_back_to_back_void(),
		"buffer time        none: ", "\nverdict    void   a search ended at its limit\n");
	EXPECT(sample_back_to_back_none(), "\nverdict    loss   a single frame did not arrive");
}
