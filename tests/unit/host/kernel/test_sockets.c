/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/readers.h"
#include "kernel_reading.h"
#include "support/message.h"

TestSuite(sockets, .init = reading_begin, .fini = reading_end);

/* What Linux 6.18 sent of a socket whose buffer was too small for 31 of 40 datagrams. */
static const char udp[] =
	"a40000001400020001000000bb5d0000020700000fa000000a0900020000000000000000000000000000000000000000"
	"000000000000000000000000011000000000000000000000401d00000000000000000000139667000500080000000000"
	"08000f00000000000c0015000100000000000000060016005000000028000700401d0000401f00000000000000400300"
	"c00200000000000000000000000000001f000000";

static const char udp6[] =
	"ac0000001400020001000000bb5d00000a0700000fa10000000000000000000000000000000000000000000000000000"
	"000000000000000000000000021000000000000000000000000000000000000000000000149667000500080000000000"
	"05000b000000000008000f00000000000c00150001000000000000000600160010000000280007000000000000400300"
	"00000000004003000000000000000000000000000000000000000000";

Test(sockets, a_socket_has_its_address_and_its_drops)
{
	cr_assert_eq(ovr_kernel_socket_parse(message_of(udp), &reading), 0);
	cr_assert_eq(snapshot.n, 1);
	assert_counter(OVR_KERNEL_SOCKET, "udp 10.9.0.2:4000 inode 6788627", "drops", 31);
	cr_assert_eq(snapshot.counter[0].width_bits, 32);
	cr_assert_eq(snapshot.counter[0].unit, OVR_KERNEL_DATAGRAM);
	cr_assert_not(snapshot.counter[0].is_ours);
}

Test(sockets, an_address_of_ipv6_is_in_brackets)
{
	cr_assert_eq(ovr_kernel_socket_parse(message_of(udp6), &reading), 0);
	assert_counter(OVR_KERNEL_SOCKET, "udp [::]:4001 inode 6788628", "drops", 0);
}

Test(sockets, a_short_message_is_refused)
{
	struct nlmsghdr message = { .nlmsg_len = sizeof(message), .nlmsg_type = 20 };

	cr_assert_eq(ovr_kernel_socket_parse(&message, &reading), -EBADMSG);
}

Test(sockets, an_own_socket_is_added_without_any_right)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ovr_err err = { "" };

	cr_assert_geq(fd, 0);
	cr_assert_eq(ovr_kernel_snapshot_add_socket(&snapshot, "r", fd, "udp 127.0.0.1:9000", &err), 0, "%s",
		err.text);
	cr_assert_eq(snapshot.n, 1);
	cr_assert(snapshot.counter[0].is_ours);
	cr_assert_eq(snapshot.counter[0].value, 0);
	cr_assert_eq(snapshot.counter[0].width_bits, 32);
	close(fd);
}

Test(sockets, an_own_socket_that_is_in_the_list_becomes_ours)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct stat status;
	char object[64];

	cr_assert_eq(fstat(fd, &status), 0);
	snprintf(object, sizeof(object), "udp 0.0.0.0:9000 inode %lu", (unsigned long)status.st_ino);
	ovr_kernel_add(&reading, OVR_KERNEL_SOCKET, object, "drops", 5);
	cr_assert_eq(ovr_kernel_snapshot_add_socket(&snapshot, "r", fd, "udp 127.0.0.1:9000", NULL), 0);
	cr_assert_eq(snapshot.n, 1);
	cr_assert(snapshot.counter[0].is_ours);
	cr_assert_eq(snapshot.counter[0].value, 0);
	/* one of that number in another namespace is another one */
	cr_assert_eq(ovr_kernel_snapshot_add_socket(&snapshot, "s", fd, "udp 127.0.0.1:9000", NULL), 0);
	cr_assert_eq(snapshot.n, 2);
	close(fd);
}

Test(sockets, what_is_no_socket_is_refused_with_a_sentence)
{
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_kernel_snapshot_add_socket(&snapshot, "r", -1, "udp 127.0.0.1:9000", &err), -EBADF);
	cr_assert_str_eq(
		err.text, "udp 127.0.0.1:9000: what the socket dropped cannot be read: Bad file descriptor");
	cr_assert_eq(snapshot.n, 0);
}
