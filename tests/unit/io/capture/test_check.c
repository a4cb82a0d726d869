/* SPDX-License-Identifier: BSD-3-Clause */
/* What a capture tells of the streams in it. */
#include "capture/capture.h"

#include <errno.h>

#include "checked.h"

Test(check, a_whole_stream_has_lost_nothing)
{
	struct capture_file file = capture_begin();
	struct ovr_capture_account account;

	capture_add_numbers(&file, TRIAL, 3, (uint64_t[]){ 0, 1, 2, 3, 4 }, 5);
	account = checked(&file);
	cr_assert_eq(account.trial_id, TRIAL);
	cr_assert_eq(account.frames, 5);
	cr_assert_eq(account.ours, 5);
	cr_assert_eq(account.total.unique, 5);
	cr_assert_eq(account.total.loss.frames, 0);
	cr_assert_eq(account.n_streams, 1);
	cr_assert_eq(account.stream[0].stream, 3);
	cr_assert_eq(account.duration_ns, 4000);
	ovr_capture_account_done(&account);
}

Test(check, holes_copies_and_swaps_are_found_in_the_middle_of_a_stream)
{
	struct capture_file file = capture_begin();
	struct ovr_capture_account account;

	/* 103 104 105, 108 are lost; 110 comes before 109; 112 comes three times */
	capture_add_numbers(&file, TRIAL, 0,
		(uint64_t[]){ 100, 101, 102, 106, 107, 110, 109, 111, 112, 112, 113, 112, 114 }, 13);
	account = checked(&file);
	cr_assert_eq(account.stream[0].first_seq, 100);
	cr_assert_eq(account.stream[0].last_seq, 114);
	cr_assert_eq(account.total.arrivals, 13);
	cr_assert_eq(account.total.unique, 11);
	cr_assert_eq(account.total.duplicate, 2);
	cr_assert_eq(account.total.replicated, 1);
	cr_assert_eq(account.total.late, 0);
	cr_assert_eq(account.total.reorder.frames, 1);
	cr_assert_eq(account.total.loss.frames, 4);
	cr_assert_eq(account.total.loss.head, 0);
	cr_assert_eq(account.total.loss.tail, 0);
	cr_assert_eq(account.n_periods, 2);
	cr_assert_eq(account.period[0].first_seq, 103);
	cr_assert_eq(account.period[0].n_frames, 3);
	cr_assert_eq(account.period[1].first_seq, 108);
	cr_assert_eq(account.period[1].n_frames, 1);
	ovr_capture_account_done(&account);
}

/* RFC 5236's example, with an early and a late frame of another stream */
Test(check, densities_are_those_of_all_streams_together)
{
	struct capture_file file = capture_begin();
	struct ovr_capture_account account;

	capture_add_numbers(&file, TRIAL, 3, (uint64_t[]){ 1, 4, 2, 5, 3, 6, 7, 8 }, 8);
	capture_add_numbers(&file, TRIAL, 9, (uint64_t[]){ 20, 22, 21, 22 }, 4);
	account = checked(&file);
	cr_expect_eq(account.density.displaced_frames, 11);
	cr_expect_eq(account.density.displaced[OVR_SEQ_DENSITY_THRESHOLD - 2], 1);
	cr_expect_eq(account.density.displaced[OVR_SEQ_DENSITY_THRESHOLD - 1], 2);
	cr_expect_eq(account.density.displaced[OVR_SEQ_DENSITY_THRESHOLD], 5);
	cr_expect_eq(account.density.displaced[OVR_SEQ_DENSITY_THRESHOLD + 1], 2);
	cr_expect_eq(account.density.displaced[OVR_SEQ_DENSITY_THRESHOLD + 2], 1);
	cr_expect_eq(account.density.occupancy[0], 7);
	cr_expect_eq(account.density.occupancy[1], 3);
	cr_expect_eq(account.density.occupancy[2], 1);
	cr_expect_eq(account.density_left_out, 0);
	ovr_capture_account_done(&account);
}

