/* SPDX-License-Identifier: BSD-3-Clause */
#include "agent/limits.h"

#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pace/pace.h"

static const char *const by_default[] = { OVR_AGENT_PATTERNS_DEFAULT };

/* The patterns that hold. */
static const char *const *
patterns_of(const struct ovr_agent_limits *limits, size_t *ret_n)
{
	bool is_given = limits->n_patterns != 0;

	*ret_n = is_given ? limits->n_patterns : sizeof(by_default) / sizeof(by_default[0]);
	return is_given ? limits->pattern : by_default;
}

const char *
ovr_agent_limits_print(char *text, size_t size, const struct ovr_agent_limits *limits)
{
	size_t n_patterns, n = 0;
	const char *const *pattern = patterns_of(limits, &n_patterns);

	for (size_t i = 0; i < n_patterns && n < size; i++)
		n += (size_t)snprintf(text + n, size - n, "%s%s", i == 0 ? "" : ", ", pattern[i]);
	return text;
}

static bool
is_allowed(const struct ovr_agent_limits *limits, const char *object)
{
	size_t n;
	const char *const *pattern = patterns_of(limits, &n);

	for (size_t i = 0; i < n; i++)
		if (fnmatch(pattern[i], object, 0) == 0)
			return true;
	return false;
}

static int
refuse(const struct ovr_agent_limits *limits, const char *what, const char *object, struct ovr_err *err)
{
	char list[OVR_ERR_TEXT_BYTES];

	return ovr_err_set(err, -EPERM,
		"%s: found \"%.160s\", which this host does not allow; accepted: %.240s (--allow-port of "
		"overrun serve)",
		what, object, ovr_agent_limits_print(list, sizeof(list), limits));
}

static int
check_netns(const struct ovr_agent_limits *limits, const char *what, const char *name, struct ovr_err *err)
{
	char object[OVR_SOCKET_NETNS_BYTES + sizeof("netns=")];

	if (name[0] == '\0')
		return 0;
	snprintf(object, sizeof(object), "netns=%s", name);
	return is_allowed(limits, object) ? 0 : refuse(limits, what, object, err);
}

static int
check_port(const struct ovr_agent_limits *limits, const char *what, const struct ovr_port_name *name,
	struct ovr_err *err)
{
	char object[2 * OVR_PORT_NAME_BYTES];
	const char *colon = strchr(name->text, ':');

	if (name->kind == OVR_PORT_ELSEWHERE)
		return 0;
	if (name->kind == OVR_PORT_VDEV || colon == NULL)
		snprintf(object, sizeof(object), "%s", name->text);
	else
		snprintf(object, sizeof(object), "%.*s%s", (int)(colon - name->text + 1), name->text,
			name->details);
	if (!is_allowed(limits, object))
		return refuse(limits, what, object, err);
	return name->kind == OVR_PORT_UDP ? check_netns(limits, what, name->conf.udp.netns, err) : 0;
}

/* A caller's files are on its own host. */
static int
check_files(const struct ovr_plan *plan, struct ovr_err *err)
{
	const struct ovr_plan_output *output = &plan->output;
	const struct {
		const char *key, *path;
	} file[] = {
		{ "templates", plan->frames.templates },
		{ "json", output->json },
		{ "csv", output->csv },
		{ "junit", output->junit },
		{ "tap", output->tap },
		{ "capture", output->capture },
	};

	for (size_t i = 0; i < sizeof(file) / sizeof(file[0]); i++)
		if (file[i].path[0] != '\0')
			return ovr_err_set(err, -EPERM,
				"%s: found \"%.80s\", a file of this host; accepted from another host: none",
				file[i].key, file[i].path);
	if (output->metrics.ip_version != 0)
		return ovr_err_set(err, -EPERM,
			"metrics: found an address of this host; accepted from another host: none");
	return 0;
}

/* @return frames per second at a rate, without the gaps of a shape; 0: the line is not known */
static double
pps_of(const struct ovr_rate *rate, const struct ovr_plan *plan)
{
	struct ovr_pace_conf conf = {
		.rate = *rate, .line_bps = ovr_plan_line_bps(plan), .shape = OVR_PACE_SMOOTH, .n_workers = 1
	};

	if (rate->unit == OVR_RATE_LINE && conf.line_bps == 0)
		return 0;
	return ovr_pace_mean_pps(&conf, &plan->frames.size);
}

