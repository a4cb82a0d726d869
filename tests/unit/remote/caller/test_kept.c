/* SPDX-License-Identifier: BSD-3-Clause */
#include "caller/kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "halves/document.h"
#include "report/half.h"

static json_t *
half(void)
{
	struct ovr_half_document *document = calloc(1, sizeof(*document));
	json_t *json;

	strcpy(document->host, "b");
	document->trial_id = 7;
	document->state = OVR_RESULT_HALF_CHECKPOINT;
	document->has_receiver = true;
	json = ovr_half_json(document);
	cr_assert_not_null(json);
	free(document);
	return json;
}

Test(kept, a_half_is_kept_beside_the_result_or_with_the_states)
{
	char folder[] = "/tmp/ovr-kept-XXXXXX", file[sizeof(folder) + 16], path[PATH_MAX], expected[PATH_MAX];
	struct ovr_half_document *read = calloc(1, sizeof(*read));
	struct ovr_plan plan;
	struct ovr_err err = { "" };
	json_t *json = half();

	cr_assert_not_null(mkdtemp(folder));
	ovr_plan_default(&plan);
	plan.trial.id = 0x1234;
	setenv("XDG_STATE_HOME", folder, 1);
	cr_assert_eq(ovr_caller_keep(&plan, "ssh://root@b", json, path, &err), 0, "%s", err.text);
	snprintf(expected, sizeof(expected), "%s/overrun/half-00001234-ssh___root@b.json", folder);
	cr_assert_str_eq(path, expected);
	cr_assert_eq(ovr_half_load(path, read, &err), 0, "%s", err.text);
	cr_assert_eq(read->trial_id, 7);
	ovr_half_document_done(read);
	unlink(path);

	snprintf(file, sizeof(file), "%s/r.json", folder);
	cr_assert_eq(ovr_plan_set(&plan, "json", file, NULL), 0);
	cr_assert_eq(ovr_caller_keep(&plan, "", json, path, &err), 0, "%s", err.text);
	snprintf(expected, sizeof(expected), "%s.half-here.json", file);
	cr_assert_str_eq(path, expected);
	cr_assert_eq(access(path, R_OK), 0);
	unlink(path);
	snprintf(expected, sizeof(expected), "%s/overrun", folder);
	rmdir(expected);
	rmdir(folder);
	json_decref(json);
	free(read);
}
