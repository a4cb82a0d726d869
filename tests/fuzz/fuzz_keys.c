/* SPDX-License-Identifier: BSD-3-Clause */
/* The first byte chooses the file: authorized keys, or hosts. */
#include "fuzz.h"

#include "keys/authorized.h"
#include "keys/hosts.h"

static void
authorized(const char *text, struct ovr_err *err)
{
	struct ovr_authorized list = { .n = 7 };

	if (ovr_authorized_read("keys", text, &list, err) != 0) {
		PROMISE(list.n == 7 && err->text[0] != '\0');
		return;
	}
	for (size_t i = 0; i < list.n; i++)
		PROMISE(ovr_authorized_of(&list, &list.key[i].key) == &list.key[i]);
	ovr_authorized_done(&list);
}

static void
hosts(const char *text, size_t size, struct ovr_err *err)
{
	struct ovr_hosts list = { .n = 7 };

	if (ovr_hosts_read("hosts", text, size, &list, err) != 0) {
		PROMISE(list.n == 7 && err->text[0] != '\0');
		return;
	}
	for (size_t i = 0; i < list.n; i++) {
		PROMISE(list.host[i].name[0] != '\0' && list.host[i].address[0] != '\0');
		PROMISE(ovr_hosts_of(&list, list.host[i].name) == &list.host[i]);
	}
	ovr_hosts_done(&list);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ovr_err err = { .text = "" };
	char *text;

	if (size == 0)
		return 0;
	text = fuzz_text(data + 1, size - 1);
	if (data[0] % 2 == 0)
		authorized(text, &err);
	else
		hosts(text, size - 1, &err);
	free(text);
	return 0;
}
