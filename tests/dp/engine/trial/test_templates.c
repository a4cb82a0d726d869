/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "capture/capture.h"
#include "trial_run.h"

static struct trial_run run;

/* A capture with a frame of each size, IPv6 with a VLAN tag. */
static void
write_capture(char *path, const unsigned int *size, unsigned int n)
{
	static uint8_t bytes[4][(OVR_FRAME_SIZE_MAX + 63) / 64 * 64];
	struct ovr_frame_flow_conf conf = { .ip_version = 6, .n_vlans = 1, .vlan = { 7 } };
	struct ovr_capture_frame frame[4];
	struct ovr_err err;
	FILE *file = fdopen(mkstemp(path), "wb");

	cr_assert_neq(file, NULL);
	for (unsigned int i = 0; i < n; i++) {
		struct ovr_frame_flow flow = ovr_frame_flow_of(&conf, (uint16_t)i, 0);
		struct ovr_frame_template template;

		cr_assert_eq(ovr_frame_template_build(&flow, size[i], bytes[i], &template, &err), 0, "%s",
			err.text);
		/* a payload of its own, which must arrive as it is */
		for (unsigned int at = template.tag_offset + OVR_FRAME_TAG_BYTES; at < template.pkt_len; at++)
			bytes[i][at] = (uint8_t)(i + 1);
		frame[i] = (struct ovr_capture_frame){ .rx_ns = i,
			.pkt_len = template.pkt_len,
			.cap_len = template.pkt_len,
			.bytes = bytes[i] };
	}
	cr_assert_eq(ovr_capture_write(file, 0, frame, n, &err), 0, "%s", err.text);
	fclose(file);
}

Test(templates, frames_of_a_capture_are_sent_as_streams_of_their_own_and_pass_every_check)
{
	char path[] = "/tmp/ovr_templates_XXXXXX";
	struct ovr_capture_templates templates;
	struct ovr_err err;

	write_capture(path, (const unsigned int[]){ 100, 1518, 300 }, 3);
	cr_assert_eq(ovr_capture_templates_read(path, 256, &templates, &err), 0, "%s", err.text);
	trial_plan(&run, WITH("templates", path, "streams", "3", "count", "3000", "rx", "wire:1,drop-at=1"));
	cr_assert_eq(ovr_capture_templates_mix(&templates, &run.plan.frames.size, &err), 0, "%s", err.text);
	trial_run_plan(&run);
	trial_assert_balanced(&run);
	cr_assert_eq(run.result.ledger.figures.sent, 3000);
	cr_assert_eq(run.result.ledger.lost, 1);
	cr_assert_eq(run.result.n_sizes, 3);
	for (uint32_t i = 0; i < 3; i++) {
		cr_assert_eq(run.result.size[i].sent, 1000);
		/* the second frame on the line is stream 1's first */
		cr_assert_eq(run.result.size[i].lost, run.result.size[i].size == 1518 ? 1u : 0u);
	}
	ovr_capture_templates_done(&templates);
	unlink(path);
}

Test(templates, a_frame_that_is_longer_than_the_plans_sizes_is_refused)
{
	char path[] = "/tmp/ovr_templates_XXXXXX";

	write_capture(path, (const unsigned int[]){ 100, 1518 }, 2);
	trial_run(&run, WITH("templates", path, "streams", "2", "count", "10", "size", "100"));
	cr_assert_eq(run.status, -ERANGE);
	cr_assert_not_null(strstr(run.err.text,
				   ": frame 2: found 1518 bytes with FCS, accepted: up to 100, the longest "
				   "size of the plan"),
		"%s", run.err.text);
	unlink(path);
}

Test(templates, every_stream_goes_to_the_queue_whose_turn_it_is)
{
	trial_run(&run, WITH("rxq", "3", "streams", "30", "ip", "6", "size", "84", "rxd", "8192"));
	trial_assert_balanced(&run);
	for (uint32_t s = 0; s < 30; s++)
		cr_assert_eq(run.result.stream[s].queue, (int)(s % 3), "stream %u", s);
}

Test(templates, a_capture_that_is_not_there_is_refused)
{
	trial_run(&run, WITH("templates", "/nonexistent.pcap"));
	cr_assert_lt(run.status, 0);
	cr_assert_neq(strstr(run.err.text, "/nonexistent.pcap"), NULL, "%s", run.err.text);
}
