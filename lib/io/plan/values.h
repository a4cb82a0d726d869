/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Parse and print functions of plan values, from which the table of rows is made.
 *
 * All have the types of ovr_plan_row's members. A parse function changes its row's member and
 * nothing else, on success only; a print function writes what its parse function reads back. The
 * values of one number or word are in values.c, those with parts in forms.c.
 */
#pragma once

#include "plan/plan.h"

#define OVR_PLAN_PARSE(name)                                                                               \
	int ovr_plan_parse_##name(const struct ovr_plan_row *row, const char *text, struct ovr_plan *plan, \
		struct ovr_err *err)
#define OVR_PLAN_PRINT(name)               \
	const char *ovr_plan_print_##name( \
		const struct ovr_plan_row *row, const struct ovr_plan *plan, char *buf, size_t size)

/** A number of 8, 16, 32 or 64 bits from row->min to row->max. */
OVR_PLAN_PARSE(u8);
OVR_PLAN_PRINT(u8);
OVR_PLAN_PARSE(u16);
OVR_PLAN_PRINT(u16);
OVR_PLAN_PARSE(u32);
OVR_PLAN_PRINT(u32);
OVR_PLAN_PARSE(u64);
OVR_PLAN_PRINT(u64);

/** The same of 32 bits, or "auto" (0). */
OVR_PLAN_PARSE(auto_u32);
OVR_PLAN_PRINT(auto_u32);

/** The same of 64 bits, or "none" (0). */
OVR_PLAN_PARSE(limit);
OVR_PLAN_PRINT(limit);

/** A power of two of 32 bits; "auto": 0. */
OVR_PLAN_PARSE(power);

/** A time from row->min to row->max ns. */
OVR_PLAN_PARSE(duration);
OVR_PLAN_PRINT(duration);

/** The same, or "none" (0), or "auto" (OVR_PLAN_TIME_AUTO). */
OVR_PLAN_PARSE(auto_duration);
OVR_PLAN_PRINT(auto_duration);
OVR_PLAN_PARSE(time);
OVR_PLAN_PRINT(time);

/**
 * Namespaces on the way: "netns=NAME[,netns=NAME…]", added to those that are there; "none": no
 * more.
 */
OVR_PLAN_PARSE(via);
OVR_PLAN_PRINT(via);

/** A rate in any layer. */
OVR_PLAN_PARSE(rate);
OVR_PLAN_PRINT(rate);

/** The same, or the word that is the row's default (value 0). */
OVR_PLAN_PARSE(rate_or_word);
OVR_PLAN_PRINT(rate_or_word);

/** Frames per second, or "none" (value 0). */
OVR_PLAN_PARSE(service);
OVR_PLAN_PRINT(service);

/** A share, in ppb. */
OVR_PLAN_PARSE(share);
OVR_PLAN_PRINT(share);

/** A share from row->min to row->max ppb. */
OVR_PLAN_PARSE(level);

/** A factor in millionths from row->min to row->max: "1.5". */
OVR_PLAN_PARSE(factor);
OVR_PLAN_PRINT(factor);

/** A line speed, or "auto" (0). */
OVR_PLAN_PARSE(line);
OVR_PLAN_PRINT(line);

/** An address to listen at (plan/listen.h), or "none". */
OVR_PLAN_PARSE(listen);
OVR_PLAN_PRINT(listen);

/** An enum: its words stand in row->metavar in the order of its values, "direct|dut". */
OVR_PLAN_PARSE(choice);
OVR_PLAN_PRINT(choice);

/** "true" or "false" (YAML's other words for them are read too). */
OVR_PLAN_PARSE(boolean);
OVR_PLAN_PRINT(boolean);

/** A file name of up to OVR_PLAN_PATH_BYTES - 1 bytes, or "none" (""). */
OVR_PLAN_PARSE(file);
OVR_PLAN_PRINT(file);

/** An identifier of 32 bits: "auto" (0) or 0x and up to eight hexadecimal digits. */
OVR_PLAN_PARSE(trial_id);
OVR_PLAN_PRINT(trial_id);

/** A port's name; the keys of a wire are checked too. */
OVR_PLAN_PARSE(senders);
OVR_PLAN_PARSE(receivers);
OVR_PLAN_PRINT(senders);
OVR_PLAN_PRINT(receivers);

/** Frame sizes, see ovr_mix_parse(). */
OVR_PLAN_PARSE(mix);
OVR_PLAN_PRINT(mix);

/** The longest burst to try, in frames from row->min to row->max, or a time of up to 30 s. */
OVR_PLAN_PARSE(burst_max);
OVR_PLAN_PRINT(burst_max);

/** "4" or "6". */
OVR_PLAN_PARSE(ip);

/** "none", "100" or "100,200": outer tag first. */
OVR_PLAN_PARSE(gateway);
OVR_PLAN_PRINT(gateway);
OVR_PLAN_PARSE(vlan);
OVR_PLAN_PRINT(vlan);

/** "02:00:00:00:00:01". */
OVR_PLAN_PARSE(mac);
OVR_PLAN_PRINT(mac);

/** The same, or "auto" (zeros). */
OVR_PLAN_PARSE(auto_mac);
OVR_PLAN_PRINT(auto_mac);

/** "smooth", "poisson" or "burst=N,gap=T". */
OVR_PLAN_PARSE(shape);
OVR_PLAN_PRINT(shape);

/** Injected stalls, see ovr_stall_plan_parse(). */
OVR_PLAN_PARSE(stall);
OVR_PLAN_PRINT(stall);

/**
 * "auto" or "tx=LIST,rx=LIST,wire=LIST"; a comma followed by no known key belongs to the list
 * before it.
 */
OVR_PLAN_PARSE(cores);
OVR_PLAN_PRINT(cores);

/**
 * Lists of values, with commas, each value once; "auto": an empty one, the plan's own value. In
 * lists.c; of rings A..B stands for A and its doubles up to B, and they are kept ascending.
 */
OVR_PLAN_PARSE(sizes);
OVR_PLAN_PRINT(sizes);
OVR_PLAN_PARSE(rings);
OVR_PLAN_PRINT(rings);
OVR_PLAN_PARSE(rates);
OVR_PLAN_PRINT(rates);
OVR_PLAN_PARSE(bursts);
OVR_PLAN_PRINT(bursts);
OVR_PLAN_PARSE(queues);
OVR_PLAN_PRINT(queues);
OVR_PLAN_PARSE(stalls);
OVR_PLAN_PRINT(stalls);
