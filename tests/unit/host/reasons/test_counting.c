/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/mount.h>

#include "reasons/counting.h"
#include "support/datagram.h"
#include "support/netns.h"

#define TRACEFS "/sys/kernel/tracing"

static const uint8_t broadcast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

static uint64_t
read_reason(const struct ovr_reasons_counting *counting, const char *wanted)
{
	struct ovr_err err = { "" };

	for (uint32_t i = 0; i < ovr_reasons_counting_n(counting); i++) {
		const char *reason;
		uint64_t events;

		cr_assert_eq(
			ovr_reasons_counting_read(counting, i, &reason, &events, &err), 0, "%s", err.text);
		if (strcmp(reason, wanted) == 0)
			return events;
	}
	cr_assert_fail("%s is not counted", wanted);
	return 0;
}

/* The whole host is counted: others may add to it, and take nothing from it. */
Test(counting, drops_are_counted_by_reason)
{
	const struct datagram datagram = {
		.from = "198.18.9.2", .to = "198.18.9.1", .port = 9, .id = 1, .n_payload = 18
	};
	struct ovr_reasons_counting *counting;
	struct ovr_err err = { "" };
	int status;

	netns_enter();
	if (mount("ovr-tracefs", TRACEFS, "tracefs", 0, NULL) != 0)
		cr_skip_test("may not mount tracefs: %s", strerror(errno));
	status = ovr_reasons_counting_open(NULL, &counting, &err);
	if (status == -EACCES || status == -EPERM)
		cr_skip_test("%s", err.text);
	cr_assert_eq(status, 0, "%s", err.text);
	netns_run("ip link set lo up");
	netns_run("ip address add 198.18.9.1/32 dev lo");
	cr_assert_lt(read_reason(counting, "NO_SOCKET"), 5000);
	datagram_send(&datagram, "lo", broadcast, 5000);
	cr_assert_geq(read_reason(counting, "NO_SOCKET"), 5000);
	cr_assert_lt(read_reason(counting, "NO_SOCKET"), 10000);
	ovr_reasons_counting_close(counting);
}

Test(counting, without_tracefs_there_is_a_sentence)
{
	struct ovr_reasons_counting *counting;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_reasons_counting_open("/proc/self/fdinfo", &counting, &err), -ENOENT);
	cr_assert_null(counting);
	cr_assert_str_eq(
		err.text, "perf needs the tracepoint skb:kfree_skb, which is not in /sys/kernel/tracing");
}
