/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/port_name.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "plan/text.h"

/* A kind, and the text before its colon. */
struct kind {
	const char *text;
	enum ovr_port_kind kind;
};

static const struct kind kinds[] = {
	{ "wire", OVR_PORT_WIRE },
	{ "vdev", OVR_PORT_VDEV },
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
	if ((n_kind == 6 && memcmp(text, "netdev", 6) == 0) || (n_kind == 3 && memcmp(text, "pci", 3) == 0))
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", a kind that is not built yet, accepted: wire:0, wire:1, or "
			"vdev:DRIVER[,key=value...] (net_af_xdp0,iface=eth0 and net_af_packet0,iface=eth0 "
			"reach a kernel interface)",
			what, text);
	return ovr_err_set(err, -EINVAL,
		"%s: found \"%.80s\", accepted: KIND:DETAILS[,key=value...], where KIND is wire or vdev "
		"(netdev and pci are not built yet), as in wire:1,drop=0.1%% or vdev:net_null0",
		what, text);
}

int
ovr_port_name_parse(const char *what, const char *text, struct ovr_port_name *ret_name, struct ovr_err *err)
{
	struct ovr_port_name name;
	size_t n_kind = strcspn(text, ":");
	const struct kind *kind = kind_of(text, n_kind);
	const char *details;
	size_t n_details;

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
	if (name.kind == OVR_PORT_WIRE && strcmp(name.details, "") != 0 && strcmp(name.details, "0") != 0 &&
		strcmp(name.details, "1") != 0)
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", accepted: wire:0 or wire:1 (wire: alone is 0 to send, 1 to "
			"receive)",
			what, text);
	if (name.kind == OVR_PORT_VDEV && n_details == 0)
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", accepted: vdev:DRIVER, as in vdev:net_null0", what, text);
	/* A comma with nothing behind it is dropped. */
	memcpy(name.text, text, name.keys[0] != '\0' ? strlen(text) : n_kind + 1 + n_details);
	snprintf(name.label, sizeof(name.label), "%s:%.42s", kind->text, name.details);
	*ret_name = name;
	return 0;
}
