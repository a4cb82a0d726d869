/* SPDX-License-Identifier: BSD-3-Clause */
#include "caller/control.h"

#include <string.h>

#include <criterion/criterion.h>

Test(control, loopback_and_what_is_no_address_have_no_way)
{
	static const char *const address[] = { "127.0.0.1", "127.0.0.1:5206", "[::1]:5206", "::1", "", ":1",
		"[", "[::1", "]:3", "no.such.host.invalid" };

	for (size_t i = 0; i < sizeof(address) / sizeof(address[0]); i++) {
		char text[OVR_CONTROL_BYTES] = "before";

		ovr_control_path(address[i], text);
		cr_assert_str_eq(text, "", "%s", address[i]);
	}
}

Test(control, an_address_has_a_host)
{
	static const char *const of[][2] = { { "10.0.0.2", "10.0.0.2" }, { "10.0.0.2:5206", "10.0.0.2" },
		{ "[2001:db8::2]:5300", "2001:db8::2" }, { "2001:db8::2", "2001:db8::2" },
		{ "rack-b.example:5205", "rack-b.example" } };
	static const char *const none[] = { "", ":1", "[", "[::1", "a.name.that.is.too.long" };
	char host[20];

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		cr_assert(ovr_control_host(of[i][0], host, sizeof(host)), "%s", of[i][0]);
		cr_assert_str_eq(host, of[i][1]);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		cr_assert_not(ovr_control_host(none[i], host, sizeof(host)), "%s", none[i]);
}
