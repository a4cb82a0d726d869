/* SPDX-License-Identifier: BSD-3-Clause */
/* Records in a stream of bytes. */
#include "frame/record.h"

#include <criterion/criterion.h>

#define SIZE 100
#define N    3

static uint8_t stream[N * SIZE];
static struct ovr_record_reader reader;
static uint64_t tx_ns[N + 1];

/* Three records of connection 7, sent at 1,000, 2,000 and 3,000 ns. */
static void
write_stream(void)
{
	for (uint32_t i = 0; i < N; i++) {
		struct ovr_frame_tag tag = {
			.trial_id = 0xabc, .stream = 7, .seq = i, .tx_ns = 1000 * (i + 1)
		};

		ovr_record_put(stream + i * SIZE, SIZE, &tag);
		ovr_record_fill(stream + i * SIZE, SIZE);
	}
	reader = (struct ovr_record_reader){ .trial_id = 0xabc, .size = SIZE };
}

TestSuite(record, .init = write_stream);

Test(record, whole_records_are_intact_and_tell_when_they_were_sent)
{
	cr_assert_eq(ovr_record_read(&reader, stream, sizeof(stream), tx_ns, N), 3);
	cr_assert_eq(tx_ns[0], 1000);
	cr_assert_eq(tx_ns[2], 3000);
	cr_assert_eq(reader.n_intact, 3);
	cr_assert_eq(reader.n_corrupt, 0);
	cr_assert(reader.has_stream);
	cr_assert_eq(reader.stream, 7);
}

Test(record, it_does_not_matter_how_the_stream_is_cut)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < sizeof(stream); i++)
		n += ovr_record_read(&reader, stream + i, 1, tx_ns, N);
	cr_assert_eq(n, 3);
	cr_assert_eq(reader.n_intact, 3);
	cr_assert_eq(reader.at, 0);
}

Test(record, a_record_that_is_not_complete_is_not_counted)
{
	ovr_record_read(&reader, stream, 2 * SIZE + 30, tx_ns, N);
	cr_assert_eq(reader.n_intact, 2);
	cr_assert_eq(reader.at, 30);
}

Test(record, a_wrong_byte_damages_its_record_and_no_other)
{
	stream[SIZE + 60] ^= 1;
	cr_assert_eq(ovr_record_read(&reader, stream, sizeof(stream), tx_ns, N), 2);
	cr_assert_eq(reader.n_intact, 2);
	cr_assert_eq(reader.n_corrupt, 1);
	cr_assert_eq(tx_ns[1], 3000);
}

Test(record, another_trial_number_connection_or_length_is_damage)
{
	static const uint32_t at[] = { 3, 7, 9, 15 };

	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		write_stream();
		stream[SIZE + at[i]] ^= 1;
		ovr_record_read(&reader, stream, sizeof(stream), tx_ns, N);
		cr_assert_eq(reader.n_corrupt, 1, "byte %u", at[i]);
	}
}
