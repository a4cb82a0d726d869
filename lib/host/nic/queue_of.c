/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The queue that a counter's name stands for. Drivers agree on no form; these are the forms they
 * use.
 */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "nic/sources.h"

/* More queues has no device; a longer number is a size. */
#define QUEUE_MAX 16383

/* A number, and after it the name's end or a separator. @return it; -1: none */
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

/* A number after at most one of the separators. */
static int32_t
number_after(const char *text, const char *separators)
{
	if (*text != '\0' && strchr(separators, *text) != NULL)
		text++;
	return number_at(text);
}

/*
 * Whether the number is a frame size, as in "64_bytes", "1024_to_1518_byte_packets", "65_127"? No
 * frame is shorter than 64 bytes.
 */
static bool
is_size(const char *text)
{
	static const char *const unit[] = { "byte", "octet", "to_", "or_", "max" };
	const char *rest = text + strspn(text, "0123456789");

	if (number_at(text) < 64 || *rest != '_')
		return false;
	rest++;
	for (size_t i = 0; i < sizeof(unit) / sizeof(unit[0]); i++)
		if (strncasecmp(rest, unit[i], strlen(unit[i])) == 0)
			return true;
	return isdigit((unsigned char)*rest);
}

/* "rx3_", "rx-3.", "rx_3_", "rxq3_", "rxq_3_", "rxq[3]", "rx_q-3_". */
static int32_t
after_direction(const char *text)
{
	if (strncasecmp(text, "rx", 2) != 0 && strncasecmp(text, "tx", 2) != 0)
		return -1;
	text += 2;
	if (strncasecmp(text, "_q", 2) == 0 && !isalpha((unsigned char)text[2]))
		return number_after(text + 2, "_-[# ");
	if (tolower((unsigned char)*text) == 'q')
		return number_after(text + 1, "_-[# ");
	return *text == '_' && is_size(text + 1) ? -1 : number_after(text, "_-[");
}

/* "queue_3_", "Rx ring  3 ", "rvec_3_": after a word for it. */
static int32_t
after_word(const char *text)
{
	if (strncasecmp(text, "queue", 5) == 0)
		return number_after(text + 5, "_-[# ");
	if (strncasecmp(text, "ring ", 5) == 0)
		return number_at(text + 4 + strspn(text + 4, " "));
	return strncasecmp(text, "rvec_", 5) == 0 ? number_at(text + 5) : -1;
}

/* "q3_rx_dropped", "3: rx_hw_errors", "[3]: rx_discards": the name begins with it. */
static int32_t
at_beginning(const char *name)
{
	size_t digits = strspn(name, "0123456789");

	if (digits > 0 && name[digits] == ':')
		return number_at(name);
	if (name[0] == 'q' && isdigit((unsigned char)name[1]))
		return number_at(name + 1);
	return name[0] == '[' && strchr(name, ']') != NULL ? number_at(name + 1) : -1;
}

int32_t
ovr_nic_queue_of(const char *name)
{
	const char *last = strrchr(name, '[');
	int32_t queue = at_beginning(name);

	for (const char *at = name; *at != '\0' && queue < 0; at++) {
		bool is_inside = at > name && isalnum((unsigned char)at[-1]);

		/* "rxqueue3" is one, "os2bmc_rx" and "string 3" are none */
		if (!is_inside || strncasecmp(at, "queue", 5) == 0)
			queue = after_word(at);
		if (!is_inside && queue < 0)
			queue = after_direction(at);
	}
	if (queue < 0 && last != NULL && name[strlen(name) - 1] == ']')
		queue = number_at(last + 1);
	return queue;
}
