/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Frames of ours go from the namespace `sender` over a veth pair into the namespace `hop`, which
 * drops them; the namespace `noisy` drops frames of its own meanwhile.
 */
#include "reasons/reasons.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/if_link.h>
#include <linux/udp.h>

#include "reasons/kernel.h"
#include "reasons/rules.h"
#include "support/datagram.h"
#include "support/netns.h"
#include "support/xdp.h"

/* Tests run side by side, and see frames of their own id wherever these are dropped. */
#define TRIAL_ID (0x9a000000u + (uint32_t)getpid())

#define ANOTHER_ID  0x12345678
#define N_PAYLOAD   18 /* the tag alone */
#define SENDER_ADDR "198.18.0.1"
#define HOP_ADDR    "198.18.0.2"
#define NOISY_ADDR  "198.18.9.1"

static struct {
	int sender, hop, noisy; /* namespaces */
	char sender_path[64], hop_path[64];
	uint8_t mac[6]; /* of the hop's interface h0 */
	struct ovr_reasons *reasons;
	struct ovr_reasons_reading reading;
} t;

/* One of our frames to the hop. */
static struct datagram ours = { .from = SENDER_ADDR, .to = HOP_ADDR, .port = 9, .n_payload = N_PAYLOAD };

static int
own_netns(char *ret_path, size_t size)
{
	int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	cr_assert_geq(fd, 0);
	if (ret_path != NULL)
		snprintf(ret_path, size, "/proc/%d/fd/%d", (int)getpid(), fd);
	return fd;
}

static void
enter(int netns)
{
	cr_assert_eq(setns(netns, CLONE_NEWNET), 0, "%s", strerror(errno));
}

/* A new namespace, entered. */
static int
make_netns(char *ret_path, size_t size)
{
	cr_assert_eq(unshare(CLONE_NEWNET), 0, "%s", strerror(errno));
	return own_netns(ret_path, size);
}

static void
set(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	cr_assert_geq(fd, 0, "%s: %s", path, strerror(errno));
	cr_assert_eq(
		write(fd, value, strlen(value)), (ssize_t)strlen(value), "%s: %s", path, strerror(errno));
	close(fd);
}

static void
read_mac(const char *name, uint8_t ret_mac[6])
{
	struct ifreq request = { 0 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	strncpy(request.ifr_name, name, sizeof(request.ifr_name) - 1);
	cr_assert_eq(ioctl(fd, SIOCGIFHWADDR, &request), 0, "%s: %s", name, strerror(errno));
	memcpy(ret_mac, request.ifr_hwaddr.sa_data, 6);
	close(fd);
}

/* The namespaces and their veth pair; the test stays in the hop. */
static void
set_up(void)
{
	ours.id = TRIAL_ID;
	netns_enter();
	t.hop = own_netns(t.hop_path, sizeof(t.hop_path));
	t.noisy = make_netns(NULL, 0);
	netns_run("ip link set lo up");
	netns_run("ip address add " NOISY_ADDR "/32 dev lo");
	t.sender = make_netns(t.sender_path, sizeof(t.sender_path));
	enter(t.hop);
	netns_run("ip link set lo up");
	netns_make_pair("h0", "s0");
	netns_run("ip link set s0 netns %s", t.sender_path);
	netns_run("ip address add " HOP_ADDR "/24 dev h0");
	read_mac("h0", t.mac);
	enter(t.sender);
	netns_run("ip link set s0 up");
	netns_run("ip address add " SENDER_ADDR "/24 dev s0");
	enter(t.hop);
}

/* Witness what happens in sender and hop. Skips the test where there is no BPF. */
static void
witness(void)
{
	const char *const namespaces[] = { t.sender_path, "" };
	struct ovr_err err = { "" };
	int status;

	enter(t.hop);
	status = ovr_reasons_open(TRIAL_ID, namespaces, 2, &t.reasons, &err);
	if (status != 0)
		cr_skip_test("%s", err.text);
	if (ovr_reasons_shortcoming(t.reasons)[0] != '\0')
		cr_skip_test("%s", ovr_reasons_shortcoming(t.reasons));
}

static void
done(void)
{
	ovr_reasons_reading_done(&t.reading);
	ovr_reasons_close(t.reasons);
}

TestSuite(reasons, .init = set_up, .fini = done);

/* @return how many the sender's queueing discipline dropped */
static unsigned int
send_from_sender(struct datagram datagram, unsigned int n)
{
	unsigned int n_refused;

	enter(t.sender);
	n_refused = datagram_send(&datagram, "s0", t.mac, n);
	enter(t.hop);
	return n_refused;
}

static struct datagram
with_id(struct datagram datagram, uint32_t id)
{
	datagram.id = id;
	return datagram;
}

/* Frames that nobody wants in the noisy namespace, and frames of another trial in the hop. */
static void
make_noise(struct datagram like)
{
	const struct datagram noise = {
		.from = "198.18.9.2", .to = NOISY_ADDR, .port = 9, .id = ANOTHER_ID, .n_payload = N_PAYLOAD
	};
	const uint8_t lo[6] = { 0 };

	enter(t.noisy);
	datagram_send(&noise, "lo", lo, 300);
	send_from_sender(with_id(like, ANOTHER_ID), 40);
}

/* What is under way arrives, on a busy host late. */
#define LATE_MS 20000
#define STEP_MS 20

/* Frames of ours in all rows. */
static uint64_t
all_ours(void)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < t.reading.n; i++)
		n += t.reading.row[i].ours;
	return n;
}

