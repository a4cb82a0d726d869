/* SPDX-License-Identifier: BSD-3-Clause */
#include "netns.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>

#define COMMAND_NOT_FOUND 127

/* Who is not root here may be it in a user namespace. */
static int
leave(void)
{
	FILE *map;
	uid_t uid = geteuid();

	if (unshare(CLONE_NEWNET | CLONE_NEWNS) == 0)
		return 0;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) != 0)
		return -errno;
	map = fopen("/proc/self/uid_map", "we");
	if (map == NULL)
		return -errno;
	fprintf(map, "0 %u 1\n", uid);
	return fclose(map) != 0 ? -errno : 0;
}

void
netns_enter(void)
{
	int status = leave();

	if (status != 0)
		cr_skip_test("may not make a network namespace here: %s", strerror(-status));
	/* the mount of the namespace before shows the interfaces of that */
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
		mount("ovr-sysfs", "/sys", "sysfs", 0, NULL) != 0)
		cr_skip_test("may not mount sysfs for the namespace: %s", strerror(errno));
}

void
netns_run(const char *format, ...)
{
	char command[512];
	va_list args;
	int status;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	status = system(command);
	if (WIFEXITED(status) && WEXITSTATUS(status) == COMMAND_NOT_FOUND)
		cr_skip_test("there is no tool for '%s'", command);
	cr_assert_eq(status, 0, "'%s' ended with %d", command, status);
}

static void
forbid_ipv6(const char *name)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/disable_ipv6", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (write(fd, "1", 1) != 1)
		cr_skip_test("IPv6 cannot be turned off for %s: %s", name, strerror(errno));
	close(fd);
}

void
netns_make_pair(const char *one, const char *other)
{
	netns_make_queues(one, other, 1);
}

void
netns_make_queues(const char *one, const char *other, unsigned int n_queues)
{
	char command[256];

	snprintf(command, sizeof(command),
		"ip link add %s numrxqueues %u numtxqueues %u type veth peer name %s numrxqueues %u "
		"numtxqueues "
		"%u 2>/dev/null",
		one, n_queues, n_queues, other, n_queues, n_queues);
	if (system(command) != 0)
		cr_skip_test("no ip, or no veth in this kernel");
	forbid_ipv6(one);
	forbid_ipv6(other);
	netns_run("ip link set %s up", one);
	netns_run("ip link set %s up", other);
}

void
netns_send(const char *name, unsigned int n_frames, unsigned int n_bytes)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(name) };
	uint8_t frame[2048] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0, 0, 0, 0, 0x01, 0x88, 0xb5 };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), on = 1;

	if (fd < 0)
		cr_skip_test("no packet socket: %s", strerror(errno));
	cr_assert_leq(n_bytes, sizeof(frame));
	cr_assert_eq(setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)), 0);
	for (unsigned int i = 0; i < n_frames; i++)
		/* ENOBUFS: the device has dropped it, which the test wants to see counted */
		cr_assert(sendto(fd, frame, n_bytes, 0, (struct sockaddr *)&to, sizeof(to)) ==
					(ssize_t)n_bytes ||
				errno == ENOBUFS,
			"%s: %s", name, strerror(errno));
	close(fd);
}