Test(check, the_densities_of_4096_streams_are_looked_at)
{
	struct capture_file file = capture_begin();
	struct ovr_capture_account account;

	for (uint16_t stream = 0; stream < 4100; stream++)
		capture_add_numbers(&file, TRIAL, stream, (uint64_t[]){ 1, 0 }, 2);
	account = checked(&file);
	cr_expect_eq(account.total.reorder.frames, 4100);
	cr_expect_eq(account.density.displaced_frames, 2 * 4096);
	cr_expect_eq(account.density.displaced[OVR_SEQ_DENSITY_THRESHOLD - 1], 4096);
	cr_expect_eq(account.density_left_out, 4);
	ovr_capture_account_done(&account);
}

Test(check, bursts_are_counted_stream_by_stream)
{
	struct capture_file file = capture_begin();
	struct ovr_capture_account account;

	/* 2 and 3 are a burst, and so are 7, 9 and what is between them; 31 is not */
	capture_add_numbers(&file, TRIAL, 5, (uint64_t[]){ 1, 4 }, 2);
	capture_add_numbers(&file, TRIAL, 4, (uint64_t[]){ 6, 8, 10 }, 3);
	for (uint64_t number = 11; number <= 50; number++)
		if (number != 31)
			capture_add_numbers(&file, TRIAL, 4, &number, 1);
	account = checked(&file);
	cr_expect_eq(account.burst.bursts, 2);
	cr_expect_eq(account.burst.burst_lost, 4);
	cr_expect_eq(account.burst.burst_frames, 5);
	cr_expect_eq(account.burst.gaps, 4);
	cr_expect_eq(account.burst.gap_lost, 1);
	cr_expect_eq(account.burst.gap_frames, 44);
	ovr_capture_account_done(&account);
}

Test(check, times_of_arrival_count_from_the_trials_earliest_frame)
{
	struct capture_file file = capture_begin();
	struct ovr_capture_account account;

	capture_add_numbers(&file, TRIAL + 1, 0, (uint64_t[]){ 0 }, 1);
	capture_add_numbers(&file, TRIAL, 0, (uint64_t[]){ 7, 8 }, 2);
	file.ns -= 500000; /* a clock that stepped back */
	capture_add_numbers(&file, TRIAL, 0, (uint64_t[]){ 9 }, 1);
	file.ns += 600000;
	capture_add_numbers(&file, TRIAL, 0, (uint64_t[]){ 12 }, 1);
	account = checked(&file);
	cr_assert_eq(account.n_periods, 1);
	cr_assert_eq(account.period[0].before_tx_ns, 9000);
	cr_assert_eq(account.period[0].after_tx_ns, 12000);
	cr_assert_eq(account.period[0].after_rx_ns, 601000);
	cr_assert_eq(account.duration_ns, 601000);
	ovr_capture_account_done(&account);
}

Test(check, a_stream_may_begin_with_a_later_number)
{
	struct capture_file file = capture_begin();
	struct ovr_capture_account account;

	capture_add_numbers(&file, TRIAL, 0, (uint64_t[]){ 52, 50, 51, 53 }, 4);
	account = checked(&file);
	cr_assert_eq(account.stream[0].first_seq, 50);
	cr_assert_eq(account.total.unique, 4);
	cr_assert_eq(account.total.reorder.frames, 2);
	cr_assert_eq(account.total.late, 0);
	cr_assert_eq(account.total.loss.frames, 0);
	ovr_capture_account_done(&account);
}

Test(check, streams_are_accounted_for_one_by_one_and_by_id)
{
	struct capture_file file = capture_begin();
	struct ovr_capture_account account;

	for (uint64_t seq = 0; seq < 10; seq++) {
		capture_add_numbers(&file, TRIAL, 65535, &seq, 1);
		if (seq != 4)
			capture_add_numbers(&file, TRIAL, 2, (uint64_t[]){ 281474976710600 + seq }, 1);
		if (seq != 3 && seq != 8)
			capture_add_numbers(&file, TRIAL, 0, &seq, 1);
	}
	account = checked(&file);
	cr_assert_eq(account.n_streams, 3);
	cr_assert_eq(account.stream[0].stream, 0);
	cr_assert_eq(account.stream[0].account.loss.frames, 2);
	cr_assert_eq(account.stream[1].stream, 2);
	cr_assert_eq(account.stream[1].first_seq, 281474976710600);
	cr_assert_eq(account.stream[1].last_seq, 281474976710609);
	cr_assert_eq(account.stream[1].account.loss.frames, 1);
	cr_assert_eq(account.stream[2].stream, 65535);
	cr_assert_eq(account.stream[2].account.loss.frames, 0);
	cr_assert_eq(account.total.unique, 27);
	cr_assert_eq(account.total.loss.frames, 3);
	cr_assert_eq(account.n_periods, 3);
	cr_assert_eq(account.period[0].stream, 0);
	cr_assert_eq(account.period[0].first_seq, 3);
	cr_assert_eq(account.period[1].first_seq, 8);
	cr_assert_eq(account.period[2].stream, 2);
	cr_assert_eq(account.period[2].first_seq, 281474976710604);
	ovr_capture_account_done(&account);
}

