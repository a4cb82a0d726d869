/* SPDX-License-Identifier: BSD-3-Clause */
#include "pci/bdf.h"

#include <errno.h>

#include <criterion/criterion.h>

static void
becomes(const char *text, const char *canonical)
{
	struct ovr_pci_bdf bdf;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_pci_bdf_parse("tx", text, &bdf, &err), 0, "%s: %s", text, err.text);
	cr_expect_str_eq(bdf.text, canonical, "%s", text);
}

Test(bdf, the_domain_may_be_left_out)
{
	becomes("0000:3b:00.0", "0000:3b:00.0");
	becomes("3b:00.0", "0000:3b:00.0");
	becomes("0:3.1", "0000:00:03.1");
}

Test(bdf, digits_become_lower_case)
{
	becomes("00AF:3B:1F.7", "00af:3b:1f.7");
}

Test(bdf, a_domain_has_up_to_eight_digits)
{
	becomes("10000:e1:00.0", "10000:e1:00.0");
	becomes("ffffffff:ff:1f.7", "ffffffff:ff:1f.7");
}

Test(bdf, anything_else_is_refused_with_the_form_that_is_accepted)
{
	static const char *const wrong[] = { "", "3b:00", "3b:00.8", "3b:20.0", "100:00.0", "3b:00.0x",
		"3b.00.0", "0000:3b:00.0 ", " 3b:00.0", "000:3b:00.0", "123456789:3b:00.0", "eth0", "g:00.0",
		"-1:00.0" };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct ovr_pci_bdf bdf = { "before" };

		cr_expect_eq(ovr_pci_bdf_parse("tx", wrong[i], &bdf, NULL), -EINVAL, "%s", wrong[i]);
		cr_expect_str_eq(bdf.text, "before", "%s", wrong[i]);
	}
}

Test(bdf, the_sentence_has_what_was_found)
{
	struct ovr_pci_bdf bdf;
	struct ovr_err err = { "" };

	ovr_pci_bdf_parse("tx", "3b:00.8", &bdf, &err);
	cr_assert_str_eq(err.text,
		"tx: found \"3b:00.8\", accepted: a PCI address, BUS:DEVICE.FUNCTION in hexadecimal digits, "
		"with "
		"or without its domain: 0000:3b:00.0 or 3b:00.0");
}
