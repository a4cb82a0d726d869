/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/values.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "plan/senders.h"

#define VLAN_ID_MAX 4094
/* The longest list of CPUs: 64 of four digits, each with a comma. */
#define CPU_LIST_BYTES 384

/* One port, or several on other machines. */
static int
parse_ports(const struct ovr_plan_row *row, const char *text, bool is_half, struct ovr_port_name *first,
	struct ovr_plan_more *more, struct ovr_err *err)
{
	return is_half ? ovr_port_name_parse_in_half(row->key, text, first, err)
		       : ovr_plan_senders_parse(row->key, text, first, more, err);
}

static const char *
print_ports(const struct ovr_port_name *first, const struct ovr_plan_more *more, char *buf, size_t size)
{
	snprintf(buf, size, "%s%s%s", first->text, more->n != 0 ? "," : "", more->text);
	return buf;
}

OVR_PLAN_PARSE(senders)
{
	return parse_ports(
		row, text, plan->command == OVR_PLAN_HALF, &plan->ports.tx, &plan->ports.more_tx, err);
}

OVR_PLAN_PRINT(senders)
{
	(void)row;
	return print_ports(&plan->ports.tx, &plan->ports.more_tx, buf, size);
}

OVR_PLAN_PARSE(receivers)
{
	return parse_ports(
		row, text, plan->command == OVR_PLAN_HALF, &plan->ports.rx, &plan->ports.more_rx, err);
}

OVR_PLAN_PRINT(receivers)
{
	(void)row;
	return print_ports(&plan->ports.rx, &plan->ports.more_rx, buf, size);
}

OVR_PLAN_PARSE(listen)
{
	struct ovr_listen listen;
	int rc = ovr_listen_parse_or_none(row->key, text, &listen, err);

	if (rc == 0)
		memcpy((char *)plan + row->offset, &listen, sizeof(listen));
	return rc;
}

OVR_PLAN_PRINT(listen)
{
	const void *listen = (const char *)plan + row->offset;

	return ovr_listen_print(buf, size, listen);
}

OVR_PLAN_PARSE(mix)
{
	return ovr_mix_parse(row->key, text, &plan->frames.size, err);
}

OVR_PLAN_PRINT(mix)
{
	(void)row;
	snprintf(buf, size, "%s", plan->frames.size.text);
	return buf;
}

OVR_PLAN_PARSE(ip)
{
	if (strcmp(text, "4") != 0 && strcmp(text, "6") != 0)
		return ovr_err_set(err, -EINVAL, "%s: found \"%.80s\", accepted: 4 or 6", row->key, text);
	plan->frames.ip_version = (uint8_t)(text[0] - '0');
	return 0;
}

OVR_PLAN_PARSE(vlan)
{
	uint16_t vlan[OVR_FRAME_VLANS_MAX] = { 0 };
	uint8_t n_vlans = 0;
	const char *at = strcmp(text, "none") == 0 ? NULL : text;

	while (at != NULL) {
		unsigned int id = 0;
		unsigned int n = 0;

		/* Five digits are too many already, so this cannot wrap. */
		for (; n < 5 && at[n] >= '0' && at[n] <= '9'; n++)
			id = id * 10 + (unsigned int)(at[n] - '0');
		at += n;
		if (n == 0 || id == 0 || id > VLAN_ID_MAX || n_vlans == OVR_FRAME_VLANS_MAX ||
			(*at != ',' && *at != '\0'))
			return ovr_err_set(err, -EINVAL,
				"%s: found \"%.80s\", accepted: none, or one or two ids from 1 to %d, the "
				"outer one first, as in 100,200",
				row->key, text, VLAN_ID_MAX);
		vlan[n_vlans++] = (uint16_t)id;
		at = *at == ',' ? at + 1 : NULL;
	}
	memcpy(plan->frames.vlan, vlan, sizeof(vlan));
	plan->frames.n_vlans = n_vlans;
	return 0;
}

OVR_PLAN_PRINT(vlan)
{
	(void)row;
	if (plan->frames.n_vlans == 0)
		snprintf(buf, size, "none");
	else if (plan->frames.n_vlans == 1)
		snprintf(buf, size, "%u", plan->frames.vlan[0]);
	else
		snprintf(buf, size, "%u,%u", plan->frames.vlan[0], plan->frames.vlan[1]);
	return buf;
}

