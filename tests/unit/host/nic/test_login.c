/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "nic/route.h"

Test(login, both_ends_are_parsed)
{
	struct ovr_nic_login login;

	cr_assert_eq(ovr_nic_login_parse("192.0.2.1 55555 192.0.2.9 22", &login), 0);
	cr_assert_eq(login.family, AF_INET);
	cr_assert_arr_eq(login.peer, "\xc0\x00\x02\x01", 4);
	cr_assert_arr_eq(login.here, "\xc0\x00\x02\x09", 4);
	cr_assert_str_eq(login.scope, "");
}

Test(login, ipv6_may_name_its_interface)
{
	struct ovr_nic_login login;

	cr_assert_eq(ovr_nic_login_parse("fe80::1%eth0 55555 fe80::2%eth0 22", &login), 0);
	cr_assert_eq(login.family, AF_INET6);
	cr_assert_arr_eq(login.peer, "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x01", 16);
	cr_assert_arr_eq(login.here, "\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x02", 16);
	cr_assert_str_eq(login.scope, "eth0");
}

Test(login, something_else_is_refused)
{
	struct ovr_nic_login login = { .family = 99 };

	cr_assert_eq(ovr_nic_login_parse("", &login), -EINVAL);
	cr_assert_eq(ovr_nic_login_parse("192.0.2.1 55555", &login), -EINVAL);
	cr_assert_eq(ovr_nic_login_parse("localhost 55555 192.0.2.9 22", &login), -EINVAL);
	cr_assert_eq(ovr_nic_login_parse("192.0.2.1 55555 fe80::1 22", &login), -EINVAL);
	cr_assert_eq(login.family, 99);
}

Test(login, the_own_environment_tells)
{
	struct ovr_nic_login login;

	setenv("SSH_CONNECTION", "192.0.2.1 55555 192.0.2.9 22", 1);
	ovr_nic_login_find(&login);
	cr_assert_eq(login.family, AF_INET);
	cr_assert_arr_eq(login.here, "\xc0\x00\x02\x09", 4);
}

Test(login, the_environment_of_an_ancestor_tells_where_the_own_was_taken_away)
{
	struct ovr_nic_login login;
	FILE *shell;
	int pid;

	/* what sudo does */
	shell = popen("SSH_CONNECTION='192.0.2.1 5 192.0.2.9 22' "
		      "sh -c 'env -u SSH_CONNECTION sleep 60 >/dev/null & echo $!; wait'",
		"r");
	cr_assert_not_null(shell);
	cr_assert_eq(fscanf(shell, "%d", &pid), 1);
	ovr_nic_login_find_above(pid, &login);
	kill(pid, SIGTERM);
	pclose(shell);
	cr_assert_eq(login.family, AF_INET);
	cr_assert_arr_eq(login.here, "\xc0\x00\x02\x09", 4);
}

Test(login, a_process_that_is_gone_tells_nothing)
{
	struct ovr_nic_login login = { .family = 99 };

	ovr_nic_login_find_above(0x7ffffff0, &login);
	cr_assert_eq(login.family, 0);
}
