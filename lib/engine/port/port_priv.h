/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Declarations common to the files of a pair of ports. port.c opens, changes and closes a pair;
 * start.c starts it.
 */
#pragma once

#include "port/port.h"

/** Add what people should know of the ports, once; an empty note is none. */
void port_take_note(struct ovr_port_pair *pair, const char *note);
