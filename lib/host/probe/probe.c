/* SPDX-License-Identifier: BSD-3-Clause */
#include "probe/probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/errqueue.h>
#include <linux/icmpv6.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/wait.h"
#include "probe/payload.h"

#define NS_PER_S     1000000000
#define NS_PER_MS    1000000
#define BYTES_MAX    65535
#define POLL_MS      50
#define SEND_TRIES   4
#define RCVBUF_BYTES (4 << 20)

/* The socket of a flow. */
struct flow {
	int fd;          /* -1: TCP, no probe under way */
	uint16_t source; /* port or identifier, host order */
	uint32_t number; /* TCP: of the probe under way; ICMP: of the latest one */
};

struct ovr_probe {
	enum ovr_probe_protocol protocol;
	struct sockaddr_storage to;
	socklen_t to_size;
	bool is_ipv6;
	uint32_t key;    /* of this run */
	bool is_counted; /* probes are of rounds */
	uint16_t n_flows;
	struct flow flow[OVR_PATH_FLOWS_MAX];
	char destination[INET6_ADDRSTRLEN];
	uint64_t n_crowded;
	uint8_t packet[BYTES_MAX];
};

uint64_t
ovr_probe_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

static void
address_text(const struct sockaddr *address, char text[INET6_ADDRSTRLEN])
{
	const void *bytes = address->sa_family == AF_INET6
		? (const void *)&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr
		: (const void *)&((const struct sockaddr_in *)(const void *)address)->sin_addr;

	if ((address->sa_family != AF_INET && address->sa_family != AF_INET6) ||
		inet_ntop(address->sa_family, bytes, text, INET6_ADDRSTRLEN) == NULL)
		text[0] = '\0';
}

static int
set_option(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value)) != 0 ? -errno : 0;
}

static int
set_options(const struct ovr_probe *probe, int fd)
{
	int rc = probe->is_ipv6 ? set_option(fd, IPPROTO_IPV6, IPV6_RECVERR, 1)
				: set_option(fd, IPPROTO_IP, IP_RECVERR, 1);

	/* as large as net.core.rmem_max allows */
	(void)set_option(fd, SOL_SOCKET, SO_RCVBUF, RCVBUF_BYTES);
	/* when the kernel got it; without, the time of reading serves */
	(void)set_option(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);
	return rc;
}

static int
refuse_ping(const struct ovr_probe *probe, struct ovr_err *err)
{
	char range[64] = "unknown";
	FILE *file = fopen("/proc/sys/net/ipv4/ping_group_range", "re");

	if (file != NULL) {
		if (fgets(range, sizeof(range), file) == NULL)
			snprintf(range, sizeof(range), "unknown");
		fclose(file);
	}
	for (char *at = range; *at != '\0'; at++)
		if (*at == '\t' || *at == '\n')
			*at = at[1] == '\0' ? '\0' : ' ';
	return ovr_err_set(err, -EACCES,
		"path: --icmp%s: ping sockets are not allowed to this group (net.ipv4.ping_group_range: %s), "
		"accepted: a group within that range, or --udp, --tcp",
		probe->is_ipv6 ? " -6" : "", range);
}