/* Events of that reason, whosever. */
static uint64_t
events_of(const char *reason)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < t.reading.n; i++)
		if (strcmp(t.reading.row[i].reason, reason) == 0)
			n += t.reading.row[i].events;
	return n;
}

static void
read_now(void)
{
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_reasons_read(t.reasons, &t.reading, &err), 0, "%s", err.text);
	cr_assert_eq(t.reading.missed, 0);
	cr_assert_not(t.reading.whole_host);
}

/* Read until so many frames of ours were dropped. */
static void
read_until(uint64_t n_ours)
{
	read_now();
	for (int waited_ms = 0; all_ours() < n_ours && waited_ms < LATE_MS; waited_ms += STEP_MS) {
		usleep(STEP_MS * 1000);
		read_now();
	}
}

/* The only row of that reason that has frames of ours. Fails the test. */
static const struct ovr_reasons_row *
row_of(const char *reason)
{
	const struct ovr_reasons_row *found = NULL;

	for (uint32_t i = 0; i < t.reading.n; i++) {
		const struct ovr_reasons_row *row = &t.reading.row[i];

		if (strcmp(row->reason, reason) != 0 || row->ours == 0)
			continue;
		cr_assert_null(found, "%s at %s and at %s", reason, row->location, found->location);
		found = row;
	}
	for (uint32_t i = 0; found == NULL && i < t.reading.n; i++)
		fprintf(stderr, "%s at %s: %lu, ours %lu\n", t.reading.row[i].reason,
			t.reading.row[i].location, (unsigned long)t.reading.row[i].events,
			(unsigned long)t.reading.row[i].ours);
	cr_assert_not_null(found, "no frame of ours was dropped as %s", reason);
	return found;
}

/* All that was sent was dropped for that reason in the hop, and nothing else of ours was. */
static const struct ovr_reasons_row *
assert_dropped(const char *reason, const char *device, uint64_t n_ours, uint64_t n_events)
{
	const struct ovr_reasons_row *row;

	read_until(n_ours);
	for (int waited_ms = 0; events_of(reason) < n_events && waited_ms < LATE_MS; waited_ms += STEP_MS) {
		usleep(STEP_MS * 1000);
		read_now();
	}
	row = row_of(reason);
	cr_assert_eq(row->ours, n_ours);
	cr_assert_eq(row->events, n_events);
	cr_assert_eq(all_ours(), n_ours);
	cr_assert_str_eq(row->netns, "");
	cr_assert_str_eq(row->device, device);
	cr_assert_eq(row->ifindex, if_nametoindex(device));
	return row;
}

static uint64_t
confirmed(const char *counter)
{
	return ovr_reasons_sum_of(&t.reading, "", counter).ours;
}

Test(reasons, a_rule_of_nftables)
{
	netns_run("nft 'add table ip t; add chain ip t c { type filter hook prerouting priority 0; }; "
		  "add rule ip t c udp dport 9 numgen inc mod 10 0 counter drop'");
	witness();
	send_from_sender(ours, 1000);
	read_until(1000);
	cr_assert_eq(row_of("NETFILTER_DROP")->ours, 100);
	cr_assert_eq(confirmed("netfilter"), 100);
	cr_assert_eq(confirmed("Udp:NoPorts"), 900);
	cr_assert_eq(all_ours(), 1000);
}

