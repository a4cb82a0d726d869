/* SPDX-License-Identifier: BSD-3-Clause */
/* pcapng files made block by block, read by whatever opens a capture. */
#include "capture/pcapng.h"

#include <errno.h>

#include "capture/capture.h"
#include "capture_file.h"

#define TRIAL 0x5eed1234

/* A file of blocks, in one byte order at a time. */
struct blocks {
	uint8_t bytes[4096];
	size_t n;
	bool swapped;
};

static void
put_32(struct blocks *blocks, uint32_t value)
{
	if (blocks->swapped)
		value = __builtin_bswap32(value);
	memcpy(blocks->bytes + blocks->n, &value, 4);
	blocks->n += 4;
}

static void
put_16(struct blocks *blocks, uint16_t value)
{
	if (blocks->swapped)
		value = __builtin_bswap16(value);
	memcpy(blocks->bytes + blocks->n, &value, 2);
	blocks->n += 2;
}

static void
put_section(struct blocks *blocks, bool swapped)
{
	blocks->swapped = swapped;
	put_32(blocks, 0x0a0d0d0a);
	put_32(blocks, 28);
	put_32(blocks, 0x1a2b3c4d);
	put_16(blocks, 1);
	put_16(blocks, 0);
	put_32(blocks, 0xffffffff);
	put_32(blocks, 0xffffffff);
	put_32(blocks, 28);
}

/* Its times count 10^-resolution s. */
static void
put_interface(struct blocks *blocks, uint16_t link_type, uint8_t resolution)
{
	put_32(blocks, 1);
	put_32(blocks, 32);
	put_16(blocks, link_type);
	put_16(blocks, 0);
	put_32(blocks, 0);
	put_16(blocks, 9);
	put_16(blocks, 1);
	memcpy(blocks->bytes + blocks->n, (uint8_t[4]){ resolution }, 4);
	blocks->n += 4;
	put_32(blocks, 0);
	put_32(blocks, 32);
}

/* A frame of stream 0 with a number, 60 bytes. */
static void
put_frame(struct blocks *blocks, uint32_t interface, uint64_t units, uint64_t seq)
{
	uint8_t pkt[128];

	cr_assert_eq(stamped_frame(pkt, 64, TRIAL, 0, seq), 60);
	put_32(blocks, 6);
	put_32(blocks, 92);
	put_32(blocks, interface);
	put_32(blocks, (uint32_t)(units >> 32));
	put_32(blocks, (uint32_t)units);
	put_32(blocks, 60);
	put_32(blocks, 60);
	memcpy(blocks->bytes + blocks->n, pkt, 60);
	blocks->n += 60;
	put_32(blocks, 92);
}

static int
check(const struct blocks *blocks, struct ovr_capture_account *ret_account, struct ovr_err *err)
{
	char path[256];
	int rc;

	write_bytes(path, blocks->bytes, blocks->n);
	rc = ovr_capture_check(path, 0, NULL, ret_account, err);
	unlink(path);
	return rc;
}

Test(pcapng, sections_may_have_different_byte_orders)
{
	struct ovr_capture_account account;
	struct blocks blocks = { .n = 0 };
	struct ovr_err err = { "" };

	put_section(&blocks, false);
	put_interface(&blocks, 1, 9);
	put_frame(&blocks, 0, 1700000000000000000, 0);
	put_section(&blocks, true);
	put_interface(&blocks, 1, 6);
	put_frame(&blocks, 0, 1700000000000007, 2);
	cr_assert_eq(check(&blocks, &account, &err), 0, "%s", err.text);
	cr_expect_eq(account.total.unique, 2);
	cr_expect_eq(account.total.loss.frames, 1);
	cr_expect_eq(account.duration_ns, 7000);
	ovr_capture_account_done(&account);
}

Test(pcapng, an_interface_of_another_link_type_without_frames_is_no_matter)
{
	struct ovr_capture_account account;
	struct blocks blocks = { .n = 0 };
	struct ovr_err err = { "" };

	put_section(&blocks, false);
	put_interface(&blocks, 113, 6);
	put_interface(&blocks, 1, 9);
	put_frame(&blocks, 1, 1700000000000000000, 0);
	put_frame(&blocks, 1, 1700000000000000500, 1);
	cr_assert_eq(check(&blocks, &account, &err), 0, "%s", err.text);
	cr_expect_eq(account.total.unique, 2);
	cr_expect_eq(account.duration_ns, 500);
	ovr_capture_account_done(&account);
	put_frame(&blocks, 0, 1700000000000000, 2);
	cr_assert_eq(check(&blocks, &account, &err), -EINVAL);
	cr_expect_not_null(strstr(err.text, "link type 113, Ethernet (1) is accepted"), "%s", err.text);
}

Test(pcapng, a_file_that_ends_in_a_block_is_cut)
{
	struct ovr_capture_account account;
	struct blocks blocks = { .n = 0 };
	struct ovr_err err = { "" };
	size_t whole;

	put_section(&blocks, false);
	put_interface(&blocks, 1, 9);
	put_frame(&blocks, 0, 1, 0);
	put_frame(&blocks, 0, 2, 1);
	whole = blocks.n;
	for (blocks.n = whole - 91; blocks.n < whole; blocks.n++) {
		cr_assert_eq(check(&blocks, &account, &err), 0, "%s", err.text);
		cr_expect(account.is_cut, "%zu bytes", blocks.n);
		cr_expect_eq(account.frames, 1);
		ovr_capture_account_done(&account);
	}
}

/* Each 32-bit word of the file in turn is something else: refused or read, but nothing worse. */
Test(pcapng, damaged_lengths_and_numbers_are_refused)
{
	static const uint32_t word[] = { 0, 1, 3, 0xfffffff0, 0x7fffffff, 60, 93 };
	struct blocks blocks = { .n = 0 };
	unsigned int n_refused = 0;

	put_section(&blocks, false);
	put_interface(&blocks, 1, 9);
	put_frame(&blocks, 0, 1, 0);
	for (size_t at = 0; at < blocks.n; at += 4)
		for (unsigned int i = 0; i < sizeof(word) / sizeof(word[0]); i++) {
			struct ovr_capture_account account;
			struct blocks other = blocks;
			struct ovr_err err = { "" };

			memcpy(other.bytes + at, &word[i], 4);
			if (check(&other, &account, &err) == 0) {
				ovr_capture_account_done(&account);
				continue;
			}
			cr_expect_neq(err.text[0], '\0');
			n_refused++;
		}
	cr_expect_gt(n_refused, 50);
}
