/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "page.h"
#include "env/env.h"
#include "job.h"
#include "options.h"
#include "plan/plan.h"
#include "port/describe.h"
#include "port/pci.h"
#include "report/ring.h"
#include "ring_options.h"
#include "undo/saved.h"

/* To ask a device, not to use it. */
#define DEVICE_MEMORY_MB 64

/*
 * What a word names: an interface, alone or as netdev:NAME, or a port of another kind. No
 * interface's name has a colon.
 */
static int
name_of(const char *word, struct ovr_port_name *ret_name, struct ovr_err *err)
{
	struct ovr_port_name name = { .kind = OVR_PORT_NETDEV };
	int status = strchr(word, ':') != NULL ? ovr_port_name_parse("ring", word, &name, err) : 0;

	if (status == 0 && name.host[0] != '\0')
		return ovr_err_set(err, -EINVAL,
			"ring: found \"%.80s\", accepted: a port of this machine, since its rings are read "
			"and set here",
			word);
	if (status != 0 || strchr(word, ':') != NULL) {
		*ret_name = name;
		return status;
	}
	snprintf(name.details, sizeof(name.details), "%s", word);
	*ret_name = name;
	return 0;
}

static int
view_interface(const char *name, uint64_t line_bps, struct ovr_ring_view *ret_view, struct ovr_err *err)
{
	struct ovr_nic_facts facts;
	struct ovr_undo_saved saved;
	int status = ovr_nic_facts_read(name, &facts, err);

	if (status != 0)
		return status;
	ovr_ring_view_facts(&facts, line_bps, ret_view);
	if (ovr_undo_saved_read(NULL, &facts, &saved, NULL) == 0) {
		ret_view->is_saved = true;
		ret_view->saved = (struct ovr_ring_sizes){ saved.rx, saved.rx_mini, saved.rx_jumbo,
			saved.tx };
	}
	return 0;
}

/*
 * A port of DPDK, as a run without options would have it. EAL starts once in a process, so there is
 * one of them.
 */
static int
view_device(const struct ovr_port_name *name, uint64_t line_bps, struct ovr_ring_view *ret_view,
	struct ovr_err *err)
{
	struct ovr_env_conf env = { .memory_mb = DEVICE_MEMORY_MB };
	struct ovr_ring_view view = { .name = "" };
	struct ovr_port_pci_nodes nodes;
	struct ovr_port_bounds bounds;
	struct ovr_plan plan;
	int status;

	ovr_plan_default(&plan);
	plan.ports.tx = plan.ports.rx = *name;
	status = ovr_port_pci_prepare("", &plan.ports, DEVICE_MEMORY_MB, &env, &nodes, err);
	if (status == 0)
		status = ovr_env_start(&env, err);
	if (status == 0)
		status = ovr_port_describe(name, &bounds, err);
	ovr_env_stop();
	app_clean_up();
	if (status != 0)
		return status;
	snprintf(view.name, sizeof(view.name), "%s", name->label);
	snprintf(view.driver, sizeof(view.driver), "%s", bounds.driver);
	view.n_rxq = 1;
	view.current = (struct ovr_ring_sizes){ .rx = bounds.rxd, .tx = bounds.txd };
	view.maximum = (struct ovr_ring_sizes){ .rx = bounds.rx_max, .tx = bounds.tx_max };
	view.rx_min = bounds.rx_min;
	view.tx_min = bounds.tx_min;
	view.rx_align = bounds.rx_align;
	view.tx_align = bounds.tx_align;
	ovr_ring_view_complete(&view, bounds.line_bps, line_bps);
	*ret_view = view;
	return 0;
}

static int
view_of(const char *word, uint64_t line_bps, struct ovr_ring_view *ret_view, struct ovr_err *err)
{
	struct ovr_port_name name;
	int status = name_of(word, &name, err);

	if (status != 0)
		return status;
	switch (name.kind) {
	case OVR_PORT_NETDEV:
		return view_interface(name.details, line_bps, ret_view, err);
	case OVR_PORT_WIRE:
		return ovr_port_describe_wire(&name, line_bps, ret_view, err);
	case OVR_PORT_UDP:
	case OVR_PORT_TCP:
		return ovr_err_set(err, -EINVAL,
			"ring show: found %.80s, accepted: an interface, or netdev:, pci:, vdev: or wire:, "
			"since a socket has no ring",
			word);
	case OVR_PORT_VDEV:
	case OVR_PORT_PCI:
	case OVR_PORT_ELSEWHERE:
		break;
	}
	return view_device(&name, line_bps, ret_view, err);
}

/* EAL starts once in a process. */
static int
check_devices(const struct app_ring_options *options, struct ovr_err *err)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < options->n_names; i++)
		n += strncmp(options->name[i], "pci:", 4) == 0 || strncmp(options->name[i], "vdev:", 5) == 0;
	if (n > 1)
		return ovr_err_set(err, -EINVAL,
			"ring show: found %u ports of DPDK, accepted: one at a time, beside any interfaces",
			n);
	return 0;
}

