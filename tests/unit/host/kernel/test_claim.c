/* SPDX-License-Identifier: BSD-3-Clause */
/* Who owns what moved. The figures are of losses that were made and counted. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "kernel/rules.h"
#include "support/kernel_path.h"

static struct ovr_kernel_side *receiver;

/* A sender s, a hop h and a receiver r, with a veth pair between two. */
static void
three_namespaces(void)
{
	kernel_path_reset();
	kernel_path_side("s", OVR_KERNEL_SENDER);
	kernel_path_side("h", OVR_KERNEL_HOP);
	receiver = kernel_path_side("r", OVR_KERNEL_RECEIVER);
	kernel_path_pair("s", "va", "h", "ha");
	kernel_path_pair("h", "hb", "r", "vb");
}

TestSuite(claim, .init = three_namespaces);

static void
link_dropped(const char *netns, const char *link, const char *name, uint64_t added)
{
	kernel_path_moved(netns, OVR_KERNEL_LINK, link, name, added);
}

static void
softnet_dropped(uint64_t added)
{
	kernel_path_moved("s", OVR_KERNEL_SOFTNET, "cpu 0", "dropped", added);
	kernel_path_moved("h", OVR_KERNEL_SOFTNET, "cpu 0", "dropped", added);
	kernel_path_moved("r", OVR_KERNEL_SOFTNET, "cpu 0", "dropped", added);
}

static struct ovr_kernel_counter *
qdisc_dropped(const char *netns, const char *object, uint64_t added)
{
	struct ovr_kernel_counter *counter =
		&kernel_path_moved(netns, OVR_KERNEL_QDISC, object, "drops", added)->counter;

	counter->is_root = true;
	counter->direction = OVR_KERNEL_OUT;
	return counter;
}

static void
rule_dropped(const char *netns, const char *object, enum ovr_kernel_direction direction, uint64_t added)
{
	kernel_path_moved(netns, OVR_KERNEL_NFTABLES, object, "dropped", added)->counter.direction =
		direction;
}

static const struct ovr_kernel_claim *
only_claim(void)
{
	const struct ovr_kernel_claims *claims = kernel_path_claim();

	cr_assert_eq(claims->n, 1);
	return claims->claim;
}

Test(claim, nothing_moved_and_nothing_is_claimed)
{
	qdisc_dropped("s", "va tbf 10:", 0);
	kernel_path_mib("r", "Udp:RcvbufErrors", 0);
	kernel_path_assert("");
}

/* A burst of 200 through tbf: 162 dropped; the UDP of the sender counts them too. */
Test(claim, a_qdiscs_root_owns_what_its_levels_and_the_senders_udp_count_again)
{
	qdisc_dropped("s", "va tbf 10:", 162);
	qdisc_dropped("s", "va pfifo 20:", 162)->is_root = false;
	kernel_path_moved("s", OVR_KERNEL_CLASS, "va tbf 10:1", "drops", 162);
	kernel_path_mib("s", "Ip:OutDiscards", 162);
	kernel_path_mib("s", "Udp:SndbufErrors", 162);
	kernel_path_assert("s sender tx.qdisc drops 162\n");
	cr_assert_str_eq(only_claim()->aliases,
		"Ip:OutDiscards 162, Udp:SndbufErrors 162, qdisc drops 162, class drops 162");
	cr_assert_str_eq(
		only_claim()->why, "va tbf 10: the queue was full; the root counts what every level dropped");
	cr_assert_eq(only_claim()->unit, OVR_KERNEL_SKB);
}

/* 191 calls said EAGAIN: no frame came of them. */
Test(claim, a_full_send_buffer_alone_is_no_loss)
{
	kernel_path_mib("s", "Ip:OutDiscards", 191);
	kernel_path_mib("s", "Udp:SndbufErrors", 191);
	kernel_path_assert("");
}

Test(claim, a_hops_qdisc_owns_on_its_way_to_the_receiver_only)
{
	qdisc_dropped("h", "hb tbf 10:", 9115);
	/* answers of the receiver's side */
	qdisc_dropped("h", "ha pfifo_fast 0:", 7);
	qdisc_dropped("r", "vb pfifo_fast 0:", 5);
	kernel_path_assert("h hop tx.qdisc drops 9115\n");
}

Test(claim, a_namespace_that_sends_and_receives_is_at_both_ends)
{
	kernel_path_reset();
	kernel_path_side("", OVR_KERNEL_SENDER | OVR_KERNEL_RECEIVER);
	kernel_path_side("h", OVR_KERNEL_HOP);
	kernel_path_pair("", "va", "h", "ha");
	kernel_path_pair("h", "hb", "", "vb");
	qdisc_dropped("", "va tbf 10:", 3);
	qdisc_dropped("h", "hb tbf 10:", 4);
	kernel_path_mib("", "Udp:RcvbufErrors", 5);
	kernel_path_mib("", "Udp:InErrors", 5);
	kernel_path_assert(" sender tx.qdisc drops 3\n"
			   " receiver rx.socket Udp:RcvbufErrors 5\n"
			   "h hop tx.qdisc drops 4\n");
}

/* Frames larger than the other end takes: both ends count each. */
Test(claim, what_both_ends_of_a_pair_count_is_one_loss)
{
	link_dropped("s", "va", "tx_dropped", 100);
	link_dropped("h", "ha", "rx_dropped", 100);
	kernel_path_assert("s sender tx.kernel tx_dropped 100\n");
	cr_assert_str_eq(only_claim()->aliases, "ha rx_dropped 100");
}

/* 600 without a pause into a ring of 256: only the sender's end counts. */
Test(claim, a_full_ring_of_the_other_end_is_counted_by_the_sender_alone)
{
	link_dropped("h", "hb", "tx_dropped", 344);
	link_dropped("r", "vb", "rx_dropped", 0);
	kernel_path_assert("h hop tx.kernel tx_dropped 344\n");
}