OVR_PLAN_PARSE(via)
{
	static const char key[] = "netns=";
	struct ovr_plan_via via = plan->ports.via;
	char names[OVR_PLAN_VALUE_BYTES];
	char *rest = names, *name;
	int rc = 0;

	if (strcmp(text, "none") == 0) {
		plan->ports.via.n = 0;
		return 0;
	}
	if (snprintf(names, sizeof(names), "%s", text) >= (int)sizeof(names))
		return ovr_err_set(err, -EINVAL, "%s: found %zu characters, accepted: none, or netns=NAME",
			row->key, strlen(text));
	while (rc == 0 && (name = strsep(&rest, ",")) != NULL) {
		if (strncmp(name, key, strlen(key)) != 0)
			return ovr_err_set(err, -EINVAL,
				"%s: found \"%.80s\", accepted: none, or netns=NAME, a namespace as ip netns "
				"lists it",
				row->key, name);
		if (via.n == OVR_PLAN_VIA_MAX)
			return ovr_err_set(err, -ERANGE,
				"%s: found more than %d namespaces, accepted: up to %d", row->key,
				OVR_PLAN_VIA_MAX, OVR_PLAN_VIA_MAX);
		rc = ovr_socket_netns_parse(row->key, name + strlen(key), via.netns[via.n++], err);
	}
	if (rc == 0)
		plan->ports.via = via;
	return rc;
}

OVR_PLAN_PRINT(via)
{
	const struct ovr_plan_via *via = &plan->ports.via;
	size_t n = 0;

	(void)row;
	if (via->n == 0)
		snprintf(buf, size, "none");
	for (uint32_t i = 0; i < via->n && n < size; i++)
		n += (size_t)snprintf(buf + n, size - n, "%snetns=%s", i == 0 ? "" : ",", via->netns[i]);
	return buf;
}

OVR_PLAN_PARSE(gateway)
{
	struct ovr_plan_gateway gateway = { 0 };

	if (inet_pton(AF_INET, text, gateway.ip) == 1)
		gateway.ip_version = 4;
	else if (inet_pton(AF_INET6, text, gateway.ip) == 1)
		gateway.ip_version = 6;
	else if (strcmp(text, "none") != 0)
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", accepted: none, or an IPv4 or IPv6 address, as in "
			"198.18.255.254",
			row->key, text);
	plan->frames.gateway = gateway;
	return 0;
}