static int
show(const struct app_ring_options *options, struct ovr_err *err)
{
	struct ovr_ring_view *view = calloc(options->n_names, sizeof(*view));
	int status = check_devices(options, err);

	if (view == NULL)
		return ovr_err_set(
			err, -ENOMEM, "no memory for the rings of %u interfaces", options->n_names);
	for (uint32_t i = 0; i < options->n_names && status == 0; i++)
		status = view_of(options->name[i], options->line_bps, &view[i], err);
	if (status == 0 && options->json)
		status = ovr_report_rings_json(view, options->n_names, app_page(0), err);
	for (uint32_t i = 0; i < options->n_names && status == 0 && !options->json; i++) {
		if (i > 0)
			fputc('\n', app_page(APP_PAGE_RESULT));
		status = ovr_report_ring_text(&view[i], app_page(APP_PAGE_RESULT), err);
	}
	free(view);
	return status;
}

/* The interface to change; a port of another kind has its rings from the run that opens it. */
static int
interface_of(const char *word, struct ovr_port_name *ret_name, struct ovr_err *err)
{
	int status = name_of(word, ret_name, err);

	if (status != 0 || ret_name->kind == OVR_PORT_NETDEV)
		return status;
	return ovr_err_set(err, -EINVAL,
		"ring: found \"%.80s\", accepted: an interface, or netdev:INTERFACE; the rings of other "
		"ports are set "
		"by the run that opens them (--rxd, --txd)",
		word);
}

static int
set(const struct app_ring_options *options, struct ovr_err *err)
{
	struct ovr_ring_change change;
	struct ovr_port_name name;
	int status = interface_of(options->name[0], &name, err);
	int reported = 0;

	if (status == 0)
		status = ovr_ring_set(
			NULL, name.details, &options->sizes, options->link_timeout_ms, &change, err);
	/* a link that has not come back is no reason to keep quiet about what was done */
	if (status == 0 || status == -ETIMEDOUT)
		reported = options->json
			? ovr_report_ring_changes_json(&change, 1, "ring set", app_page(0), NULL)
			: ovr_report_ring_change_text(&change, "set", app_page(APP_PAGE_RESULT), NULL);
	if (status == 0 && reported != 0)
		status = ovr_err_set(
			err, reported, "what was changed cannot be told: %s", strerror(-reported));
	return status;
}

/* Restores that were carried out. */
struct restored {
	struct ovr_ring_change *change;
	uint32_t n;
};

static int
restore_one(const char *name, const struct app_ring_options *options, struct restored *restored,
	struct ovr_err *err)
{
	struct ovr_ring_change *change = &restored->change[restored->n];
	int status = ovr_ring_restore(NULL, name, options->link_timeout_ms, change, err);

	if (status == 0 || status == -ETIMEDOUT) {
		restored->n++;
		if (!options->json)
			ovr_report_ring_change_text(change, "restored", app_page(APP_PAGE_RESULT), NULL);
	}
	return status;
}

/* Of an interface that is gone, or was made anew, nothing can be brought back. */
static bool
is_gone(const struct ovr_undo_saved *saved)
{
	struct ovr_nic_facts facts;
	int status = ovr_nic_facts_read(saved->name, &facts, NULL);

	if (status != -ENODEV && (status != 0 || facts.ifindex == saved->ifindex))
		return false;
	app_say("overrun: %s is not the interface any more whose rings were saved: they are forgotten",
		saved->name);
	ovr_undo_saved_forget(NULL, saved, NULL);
	return true;
}

/* What failed of several things. */
struct failures {
	int first; /* 0: nothing */
	/*
	 * the sentence of the first one, which the command ends with; those of others are said at
	 * once
	 */
	struct ovr_err *err;
};

static void
take_failure(void *context, int code, const struct ovr_err *why)
{
	struct failures *failures = context;

	if (failures->first != 0) {
		app_fail(why);
		return;
	}
	failures->first = code;
	*failures->err = *why;
}

/* All of them, also after one that fails. The first failure is the command's. */
static int
restore_all(const struct app_ring_options *options, struct restored *restored, struct ovr_err *err)
{
	static struct ovr_undo_saved saved[APP_RING_NAMES_MAX];
	struct failures failures = { .first = 0, .err = err };
	struct ovr_err why;
	uint32_t n = 0;
	int status = ovr_undo_saved_list(NULL, saved, APP_RING_NAMES_MAX, &n, take_failure, &failures, err);

	if (status != 0)
		return status;
	if (n == 0 && failures.first == 0)
		return ovr_err_set(err, -ENOENT,
			"ring restore --all: nothing is saved to restore in this network namespace; "
			"\"overrun ring "
			"set\" saves what the rings were before it");
	for (uint32_t i = 0; i < n && i < APP_RING_NAMES_MAX; i++) {
		if (is_gone(&saved[i]))
			continue;
		status = restore_one(saved[i].name, options, restored, &why);
		if (status != 0)
			take_failure(&failures, status, &why);
	}
	if (n > APP_RING_NAMES_MAX)
		take_failure(&failures,
			ovr_err_set(&why, -E2BIG,
				"ring restore --all: %u interfaces are saved, the first %d were taken; the "
				"same command again takes the next",
				n, APP_RING_NAMES_MAX),
			&why);
	return failures.first;
}