Test(reasons, no_socket)
{
	const struct ovr_reasons_row *row;

	witness();
	send_from_sender(ours, 100);
	make_noise(ours);
	row = assert_dropped("NO_SOCKET", "h0", 100, 140);
	cr_assert_eq(row->ip_version, 4);
	cr_assert_eq(confirmed("Udp:NoPorts"), 100);
	cr_assert_eq(ovr_reasons_sum_of(&t.reading, t.sender_path, "Udp:NoPorts").events, 0);
}

Test(reasons, no_socket_of_ipv6)
{
	const struct datagram datagram = {
		.from = "2001:2::1", .to = "2001:2::2", .port = 9, .id = TRIAL_ID, .n_payload = N_PAYLOAD
	};

	set("/proc/sys/net/ipv6/conf/h0/disable_ipv6", "0");
	netns_run("ip address add 2001:2::2/64 dev h0 nodad");
	witness();
	send_from_sender(datagram, 100);
	make_noise(datagram);
	cr_assert_eq(assert_dropped("NO_SOCKET", "h0", 100, 140)->ip_version, 6);
	cr_assert_eq(confirmed("Udp6NoPorts"), 100);
	cr_assert_eq(confirmed("Udp:NoPorts"), 0);
}

Test(reasons, an_icmp_error_that_quotes_our_frame_is_none)
{
	set("/proc/sys/net/ipv4/icmp_ratelimit", "0");
	netns_run("nft 'add table ip t; add chain ip t c { type filter hook output priority 0; }; "
		  "add rule ip t c ip protocol icmp counter drop'");
	netns_run("ip neighbour replace " SENDER_ADDR " lladdr 02:00:00:00:00:01 dev h0");
	witness();
	send_from_sender(ours, 30);
	assert_dropped("NO_SOCKET", "h0", 30, 30);
	cr_assert_eq(ovr_reasons_sum_of(&t.reading, "", "netfilter").events, 30);
	cr_assert_eq(confirmed("netfilter"), 0);
}

Test(reasons, reverse_path_filter)
{
	struct datagram datagram = ours;

	datagram.from = "203.0.113.7"; /* has no route back */
	set("/proc/sys/net/ipv4/conf/h0/rp_filter", "1");
	witness();
	send_from_sender(datagram, 100);
	make_noise(datagram);
	assert_dropped("IP_RPFILTER", "h0", 100, 140);
	cr_assert_eq(confirmed("TcpExt:IPReversePathFilter"), 100);
}

static void
forward_to(struct datagram *datagram, const char *to)
{
	datagram->to = to;
	set("/proc/sys/net/ipv4/ip_forward", "1");
}

Test(reasons, no_route)
{
	struct datagram datagram = ours;

	forward_to(&datagram, "198.19.0.9");
	witness();
	send_from_sender(datagram, 100);
	make_noise(datagram);
	assert_dropped("IP_INNOROUTES", "h0", 100, 140);
	cr_assert_eq(confirmed("IpExt:InNoRoutes"), 100);
}

Test(reasons, a_blackhole_route_owns_its_loss)
{
	struct datagram datagram = ours;
	const struct ovr_reasons_row *row;

	forward_to(&datagram, "198.19.0.9");
	netns_run("ip route add blackhole 198.19.0.0/16");
	witness();
	send_from_sender(datagram, 100);
	make_noise(datagram);
	row = assert_dropped("NOT_SPECIFIED", "h0", 100, 140);
	cr_assert_str_eq(row->location, "ip_error");
	cr_assert_eq(ovr_reasons_owns(row), OVR_PLACE_RX_IP);
}

Test(reasons, a_blackhole_route_of_ipv6_owns_its_loss)
{
	struct datagram datagram = {
		.from = "2001:2::1", .to = "2001:2:0:1::9", .port = 9, .id = TRIAL_ID, .n_payload = N_PAYLOAD
	};

	set("/proc/sys/net/ipv6/conf/h0/disable_ipv6", "0");
	set("/proc/sys/net/ipv6/conf/all/forwarding", "1");
	netns_run("ip address add 2001:2::2/64 dev h0 nodad");
	netns_run("ip route add blackhole 2001:2:0:1::/64");
	witness();
	send_from_sender(datagram, 100);
	make_noise(datagram);
	cr_assert_eq(ovr_reasons_owns(assert_dropped("NOT_SPECIFIED", "h0", 100, 140)), OVR_PLACE_RX_IP);
}

