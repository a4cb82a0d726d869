/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_version.h>

#include "app.h"

static void
print_overview(void)
{
	printf("overrun %s: a kernel-bypass loss tester\n\n", OVR_VERSION);
	for (const struct app_command *command = app_commands; command->name != NULL; command++)
		printf("  overrun %-9s %s\n", command->name, command->summary);
	printf("\n\"overrun help COMMAND\" tells a command's options. \"overrun run\" alone sends 64-byte "
	       "frames at 10G line rate\n"
	       "over an emulated cable for five seconds: no NIC, no root, no hugepages.\n\n"
	       "Exit codes: 0 pass, 1 loss above the limit, 2 void (not to be trusted, with reasons), 3 "
	       "could not run.\n");
}

int
cmd_help(int argc, char **argv)
{
	const struct app_command *command;
	struct ovr_err err;

	if (argc < 2) {
		print_overview();
		return APP_EXIT_PASS;
	}
	command = app_command_of(argv[1]);
	if (command == NULL || (argc > 2 && (strcmp(argv[2], "--man") != 0 || command->man == NULL)) ||
		argc > 3) {
		ovr_err_set(&err, -EINVAL,
			"help: nothing is known of \"%s%s%s\"; accepted: help COMMAND, or help COMMAND --man "
			"where its page lists options",
			argv[1], argc > 2 ? " " : "", argc > 2 ? argv[2] : "");
		return app_fail(&err);
	}
	if (argc == 3) {
		command->man(stdout);
		return APP_EXIT_PASS;
	}
	printf("overrun %s %s\n\n%s\n", command->name, command->synopsis, command->summary);
	if (command->help != NULL)
		command->help(stdout);
	return APP_EXIT_PASS;
}

int
cmd_version(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	printf("overrun %s, %s\n", OVR_VERSION, rte_version());
	return APP_EXIT_PASS;
}
