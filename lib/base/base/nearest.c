/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/nearest.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* Characters that are compared of each word. */
#define WORD_MAX 32
/* A beginning is as good as the word from so many characters on. */
#define BEGINNING_MIN 3
/* A probable slip of the hand: one difference in so many characters. */
#define CHARACTERS_PER_SLIP 3

/* A word of other tools (iperf3, TRex, testpmd, mtr, ethtool), and ours. */
struct synonym {
	const char *theirs, *ours;
};

/*
 * None that means something else in one of them: iperf3's -c is a host, that of ping a count. A
 * word may have several rows: which of them is meant follows from what is accepted.
 */
static const struct synonym synonyms[] = {
	{ "duration", "time" },
	{ "runtime", "time" },
	{ "secs", "time" },
	{ "seconds", "time" },
	{ "t", "time" },
	{ "packets", "count" },
	{ "pkts", "count" },
	{ "npackets", "count" },
	{ "frames", "count" },
	{ "num", "count" },
	{ "number", "count" },
	{ "num-packets", "count" },
	{ "bitrate", "rate" },
	{ "bandwidth", "rate" },
	{ "pps", "rate" },
	{ "bps", "rate" },
	{ "multiplier", "rate" },
	{ "mult", "rate" },
	{ "mbps", "rate" },
	{ "throughput", "rate" },
	{ "load", "rate" },
	{ "percent", "rate" },
	{ "b", "rate" },
	{ "len", "size" },
	{ "length", "size" },
	{ "packet-size", "size" },
	{ "packetsize", "size" },
	{ "pkt-size", "size" },
	{ "pktsize", "size" },
	{ "psize", "size" },
	{ "frame-size", "size" },
	{ "framesize", "size" },
	{ "txpkts", "size" },
	{ "packet_size", "size" },
	{ "parallel", "streams" },
	{ "flows", "streams" },
	{ "sessions", "streams" },
	{ "nstreams", "streams" },
	{ "txonly-multi-flow", "streams" },
	{ "P", "streams" },
	{ "nb-cores", "cores" },
	{ "lcores", "cores" },
	{ "coremask", "cores" },
	{ "cpu", "cores" },
	{ "cpus", "cores" },
	{ "affinity", "cores" },
	{ "threads", "cores" },
	{ "ring-size", "rxd" },
	{ "rx-ring", "rxd" },
	{ "rxring", "rxd" },
	{ "nb-rxd", "rxd" },
	{ "tx-ring", "txd" },
	{ "txring", "txd" },
	{ "nb-txd", "txd" },
	{ "interface", "tx" },
	{ "iface", "tx" },
	{ "intf", "tx" },
	{ "dev", "tx" },
	{ "device", "tx" },
	{ "nic", "tx" },
	{ "speed", "line" },
	{ "link-speed", "line" },
	{ "eth-peer", "dst-mac" },
	{ "dest-mac", "dst-mac" },
	{ "dmac", "dst-mac" },
	{ "peer-mac", "dst-mac" },
	{ "smac", "src-mac" },
	{ "loss", "max-loss" },
	{ "tolerance", "max-loss" },
	{ "loss-tolerance", "max-loss" },
	{ "loss-ratio", "max-loss" },
	{ "drop-rate", "max-loss" },
	{ "max-drop", "max-loss" },
	{ "acceptable-loss", "max-loss" },
	{ "output", "json" },
	{ "logfile", "json" },
	{ "pcap", "capture" },
	{ "write", "capture" },
	{ "silent", "quiet" },
	{ "timeout", "wait" },
	{ "hops", "max-hops" },
	{ "maxttl", "max-hops" },
	{ "max-ttl", "max-hops" },
	{ "ttl", "max-hops" },
	{ "u", "udp" },
	{ "T", "tcp" },
	{ "inet", "ipv4" },
	{ "inet6", "ipv6" },
	{ "ring", "rx" },
	{ "pause", "stall" },
	{ "loss", "drop" },
	{ "duplicate", "dup" },
	{ "crc", "fcs" },
	{ "iperf", "run" },
	{ "iperf3", "run" },
	{ "trex", "run" },
	{ "testpmd", "run" },
	{ "pktgen", "run" },
	{ "trial", "run" },
	{ "start", "run" },
	{ "send", "run" },
	{ "client", "run" },
	{ "blast", "run" },
	{ "ping", "path" },
	{ "mtr", "path" },
	{ "trace", "path" },
	{ "traceroute", "path" },
	{ "tracepath", "path" },
	{ "monitor", "watch" },
	{ "stats", "watch" },
	{ "top", "watch" },
	{ "sar", "watch" },
	{ "mon", "watch" },
	{ "ethtool", "ring" },
	{ "ringparam", "ring" },
	{ "ndr", "search" },
	{ "pdr", "search" },
	{ "rfc2544", "search" },
	{ "throughput", "search" },
	{ "b2b", "burst" },
	{ "back-to-back", "burst" },
	{ "agent", "serve" },
	{ "daemon", "serve" },
	{ "bench", "selftest" },
	{ "benchmark", "selftest" },
	{ "calibrate", "selftest" },
	{ "netem", "hop" },
	{ "emulate", "hop" },
	{ "impair", "hop" },
	{ "cable", "hop" },
	{ "diagnose", "doctor" },
	{ "diagnostics", "doctor" },
	{ "health", "doctor" },
	{ "diff", "compare" },
	{ "pcap", "check" },
	{ "html", "report" },
};

