/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/session.h"

#include "port/port.h"

#define CALIBRATE_NS 50000000u

/* A wire is faster with no more buffers than it needs, and loses no link when it gets others. */
static bool
is_shared(const struct ovr_plan_ports *ports)
{
	return ports->tx.kind != OVR_PORT_WIRE;
}

void
ovr_session_expect(
	struct ovr_session *session, const struct ovr_plan_ports *ports, const struct ovr_plan_frames *frames)
{
	if (!is_shared(ports))
		return;
	if (session->mbufs_max == 0 || ovr_mix_max(&frames->size) > ovr_mix_max(&session->size_max))
		session->size_max = frames->size;
	if (ports->mbufs > session->mbufs_max)
		session->mbufs_max = ports->mbufs;
}

struct ovr_plan
ovr_session_ports_of(const struct ovr_session *session, const struct ovr_plan *plan)
{
	struct ovr_plan ports = *plan;

	if (!is_shared(&plan->ports) || session->mbufs_max == 0)
		return ports;
	if (ports.ports.mbufs < session->mbufs_max)
		ports.ports.mbufs = session->mbufs_max;
	if (ovr_mix_max(&ports.frames.size) < ovr_mix_max(&session->size_max))
		ports.frames.size = session->size_max;
	return ports;
}

/*
 * What is open is changed where that is enough, and else closed. A change that was refused is tried
 * from the beginning.
 */
static void
reuse(struct ovr_session *session, const struct ovr_plan *ports)
{
	enum ovr_port_fit fit = ovr_port_pair_fit(session->pair, ports);

	if (fit == OVR_PORT_FITS)
		return;
	if (fit == OVR_PORT_RESTARTS && ovr_port_pair_change(session->pair, ports, NULL) == 0)
		session->n_changed++;
	else
		ovr_session_close(session, &session->undone);
}

/* @return 0: they are as wanted, or a sentence */
static int
open_pair(struct ovr_session *session, const struct ovr_plan *ports, struct ovr_err *err)
{
	if (session->pair != NULL)
		return 0;
	session->n_opened++;
	return ovr_port_pair_open(ports, &session->clock, &session->pair, err);
}

int
ovr_session_take(struct ovr_session *session, const struct ovr_plan *plan, struct ovr_err *err)
{
	struct ovr_plan ports = ovr_session_ports_of(session, plan);
	int status;

	if (session->clock.hz == 0)
		session->clock = ovr_clock_calibrate(CALIBRATE_NS);
	session->undone = (struct ovr_err){ "" };
	if (session->pair != NULL)
		reuse(session, &ports);
	status = open_pair(session, &ports, err);
	if (status != 0)
		return status;
	session->was_started = !ovr_port_pair_is_running(session->pair);
	status = ovr_port_pair_start(session->pair, &ports.ports, &ports.frames, err);
	if (status != 0) {
		ovr_session_close(session, NULL);
		return status;
	}
	if (!session->was_started)
		ovr_port_pair_drain(session->pair);
	return 0;
}

int
ovr_session_close(struct ovr_session *session, struct ovr_err *err)
{
	int status = ovr_port_pair_close(session->pair, err);

	session->pair = NULL;
	session->was_passed = false;
	return status;
}
