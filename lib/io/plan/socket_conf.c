/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/socket_conf.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "base/units.h"
#include "plan/port_name.h"

#define NS_PER_US 1000u

/* The ends that have a key. */
enum end {
	UDP_TX = 1,
	UDP_RX = 2,
	TCP_TX = 4,
	TCP_RX = 8,
	TX = UDP_TX | TCP_TX,
	RX = UDP_RX | TCP_RX,
	UDP = UDP_TX | UDP_RX,
	ALL = UDP | TCP_TX | TCP_RX,
};

/* A key, the ends that have it, and the numbers that it takes. */
struct key {
	const char *name;
	unsigned int ends;
	const char *form;
	uint64_t min, max;
};

enum {
	NETNS,
	BATCH,
	RCVBUF,
	REUSEPORT,
	BUSY_POLL,
	CONNECTIONS,
	SNDBUF,
	CONGESTION,
	BACKLOG,
	ACCEPT,
	SHRINK,
	KEYS
};

static const struct key keys_of_sockets[KEYS] = {
	[NETNS] = { "netns", ALL, "netns=NAME", 0, 0 },
	[BATCH] = { "batch", UDP, "batch=N", 1, OVR_SOCKET_BATCH_MAX },
	[RCVBUF] = { "rcvbuf", RX, "rcvbuf=BYTES", 1, INT_MAX / 2 },
	[REUSEPORT] = { "reuseport", UDP_RX, "reuseport=N", 1, OVR_SOCKET_SOCKETS_MAX },
	[BUSY_POLL] = { "busy-poll", UDP_RX, "busy-poll=TIME", 0, 0 },
	[CONNECTIONS] = { "connections", TCP_TX, "connections=N", 1, OVR_SOCKET_CONNECTIONS_MAX },
	[SNDBUF] = { "sndbuf", TX, "sndbuf=BYTES", 1, INT_MAX / 2 },
	[CONGESTION] = { "congestion", TCP_TX, "congestion=NAME", 0, 0 },
	[BACKLOG] = { "backlog", TCP_RX, "backlog=N", 0, UINT16_MAX },
	[ACCEPT] = { "accept", TCP_RX, "accept=N", 0, OVR_SOCKET_CONNECTIONS_MAX },
	[SHRINK] = { "shrink", TCP_RX, "shrink=BYTES", 1, INT_MAX / 2 },
};

/* Which port is parsed, for sentences and keys. */
struct port {
	const char *what; /* "tx", "rx" */
	const char *name; /* "udp", "tcp" */
	enum end end;
};

static struct port
port_of(const char *what, enum ovr_socket_protocol protocol)
{
	bool sends = strcmp(what, "tx") == 0;

	if (protocol == OVR_SOCKET_TCP)
		return (struct port){ what, "tcp", sends ? TCP_TX : TCP_RX };
	return (struct port){ what, "udp", sends ? UDP_TX : UDP_RX };
}

static bool
has_key(const struct port *port, size_t key)
{
	return (keys_of_sockets[key].ends & (unsigned int)port->end) != 0;
}

/* "netns=NAME, batch=N, …": those of an end. */
static const char *
list_keys(const struct port *port, char *text, size_t size)
{
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < KEYS && n < size; i++)
		if (has_key(port, i))
			n += (size_t)snprintf(
				text + n, size - n, "%s%s", n == 0 ? "" : ", ", keys_of_sockets[i].form);
	return text;
}

static int
refuse_key(const struct port *port, const char *key, struct ovr_err *err)
{
	struct ovr_nearest nearest = ovr_nearest_to(key);
	char question[OVR_NEAREST_QUESTION_BYTES];
	char list[160];

	for (size_t i = 0; i < KEYS; i++)
		if (has_key(port, i))
			ovr_nearest_offer(&nearest, keys_of_sockets[i].name);
	return ovr_err_set(err, -EINVAL, "%s: found the key \"%.80s\"%s accepted of a %s port there: %s",
		port->what, key, ovr_nearest_ask(&nearest, question), port->name,
		list_keys(port, list, sizeof(list)));
}

/* It is a file in /run/netns. */
int
ovr_socket_netns_parse(
	const char *what, const char *value, char ret_netns[OVR_SOCKET_NETNS_BYTES], struct ovr_err *err)
{
	size_t n = strlen(value);

	if (n == 0 || n >= OVR_SOCKET_NETNS_BYTES || strchr(value, '/') != NULL || value[0] == '.')
		return ovr_err_set(err, -EINVAL,
			"%s: netns: found \"%.80s\", accepted: the name of a network namespace as ip netns "
			"lists it, of 1 to %d characters",
			what, value, OVR_SOCKET_NETNS_BYTES - 1);
	memcpy(ret_netns, value, n + 1);
	return 0;
}

static int
parse_busy_poll(const char *what, const char *value, struct ovr_socket_conf *conf, struct ovr_err *err)
{
	uint64_t ns;
	int rc = ovr_units_parse_duration_ns(what, value, &ns, err);

	if (rc != 0)
		return rc;
	if (ns == 0 || ns % NS_PER_US != 0 || ns / NS_PER_US > INT_MAX)
		return ovr_err_set(err, -ERANGE,
			"%s: busy-poll: found %.80s, accepted: whole microseconds from 1us, as in 50us", what,
			value);
	conf->busy_poll_us = (uint32_t)(ns / NS_PER_US);
	return 0;
}

/* The kernel has the list of those that there are. */
static int
parse_congestion(const char *what, const char *value, struct ovr_socket_conf *conf, struct ovr_err *err)
{
	size_t n = strlen(value);

	if (n == 0 || n >= sizeof(conf->congestion))
		return ovr_err_set(err, -EINVAL,
			"%s: congestion: found \"%.80s\", accepted: a name of 1 to %d characters, as in "
			"cubic",
			what, value, OVR_SOCKET_CONGESTION_BYTES - 1);
	memcpy(conf->congestion, value, n + 1);
	return 0;
}

