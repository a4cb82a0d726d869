/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Captures for tests: temporary files, written with libpcap, frame by frame.
 */
#pragma once

#include <criterion/criterion.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/capture.h"
#include "frame/frame.h"

/* A file under construction, and its frames' clock. */
struct capture_file {
	char path[256];
	pcap_t *pcap;
	pcap_dumper_t *dumper;
	bool in_ns;
	uint64_t ns; /* time of the next frame; each takes 1 µs */
};

/* A path of its own in the directory for temporary files. */
static inline void
temporary_path(char path[256])
{
	const char *dir = getenv("TMPDIR");
	int fd;

	snprintf(path, 256, "%s/overrun-test-XXXXXX", dir == NULL ? "/tmp" : dir);
	fd = mkstemp(path);
	cr_assert_geq(fd, 0);
	close(fd);
}

static inline struct capture_file
capture_begin_as(int link_type, unsigned int precision)
{
	struct capture_file file = { .in_ns = precision == PCAP_TSTAMP_PRECISION_NANO,
		.ns = 1700000000000000000 };

	temporary_path(file.path);
	file.pcap = pcap_open_dead_with_tstamp_precision(link_type, 65535, precision);
	cr_assert_neq(file.pcap, NULL);
	file.dumper = pcap_dump_open(file.pcap, file.path);
	cr_assert_neq(file.dumper, NULL);
	return file;
}

static inline struct capture_file
capture_begin(void)
{
	return capture_begin_as(DLT_EN10MB, PCAP_TSTAMP_PRECISION_NANO);
}

/* Append a frame of which only the first @p kept bytes were captured. */
static inline void
capture_add_cut(struct capture_file *file, const uint8_t *bytes, unsigned int pkt_len, unsigned int kept)
{
	uint64_t part = file->ns % 1000000000;
	struct pcap_pkthdr header = {
		.ts = { .tv_sec = (time_t)(file->ns / 1000000000),
			.tv_usec = (suseconds_t)(file->in_ns ? part : part / 1000) },
		.caplen = kept,
		.len = pkt_len,
	};

	pcap_dump((u_char *)file->dumper, &header, bytes);
	file->ns += 1000;
}

static inline void
capture_add(struct capture_file *file, const uint8_t *bytes, unsigned int pkt_len)
{
	capture_add_cut(file, bytes, pkt_len, pkt_len);
}

static inline void
capture_end(struct capture_file *file)
{
	pcap_dump_close(file->dumper);
	pcap_close(file->pcap);
}

/*
 * A stamped IPv4 frame. Returns its bytes without FCS; @p buf has room for OVR_FRAME_SIZE_MAX and
 * 64 more.
 */
static inline unsigned int
stamped_frame(uint8_t *buf, unsigned int size, uint32_t trial_id, uint16_t stream, uint64_t seq)
{
	const struct ovr_frame_flow_conf conf = { .ip_version = 4 };
	struct ovr_frame_flow flow = ovr_frame_flow_of(&conf, stream, 0);
	struct ovr_frame_tag tag = {
		.trial_id = trial_id, .stream = stream, .seq = seq, .tx_ns = seq * 1000
	};
	struct ovr_frame_template template;

	cr_assert_eq(ovr_frame_template_build(&flow, size, buf, &template, NULL), 0);
	ovr_frame_stamp(buf, &template, &tag);
	return template.pkt_len;
}

/* Append frames of one stream, in this order. */
static inline void
capture_add_numbers(
	struct capture_file *file, uint32_t trial_id, uint16_t stream, const uint64_t *seq, unsigned int n)
{
	uint8_t buf[128];

	for (unsigned int i = 0; i < n; i++)
		capture_add(file, buf, stamped_frame(buf, 64, trial_id, stream, seq[i]));
}

/* A file of exactly these bytes. */
static inline void
write_bytes(char path[256], const void *bytes, size_t n)
{
	FILE *file;

	temporary_path(path);
	file = fopen(path, "wb");
	cr_assert_neq(file, NULL);
	cr_assert_eq(fwrite(bytes, 1, n, file), n);
	cr_assert_eq(fclose(file), 0);
}

/* An excerpt as `run --capture` writes it, over what is there. */
static inline void
write_excerpt(const char *path, uint64_t epoch_ns, struct ovr_capture_frame *frame, uint64_t n_frames)
{
	FILE *file = fopen(path, "wb");

	cr_assert_neq(file, NULL);
	cr_assert_eq(ovr_capture_write(file, epoch_ns, frame, n_frames, NULL), 0);
	cr_assert_eq(fclose(file), 0);
}