Test(check, streams_may_have_any_id)
{
	struct capture_file file = capture_begin();
	struct ovr_capture_account account;

	capture_add_numbers(&file, TRIAL, 65535, (uint64_t[]){ 0, 2 }, 2);
	capture_add_numbers(&file, TRIAL, 256, (uint64_t[]){ 5, 9 }, 2);
	capture_add_numbers(&file, TRIAL, 0, (uint64_t[]){ 7 }, 1);
	capture_add_numbers(&file, TRIAL, 255, (uint64_t[]){ 1, 0 }, 2);
	account = checked(&file);
	cr_assert_eq(account.n_streams, 4);
	cr_expect_eq(account.stream[0].stream, 0);
	cr_expect_eq(account.stream[0].first_seq, 7);
	cr_expect_eq(account.stream[1].stream, 255);
	cr_expect_eq(account.stream[1].account.reorder.frames, 1);
	cr_expect_eq(account.stream[2].stream, 256);
	cr_expect_eq(account.stream[2].account.loss.frames, 3);
	cr_expect_eq(account.stream[3].stream, 65535);
	cr_expect_eq(account.stream[3].account.loss.frames, 1);
	ovr_capture_account_done(&account);
}

/* 40,000 streams, each reordered over 2^26 numbers: trackers of 32 MiB each, 1.3 TB in all. */
Test(check, more_trackers_than_there_is_memory_for_are_refused)
{
	struct capture_file file = capture_begin();
	struct ovr_err err;

	for (uint16_t stream = 0; stream < 40000; stream++)
		capture_add_numbers(&file, TRIAL, stream, (uint64_t[]){ (1 << 26) - 1, 0 }, 2);
	capture_end(&file);
	err = refused(file.path, 0, -ENOMEM);
	cr_expect_neq(strstr(err.text, "its 40000 streams"), NULL, "%s", err.text);
	cr_expect_neq(strstr(err.text, "GB available"), NULL, "%s", err.text);
}

Test(check, each_frame_has_one_class)
{
	static const uint8_t arp[60] = { [12] = 0x08, [13] = 0x06 };
	struct capture_file file = capture_begin();
	struct ovr_capture_account account;
	unsigned int pkt_len;

	capture_add_numbers(&file, TRIAL, 0, (uint64_t[]){ 0, 1, 3 }, 3);
	pkt_len = stamped_frame(buf, 200, TRIAL, 0, 2);
	buf[150] ^= 4;
	capture_add(&file, buf, pkt_len);
	capture_add_numbers(&file, TRIAL + 1, 0, (uint64_t[]){ 0, 1 }, 2);
	capture_add(&file, arp, 60);
	pkt_len = stamped_frame(buf, 200, TRIAL, 0, 4);
	capture_add_cut(&file, buf, pkt_len, 59);
	account = checked(&file);
	cr_assert_eq(account.frames, 8);
	cr_assert_eq(account.ours, 3);
	cr_assert_eq(account.corrupt, 1);
	cr_assert_eq(account.stale, 2);
	cr_assert_eq(account.foreign, 2);
	cr_assert_eq(account.cut_short, 1);
	cr_assert_eq(account.unchecked, 0);
	/* what was damaged is missing, and what was cut within its tag is not seen */
	cr_assert_eq(account.total.loss.frames, 1);
	cr_assert_eq(account.stream[0].last_seq, 3);
	ovr_capture_account_done(&account);
}

