/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/port_name.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "plan/netdev_conf.h"
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
refuse_kind(const char *what, const char *text, size_t n_kind, struct ovr_err *err)
{
	if (n_kind == 3 && memcmp(text, "pci", 3) == 0)
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", a kind that is not built yet, accepted: wire:0, wire:1, "
			"netdev:INTERFACE or vdev:DRIVER[,key=value...]",
			what, text);
	return ovr_err_set(err, -EINVAL,
		"%s: found \"%.80s\", accepted: KIND:DETAILS[,key=value...], where KIND is wire, netdev or "
		"vdev (pci is not built yet), as in wire:1,drop=0.1%%, netdev:eth0 or vdev:net_null0",
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

static int
check_details(const char *what, const char *text, const struct ovr_port_name *name, struct ovr_err *err)
{
	struct ovr_netdev_conf conf;

	switch (name->kind) {
	case OVR_PORT_WIRE:
		if (name->details[0] != '\0' && strcmp(name->details, "0") != 0 &&
			strcmp(name->details, "1") != 0)
			return ovr_err_set(err, -EINVAL,
				"%s: found \"%.80s\", accepted: wire:0 or wire:1 (wire: alone is 0 to send, "
				"1 "
				"to receive)",
				what, text);
		return 0;
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
		return ovr_netdev_conf_parse(what, name->keys, &conf, err);
	}
	return 0;
}

int
ovr_port_name_parse(const char *what, const char *text, struct ovr_port_name *ret_name, struct ovr_err *err)
{
	struct ovr_port_name name;
	size_t n_kind = strcspn(text, ":");
	const struct kind *kind = kind_of(text, n_kind);
	const char *details;
	size_t n_details;
	int status;

	if (strlen(text) >= OVR_PORT_NAME_BYTES)
		return ovr_err_set(err, -EINVAL, "%s: found a name of %zu bytes, accepted: at most %d", what,
			strlen(text), OVR_PORT_NAME_BYTES - 1);
	if (!ovr_plan_text_is_printable(text))
		return ovr_err_set(
			err, -EINVAL, "%s: found \"%.80s\", accepted: printable UTF-8", what, text);
	if (text[n_kind] == '\0' || kind == NULL)
		return refuse_kind(what, text, n_kind, err);

	memset(&name, 0, sizeof(name));
	name.kind = kind->kind;
	details = text + n_kind + 1;
	n_details = strcspn(details, ",");
	memcpy(name.details, details, n_details);
	if (details[n_details] == ',')
		memcpy(name.keys, details + n_details + 1, strlen(details + n_details + 1));
	status = check_details(what, text, &name, err);
	if (status != 0)
		return status;
	/* A comma with nothing behind it is dropped. */
	memcpy(name.text, text, name.keys[0] != '\0' ? strlen(text) : n_kind + 1 + n_details);
	snprintf(name.label, sizeof(name.label), "%s:%.42s", kind->text, name.details);
	*ret_name = name;
	return 0;
}