OVR_PLAN_PRINT(gateway)
{
	const struct ovr_plan_gateway *gateway = &plan->frames.gateway;

	(void)row;
	if (gateway->ip_version == 0 ||
		inet_ntop(gateway->ip_version == 4 ? AF_INET : AF_INET6, gateway->ip, buf, (socklen_t)size) ==
			NULL)
		snprintf(buf, size, "none");
	return buf;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Two digits for each byte, one separator between two. @return whether the whole text is that */
static bool
read_mac(const char *text, uint8_t *mac)
{
	if (strlen(text) != 17)
		return false;
	for (unsigned int i = 0; i < 6; i++, text += 3) {
		int high = hex_digit(text[0]);
		int low = hex_digit(text[1]);

		if (high < 0 || low < 0 || (i < 5 && text[2] != ':'))
			return false;
		mac[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

OVR_PLAN_PARSE(mac)
{
	uint8_t mac[6];

	if (!read_mac(text, mac))
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", accepted: six bytes, as in 02:00:00:00:00:01", row->key, text);
	/* Bridges and NICs drop frames from a group address. */
	if (row->offset == offsetof(struct ovr_plan, frames.src_mac) && (mac[0] & 1) != 0)
		return ovr_err_set(err, -EINVAL,
			"%s: found the group address \"%s\", accepted: an individual one", row->key, text);
	memcpy((char *)plan + row->offset, mac, sizeof(mac));
	return 0;
}

OVR_PLAN_PRINT(mac)
{
	uint8_t mac[6];

	memcpy(mac, (const char *)plan + row->offset, sizeof(mac));
	snprintf(buf, size, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	return buf;
}

OVR_PLAN_PARSE(auto_mac)
{
	static const uint8_t zeros[6] = { 0 };
	uint8_t mac[6];

	if (strcmp(text, "auto") == 0) {
		memcpy((char *)plan + row->offset, zeros, sizeof(zeros));
		return 0;
	}
	if (!read_mac(text, mac))
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", accepted: six bytes, as in 02:00:00:00:00:01, or auto",
			row->key, text);
	return ovr_plan_parse_mac(row, text, plan, err);
}

OVR_PLAN_PRINT(auto_mac)
{
	static const uint8_t zeros[6] = { 0 };

	if (memcmp((const char *)plan + row->offset, zeros, sizeof(zeros)) != 0)
		return ovr_plan_print_mac(row, plan, buf, size);
	snprintf(buf, size, "auto");
	return buf;
}

/* "burst=N,gap=T" */
static int
parse_bursts(
	const struct ovr_plan_row *row, const char *text, struct ovr_plan_shape *shape, struct ovr_err *err)
{
	const char *comma = strchr(text, ',');
	char frames[OVR_UNITS_TEXT_BYTES];
	size_t n_frames;
	char what[OVR_UNITS_TEXT_BYTES];
	int rc;

	if (strncmp(text, "burst=", 6) != 0 || comma == NULL || strncmp(comma, ",gap=", 5) != 0)
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", accepted: smooth, poisson, or burst=N,gap=T, as in "
			"burst=512,gap=1ms",
			row->key, text);
	n_frames = (size_t)(comma - text) - 6;
	if (n_frames >= sizeof(frames))
		return ovr_err_set(
			err, -EINVAL, "%s: found \"%.80s\", accepted: a whole number", row->key, text);
	memcpy(frames, text + 6, n_frames);
	frames[n_frames] = '\0';
	shape->shape = OVR_PACE_BURST;
	snprintf(what, sizeof(what), "%s: burst", row->key);
	rc = ovr_units_parse_u64(what, frames, row->min, row->max, &shape->burst_frames, err);
	snprintf(what, sizeof(what), "%s: gap", row->key);
	if (rc == 0)
		rc = ovr_units_parse_duration_ns(what, comma + 5, &shape->gap_ns, err);
	if (rc == 0 && shape->gap_ns > OVR_PLAN_TIME_MAX_NS)
		return ovr_err_set(
			err, -ERANGE, "%s: found \"%.80s\", accepted: a gap of at most 72h", row->key, text);
	return rc;
}

OVR_PLAN_PARSE(shape)
{
	struct ovr_plan_shape shape = { .shape = OVR_PACE_SMOOTH };
	int rc = 0;

	if (strcmp(text, "poisson") == 0)
		shape.shape = OVR_PACE_POISSON;
	else if (strcmp(text, "smooth") != 0)
		rc = parse_bursts(row, text, &shape, err);
	if (rc == 0)
		plan->load.shape = shape;
	return rc;
}

OVR_PLAN_PRINT(shape)
{
	char gap[OVR_UNITS_TEXT_BYTES];

	(void)row;
	switch (plan->load.shape.shape) {
	case OVR_PACE_SMOOTH:
		snprintf(buf, size, "smooth");
		break;
	case OVR_PACE_POISSON:
		snprintf(buf, size, "poisson");
		break;
	case OVR_PACE_BURST:
		snprintf(buf, size, "burst=%" PRIu64 ",gap=%s", plan->load.shape.burst_frames,
			ovr_units_print_duration_ns(gap, sizeof(gap), plan->load.shape.gap_ns));
		break;
	}
	return buf;
}

/* A number of frames ends with a digit or k, m, g; a time with its unit. */
OVR_PLAN_PARSE(burst_max)
{
	struct ovr_plan_back_to_back *search = &plan->back_to_back;
	size_t n = strlen(text);
	uint64_t frames = 0, ns = 0;
	int rc;

	if (strspn(text, "0123456789") == 0)
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", accepted: a time of up to 30s, or a number of frames", row->key,
			text);
	if (n > 0 && (text[n - 1] == 's' || text[n - 1] == 'h'))
		rc = ovr_units_parse_duration_ns(row->key, text, &ns, err);
	else
		rc = ovr_units_parse_u64(row->key, text, row->min, row->max, &frames, err);
	if (rc == 0 && frames == 0 && (ns == 0 || ns > OVR_PLAN_BURST_MAX_NS))
		return ovr_err_set(err, -ERANGE,
			"%s: found \"%.80s\", accepted: a time of up to 30s, or a number of frames", row->key,
			text);
	if (rc == 0) {
		search->limit_frames = frames;
		search->limit_ns = ns;
	}
	return rc;
}

OVR_PLAN_PRINT(burst_max)
{
	(void)row;
	if (plan->back_to_back.limit_frames != 0)
		snprintf(buf, size, "%" PRIu64, plan->back_to_back.limit_frames);
	else
		ovr_units_print_duration_ns(buf, size, plan->back_to_back.limit_ns);
	return buf;
}

OVR_PLAN_PARSE(stall)
{
	return ovr_stall_plan_parse(row->key, text, &plan->receiver.stall, err);
}

OVR_PLAN_PRINT(stall)
{
	(void)row;
	return ovr_stall_plan_print(buf, size, &plan->receiver.stall);
}

/* The worker lists, by the key before each. */
struct core_list {
	const char *key;
	size_t offset;
};

static const struct core_list core_lists[] = {
	{ "tx=", offsetof(struct ovr_plan_cores, tx) },
	{ "rx=", offsetof(struct ovr_plan_cores, rx) },
	{ "wire=", offsetof(struct ovr_plan_cores, wire) },
};

static const struct core_list *
core_list_at(const char *text)
{
	for (size_t i = 0; i < sizeof(core_lists) / sizeof(core_lists[0]); i++)
		if (strncmp(text, core_lists[i].key, strlen(core_lists[i].key)) == 0)
			return &core_lists[i];
	return NULL;
}

/* Characters up to the comma before the next key, or the end. */
static size_t
core_list_length(const char *text)
{
	size_t n = 0;

	while (text[n] != '\0' && (text[n] != ',' || core_list_at(text + n + 1) == NULL))
		n++;
	return n;
}

OVR_PLAN_PARSE(cores)
{
	struct ovr_plan_cores cores = { .tx = { .n_cpus = 0 } };
	const char *at = strcmp(text, "auto") == 0 ? NULL : text;

	while (at != NULL) {
		const struct core_list *list = core_list_at(at);
		char cpus[CPU_LIST_BYTES];
		char object[OVR_UNITS_TEXT_BYTES];
		struct ovr_cpuset *set;
		size_t n;
		int rc;

		if (list == NULL)
			return ovr_err_set(err, -EINVAL,
				"%s: found \"%.80s\", accepted: auto, or lists after tx=, rx= and wire=, as "
				"in tx=1,rx=2-3",
				row->key, text);
		at += strlen(list->key);
		n = core_list_length(at);
		if (n >= sizeof(cpus))
			return ovr_err_set(err, -EINVAL, "%s: found \"%.80s...\", accepted: at most %d CPUs",
				row->key, at, OVR_CPUSET_MAX);
		memcpy(cpus, at, n);
		cpus[n] = '\0';
		set = (void *)((char *)&cores + list->offset);
		if (set->n_cpus != 0)
			return ovr_err_set(err, -EINVAL,
				"%s: found %s twice in \"%.80s\", accepted: every list once", row->key,
				list->key, text);
		snprintf(object, sizeof(object), "%s: %s", row->key, list->key);
		rc = ovr_cpuset_parse(object, cpus, set, err);
		if (rc != 0)
			return rc;
		at = at[n] == ',' ? at + n + 1 : NULL;
	}
	plan->host.cores = cores;
	return 0;
}

OVR_PLAN_PRINT(cores)
{
	const struct ovr_cpuset *sets[] = { &plan->host.cores.tx, &plan->host.cores.rx,
		&plan->host.cores.wire };
	char cpus[CPU_LIST_BYTES];
	size_t n = 0;

	(void)row;
	snprintf(buf, size, "auto");
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]) && n < size; i++)
		if (sets[i]->n_cpus != 0)
			n += (size_t)snprintf(buf + n, size - n, "%s%s%s", n > 0 ? "," : "",
				core_lists[i].key, ovr_cpuset_print(cpus, sizeof(cpus), sets[i]));
	return buf;
}