Test(reasons, an_unresolved_neighbour_owns_its_loss)
{
	struct datagram datagram = ours;
	uint64_t owned = 0;

	forward_to(&datagram, "198.19.0.9");
	netns_make_pair("h1", "r0");
	netns_run("ip address add 198.19.0.1/24 dev h1");
	set("/proc/sys/net/ipv4/neigh/h1/unres_qlen", "3");
	/* two probes, a tenth of a second apart */
	set("/proc/sys/net/ipv4/neigh/h1/mcast_solicit", "2");
	set("/proc/sys/net/ipv4/neigh/h1/retrans_time_ms", "100");
	witness();
	send_from_sender(datagram, 100);
	read_until(100);
	cr_assert_gt(row_of("NEIGH_QUEUEFULL")->ours, 0);
	cr_assert_gt(row_of("NEIGH_FAILED")->ours, 0);
	cr_assert_str_eq(row_of("NEIGH_FAILED")->device, "h1");
	for (uint32_t i = 0; i < t.reading.n; i++)
		if (ovr_reasons_owns(&t.reading.row[i]) == OVR_PLACE_TX_IP)
			owned += t.reading.row[i].ours;
	cr_assert_eq(owned, 100);
	cr_assert_eq(all_ours(), 100);
}

Test(reasons, a_martian_owns_its_loss)
{
	struct datagram datagram = ours;
	struct ovr_reasons_kernel kernel;
	struct ovr_err err;
	bool has_name;

	cr_assert_eq(ovr_reasons_kernel_read(&kernel, &err), 0, "%s", err.text);
	has_name = ovr_reasons_names_find(&kernel.names, "IP_LOCALNET") != NULL;
	ovr_reasons_names_done(&kernel.names);
	if (!has_name)
		cr_skip_test("this kernel has no reason for martians");
	datagram.from = "127.0.0.7";
	witness();
	send_from_sender(datagram, 100);
	make_noise(datagram);
	cr_assert_eq(ovr_reasons_owns(assert_dropped("IP_LOCALNET", "h0", 100, 140)), OVR_PLACE_RX_IP);
}

/* Frames with so many VLAN tags meet generic XDP, which runs before IP has looked at them. */
static void
check_generic_xdp(unsigned int n_vlans)
{
	struct datagram datagram = ours;

	datagram.n_vlans = n_vlans;
	xdp_attach("h0", xdp_load(XDP_DROP), XDP_FLAGS_SKB_MODE);
	witness();
	send_from_sender(datagram, 100);
	make_noise(datagram);
	cr_assert_eq(ovr_reasons_owns(assert_dropped("NOT_SPECIFIED", "h0", 100, 140)), OVR_PLACE_RX_XDP);
}

Test(reasons, generic_xdp_owns_its_loss)
{
	check_generic_xdp(0);
}

Test(reasons, the_id_is_found_behind_a_vlan_tag)
{
	check_generic_xdp(1);
}

Test(reasons, the_id_is_found_behind_two_vlan_tags)
{
	check_generic_xdp(2);
}

Test(reasons, native_xdp_has_counters_and_owns_nothing_here)
{
	xdp_attach("h0", xdp_load(XDP_DROP), XDP_FLAGS_DRV_MODE);
	witness();
	send_from_sender(ours, 100);
	/* where Linux has a reason for these */
	usleep(100 * 1000);
	read_now();
	for (uint32_t i = 0; i < t.reading.n; i++)
		cr_assert_eq(ovr_reasons_owns(&t.reading.row[i]), OVR_PLACE_COUNT, "%s at %s",
			t.reading.row[i].reason, t.reading.row[i].location);
}

/* A UDP socket on the port that our frames go to. */
static int
open_socket(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(9) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	cr_assert_eq(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0, "%s", strerror(errno));
	return fd;
}

static uint64_t
drain(int fd)
{
	char payload[DATAGRAM_BYTES_MAX];
	uint64_t n = 0;

	while (recv(fd, payload, sizeof(payload), 0) >= 0)
		n++;
	return n;
}