/* A burst of 2,000 into a backlog of 1,000. */
Test(claim, a_full_backlog_is_one_loss_of_three_counters)
{
	link_dropped("h", "hb", "tx_dropped", 999);
	link_dropped("r", "vb", "rx_dropped", 999);
	softnet_dropped(999);
	kernel_path_assert("r receiver rx.softnet dropped 999\n");
	cr_assert_str_eq(only_claim()->aliases, "hb tx_dropped 999, vb rx_dropped 999");
	cr_assert_eq(only_claim()->layer, OVR_KERNEL_SOFTNET);
}

Test(claim, backlogs_behind_two_links_share_the_hosts_figure)
{
	link_dropped("s", "va", "tx_dropped", 40);
	link_dropped("h", "ha", "rx_dropped", 40);
	link_dropped("h", "hb", "tx_dropped", 60);
	link_dropped("r", "vb", "rx_dropped", 60);
	softnet_dropped(100);
	kernel_path_assert("h hop rx.softnet dropped 40\nr receiver rx.softnet dropped 60\n");
}

/* The figure is of the whole host: then the pair says how many, and not where. */
Test(claim, a_backlog_that_others_filled_too_leaves_the_loss_to_the_links)
{
	link_dropped("h", "hb", "tx_dropped", 999);
	link_dropped("r", "vb", "rx_dropped", 999);
	softnet_dropped(1500);
	kernel_path_assert("h hop tx.kernel tx_dropped 999\n");
}

/* Drop reasons know the trial's frames among all that backlogs turned away. */
Test(claim, a_backlog_that_others_filled_too_owns_what_reasons_saw_of_ours)
{
	receiver->is_backlog_known = true;
	receiver->backlog_ours = 999;
	link_dropped("h", "hb", "tx_dropped", 999);
	link_dropped("r", "vb", "rx_dropped", 999);
	softnet_dropped(1500);
	kernel_path_assert("r receiver rx.softnet dropped 999\n");
}

/* One was too large for the other end, and which one nobody knows. */
Test(claim, a_backlog_that_lost_fewer_than_the_links_leaves_the_loss_to_them)
{
	receiver->is_backlog_known = true;
	receiver->backlog_ours = 998;
	link_dropped("h", "hb", "tx_dropped", 999);
	link_dropped("r", "vb", "rx_dropped", 999);
	softnet_dropped(1500);
	kernel_path_assert("h hop tx.kernel tx_dropped 999\n");
}

/* The rule's counter is of any packet: of 36 that it dropped the trial's were none. */
Test(claim, a_rule_that_dropped_more_than_reasons_saw_of_ours_is_a_range)
{
	receiver->is_netfilter_known = true;
	rule_dropped("r", "inet filter input handle 7", OVR_KERNEL_IN, 36);
	kernel_path_assert("r receiver rx.netfilter dropped 0..36\n");
	receiver->netfilter_ours = 30;
	kernel_path_assert("r receiver rx.netfilter dropped 30..36\n");
	receiver->netfilter_ours = 36;
	kernel_path_assert("r receiver rx.netfilter dropped 36\n");
}

Test(claim, a_backlog_that_only_others_filled_is_not_ours)
{
	softnet_dropped(1500);
	kernel_path_assert("");
}

Test(claim, a_full_backlog_of_the_loopback_is_counted_once)
{
	kernel_path_reset();
	kernel_path_side("", OVR_KERNEL_SENDER | OVR_KERNEL_RECEIVER);
	kernel_path_link("", "lo", "", 0, 50);
	kernel_path_moved("", OVR_KERNEL_SOFTNET, "cpu 1", "dropped", 50);
	kernel_path_assert(" receiver rx.softnet dropped 50\n");
}

Test(claim, frames_that_nobody_wanted_are_the_rest_of_rx_dropped)
{
	link_dropped("r", "vb", "rx_dropped", 100);
	kernel_path_assert("r receiver rx.kernel rx_dropped 100\n");
}

/* 100 were too large and counted by both; 50 were of an unknown protocol, or none of these was. */
Test(claim, what_a_pair_counts_unevenly_is_a_range)
{
	link_dropped("h", "hb", "tx_dropped", 100);
	link_dropped("r", "vb", "rx_dropped", 150);
	kernel_path_assert("h hop tx.kernel tx_dropped 100\nr receiver rx.kernel rx_dropped 50..150\n");
}

Test(claim, what_a_link_drops_on_the_way_back_is_not_ours)
{
	link_dropped("r", "vb", "tx_dropped", 8);
	link_dropped("h", "hb", "rx_dropped", 8);
	kernel_path_assert("");
}

/* The fill ring was empty for 200, which rx_dropped has too; the program dropped 100. */
Test(claim, a_drivers_counter_owns_what_rx_dropped_counts_again)
{
	link_dropped("r", "vb", "rx_dropped", 200);
	kernel_path_moved("r", OVR_KERNEL_DRIVER, "vb", "rx_queue_0_drops", 200);
	kernel_path_moved("r", OVR_KERNEL_DRIVER, "vb", "rx_queue_0_xdp_drops", 100);
	kernel_path_assert("r receiver rx.ring rx_queue_0_drops 200\n"
			   "r receiver rx.xdp rx_queue_0_xdp_drops 100\n");
	cr_assert_str_eq(kernel_path_claim()->claim[0].aliases, "vb rx_dropped 200");
	cr_assert_str_eq(kernel_path_claim()->claim[1].source, "veth");
}

/* virtio_net counts them in rx_dropped, whose rest is 30. */
Test(claim, an_xdp_programs_drops_are_taken_out_of_rx_dropped)
{
	kernel_path_reset();
	kernel_path_side("r", OVR_KERNEL_RECEIVER);
	kernel_path_link("r", "eth1", "virtio_net", 0, 130);
	kernel_path_moved("r", OVR_KERNEL_DRIVER, "eth1", "rx_queue_0_xdp_drops", 100);
	kernel_path_assert("r receiver rx.kernel rx_dropped 30\n"
			   "r receiver rx.xdp rx_queue_0_xdp_drops 100\n");
}

Test(claim, the_ring_of_a_hops_nic_is_its_drivers_counter)
{
	kernel_path_reset();
	kernel_path_side("h", OVR_KERNEL_HOP);
	kernel_path_link("h", "eth1", "vmxnet3", 0, 0);
	kernel_path_moved("h", OVR_KERNEL_DRIVER, "eth1 queue 0", "pkts rx OOB", 873);
	kernel_path_assert("h hop rx.ring pkts rx OOB 873\n");
}

