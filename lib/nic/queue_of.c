/* SPDX-License-Identifier: BSD-3-Clause */
/* Which queue does a counter's name speak of? Drivers agree on nothing, but there are only so many ways. */
#include <ctype.h>
#include <string.h>

#include "nic/sources.h"

/* More queues has no device; a longer number is a size. */
#define QUEUE_MAX 16383

/* A number, and behind it the name's end or a separator. @return it; -1: none */
static int32_t
number_at(const char *text)
{
	int32_t number = 0;

	if (!isdigit((unsigned char)*text))
		return -1;
	while (isdigit((unsigned char)*text)) {
		number = 10 * number + (*text++ - '0');
		if (number > QUEUE_MAX)
			return -1;
	}
	return isalnum((unsigned char)*text) ? -1 : number;
}

/* A number behind at most one of the separators. */
static int32_t
number_behind(const char *text, const char *separators)
{
	if (*text != '\0' && strchr(separators, *text) != NULL)
		text++;
	return number_at(text);
}

/* "rx3_", "rx-3.", "rxq3_", "rxq_3_", "rxq[3]"; but in "rx_64_bytes" the number is a size. */
static int32_t
behind_direction(const char *text)
{
	if (strncasecmp(text, "rx", 2) != 0 && strncasecmp(text, "tx", 2) != 0)
		return -1;
	text += 2;
	return tolower((unsigned char)*text) == 'q' ? number_behind(text + 1, "_-[# ")
						    : number_behind(text, "-[");
}

int32_t
ovr_nic_queue_of(const char *name)
{
	const char *last = strrchr(name, '[');
	int32_t queue = -1;

	for (const char *at = name; *at != '\0' && queue < 0; at++) {
		if (at > name && isalnum((unsigned char)at[-1]) && strncasecmp(at, "queue", 5) != 0)
			continue;
		queue = strncasecmp(at, "queue", 5) == 0 ? number_behind(at + 5, "_-[# ")
							 : behind_direction(at);
	}
	if (queue < 0 && name[0] == '[' && strchr(name, ']') != NULL)
		queue = number_at(name + 1);
	if (queue < 0 && last != NULL && name[strlen(name) - 1] == ']')
		queue = number_at(last + 1);
	return queue;
}