Test(check, the_trial_with_the_most_frames_is_looked_at)
{
	struct capture_file file = capture_begin();
	struct ovr_capture_account account;

	/* the longest run is that of another one, and so is the first and the last */
	capture_add_numbers(&file, 5, 0, (uint64_t[]){ 0, 1, 2 }, 3);
	for (uint64_t seq = 0; seq < 5; seq++) {
		capture_add_numbers(&file, 4, 0, &seq, 1);
		capture_add_numbers(&file, 9 + (uint32_t)seq, 0, &seq, 1);
	}
	capture_add_numbers(&file, 5, 0, (uint64_t[]){ 3 }, 1);
	account = checked(&file);
	cr_assert_eq(account.trial_id, 4);
	cr_assert_eq(account.ours, 5);
	cr_assert_eq(account.stale, 9);
	ovr_capture_account_done(&account);
}

Test(check, another_trial_can_be_asked_for)
{
	struct capture_file file = capture_begin();
	struct ovr_capture_account account;

	capture_add_numbers(&file, TRIAL, 0, (uint64_t[]){ 0, 1, 2 }, 3);
	capture_add_numbers(&file, 77, 1, (uint64_t[]){ 5, 7 }, 2);
	capture_end(&file);
	cr_assert_eq(ovr_capture_check(file.path, 77, NULL, &account, NULL), 0);
	cr_assert_eq(account.trial_id, 77);
	cr_assert_eq(account.ours, 2);
	cr_assert_eq(account.stale, 3);
	cr_assert_eq(account.total.loss.frames, 1);
	ovr_capture_account_done(&account);
	refused(file.path, 78, -ENODATA);
}

Test(check, the_window_asked_for_decides_what_is_late)
{
	const struct ovr_seq_conf narrow = { .window = 64, .first_seq = 999 };
	struct capture_file file = capture_begin();
	struct ovr_capture_account account;

	capture_add_numbers(&file, TRIAL, 0, (uint64_t[]){ 0, 4000, 1, 4001 }, 4);
	capture_end(&file);
	cr_assert_eq(ovr_capture_check(file.path, 0, &narrow, &account, NULL), 0);
	cr_assert_eq(account.total.late, 1);
	cr_assert_eq(account.total.loss.frames, 3999);
	ovr_capture_account_done(&account);
	cr_assert_eq(ovr_capture_check(file.path, 0, NULL, &account, NULL), 0);
	cr_assert_eq(account.total.late, 0);
	cr_assert_eq(account.total.loss.frames, 3998);
	ovr_capture_account_done(&account);
	unlink(file.path);
}

Test(check, periods_are_sorted_however_they_were_found)
{
	const struct ovr_seq_conf narrow = { .window = 64 };
	struct capture_file file = capture_begin();
	struct ovr_capture_account account;

	/*
	 * the first hole of stream 5 leaves its window at once, that of stream 0 when the file ends
	 */
	capture_add_numbers(&file, TRIAL, 5, (uint64_t[]){ 0, 2, 4000 }, 3);
	capture_add_numbers(&file, TRIAL, 0, (uint64_t[]){ 0, 2 }, 2);
	capture_end(&file);
	cr_assert_eq(ovr_capture_check(file.path, 0, &narrow, &account, NULL), 0);
	unlink(file.path);
	cr_assert_eq(account.n_periods, 3);
	cr_assert_eq(account.period[0].stream, 0);
	cr_assert_eq(account.period[1].stream, 5);
	cr_assert_eq(account.period[1].first_seq, 1);
	cr_assert_eq(account.period[2].first_seq, 3);
	ovr_capture_account_done(&account);
}

Test(check, the_frames_of_a_short_stream_are_told_apart_over_all_its_length)
{
	struct capture_file file = capture_begin();
	struct ovr_capture_account account;
	uint64_t seq[1024];

	/* all odd numbers, then all even ones, the first of them first */
	for (unsigned int i = 0; i < 512; i++) {
		seq[i] = 2 * i + 1;
		seq[512 + i] = 2 * i;
	}
	capture_add_numbers(&file, TRIAL, 0, seq, 1024);
	account = checked(&file);
	cr_assert_eq(account.total.unique, 1024);
	cr_assert_eq(account.total.late, 0);
	cr_assert_eq(account.total.reorder.frames, 512);
	cr_assert_eq(account.total.reorder.beyond_memory, 0);
	cr_assert_eq(account.total.reorder.extent_max, 512);
	ovr_capture_account_done(&account);
}