Test(claim, errors_of_a_link_are_errors_of_the_hop)
{
	kernel_path_reset();
	kernel_path_side("h", OVR_KERNEL_HOP);
	kernel_path_link("h", "eth1", "8139cp", 0, 0);
	kernel_path_moved("h", OVR_KERNEL_LINK, "eth1", "rx_missed_errors", 340);
	kernel_path_moved("h", OVR_KERNEL_LINK, "eth1", "rx_fifo_errors", 340);
	kernel_path_assert("h hop rx.ring rx_missed_errors 340\n");
}

/* The tester's own port says what its interface lost; the other end repeats it. */
Test(claim, an_interface_of_a_port_makes_no_claim_and_has_its_alias)
{
	kernel_path_reset();
	kernel_path_side("s", OVR_KERNEL_SENDER)->port_link = "va";
	kernel_path_side("h", OVR_KERNEL_HOP);
	kernel_path_pair("s", "va", "h", "ha");
	link_dropped("s", "va", "tx_dropped", 100);
	link_dropped("h", "ha", "rx_dropped", 100);
	qdisc_dropped("s", "va tbf 10:", 9);
	kernel_path_assert("");
}

Test(claim, a_backlog_behind_an_interface_of_a_port_is_booked_by_the_port)
{
	kernel_path_reset();
	kernel_path_side("s", 0)->port_link = "va";
	kernel_path_side("h", OVR_KERNEL_HOP);
	kernel_path_pair("s", "va", "h", "ha");
	link_dropped("s", "va", "tx_dropped", 999);
	link_dropped("h", "ha", "rx_dropped", 999);
	kernel_path_moved("h", OVR_KERNEL_SOFTNET, "cpu 0", "dropped", 999);
	kernel_path_assert("");
}

Test(claim, frames_for_another_mac_are_lost_by_ip)
{
	link_dropped("h", "ha", "rx_otherhost_dropped", 100);
	kernel_path_assert("h hop rx.ip rx_otherhost_dropped 100\n");
}

/* 183 of 200 found no room; InErrors is the sum of its kinds. */
Test(claim, a_full_receive_buffer_is_in_errors_once)
{
	kernel_path_mib("r", "Udp:InErrors", 183);
	kernel_path_mib("r", "Udp:RcvbufErrors", 183);
	kernel_path_moved("r", OVR_KERNEL_SOCKET, "udp 10.9.0.2:9000 inode 1", "drops", 183)
		->counter.is_ours = true;
	kernel_path_assert("r receiver rx.socket Udp:RcvbufErrors 183\n");
	cr_assert_str_eq(only_claim()->aliases, "Udp:InErrors 183, socket drops 183, our sockets' drops 183");
}

Test(claim, the_kinds_of_errors_leave_the_rest_to_a_filter)
{
	kernel_path_mib("r", "Udp:InErrors", 100 + 50 + 7 + 3);
	kernel_path_mib("r", "Udp:RcvbufErrors", 100);
	kernel_path_mib("r", "Udp:InCsumErrors", 50);
	kernel_path_mib("r", "Udp:MemErrors", 7);
	kernel_path_assert("r receiver rx.udp Udp:InCsumErrors 50\n"
			   "r receiver rx.udp Udp:MemErrors 7\n"
			   "r receiver rx.udp Udp:InErrors 3\n"
			   "r receiver rx.socket Udp:RcvbufErrors 100\n");
}

Test(claim, no_socket_is_udps_loss)
{
	kernel_path_mib("r", "Udp:NoPorts", 20000);
	/* a hop's own ports are not on the way */
	kernel_path_mib("h", "Udp:NoPorts", 3);
	kernel_path_assert("r receiver rx.udp Udp:NoPorts 20000\n");
}

/* Another socket's buffer was full as well, which moves no datagram that is delivered. */
Test(claim, our_sockets_drops_bound_what_is_ours_of_full_buffers)
{
	kernel_path_mib("r", "Udp:InErrors", 300);
	kernel_path_mib("r", "Udp:RcvbufErrors", 300);
	kernel_path_moved("r", OVR_KERNEL_SOCKET, "udp 10.9.0.2:9000 inode 1", "drops", 183)
		->counter.is_ours = true;
	kernel_path_moved("r", OVR_KERNEL_SOCKET, "udp 10.9.0.2:53 inode 2", "drops", 117);
	kernel_path_assert("r receiver rx.socket Udp:RcvbufErrors 183\n");
	cr_assert_str_eq(kernel_path_claim()->note[0],
		"r: receive buffers were full for 300 datagrams, and our sockets dropped 183");
}

/* Of what our sockets dropped, 10 may have had a wrong checksum, ours or another's. */
Test(claim, wrong_checksums_leave_a_doubt_in_our_sockets_drops)
{
	kernel_path_mib("r", "Udp:InErrors", 310);
	kernel_path_mib("r", "Udp:RcvbufErrors", 300);
	kernel_path_mib("r", "Udp:InCsumErrors", 10);
	kernel_path_moved("r", OVR_KERNEL_SOCKET, "udp 10.9.0.2:9000 inode 1", "drops", 183)
		->counter.is_ours = true;
	kernel_path_assert("r receiver rx.udp Udp:InCsumErrors 10\n"
			   "r receiver rx.socket Udp:RcvbufErrors 173..183\n");
}

Test(claim, others_traffic_makes_the_accounts_of_its_namespace_uncertain)
{
	receiver->is_traffic_known = true;
	receiver->datagrams_ours = 17;
	kernel_path_mib("r", "Udp:InDatagrams", 22);
	kernel_path_mib("r", "Udp:NoPorts", 100);
	kernel_path_mib("h", "IpExt:InNoRoutes", 40);
	kernel_path_assert("h hop rx.ip IpExt:InNoRoutes 40\nr receiver rx.udp Udp:NoPorts 0..100\n");
	cr_assert_str_eq(kernel_path_claim()->note[0],
		"r: UDP delivered 22 datagrams and our sockets read 17: others' traffic may be in its "
		"counters");
}