static void
set_number(size_t key, uint64_t number, struct ovr_socket_conf *conf)
{
	switch (key) {
	case BATCH:
		conf->batch = (uint16_t)number;
		break;
	case REUSEPORT:
		conf->n_sockets = (uint16_t)number;
		break;
	case CONNECTIONS:
		conf->n_connections = (uint32_t)number;
		break;
	case BACKLOG:
		conf->backlog = (uint32_t)number;
		conf->has_backlog = true;
		break;
	case ACCEPT:
		conf->accept = (uint32_t)number;
		conf->has_accept = true;
		break;
	case SHRINK:
		conf->shrink_bytes = (uint32_t)number;
		break;
	default:
		conf->buffer_bytes = (uint32_t)number;
		break;
	}
}

static int
parse_value(
	const char *what, size_t key, const char *value, struct ovr_socket_conf *conf, struct ovr_err *err)
{
	const struct key *row = &keys_of_sockets[key];
	char label[64];
	uint64_t number;
	int rc;

	if (key == NETNS)
		return ovr_socket_netns_parse(what, value, conf->netns, err);
	if (key == BUSY_POLL)
		return parse_busy_poll(what, value, conf, err);
	if (key == CONGESTION)
		return parse_congestion(what, value, conf, err);
	snprintf(label, sizeof(label), "%.40s: %s", what, row->name);
	rc = ovr_units_parse_u64(label, value, row->min, row->max, &number, err);
	if (rc == 0)
		set_number(key, number, conf);
	return rc;
}

static int
parse_key(const struct port *port, const char *key, const char *value, bool *was_seen,
	struct ovr_socket_conf *conf, struct ovr_err *err)
{
	size_t i = 0;

	while (i < KEYS && (strcmp(keys_of_sockets[i].name, key) != 0 || !has_key(port, i)))
		i++;
	if (i == KEYS)
		return refuse_key(port, key, err);
	if (was_seen[i])
		return ovr_err_set(
			err, -EINVAL, "%s: found %s= twice, accepted: every key once", port->what, key);
	was_seen[i] = true;
	return parse_value(port->what, i, value, conf, err);
}

static int
parse_keys(const struct port *port, const char *keys, struct ovr_socket_conf *conf, struct ovr_err *err)
{
	bool was_seen[KEYS] = { false };
	char text[OVR_PORT_NAME_BYTES];
	char *rest = text, *key;
	char list[160];
	int rc = 0;

	snprintf(text, sizeof(text), "%s", keys);
	while (rc == 0 && (key = strsep(&rest, ",")) != NULL) {
		char *value = strchr(key, '=');

		if (*key == '\0' && rest == NULL)
			break;
		if (value == NULL)
			return ovr_err_set(err, -EINVAL,
				"%s: found \"%.80s\" among the keys, accepted of a %s port there: %s",
				port->what, key, port->name, list_keys(port, list, sizeof(list)));
		*value++ = '\0';
		rc = parse_key(port, key, value, was_seen, conf, err);
	}
	return rc;
}

static int
refuse_address(const struct port *port, const char *details, struct ovr_err *err)
{
	const char *name = port->name;

	return ovr_err_set(err, -EINVAL,
		"%s: found \"%s:%.80s\", accepted: %s:ADDRESS:PORT with an address in figures and a port "
		"of 1 to 65535, as in %s:127.0.0.1:9000 or %s:[::1]:9000",
		port->what, name, details, name, name, name);
}

/* "198.19.0.1:9", "[2001:2::1]:9" */
static int
parse_address(const struct port *port, const char *details, struct ovr_socket_conf *conf, struct ovr_err *err)
{
	static const uint8_t none[16] = { 0 };
	char text[INET6_ADDRSTRLEN + 2];
	const char *colon = strrchr(details, ':');
	char *ip = text;
	uint64_t number;
	size_t n = colon == NULL ? 0 : (size_t)(colon - details);

	if (n == 0 || n >= sizeof(text) ||
		ovr_units_parse_u64(port->what, colon + 1, 1, UINT16_MAX, &number, NULL) != 0)
		return refuse_address(port, details, err);
	memcpy(text, details, n);
	text[n] = '\0';
	conf->ip_version = text[0] == '[' && text[n - 1] == ']' ? 6 : 4;
	if (conf->ip_version == 6) {
		text[n - 1] = '\0';
		ip++;
	}
	if (inet_pton(conf->ip_version == 6 ? AF_INET6 : AF_INET, ip, conf->ip) != 1)
		return refuse_address(port, details, err);
	conf->is_any = memcmp(conf->ip, none, sizeof(none)) == 0;
	conf->port = (uint16_t)number;
	if (conf->is_any && (port->end & TX) != 0)
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%s:%.80s\", accepted: the address of a host, since that is where the "
			"port sends to",
			port->what, port->name, details);
	return 0;
}

int
ovr_socket_conf_parse(const char *what, enum ovr_socket_protocol protocol, const char *details,
	const char *keys, struct ovr_socket_conf *ret_conf, struct ovr_err *err)
{
	const struct port port = port_of(what, protocol);
	struct ovr_socket_conf conf;
	int rc;

	/* padding too: plans are compared byte by byte */
	memset(&conf, 0, sizeof(conf));
	rc = parse_address(&port, details, &conf, err);
	if (rc == 0)
		rc = parse_keys(&port, keys, &conf, err);
	if (rc == 0)
		*ret_conf = conf;
	return rc;
}
