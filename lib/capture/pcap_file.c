/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/pcap_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define NS_PER_S 1000000000u

int
capture_open(const char *path, pcap_t **ret_pcap, struct ovr_err *err)
{
	char reason[PCAP_ERRBUF_SIZE] = "";
	const char *link_name;
	pcap_t *pcap;
	FILE *file;
	int link;

	/* Not by libpcap: to tell a missing file from a bad one, and because "-" is a name like any other. */
	file = fopen(path, "rb");
	if (file == NULL) {
		int rc = -errno;

		return ovr_err_set(err, rc, "capture '%s': %s", path, strerror(-rc));
	}
	pcap = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, reason);
	if (pcap == NULL) {
		fclose(file);
		return ovr_err_set(err, -EINVAL, "capture '%s' is no pcap or pcapng file: %s", path, reason);
	}
	link = pcap_datalink(pcap);
	if (link != DLT_EN10MB) {
		link_name = pcap_datalink_val_to_name(link);
		pcap_close(pcap);
		return ovr_err_set(err, -EINVAL,
			"capture '%s' has frames of link type %d (%s), Ethernet (1) is accepted", path, link,
			link_name == NULL ? "unknown" : link_name);
	}
	*ret_pcap = pcap;
	return 0;
}

int
capture_next(pcap_t *pcap, const char *path, struct capture_record *ret_record, struct ovr_err *err)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int rc = pcap_next_ex(pcap, &header, &bytes);

	if (rc == PCAP_ERROR_BREAK)
		return 0;
	if (rc != 1)
		return ovr_err_set(err, -EINVAL, "capture '%s': %s", path, pcap_geterr(pcap));
	*ret_record = (struct capture_record){
		.bytes = bytes,
		.pkt_len = header->len,
		.kept = header->caplen,
		/* with the precision asked for, the microseconds' member holds nanoseconds */
		.ns = (uint64_t)header->ts.tv_sec * NS_PER_S + (uint64_t)header->ts.tv_usec,
	};
	return 1;
}