/* A socket that is connected to the destination. */
static int
open_datagrams(struct ovr_probe *probe, struct flow *flow, struct ovr_err *err)
{
	int protocol = probe->protocol == OVR_PROBE_UDP ? IPPROTO_UDP
		: probe->is_ipv6                        ? IPPROTO_ICMPV6
							: IPPROTO_ICMP;
	struct sockaddr_storage own;
	socklen_t size = sizeof(own);
	int rc;

	flow->fd = socket(
		probe->is_ipv6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
	if (flow->fd < 0 && probe->protocol == OVR_PROBE_ICMP && (errno == EACCES || errno == EPERM))
		return refuse_ping(probe, err);
	if (flow->fd < 0)
		return ovr_err_set(err, -errno, "path: no socket: %s", strerror(errno));
	rc = set_options(probe, flow->fd);
	if (rc != 0)
		return ovr_err_set(err, rc, "path: IP_RECVERR: %s", strerror(-rc));
	if (connect(flow->fd, (const struct sockaddr *)&probe->to, probe->to_size) != 0)
		return ovr_err_set(err, -errno, "path: this host does not send to %s: %s", probe->destination,
			strerror(errno));
	if (getsockname(flow->fd, (struct sockaddr *)&own, &size) == 0)
		flow->source = ntohs(probe->is_ipv6 ? ((struct sockaddr_in6 *)&own)->sin6_port
						    : ((struct sockaddr_in *)&own)->sin_port);
	return 0;
}

uint32_t
ovr_probe_draw_key(void)
{
	uint32_t key = 0;

	if (getrandom(&key, sizeof(key), GRND_NONBLOCK) != sizeof(key) || key == 0)
		key = ((uint32_t)ovr_probe_now_ns() ^ (uint32_t)getpid() << 16) | 1;
	return key;
}

void
ovr_probe_set_counted(struct ovr_probe *probe, bool is_counted)
{
	probe->is_counted = is_counted;
}

int
ovr_probe_open(const struct ovr_probe_conf *conf, struct ovr_probe **ret_probe, struct ovr_err *err)
{
	struct ovr_probe *probe = calloc(1, sizeof(*probe));
	int status = 0;

	if (probe == NULL)
		return ovr_err_set(err, -ENOMEM, "path: no memory");
	probe->protocol = conf->protocol;
	probe->to = conf->to;
	probe->is_ipv6 = conf->to.ss_family == AF_INET6;
	probe->to_size = probe->is_ipv6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
	probe->key = conf->key != 0 ? conf->key : ovr_probe_draw_key();
	probe->n_flows = conf->n_flows;
	address_text((const struct sockaddr *)&probe->to, probe->destination);
	for (uint16_t i = 0; i < OVR_PATH_FLOWS_MAX; i++)
		probe->flow[i].fd = -1;
	for (uint16_t i = 0; i < probe->n_flows && status == 0 && probe->protocol != OVR_PROBE_TCP; i++)
		status = open_datagrams(probe, &probe->flow[i], err);
	if (status != 0)
		ovr_probe_close(probe);
	else
		*ret_probe = probe;
	return status;
}

void
ovr_probe_close(struct ovr_probe *probe)
{
	if (probe == NULL)
		return;
	for (uint16_t i = 0; i < probe->n_flows; i++)
		if (probe->flow[i].fd >= 0)
			close(probe->flow[i].fd);
	free(probe);
}

uint16_t
ovr_probe_source(const struct ovr_probe *probe, uint16_t flow)
{
	return probe->flow[flow].source;
}

/* Whether both are the same address. */
static bool
is_address(const struct sockaddr *one, const struct sockaddr_storage *other)
{
	char a[INET6_ADDRSTRLEN], b[INET6_ADDRSTRLEN];

	if (one == NULL || one->sa_family != other->ss_family)
		return false;
	address_text(one, a);
	address_text((const struct sockaddr *)other, b);
	return strcmp(a, b) == 0;
}

uint32_t
ovr_probe_own_mtu(const struct ovr_probe *probe)
{
	struct sockaddr_storage own;
	socklen_t size = sizeof(own);
	struct ifaddrs *list = NULL;
	struct ifreq request = { 0 };
	uint32_t mtu = 0;

	if (probe->flow[0].fd < 0 || getsockname(probe->flow[0].fd, (struct sockaddr *)&own, &size) != 0 ||
		getifaddrs(&list) != 0)
		return 0;
	for (const struct ifaddrs *at = list; at != NULL && mtu == 0; at = at->ifa_next) {
		if (!is_address(at->ifa_addr, &own))
			continue;
		snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", at->ifa_name);
		if (ioctl(probe->flow[0].fd, SIOCGIFMTU, &request) == 0)
			mtu = (uint32_t)request.ifr_mtu;
	}
	freeifaddrs(list);
	return mtu > BYTES_MAX ? BYTES_MAX : mtu;
}

/* The protocol's header and the payload. @return bytes after the IP header */
static size_t
write_packet(struct ovr_probe *probe, uint32_t number, uint32_t bytes)
{
	uint32_t ip = probe->is_ipv6 ? 40 : 20;
	struct ovr_probe_payload payload = { htonl(OVR_PROBE_MAGIC), htonl(probe->key), htonl(number),
		~htonl(number), 0, 0 };
	size_t length, header = probe->protocol == OVR_PROBE_ICMP ? sizeof(struct icmphdr) : 0;

	/* of ICMP the checksum is to stay what it is */
	if (!probe->is_counted && probe->protocol == OVR_PROBE_UDP)
		payload.stamp = htonl(OVR_PROBE_SEARCH);
	if (bytes < OVR_PROBE_BYTES_MIN)
		bytes = OVR_PROBE_BYTES_MIN;
	/* the kernel writes the header of UDP */
	length = bytes - ip - (probe->protocol == OVR_PROBE_UDP ? sizeof(struct udphdr) : 0);
	memset(probe->packet, 0, length);
	if (probe->protocol == OVR_PROBE_ICMP) {
		struct icmphdr icmp = { .type = probe->is_ipv6 ? ICMPV6_ECHO_REQUEST : ICMP_ECHO };
		uint16_t inverse;

		icmp.un.echo.sequence = htons((uint16_t)number);
		inverse = (uint16_t)~icmp.un.echo.sequence;
		memcpy(probe->packet, &icmp, sizeof(icmp));
		memcpy(probe->packet + header + sizeof(payload), &inverse, sizeof(inverse));
	}
	memcpy(probe->packet + header, &payload, sizeof(payload));
	return length;
}

static void
clear_error(int fd)
{
	int code;
	socklen_t size = sizeof(code);

	getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size);
}