Test(claim, datagrams_that_our_sockets_read_are_no_others)
{
	receiver->is_traffic_known = true;
	receiver->datagrams_ours = 17;
	kernel_path_mib("r", "Udp:InDatagrams", 17);
	kernel_path_mib("r", "Udp:RcvbufErrors", 183);
	kernel_path_mib("r", "Udp:InErrors", 183);
	kernel_path_assert("r receiver rx.socket Udp:RcvbufErrors 183\n");
	cr_assert_eq(kernel_path_claim()->n_notes, 0);
}

/* Two versions of IP may deliver to one socket. */
Test(claim, datagrams_of_both_versions_are_delivered)
{
	receiver->is_traffic_known = true;
	receiver->datagrams_ours = 17;
	kernel_path()->ip_version = 6;
	kernel_path_mib("r", "Udp:InDatagrams", 2);
	kernel_path_mib("r", "Udp6InDatagrams", 15);
	kernel_path_mib("r", "Udp6NoPorts", 100);
	kernel_path_assert("r receiver rx.udp Udp6NoPorts 100\n");
}

Test(claim, our_own_sockets_drops_are_certain_beside_others_traffic)
{
	receiver->is_traffic_known = true;
	receiver->datagrams_ours = 17;
	kernel_path_mib("r", "Udp:InDatagrams", 1000);
	kernel_path_mib("r", "Udp:InErrors", 183);
	kernel_path_mib("r", "Udp:RcvbufErrors", 183);
	kernel_path_moved("r", OVR_KERNEL_SOCKET, "udp 10.9.0.2:9000 inode 1", "drops", 183)
		->counter.is_ours = true;
	kernel_path_assert("r receiver rx.socket Udp:RcvbufErrors 183\n");
}

/* A connection of ours drops segments. */
Test(claim, a_tcp_socket_of_ours_says_nothing_of_udps_buffers)
{
	kernel_path_mib("r", "Udp:InErrors", 183);
	kernel_path_mib("r", "Udp:RcvbufErrors", 183);
	kernel_path_moved("r", OVR_KERNEL_SOCKET, "tcp 10.9.0.2:9000 inode 1", "drops", 2)->counter.is_ours =
		true;
	kernel_path_assert("r receiver rx.socket Udp:RcvbufErrors 183\n");
}

/* 1 in 10 of 20,000. */
Test(claim, a_rule_that_drops_owns_what_it_counted)
{
	rule_dropped("h", "inet filter forward handle 7 \"one in ten\"", OVR_KERNEL_IN, 2000);
	kernel_path_assert("h hop rx.netfilter dropped 2000\n");
	cr_assert_str_eq(
		only_claim()->why, "inet filter forward handle 7 \"one in ten\": a rule dropped them");
}

Test(claim, a_rule_on_the_way_out_is_a_place_of_its_own)
{
	rule_dropped("h", "inet filter post handle 8", OVR_KERNEL_OUT, 5);
	rule_dropped("h", "netdev filter out handle 9", OVR_KERNEL_EGRESS, 6);
	/* its answers */
	rule_dropped("r", "inet filter output handle 3", OVR_KERNEL_OUT, 7);
	kernel_path_assert("h hop tx.netfilter dropped 6\nh hop tx.netfilter dropped 5\n");
}

/* send() said ENETUNREACH or EPERM: the worker counts them as sent, and they are lost here. */
Test(claim, a_sender_loses_what_send_was_told_of)
{
	rule_dropped("s", "inet filter output handle 3", OVR_KERNEL_OUT, 50);
	kernel_path_mib("s", "Ip:OutDiscards", 75);
	kernel_path_mib("s", "Ip:OutNoRoutes", 100);
	kernel_path_moved("s", OVR_KERNEL_CONNTRACK, "cpu 1", "drop", 25);
	kernel_path_assert("s sender tx.ip Ip:OutNoRoutes 100\n"
			   "s sender tx.netfilter dropped 50\n"
			   "s sender tx.netfilter drop 25\n");
}

Test(claim, what_a_socket_sent_again_may_be_counted_once_too_often)
{
	rule_dropped("s", "inet filter output handle 3", OVR_KERNEL_OUT, 50);
	rule_dropped("h", "inet filter forward handle 3", OVR_KERNEL_IN, 50);
	kernel_path()->sent_again = 1;
	kernel_path_assert("s sender tx.netfilter dropped 49..50\nh hop rx.netfilter dropped 50\n");
}

Test(claim, a_rule_that_only_counts_owns_nothing)
{
	kernel_path_moved("h", OVR_KERNEL_NFTABLES, "inet filter forward handle 6", "counter", 20000);
	kernel_path_assert("");
}

Test(claim, a_rule_for_the_other_version_of_ip_has_not_met_our_frames)
{
	rule_dropped("h", "ip6 filter forward handle 7", OVR_KERNEL_IN, 4);
	rule_dropped("h", "arp filter input handle 2", OVR_KERNEL_IN, 4);
	kernel_path_assert("");
}

/* Ten equal SYNs at once: nine clashed. Of another CPU 60 found the table full. */
Test(claim, conntracks_cpus_are_one_account_and_failed_inserts_are_its_alias)
{
	kernel_path_moved("h", OVR_KERNEL_CONNTRACK, "cpu 0", "drop", 9);
	kernel_path_moved("h", OVR_KERNEL_CONNTRACK, "cpu 0", "insert_failed", 9);
	kernel_path_moved("h", OVR_KERNEL_CONNTRACK, "cpu 1", "drop", 60);
	kernel_path_moved("h", OVR_KERNEL_CONNTRACK, "cpu 1", "early_drop", 3);
	kernel_path_assert("h hop rx.netfilter drop 69\n");
	cr_assert_str_eq(only_claim()->aliases, "conntrack insert_failed 9");
}

