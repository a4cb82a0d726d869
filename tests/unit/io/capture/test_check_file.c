/* SPDX-License-Identifier: BSD-3-Clause */
/* Files as they come: times, cut ones, pipes, excerpts, and those that are refused. */
#include "capture/capture.h"

#include <errno.h>

#include "checked.h"

Test(check_file, microseconds_of_a_file_become_nanoseconds)
{
	struct capture_file file = capture_begin_as(DLT_EN10MB, PCAP_TSTAMP_PRECISION_MICRO);
	struct ovr_capture_account account;

	capture_add_numbers(&file, TRIAL, 0, (uint64_t[]){ 0, 1, 2 }, 3);
	account = checked(&file);
	cr_assert_eq(account.duration_ns, 2000);
	ovr_capture_account_done(&account);
}

Test(check_file, nanoseconds_of_a_file_are_kept)
{
	struct capture_file file = capture_begin();
	struct ovr_capture_account account;

	capture_add_numbers(&file, TRIAL, 0, (uint64_t[]){ 0 }, 1);
	file.ns += 1234567891;
	capture_add_numbers(&file, TRIAL, 0, (uint64_t[]){ 1 }, 1);
	account = checked(&file);
	cr_assert_eq(account.duration_ns, 1234568891);
	ovr_capture_account_done(&account);
}

Test(check_file, frames_that_kept_their_fcs_are_ours)
{
	struct capture_file file = capture_begin();
	struct ovr_capture_account account;

	for (uint64_t seq = 0; seq < 3; seq++) {
		unsigned int pkt_len = stamped_frame(buf, 100, TRIAL, 0, seq);

		memcpy(buf + pkt_len, "\x12\x34\x56\x78", 4);
		capture_add(&file, buf, pkt_len + 4);
	}
	account = checked(&file);
	cr_assert_eq(account.ours, 3);
	cr_assert_eq(account.corrupt, 0);
	ovr_capture_account_done(&account);
}

Test(check_file, what_our_own_writer_wrote_is_read)
{
	static uint8_t bytes[100][128];
	struct ovr_capture_frame frame[100] = { 0 };
	struct ovr_capture_account account;
	char path[256];

	for (unsigned int i = 0; i < 100; i++) {
		frame[i].pkt_len = stamped_frame(bytes[i], 64, TRIAL, (uint16_t)(i % 4), i / 4 * 2);
		frame[i].cap_len = frame[i].pkt_len;
		frame[i].bytes = bytes[i];
		frame[i].rx_ns = 10000 - 67 * i;
	}
	temporary_path(path);
	write_excerpt(path, 1700000000000000000, frame, 100);
	cr_assert_eq(ovr_capture_check(path, TRIAL, NULL, &account, NULL), 0);
	unlink(path);
	cr_assert_eq(account.ours, 100);
	cr_assert_eq(account.n_streams, 4);
	/* every other number is not there, but no frame says that it was lost */
	cr_assert_eq(account.total.loss.frames, 0);
	cr_assert(account.is_excerpt);
	cr_assert_eq(account.total.reorder.frames, 4 * 24);
	cr_assert_eq(account.duration_ns, 67 * 99);
	ovr_capture_account_done(&account);
}

Test(check_file, a_window_that_no_tracker_can_have_is_refused)
{
	const struct ovr_seq_conf odd = { .window = 1000 };
	struct ovr_capture_account account;
	struct capture_file file = capture_begin();
	struct ovr_err err = { "" };

	capture_add_numbers(&file, TRIAL, 0, (uint64_t[]){ 0, 4000 }, 2);
	capture_end(&file);
	cr_assert_eq(ovr_capture_check(file.path, 0, &odd, &account, &err), -EINVAL);
	cr_assert_neq(err.text[0], '\0');
	unlink(file.path);
}

Test(check_file, a_capture_without_a_frame_of_ours_is_refused)
{
	struct capture_file file = capture_begin();
	struct ovr_err err;

	memset(buf, 0, 60);
	capture_add(&file, buf, 60);
	/* the id 0 is no trial's */
	capture_add_numbers(&file, 0, 0, (uint64_t[]){ 0, 1 }, 2);
	capture_end(&file);
	err = refused(file.path, 0, -ENODATA);
	cr_assert_neq(strstr(err.text, "none of its 3 frames"), NULL, "%s", err.text);
}

