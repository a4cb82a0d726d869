/* SPDX-License-Identifier: BSD-3-Clause */
#include "plans.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "app.h"
#include "capture/capture.h"
#include "page.h"

/*
 * A plan whose frames come from a capture takes their sizes, and a stream for each of them where
 * none were asked for.
 */
static int
take_templates(struct ovr_plan *plan, struct ovr_err *err)
{
	struct ovr_capture_templates templates = { 0 };
	int status;

	if (plan->frames.templates[0] == '\0')
		return 0;
	status = ovr_capture_templates_read(plan->frames.templates, OVR_MIX_LENGTH_MAX, &templates, err);
	if (status == 0)
		status = ovr_capture_templates_mix(&templates, &plan->frames.size, err);
	if (status == 0 && plan->frames.streams == 0)
		plan->frames.streams = templates.n_frames;
	ovr_capture_templates_done(&templates);
	return status;
}

int
app_plan_freeze(struct ovr_plan *plan, app_freeze *freeze, struct ovr_err *err)
{
	int status = take_templates(plan, err);

	return status != 0 ? status : freeze(plan, err);
}

int
app_plan_print(const struct ovr_plan *plan, struct ovr_err *err)
{
	char *text = ovr_plan_print(plan);

	if (text == NULL) {
		ovr_err_set(err, -ENOMEM, "no memory to print the plan");
		return app_fail(err);
	}
	fputs(text, app_page(0));
	free(text);
	return APP_EXIT_PASS;
}
