/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A network namespace of the test's own: no interface of this machine is touched.
 */
#pragma once

/*
 * Enter one that is empty but for lo, and mount the sysfs that shows it. Skips the test where that
 * may not be.
 */
void netns_enter(void);

/*
 * Run a command of the system's tools ("ip link add …"). Skips the test where the tool is missing,
 * fails it where it fails.
 */
void netns_run(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * A veth pair, both ends up, without IPv6, which would send frames of its own. Skips the test where
 * there is no veth.
 */
void netns_make_pair(const char *one, const char *other);

/* The same with several queues in each direction of each end. */
void netns_make_queues(const char *one, const char *other, unsigned int n_queues);

/* Send frames of so many bytes (without FCS) with a packet socket, past any qdisc. */
void netns_send(const char *name, unsigned int n_frames, unsigned int n_bytes);
