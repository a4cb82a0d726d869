/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/bpf.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <unistd.h>

Test(bpf, an_id_that_no_program_has_is_told)
{
	char name[32] = "unchanged";

	if (geteuid() != 0)
		cr_skip_test("needs root");
	cr_assert_eq(ovr_bpf_prog_name(UINT32_MAX, name, sizeof(name)), -ENOENT);
	cr_assert_str_eq(name, "unchanged");
}

Test(bpf, a_link_that_nobody_has_cannot_be_detached)
{
	if (geteuid() != 0)
		cr_skip_test("needs root");
	cr_assert_eq(ovr_bpf_link_detach(UINT32_MAX, 1), -ENOENT);
}
