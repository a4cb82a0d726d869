/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/bpf.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>

/* The kernel makes every file descriptor of bpf() close-on-exec. */
static int
bpf(int command, union bpf_attr *attr)
{
	long result = syscall(SYS_bpf, command, attr, sizeof(*attr));

	return result < 0 ? -errno : (int)result;
}

/* What the kernel says of what @p fd stands for. */
static int
read_info(int fd, void *info, size_t size)
{
	union bpf_attr attr = { 0 };

	attr.info.bpf_fd = (uint32_t)fd;
	attr.info.info_len = (uint32_t)size;
	attr.info.info = (uint64_t)(uintptr_t)info;
	return bpf(BPF_OBJ_GET_INFO_BY_FD, &attr);
}

static int
read_program(uint32_t prog_id, struct bpf_prog_info *ret_info)
{
	union bpf_attr attr = { 0 };
	int fd, status;

	memset(ret_info, 0, sizeof(*ret_info));
	attr.prog_id = prog_id;
	fd = bpf(BPF_PROG_GET_FD_BY_ID, &attr);
	if (fd < 0)
		return fd;
	status = read_info(fd, ret_info, sizeof(*ret_info));
	close(fd);
	return status;
}

bool
ovr_bpf_is_xdp(uint32_t prog_id)
{
	struct bpf_prog_info info;

	return read_program(prog_id, &info) >= 0 && info.type == BPF_PROG_TYPE_XDP;
}

int
ovr_bpf_prog_name(uint32_t prog_id, char *ret_name, size_t size)
{
	struct bpf_prog_info info;
	int status = read_program(prog_id, &info);

	if (status < 0)
		return status;
	snprintf(ret_name, size, "%.*s", (int)strnlen(info.name, sizeof(info.name)), info.name);
	return 0;
}

/* Detach it if it is the one. @return 0; -ENOENT: it is another; -errno */
static int
detach_one(uint32_t link_id, uint32_t prog_id, uint32_t ifindex)
{
	struct bpf_link_info info = { 0 };
	union bpf_attr attr = { 0 };
	int fd, status;

	attr.link_id = link_id;
	fd = bpf(BPF_LINK_GET_FD_BY_ID, &attr);
	if (fd < 0)
		return fd;
	status = read_info(fd, &info, sizeof(info));
	if (status == 0 &&
		(info.type != BPF_LINK_TYPE_XDP || info.prog_id != prog_id || info.xdp.ifindex != ifindex))
		status = -ENOENT;
	if (status == 0) {
		memset(&attr, 0, sizeof(attr));
		attr.link_detach.link_fd = (uint32_t)fd;
		status = bpf(BPF_LINK_DETACH, &attr);
	}
	close(fd);
	return status;
}

int
ovr_bpf_link_detach(uint32_t prog_id, uint32_t ifindex)
{
	union bpf_attr attr = { 0 };
	int status = -ENOENT;

	/* ends with -ENOENT after the last one */
	for (;;) {
		int next = bpf(BPF_LINK_GET_NEXT_ID, &attr);

		if (next < 0)
			return next;
		status = detach_one(attr.next_id, prog_id, ifindex);
		if (status != -ENOENT)
			return status;
		attr.start_id = attr.next_id;
	}
}
