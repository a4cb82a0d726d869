/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/port_name.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "pci/bdf.h"
#include "plan/text.h"

/* Before the name of another machine. */
#define HOST "host:"

/* A kind, and the text before its colon. */
struct kind {
	const char *text;
	enum ovr_port_kind kind;
};

static const struct kind kinds[] = {
	{ "wire", OVR_PORT_WIRE },
	{ "vdev", OVR_PORT_VDEV },
	{ "netdev", OVR_PORT_NETDEV },
	{ "pci", OVR_PORT_PCI },
	{ "udp", OVR_PORT_UDP },
	{ "tcp", OVR_PORT_TCP },
};

#define ELSEWHERE "elsewhere:"

static const struct kind *
kind_of(const char *text, size_t n)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strlen(kinds[i].text) == n && memcmp(kinds[i].text, text, n) == 0)
			return &kinds[i];
	return NULL;
}

/* What the kernel allows as the name of an interface. */
static bool
is_interface_name(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && n <= OVR_NETDEV_NAME_MAX && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
		strpbrk(name, "/: \t\n") == NULL;
}

/* The kind that was left away: eth1 is an interface, 3b:00.0 a PCI address; "": unknown. */
static const char *
kind_meant(const char *text)
{
	struct ovr_pci_bdf bdf;
	struct ovr_err err;

	if (kind_of(text, strlen(text)) != NULL)
		return "";
	if (ovr_pci_bdf_parse("port", text, &bdf, &err) == 0)
		return "pci:";
	return is_interface_name(text) && text[0] != '-' ? "netdev:" : "";
}

static int
refuse_kind(const char *what, const char *text, struct ovr_err *err)
{
	const char *meant = kind_meant(text);

	return ovr_err_set(err, -EINVAL,
		"%s: found \"%.80s\"%s%s%.80s%s accepted: KIND:DETAILS[,key=value...], where KIND is wire, "
		"netdev, pci, udp, tcp or vdev, as in wire:1,drop=0.1%%, netdev:eth0, pci:0000:3b:00.0, "
		"udp:127.0.0.1:9000, tcp:127.0.0.1:9000 or vdev:net_null0, and host:NAME/ before it where "
		"another machine has the port",
		what, text, meant[0] != '\0' ? ", did you mean " : "", meant, meant[0] != '\0' ? text : "",
		meant[0] != '\0' ? ";" : ",");
}

/* Parse what stands after the colon. A PCI address becomes the canonical one. */
static int
parse_details(const char *what, const char *text, struct ovr_port_name *name, struct ovr_err *err)
{
	struct ovr_pci_bdf bdf;
	int status;

	switch (name->kind) {
	case OVR_PORT_WIRE:
		if (name->details[0] != '\0' && strcmp(name->details, "0") != 0 &&
			strcmp(name->details, "1") != 0)
			return ovr_err_set(err, -EINVAL,
				"%s: found \"%.80s\", accepted: wire:0 or wire:1 (wire: alone is 0 to send, "
				"1 "
				"to receive)",
				what, text);
		return ovr_wire_conf_parse(what, name->keys, &name->conf.wire, err);
	case OVR_PORT_VDEV:
		if (name->details[0] == '\0')
			return ovr_err_set(err, -EINVAL,
				"%s: found \"%.80s\", accepted: vdev:DRIVER, as in vdev:net_null0", what,
				text);
		return 0;
	case OVR_PORT_NETDEV:
		if (!is_interface_name(name->details))
			return ovr_err_set(err, -EINVAL,
				"%s: found \"%.80s\", accepted: netdev:INTERFACE, a name of 1 to %d "
				"characters "
				"as in netdev:eth0",
				what, text, OVR_NETDEV_NAME_MAX);
		return ovr_netdev_conf_parse(what, name->keys, &name->conf.netdev, err);
	case OVR_PORT_PCI:
		status = ovr_pci_bdf_parse(what, name->details, &bdf, err);
		if (status == 0)
			snprintf(name->details, sizeof(name->details), "%s", bdf.text);
		return status;
	case OVR_PORT_UDP:
		return ovr_socket_conf_parse(
			what, OVR_SOCKET_UDP, name->details, name->keys, &name->conf.udp, err);
	case OVR_PORT_TCP:
		return ovr_socket_conf_parse(
			what, OVR_SOCKET_TCP, name->details, name->keys, &name->conf.tcp, err);
	case OVR_PORT_ELSEWHERE:
		break;
	}
	return 0;
}

static int
refuse_length(const char *what, size_t length, struct ovr_err *err)
{
	return ovr_err_set(err, -EINVAL, "%s: found a name of %zu bytes, accepted: at most %d", what, length,
		OVR_PORT_NAME_BYTES - 1);
}

/* A port of this machine: what stands behind host:, or the whole name. */
static int
parse_at_home(const char *what, const char *text, struct ovr_port_name *ret_name, struct ovr_err *err)
{
	struct ovr_port_name name;
	size_t n_kind = strcspn(text, ":");
	const struct kind *kind = kind_of(text, n_kind);
	const char *details;
	size_t n_details, n_label;
	int status, n;

	if (text[n_kind] == '\0' || kind == NULL)
		return refuse_kind(what, text, err);

	memset(&name, 0, sizeof(name));
	name.kind = name.kind_there = kind->kind;
	details = text + n_kind + 1;
	n_details = strcspn(details, ",");
	memcpy(name.details, details, n_details);
	if (details[n_details] == ',')
		memcpy(name.keys, details + n_details + 1, strlen(details + n_details + 1));
	status = parse_details(what, text, &name, err);
	if (status != 0)
		return status;
	/* A comma with nothing after it is dropped. An address may have become longer. */
	n = snprintf(name.text, sizeof(name.text), "%s:%s%s%s", kind->text, name.details,
		name.keys[0] != '\0' ? "," : "", name.keys);
	if (n >= OVR_PORT_NAME_BYTES)
		return refuse_length(what, (size_t)n, err);
	n_label = strlen(kind->text) + 1 + strlen(name.details);
	memcpy(name.label, name.text, n_label < sizeof(name.label) ? n_label : sizeof(name.label) - 1);
	*ret_name = name;
	return 0;
}

