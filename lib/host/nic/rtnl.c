/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/rtnl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* The kernel fills dumps up to the size of the reader's buffer, 32 KiB at most. */
#define ANSWER_BYTES 32768

/* An answer under way. */
struct answer {
	struct ovr_rtnl *rtnl;
	mnl_cb_t on_message;
	void *data;
};

void *
ovr_rtnl_begin(struct ovr_rtnl *rtnl, uint16_t type, uint16_t flags, size_t size)
{
	memset(rtnl, 0, sizeof(*rtnl));
	rtnl->header = mnl_nlmsg_put_header(rtnl->buffer);
	rtnl->header->nlmsg_type = type;
	rtnl->header->nlmsg_flags = (uint16_t)(NLM_F_REQUEST |
		((flags & NLM_F_DUMP) == NLM_F_DUMP ? flags : flags | NLM_F_ACK));
	return mnl_nlmsg_put_extra_header(rtnl->header, size);
}

static int
on_answer(const struct nlmsghdr *message, void *data)
{
	struct answer *answer = data;

	return answer->on_message == NULL ? MNL_CB_OK : answer->on_message(message, answer->data);
}

static int
on_attribute(const struct nlattr *attr, void *data)
{
	struct ovr_rtnl *rtnl = data;

	if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG && mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) == 0)
		snprintf(rtnl->why, sizeof(rtnl->why), "%s", mnl_attr_get_str(attr));
	return MNL_CB_OK;
}

/* An error, or the acknowledgement, which is the error 0. */
static int
on_error(const struct nlmsghdr *message, void *data)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(message);
	struct answer *answer = data;
	size_t offset = sizeof(*error);

	if (message->nlmsg_len < mnl_nlmsg_size(sizeof(*error))) {
		errno = EBADMSG;
		return MNL_CB_ERROR;
	}
	if ((message->nlmsg_flags & NLM_F_CAPPED) == 0)
		offset += mnl_nlmsg_get_payload_len(&error->msg);
	if ((message->nlmsg_flags & NLM_F_ACK_TLVS) != 0 && message->nlmsg_len > mnl_nlmsg_size(offset))
		mnl_attr_parse(message, (unsigned int)offset, on_attribute, answer->rtnl);
	if (error->error == 0)
		return MNL_CB_STOP;
	errno = error->error < 0 ? -error->error : error->error;
	return MNL_CB_ERROR;
}

/* The end of a list, and the error that ended it. */
static int
on_done(const struct nlmsghdr *message, void *data)
{
	int32_t error = 0;

	(void)data;
	if (mnl_nlmsg_get_payload_len(message) >= sizeof(error))
		memcpy(&error, mnl_nlmsg_get_payload(message), sizeof(error));
	if (error >= 0)
		return MNL_CB_STOP;
	errno = -error;
	return MNL_CB_ERROR;
}

static int
receive(struct mnl_socket *socket, struct answer *answer, uint32_t sequence)
{
	mnl_cb_t on_control[] = { [NLMSG_ERROR] = on_error, [NLMSG_DONE] = on_done };
	_Alignas(struct nlmsghdr) uint8_t buffer[ANSWER_BYTES];
	int status = MNL_CB_OK;

	while (status > MNL_CB_STOP) {
		ssize_t n = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));

		if (n < 0)
			return -errno;
		status = mnl_cb_run2(buffer, (size_t)n, sequence, mnl_socket_get_portid(socket), on_answer,
			answer, on_control, sizeof(on_control) / sizeof(on_control[0]));
	}
	return status < 0 ? -errno : 0;
}

int
ovr_rtnl_talk(struct ovr_rtnl *rtnl, int protocol, mnl_cb_t on_message, void *data)
{
	struct answer answer = { .rtnl = rtnl, .on_message = on_message, .data = data };
	struct mnl_socket *socket = mnl_socket_open2(protocol, SOCK_CLOEXEC);
	int on = 1, status = 0;

	if (socket == NULL)
		return -errno;
	/* the socket is new: nothing but the answer can carry any number */
	rtnl->header->nlmsg_seq = 1;
	/* without it the kernel tells the number only; kernels before 4.12 do not know it */
	mnl_socket_setsockopt(socket, NETLINK_EXT_ACK, &on, sizeof(on));
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
		mnl_socket_sendto(socket, rtnl->header, rtnl->header->nlmsg_len) < 0)
		status = -errno;
	if (status == 0)
		status = receive(socket, &answer, rtnl->header->nlmsg_seq);
	mnl_socket_close(socket);
	return status;
}
