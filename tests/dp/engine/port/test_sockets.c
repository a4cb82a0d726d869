/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "netns.h"

static bool
holds(const struct ovr_sockets *sockets, int fd)
{
	for (unsigned int i = 0; i < sockets->n; i++)
		if (sockets->fd[i] == fd)
			return true;
	return false;
}

Test(sockets, those_of_a_family_are_found_and_no_others)
{
	int pair[2], udp = socket(AF_INET, SOCK_DGRAM, 0);
	struct ovr_sockets sockets;

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	ovr_sockets_find(AF_UNIX, &sockets);
	cr_expect(holds(&sockets, pair[0]));
	cr_expect(holds(&sockets, pair[1]));
	cr_expect_not(holds(&sockets, udp));
	cr_expect_not(holds(&sockets, 0));
}

Test(sockets, those_made_since_are_told_in_their_order)
{
	int pair[2], added[4] = { -1, -1, -1, -1 };
	struct ovr_sockets before;

	ovr_sockets_find(AF_UNIX, &before);
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	cr_assert_eq(ovr_sockets_added(AF_UNIX, &before, added, 4), 2);
	cr_expect_eq(added[0], pair[0]);
	cr_expect_eq(added[1], pair[1]);
	cr_assert_eq(ovr_sockets_added(AF_UNIX, &before, added, 1), 2, "more than there is room for");
	cr_assert_eq(ovr_sockets_added(AF_XDP, &before, added, 4), 0);
}

Test(sockets, one_of_another_family_counts_nothing)
{
	int udp = socket(AF_INET, SOCK_DGRAM, 0);
	struct ovr_sockets_xdp counts = { 7, 7, 7 };
	uint64_t drops = 7;

	cr_expect_lt(ovr_sockets_read_xdp(udp, &counts), 0);
	cr_expect_eq(counts.rx_ring_full, 7);
	cr_expect_lt(ovr_sockets_take_packet_drops(udp, &drops), 0);
	cr_expect_eq(drops, 7);
}

Test(sockets, what_a_packet_socket_had_no_room_for_is_taken_once)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	struct tpacket_req ring = {
		.tp_block_size = 4096, .tp_block_nr = 4, .tp_frame_size = 2048, .tp_frame_nr = 8
	};
	int version = TPACKET_V2, fd;
	uint64_t drops = 0;

	netns_enter();
	netns_make_pair("one", "other");
	fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
	cr_assert_geq(fd, 0);
	cr_assert_eq(setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)), 0);
	cr_assert_eq(setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring)), 0);
	address.sll_ifindex = (int)if_nametoindex("other");
	cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	cr_assert_eq(ovr_sockets_take_packet_drops(fd, &drops), 0);
	netns_send("one", 300, 60);
	/* the receiver's NAPI may run after the sender's back */
	for (int i = 0; i < 2000 && drops < 292; i++) {
		uint64_t more = 0;

		cr_assert_eq(ovr_sockets_take_packet_drops(fd, &more), 0);
		drops += more;
		usleep(more == 0 ? 10000 : 0);
	}
	cr_expect_eq(drops, 292);
	cr_assert_eq(ovr_sockets_take_packet_drops(fd, &drops), 0);
	cr_expect_eq(drops, 0);
}
