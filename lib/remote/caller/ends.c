/* SPDX-License-Identifier: BSD-3-Clause */
#include "caller/ends.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "caller/ssh.h"

#define HOSTS_FILE "hosts.yaml"

static struct ovr_end_place *
add_place(
	struct ovr_ends *ends, enum ovr_message_role role, uint32_t number, const struct ovr_port_name *port)
{
	struct ovr_end_place *place = &ends->place[ends->n];

	*place = (struct ovr_end_place){ .role = role, .number = number, .receiver = ends->n };
	memcpy(place->host, port->host, sizeof(place->host));
	if (port->host[0] == '\0')
		snprintf(place->name, sizeof(place->name), "this host");
	else
		snprintf(place->name, sizeof(place->name), "host %s", port->host);
	ends->n++;
	return place;
}

/* An agent carries out one end. */
static int
check_alone(
	const struct ovr_ends *ends, const char *what, const struct ovr_port_name *port, struct ovr_err *err)
{
	for (uint32_t i = 0; i < ends->n && port->host[0] != '\0'; i++)
		if (strcmp(ends->place[i].host, port->host) == 0)
			return ovr_err_set(err, -EINVAL,
				"%s: found %.80s beside another end on host %s, accepted: one end on each "
				"host, since an agent carries out one; a second agent listens on another "
				"port",
				what, port->text, port->host);
	return 0;
}

int
ovr_ends_of(const struct ovr_plan_ports *ports, struct ovr_ends *ret_ends, struct ovr_err *err)
{
	uint32_t n_senders = ovr_plan_senders_count(ports), n_receivers = ovr_plan_receivers_count(ports);
	struct ovr_ends *ends = ret_ends;
	int status = 0;

	memset(ends, 0, sizeof(*ends));
	ends->n_receivers = n_receivers;
	if (n_senders == 1 && ovr_port_name_is_one_host(&ports->tx, &ports->rx)) {
		add_place(ends, OVR_MESSAGE_BOTH, 0, &ports->rx);
		return 0;
	}
	for (uint32_t i = 0; i < n_receivers && status == 0; i++) {
		struct ovr_port_name receiver = ovr_plan_receiver_at(ports, i);

		status = check_alone(ends, "rx", &receiver, err);
		add_place(ends, OVR_MESSAGE_RX, i, &receiver);
	}
	for (uint32_t i = 0; i < n_senders && status == 0; i++) {
		struct ovr_port_name sender = ovr_plan_sender_at(ports, i);

		status = check_alone(ends, "tx", &sender, err);
		add_place(ends, OVR_MESSAGE_TX, i, &sender)->receiver = ovr_plan_receiver_of(ports, i);
	}
	return status;
}

int
ovr_ends_add(struct ovr_ends *ends, const char *host, struct ovr_end_place **ret_place, struct ovr_err *err)
{
	struct ovr_end_place place = { .role = OVR_MESSAGE_RX };
	struct ovr_host_name name;
	int status = ovr_host_name_parse("host", host, &name, err);

	if (status != 0)
		return status;
	if (ends->n == OVR_ENDS_MAX)
		return ovr_err_set(
			err, -E2BIG, "host %s: found one host too many, accepted: %d", host, OVR_ENDS_MAX);
	memcpy(place.host, name.text, sizeof(place.host));
	snprintf(place.name, sizeof(place.name), "host %s", place.host);
	ends->place[ends->n] = place;
	*ret_place = &ends->place[ends->n++];
	return 0;
}

/* Whether an agent is reached over the network, and not by ssh. */
static bool
needs_link(const struct ovr_ends *ends)
{
	struct ovr_host_name host;

	for (uint32_t i = 0; i < ends->n; i++)
		if (ends->place[i].host[0] != '\0' &&
			ovr_host_name_parse("host", ends->place[i].host, &host, NULL) == 0 &&
			host.kind != OVR_HOST_SSH)
			return true;
	return false;
}

/* The file that was named, or the one in the folder of keys. */
static int
load_hosts(const char *named, struct ovr_hosts *ret_hosts, char path[PATH_MAX], struct ovr_err *err)
{
	char folder[PATH_MAX];
	int status = 0, n;

	if (named[0] != '\0') {
		snprintf(path, PATH_MAX, "%s", named);
	} else {
		status = ovr_keys_folder(folder, err);
		if (status != 0)
			return status;
		n = snprintf(path, PATH_MAX, "%s/" HOSTS_FILE, folder);
		if (n < 0 || n >= PATH_MAX)
			return ovr_err_set(err, -ENAMETOOLONG, "hosts: the path of the file is too long");
	}
	return ovr_hosts_load(path, ret_hosts, err);
}

/* Messages to an agent pass an interface of this machine, which no end of it may use for frames. */
static void
note_control(struct ovr_ends *ends, const char *address)
{
	size_t n = ends->control == NULL ? 0 : strlen(ends->control);
	char way[OVR_CONTROL_BYTES];
	char *grown;

	ovr_control_path(address, way);
	if (way[0] == '\0')
		return;
	grown = realloc(ends->control, n + strlen(way) + 2);
	if (grown == NULL)
		return;
	ends->control = grown;
	snprintf(grown + n, strlen(way) + 2, "%s%s", n == 0 ? "" : ",", way);
}