Test(check, periods_beyond_65536_are_counted)
{
	struct capture_file file = capture_begin();
	struct ovr_capture_account account;

	for (uint64_t seq = 0; seq <= 2 * 65540; seq += 2)
		capture_add_numbers(&file, TRIAL, 0, &seq, 1);
	account = checked(&file);
	cr_assert_eq(account.total.loss.periods, 65540);
	cr_assert_eq(account.n_periods, 65536);
	cr_assert_eq(account.n_periods_dropped, 4);
	ovr_capture_account_done(&account);
}

/* A trial with --templates sends to whatever port the templates have, from 49152 + its stream. */
Test(check, a_trial_is_found_by_its_flows_whatever_their_port)
{
	struct ovr_frame_flow flow = { .ip_version = 6, .src_port = 49155, .dst_port = 5001 };
	struct ovr_frame_tag tag = { .trial_id = TRIAL, .stream = 3 };
	struct capture_file file = capture_begin();
	struct ovr_capture_account account;
	struct ovr_frame_template template;

	cr_assert_eq(ovr_frame_template_build(&flow, 128, buf, &template, NULL), 0);
	ovr_frame_stamp(buf, &template, &tag);
	capture_add(&file, buf, template.pkt_len);
	account = checked(&file);
	cr_assert_eq(account.trial_id, TRIAL);
	cr_assert_eq(account.ours, 1);
	ovr_capture_account_done(&account);
}

/* 140,000 numbers, the even ones first: two links of a bond, whose captures were appended. */
Test(check, nothing_is_late_however_far_it_was_reordered)
{
	struct capture_file file = capture_begin();
	struct ovr_capture_account account;

	for (uint64_t seq = 0; seq < 140000; seq += 2)
		capture_add_numbers(&file, TRIAL, 0, &seq, 1);
	for (uint64_t seq = 1; seq < 140000; seq += 2)
		capture_add_numbers(&file, TRIAL, 0, &seq, 1);
	account = checked(&file);
	cr_expect_eq(account.total.unique, 140000);
	cr_expect_eq(account.total.loss.frames, 0);
	cr_expect_eq(account.total.late, 0);
	/* all odd ones but the last, which is the highest */
	cr_expect_eq(account.total.reorder.frames, 69999);
	cr_expect_eq(account.total.reorder.beyond_memory, 0);
	ovr_capture_account_done(&account);
}

Test(check, all_trials_are_named_the_one_with_the_most_frames_first)
{
	struct capture_file file = capture_begin();
	struct ovr_capture_account account;

	capture_add_numbers(&file, 77, 1, (uint64_t[]){ 5, 7 }, 2);
	capture_add_numbers(&file, TRIAL, 0, (uint64_t[]){ 0, 1, 2 }, 3);
	capture_add_numbers(&file, 77, 1, (uint64_t[]){ 8 }, 1);
	capture_add_numbers(&file, TRIAL, 0, (uint64_t[]){ 3 }, 1);
	account = checked(&file);
	cr_assert_eq(account.n_trials, 2);
	cr_expect_eq(account.trial[0].trial_id, TRIAL);
	cr_expect_eq(account.trial[0].frames, 4);
	cr_expect_eq(account.trial[1].trial_id, 77);
	cr_expect_eq(account.trial[1].frames, 3);
	ovr_capture_account_done(&account);
}

/* The id is damaged; the flow is that of the stream's whole frames, the port is not what tells. */
Test(check, damaged_frames_are_known_by_the_flows_of_the_whole_ones)
{
	struct capture_file file = capture_begin();
	struct ovr_capture_account account;
	unsigned int pkt_len = stamped_frame(buf, 64, TRIAL, 0, 1);

	buf[42] ^= 1;
	capture_add(&file, buf, pkt_len);
	capture_add_numbers(&file, TRIAL, 0, (uint64_t[]){ 0, 2 }, 2);
	buf[27] ^= 1; /* an address of nobody's */
	capture_add(&file, buf, pkt_len);
	account = checked(&file);
	cr_expect_eq(account.corrupt, 1);
	cr_expect_eq(account.foreign, 1);
	ovr_capture_account_done(&account);
}
