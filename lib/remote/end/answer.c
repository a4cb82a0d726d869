/* SPDX-License-Identifier: BSD-3-Clause */
#include "end/answer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "frame/frame.h"

#define NS_PER_S UINT64_C(1000000000)

uint64_t
ovr_end_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

void
ovr_end_hello_fill(struct ovr_message *ret_hello)
{
	struct ovr_message message = { .type = OVR_MESSAGE_HELLO };
	FILE *boot = fopen("/proc/sys/kernel/random/boot_id", "re");
	struct utsname name;

	message.hello.protocol = OVR_MESSAGE_PROTOCOL;
	message.hello.frame_version = OVR_FRAME_TAG_VERSION;
	snprintf(message.hello.overrun, sizeof(message.hello.overrun), "%s", OVR_VERSION);
	if (uname(&name) == 0) {
		snprintf(message.hello.host, sizeof(message.hello.host), "%s", name.nodename);
		snprintf(message.hello.kernel, sizeof(message.hello.kernel), "%.30s %.60s %.30s",
			name.sysname, name.release, name.machine);
	}
	if (boot != NULL) {
		if (fgets(message.hello.boot, sizeof(message.hello.boot), boot) != NULL)
			message.hello.boot[strcspn(message.hello.boot, "\n")] = '\0';
		fclose(boot);
	}
	*ret_hello = message;
}

int
ovr_end_hello_check(const struct ovr_message *hello, struct ovr_err *err)
{
	if (hello->hello.protocol != OVR_MESSAGE_PROTOCOL)
		return ovr_err_set(err, -EPROTO,
			"protocol: found %" PRIu64
			" of overrun %s, accepted by overrun %s: %d; install the same "
			"version on all hosts",
			hello->hello.protocol, hello->hello.overrun, OVR_VERSION, OVR_MESSAGE_PROTOCOL);
	if (hello->hello.frame_version != OVR_FRAME_TAG_VERSION)
		return ovr_err_set(err, -EPROTO,
			"frame version: found %" PRIu64 " of overrun %s, accepted by overrun %s: %d; install "
			"the same version on all hosts",
			hello->hello.frame_version, hello->hello.overrun, OVR_VERSION, OVR_FRAME_TAG_VERSION);
	return 0;
}

int
ovr_end_clock_answer(struct ovr_channel *channel, const struct ovr_message *question, uint64_t heard_ns,
	struct ovr_err *err)
{
	struct ovr_message answer = { .type = OVR_MESSAGE_CLOCK };

	answer.clock.seq = question->clock.seq;
	answer.clock.t1 = question->clock.t1;
	answer.clock.t2 = heard_ns;
	answer.clock.t3 = ovr_end_now_ns();
	return ovr_channel_send(channel, &answer, err);
}

int
ovr_end_error_send(struct ovr_channel *channel, const char *text, bool is_final, struct ovr_err *err)
{
	struct ovr_message message = { .type = OVR_MESSAGE_ERROR };

	snprintf(message.error.text, sizeof(message.error.text), "%s", text);
	message.error.is_final = is_final;
	return ovr_channel_send(channel, &message, err);
}
