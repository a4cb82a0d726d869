/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What the ends of a trial say, put down in them, and what is said to them. It is private to
 * lib/remote/caller: conduct.h is what others call. Control thread.
 */
#pragma once

#include "caller/conduct.h"

/** Exchanges during the trial, one a second, have numbers of their own, from here on. */
#define OVR_CONDUCT_DURING_SEQ 1000u

/** @return whether a signal asked for the end */
bool ovr_conduct_is_stopped(const struct ovr_conduct *conduct);

/** It cannot go on. The first reason stays. */
void ovr_conduct_gone(struct ovr_conduct_end *end, const char *why);

/**
 * Say something to an end; one that does not hear is gone.
 * @return 0; -EPIPE: it is gone; others of ovr_channel_send()
 */
int ovr_conduct_say(struct ovr_conduct_end *end, const struct ovr_message *message, struct ovr_err *err);

/** Say what has nothing but a type. @return as ovr_conduct_say() */
int ovr_conduct_say_type(struct ovr_conduct_end *end, enum ovr_message_type type, struct ovr_err *err);

/** Begin an exchange about the time. It is under way until asked_ns is 0 */
void ovr_conduct_ask_time(struct ovr_conduct_end *end, uint32_t seq);

/** @return whether something may still come of it that counts */
bool ovr_conduct_is_heard(const struct ovr_conduct *conduct, const struct ovr_conduct_end *end);

/** Wait for the first end that says something, and hear what all have said. */
void ovr_conduct_hear(struct ovr_conduct *conduct);

/**
 * Wait for one end, and hear what it has said. To look at all of a thousand for each answer would
 * take longer than the answer, so the others wait for a moment.
 * @return whether they were heard, too
 */
bool ovr_conduct_hear_mostly(struct ovr_conduct *conduct, struct ovr_conduct_end *end);

/** Whether an end has come so far. */
typedef bool ovr_conduct_reached(const struct ovr_conduct_end *end);

/**
 * Wait for @p n ends from @p first on, before the start: every fault is an error of the trial.
 * @param what they are to answer, for the sentence
 * @return 0; -EPIPE: one cannot go on; -EINTR: stopped by a signal; -ETIMEDOUT
 */
int ovr_conduct_wait(struct ovr_conduct *conduct, uint32_t first, uint32_t n, ovr_conduct_reached *is_reached,
	uint64_t timeout_ms, const char *what, struct ovr_err *err);