/* A port of another machine: what follows host:. */
static int
parse_afar(const char *what, const char *text, struct ovr_port_name *ret_name, struct ovr_err *err)
{
	const char *rest = text + strlen(HOST), *slash = ovr_host_name_end(rest);
	char machine[OVR_PORT_NAME_BYTES];
	char home[OVR_PORT_NAME_BYTES];
	struct ovr_host_name host;
	struct ovr_port_name name;
	int status, n;

	if (slash == NULL)
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", accepted: host:NAME/PORT, as in host:rack-b/netdev:eth1", what,
			text);
	snprintf(machine, sizeof(machine), "%.*s", (int)(slash - rest), rest);
	status = ovr_host_name_parse(what, machine, &host, err);
	if (status == 0)
		status = parse_at_home(what, slash + 1, &name, err);
	if (status != 0)
		return status;
	if (name.kind == OVR_PORT_TCP)
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", accepted of another machine: wire, netdev, pci, udp or vdev, "
			"since a tcp port has both its ends on one machine",
			what, text);
	snprintf(home, sizeof(home), "%s", name.text);
	n = snprintf(name.text, sizeof(name.text), HOST "%s/%s", host.text, home);
	if (n >= OVR_PORT_NAME_BYTES)
		return refuse_length(what, (size_t)n, err);
	snprintf(home, sizeof(home), "%s", name.label);
	snprintf(name.label, sizeof(name.label), HOST "%.20s/%.21s", host.text, home);
	memcpy(name.host, host.text, sizeof(name.host));
	*ret_name = name;
	return 0;
}

/* A port with its name there; without one nothing is known of it but that it is no wire's end. */
static int
parse_elsewhere(const char *what, const char *text, struct ovr_port_name *ret_name, struct ovr_err *err)
{
	const char *there = text + strlen(ELSEWHERE);
	struct ovr_port_name name = { .kind_there = OVR_PORT_ELSEWHERE };
	int status = there[0] == '\0' ? 0 : parse_at_home(what, there, &name, err);

	if (status != 0)
		return status;
	if (name.kind_there == OVR_PORT_WIRE)
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", accepted: elsewhere: alone or before a port that is no wire, "
			"whose ends are on one host",
			what, text);
	if (strlen(ELSEWHERE) + strlen(name.text) >= OVR_PORT_NAME_BYTES)
		return refuse_length(what, strlen(ELSEWHERE) + strlen(name.text), err);
	name.kind = OVR_PORT_ELSEWHERE;
	memmove(name.label + strlen(ELSEWHERE), name.label, sizeof(name.label) - strlen(ELSEWHERE) - 1);
	memcpy(name.label, ELSEWHERE, strlen(ELSEWHERE));
	memmove(name.text + strlen(ELSEWHERE), name.text, strlen(name.text) + 1);
	memcpy(name.text, ELSEWHERE, strlen(ELSEWHERE));
	*ret_name = name;
	return 0;
}

static int
check_text(const char *what, const char *text, struct ovr_err *err)
{
	if (strlen(text) >= OVR_PORT_NAME_BYTES)
		return refuse_length(what, strlen(text), err);
	if (!ovr_plan_text_is_printable(text))
		return ovr_err_set(
			err, -EINVAL, "%s: found \"%.80s\", accepted: printable UTF-8", what, text);
	return 0;
}

int
ovr_port_name_parse(const char *what, const char *text, struct ovr_port_name *ret_name, struct ovr_err *err)
{
	int status = check_text(what, text, err);

	if (status != 0)
		return status;
	return strncmp(text, HOST, strlen(HOST)) == 0 ? parse_afar(what, text, ret_name, err)
						      : parse_at_home(what, text, ret_name, err);
}

bool
ovr_port_name_begins(const char *text)
{
	size_t n = strcspn(text, ":=,");

	return text[n] == ':' && (kind_of(text, n) != NULL || strncmp(text, HOST, strlen(HOST)) == 0);
}

struct ovr_port_name
ovr_port_name_at_home(const struct ovr_port_name *name)
{
	struct ovr_port_name home = *name;

	if (name->host[0] != '\0')
		parse_at_home("port", ovr_host_name_end(name->text + strlen(HOST)) + 1, &home, NULL);
	return home;
}

bool
ovr_port_name_is_one_host(const struct ovr_port_name *name, const struct ovr_port_name *other)
{
	return strcmp(name->host, other->host) == 0;
}

int
ovr_port_name_parse_in_half(
	const char *what, const char *text, struct ovr_port_name *ret_name, struct ovr_err *err)
{
	int status = check_text(what, text, err);

	if (status != 0)
		return status;
	return strncmp(text, ELSEWHERE, strlen(ELSEWHERE)) == 0 ? parse_elsewhere(what, text, ret_name, err)
								: parse_at_home(what, text, ret_name, err);
}

bool
ovr_port_name_is_xdp(const struct ovr_port_name *name)
{
	return name->kind == OVR_PORT_NETDEV && name->conf.netdev.mode == OVR_NETDEV_AF_XDP;
}
