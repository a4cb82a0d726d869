/* SPDX-License-Identifier: BSD-3-Clause */
#include "caller/kept.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "report/half.h"

/* A host's name as part of a file's: ssh://root@b has slashes. */
static void
name_host(const char *host, char *name, size_t size)
{
	snprintf(name, size, "%s", host[0] != '\0' ? host : "here");
	for (char *at = name; *at != '\0'; at++)
		if (*at == '/' || *at == ':' || *at == '[' || *at == ']')
			*at = '_';
}

static int
state_folder(char folder[static PATH_MAX], struct ovr_err *err)
{
	int status = ovr_folder_of_states(folder);

	if (status == -ENOENT)
		return ovr_err_set(err, status, "neither XDG_STATE_HOME nor HOME names a folder");
	if (status != 0)
		return ovr_err_set(err, status, "the folder for states has too long a name");
	status = ovr_folder_make(folder, 0755);
	return status == 0 ? 0 : ovr_err_set(err, status, "%.200s: %s", folder, strerror(-status));
}

int
ovr_caller_keep(const struct ovr_plan *plan, const char *host, const json_t *half,
	char ret_path[static PATH_MAX], struct ovr_err *err)
{
	bool has_file = plan->output.json[0] != '\0' && strcmp(plan->output.json, "-") != 0;
	char name[OVR_PORT_HOST_BYTES], folder[PATH_MAX];
	struct ovr_half_document document;
	int status = 0, n;

	name_host(host, name, sizeof(name));
	if (!has_file)
		status = state_folder(folder, err);
	if (status != 0)
		return status;
	n = has_file ? snprintf(ret_path, PATH_MAX, "%s.half-%s.json", plan->output.json, name)
		     : snprintf(ret_path, PATH_MAX, "%s/half-%08x-%s.json", folder, plan->trial.id, name);
	if (n < 0 || n >= PATH_MAX)
		return ovr_err_set(err, -ENAMETOOLONG, "the file of the half has too long a name");
	/* read first: what is kept is a half that can be read again */
	status = ovr_half_read(half, &document, err);
	if (status != 0)
		return status;
	status = ovr_half_save(&document, ret_path, err);
	ovr_half_document_done(&document);
	return status;
}
