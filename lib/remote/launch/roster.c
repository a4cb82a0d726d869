/* SPDX-License-Identifier: BSD-3-Clause */
#include "launch/roster.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS  "0123456789"

/* The IPv4 address of a name; a loopback address is no way to another host. */
static int
look_up(const char *name, char ret_address[static OVR_CARD_ADDRESS_BYTES], struct ovr_err *err)
{
	const struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	struct in_addr ip;
	int code = getaddrinfo(name, NULL, &hints, &found);

	if (code != 0)
		return ovr_err_set(err, -ENOENT,
			"host %s: its name has no address here (%s), accepted: one that has, or --listen "
			"NETWORK/BITS",
			name, gai_strerror(code));
	ip = ((const struct sockaddr_in *)found->ai_addr)->sin_addr;
	freeaddrinfo(found);
	inet_ntop(AF_INET, &ip, ret_address, OVR_CARD_ADDRESS_BYTES);
	if (ntohl(ip.s_addr) >> 24 == IN_LOOPBACKNET)
		return ovr_err_set(err, -ENOENT,
			"host %s: its name has the address %s here, which is no way to it, accepted: "
			"another "
			"one, or --listen NETWORK/BITS",
			name, ret_address);
	return 0;
}

static int
add(struct ovr_hosts *hosts, const struct ovr_card *card, const struct ovr_card *own, uint32_t rank,
	struct ovr_err *err)
{
	struct ovr_host host = { .key = card->agent_key, .has_key = true };
	char address[OVR_CARD_ADDRESS_BYTES] = "127.0.0.1";
	int status = 0;

	if (card->address[0] != '\0')
		memcpy(address, card->address, sizeof(address));
	else if (strcmp(card->host, own->host) != 0)
		status = look_up(card->host, address, err);
	if (status != 0)
		return status;
	snprintf(host.name, sizeof(host.name), "%" PRIu32, rank);
	snprintf(host.address, sizeof(host.address), "%s:%u", address, card->port);
	hosts->host[hosts->n++] = host;
	return 0;
}

/* Whether it can stand in `host:NAME/PORT`, and is no number. */
static bool
is_name(const char *text)
{
	size_t length = strlen(text);

	return length < OVR_HOST_NAME_BYTES && strchr(LETTERS DIGITS, text[0]) != NULL &&
		strspn(text, LETTERS DIGITS "-_.") == length && strspn(text, DIGITS ".") < length;
}

static void
add_name(struct ovr_hosts *hosts, const struct ovr_card *card, uint32_t rank)
{
	struct ovr_host host = hosts->host[rank];

	if (!is_name(card->host) || ovr_hosts_of(hosts, card->host) != NULL)
		return;
	snprintf(host.name, sizeof(host.name), "%.63s", card->host);
	hosts->host[hosts->n++] = host;
}

int
ovr_roster_make(const struct ovr_card *card, uint32_t n, uint32_t own, struct ovr_hosts *ret_hosts,
	struct ovr_err *err)
{
	struct ovr_hosts hosts = { .host = calloc(2 * (size_t)n, sizeof(struct ovr_host)) };
	int status = 0;

	if (hosts.host == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for %" PRIu32 " hosts", n);
	for (uint32_t i = 0; i < n && status == 0; i++)
		status = add(&hosts, &card[i], &card[own], i, err);
	if (status != 0) {
		ovr_hosts_done(&hosts);
		return status;
	}
	for (uint32_t i = 0; i < n; i++)
		add_name(&hosts, &card[i], i);
	*ret_hosts = hosts;
	return 0;
}
