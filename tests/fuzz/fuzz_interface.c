/* SPDX-License-Identifier: BSD-3-Clause */
/* A reading of an interface that is accepted is written as a text that is accepted and the same. */
#include "fuzz.h"

#include "report/interface.h"

static char *
written(const struct ovr_interface *interface)
{
	json_t *value = ovr_interface_json(interface);
	char *text = json_dumps(value, JSON_COMPACT);

	PROMISE(text != NULL);
	json_decref(value);
	return text;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ovr_err err = { .text = "" };
	struct ovr_interface interface, again;
	json_t *value = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
	char *text, *second;

	if (value == NULL || ovr_interface_read(value, &interface, &err) != 0) {
		PROMISE(value == NULL || err.text[0] != '\0');
		json_decref(value);
		return 0;
	}
	json_decref(value);
	text = written(&interface);
	value = json_loads(text, 0, NULL);
	PROMISE(value != NULL && ovr_interface_read(value, &again, &err) == 0);
	json_decref(value);
	second = written(&again);
	PROMISE(strcmp(text, second) == 0);
	ovr_interface_done(&interface);
	ovr_interface_done(&again);
	free(text);
	free(second);
	return 0;
}