Test(check_file, a_file_that_ends_in_a_frame_is_accounted_for_up_to_there)
{
	struct capture_file file = capture_begin();
	struct ovr_capture_account account;

	capture_add_numbers(&file, TRIAL, 0, (uint64_t[]){ 0, 1, 2 }, 3);
	capture_end(&file);
	/* in the frame, and in the head of its record */
	for (off_t bytes = 24 + 2 * 76 + 75; bytes > 24 + 2 * 76; bytes -= 74) {
		cr_assert_eq(truncate(file.path, bytes), 0);
		cr_assert_eq(ovr_capture_check(file.path, 0, NULL, &account, NULL), 0);
		cr_expect(account.is_cut);
		cr_expect_eq(account.frames, 2);
		cr_expect_eq(account.total.unique, 2);
		ovr_capture_account_done(&account);
	}
	cr_assert_eq(truncate(file.path, 24 + 2 * 76), 0);
	account = checked_again(file.path);
	cr_expect_not(account.is_cut);
	ovr_capture_account_done(&account);
}

Test(check_file, frames_cut_after_their_tag_count_by_it)
{
	struct capture_file file = capture_begin();
	struct ovr_capture_account account;

	for (uint64_t seq = 0; seq < 10; seq++) {
		unsigned int pkt_len = stamped_frame(buf, seq % 2 == 0 ? 64 : 1518, TRIAL, 0, seq);

		if (seq != 5)
			capture_add_cut(&file, buf, pkt_len, pkt_len < 60 ? pkt_len : 60);
	}
	account = checked(&file);
	cr_expect_eq(account.cut_short, 4);
	cr_expect_eq(account.unchecked, 4);
	cr_expect_eq(account.total.unique, 9);
	cr_expect_eq(account.total.loss.frames, 1);
	cr_expect_eq(account.foreign, 0);
	ovr_capture_account_done(&account);
}

Test(check_file, a_pipe_is_read_once)
{
	struct capture_file file = capture_begin();
	struct ovr_capture_account account;
	struct ovr_err err = { "" };
	uint8_t bytes[24 + 3 * 76];
	char path[64];
	int end[2];
	FILE *in;

	capture_add_numbers(&file, TRIAL, 0, (uint64_t[]){ 0, 1, 3 }, 3);
	capture_end(&file);
	in = fopen(file.path, "rb");
	cr_assert_eq(fread(bytes, 1, sizeof(bytes), in), sizeof(bytes));
	fclose(in);
	unlink(file.path);
	cr_assert_eq(pipe(end), 0);
	cr_assert_eq(write(end[1], bytes, sizeof(bytes)), (ssize_t)sizeof(bytes));
	close(end[1]);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", end[0]);
	cr_assert_eq(ovr_capture_check(path, 0, NULL, &account, &err), 0, "%s", err.text);
	close(end[0]);
	cr_expect_eq(account.total.unique, 3);
	cr_expect_eq(account.total.loss.frames, 1);
	ovr_capture_account_done(&account);
}

Test(check_file, missing_files_and_other_link_types_are_refused)
{
	struct capture_file file = capture_begin_as(DLT_RAW, PCAP_TSTAMP_PRECISION_MICRO);

	capture_add(&file, buf, 60);
	capture_end(&file);
	refused(file.path, 0, -EINVAL);
	refused("/nonexistent.pcap", TRIAL, -ENOENT);
}

/*
 * Two losses with a thousand frames between them that were not written; of the second one, 1506
 * came later.
 */
Test(check_file, an_excerpt_has_lost_what_its_holes_name)
{
	static uint8_t bytes[8][128];
	static const uint64_t seq[8] = { 498, 499, 505, 506, 1500, 1509, 1506, 1510 };
	struct ovr_capture_frame frame[8] = { 0 };
	struct ovr_capture_account account;
	char path[256];

	for (unsigned int i = 0; i < 8; i++) {
		frame[i].pkt_len = frame[i].cap_len = stamped_frame(bytes[i], 64, TRIAL, 2, seq[i]);
		frame[i].bytes = bytes[i];
		frame[i].rx_ns = i;
		frame[i].is_after = true;
	}
	frame[2].shows_loss = frame[5].shows_loss = true;
	frame[2].hole = (struct ovr_capture_hole){ 2, 500, 5 };
	frame[5].hole = (struct ovr_capture_hole){ 2, 1505, 4 };
	temporary_path(path);
	write_excerpt(path, 1700000000000000000, frame, 8);
	account = checked_again(path);
	cr_expect(account.is_excerpt);
	cr_expect_eq(account.total.unique, 8);
	cr_expect_eq(account.total.loss.frames, 8);
	cr_expect_eq(account.total.loss.periods, 2);
	cr_expect_eq(account.total.loss.longest, 5);
	cr_expect_eq(account.stream[0].account.loss.frames, 8);
	cr_assert_eq(account.n_periods, 2);
	cr_expect_eq(account.period[1].first_seq, 1505);
	cr_expect_eq(account.period[1].n_frames, 3);
	ovr_capture_account_done(&account);
}
