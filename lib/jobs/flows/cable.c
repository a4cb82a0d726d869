/* SPDX-License-Identifier: BSD-3-Clause */
#include "flows/cable.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "kernel/netns.h"

/* Frames that wait for their core are late, and the round trip is longer: before what measures. */
#define NICE -10

struct ovr_flows_cable {
	struct ovr_hop *hop;
	pthread_t thread;
	bool is_running;
	int status;         /* of the thread */
	struct ovr_err why; /* its sentence */
};

/* What is opened in the namespace of the hop. */
struct order {
	const struct ovr_hop_conf *conf;
	struct ovr_hop *hop;
};

static int
open_hop(void *context, struct ovr_err *err)
{
	struct order *order = context;

	return ovr_hop_open(order->conf, &order->hop, err);
}

static void *
carry(void *context)
{
	struct ovr_flows_cable *cable = context;

	/* of this thread alone; where it is not allowed, it goes without */
	setpriority(PRIO_PROCESS, 0, NICE);
	cable->status = ovr_hop_run(cable->hop, 0, &cable->why);
	return NULL;
}

/* Signals are for the control thread. */
static int
start(struct ovr_flows_cable *cable, struct ovr_err *err)
{
	sigset_t all, before;
	int status;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	status = pthread_create(&cable->thread, NULL, carry, cable);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	cable->is_running = status == 0;
	return status == 0 ? 0 : ovr_err_set(err, -status, "no thread for a hop: %s", strerror(status));
}

int
ovr_flows_cable_open(const struct ovr_atlas_lab *lab, struct ovr_hop_conf *conf,
	struct ovr_flows_cable **ret_cable, struct ovr_err *err)
{
	struct ovr_flows_cable *cable = calloc(1, sizeof(*cable));
	struct order order = { conf, NULL };
	struct ovr_kernel_netns *netns = NULL;
	int status;

	if (cable == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for a hop");
	conf->name[0] = "ovr1a";
	conf->name[1] = "ovr1b";
	status = ovr_kernel_netns_open(ovr_atlas_lab_name(lab, OVR_ATLAS_HOP), &netns, err);
	if (status == 0)
		status = ovr_kernel_netns_run(netns, open_hop, &order, err);
	/* its sockets stay where they were made */
	ovr_kernel_netns_close(netns);
	cable->hop = order.hop;
	if (status == 0)
		status = start(cable, err);
	if (status == 0)
		*ret_cable = cable;
	else
		ovr_flows_cable_close(cable);
	return status;
}

static void
stop(struct ovr_flows_cable *cable)
{
	if (!cable->is_running)
		return;
	ovr_hop_stop(cable->hop);
	pthread_join(cable->thread, NULL);
	cable->is_running = false;
}

void
ovr_flows_cable_end(struct ovr_flows_cable *cable, struct ovr_result_hop *ret_result)
{
	stop(cable);
	ovr_hop_end(cable->hop, ret_result);
	if (cable->status != 0)
		snprintf(ret_result->reason, sizeof(ret_result->reason), "%s", cable->why.text);
}

void
ovr_flows_cable_close(struct ovr_flows_cable *cable)
{
	if (cable == NULL)
		return;
	stop(cable);
	ovr_hop_close(cable->hop);
	free(cable);
}
