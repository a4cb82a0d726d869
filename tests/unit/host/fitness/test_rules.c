/* SPDX-License-Identifier: BSD-3-Clause */
#include "fitness/rules.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "fitness/rules_priv.h"

Test(rules, every_rule_has_an_answer_and_an_id_of_its_own)
{
	struct ovr_fitness_facts facts = { .has_port = true, .port = "eth1" };
	struct ovr_fitness_report report;
	size_t n_rules = 0;

	for (const struct ovr_fitness_rule *rule = fit_host_rules; rule->id != NULL; rule++)
		n_rules++;
	for (const struct ovr_fitness_rule *rule = fit_port_rules; rule->id != NULL; rule++)
		n_rules++;
	ovr_fitness_judge(&facts, &report);
	cr_assert_eq(report.n, n_rules);
	for (uint32_t i = 0; i < report.n; i++)
		cr_assert_eq(ovr_fitness_check_of(&report, report.check[i].id), &report.check[i], "%s",
			report.check[i].id);
	cr_assert_eq(report.n_outcome[0] + report.n_outcome[1] + report.n_outcome[2] + report.n_outcome[3],
		report.n);
	cr_assert_eq(report.n_weight[0] + report.n_weight[1] + report.n_weight[2],
		report.n_outcome[OVR_FITNESS_FOUND]);
}

Test(rules, those_of_a_port_are_asked_with_a_port_alone)
{
	struct ovr_fitness_facts facts = { .has_port = false };
	struct ovr_fitness_report report;

	ovr_fitness_judge(&facts, &report);
	cr_assert_null(ovr_fitness_check_of(&report, "ring"));
	cr_assert_not_null(ovr_fitness_check_of(&report, "cpus"));
	cr_assert_str_eq(report.port, "");
}

/* What is unknown is said to be so, and never found or fine. */
Test(rules, unknown_numbers_are_not_seen)
{
	struct ovr_fitness_facts facts = {
		.cpus = { .n = OVR_FITNESS_UNKNOWN,
			.n_isolated = OVR_FITNESS_UNKNOWN,
			.n_online = OVR_FITNESS_UNKNOWN,
			.n_governed = OVR_FITNESS_UNKNOWN,
			.n_slow = OVR_FITNESS_UNKNOWN,
			.n_cores = OVR_FITNESS_UNKNOWN },
		.steal = { OVR_FITNESS_UNKNOWN, OVR_FITNESS_UNKNOWN, 0 },
		.max_backlog = OVR_FITNESS_UNKNOWN,
		.budget = OVR_FITNESS_UNKNOWN,
		.rmem_max = OVR_FITNESS_UNKNOWN,
		.rmem_default = OVR_FITNESS_UNKNOWN,
		.has_conntrack = true,
		.conntrack = OVR_FITNESS_UNKNOWN,
		.conntrack_max = OVR_FITNESS_UNKNOWN,
		.softnet_dropped = OVR_FITNESS_UNKNOWN,
		.softnet_squeezed = OVR_FITNESS_UNKNOWN,
		.pci_host = { .n_nics = 0 },
	};
	struct ovr_fitness_report report;

	ovr_fitness_judge(&facts, &report);
	cr_assert_eq(report.n_outcome[OVR_FITNESS_FOUND], 0);
	cr_assert_eq(report.n_outcome[OVR_FITNESS_FINE], 0);
	for (uint32_t i = 0; i < report.n; i++)
		if (report.check[i].outcome == OVR_FITNESS_UNSEEN)
			cr_assert_str_neq(report.check[i].evidence, "", "%s", report.check[i].id);
}

Test(rules, a_name_is_one_word_of_the_shell)
{
	cr_assert_str_eq(fit_word("eth0.5").text, "eth0.5");
	cr_assert_str_eq(fit_word("a;b").text, "'a;b'");
	cr_assert_str_eq(fit_word("a'b").text, "'a'\\''b'");
	cr_assert_str_eq(fit_word("$(id)").text, "'$(id)'");
}
