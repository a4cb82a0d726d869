/* SPDX-License-Identifier: BSD-3-Clause */
/* A message of netlink that was written down in hexadecimal digits. */
#pragma once

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <linux/netlink.h>

/* @return it, valid until the next call */
static inline const struct nlmsghdr *
message_of(const char *hex)
{
	static _Alignas(struct nlmsghdr) uint8_t buffer[2048];
	size_t n = strlen(hex) / 2;

	cr_assert_leq(n, sizeof(buffer));
	for (size_t i = 0; i < n; i++) {
		unsigned int byte;

		cr_assert_eq(sscanf(hex + 2 * i, "%2x", &byte), 1);
		buffer[i] = (uint8_t)byte;
	}
	return (const struct nlmsghdr *)buffer;
}
