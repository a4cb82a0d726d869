/* SPDX-License-Identifier: BSD-3-Clause */
#include "xdp.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <net/if.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

static int
bpf(int command, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, command, attr, sizeof(*attr));
}

int
xdp_load(uint32_t action)
{
	return xdp_load_named("ovr_test", action);
}

int
xdp_load_named(const char *name, uint32_t action)
{
	const struct bpf_insn program[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = (int32_t)action },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = { .prog_type = BPF_PROG_TYPE_XDP,
		.insn_cnt = sizeof(program) / sizeof(program[0]),
		.insns = (uint64_t)(uintptr_t)program,
		.license = (uint64_t)(uintptr_t) "Dual BSD/GPL" };
	int fd;

	strncpy(attr.prog_name, name, sizeof(attr.prog_name) - 1);
	fd = bpf(BPF_PROG_LOAD, &attr);
	if (fd < 0)
		cr_skip_test("may not load an XDP program here: %s", strerror(errno));
	return fd;
}

void
xdp_pin(const char *path, int prog_fd)
{
	union bpf_attr attr = { .pathname = (uint64_t)(uintptr_t)path, .bpf_fd = (uint32_t)prog_fd };

	cr_assert_eq(bpf(BPF_OBJ_PIN, &attr), 0, "%s: %s", path, strerror(errno));
}

void
xdp_attach(const char *name, int prog_fd, uint32_t flags)
{
	_Alignas(8) char buffer[4096];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct mnl_socket *socket = mnl_socket_open(NETLINK_ROUTE);
	struct ifinfomsg *info;
	struct nlattr *xdp;
	ssize_t n;

	cr_assert_not_null(socket);
	message->nlmsg_type = RTM_SETLINK;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	message->nlmsg_seq = 1;
	info = mnl_nlmsg_put_extra_header(message, sizeof(*info));
	info->ifi_index = (int)if_nametoindex(name);
	xdp = mnl_attr_nest_start(message, IFLA_XDP);
	mnl_attr_put_u32(message, IFLA_XDP_FD, (uint32_t)prog_fd);
	mnl_attr_put_u32(message, IFLA_XDP_FLAGS, flags);
	mnl_attr_nest_end(message, xdp);
	cr_assert_eq(mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID), 0);
	cr_assert_geq(mnl_socket_sendto(socket, message, message->nlmsg_len), 0);
	n = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));
	cr_assert_geq(n, 0);
	cr_assert_geq(mnl_cb_run(buffer, (size_t)n, 1, mnl_socket_get_portid(socket), NULL, NULL), 0,
		"%s: %s", name, strerror(errno));
	mnl_socket_close(socket);
}

int
xdp_link(const char *name, int prog_fd, uint32_t flags)
{
	union bpf_attr attr = { .link_create = { .prog_fd = (uint32_t)prog_fd,
					.target_ifindex = if_nametoindex(name),
					.attach_type = BPF_XDP,
					.flags = flags } };
	int fd = bpf(BPF_LINK_CREATE, &attr);

	if (fd < 0)
		cr_skip_test("no bpf_link for XDP here: %s", strerror(errno));
	return fd;
}
