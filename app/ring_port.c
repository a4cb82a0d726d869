/* SPDX-License-Identifier: BSD-3-Clause */
#include "ring_port.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/command.h"

/* PORT may be an interface without netdev: before it. No interface's name has a colon. */
static int
name_port(const char *verb, const char *word, char *name, size_t size, struct ovr_err *err)
{
	int n = snprintf(name, size, "%s%s", strchr(word, ':') == NULL ? "netdev:" : "", word);

	if (word[0] == '\0' || word[0] == '-' || n < 0 || (size_t)n >= size)
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", accepted: the port that receives, as in %s wire:1 or %s eth0 "
			"--tx netdev:eth1",
			verb, word, verb, verb);
	return 0;
}

/* The command line with PORT as its --rx. */
int
app_ring_port_parse(int argc, char **argv, enum ovr_plan_command command, struct app_options *ret_options,
	struct ovr_err *err)
{
	const char *name = ovr_plan_spec_of(command)->name;
	char port[OVR_PORT_NAME_BYTES];
	char **words = calloc((size_t)argc + 2, sizeof(*words));
	struct ovr_port_name receiver;
	int status;

	if (words == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for the command line");
	status = name_port(name, argc > 1 ? argv[1] : "", port, sizeof(port), err);
	if (status == 0)
		status = ovr_port_name_parse(name, port, &receiver, err);
	if (status == 0) {
		words[0] = argv[0];
		words[1] = (char *)"--rx";
		words[2] = port;
		for (int i = 2; i < argc; i++)
			words[i + 1] = argv[i];
		status = app_options_parse(argc + 1, words, command, ret_options, err);
	}
	if (status == 0 && strcmp(ret_options->plan.ports.rx.text, receiver.text) != 0)
		status = ovr_err_set(err, -EINVAL,
			"rx: found %.80s beside the port %.80s, accepted: one of them",
			ret_options->plan.ports.rx.text, receiver.text);
	/* the EAL arguments stand in argv, not in the copy */
	if (status == 0) {
		int end = 1;

		while (end < argc && strcmp(argv[end], "--") != 0)
			end++;
		ret_options->eal = argv + (end < argc ? end + 1 : argc);
	}
	free(words);
	return status;
}
