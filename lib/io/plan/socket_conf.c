/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/udp_conf.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "base/units.h"
#include "plan/port_name.h"

#define NS_PER_US 1000u

/* The sides that have a key. */
enum side { SENDS = 1, RECEIVES = 2, BOTH = SENDS | RECEIVES };

/* A key, the sides that have it, and the numbers that it takes. */
struct key {
	const char *name;
	enum side side;
	const char *form;
	uint64_t min, max;
};

enum { NETNS, BATCH, RCVBUF, REUSEPORT, BUSY_POLL, SNDBUF, KEYS };

static const struct key keys_of_udp[KEYS] = {
	[NETNS] = { "netns", BOTH, "netns=NAME", 0, 0 },
	[BATCH] = { "batch", BOTH, "batch=N", 1, OVR_UDP_BATCH_MAX },
	[RCVBUF] = { "rcvbuf", RECEIVES, "rcvbuf=BYTES", 1, INT_MAX / 2 },
	[REUSEPORT] = { "reuseport", RECEIVES, "reuseport=N", 1, OVR_UDP_SOCKETS_MAX },
	[BUSY_POLL] = { "busy-poll", RECEIVES, "busy-poll=TIME", 0, 0 },
	[SNDBUF] = { "sndbuf", SENDS, "sndbuf=BYTES", 1, INT_MAX / 2 },
};

static enum side
side_of(const char *what)
{
	return strcmp(what, "tx") == 0 ? SENDS : RECEIVES;
}

/* "netns=NAME, batch=N, …": those of a side. */
static const char *
list_keys(enum side side, char *text, size_t size)
{
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < KEYS && n < size; i++)
		if ((keys_of_udp[i].side & side) != 0)
			n += (size_t)snprintf(
				text + n, size - n, "%s%s", n == 0 ? "" : ", ", keys_of_udp[i].form);
	return text;
}

static int
refuse_key(const char *what, const char *key, struct ovr_err *err)
{
	struct ovr_nearest nearest = ovr_nearest_to(key);
	char question[OVR_NEAREST_QUESTION_BYTES];
	char list[160];

	for (size_t i = 0; i < KEYS; i++)
		if ((keys_of_udp[i].side & side_of(what)) != 0)
			ovr_nearest_offer(&nearest, keys_of_udp[i].name);
	return ovr_err_set(err, -EINVAL, "%s: found the key \"%.80s\"%s accepted of a udp port there: %s",
		what, key, ovr_nearest_ask(&nearest, question), list_keys(side_of(what), list, sizeof(list)));
}

/* It is a file in /run/netns. */
int
ovr_udp_netns_parse(
	const char *what, const char *value, char ret_netns[OVR_UDP_NETNS_BYTES], struct ovr_err *err)
{
	size_t n = strlen(value);

	if (n == 0 || n >= OVR_UDP_NETNS_BYTES || strchr(value, '/') != NULL || value[0] == '.')
		return ovr_err_set(err, -EINVAL,
			"%s: netns: found \"%.80s\", accepted: the name of a network namespace as ip netns "
			"lists it, of 1 to %d characters",
			what, value, OVR_UDP_NETNS_BYTES - 1);
	memcpy(ret_netns, value, n + 1);
	return 0;
}

static int
parse_busy_poll(const char *what, const char *value, struct ovr_udp_conf *conf, struct ovr_err *err)
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

static int
parse_value(const char *what, size_t key, const char *value, struct ovr_udp_conf *conf, struct ovr_err *err)
{
	const struct key *row = &keys_of_udp[key];
	char label[64];
	uint64_t number;
	int rc;

	if (key == NETNS)
		return ovr_udp_netns_parse(what, value, conf->netns, err);
	if (key == BUSY_POLL)
		return parse_busy_poll(what, value, conf, err);
	snprintf(label, sizeof(label), "%.40s: %s", what, row->name);
	rc = ovr_units_parse_u64(label, value, row->min, row->max, &number, err);
	if (rc != 0)
		return rc;
	if (key == BATCH)
		conf->batch = (uint16_t)number;
	else if (key == REUSEPORT)
		conf->n_sockets = (uint16_t)number;
	else
		conf->buffer_bytes = (uint32_t)number;
	return 0;
}

static int
parse_key(const char *what, const char *key, const char *value, bool *was_seen, struct ovr_udp_conf *conf,
	struct ovr_err *err)
{
	size_t i = 0;

	while (i < KEYS &&
		(strcmp(keys_of_udp[i].name, key) != 0 || (keys_of_udp[i].side & side_of(what)) == 0))
		i++;
	if (i == KEYS)
		return refuse_key(what, key, err);
	if (was_seen[i])
		return ovr_err_set(err, -EINVAL, "%s: found %s= twice, accepted: every key once", what, key);
	was_seen[i] = true;
	return parse_value(what, i, value, conf, err);
}

static int
parse_keys(const char *what, const char *keys, struct ovr_udp_conf *conf, struct ovr_err *err)
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
				"%s: found \"%.80s\" among the keys, accepted of a udp port there: %s", what,
				key, list_keys(side_of(what), list, sizeof(list)));
		*value++ = '\0';
		rc = parse_key(what, key, value, was_seen, conf, err);
	}
	return rc;
}

static int
refuse_address(const char *what, const char *details, struct ovr_err *err)
{
	return ovr_err_set(err, -EINVAL,
		"%s: found \"udp:%.80s\", accepted: udp:ADDRESS:PORT with an address in figures and a port "
		"of 1 to 65535, as in udp:127.0.0.1:9000 or udp:[::1]:9000",
		what, details);
}

/* "198.19.0.1:9", "[2001:2::1]:9" */
static int
parse_address(const char *what, const char *details, struct ovr_udp_conf *conf, struct ovr_err *err)
{
	static const uint8_t none[16] = { 0 };
	char text[INET6_ADDRSTRLEN + 2];
	const char *colon = strrchr(details, ':');
	char *ip = text;
	uint64_t port;
	size_t n = colon == NULL ? 0 : (size_t)(colon - details);

	if (n == 0 || n >= sizeof(text) ||
		ovr_units_parse_u64(what, colon + 1, 1, UINT16_MAX, &port, NULL) != 0)
		return refuse_address(what, details, err);
	memcpy(text, details, n);
	text[n] = '\0';
	conf->ip_version = text[0] == '[' && text[n - 1] == ']' ? 6 : 4;
	if (conf->ip_version == 6) {
		text[n - 1] = '\0';
		ip++;
	}
	if (inet_pton(conf->ip_version == 6 ? AF_INET6 : AF_INET, ip, conf->ip) != 1)
		return refuse_address(what, details, err);
	conf->is_any = memcmp(conf->ip, none, sizeof(none)) == 0;
	conf->port = (uint16_t)port;
	if (conf->is_any && side_of(what) == SENDS)
		return ovr_err_set(err, -EINVAL,
			"%s: found \"udp:%.80s\", accepted: the address of a host, since that is where the "
			"port sends to",
			what, details);
	return 0;
}

int
ovr_udp_conf_parse(const char *what, const char *details, const char *keys, struct ovr_udp_conf *ret_conf,
	struct ovr_err *err)
{
	struct ovr_udp_conf conf;
	int rc;

	/* padding too: plans are compared byte by byte */
	memset(&conf, 0, sizeof(conf));
	rc = parse_address(what, details, &conf, err);
	if (rc == 0)
		rc = parse_keys(what, keys, &conf, err);
	if (rc == 0)
		*ret_conf = conf;
	return rc;
}
