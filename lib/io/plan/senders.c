/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/senders.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What begins the next sender. */
#define NEXT ",host:"

/* A comma that looks as if it began a port of this machine: keys have an equals sign instead. */
static int
check_commas(const char *what, const char *text, struct ovr_err *err)
{
	for (const char *at = strchr(text, ','); at != NULL; at = strchr(at + 1, ','))
		if (strncmp(at, NEXT, strlen(NEXT)) != 0 && ovr_port_name_begins(at + 1))
			return ovr_err_set(err, -EINVAL,
				"%s: found \"%.80s\" behind another port, accepted: a port of this machine "
				"as "
				"the first one, and of others with host:NAME/ before each",
				what, at + 1);
	return 0;
}

/* The port that begins at @p text. @return what follows it: the next one, or NULL */
static const char *
parse_one(const char *what, const char *text, struct ovr_port_name *ret_name, int *ret_status,
	struct ovr_err *err)
{
	const char *end = strstr(text, NEXT);
	size_t n = end != NULL ? (size_t)(end - text) : strlen(text);
	char one[OVR_PORT_NAME_BYTES + 1];

	snprintf(one, sizeof(one), "%.*s", (int)(n < sizeof(one) ? n : sizeof(one) - 1), text);
	*ret_status = ovr_port_name_parse(what, one, ret_name, err);
	return end != NULL ? end + 1 : NULL;
}

static int
add(const char *what, const struct ovr_port_name *name, struct ovr_plan_more *more, size_t *used,
	struct ovr_err *err)
{
	int n = snprintf(
		more->text + *used, sizeof(more->text) - *used, "%s%s", *used > 0 ? "," : "", name->text);

	if (more->n == OVR_PLAN_SENDERS_MAX - 1 || (size_t)n >= sizeof(more->text) - *used)
		return ovr_err_set(err, -ERANGE,
			"%s: found more ports, accepted: at most %d, with names of at most %d bytes in all",
			what, OVR_PLAN_SENDERS_MAX, OVR_PLAN_SENDERS_BYTES - 1);
	*used += (size_t)n;
	more->n++;
	return 0;
}

int
ovr_plan_senders_parse(const char *what, const char *text, struct ovr_port_name *ret_first,
	struct ovr_plan_more *ret_more, struct ovr_err *err)
{
	struct ovr_plan_more more;
	struct ovr_port_name first, name;
	size_t used = 0;
	int status = check_commas(what, text, err);

	/* padding too: plans are compared byte by byte */
	memset(&more, 0, sizeof(more));
	if (status != 0)
		return status;
	text = parse_one(what, text, &first, &status, err);
	while (status == 0 && text != NULL) {
		text = parse_one(what, text, &name, &status, err);
		if (status == 0)
			status = add(what, &name, &more, &used, err);
	}
	if (status != 0)
		return status;
	*ret_first = first;
	*ret_more = more;
	return 0;
}

/* Port @p index of a list. */
static struct ovr_port_name
port_at(const char *what, const struct ovr_port_name *first, const struct ovr_plan_more *more, uint32_t index)
{
	struct ovr_port_name name = *first;
	const char *text = more->text;
	int status;

	for (uint32_t i = 0; i < index && text != NULL; i++)
		text = parse_one(what, text, &name, &status, NULL);
	return name;
}

uint32_t
ovr_plan_senders_count(const struct ovr_plan_ports *ports)
{
	return 1 + ports->more_tx.n;
}

struct ovr_port_name
ovr_plan_sender_at(const struct ovr_plan_ports *ports, uint32_t index)
{
	return port_at("tx", &ports->tx, &ports->more_tx, index);
}

/* The text of a list's port, and how long it is. */
static const char *
text_at(const struct ovr_port_name *first, const struct ovr_plan_more *more, uint32_t index, size_t *ret_n)
{
	const char *text = index == 0 ? first->text : more->text, *end;

	for (uint32_t i = 1; i < index; i++)
		text = strstr(text, NEXT) + 1;
	end = index == 0 ? NULL : strstr(text, NEXT);
	*ret_n = end != NULL ? (size_t)(end - text) : strlen(text);
	return text;
}

/* Whether the receiver of a pair is the one of the pair before it. */
static bool
is_same_receiver(const struct ovr_plan_ports *ports, uint32_t pair)
{
	size_t n, n_before;
	const char *text = text_at(&ports->rx, &ports->more_rx, pair, &n);
	const char *before = text_at(&ports->rx, &ports->more_rx, pair - 1, &n_before);

	return n == n_before && memcmp(text, before, n) == 0;
}

uint32_t
ovr_plan_receiver_of(const struct ovr_plan_ports *ports, uint32_t sender)
{
	uint32_t receiver = 0;

	for (uint32_t i = 1; i <= sender && i <= ports->more_rx.n; i++)
		receiver += !is_same_receiver(ports, i);
	return receiver;
}

uint32_t
ovr_plan_receivers_count(const struct ovr_plan_ports *ports)
{
	return 1 + ovr_plan_receiver_of(ports, ports->more_rx.n);
}

struct ovr_plan_range
ovr_plan_senders_of(const struct ovr_plan_ports *ports, uint32_t receiver)
{
	struct ovr_plan_range senders = { .n = 0 };
	uint32_t n = ovr_plan_senders_count(ports);

	for (uint32_t i = 0; i < n; i++) {
		if (ovr_plan_receiver_of(ports, i) != receiver)
			continue;
		if (senders.n++ == 0)
			senders.first = i;
	}
	return senders;
}

struct ovr_port_name
ovr_plan_receiver_at(const struct ovr_plan_ports *ports, uint32_t index)
{
	uint32_t pair = 0;

	while (pair < ports->more_rx.n && ovr_plan_receiver_of(ports, pair) < index)
		pair++;
	return port_at("rx", &ports->rx, &ports->more_rx, pair);
}

bool
ovr_plan_has_hosts(const struct ovr_plan_ports *ports)
{
	return ports->tx.host[0] != '\0' || ports->rx.host[0] != '\0' || ports->more_tx.n != 0 ||
		ports->more_rx.n != 0;
}