/* Whether a call failed for what became of an earlier probe, not for this one. */
static bool
is_of_earlier(int code)
{
	/* of the own firewall, queue or buffer: no ICMP message becomes one of these */
	return code != EPERM && code != ENOBUFS && code != EAGAIN && code != ENOMEM;
}

static int
send_datagram(struct ovr_probe *probe, struct flow *flow, uint8_t ttl, size_t length)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec data = { probe->packet, length };
	struct msghdr message = { .msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	int value = ttl, code = 0;

	header->cmsg_level = probe->is_ipv6 ? IPPROTO_IPV6 : IPPROTO_IP;
	header->cmsg_type = probe->is_ipv6 ? IPV6_HOPLIMIT : IP_TTL;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &value, sizeof(value));
	/* an answer to an earlier probe is reported by the next call, which then sends nothing */
	for (int i = 0; i < SEND_TRIES && is_of_earlier(code); i++) {
		clear_error(flow->fd);
		if (sendmsg(flow->fd, &message, MSG_DONTWAIT) >= 0)
			return 0;
		code = errno;
	}
	return -code;
}

/* Whatever path MTU the kernel knows: it is what is to be found out. */
static int
set_fragmentation(const struct ovr_probe *probe, int fd, bool dont_fragment)
{
	if (probe->is_ipv6)
		return set_option(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER,
			dont_fragment ? IPV6_PMTUDISC_PROBE : IPV6_PMTUDISC_DONT);
	return set_option(
		fd, IPPROTO_IP, IP_MTU_DISCOVER, dont_fragment ? IP_PMTUDISC_PROBE : IP_PMTUDISC_DONT);
}

static void
bind_source(const struct ovr_probe *probe, const struct flow *flow)
{
	struct sockaddr_storage own = { .ss_family = probe->to.ss_family };

	if (probe->is_ipv6)
		((struct sockaddr_in6 *)&own)->sin6_port = htons(flow->source);
	else
		((struct sockaddr_in *)&own)->sin_port = htons(flow->source);
	(void)bind(flow->fd, (const struct sockaddr *)&own, probe->to_size);
}