Test(claim, ips_losses_on_a_hop_are_its_own)
{
	kernel_path_mib("h", "Ip:InHdrErrors", 100);
	kernel_path_mib("h", "IpExt:InCsumErrors", 100);
	kernel_path_mib("h", "TcpExt:IPReversePathFilter", 33333);
	kernel_path_mib("h", "IpExt:InNoRoutes", 20000);
	kernel_path_mib("h", "Ip:InAddrErrors", 4);
	kernel_path_mib("h", "IpExt:InTruncatedPkts", 3);
	kernel_path_mib("h", "Ip:FragFails", 2000);
	kernel_path_assert("h hop rx.ip Ip:InHdrErrors 100\n"
			   "h hop rx.ip IpExt:InTruncatedPkts 3\n"
			   "h hop rx.ip TcpExt:IPReversePathFilter 33333\n"
			   "h hop rx.ip IpExt:InNoRoutes 20000\n"
			   "h hop rx.ip Ip:InAddrErrors 4\n"
			   "h hop rx.ip Ip:FragFails 2000\n");
	cr_assert_str_eq(
		kernel_path_claim()->claim[0].why, "the TTL ran out, or a bad header: both are counted here");
	cr_assert_str_eq(kernel_path_claim()->claim[0].aliases, "IpExt:InCsumErrors 100");
}

Test(claim, ipv6_has_its_own_counters)
{
	kernel_path()->ip_version = 6;
	kernel_path_mib("h", "Ip6InNoRoutes", 100);
	kernel_path_mib("h", "Ip6InTooBigErrors", 50);
	kernel_path_mib("h", "Ip6FragFails", 50);
	kernel_path_mib("h", "IpExt:InNoRoutes", 7);
	kernel_path_mib("r", "Udp6InErrors", 110);
	kernel_path_mib("r", "Udp6InCsumErrors", 100);
	kernel_path_mib("r", "Udp6RcvbufErrors", 10);
	kernel_path_assert("h hop rx.ip Ip6InTooBigErrors 50\n"
			   "h hop rx.ip Ip6InNoRoutes 100\n"
			   "r receiver rx.udp Udp6InCsumErrors 100\n"
			   "r receiver rx.socket Udp6RcvbufErrors 10\n");
}

/* Each datagram missed a fragment, and timed out once. */
Test(claim, fragments_that_never_came_are_counted_in_datagrams)
{
	kernel_path_mib("r", "Ip:ReasmReqds", 100);
	kernel_path_mib("r", "Ip:ReasmTimeout", 100);
	kernel_path_mib("r", "Ip:ReasmFails", 100);
	kernel_path_assert("r receiver rx.ip Ip:ReasmFails 100\n");
	cr_assert_eq(only_claim()->unit, OVR_KERNEL_DATAGRAM);
	cr_assert_str_eq(only_claim()->why, "datagrams of which a fragment was missing");
	cr_assert_str_eq(only_claim()->aliases, "Ip:ReasmTimeout 100");
	cr_assert_eq(kernel_path_claim()->n_notes, 0);
}

/* 86 fragments found no memory: of how many datagrams is unknown. */
Test(claim, fragments_without_memory_leave_the_number_of_datagrams_open)
{
	kernel_path_mib("r", "Ip:ReasmReqds", 200);
	kernel_path_mib("r", "Ip:ReasmTimeout", 14);
	kernel_path_mib("r", "Ip:ReasmFails", 100);
	kernel_path_assert("r receiver rx.ip Ip:ReasmFails 14..100\n");
}

/*
 * A rule dropped the second fragment of each of 100: the receiver waited for it, and counted the
 * datagram again.
 */
Test(claim, a_lost_fragment_and_its_datagram_are_one_loss)
{
	rule_dropped("h", "inet f forward handle 2", OVR_KERNEL_IN, 100);
	kernel_path_mib("s", "Ip:FragCreates", 200);
	kernel_path_mib("r", "Ip:ReasmReqds", 100);
	kernel_path_mib("r", "Ip:ReasmTimeout", 100);
	kernel_path_mib("r", "Ip:ReasmFails", 100);
	kernel_path_mib("r", "Udp:NoPorts", 5);
	kernel_path_assert("h hop rx.netfilter dropped 0..100\n"
			   "r receiver rx.ip Ip:ReasmFails 0..100\n"
			   "r receiver rx.udp Udp:NoPorts 5\n");
	cr_assert_str_eq(kernel_path_claim()->note[0],
		"datagrams were in fragments on the way: counters of packets count each fragment");
}

Test(claim, what_a_neighbours_queue_dropped_may_be_of_any_namespace)
{
	kernel_path_moved("h", OVR_KERNEL_NEIGHBOUR, "arp_cache", "unresolved_discards", 93);
	kernel_path_assert("h hop tx.ip unresolved_discards 0..93\n");
}

Test(claim, filters_of_tc_are_ingress)
{
	qdisc_dropped("h", "ha ingress ffff:", 11)->direction = OVR_KERNEL_IN;
	qdisc_dropped("r", "vb clsact ffff:", 12)->direction = OVR_KERNEL_ANY;
	qdisc_dropped("s", "va clsact ffff:", 13)->direction = OVR_KERNEL_ANY;
	kernel_path_assert("s sender tx.qdisc drops 13\n"
			   "h hop rx.ingress drops 11\n"
			   "r receiver rx.ingress drops 12\n");
}

/* Four owners of 35,886 lost of 40,000. */
Test(claim, four_owners_of_one_trial_add_up)
{
	uint64_t sum = 0;

	qdisc_dropped("h", "hb tbf 10:", 4865);
	rule_dropped("h", "inet filter forward handle 7", OVR_KERNEL_IN, 3514);
	kernel_path_mib("r", "Udp:InErrors", 1338 + 26169);
	kernel_path_mib("r", "Udp:InCsumErrors", 1338);
	kernel_path_mib("r", "Udp:RcvbufErrors", 26169);
	kernel_path_assert("h hop rx.netfilter dropped 3514\n"
			   "h hop tx.qdisc drops 4865\n"
			   "r receiver rx.udp Udp:InCsumErrors 1338\n"
			   "r receiver rx.socket Udp:RcvbufErrors 26169\n");
	for (uint32_t i = 0; i < kernel_path_claim()->n; i++)
		sum += kernel_path_claim()->claim[i].frames;
	cr_assert_eq(sum, 35886);
}

