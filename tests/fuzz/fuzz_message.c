/* SPDX-License-Identifier: BSD-3-Clause */
/* What is read of any host is written the same, and what is refused has a sentence. */
#include "fuzz.h"

#include "message/message.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ovr_err err = { .text = "" };
	struct ovr_message message = { .nonce = 7 }, again;
	char *text, *second;
	size_t text_size, second_size;

	if (ovr_message_read((const char *)data, size, &message, &err) != 0) {
		PROMISE(message.nonce == 7 && message.type == OVR_MESSAGE_HELLO && err.text[0] != '\0');
		return 0;
	}
	PROMISE(ovr_message_write(&message, &text, &text_size, &err) == 0);
	PROMISE(ovr_message_read(text, text_size, &again, &err) == 0);
	PROMISE(ovr_message_write(&again, &second, &second_size, &err) == 0);
	PROMISE(text_size == second_size && memcmp(text, second, text_size) == 0);
	ovr_message_done(&message);
	ovr_message_done(&again);
	free(text);
	free(second);
	return 0;
}
