/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "link/kind.h"

int
ovr_monitor_open(struct ovr_monitor *monitor, void *context, void *socket, int events)
{
	char address[64];
	int all = 0, at_once = 0;

	snprintf(address, sizeof(address), "inproc://monitor-%p", socket);
	if (zmq_socket_monitor(socket, address, events) != 0)
		return -zmq_errno();
	monitor->socket = zmq_socket(context, ZMQ_PAIR);
	/* no high-water mark: libzmq's thread would wait for us to read, and with it all peers */
	if (monitor->socket != NULL && zmq_setsockopt(monitor->socket, ZMQ_RCVHWM, &all, sizeof(all)) == 0 &&
		zmq_setsockopt(monitor->socket, ZMQ_LINGER, &at_once, sizeof(at_once)) == 0 &&
		zmq_connect(monitor->socket, address) == 0)
		return 0;
	int status = -zmq_errno();

	ovr_monitor_close(monitor, socket);
	return status;
}

bool
ovr_monitor_next(struct ovr_monitor *monitor, unsigned int *ret_event, uint32_t *ret_value)
{
	uint8_t frame[6], address[512];
	uint16_t event;

	if (monitor->socket == NULL ||
		zmq_recv(monitor->socket, frame, sizeof(frame), ZMQ_DONTWAIT) != (int)sizeof(frame))
		return false;
	/* the second part, the address, is there with the first one */
	(void)zmq_recv(monitor->socket, address, sizeof(address), ZMQ_DONTWAIT);
	memcpy(&event, frame, sizeof(event));
	memcpy(ret_value, frame + sizeof(event), sizeof(*ret_value));
	*ret_event = event;
	return true;
}

void
ovr_monitor_close(struct ovr_monitor *monitor, void *socket)
{
	if (monitor->socket == NULL)
		return;
	zmq_socket_monitor(socket, NULL, 0);
	zmq_close(monitor->socket);
	monitor->socket = NULL;
}
