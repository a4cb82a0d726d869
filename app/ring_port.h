/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file The command line of `overrun ring VERB PORT [OPTION]...`, where PORT receives and the
 * options are those of a plan.
 */
#pragma once

#include "options.h"

/**
 * Read it.
 * @param argv argv[0] is the verb, argv[1] the port: an interface, alone or as netdev:NAME, or a
 * port of another kind
 * @return 0; -EINVAL: no port, two of them, or what app_options_parse() refuses
 */
int app_ring_port_parse(int argc, char **argv, enum ovr_plan_command command, struct app_options *ret_options,
	struct ovr_err *err);
