/* SPDX-License-Identifier: BSD-3-Clause */
#include "datagram.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>

#define UDP_BYTES 8

static void
put16(uint8_t *at, unsigned int value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* Sum of 16-bit words; an odd byte is the upper half of the last one. */
static uint32_t
sum_of(const uint8_t *bytes, size_t n, uint32_t sum)
{
	for (size_t i = 0; i < n; i++)
		sum += i % 2 == 0 ? (uint32_t)bytes[i] << 8 : bytes[i];
	return sum;
}

static unsigned int
fold(uint32_t sum)
{
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

static size_t
put_ipv4(const struct datagram *datagram, uint8_t *ip, size_t n_below)
{
	memset(ip, 0, 20);
	ip[0] = 0x45;
	put16(&ip[2], (unsigned int)(20 + n_below));
	put16(&ip[4], 0x1234);
	put16(&ip[6], datagram->fragment_offset | (datagram->more_fragments ? 0x2000 : 0));
	ip[8] = 64;
	ip[9] = IPPROTO_UDP;
	cr_assert_eq(inet_pton(AF_INET, datagram->from, &ip[12]), 1);
	cr_assert_eq(inet_pton(AF_INET, datagram->to, &ip[16]), 1);
	put16(&ip[10], fold(sum_of(ip, 20, 0)));
	return 20;
}

static size_t
put_ipv6(const struct datagram *datagram, uint8_t *ip, size_t n_below)
{
	memset(ip, 0, 40);
	ip[0] = 0x60;
	put16(&ip[4], (unsigned int)n_below);
	ip[6] = IPPROTO_UDP;
	ip[7] = 64;
	cr_assert_eq(inet_pton(AF_INET6, datagram->from, &ip[8]), 1);
	cr_assert_eq(inet_pton(AF_INET6, datagram->to, &ip[24]), 1);
	return 40;
}

static void
put_id(const struct datagram *datagram, uint8_t *payload)
{
	cr_assert_geq(datagram->n_payload, 4);
	for (unsigned int i = 0; i < datagram->n_payload; i++)
		payload[i] = (uint8_t)(7 * i);
	put16(&payload[0], datagram->id >> 16);
	put16(&payload[2], datagram->id & 0xffff);
}

size_t
datagram_make(const struct datagram *datagram, const uint8_t *mac, uint8_t ret_frame[DATAGRAM_BYTES_MAX])
{
	bool is_ipv6 = strchr(datagram->from, ':') != NULL;
	size_t n_addresses = is_ipv6 ? 32 : 8, n_udp = UDP_BYTES + datagram->n_payload, n = 12;
	uint8_t *addresses, *udp;
	unsigned int checksum;

	cr_assert_leq(n_udp + 64, DATAGRAM_BYTES_MAX);
	memcpy(ret_frame, mac, 6);
	memcpy(&ret_frame[6], "\x02\x00\x00\x00\x00\x01", 6);
	for (unsigned int i = 0; i < datagram->n_vlans; i++, n += 4) {
		put16(&ret_frame[n], i == 0 && datagram->n_vlans == 2 ? ETH_P_8021AD : ETH_P_8021Q);
		put16(&ret_frame[n + 2], 100 + i);
	}
	put16(&ret_frame[n], is_ipv6 ? ETH_P_IPV6 : ETH_P_IP);
	n += 2;
	if (datagram->fragment_offset != 0) {
		n += put_ipv4(datagram, &ret_frame[n], datagram->n_payload);
		put_id(datagram, &ret_frame[n]);
		return n + datagram->n_payload;
	}
	n += is_ipv6 ? put_ipv6(datagram, &ret_frame[n], n_udp) : put_ipv4(datagram, &ret_frame[n], n_udp);
	addresses = &ret_frame[n - n_addresses];
	udp = &ret_frame[n];
	put16(&udp[0], 49152);
	put16(&udp[2], datagram->port);
	put16(&udp[4], (unsigned int)n_udp);
	put16(&udp[6], 0);
	put_id(datagram, &udp[UDP_BYTES]);
	checksum = fold(sum_of(udp, n_udp, sum_of(addresses, n_addresses, IPPROTO_UDP + (uint32_t)n_udp)));
	if (datagram->bad_checksum)
		checksum ^= 0x0101;
	put16(&udp[6], checksum == 0 ? 0xffff : checksum);
	return n + n_udp;
}

unsigned int
datagram_send(const struct datagram *datagram, const char *name, const uint8_t *mac, unsigned int n)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(name) };
	uint8_t frame[DATAGRAM_BYTES_MAX];
	size_t n_bytes = datagram_make(datagram, mac, frame);
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	unsigned int n_refused = 0;

	cr_assert_geq(fd, 0, "no packet socket: %s", strerror(errno));
	for (unsigned int i = 0; i < n; i++) {
		if (sendto(fd, frame, n_bytes, 0, (struct sockaddr *)&to, sizeof(to)) == (ssize_t)n_bytes)
			continue;
		cr_assert_eq(errno, ENOBUFS, "%s: %s", name, strerror(errno));
		n_refused++;
	}
	close(fd);
	return n_refused;
}
