/* SPDX-License-Identifier: BSD-3-Clause */
/* A plan file. One that is accepted prints as a plan that is the same. */
#include "fuzz.h"

#include "plan/plan.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ovr_err err = { .text = "" };
	struct ovr_plan plan, again;
	char *text, *first, *second;

	text = fuzz_text(data, size);
	memset(&plan, 0, sizeof(plan));
	ovr_plan_default(&plan);
	memcpy(&again, &plan, sizeof(plan));
	if (ovr_plan_load_text(&plan, "fuzz.yaml", text, size, &err) != 0) {
		PROMISE(err.text[0] != '\0' && strchr(err.text, '\n') == NULL);
		PROMISE(memcmp(&plan, &again, sizeof(plan)) == 0);
		free(text);
		return 0;
	}
	free(text);
	if (ovr_plan_freeze(&plan, &err) != 0) {
		PROMISE(err.text[0] != '\0');
		return 0;
	}
	first = ovr_plan_print(&plan);
	PROMISE(first != NULL);
	ovr_plan_default(&again);
	PROMISE(ovr_plan_load_text(&again, "printed.yaml", first, strlen(first), &err) == 0);
	PROMISE(ovr_plan_freeze(&again, &err) == 0);
	second = ovr_plan_print(&again);
	PROMISE(second != NULL && strcmp(first, second) == 0);
	free(first);
	free(second);
	return 0;
}