/* 15 of 20 calls met a full accept queue, and 36 SYNs a full SYN queue. */
Test(claim, a_listeners_queues_are_told_apart_in_segments)
{
	kernel_path_mib("r", "TcpExt:ListenOverflows", 15);
	kernel_path_mib("r", "TcpExt:ListenDrops", 51);
	kernel_path_assert("r receiver rx.tcp TcpExt:ListenOverflows 15 segment\n"
			   "r receiver rx.tcp TcpExt:ListenDrops 36 segment\n");
}

Test(claim, a_zero_window_is_found_by_either_kernels_name)
{
	kernel_path_mib("r", "TcpExt:BeyondWindow", 50);
	kernel_path_assert("r receiver rx.tcp TcpExt:BeyondWindow 50 segment\n");
	three_namespaces();
	kernel_path_mib("r", "TcpExt:TCPZeroWindowDrop", 50);
	kernel_path_assert("r receiver rx.tcp TcpExt:TCPZeroWindowDrop 50 segment\n");
}

Test(claim, what_was_reset_or_is_gone_is_said_and_not_claimed)
{
	kernel_path_moved("r", OVR_KERNEL_MIB, "", "Udp:NoPorts", 7)->was_reset = true;
	kernel_path_moved("h", OVR_KERNEL_NFTABLES, "inet filter forward handle 7", "dropped", 0)
		->counter.is_known = false;
	kernel_path_moved("h", OVR_KERNEL_MIB, "", "Udp:InErrors", 7)->was_reset = true;
	kernel_path_assert("");
	cr_assert_eq(kernel_path_claim()->n_notes, 2);
	cr_assert_str_eq(
		kernel_path_claim()->note[0], "r: Udp:NoPorts was reset meanwhile: what it lost is unknown");
	cr_assert_str_eq(kernel_path_claim()->note[1],
		"h: inet filter forward handle 7 dropped was not there before or is gone: what it lost is "
		"unknown");
}

Test(claim, a_hops_account_is_on_the_path)
{
	struct ovr_ledger_account account;

	kernel_path_mib("h", "IpExt:InNoRoutes", 20000);
	ovr_kernel_claim_account(only_claim(), "udp:10.9.0.2:9000", &account);
	cr_assert_str_eq(account.port, "hop:h");
	cr_assert(account.is_of_hop);
	cr_assert_eq(account.place, OVR_PLACE_RX_IP);
	cr_assert_eq(account.queue, -1);
	cr_assert_eq(account.frames, 20000);
	cr_assert_eq(account.frames_min, 20000);
	cr_assert_eq(account.counted, 20000);
	cr_assert_str_eq(account.counter, "IpExt:InNoRoutes");
	cr_assert_str_eq(account.source, "mib");
	cr_assert_str_eq(account.why, "no route");
}

Test(claim, an_ends_account_has_the_ports_name)
{
	struct ovr_ledger_account account;

	kernel_path_mib("r", "Udp:NoPorts", 100);
	receiver->is_traffic_known = true;
	receiver->datagrams_ours = 5;
	ovr_kernel_claim_account(only_claim(), "udp:10.9.0.2:9000", &account);
	cr_assert_str_eq(account.port, "udp:10.9.0.2:9000");
	cr_assert_not(account.is_of_hop);
	cr_assert_eq(account.frames_min, 0);
	cr_assert_eq(account.frames_max, 100);
}

/* An XDP program drops every frame: 20,000 of the trial, and three that others sent meanwhile. */
Test(claim, others_frames_on_a_link_may_be_among_those_that_it_dropped)
{
	kernel_path()->frames_sent = 20000;
	kernel_path_moved("r", OVR_KERNEL_DRIVER, "vb", "rx_queue_0_xdp_drops", 20003);
	kernel_path_moved("r", OVR_KERNEL_LINK, "vb", "rx_packets", 20003);
	kernel_path_assert("r receiver rx.xdp rx_queue_0_xdp_drops 20000..20003\n");
}

/* 100 sent, 40 dropped by a hop's rule: of 65 on the link 60 can be ours. */
Test(claim, what_was_lost_before_is_not_on_the_link_any_more)
{
	kernel_path()->frames_sent = 100;
	rule_dropped("h", "inet t forward handle 4", OVR_KERNEL_IN, 40);
	kernel_path_moved("r", OVR_KERNEL_DRIVER, "vb", "rx_queue_0_xdp_drops", 30);
	kernel_path_moved("r", OVR_KERNEL_LINK, "vb", "rx_packets", 65);
	kernel_path_assert("h hop rx.netfilter dropped 40\n"
			   "r receiver rx.xdp rx_queue_0_xdp_drops 25..30\n");
}

/* A queue of 70 frames: 50 left the device and 20 did not; 10 of them are not the trial's. */
Test(claim, others_frames_in_a_queue_may_be_among_those_that_it_dropped)
{
	kernel_path()->frames_sent = 60;
	qdisc_dropped("h", "hb tbf 10:", 20);
	kernel_path_moved("h", OVR_KERNEL_LINK, "hb", "tx_packets", 50);
	kernel_path_assert("h hop tx.qdisc drops 10..20\n");
}

/* A rule drops 1 in 10 of 20,000 of the trial and of 3,000 of others. */
Test(claim, others_packets_through_a_hop_may_be_among_those_that_its_rule_dropped)
{
	kernel_path()->frames_sent = 20000;
	rule_dropped("h", "inet t forward handle 4", OVR_KERNEL_IN, 2300);
	kernel_path_mib("h", "Ip:InReceives", 23000);
	kernel_path_assert("h hop rx.netfilter dropped 0..2300\n");
	cr_assert_eq(kernel_path_claim()->n_notes, 1);
	cr_assert_str_eq(kernel_path_claim()->note[0],
		"h: up to 3000 packets of others came through, and may be among those that it dropped");
}

