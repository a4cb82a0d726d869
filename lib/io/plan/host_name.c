/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/host_name.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define SSH     "ssh://"
#define DIGITS  "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static int
refuse(const char *what, const char *text, struct ovr_err *err)
{
	return ovr_err_set(err, -EINVAL,
		"%s: found the host \"%.80s\", accepted: a name of the file of hosts (letters, digits, dots, "
		"hyphens, underscores), an address as in 192.0.2.7, 192.0.2.7:5206 or [2001:db8::7]:5206, or "
		"ssh://USER@NAME",
		what, text);
}

/* ssh reads a name that begins with a hyphen as an option: names begin with a letter or a digit. */
static bool
is_word(const char *text, size_t n)
{
	return n > 0 && strchr(LETTERS DIGITS, text[0]) != NULL && strspn(text, LETTERS DIGITS "._-") >= n;
}

static bool
is_login(const char *text)
{
	const char *at = strchr(text, '@');

	if (at == NULL)
		return is_word(text, strlen(text));
	return is_word(text, (size_t)(at - text)) && is_word(at + 1, strlen(at + 1));
}

/*
 * What digits and dots make is an address, right or wrong, and so is what has a colon. Digits alone
 * are a name: the number that a launcher gave to a host.
 */
static bool
looks_like_address(const char *text)
{
	return strchr(text, ':') != NULL ||
		(strchr(text, '.') != NULL && strspn(text, DIGITS ".") == strlen(text));
}

static bool
parse_address(const char *text, struct ovr_listen *ret_address)
{
	char with_port[OVR_PORT_HOST_BYTES + 8];
	const char *colon = strrchr(text, ':');
	bool has_port = colon != NULL && strchr(colon, ']') == NULL;

	if (has_port)
		snprintf(with_port, sizeof(with_port), "%s", text);
	else
		snprintf(with_port, sizeof(with_port), "%s:%d", text, OVR_HOST_PORT_DEFAULT);
	return ovr_listen_parse("host", with_port, ret_address, NULL) == 0 && ret_address->port != 0;
}

int
ovr_host_name_parse(const char *what, const char *text, struct ovr_host_name *ret_host, struct ovr_err *err)
{
	struct ovr_host_name host;

	/* padding too: plans are compared byte by byte */
	memset(&host, 0, sizeof(host));
	if (text[0] == '\0' || strlen(text) >= sizeof(host.text))
		return refuse(what, text, err);
	snprintf(host.text, sizeof(host.text), "%s", text);
	if (strncmp(text, SSH, strlen(SSH)) == 0) {
		host.kind = OVR_HOST_SSH;
		snprintf(host.login, sizeof(host.login), "%s", text + strlen(SSH));
		if (!is_login(host.login))
			return refuse(what, text, err);
	} else if (looks_like_address(text)) {
		host.kind = OVR_HOST_ADDRESS;
		if (!parse_address(text, &host.address))
			return refuse(what, text, err);
		ovr_listen_print(host.text, sizeof(host.text), &host.address);
	} else {
		host.kind = OVR_HOST_NAMED;
		if (!is_word(text, strlen(text)))
			return refuse(what, text, err);
	}
	*ret_host = host;
	return 0;
}

const char *
ovr_host_name_end(const char *text)
{
	size_t n = strncmp(text, SSH, strlen(SSH)) == 0 ? strlen(SSH) : 0;

	return strchr(text + n, '/');
}
