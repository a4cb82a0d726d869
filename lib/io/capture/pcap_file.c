/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/pcap_file.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/pcapng.h"

#define NS_PER_S 1000000000u

struct capture {
	const char *path;
	FILE *file;   /* can be read from its beginning again */
	pcap_t *pcap; /* of a pcap file; NULL: it is a pcapng one */
	bool is_cut;
	struct pcapng pcapng;
};

/* What came through a pipe, in a file of its own. @return NULL, and errno */
static FILE *
copy_of(FILE *pipe)
{
	FILE *copy = tmpfile();
	char bytes[65536];
	size_t n;

	if (copy == NULL)
		return NULL;
	while ((n = fread(bytes, 1, sizeof(bytes), pipe)) != 0) {
		if (fwrite(bytes, 1, n, copy) != n)
			break;
	}
	if (ferror(pipe) || fflush(copy) != 0 || ferror(copy)) {
		fclose(copy);
		return NULL;
	}
	return copy;
}

/* Open a file once, so that it can be read again and again. */
static int
open_once(const char *path, FILE **ret_file, struct ovr_err *err)
{
	FILE *file = fopen(path, "rb");
	int rc = -errno;

	if (file == NULL)
		return ovr_err_set(
			err, rc, "capture '%s': %s, accepted: a pcap or pcapng file", path, strerror(-rc));
	if (fseeko(file, 0, SEEK_SET) != 0) {
		FILE *copy = copy_of(file);

		rc = -errno;
		fclose(file);
		if (copy == NULL)
			return ovr_err_set(err, -EIO, "capture '%s' cannot be copied to be read twice: %s",
				path, strerror(-rc));
		file = copy;
	}
	*ret_file = file;
	return 0;
}

/*
 * Let libpcap read the file from its beginning. It closes what it is given, so it gets a descriptor
 * of its own.
 */
static int
begin_pcap(struct capture *capture, struct ovr_err *err)
{
	char reason[PCAP_ERRBUF_SIZE] = "";
	int fd = dup(fileno(capture->file));
	FILE *file = fd < 0 ? NULL : fdopen(fd, "rb");
	const char *name;
	int link;

	/* the two share one position */
	if (file == NULL || lseek(fd, 0, SEEK_SET) != 0) {
		if (file != NULL)
			fclose(file);
		else if (fd >= 0)
			close(fd);
		return ovr_err_set(err, -EIO, "capture '%s': %s", capture->path, strerror(errno));
	}
	capture->pcap = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, reason);
	if (capture->pcap == NULL) {
		fclose(file);
		return ovr_err_set(err, -EINVAL, "capture '%s': found %s, accepted: a pcap or pcapng file",
			capture->path, reason);
	}
	link = pcap_datalink(capture->pcap);
	if (link == DLT_EN10MB)
		return 0;
	name = pcap_datalink_val_to_name(link);
	return ovr_err_set(err, -EINVAL,
		"capture '%s': found frames of link type %d (%s), accepted: Ethernet (1)", capture->path,
		link, name == NULL ? "unknown" : name);
}

int
capture_rewind(struct capture *capture, struct ovr_err *err)
{
	uint32_t magic = 0;

	if (capture->pcap != NULL)
		pcap_close(capture->pcap);
	capture->pcap = NULL;
	pcapng_done(&capture->pcapng);
	capture->is_cut = false;
	rewind(capture->file);
	if (fread(&magic, sizeof(magic), 1, capture->file) != 1)
		magic = 0;
	rewind(capture->file);
	if (magic != PCAPNG_MAGIC)
		return begin_pcap(capture, err);
	capture->pcapng = (struct pcapng){ .file = capture->file, .path = capture->path };
	return 0;
}

int
capture_open(const char *path, struct capture **ret_capture, struct ovr_err *err)
{
	struct capture *capture = calloc(1, sizeof(*capture));
	int rc;

	if (capture == NULL)
		return ovr_err_set(err, -ENOMEM, "capture '%s': no memory", path);
	capture->path = path;
	rc = open_once(path, &capture->file, err);
	if (rc == 0)
		rc = capture_rewind(capture, err);
	if (rc != 0)
		capture_close(capture);
	else
		*ret_capture = capture;
	return rc;
}

int
capture_next(struct capture *capture, struct capture_record *ret_record, struct ovr_err *err)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int rc;

	if (capture->pcap == NULL)
		return pcapng_next(&capture->pcapng, ret_record, err);
	rc = pcap_next_ex(capture->pcap, &header, &bytes);
	if (rc == PCAP_ERROR_BREAK)
		return 0;
	if (rc != 1 && feof(pcap_file(capture->pcap))) {
		capture->is_cut = true;
		return 0;
	}
	if (rc != 1)
		return ovr_err_set(
			err, -EINVAL, "capture '%s': %s", capture->path, pcap_geterr(capture->pcap));
	*ret_record = (struct capture_record){
		.bytes = bytes,
		.pkt_len = header->len,
		.kept = header->caplen < header->len ? header->caplen : header->len,
		/* with the precision asked for, the microseconds' member holds nanoseconds */
		.ns = (uint64_t)header->ts.tv_sec * NS_PER_S + (uint64_t)header->ts.tv_usec,
	};
	return 1;
}

bool
capture_is_cut(const struct capture *capture)
{
	return capture->is_cut || capture->pcapng.is_cut;
}

const char *
capture_comment(const struct capture *capture)
{
	return capture->pcapng.comment;
}

void
capture_close(struct capture *capture)
{
	if (capture == NULL)
		return;
	if (capture->pcap != NULL)
		pcap_close(capture->pcap);
	pcapng_done(&capture->pcapng);
	if (capture->file != NULL)
		fclose(capture->file);
	free(capture);
}
