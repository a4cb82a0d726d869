/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The MIBs of IP, UDP and TCP by name (net/ipv4/proc.c, net/ipv6/proc.c; nstat(8)). Kernels add
 * columns: one that is not there is unknown.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/readers.h"

/* The next word of a line, and what follows it. NULL: there is none */
static const char *
next_word(const char **at, size_t *ret_length)
{
	const char *word = *at + strspn(*at, " \t");

	*ret_length = strcspn(word, " \t\n");
	*at = word + *ret_length;
	return *ret_length == 0 ? NULL : word;
}

static const char *
next_line(const char *line)
{
	line += strcspn(line, "\n");
	return line + (*line == '\n');
}

/* Add one, if it is a number that can count. */
static void
add(struct ovr_kernel_reading *reading, const char *name, const char *value)
{
	/* Tcp:MaxConn is -1 */
	if (isdigit((unsigned char)*value))
		ovr_kernel_add(reading, OVR_KERNEL_MIB, "", name, strtoull(value, NULL, 10));
}

int
ovr_kernel_mib_parse(const char *text, struct ovr_kernel_reading *reading)
{
	for (const char *names = text, *values; *names != '\0'; names = next_line(values)) {
		size_t prefix = strcspn(names, " \n");
		const char *name, *value;
		size_t name_length, value_length;

		values = next_line(names);
		/* "Udp: InDatagrams …" above "Udp: 17 …" */
		if (prefix == 0 || names[prefix - 1] != ':' || strncmp(names, values, prefix) != 0)
			return -EBADMSG;
		name = names + prefix;
		value = values + prefix;
		for (;;) {
			const char *one = next_word(&name, &name_length);
			const char *its = next_word(&value, &value_length);
			char full[OVR_KERNEL_NAME_BYTES];

			if (one == NULL || its == NULL)
				break;
			snprintf(full, sizeof(full), "%.*s%.*s", (int)prefix, names, (int)name_length, one);
			add(reading, full, its);
		}
	}
	return 0;
}

int
ovr_kernel_mib6_parse(const char *text, struct ovr_kernel_reading *reading)
{
	for (const char *line = text; *line != '\0'; line = next_line(line)) {
		const char *at = line;
		size_t name_length, value_length;
		const char *name = next_word(&at, &name_length);
		const char *value = next_word(&at, &value_length);
		char full[OVR_KERNEL_NAME_BYTES];

		if (name == NULL || value == NULL)
			return -EBADMSG;
		snprintf(full, sizeof(full), "%.*s", (int)name_length, name);
		add(reading, full, value);
	}
	return 0;
}

static void
read_one(struct ovr_kernel_reading *reading, const char *file,
	int (*parse)(const char *text, struct ovr_kernel_reading *reading))
{
	char *text = ovr_kernel_read_proc(file);
	int status = text == NULL ? -errno : parse(text, reading);

	free(text);
	if (status != 0)
		ovr_kernel_note_error(reading, file, status);
}

void
ovr_kernel_mib_read(struct ovr_kernel_reading *reading)
{
	read_one(reading, "snmp", ovr_kernel_mib_parse);
	read_one(reading, "netstat", ovr_kernel_mib_parse);
	read_one(reading, "snmp6", ovr_kernel_mib6_parse);
}
