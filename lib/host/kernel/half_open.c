/* SPDX-License-Identifier: BSD-3-Clause */
#include "kernel/half_open.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>

#include "nic/rtnl.h"

/* What the thread in the namespace is given. */
struct question {
	unsigned int ip_version;
	struct ovr_kernel_half_open *half_open;
};

int
ovr_kernel_half_open_parse(const struct nlmsghdr *message, struct ovr_kernel_half_open *half_open)
{
	const struct inet_diag_msg *socket = mnl_nlmsg_get_payload(message);

	if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
		message->nlmsg_len < mnl_nlmsg_size(sizeof(*socket)))
		return -EBADMSG;
	if (ntohs(socket->id.idiag_sport) != half_open->port)
		return 0;
	half_open->n++;
	half_open->syn_acks += 1u + socket->idiag_retrans;
	return 0;
}

static int
on_socket(const struct nlmsghdr *message, void *data)
{
	errno = -ovr_kernel_half_open_parse(message, data);
	return errno == 0 ? MNL_CB_OK : MNL_CB_ERROR;
}

static int
ask(void *context, struct ovr_err *err)
{
	const struct question *question = context;
	struct ovr_kernel_half_open *half_open = question->half_open;
	int status = -EINTR;

	for (int try = 0; try < OVR_RTNL_TRIES && status == -EINTR; try++) {
		struct ovr_rtnl rtnl;
		struct inet_diag_req_v2 *request = ovr_rtnl_begin(
			&rtnl, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, sizeof(*request));

		request->sdiag_family = question->ip_version == 6 ? AF_INET6 : AF_INET;
		request->sdiag_protocol = IPPROTO_TCP;
		request->idiag_states = 1u << TCP_SYN_RECV;
		half_open->n = half_open->syn_acks = 0;
		status = ovr_rtnl_talk(&rtnl, NETLINK_SOCK_DIAG, on_socket, half_open);
	}
	return status == 0 ? 0
			   : ovr_err_set(err, status, "half-open connections of port %u cannot be read: %s",
				     half_open->port, strerror(-status));
}

int
ovr_kernel_half_open_read(const struct ovr_kernel_netns *netns, unsigned int ip_version, uint16_t port,
	struct ovr_kernel_half_open *ret_half_open, struct ovr_err *err)
{
	struct question question = { ip_version, ret_half_open };

	*ret_half_open = (struct ovr_kernel_half_open){ .port = port };
	return ovr_kernel_netns_run(netns, ask, &question, err);
}