static int
connect_named(struct ovr_ends *ends, struct ovr_end_place *place, const char *file, struct ovr_err *err)
{
	struct ovr_hosts hosts = { .n = 0 };
	char path[PATH_MAX] = "";
	int status = load_hosts(file, &hosts, path, err);
	const struct ovr_host *host;

	if (status == -ENOENT && path[0] != '\0')
		return ovr_err_set(err, -ENOENT,
			"host %s: found no file %s, accepted: --hosts FILE with the line %s: {address: "
			"ADDRESS, "
			"key: KEY}, or an address as in host:127.0.0.1/PORT",
			place->host, path, place->host);
	if (status != 0)
		return status;
	host = ovr_hosts_of(&hosts, place->host);
	if (host == NULL)
		status = ovr_err_set(err, -ENOENT,
			"host %s: found no host of this name in %s, accepted: a name of the file, which has "
			"%zu",
			place->host, path, hosts.n);
	else {
		note_control(ends, host->address);
		memcpy(place->address, host->address, sizeof(place->address));
		status = ovr_channel_connect(ends->link, host->name, host->address,
			host->has_key ? &host->key : NULL, &place->channel, err);
	}
	ovr_hosts_done(&hosts);
	return status;
}

/* An end process of this machine. */
static int
start_here(const struct ovr_ends *ends, struct ovr_end_place *place, struct ovr_err *err)
{
	struct ovr_end_conf conf = { .caller = ends->control };
	int status = ovr_end_start(&conf, &place->process, err);

	if (status == 0)
		place->channel = place->process.channel;
	return status;
}

static int
reach(struct ovr_ends *ends, struct ovr_end_place *place, const char *file, struct ovr_err *err)
{
	struct ovr_host_name host;
	int status;

	if (place->host[0] == '\0')
		return start_here(ends, place, err);
	status = ovr_host_name_parse("host", place->host, &host, err);
	if (status != 0)
		return status;
	switch (host.kind) {
	case OVR_HOST_ADDRESS:
		note_control(ends, place->host);
		snprintf(place->address, sizeof(place->address), "%s", place->host);
		return ovr_channel_connect(ends->link, place->host, place->host, NULL, &place->channel, err);
	case OVR_HOST_SSH:
		/* what ssh's configuration makes of the name is ssh's alone to know */
		note_control(
			ends, strchr(host.login, '@') != NULL ? strchr(host.login, '@') + 1 : host.login);
		return ovr_ssh_start(host.login, place->name, &place->ssh, &place->channel, err);
	case OVR_HOST_NAMED:
		break;
	}
	return connect_named(ends, place, file, err);
}

/* This host's keys; without any, agents on the loopback interface alone are reached. */
static int
open_link(struct ovr_ends *ends, struct ovr_err *err)
{
	struct ovr_link_conf conf = { .keys = NULL };
	struct ovr_keys keys;
	char folder[PATH_MAX];
	int status;

	if (!needs_link(ends))
		return 0;
	if (ovr_keys_folder(folder, NULL) == 0) {
		status = ovr_keys_load(folder, &keys, err);
		if (status != 0 && status != -ENOENT)
			return status;
		conf.keys = status == 0 ? &keys : NULL;
	}
	status = ovr_link_open(&conf, &ends->link, err);
	if (conf.keys != NULL)
		ovr_keys_forget(&keys);
	return status;
}

int
ovr_ends_reach(struct ovr_ends *ends, const char *hosts, struct ovr_err *err)
{
	uint64_t nonce = ovr_channel_draw_nonce();
	int status = open_link(ends, err);

	/* agents first: the way to them is known then to the ends of this machine */
	for (uint32_t i = 0; i < ends->n && status == 0; i++)
		if (ends->place[i].host[0] != '\0')
			status = reach(ends, &ends->place[i], hosts, err);
	for (uint32_t i = 0; i < ends->n && status == 0; i++)
		if (ends->place[i].host[0] == '\0')
			status = reach(ends, &ends->place[i], hosts, err);
	for (uint32_t i = 0; i < ends->n && status == 0; i++)
		ovr_channel_bind(ends->place[i].channel, nonce);
	if (status != 0)
		ovr_ends_leave(ends);
	return status;
}

bool
ovr_ends_leave(struct ovr_ends *ends)
{
	bool all_ended = true;

	for (uint32_t i = 0; i < ends->n; i++) {
		struct ovr_end_place *place = &ends->place[i];

		if (place->process.pid != 0)
			all_ended &= ovr_end_stop(&place->process);
		else
			ovr_channel_close(place->channel);
		if (place->ssh != 0)
			ovr_ssh_stop(place->ssh);
		place->ssh = 0;
		place->channel = NULL;
	}
	ovr_link_close(ends->link);
	ends->link = NULL;
	free(ends->control);
	ends->control = NULL;
	return all_ended;
}
