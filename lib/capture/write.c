/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/capture.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NS_PER_S   1000000000u
#define SNAP_BYTES 65535

/* Merge two sorted halves, the first one's frame first where both arrived at once. */
static void
merge(const struct ovr_capture_frame *from, uint64_t middle, uint64_t n, struct ovr_capture_frame *into)
{
	uint64_t a = 0, b = middle;

	for (uint64_t i = 0; i < n; i++) {
		if (a < middle && (b == n || from[a].rx_ns <= from[b].rx_ns))
			into[i] = from[a++];
		else
			into[i] = from[b++];
	}
}

/*
 * A merge sort, because the order of frames with one time must stay: all of a burst have one, and qsort()
 * promises nothing about equal elements.
 */
static int
sort_by_arrival(struct ovr_capture_frame *frame, uint64_t n_frames)
{
	struct ovr_capture_frame *spare;

	if (n_frames < 2)
		return 0;
	spare = calloc(n_frames, sizeof(*spare));
	if (spare == NULL)
		return -ENOMEM;
	for (uint64_t width = 1; width < n_frames; width *= 2) {
		for (uint64_t at = 0; at < n_frames; at += 2 * width) {
			uint64_t n = n_frames - at < 2 * width ? n_frames - at : 2 * width;

			merge(frame + at, n < width ? n : width, n, spare + at);
		}
		memcpy(frame, spare, n_frames * sizeof(*frame));
	}
	free(spare);
	return 0;
}

/* Write all frames. Returns 0 or the errno of what went wrong. */
static int
write_frames(FILE *file, pcap_dumper_t *dumper, uint64_t epoch_ns, const struct ovr_capture_frame *frame,
	uint64_t n_frames)
{
	for (uint64_t i = 0; i < n_frames; i++) {
		uint64_t ns = epoch_ns + frame[i].rx_ns;
		struct pcap_pkthdr header = {
			.ts = { .tv_sec = (time_t)(ns / NS_PER_S), .tv_usec = (suseconds_t)(ns % NS_PER_S) },
			.caplen = frame[i].cap_len,
			.len = frame[i].pkt_len,
		};

		pcap_dump((u_char *)dumper, &header, frame[i].bytes);
		if (ferror(file) != 0)
			return errno;
	}
	/* pcap_dump_close() says nothing of a disk that was full. */
	if (pcap_dump_flush(dumper) != 0)
		return errno;
	return 0;
}

int
ovr_capture_write(const char *path, uint64_t epoch_ns, struct ovr_capture_frame *frame, uint64_t n_frames,
	struct ovr_err *err)
{
	pcap_dumper_t *dumper = NULL;
	struct stat status;
	pcap_t *pcap;
	FILE *file;
	int reason;

	if (sort_by_arrival(frame, n_frames) != 0)
		return ovr_err_set(err, -ENOMEM, "capture '%s': no memory to sort its frames", path);
	pcap = pcap_open_dead_with_tstamp_precision(DLT_EN10MB, SNAP_BYTES, PCAP_TSTAMP_PRECISION_NANO);
	if (pcap == NULL)
		return ovr_err_set(err, -ENOMEM, "capture '%s': no memory", path);
	/* Opened here and not by libpcap, to which "-" means the standard output. */
	file = fopen(path, "wb");
	if (file == NULL) {
		reason = errno;
		pcap_close(pcap);
		return ovr_err_set(err, -EIO, "capture '%s' cannot be written: %s", path, strerror(reason));
	}
	errno = EIO;
	dumper = pcap_dump_fopen(pcap, file);
	reason = dumper == NULL ? errno : write_frames(file, dumper, epoch_ns, frame, n_frames);
	/* Half a capture must not pass for a whole one. A device or a pipe is not ours to remove. */
	if (reason != 0 && fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode))
		unlink(path);
	if (dumper != NULL)
		pcap_dump_close(dumper);
	else
		fclose(file);
	pcap_close(pcap);
	if (reason != 0)
		return ovr_err_set(err, -EIO, "capture '%s' cannot be written: %s", path, strerror(reason));
	return 0;
}
