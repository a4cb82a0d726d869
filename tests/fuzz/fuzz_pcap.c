/* SPDX-License-Identifier: BSD-3-Clause */
/* A capture, as overrun check and --templates read it, from a file in memory. */
#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "capture/capture.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char path[64];
	static int fd = -1;
	/* A small window: a hole in the numbers need not cost memory here. */
	struct ovr_seq_conf conf = { .window = 64, .n_jumps = 16 };
	struct ovr_capture_account account = { 0 };
	struct ovr_capture_templates templates = { 0 };
	struct ovr_err err = { .text = "" };
	struct ovr_mix mix;

	if (fd < 0) {
		fd = memfd_create("fuzz.pcap", 0);
		if (fd < 0)
			abort();
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	if (ftruncate(fd, 0) != 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();

	if (ovr_capture_check(path, 0, &conf, &account, &err) == 0) {
		PROMISE(account.frames == account.ours + account.corrupt + account.stale + account.foreign);
		PROMISE(account.trial_id != 0 && account.n_streams > 0);
		PROMISE(account.total.arrivals ==
			account.total.unique + account.total.duplicate + account.total.late);
	} else {
		PROMISE(err.text[0] != '\0');
	}
	ovr_capture_account_done(&account);

	err.text[0] = '\0';
	if (ovr_capture_templates_read(path, OVR_MIX_LENGTH_MAX, &templates, &err) == 0) {
		PROMISE(templates.n_frames > 0 && templates.n_frames <= OVR_MIX_LENGTH_MAX);
		(void)ovr_capture_templates_mix(&templates, &mix, &err);
	} else {
		PROMISE(err.text[0] != '\0');
	}
	ovr_capture_templates_done(&templates);
	return 0;
}
