/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "args.h"
#include "fitness/facts.h"
#include "fitness/rules.h"
#include "output.h"
#include "page.h"
#include "pci/bdf.h"
#include "plan/port_name.h"
#include "report/doctor.h"

/* Some 30 clock ticks of each CPU. */
#define STEAL_MS 300

static const struct app_arg options_table[] = {
	{ "json", "FILE", "write the findings as JSON; -: to stdout, in place of the text" },
	{ NULL, NULL, NULL },
};

/* What the command line says. */
struct doctor_options {
	const char *port; /* NULL: the host alone */
	const char *json; /* "": none is written */
};

static int
parse(int argc, char **argv, struct doctor_options *ret_options, struct ovr_err *err)
{
	struct app_args args = { "doctor", options_table, argc, argv, 1 };
	struct doctor_options options = { .json = "" };
	int status = 0;

	while (args.at < argc && status == 0) {
		struct app_word word;

		status = app_args_next(&args, &word, err);
		if (status != 0)
			break;
		if (word.option != NULL)
			options.json = word.text;
		else if (options.port == NULL)
			options.port = word.text;
		else
			status = ovr_err_set(err, -EINVAL,
				"doctor: found \"%.80s\" after \"%.80s\", accepted: one port, or none",
				word.text, options.port);
	}
	if (status == 0)
		*ret_options = options;
	return status;
}

/* PORT: an interface with or without netdev:, or a PCI device. No interface's name has a colon. */
static int
read_port(const char *port, struct ovr_fitness_facts *facts, struct ovr_err *err)
{
	char text[OVR_PORT_NAME_BYTES];
	struct ovr_port_name name;
	struct ovr_pci_bdf bdf;
	bool is_bare = strchr(port, ':') == NULL;
	int n = snprintf(text, sizeof(text), "%s%s", is_bare ? "netdev:" : "", port);
	int status;

	/* what is neither, and keys, are refused here: other commands accept more */
	if (port[0] == '\0' || strchr(port, ',') != NULL || n < 0 || (size_t)n >= sizeof(text) ||
		(strncmp(text, "netdev:", 7) != 0 && strncmp(text, "pci:", 4) != 0))
		return ovr_err_set(err, -EINVAL,
			"doctor: found \"%.80s\", accepted: an interface (eth1, netdev:eth1) or a PCI device "
			"(pci:3b:00.0), without keys",
			port);
	status = ovr_port_name_parse("doctor", text, &name, err);
	if (status != 0)
		return status;
	if (name.kind == OVR_PORT_NETDEV)
		return ovr_fitness_interface_read("", name.details, facts, err);
	status = ovr_pci_bdf_parse("doctor", name.details, &bdf, err);
	return status != 0 ? status : ovr_fitness_pci_read("", name.label, &bdf, facts, err);
}

static int
report(const struct ovr_fitness_report *findings, struct app_output *json, struct ovr_err *err)
{
	int printed = 0;
	int status = 0;

	if (json->file != NULL)
		status = ovr_report_doctor_json(findings, json->file, err);
	if (status == 0)
		status = app_output_finish(json, 1, err);
	/* findings that no file takes are not lost */
	if (!json->is_stdout)
		printed = ovr_report_doctor_text(
			findings, app_page(APP_PAGE_RESULT), status == 0 ? err : NULL);
	return status != 0 ? status : printed;
}

int
cmd_doctor(int argc, char **argv)
{
	static struct ovr_fitness_report findings;
	static struct ovr_fitness_facts host, facts;
	struct app_output json = { 0 };
	struct doctor_options options;
	struct ovr_err err;
	int status = parse(argc, argv, &options, &err);

	/* a port that is none is refused before anything is measured */
	if (status == 0 && options.port != NULL)
		status = read_port(options.port, &facts, &err);
	if (status == 0)
		status = app_output_open(&json, "json", options.json, &err);
	if (status == 0)
		status = ovr_fitness_host_read("", STEAL_MS, &host, &err);
	facts = host;
	if (status == 0 && options.port != NULL)
		status = read_port(options.port, &facts, &err);
	if (status == 0) {
		ovr_fitness_judge(&facts, &findings);
		status = report(&findings, &json, &err);
	}
	app_output_drop(&json);
	return status != 0 ? app_fail(&err) : ovr_report_doctor_verdict(&findings);
}

void
cmd_doctor_help(FILE *out)
{
	fprintf(out,
		"\nReads settings and states of this host and, if PORT is named (eth1, netdev:eth1, "
		"pci:3b:00.0), of that port, and says which of them lose frames: each with its weight, the "
		"figures, the command that fixes it and the one that undoes it. It changes nothing, and "
		"needs "
		"no privilege. Exit codes: 0 nothing will lose, 1 something will, 3 could not be done.\n\n");
	app_args_help(options_table, out);
}
