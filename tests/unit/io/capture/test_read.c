/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/capture.h"

#include <errno.h>

#include "capture_file.h"

static uint8_t buf[OVR_FRAME_SIZE_MAX + 64];

/* Read a capture that must be refused, remove it, and give the sentence. */
static struct ovr_err
refused(const char *path, uint32_t max_frames, int code)
{
	struct ovr_capture_templates templates = { .n_frames = 77 };
	struct ovr_err err = { "" };

	cr_expect_eq(ovr_capture_templates_read(path, max_frames, &templates, &err), code, "%s", err.text);
	cr_expect_eq(templates.n_frames, 77);
	unlink(path);
	return err;
}

Test(read, frames_are_read_as_they_are)
{
	struct capture_file file = capture_begin();
	struct ovr_capture_templates templates;
	struct ovr_err err = { "" };

	memset(buf, 0x11, sizeof(buf));
	capture_add(&file, buf, 60);
	memset(buf, 0x22, sizeof(buf));
	capture_add(&file, buf, 9212);
	capture_end(&file);
	cr_assert_eq(ovr_capture_templates_read(file.path, 2, &templates, &err), 0, "%s", err.text);
	unlink(file.path);
	cr_assert_eq(templates.n_frames, 2);
	cr_assert_eq(templates.pkt_len[0], 60);
	cr_assert_eq(templates.pkt_len[1], 9212);
	cr_assert_eq(templates.bytes[0][59], 0x11);
	cr_assert_arr_eq(templates.bytes[1], buf, 9212);
	ovr_capture_templates_done(&templates);
	cr_assert_eq(templates.bytes, NULL);
	ovr_capture_templates_done(&templates);
}

Test(read, a_pcapng_file_is_read)
{
	/* section header, interface (Ethernet, no options), one enhanced packet of 60 bytes */
	static const uint32_t head[] = { 0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0xffffffff, 0xffffffff, 28, 1, 20, 1,
		0, 20, 6, 92, 0, 0, 1000, 60, 60 };
	struct ovr_capture_templates templates;
	struct ovr_err err = { "" };
	uint32_t words[19 + 15 + 1];
	char path[256];

	memcpy(words, head, sizeof(head));
	memset(words + 19, 0x5b, 60);
	words[34] = 92;
	write_bytes(path, words, sizeof(words));
	cr_assert_eq(ovr_capture_templates_read(path, 256, &templates, &err), 0, "%s", err.text);
	unlink(path);
	cr_assert_eq(templates.n_frames, 1);
	cr_assert_eq(templates.pkt_len[0], 60);
	cr_assert_eq(templates.bytes[0][59], 0x5b);
	ovr_capture_templates_done(&templates);
}

Test(read, a_missing_file_is_said)
{
	struct ovr_err err = refused("/nonexistent.pcap", 256, -ENOENT);

	cr_assert_neq(strstr(err.text, "'/nonexistent.pcap': No such file"), NULL, "%s", err.text);
}

Test(read, a_name_of_one_dash_is_a_file_like_any_other)
{
	refused("-", 256, -ENOENT);
}

Test(read, what_is_no_capture_is_refused)
{
	char path[256];

	write_bytes(path, "Dear all, the frames are in the attachment", 42);
	refused(path, 256, -EINVAL);
	write_bytes(path, "", 0);
	refused(path, 256, -EINVAL);
}

Test(read, another_link_type_is_refused_by_name)
{
	struct capture_file file = capture_begin_as(DLT_LINUX_SLL, PCAP_TSTAMP_PRECISION_MICRO);
	struct ovr_err err;

	capture_add(&file, buf, 60);
	capture_end(&file);
	err = refused(file.path, 256, -EINVAL);
	cr_assert_neq(strstr(err.text, "LINUX_SLL"), NULL, "%s", err.text);
}

