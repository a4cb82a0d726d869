/* SPDX-License-Identifier: BSD-3-Clause */
#include "link/kind.h"

#include <criterion/criterion.h>
#include <errno.h>

static struct ovr_err err;

static void
expect_found(const char *text, bool is_passive, const char *endpoint, bool is_loopback)
{
	struct ovr_address address;

	cr_assert_eq(
		ovr_address_find("host a", text, is_passive, &address, &err), 0, "%s: %s", text, err.text);
	cr_assert_str_eq(address.endpoint, endpoint);
	cr_assert_eq(address.is_loopback, is_loopback, "%s", text);
	cr_assert_eq(address.is_ipv6, endpoint[6] == '[');
}

static void
expect_refused(const char *text, int status, const char *sentence)
{
	struct ovr_address address;

	cr_assert_eq(ovr_address_find("host a", text, false, &address, &err), status, "%s", text);
	cr_assert_str_eq(err.text, sentence);
}

Test(kind, an_address_has_a_port_or_the_usual_one)
{
	expect_found("10.0.0.2", false, "tcp://10.0.0.2:5205", false);
	expect_found("10.0.0.2:5300", false, "tcp://10.0.0.2:5300", false);
	expect_found("127.1.2.3", false, "tcp://127.1.2.3:5205", true);
	expect_found("::1", false, "tcp://[::1]:5205", true);
	expect_found("[::1]", false, "tcp://[::1]:5205", true);
	expect_found("[2001:db8::2]:5300", false, "tcp://[2001:db8::2]:5300", false);
	expect_found("", true, "tcp://127.0.0.1:5205", true);
	expect_found(":0", true, "tcp://127.0.0.1:0", true);
	expect_found("0.0.0.0:5300", true, "tcp://0.0.0.0:5300", false);
	expect_found("[::]", true, "tcp://[::]:5205", false);
}

Test(kind, what_is_no_address_is_refused)
{
#define FORM "accepted: HOST[:PORT], an IPv6 address in brackets where a port follows"
	expect_refused("", -EINVAL, "host a: found \"\", " FORM);
	expect_refused(":5205", -EINVAL, "host a: found \":5205\", " FORM);
	expect_refused("10.0.0.2:", -EINVAL, "host a: found \"10.0.0.2:\", " FORM);
	expect_refused("10.0.0.2:x", -EINVAL, "host a: found \"10.0.0.2:x\", " FORM);
	expect_refused("[::1", -EINVAL, "host a: found \"[::1\", " FORM);
	expect_refused("[::1]5205", -EINVAL, "host a: found \"[::1]5205\", " FORM);
	expect_refused("10.0.0.2:70000", -EINVAL, "host a: found port 70000, accepted: 0 to 65535");
}

static struct ovr_channel channel;

static void
take(const char *piece)
{
	ovr_kind_take_piece(&channel, piece, strlen(piece));
}

Test(kind, pieces_make_a_text)
{
	ovr_kind_init(&channel, NULL, "a", 8);
	take("+{\"a\"");
	take("");
	cr_assert_eq(channel.inbox.n, 0);
	take(".:1}");
	cr_assert_eq(channel.inbox.n, 1);
	cr_assert_eq(channel.inbox.bytes, 7);
	cr_assert_eq(channel.gone[0], '\0');
	ovr_inbox_done(&channel.inbox);
}

Test(kind, a_piece_that_is_none_ends_the_channel)
{
	ovr_kind_init(&channel, NULL, "a", 8);
	take("{}");
	cr_assert_str_eq(channel.gone, "it sent something that is no part of a message");
	take(".{}");
	cr_assert_eq(channel.inbox.n, 0);
}

Test(kind, a_text_that_is_too_long_ends_the_channel)
{
	ovr_kind_init(&channel, NULL, "a", 8);
	take("+12345678");
	cr_assert_eq(channel.gone[0], '\0');
	take(".9");
	cr_assert_str_eq(channel.gone, "it sent a message of more than 8 bytes");
	ovr_inbox_done(&channel.inbox);
}

Test(kind, more_texts_than_may_wait_end_the_channel)
{
	ovr_kind_init(&channel, NULL, "a", 8);
	for (int i = 0; i < OVR_INBOX_TEXTS; i++)
		take(".");
	cr_assert_eq(channel.gone[0], '\0');
	take(".");
	cr_assert_str_eq(channel.gone, "it sent more than was received");
	/* the first reason stays */
	ovr_kind_lose(&channel, "another");
	cr_assert_str_eq(channel.gone, "it sent more than was received");
	ovr_inbox_done(&channel.inbox);
}
