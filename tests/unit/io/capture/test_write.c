/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/capture.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

#include "capture/pcap_file.h"
#include "capture_file.h"

#define EPOCH 1712345678123456789

/* Section and interface; a frame takes 32 bytes more. */
#define HEAD_BYTES (28 + 4 + 96 + 4 + 32)

static const uint8_t bytes_a[60] = { [0] = 0xaa, [59] = 0xa1 };
static const uint8_t bytes_b[61] = { [0] = 0xbb, [60] = 0xb1 };
static const uint8_t bytes_c[62] = { [0] = 0xcc, [61] = 0xc1 };

/* Read a frame and expect it to be this one. */
static void
expect_next(pcap_t *pcap, const uint8_t *bytes, unsigned int pkt_len, long seconds, long ns)
{
	struct pcap_pkthdr *header;
	const u_char *found;

	cr_assert_eq(pcap_next_ex(pcap, &header, &found), 1);
	cr_assert_eq(header->len, pkt_len);
	cr_assert_eq(header->caplen, pkt_len);
	cr_assert_arr_eq(found, bytes, pkt_len);
	cr_assert_eq(header->ts.tv_sec, seconds);
	cr_assert_eq(header->ts.tv_usec, ns);
}

static pcap_t *
open_again(const char *path)
{
	char reason[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, reason);

	cr_assert_neq(pcap, NULL, "%s", reason);
	return pcap;
}

/* A section that says what it is, and an Ethernet interface that counts nanoseconds. */
Test(write, the_head_is_that_of_a_pcapng_of_ethernet)
{
	uint8_t head[256];
	char path[256];
	size_t n;
	FILE *file;

	temporary_path(path);
	write_excerpt(path, EPOCH, NULL, 0);
	file = fopen(path, "rb");
	cr_assert_neq(file, NULL);
	n = fread(head, 1, sizeof(head), file);
	fclose(file);
	unlink(path);
	cr_assert_eq(n, HEAD_BYTES);
	cr_expect_arr_eq(head, ((uint8_t[]){ 0x0a, 0x0d, 0x0d, 0x0a }), 4);
	cr_expect_arr_eq(head + 28, "overrun excerpt: ", 17);
	/* type 1, 32 bytes, link type 1, if_tsresol 9 */
	cr_expect_arr_eq(head + n - 32,
		((uint8_t[]){
			1, 0, 0, 0, 32, 0, 0, 0, 1, 0, 0, 0, 0xff, 0xff, 0, 0, 9, 0, 1, 0, 9, 0, 0, 0 }),
		24);
}

/* Each comment as a reader finds it. */
Test(write, each_frame_says_where_it_stands)
{
	struct ovr_capture_frame frame[] = {
		{ 0, 60, 60, bytes_a, .is_before = true },
		{ 1, 61, 61, bytes_b, .is_after = true, .shows_loss = true, .hole = { 7, 500, 5 } },
		{ 2, 62, 62, bytes_c, .is_after = true, .is_before = true },
		{ 3, 60, 60, bytes_a, .is_after = true, .shows_loss = true, .hole = { 7, 0, 0 } },
		{ 4, 60, 60, bytes_a, .is_after = true },
	};
	static const char *const comment[] = { "before a loss", "after a hole: stream 7, numbers 500 to 504",
		"after a loss, before the next", "damaged: stream 7", "after a loss" };
	struct capture_record record;
	struct capture *capture;
	char path[256];

	temporary_path(path);
	write_excerpt(path, EPOCH, frame, 5);
	cr_assert_eq(capture_open(path, &capture, NULL), 0);
	for (unsigned int i = 0; i < 5; i++) {
		cr_assert_eq(capture_next(capture, &record, NULL), 1);
		cr_expect_str_eq(record.comment, comment[i]);
		cr_expect_eq(record.ns, EPOCH + i);
	}
	cr_assert_eq(capture_next(capture, &record, NULL), 0);
	cr_expect_eq(strncmp(capture_comment(capture), OVR_CAPTURE_EXCERPT, 15), 0);
	capture_close(capture);
	unlink(path);
}

Test(write, frames_come_back_in_order_of_arrival_to_the_nanosecond)
{
	struct ovr_capture_frame frame[] = {
		{ 876543211, 60, 60, bytes_a },
		{ 1, 61, 61, bytes_b },
		{ 876543210, 62, 62, bytes_c },
	};
	struct pcap_pkthdr *header;
	const u_char *found;
	char path[256];
	pcap_t *pcap;

	temporary_path(path);
	write_excerpt(path, EPOCH, frame, 3);
	cr_assert_eq(frame[0].rx_ns, 1);
	cr_assert_eq(frame[2].rx_ns, 876543211);
	pcap = open_again(path);
	expect_next(pcap, bytes_b, 61, 1712345678, 123456790);
	expect_next(pcap, bytes_c, 62, 1712345678, 999999999);
	expect_next(pcap, bytes_a, 60, 1712345679, 0);
	cr_assert_eq(pcap_next_ex(pcap, &header, &found), PCAP_ERROR_BREAK);
	pcap_close(pcap);
	unlink(path);
}

Test(write, a_frame_that_was_cut_keeps_its_length)
{
	struct ovr_capture_frame frame = { 0, 9014, 60, bytes_a };
	struct pcap_pkthdr *header;
	const u_char *found;
	char path[256];
	pcap_t *pcap;

	temporary_path(path);
	write_excerpt(path, EPOCH, &frame, 1);
	pcap = open_again(path);
	cr_assert_eq(pcap_next_ex(pcap, &header, &found), 1);
	cr_expect_eq(header->len, 9014);
	cr_expect_eq(header->caplen, 60);
	cr_expect_arr_eq(found, bytes_a, 60);
	pcap_close(pcap);
	unlink(path);
}

Test(write, frames_of_one_burst_keep_their_order)
{
	struct ovr_capture_frame frame[1000];
	uint8_t bytes[1000][60] = { 0 };
	char path[256];

	/* ten bursts of a hundred, the last one first */
	for (unsigned int i = 0; i < 1000; i++) {
		bytes[i][0] = (uint8_t)(i % 100);
		frame[i] = (struct ovr_capture_frame){ 9 - i / 100, 60, 60, bytes[i] };
	}
	temporary_path(path);
	write_excerpt(path, EPOCH, frame, 1000);
	unlink(path);
	for (unsigned int i = 0; i < 1000; i++) {
		cr_assert_eq(frame[i].rx_ns, i / 100);
		cr_assert_eq(frame[i].bytes[0], i % 100);
	}
}

/* A limit of file sizes stands in for a full disk. */
Test(write, a_file_that_finds_no_room_is_said)
{
	struct rlimit limit = { 4096, 4096 };
	struct ovr_capture_frame frame[200];
	struct ovr_err err = { "" };
	char path[256];

	for (unsigned int i = 0; i < 200; i++)
		frame[i] = (struct ovr_capture_frame){ i, 60, 60, bytes_a };
	temporary_path(path);
	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	/*
	 * 40 frames fit; of 44 those that do not are still in the buffer when the last one is
	 * written
	 */
	for (uint64_t n = 40; n <= 200; n += n == 40 ? 4 : 156) {
		FILE *file = fopen(path, "wb");
		int status = ovr_capture_write(file, EPOCH, frame, n, &err);

		fclose(file);
		cr_assert_eq(status, n == 40 ? 0 : -EFBIG, "%s", err.text);
	}
	cr_assert_str_eq(err.text, "the capture cannot be written: File too large");
	unlink(path);
}
