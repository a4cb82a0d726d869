/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/doctor.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "support/fitness_sample.h"

/* eth1 is down, its ring is small, its driver unknown; the governor is not seen. */
static struct ovr_fitness_report
sample(void)
{
	struct ovr_fitness_facts facts = fitness_sample();
	struct ovr_fitness_report report;

	facts.nic.is_up = false;
	facts.nic.rings.rx = 512;
	facts.nic.speed_mbps = 0;
	strcpy(facts.nic.driver, "none_of_ours");
	facts.cpus.n_governed = 0;
	ovr_fitness_judge(&facts, &report);
	return report;
}

static char *
written(int (*write)(const struct ovr_fitness_report *, FILE *, struct ovr_err *),
	const struct ovr_fitness_report *report)
{
	struct ovr_err err = { "" };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(write(report, out, &err), 0, "%s", err.text);
	fclose(out);
	return text;
}

Test(doctor, the_heaviest_finding_comes_first_with_its_commands)
{
	struct ovr_fitness_report report = sample();
	char *text = written(ovr_report_doctor_text, &report);

	cr_assert_str_eq(text,
		"this host and eth1 (none_of_ours), steal measured for 300 ms; nothing was changed\n"
		"\n"
		"will lose: link\n"
		"  eth1 is down: no frame passes it\n"
		"  fix      ip link set dev eth1 up\n"
		"  undo     ip link set dev eth1 down\n"
		"\n"
		"may lose: ring\n"
		"  the receive ring of eth1 has 512 of at most 4096 descriptors\n"
		"  fix      ethtool -G eth1 rx 4096\n"
		"  undo     ethtool -G eth1 rx 512\n"
		"\n"
		"hint: counters\n"
		"  the counters of driver none_of_ours were never compared with counted losses; they are "
		"read by "
		"their standard names\n"
		"  by hand  overrun ring verify eth1 compares them\n"
		"\n"
		"not seen\n"
		"  governor            the governor: no CPU of this process has cpufreq, as in most virtual "
		"machines\n"
		"  pcie-below-line     PCI Express of eth1: its link, or the speed of the line, is not "
		"known\n"
		"\n"
		"in order\n"
		"  cpus, quota, conntrack, backlog-below-poll, backlog, budget, rmem-default, throttled, "
		"steal, "
		"rmem-max, "
		"softnet-dropped, softnet-squeezed, isolated, smt, hugepages, iommu, queues, rss, irqs, "
		"rp-filter, "
		"merging, qdisc, txqueuelen, queue-limits, xdp, numa, duplex, flow-control, "
		"pcie-below-maximum\n"
		"\n"
		"will lose 1, may lose 1, hints 1; in order 29, not seen 2\n",
		"is\n%s", text);
	free(text);
}

Test(doctor, only_what_will_lose_is_a_failure)
{
	struct ovr_fitness_report report = sample();

	cr_assert_eq(ovr_report_doctor_verdict(&report), 1);
	report.n_weight[OVR_FITNESS_WILL_LOSE] = 0;
	cr_assert_eq(ovr_report_doctor_verdict(&report), 0);
}

Test(doctor, the_json_has_every_rule_and_null_where_there_is_nothing_to_say)
{
	struct ovr_fitness_report report = sample();
	char *text = written(ovr_report_doctor_json, &report);
	json_t *root = json_loads(text, 0, NULL);
	const char *id, *outcome, *weight, *fix;
	json_t *advice, *evidence;
	json_int_t will_lose;

	cr_assert_not_null(root);
	cr_assert_eq(json_unpack(root, "{s:I}", "will_lose", &will_lose), 0);
	cr_assert_eq(will_lose, 1);
	cr_assert_eq(json_array_size(json_object_get(root, "checks")), report.n);
	cr_assert_eq(
		json_unpack(json_array_get(json_object_get(root, "checks"), 17), "{s:s, s:s, s:s, s:s, s:o}",
			"id", &id, "outcome", &outcome, "weight", &weight, "fix", &fix, "advice", &advice),
		0);
	cr_assert_str_eq(id, "link");
	cr_assert_str_eq(outcome, "found");
	cr_assert_str_eq(weight, "will lose");
	cr_assert_str_eq(fix, "ip link set dev eth1 up");
	cr_assert(json_is_null(advice));
	cr_assert_eq(json_unpack(json_array_get(json_object_get(root, "checks"), 0), "{s:s, s:s, s:o}", "id",
			     &id, "outcome", &outcome, "evidence", &evidence),
		0);
	cr_assert_str_eq(id, "cpus");
	cr_assert_str_eq(outcome, "fine");
	cr_assert(json_is_null(evidence));
	json_decref(root);
	free(text);
}

Test(doctor, without_a_port_it_is_null)
{
	struct ovr_fitness_facts facts = fitness_sample();
	struct ovr_fitness_report report;
	char *text;

	facts.has_port = false;
	ovr_fitness_judge(&facts, &report);
	text = written(ovr_report_doctor_json, &report);
	cr_assert_not_null(strstr(text, "\"port\": null"));
	free(text);
	text = written(ovr_report_doctor_text, &report);
	cr_assert_eq(strncmp(text, "this host, steal measured for 300 ms; nothing was changed\n", 58), 0,
		"%s", text);
	free(text);
}
