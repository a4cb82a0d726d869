/* SPDX-License-Identifier: BSD-3-Clause */
#include "socket/socket.h"

#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

Test(socket, an_address_of_either_version_is_what_bind_takes)
{
	struct ovr_socket_conf four = { .ip_version = 4, .ip = { 127, 0, 0, 1 }, .port = 9000 };
	struct ovr_socket_conf six = { .ip_version = 6, .ip = { [15] = 1 }, .port = 9000 };
	struct sockaddr_storage address;
	const struct sockaddr_in *in = (const struct sockaddr_in *)&address;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&address;

	cr_assert_eq(ovr_socket_address(&four, &address), sizeof(*in));
	cr_assert_eq(in->sin_family, AF_INET);
	cr_assert_eq(ntohs(in->sin_port), 9000);
	cr_assert_eq(ntohl(in->sin_addr.s_addr), 0x7f000001u);
	cr_assert_eq(ovr_socket_address(&six, &address), sizeof(*in6));
	cr_assert_eq(in6->sin6_family, AF_INET6);
	cr_assert_eq(in6->sin6_addr.s6_addr[15], 1);
}

Test(socket, a_buffer_is_what_the_kernel_accounts)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	char note[200] = "";

	cr_assert_eq(ovr_socket_set_buffer(fd, true, 10000, "udp:x", note, sizeof(note)), 20000);
	cr_assert_str_eq(note, "");
	/* as it is */
	cr_assert_eq(ovr_socket_set_buffer(fd, true, 0, "udp:x", note, sizeof(note)), 20000);
	close(fd);
}

Test(socket, a_buffer_that_the_kernel_does_not_give_is_noted)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	char note[200] = "";
	uint32_t given = ovr_socket_set_buffer(fd, false, INT32_MAX / 2, "udp:x", note, sizeof(note));

	/* with CAP_NET_ADMIN the kernel gives it */
	if (given / 2 < INT32_MAX / 2)
		cr_assert(strstr(note, "udp:x: a buffer of 1073741823 bytes was asked") == note, "%s", note);
	else
		cr_assert_str_eq(note, "");
	close(fd);
}