/* A SYN, from the same port as the ones before it. */
static int
send_syn(struct ovr_probe *probe, struct flow *flow, uint8_t ttl, uint32_t number)
{
	struct sockaddr_storage own;
	socklen_t size = sizeof(own);
	int rc;

	if (flow->fd >= 0)
		return -EBUSY;
	flow->fd = socket(probe->to.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
	if (flow->fd < 0)
		return -errno;
	flow->number = number;
	rc = set_options(probe, flow->fd);
	if (rc == 0)
		rc = set_option(flow->fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (rc == 0)
		rc = probe->is_ipv6 ? set_option(flow->fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, ttl)
				    : set_option(flow->fd, IPPROTO_IP, IP_TTL, ttl);
	if (rc == 0 && flow->source != 0)
		bind_source(probe, flow);
	if (rc == 0 && connect(flow->fd, (const struct sockaddr *)&probe->to, probe->to_size) != 0 &&
		errno != EINPROGRESS)
		rc = -errno;
	/* on the own host it is refused at once: that is an answer */
	if (rc == -ECONNREFUSED)
		rc = 0;
	if (rc == 0 && getsockname(flow->fd, (struct sockaddr *)&own, &size) == 0)
		flow->source = ntohs(probe->is_ipv6 ? ((struct sockaddr_in6 *)&own)->sin6_port
						    : ((struct sockaddr_in *)&own)->sin_port);
	if (rc != 0) {
		close(flow->fd);
		flow->fd = -1;
	}
	return rc;
}

int
ovr_probe_send(struct ovr_probe *probe, uint16_t flow_number, uint8_t ttl, uint32_t number, uint32_t bytes,
	bool dont_fragment, uint64_t *ret_sent_ns)
{
	struct flow *flow = &probe->flow[flow_number];
	size_t length;
	int rc;

	*ret_sent_ns = ovr_probe_now_ns();
	if (probe->protocol == OVR_PROBE_TCP)
		return send_syn(probe, flow, ttl, number);
	rc = set_fragmentation(probe, flow->fd, dont_fragment);
	if (rc != 0)
		return rc;
	length = write_packet(probe, number, bytes);
	flow->number = number;
	*ret_sent_ns = ovr_probe_now_ns();
	return send_datagram(probe, flow, ttl, length);
}

/* Close it with a reset, should it be established. */
static void
end_syn(struct flow *flow)
{
	struct linger linger = { 1, 0 };

	if (flow->fd < 0)
		return;
	setsockopt(flow->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	close(flow->fd);
	flow->fd = -1;
}

void
ovr_probe_give_up(struct ovr_probe *probe, uint16_t flow)
{
	if (probe->protocol == OVR_PROBE_TCP)
		end_syn(&probe->flow[flow]);
}

/* The kernel's time of reception (CLOCK_REALTIME) on our clock. */
static uint64_t
received_ns(const struct msghdr *message)
{
	uint64_t now_ns = ovr_probe_now_ns();
	struct timespec at, now;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL;
		c = CMSG_NXTHDR((struct msghdr *)message, c)) {
		int64_t age_ns;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS)
			continue;
		memcpy(&at, CMSG_DATA(c), sizeof(at));
		clock_gettime(CLOCK_REALTIME, &now);
		age_ns = (int64_t)(now.tv_sec - at.tv_sec) * NS_PER_S + (now.tv_nsec - at.tv_nsec);
		/* a clock that was set in between is of no use */
		if (age_ns >= 0 && age_ns < NS_PER_S)
			return now_ns - (uint64_t)age_ns;
	}
	return now_ns;
}

static const struct sock_extended_err *
error_of(const struct msghdr *message)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL;
		c = CMSG_NXTHDR((struct msghdr *)message, c))
		if ((c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) ||
			(c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR))
			return (const void *)CMSG_DATA(c);
	return NULL;
}

static enum ovr_path_answer
kind_of_icmp(uint8_t type, uint8_t code, bool is_destination)
{
	if (type == ICMP_TIME_EXCEEDED)
		return OVR_PATH_HOP;
	if (type != ICMP_DEST_UNREACH)
		return OVR_PATH_MISSING;
	switch (code) {
	case ICMP_NET_UNREACH:
	case ICMP_NET_UNKNOWN:
		return OVR_PATH_NO_ROUTE;
	case ICMP_HOST_UNREACH:
	case ICMP_HOST_UNKNOWN:
		return OVR_PATH_NO_NEIGHBOUR;
	case ICMP_FRAG_NEEDED:
		return OVR_PATH_TOO_BIG;
	case ICMP_PROT_UNREACH:
	case ICMP_PORT_UNREACH:
		/* a firewall on the way says so in its own name */
		return is_destination ? OVR_PATH_PORT_UNREACHABLE : OVR_PATH_PROHIBITED;
	default:
		return OVR_PATH_PROHIBITED;
	}
}

