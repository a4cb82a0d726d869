/* SPDX-License-Identifier: BSD-3-Clause */
#include "atlas/lab.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

static struct ovr_atlas_lab *
begin(void)
{
	struct ovr_atlas_lab *lab = NULL;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_atlas_lab_open(&lab, &err), 0, "%s", err.text);
	return lab;
}

Test(lab, names_of_hosts_stand_for_their_namespaces)
{
	struct ovr_atlas_lab *lab = begin();
	char line[OVR_ATLAS_LINE_BYTES], expected[OVR_ATLAS_LINE_BYTES];

	snprintf(expected, sizeof(expected), "a ovr-lab-%d-hop { type } ovr-lab-%d-receiver{", (int)getpid(),
		(int)getpid());
	cr_expect_str_eq(
		ovr_atlas_lab_expand(lab, "a {hop} { type } {receiver}{", line, sizeof(line)), expected);
	cr_expect_str_eq(ovr_atlas_lab_expand(lab, "{hop}", line, 8), "ovr-lab");
	cr_expect_str_eq(ovr_atlas_lab_name(lab, OVR_ATLAS_HERE), "");
	ovr_atlas_lab_close(lab);
}

Test(lab, a_command_that_fails_is_told_with_its_answer)
{
	struct ovr_atlas_lab *lab = begin();
	const struct ovr_atlas_command bad = { OVR_ATLAS_HERE, "echo no way >&2; exit 2" };
	const struct ovr_atlas_command good = { OVR_ATLAS_HERE, "true" };
	struct ovr_err err = { "" };

	cr_expect_eq(ovr_atlas_lab_do(lab, &good, &err), 0);
	cr_expect_neq(ovr_atlas_lab_do(lab, &bad, &err), 0);
	cr_expect_str_eq(err.text, "\"echo no way >&2; exit 2\" ended with 2: no way");
	ovr_atlas_lab_close(lab);
}

Test(lab, a_setting_of_the_whole_host_is_refused_unless_it_is_allowed)
{
	struct ovr_atlas_lab *lab = begin();
	const struct ovr_atlas_command setting = { OVR_ATLAS_WHOLE_HOST, "sysctl -w net.none.such=40" };
	struct ovr_err err = { "" };

	cr_expect_eq(ovr_atlas_lab_do(lab, &setting, &err), -EOPNOTSUPP);
	cr_expect_str_eq(err.text, "\"sysctl -w net.none.such=40\" is not allowed");
	ovr_atlas_lab_allow_global(lab);
	cr_expect_eq(ovr_atlas_lab_do(lab, &setting, &err), -EOPNOTSUPP);
	cr_expect_str_eq(err.text,
		"net.none.such: cannot be set here: No such file or directory; it is there in the initial "
		"network namespace, for root");
	ovr_atlas_lab_close(lab);
}

Test(lab, without_hosts_there_is_nothing_to_remove)
{
	struct ovr_atlas_lab *lab = begin();
	struct ovr_err err = { "" };

	cr_expect_eq(ovr_atlas_lab_make(lab, OVR_ATLAS_NO_LAB, &err), 0, "%s", err.text);
	cr_expect_eq(ovr_atlas_lab_remove(lab, &err), 0);
	ovr_atlas_lab_close(lab);
	ovr_atlas_lab_close(NULL);
}