Test(reasons, a_full_receive_buffer)
{
	int fd = open_socket(), bytes = 20000;
	uint64_t n_received;

	cr_assert_eq(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes)), 0);
	witness();
	send_from_sender(ours, 500);
	read_until(1);
	n_received = drain(fd);
	for (int waited_ms = 0; n_received + all_ours() < 500 && waited_ms < LATE_MS; waited_ms += STEP_MS) {
		usleep(STEP_MS * 1000);
		n_received += drain(fd);
		read_now();
	}
	cr_assert_gt(n_received, 0);
	cr_assert_lt(n_received, 500);
	assert_dropped("SOCKET_RCVBUFF", "h0", 500 - n_received, 500 - n_received);
	cr_assert_eq(confirmed("Udp:RcvbufErrors"), 500 - n_received);
	close(fd);
}

/*
 * Its checksum is looked at when it is read: then no namespace is known of it. Before Linux 6.2 the
 * reason is not, either.
 */
Test(reasons, a_large_datagram_with_a_bad_checksum_has_lost_its_namespace)
{
	struct datagram datagram = ours;
	int fd = open_socket();

	datagram.n_payload = 1000;
	datagram.bad_checksum = true;
	witness();
	send_from_sender(datagram, 50);
	for (int waited_ms = 0; all_ours() < 50 && waited_ms < LATE_MS; waited_ms += STEP_MS) {
		usleep(STEP_MS * 1000);
		cr_assert_eq(drain(fd), 0);
		read_now();
	}
	cr_assert_eq(ovr_reasons_sum_of(&t.reading, NULL, "Udp:InCsumErrors").ours, 50);
	cr_assert_eq(all_ours(), 50);
	close(fd);
}

Test(reasons, a_full_queue_of_the_sender)
{
	const struct ovr_reasons_row *row;
	unsigned int n_dropped;

	enter(t.sender);
	if (system("tc qdisc add dev s0 root tbf rate 8kbit burst 1600 limit 1500") != 0)
		cr_skip_test("no tc, or no tbf in this kernel");
	witness();
	n_dropped = send_from_sender(ours, 500);
	cr_assert_gt(n_dropped, 300);
	read_until(n_dropped);
	row = row_of("QDISC_DROP");
	cr_assert_eq(row->ours, n_dropped);
	cr_assert_str_eq(row->netns, t.sender_path);
	cr_assert_str_eq(row->device, "s0");
	cr_assert_eq(ovr_reasons_sum_of(&t.reading, t.sender_path, "qdisc:drops").ours, n_dropped);
}

/* A socket in the hop whose datagrams a rule drops before they have a device. */
static int
open_refused_socket(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	netns_run("nft 'add table ip t; add chain ip t c { type filter hook output priority 0; }; "
		  "add rule ip t c udp dport 9 counter drop'");
	cr_assert_eq(inet_pton(AF_INET, SENDER_ADDR, &to.sin_addr), 1);
	cr_assert_eq(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0, "%s", strerror(errno));
	return fd;
}

/* Its namespace is that of the sending socket. */
Test(reasons, a_rule_before_the_device_is_chosen)
{
	const uint32_t payload[5] = { htonl(TRIAL_ID) };
	int fd = open_refused_socket();
	const struct ovr_reasons_row *row;

	witness();
	for (int i = 0; i < 20; i++)
		cr_assert_eq(send(fd, payload, sizeof(payload), 0), -1);
	read_until(20);
	row = row_of("NETFILTER_DROP");
	cr_assert_eq(row->ours, 20);
	cr_assert_str_eq(row->netns, "");
	cr_assert_eq(row->ifindex, 0);
	close(fd);
}

/* The kernel puts the payload of such a datagram into pages, where the program does not read. */
Test(reasons, a_payload_in_pages_is_hidden)
{
	const uint32_t payload[250] = { htonl(TRIAL_ID) };
	int fd = open_refused_socket(), segment = 100;
	uint64_t n_hidden;

	if (setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof(segment)) != 0)
		cr_skip_test("no UDP_SEGMENT: %s", strerror(errno));
	witness();
	for (int i = 0; i < 3; i++)
		cr_assert_eq(send(fd, payload, sizeof(payload), 0), -1);
	/* they are dropped before send() is over */
	read_now();
	n_hidden = ovr_reasons_sum_of(&t.reading, "", "netfilter").hidden;
	cr_assert_eq(n_hidden, 3);
	cr_assert_eq(all_ours(), 0);
	close(fd);
}