/* 40 of IPv6 and 12 of IPv4 came beside the trial's; 11 of these the hop delivered to itself. */
Test(claim, what_a_hop_delivered_to_itself_was_not_dropped_on_the_way)
{
	kernel_path()->frames_sent = 20000;
	rule_dropped("h", "inet t forward handle 4", OVR_KERNEL_IN, 2000);
	kernel_path_mib("h", "Ip:InReceives", 20012);
	kernel_path_mib("h", "Ip:InDelivers", 11);
	kernel_path_mib("h", "Ip6InReceives", 40);
	kernel_path_mib("h", "Ip6InDelivers", 40);
	kernel_path_assert("h hop rx.netfilter dropped 1999..2000\n");
}

Test(claim, packets_of_the_other_version_of_ip_meet_no_counter_of_ours)
{
	kernel_path()->frames_sent = 20000;
	rule_dropped("h", "ip t forward handle 4", OVR_KERNEL_IN, 2000);
	kernel_path_mib("h", "IpExt:InNoRoutes", 100);
	kernel_path_mib("h", "Ip:InReceives", 20000);
	kernel_path_mib("h", "Ip6InReceives", 500);
	kernel_path_assert("h hop rx.netfilter dropped 2000\n"
			   "h hop rx.ip IpExt:InNoRoutes 100\n");
	cr_assert_eq(kernel_path_claim()->n_notes, 0);
}

/* 5 of its own, 3 of them messages of ICMP, beside 100 of the trial. */
Test(claim, what_a_hop_sends_itself_may_be_dropped_on_its_way_out)
{
	kernel_path()->frames_sent = 100;
	rule_dropped("h", "inet t out handle 4", OVR_KERNEL_OUT, 60);
	kernel_path_mib("h", "Ip:FragFails", 30);
	kernel_path_mib("h", "Ip:InReceives", 100);
	kernel_path_mib("h", "Ip:OutRequests", 5);
	kernel_path_mib("h", "Icmp:OutMsgs", 3);
	kernel_path_assert("h hop rx.ip Ip:FragFails 28..30\n"
			   "h hop tx.netfilter dropped 55..60\n");
}

/*
 * 2,000 of the trial were lost without a counter, beside 6,616 of others that have no route. The
 * counters still moved while they were read, so that one of them has one frame more.
 */
Test(claim, counters_of_different_moments_make_no_loss_certain)
{
	const struct ovr_kernel_claim *claim;

	kernel_path()->frames_sent = 2000;
	kernel_path_mib("h", "Ip:InReceives", 8615);
	kernel_path_mib("h", "IpExt:InNoRoutes", 6616);
	cr_expect_eq(only_claim()->frames_min, 1);
	kernel_path()->is_moving = true;
	claim = only_claim();
	cr_expect_eq(claim->frames_min, 0);
	cr_expect_eq(claim->frames_max, 6616);
}

/* All of the trial's came to IP before it lost 40: 10 are others' for either counter. */
Test(claim, what_ip_lost_before_came_to_ip_all_the_same)
{
	kernel_path()->frames_sent = 100;
	rule_dropped("h", "inet t forward handle 4", OVR_KERNEL_IN, 40);
	kernel_path_mib("h", "Ip:InHdrErrors", 20);
	kernel_path_mib("h", "Ip:InReceives", 110);
	kernel_path_assert("h hop rx.netfilter dropped 30..40\n"
			   "h hop rx.ip Ip:InHdrErrors 10..20\n");
}

/* Frames in a bridge: IP received none of them. */
Test(claim, others_frames_in_a_bridge_are_counted_by_its_links)
{
	kernel_path()->frames_sent = 100;
	rule_dropped("h", "bridge t forward handle 4", OVR_KERNEL_IN, 40);
	rule_dropped("h", "inet t forward handle 5", OVR_KERNEL_IN, 7);
	kernel_path_moved("h", OVR_KERNEL_LINK, "ha", "rx_packets", 103);
	kernel_path_moved("h", OVR_KERNEL_LINK, "hb", "rx_packets", 2);
	kernel_path_assert("h hop rx.netfilter dropped 35..40\n"
			   "h hop rx.netfilter dropped 0..7\n");
}

/* 30 datagrams of others to a port that has no socket: nobody delivered them. */
Test(claim, others_packets_that_a_receiver_dropped_are_not_certainly_ours)
{
	kernel_path()->frames_sent = 100;
	receiver->is_traffic_known = true;
	receiver->datagrams_ours = 90;
	kernel_path_mib("r", "Udp:InDatagrams", 90);
	kernel_path_mib("r", "Udp:NoPorts", 40);
	kernel_path_mib("r", "Ip:InReceives", 132);
	kernel_path_mib("r", "Icmp:InMsgs", 2);
	kernel_path_assert("r receiver rx.udp Udp:NoPorts 10..40\n");
}

/* A backlog of veth took 110 and turned 50 away, of 150 of the trial. */
Test(claim, others_frames_before_a_full_backlog_may_be_among_those_that_it_dropped)
{
	kernel_path()->frames_sent = 150;
	link_dropped("h", "hb", "tx_dropped", 50);
	link_dropped("r", "vb", "rx_dropped", 50);
	softnet_dropped(50);
	kernel_path_moved("r", OVR_KERNEL_LINK, "vb", "rx_packets", 110);
	kernel_path_assert("r receiver rx.softnet dropped 40..50\n");

	/* unless drop reasons saw the trial's id in all of these */
	receiver->is_backlog_known = true;
	receiver->backlog_ours = 50;
	kernel_path_assert("r receiver rx.softnet dropped 50\n");
	receiver->backlog_ours = 49;
	kernel_path_assert("r receiver rx.softnet dropped 40..50\n");
}

/* 100 go to the receiver and 80 back: of 130 that came in, 30 are others'. */
Test(claim, frames_of_the_other_direction_do_not_hide_those_of_others)
{
	kernel_path()->frames_sent = 180;
	receiver->frames_in = 100;
	receiver->frames_out = 80;
	rule_dropped("r", "inet t input handle 4", OVR_KERNEL_IN, 35);
	kernel_path_mib("r", "Ip:InReceives", 130);
	kernel_path_assert("r receiver rx.netfilter dropped 5..35\n");
}