static enum ovr_path_answer
kind_of_icmpv6(uint8_t type, uint8_t code, bool is_destination)
{
	if (type == ICMPV6_TIME_EXCEED)
		return OVR_PATH_HOP;
	if (type == ICMPV6_PKT_TOOBIG)
		return OVR_PATH_TOO_BIG;
	if (type != ICMPV6_DEST_UNREACH)
		return OVR_PATH_MISSING;
	switch (code) {
	case ICMPV6_NOROUTE:
		return OVR_PATH_NO_ROUTE;
	case ICMPV6_ADDR_UNREACH:
		return OVR_PATH_NO_NEIGHBOUR;
	case ICMPV6_PORT_UNREACH:
		return is_destination ? OVR_PATH_PORT_UNREACHABLE : OVR_PATH_PROHIBITED;
	default:
		return OVR_PATH_PROHIBITED;
	}
}

/* The number of a probe, from what came back of it. */
static void
read_number(const struct ovr_probe *probe, const struct flow *flow, size_t length, bool is_quote,
	struct ovr_probe_answer *answer)
{
	struct ovr_probe_payload payload;
	size_t header = probe->protocol == OVR_PROBE_ICMP ? sizeof(struct icmphdr) : 0;

	answer->has_number = false;
	if (length >= header + offsetof(struct ovr_probe_payload, stamp)) {
		size_t n = length - header < sizeof(payload) ? length - header : sizeof(payload);

		/* of a quote the end may be missing */
		memset(&payload, 0, sizeof(payload));
		memcpy(&payload, probe->packet + header, n);
		answer->has_number = payload.magic == htonl(OVR_PROBE_MAGIC) &&
			payload.key == htonl(probe->key);
		answer->number = ntohl(payload.number);
		answer->is_copy = payload.stamp == htonl(OVR_PROBE_STAMP_COPY);
		if (!is_quote && (answer->is_copy || payload.stamp == htonl(OVR_PROBE_STAMP)))
			answer->reflected = ntohl(payload.count);
	} else if (is_quote && header != 0 && length >= header) {
		struct icmphdr icmp;

		/* the latest one with these 16 bits */
		memcpy(&icmp, probe->packet, sizeof(icmp));
		answer->has_number = true;
		answer->number = flow->number -
			(uint16_t)((uint16_t)flow->number - ntohs(icmp.un.echo.sequence));
	}
}

/* One message of a socket. @return whether it is an answer */
static bool
read_message(struct ovr_probe *probe, struct flow *flow, bool is_error, struct ovr_probe_answer *answer)
{
	union {
		char bytes[512];
		struct cmsghdr align;
	} control;
	struct iovec data = { probe->packet, sizeof(probe->packet) };
	struct msghdr message = { .msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes) };
	const struct sock_extended_err *error;
	ssize_t length = recvmsg(flow->fd, &message, MSG_DONTWAIT | (is_error ? MSG_ERRQUEUE : 0));

	if (length < 0)
		return false;
	*answer = (struct ovr_probe_answer){ .flow = (uint16_t)(flow - probe->flow),
		.at_ns = received_ns(&message) };
	if (probe->protocol == OVR_PROBE_TCP) {
		answer->has_number = true;
		answer->number = flow->number;
	} else {
		read_number(probe, flow, (size_t)length, is_error, answer);
	}
	if (!is_error) {
		answer->kind = OVR_PATH_DESTINATION;
		memcpy(answer->from, probe->destination, sizeof(answer->from));
		return answer->has_number;
	}
	error = error_of(&message);
	if (error == NULL ||
		(error->ee_origin != SO_EE_ORIGIN_ICMP && error->ee_origin != SO_EE_ORIGIN_ICMP6))
		return false;
	address_text(SO_EE_OFFENDER(error), answer->from);
	answer->kind = error->ee_origin == SO_EE_ORIGIN_ICMP6
		? kind_of_icmpv6(
			  error->ee_type, error->ee_code, strcmp(answer->from, probe->destination) == 0)
		: kind_of_icmp(error->ee_type, error->ee_code, strcmp(answer->from, probe->destination) == 0);
	answer->mtu = answer->kind == OVR_PATH_TOO_BIG ? error->ee_info : 0;
	return answer->kind != OVR_PATH_MISSING;
}