/* The receiving interface joins datagrams of a flow that come within 50 ms. */
Test(reasons, an_skb_of_several_frames_counts_as_so_many)
{
	const struct ovr_reasons_row *row;

	netns_run("ethtool -K h0 gro on rx-udp-gro-forwarding on");
	set("/sys/class/net/h0/gro_flush_timeout", "50000000");
	set("/sys/class/net/h0/napi_defer_hard_irqs", "10");
	netns_run("nft 'add table ip t; add chain ip t c { type filter hook prerouting priority 0; }; "
		  "add rule ip t c udp dport 9 counter drop'");
	witness();
	send_from_sender(ours, 40);
	read_until(40);
	row = row_of("NETFILTER_DROP");
	cr_assert_eq(row->ours, 40);
	cr_assert_lt(row->events, 40);
}

Test(reasons, fragments_after_the_first_are_counted_apart)
{
	struct datagram first = ours, second = ours;
	const struct ovr_reasons_row *row;

	first.n_payload = 40;
	first.more_fragments = true;
	second.n_payload = 64;
	second.fragment_offset = 6;
	/* before fragments are put together */
	netns_run("nft 'add table ip t; add chain ip t c { type filter hook prerouting priority -450; }; "
		  "add rule ip t c ip protocol udp counter drop'");
	witness();
	send_from_sender(first, 20);
	send_from_sender(second, 30);
	row = assert_dropped("NETFILTER_DROP", "h0", 20, 50);
	cr_assert_eq(row->fragments, 30);
	cr_assert_eq(row->hidden, 0);
}

Test(reasons, frames_lost_where_the_trial_does_not_look_have_no_namespace)
{
	const struct datagram elsewhere = {
		.from = "198.18.9.2", .to = NOISY_ADDR, .port = 9, .id = TRIAL_ID, .n_payload = N_PAYLOAD
	};
	const uint8_t lo[6] = { 0 };

	witness();
	enter(t.noisy);
	datagram_send(&elsewhere, "lo", lo, 60);
	enter(t.hop);
	read_until(60);
	cr_assert_null(row_of("NO_SOCKET")->netns);
	cr_assert_eq(row_of("NO_SOCKET")->ours, 60);
}

Test(reasons, a_second_reading_has_what_was_added)
{
	witness();
	send_from_sender(ours, 10);
	assert_dropped("NO_SOCKET", "h0", 10, 10);
	send_from_sender(ours, 7);
	assert_dropped("NO_SOCKET", "h0", 17, 17);
}

Test(reasons, a_reading_without_drops_is_empty)
{
	witness();
	read_now();
	cr_assert_eq(all_ours(), 0);
}

Test(reasons, a_namespace_that_is_not_there_is_an_error)
{
	const char *const namespaces[] = { "", "ovr-nowhere" };
	struct ovr_err err;

	cr_assert_eq(ovr_reasons_open(TRIAL_ID, namespaces, 2, &t.reasons, &err), -ENOENT);
	cr_assert_null(t.reasons);
	cr_assert_str_eq(err.text,
		"network namespace 'ovr-nowhere': /run/netns/ovr-nowhere: No such file or directory");
}

Test(reasons, namespaces_have_bounds)
{
	struct ovr_err err;

	cr_assert_eq(ovr_reasons_open(TRIAL_ID, NULL, 0, &t.reasons, &err), -EINVAL);
	cr_assert_str_eq(err.text, "drop reasons of 0 network namespaces; 1 to 64 are accepted");
	cr_assert_eq(ovr_reasons_open(TRIAL_ID, NULL, 65, &t.reasons, &err), -EINVAL);
	cr_assert_null(t.reasons);
}

/* Of the effective capabilities only @p keep stays. */
static void
drop_capabilities(uint64_t keep)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	cr_assert_eq(syscall(SYS_capget, &header, data), 0);
	data[0].effective &= (uint32_t)keep;
	data[1].effective &= (uint32_t)(keep >> 32);
	cr_assert_eq(syscall(SYS_capset, &header, data), 0);
}

Test(reasons, without_capabilities_there_is_a_sentence)
{
	const char *const namespaces[] = { "" };
	struct ovr_err err = { "" };

	drop_capabilities(0);
	cr_assert_lt(ovr_reasons_open(TRIAL_ID, namespaces, 1, &t.reasons, &err), 0);
	cr_assert_null(t.reasons);
	cr_assert_not_null(
		strstr(err.text, "this user may not load the BPF program; accepted: "), "%s", err.text);
	cr_assert_not_null(strstr(err.text, "; without it perf "), "%s", err.text);
}

