/* SPDX-License-Identifier: BSD-3-Clause */
/* The remote login that controls this process, and its addresses. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nic/route.h"

#define VARIABLE "SSH_CONNECTION"
#define CALLER   "OVERRUN_CALLER"
/* No process has that many ancestors, unless the list of them changes while it is read. */
#define ANCESTORS_MAX 64

/* An address, maybe with "%interface". @return its family; 0: it is none */
static int
parse_address(char *text, uint8_t *ret_address, char *ret_scope)
{
	char *scope = strchr(text, '%');

	if (scope != NULL) {
		*scope++ = '\0';
		snprintf(ret_scope, OVR_NIC_NAME_BYTES, "%s", scope);
	}
	if (inet_pton(AF_INET, text, ret_address) == 1)
		return AF_INET;
	return inet_pton(AF_INET6, text, ret_address) == 1 ? AF_INET6 : 0;
}

int
ovr_nic_login_parse(const char *text, struct ovr_nic_login *ret_login)
{
	struct ovr_nic_login login = { 0 };
	char peer[80], here[80];

	if (sscanf(text, "%79s %*u %79s", peer, here) != 2)
		return -EINVAL;
	login.family = parse_address(peer, login.peer, login.scope);
	if (login.family == 0 || parse_address(here, login.here, login.scope) != login.family)
		return -EINVAL;
	*ret_login = login;
	return 0;
}

/*
 * The login of another process, if its environment may be read and has one.
 * @return whether it was found
 */
static bool
login_of(pid_t pid, struct ovr_nic_login *ret_login)
{
	char path[40];
	char *environment = NULL;
	const char *value = NULL;
	size_t size = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/environ", pid);
	file = fopen(path, "re");
	if (file == NULL)
		return false;
	while (value == NULL && getdelim(&environment, &size, '\0', file) > 0)
		if (strncmp(environment, VARIABLE "=", sizeof(VARIABLE)) == 0)
			value = environment + sizeof(VARIABLE);
	fclose(file);
	if (value != NULL && ovr_nic_login_parse(value, ret_login) != 0)
		value = NULL;
	free(environment);
	return value != NULL;
}

/* @return the parent; 0: unknown */
static pid_t
parent_of(pid_t pid)
{
	char path[40], line[512];
	const char *behind_name;
	int parent = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "re");
	if (file == NULL)
		return 0;
	/* "PID (NAME) STATE PARENT …", and the name may hold anything */
	if (fgets(line, sizeof(line), file) != NULL) {
		behind_name = strrchr(line, ')');
		if (behind_name == NULL || sscanf(behind_name, ") %*c %d", &parent) != 1)
			parent = 0;
	}
	fclose(file);
	return parent;
}

void
ovr_nic_login_find_above(pid_t pid, struct ovr_nic_login *ret_login)
{
	*ret_login = (struct ovr_nic_login){ 0 };
	for (int i = 0; i < ANCESTORS_MAX && pid > 0; i++) {
		if (login_of(pid, ret_login))
			return;
		pid = parent_of(pid);
	}
}

void
ovr_nic_login_find(struct ovr_nic_login *ret_login)
{
	const char *own = getenv(VARIABLE);

	if (own == NULL || ovr_nic_login_parse(own, ret_login) != 0)
		ovr_nic_login_find_above(getpid(), ret_login);
}

int
ovr_nic_login_read_callers(const struct ovr_nic_stack *stack, bool *ret_carries)
{
	const char *text = getenv(CALLER);
	bool carries = false, carries_one;
	int status = 0;

	while (text != NULL && status == 0 && !carries) {
		struct ovr_nic_login caller;

		if (ovr_nic_login_parse(text, &caller) == 0) {
			status = ovr_nic_login_read(&caller, stack, &carries_one);
			carries = status == 0 && carries_one;
		}
		text = strchr(text, ',');
		if (text != NULL)
			text++;
	}
	if (status == 0)
		*ret_carries = carries;
	return status;
}