/* 35 of others left beside 100 of the trial, of which 41 went without a trace: 94 came in. */
Test(claim, packets_of_others_in_the_stead_of_lost_ones_are_not_certainly_ours)
{
	kernel_path()->frames_sent = 100;
	kernel_path()->others_sent = 35;
	rule_dropped("r", "inet t input handle 4", OVR_KERNEL_IN, 40);
	kernel_path_mib("r", "Ip:InReceives", 94);
	kernel_path_assert("r receiver rx.netfilter dropped 5..40\n");
}

/* A sender that others use too: 90 of 190 packets are theirs. */
Test(claim, others_packets_of_a_senders_host_may_be_among_those_that_it_dropped)
{
	kernel_path()->frames_sent = 100;
	kernel_path_mib("s", "Ip:FragFails", 95);
	kernel_path_mib("s", "Ip:OutRequests", 190);
	kernel_path_assert("s sender tx.ip Ip:FragFails 5..95\n");
}

/* One namespace that sends, forwards and receives, whosever traffic it is. */
static void
all_traffic(void)
{
	kernel_path_reset();
	kernel_path()->is_all_traffic = true;
	kernel_path()->ip_version = 0;
	kernel_path_side("", OVR_KERNEL_SENDER | OVR_KERNEL_HOP | OVR_KERNEL_RECEIVER);
}

Test(claim, of_all_traffic_every_role_is_claimed_once)
{
	all_traffic();
	kernel_path_mib("", "Ip:OutNoRoutes", 3);
	kernel_path_mib("", "IpExt:InNoRoutes", 4);
	kernel_path_mib("", "Udp:RcvbufErrors", 5);
	kernel_path_mib("", "Udp:InErrors", 5);
	kernel_path_mib("", "TcpExt:ListenOverflows", 6);
	kernel_path_mib("", "TcpExt:ListenDrops", 6);
	qdisc_dropped("", "eth0 tbf 10:", 7);
	rule_dropped("", "inet filter input handle 4", OVR_KERNEL_IN, 8);
	rule_dropped("", "inet filter output handle 9", OVR_KERNEL_OUT, 9);
	kernel_path_assert(" sender tx.ip Ip:OutNoRoutes 3\n"
			   " sender tx.netfilter dropped 9\n"
			   " sender tx.qdisc drops 7\n"
			   " hop rx.netfilter dropped 8\n"
			   " hop rx.ip IpExt:InNoRoutes 4\n"
			   " receiver rx.tcp TcpExt:ListenOverflows 6 segment\n"
			   " receiver rx.socket Udp:RcvbufErrors 5\n");
}

/* The kernel counts what is too large to forward twice: ip6_output.c. */
Test(claim, of_all_traffic_what_is_too_large_for_the_next_link_is_one_loss)
{
	all_traffic();
	kernel_path_mib("", "Ip6InTooBigErrors", 40);
	kernel_path_mib("", "Ip6FragFails", 45);
	kernel_path_assert(" sender tx.ip Ip6FragFails 5\n"
			   " hop rx.ip Ip6InTooBigErrors 40\n");
}

Test(claim, of_all_traffic_fragments_are_counted_as_packets)
{
	all_traffic();
	kernel_path_mib("", "Ip:FragCreates", 1000);
	qdisc_dropped("", "eth0 tbf 10:", 7);
	kernel_path_assert(" sender tx.qdisc drops 7\n");
}

Test(claim, of_all_traffic_sockets_that_dropped_are_named)
{
	all_traffic();
	kernel_path_mib("", "Udp:RcvbufErrors", 183);
	kernel_path_mib("", "Udp:InErrors", 183);
	kernel_path_moved("", OVR_KERNEL_SOCKET, "udp 10.9.0.2:9000 inode 1", "drops", 180);
	kernel_path_moved("", OVR_KERNEL_SOCKET, "udp 10.9.0.2:9001 inode 2", "drops", 0);
	kernel_path_moved("", OVR_KERNEL_SOCKET, "udp 0.0.0.0:53 inode 3", "drops", 3);
	cr_assert_str_eq(only_claim()->aliases,
		"Udp:InErrors 183, udp 10.9.0.2:9000 inode 1 drops 180, udp 0.0.0.0:53 inode 3 drops 3");
}

Test(claim, of_all_traffic_sockets_are_not_named_for_other_losses)
{
	all_traffic();
	kernel_path_mib("", "TcpExt:ListenOverflows", 6);
	kernel_path_mib("", "TcpExt:ListenDrops", 6);
	kernel_path_moved("", OVR_KERNEL_SOCKET, "udp 10.9.0.2:9000 inode 1", "drops", 180);
	cr_assert_str_eq(only_claim()->aliases, "TcpExt:ListenDrops 6");
}

/* 40 of 100 were on a link of this namespace, or none of them. */
Test(claim, of_all_traffic_a_backlog_that_no_link_here_explains_is_of_the_host)
{
	const struct ovr_kernel_claims *claims;

	all_traffic();
	kernel_path_link("", "eth0", "", 0, 40);
	kernel_path_moved("", OVR_KERNEL_SOFTNET, "cpu 0", "dropped", 100);
	kernel_path_assert(" hop rx.kernel rx_dropped 40\n hop rx.softnet dropped 100\n");
	claims = kernel_path_claim();
	cr_assert_not(claims->claim[0].is_of_host);
	cr_assert(claims->claim[1].is_of_host);
}

Test(claim, of_all_traffic_a_backlog_behind_a_link_here_is_not_of_the_host)
{
	all_traffic();
	kernel_path_link("", "eth0", "", 0, 100);
	kernel_path_moved("", OVR_KERNEL_SOFTNET, "cpu 0", "dropped", 100);
	kernel_path_assert(" hop rx.softnet dropped 100\n");
	cr_assert_not(only_claim()->is_of_host);
}

Test(claim, of_all_traffic_a_neighbours_queue_is_of_the_host)
{
	all_traffic();
	kernel_path_moved("", OVR_KERNEL_NEIGHBOUR, "arp_cache", "unresolved_discards", 40)
		->counter.is_global = true;
	kernel_path_assert(" sender tx.ip unresolved_discards 40\n");
	cr_assert(only_claim()->is_of_host);
}