static int
restore(const struct app_ring_options *options, struct ovr_err *err)
{
	struct restored restored = { .change = calloc(APP_RING_NAMES_MAX, sizeof(*restored.change)) };
	struct ovr_port_name name;
	int status;

	if (restored.change == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory to restore rings");
	if (options->all) {
		status = restore_all(options, &restored, err);
	} else {
		status = interface_of(options->name[0], &name, err);
		if (status == 0)
			status = restore_one(name.details, options, &restored, err);
	}
	if (options->json && restored.n > 0)
		ovr_report_ring_changes_json(restored.change, restored.n, "ring restore", app_page(0), NULL);
	free(restored.change);
	return status;
}

typedef int carry_out(const struct app_ring_options *options, struct ovr_err *err);

static int
carry_out_verb(int argc, char **argv, enum app_ring_verb verb, carry_out *verb_function)
{
	struct app_ring_options options;
	struct ovr_err err;
	int status = app_ring_options_parse(argc, argv, verb, &options, &err);

	/* what a killed run changed is no state to save, or to come back to */
	if (status == 0 && verb != APP_RING_SHOW)
		app_recover(options.quiet);
	if (status == 0)
		status = verb_function(&options, &err);
	return status != 0 ? app_fail(&err) : APP_EXIT_PASS;
}

static int
cmd_ring_show(int argc, char **argv)
{
	return carry_out_verb(argc, argv, APP_RING_SHOW, show);
}

static int
cmd_ring_set(int argc, char **argv)
{
	return carry_out_verb(argc, argv, APP_RING_SET, set);
}

static int
cmd_ring_restore(int argc, char **argv)
{
	return carry_out_verb(argc, argv, APP_RING_RESTORE, restore);
}

static void
help_show(FILE *out)
{
	fprintf(out,
		"\nIF is a kernel interface (eth0, netdev:eth0); PORT also wire:0, wire:1, or a port of "
		"DPDK. Exit codes: 0 done, 3 not, with the reason.\n\n");
	app_ring_options_help(APP_RING_SHOW, out);
}

static void
help_set(FILE *out)
{
	fprintf(out,
		"\nThe sizes may be given as ethtool -G takes them: \"overrun ring set eth0 rx 4096\". The "
		"first set saves what the rings were, and restore brings that back, whatever happened in "
		"between. Exit codes: 0 done, 3 not, with the reason.\n\n");
	app_ring_options_help(APP_RING_SET, out);
}

static void
help_restore(FILE *out)
{
	fprintf(out,
		"\nBrings back what the rings were before the first set. Exit codes: 0 done, 3 not, with "
		"the reason.\n\n");
	app_ring_options_help(APP_RING_RESTORE, out);
}

const struct app_command app_ring_verbs[] = {
	{ "show", "IF|PORT... [OPTION]...", "ring sizes, their bounds, and the receive ring's buffer time",
		cmd_ring_show, help_show, NULL, NULL },
	{ "set", "IF --rx N [OPTION]...", "change the sizes, and tell what the driver took", cmd_ring_set,
		help_set, NULL, NULL },
	{ "restore", "IF|--all [OPTION]...", "put back what was there before the first set", cmd_ring_restore,
		help_restore, NULL, NULL },
	{ "advise", "PORT [OPTION]... [-- EAL-ARGUMENT...]",
		"which receive ring is enough for a load on this host: measured, and tried",
		.job = &app_job_advise },
	{ "verify", "PORT [OPTION]... [-- EAL-ARGUMENT...]", "are the driver's drop counters true?",
		.job = &app_job_verify },
	{ NULL, NULL, NULL, NULL, NULL, NULL, NULL },
};

int
cmd_ring(int argc, char **argv)
{
	struct ovr_err err;
	const struct app_command *verb = app_command_of(
		app_ring_verbs, "ring", argc > 1 ? argv[1] : "", &err);

	return verb == NULL ? app_fail(&err) : app_command_run(verb, argc - 1, argv + 1);
}

/* The verbs that carry out trials have the options of a plan. */
void
cmd_ring_man(FILE *out)
{
	app_options_man(OVR_PLAN_ADVISE, out);
	fputs(".SH OPTIONS OF VERIFY\nThose of\n.BR overrun\\-run (1)\nbut for those that it chooses "
	      "itself.\n",
		out);
	app_options_man(OVR_PLAN_RING_VERIFY, out);
}
