/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/port_name.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "pci/bdf.h"
#include "plan/text.h"

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

static const struct kind *
kind_of(const char *text, size_t n)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strlen(kinds[i].text) == n && memcmp(kinds[i].text, text, n) == 0)
			return &kinds[i];
	return NULL;
}

static int
refuse_kind(const char *what, const char *text, struct ovr_err *err)
{
	return ovr_err_set(err, -EINVAL,
		"%s: found \"%.80s\", accepted: KIND:DETAILS[,key=value...], where KIND is wire, netdev, "
		"pci, udp, tcp or vdev, as in wire:1,drop=0.1%%, netdev:eth0, pci:0000:3b:00.0, "
		"udp:127.0.0.1:9000, tcp:127.0.0.1:9000 or vdev:net_null0",
		what, text);
}

/* What the kernel allows as the name of an interface. */
static bool
is_interface_name(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && n <= OVR_NETDEV_NAME_MAX && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
		strpbrk(name, "/: \t\n") == NULL;
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
	}
	return 0;
}

static int
refuse_length(const char *what, size_t length, struct ovr_err *err)
{
	return ovr_err_set(err, -EINVAL, "%s: found a name of %zu bytes, accepted: at most %d", what, length,
		OVR_PORT_NAME_BYTES - 1);
}

int
ovr_port_name_parse(const char *what, const char *text, struct ovr_port_name *ret_name, struct ovr_err *err)
{
	struct ovr_port_name name;
	size_t n_kind = strcspn(text, ":");
	const struct kind *kind = kind_of(text, n_kind);
	const char *details;
	size_t n_details;
	int status, n;

	if (strlen(text) >= OVR_PORT_NAME_BYTES)
		return refuse_length(what, strlen(text), err);
	if (!ovr_plan_text_is_printable(text))
		return ovr_err_set(
			err, -EINVAL, "%s: found \"%.80s\", accepted: printable UTF-8", what, text);
	if (text[n_kind] == '\0' || kind == NULL)
		return refuse_kind(what, text, err);

	memset(&name, 0, sizeof(name));
	name.kind = kind->kind;
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
	snprintf(name.label, sizeof(name.label), "%s:%.42s", kind->text, name.details);
	*ret_name = name;
	return 0;
}

bool
ovr_port_name_is_xdp(const struct ovr_port_name *name)
{
	return name->kind == OVR_PORT_NETDEV && name->conf.netdev.mode == OVR_NETDEV_AF_XDP;
}