/* What became of a SYN. @return whether it is an answer */
static bool
read_syn(struct ovr_probe *probe, struct flow *flow, short events, struct ovr_probe_answer *answer)
{
	int code = 0;
	socklen_t size = sizeof(code);
	bool is_answer = read_message(probe, flow, true, answer);

	if (!is_answer) {
		getsockopt(flow->fd, SOL_SOCKET, SO_ERROR, &code, &size);
		is_answer = code == ECONNREFUSED ||
			(code == 0 && (events & POLLOUT) != 0 && (events & POLLERR) == 0);
		*answer = (struct ovr_probe_answer){ .kind = OVR_PATH_DESTINATION,
			.flow = (uint16_t)(flow - probe->flow),
			.has_number = true,
			.number = flow->number,
			.at_ns = ovr_probe_now_ns() };
		memcpy(answer->from, probe->destination, sizeof(answer->from));
	}
	end_syn(flow);
	return is_answer;
}

/* Whether there is hardly room for more: nothing has been taken since it filled up. */
static bool
is_crowded(int fd)
{
	uint32_t memory[SK_MEMINFO_VARS] = { 0 };
	socklen_t size = sizeof(memory);

	return getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory, &size) == 0 &&
		memory[SK_MEMINFO_RMEM_ALLOC] > memory[SK_MEMINFO_RCVBUF] / 4 * 3;
}

uint64_t
ovr_probe_crowded(const struct ovr_probe *probe)
{
	return probe->n_crowded;
}

static bool
read_flow(struct ovr_probe *probe, struct flow *flow, short events, struct ovr_probe_answer *answer)
{
	if (probe->protocol == OVR_PROBE_TCP)
		return read_syn(probe, flow, events, answer);
	probe->n_crowded += is_crowded(flow->fd);
	if ((events & POLLERR) != 0) {
		if (read_message(probe, flow, true, answer))
			return true;
		clear_error(flow->fd);
	}
	return (events & POLLIN) != 0 && read_message(probe, flow, false, answer);
}

int
ovr_probe_receive(struct ovr_probe *probe, uint64_t until_ns, struct ovr_probe_answer *ret_answer)
{
	struct pollfd wait[OVR_PATH_FLOWS_MAX];

	for (;;) {
		uint64_t now_ns = ovr_probe_now_ns();
		uint64_t left_ns = until_ns > now_ns ? until_ns - now_ns : 0;
		struct timespec timeout;

		/* a signal may come just before the wait */
		if (left_ns > POLL_MS * NS_PER_MS)
			left_ns = POLL_MS * NS_PER_MS;
		timeout = (struct timespec){ 0, (long)left_ns };
		for (uint16_t i = 0; i < probe->n_flows; i++)
			wait[i] = (struct pollfd){ .fd = probe->flow[i].fd,
				.events = probe->protocol == OVR_PROBE_TCP ? POLLOUT : POLLIN };
		if (ppoll(wait, probe->n_flows, &timeout, NULL) > 0)
			for (uint16_t i = 0; i < probe->n_flows; i++)
				if (wait[i].revents != 0 &&
					read_flow(probe, &probe->flow[i], wait[i].revents, ret_answer))
					return 1;
		if (ovr_probe_now_ns() >= until_ns || ovr_wait_is_stopped())
			return 0;
	}
}

const char *
ovr_probe_protocol_name(enum ovr_probe_protocol protocol)
{
	static const char *const name[OVR_PROBE_PROTOCOLS] = {
		[OVR_PROBE_UDP] = "udp",
		[OVR_PROBE_ICMP] = "icmp",
		[OVR_PROBE_TCP] = "tcp",
	};

	return name[protocol];
}