Test(read, a_frame_cut_short_is_refused_by_number)
{
	struct capture_file file = capture_begin();
	struct ovr_err err;

	capture_add(&file, buf, 60);
	capture_add_cut(&file, buf, 1514, 96);
	capture_end(&file);
	err = refused(file.path, 256, -EINVAL);
	cr_assert_neq(strstr(err.text, "found 96 of 1514 bytes of frame 2, accepted: whole frames"), NULL,
		"%s", err.text);
}

Test(read, frames_of_sizes_that_cannot_be_sent_are_refused)
{
	static const unsigned int pkt_len[] = { 59, 9213 };

	for (unsigned int i = 0; i < 2; i++) {
		struct capture_file file = capture_begin();
		struct ovr_err err;

		capture_add(&file, buf, pkt_len[i]);
		capture_end(&file);
		err = refused(file.path, 256, -EINVAL);
		cr_assert_neq(strstr(err.text, "60 to 9212"), NULL, "%s", err.text);
	}
}

Test(read, a_capture_without_a_frame_is_refused)
{
	struct capture_file file = capture_begin();
	struct ovr_err err;

	capture_end(&file);
	err = refused(file.path, 256, -EINVAL);
	cr_assert_neq(strstr(err.text, "found no frame, accepted: one or more"), NULL, "%s", err.text);
}

Test(read, more_frames_than_asked_for_are_refused)
{
	struct capture_file file = capture_begin();

	for (unsigned int i = 0; i < 4; i++)
		capture_add(&file, buf, 60);
	capture_end(&file);
	refused(file.path, 3, -E2BIG);
}

Test(read, a_file_that_ends_in_a_frame_is_refused)
{
	struct capture_file file = capture_begin();

	capture_add(&file, buf, 60);
	capture_add(&file, buf, 60);
	capture_end(&file);
	cr_assert_eq(truncate(file.path, 24 + 76 + 76 - 1), 0);
	refused(file.path, 256, -EINVAL);
}

Test(read, the_mix_has_each_frame_at_its_place)
{
	uint16_t pkt_len[] = { 60, 1514, 60, 100 };
	struct ovr_capture_templates templates = { .n_frames = 4, .pkt_len = pkt_len };
	struct ovr_mix mix, again;

	cr_assert_eq(ovr_capture_templates_mix(&templates, &mix, NULL), 0);
	cr_assert_eq(mix.length, 4);
	cr_assert_eq(mix.step, 0);
	cr_assert_eq(mix.n_sizes, 3);
	for (uint16_t stream = 0; stream < 8; stream++)
		cr_expect_eq(mix.size[ovr_mix_index(&mix, 12345, stream)], pkt_len[stream % 4] + 4);
	cr_assert_str_eq(mix.text, "64:2,1518:1,104:1");
	cr_assert_eq(ovr_mix_parse("size", mix.text, &again, NULL), 0);
	cr_assert_eq(ovr_mix_mean(&again), ovr_mix_mean(&mix));
}

Test(read, a_mix_holds_64_sizes_and_256_frames)
{
	uint16_t pkt_len[257];
	struct ovr_capture_templates templates = { .pkt_len = pkt_len };
	struct ovr_mix mix = { .length = 77 };
	struct ovr_err err = { "" };

	for (unsigned int i = 0; i < 257; i++)
		pkt_len[i] = (uint16_t)(9000 + i % 64);
	templates.n_frames = 256;
	cr_assert_eq(ovr_capture_templates_mix(&templates, &mix, &err), 0, "%s", err.text);
	cr_assert_eq(mix.length, 256);
	cr_assert_str_eq(mix.text + strlen(mix.text) - 13, "9066:4,9067:4");
	mix.length = 77;
	templates.n_frames = 257;
	cr_assert_eq(ovr_capture_templates_mix(&templates, &mix, &err), -EINVAL);
	templates.n_frames = 0;
	cr_assert_eq(ovr_capture_templates_mix(&templates, &mix, &err), -EINVAL);
	templates.n_frames = 65;
	pkt_len[64] = 60;
	cr_assert_eq(ovr_capture_templates_mix(&templates, &mix, &err), -EINVAL);
	cr_assert_eq(mix.length, 77);
}