static int
paranoia(void)
{
	FILE *file = fopen("/proc/sys/kernel/perf_event_paranoid", "re");
	int value = 0;

	if (file == NULL)
		return 0;
	if (fscanf(file, "%d", &value) != 1)
		value = 0;
	fclose(file);
	return value;
}

Test(reasons, where_bpf_is_not_allowed_perf_counts_for_the_whole_host)
{
	const char *const namespaces[] = { "" };
	struct ovr_err err = { "" };
	uint64_t n = 0;

	if (paranoia() > 2)
		cr_skip_test("kernel.perf_event_paranoid above 2 takes perf away from CAP_PERFMON");
	if (mount("ovr-tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL) != 0)
		cr_skip_test("may not mount tracefs: %s", strerror(errno));
	witness();
	ovr_reasons_close(t.reasons);
	t.reasons = NULL;
	drop_capabilities(1ull << CAP_PERFMON);
	cr_assert_eq(ovr_reasons_open(TRIAL_ID, namespaces, 1, &t.reasons, &err), 0, "%s", err.text);
	cr_assert_str_neq(ovr_reasons_shortcoming(t.reasons), "");
	/* its own effective capabilities come back with those that are permitted */
	{
		struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
		struct __user_cap_data_struct data[2];

		cr_assert_eq(syscall(SYS_capget, &header, data), 0);
		data[0].effective = data[0].permitted;
		data[1].effective = data[1].permitted;
		cr_assert_eq(syscall(SYS_capset, &header, data), 0);
	}
	send_from_sender(ours, 5000);
	for (int waited_ms = 0; n < 5000 && waited_ms < LATE_MS; waited_ms += STEP_MS) {
		usleep(STEP_MS * 1000);
		cr_assert_eq(ovr_reasons_read(t.reasons, &t.reading, &err), 0, "%s", err.text);
		n = ovr_reasons_sum_of(&t.reading, NULL, "Udp:NoPorts").events;
	}
	cr_assert(t.reading.whole_host);
	for (uint32_t i = 0; i < t.reading.n; i++) {
		cr_assert_null(t.reading.row[i].netns);
		cr_assert_eq(t.reading.row[i].ours, 0);
	}
	cr_assert_geq(n, 5000);
}

/* The id of the program that process @p pid holds. Fails the test. */
static uint32_t
program_of(pid_t pid)
{
	for (int fd = 3; fd < 64; fd++) {
		char path[64], line[128];
		uint32_t id = 0;
		FILE *file;

		snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", (int)pid, fd);
		file = fopen(path, "re");
		if (file == NULL)
			continue;
		while (id == 0 && fgets(line, sizeof(line), file) != NULL)
			if (sscanf(line, "prog_id: %u", &id) != 1)
				id = 0;
		fclose(file);
		if (id != 0)
			return id;
	}
	cr_assert_fail("process %d holds no program", (int)pid);
	return 0;
}

static bool
is_loaded(uint32_t prog_id)
{
	union bpf_attr attr = { .prog_id = prog_id };
	int fd = (int)syscall(SYS_bpf, BPF_PROG_GET_FD_BY_ID, &attr, sizeof(attr));

	if (fd >= 0)
		close(fd);
	else
		cr_assert_eq(errno, ENOENT, "%s", strerror(errno));
	return fd >= 0;
}

Test(reasons, nothing_stays_of_a_process_that_is_killed)
{
	const char *const namespaces[] = { "" };
	struct ovr_err err;
	uint32_t prog_id;
	char ready = 0;
	int end[2];
	pid_t child;

	witness();
	ovr_reasons_close(t.reasons);
	t.reasons = NULL;
	cr_assert_eq(pipe2(end, O_CLOEXEC), 0);
	child = fork();
	if (child == 0) {
		ready = ovr_reasons_open(TRIAL_ID, namespaces, 1, &t.reasons, &err) == 0;
		if (write(end[1], &ready, 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	cr_assert_gt(child, 0);
	cr_assert_eq(read(end[0], &ready, 1), 1);
	cr_assert_eq(ready, 1);
	prog_id = program_of(child);
	cr_assert(is_loaded(prog_id));
	cr_assert_eq(kill(child, SIGKILL), 0);
	cr_assert_eq(waitpid(child, NULL, 0), child);
	/* the kernel frees it a little later */
	for (int i = 0; i < 400 && is_loaded(prog_id); i++)
		usleep(50 * 1000);
	cr_assert_not(is_loaded(prog_id));
}