static bool
is_synonym(const char *word, const char *accepted)
{
	for (size_t i = 0; i < sizeof(synonyms) / sizeof(synonyms[0]); i++)
		if (strcmp(synonyms[i].theirs, word) == 0 && strcmp(synonyms[i].ours, accepted) == 0)
			return true;
	return false;
}

static unsigned int
least_of(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: two neighbours that are swapped are one difference. */
static unsigned int
distance_of(const char *a, const char *b)
{
	unsigned int row[3][WORD_MAX + 1];
	unsigned int *before_last = row[0], *last = row[1], *now = row[2];
	size_t n_a = strnlen(a, WORD_MAX), n_b = strnlen(b, WORD_MAX);

	for (unsigned int j = 0; j <= n_b; j++)
		last[j] = before_last[j] = j;
	for (unsigned int i = 1; i <= n_a; i++) {
		unsigned int *spare = before_last;

		now[0] = i;
		for (unsigned int j = 1; j <= n_b; j++) {
			now[j] = least_of(last[j], now[j - 1]) + 1;
			now[j] = least_of(now[j], last[j - 1] + (a[i - 1] != b[j - 1] ? 1 : 0));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = least_of(now[j], before_last[j - 2] + 1);
		}
		before_last = last;
		last = now;
		now = spare;
	}
	return last[n_b];
}

struct ovr_nearest
ovr_nearest_to(const char *word)
{
	return (struct ovr_nearest){ .word = word, .nearest = "", .distance = UINT_MAX };
}

void
ovr_nearest_offer(struct ovr_nearest *nearest, const char *accepted)
{
	size_t n = strlen(nearest->word);
	unsigned int distance;

	if (is_synonym(nearest->word, accepted))
		distance = 0;
	else if (n >= BEGINNING_MIN && strncmp(nearest->word, accepted, n) == 0)
		distance = 1;
	else
		distance = distance_of(nearest->word, accepted);
	if (distance >= nearest->distance)
		return;
	nearest->distance = distance;
	nearest->nearest = accepted;
}

bool
ovr_nearest_is_likely(const struct ovr_nearest *nearest)
{
	size_t found = strlen(nearest->word), accepted = strlen(nearest->nearest);
	size_t longer = found > accepted ? found : accepted;

	return accepted > 0 && nearest->distance <= longer / CHARACTERS_PER_SLIP;
}

const char *
ovr_nearest_ask(const struct ovr_nearest *nearest, char question[OVR_NEAREST_QUESTION_BYTES])
{
	if (ovr_nearest_is_likely(nearest))
		snprintf(question, OVR_NEAREST_QUESTION_BYTES, ", did you mean %.44s;", nearest->nearest);
	else
		snprintf(question, OVR_NEAREST_QUESTION_BYTES, ",");
	return question;
}