static int
check_rate(const struct ovr_rate *max_rate, const struct ovr_plan *plan, struct ovr_err *err)
{
	double pps = pps_of(&plan->load.rate, plan);
	char asked[OVR_UNITS_TEXT_BYTES], most[OVR_UNITS_TEXT_BYTES];

	ovr_units_print_rate(asked, sizeof(asked), &plan->load.rate);
	ovr_units_print_rate(most, sizeof(most), max_rate);
	if (pps == 0)
		return ovr_err_set(err, -EINVAL,
			"rate: found %s of a line whose speed the plan does not tell, and this host sends at "
			"most %s; accepted: a rate in pps or bit/s, or --line",
			asked, most);
	if (pps > pps_of(max_rate, plan))
		return ovr_err_set(err, -ERANGE,
			"rate: found %s, accepted by this host: at most %s (--max-rate of overrun serve)",
			asked, most);
	return 0;
}

int
ovr_agent_limits_check(
	const struct ovr_agent_limits *limits, const struct ovr_plan *plan, struct ovr_err *err)
{
	int status = check_port(limits, "tx", &plan->ports.tx, err);

	if (status == 0)
		status = check_port(limits, "rx", &plan->ports.rx, err);
	for (uint32_t i = 0; i < plan->ports.via.n && status == 0; i++)
		status = check_netns(limits, "via", plan->ports.via.netns[i], err);
	if (status == 0 && plan->ports.force && !limits->force)
		status = ovr_err_set(err, -EPERM,
			"force: found true, which this host does not allow; accepted: false, or overrun "
			"serve "
			"--force there");
	if (status == 0)
		status = check_files(plan, err);
	if (status == 0 && limits->max_rate.value != 0 && plan->ports.tx.kind != OVR_PORT_ELSEWHERE)
		status = check_rate(&limits->max_rate, plan, err);
	return status;
}

/* Probes have 88 bytes; a frame's header and FCS 18. */
#define PROBE_FRAME "106"

static int
check_pps(const struct ovr_rate *max_rate, uint64_t pps, struct ovr_err *err)
{
	const struct ovr_pace_conf conf = { .rate = *max_rate, .shape = OVR_PACE_SMOOTH, .n_workers = 1 };
	char most[OVR_UNITS_TEXT_BYTES];
	struct ovr_mix mix;
	int status = ovr_mix_parse("path", PROBE_FRAME, &mix, err);

	if (status != 0)
		return status;
	ovr_units_print_rate(most, sizeof(most), max_rate);
	if ((double)pps > ovr_pace_mean_pps(&conf, &mix))
		return ovr_err_set(err, -ERANGE,
			"path: found %" PRIu64 " probes a second, accepted by this host: at most %s "
			"(--max-rate of overrun serve)",
			pps, most);
	return 0;
}

int
ovr_agent_limits_check_path(const struct ovr_agent_limits *limits, const struct ovr_listen *where,
	uint64_t pps, bool has_places, struct ovr_err *err)
{
	char address[OVR_LISTEN_TEXT_BYTES], object[OVR_LISTEN_TEXT_BYTES + sizeof("udp:")];
	int status = 0;

	if (where->ip_version != 0) {
		snprintf(object, sizeof(object), "udp:%s", ovr_listen_print(address, sizeof(address), where));
		if (!is_allowed(limits, object))
			status = refuse(limits, "path", object, err);
		else if (limits->max_rate.value != 0)
			status = check_pps(&limits->max_rate, pps, err);
	}
	if (status == 0 && has_places && !is_allowed(limits, "places"))
		status = refuse(limits, "path", "places", err);
	return status;
}

int
ovr_agent_limits_check_interface(const struct ovr_agent_limits *limits, const char *name, struct ovr_err *err)
{
	char object[OVR_PORT_NAME_BYTES + sizeof("netdev:")];

	snprintf(object, sizeof(object), "netdev:%s", name);
	return is_allowed(limits, object) ? 0 : refuse(limits, "interface", object, err);
}

int
ovr_agent_limits_parse_rate(const char *text, struct ovr_rate *ret_rate, struct ovr_err *err)
{
	struct ovr_rate rate;
	int status = ovr_units_parse_rate("serve: --max-rate", text, &rate, err);

	if (status != 0)
		return status;
	if (rate.unit == OVR_RATE_LINE)
		return ovr_err_set(err, -EINVAL,
			"serve: --max-rate: found \"%.80s\", a share of a line; accepted: a rate in pps or "
			"bit/s: 1mpps, 1gbps",
			text);
	*ret_rate = rate;
	return 0;
}
