/* SPDX-License-Identifier: BSD-3-Clause */
#include "fitness/rules.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "fitness/rules_priv.h"

#define NS_PER_MS UINT64_C(1000000)

enum ovr_fitness_outcome
fit_unseen(struct ovr_fitness_check *check, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(check->evidence, sizeof(check->evidence), format, args);
	va_end(args);
	return OVR_FITNESS_UNSEEN;
}

struct fit_word
fit_word(const char *text)
{
	static const char harmless[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-";
	struct fit_word word = { "" };
	size_t n = 0;

	if (text[strspn(text, harmless)] == '\0') {
		FIT_SAY(word.text, "%s", text);
		return word;
	}
	word.text[n++] = '\'';
	/* room for a quote as long as four characters, the last quote and the end */
	for (; *text != '\0' && n + 6 < sizeof(word.text); text++) {
		if (*text == '\'')
			n += (size_t)snprintf(word.text + n, sizeof(word.text) - n, "'\\''");
		else
			word.text[n++] = *text;
	}
	word.text[n++] = '\'';
	word.text[n] = '\0';
	return word;
}

void
fit_sysctl(struct ovr_fitness_check *check, const char *name, int64_t to, int64_t from)
{
	FIT_SAY(check->fix, "sysctl -w %s=%" PRId64, fit_word(name).text, to);
	FIT_SAY(check->undo, "sysctl -w %s=%" PRId64, fit_word(name).text, from);
}

static void
ask(const struct ovr_fitness_rule *rules, const struct ovr_fitness_facts *facts,
	struct ovr_fitness_report *report)
{
	for (const struct ovr_fitness_rule *rule = rules;
		rule->id != NULL && report->n < OVR_FITNESS_CHECKS_MAX; rule++) {
		struct ovr_fitness_check *check = &report->check[report->n++];

		check->id = rule->id;
		check->weight = rule->weight;
		check->outcome = rule->decide(facts, check);
		report->n_outcome[check->outcome]++;
		if (check->outcome == OVR_FITNESS_FOUND)
			report->n_weight[check->weight]++;
	}
}

void
ovr_fitness_judge(const struct ovr_fitness_facts *facts, struct ovr_fitness_report *ret_report)
{
	memset(ret_report, 0, sizeof(*ret_report));
	ret_report->measured_ns = facts->steal.measured_ms * NS_PER_MS;
	ask(fit_host_rules, facts, ret_report);
	if (!facts->has_port)
		return;
	memcpy(ret_report->port, facts->port, sizeof(ret_report->port));
	memcpy(ret_report->driver, facts->has_nic ? facts->nic.driver : facts->pci.driver,
		sizeof(ret_report->driver));
	ask(fit_port_rules, facts, ret_report);
}

const struct ovr_fitness_check *
ovr_fitness_check_of(const struct ovr_fitness_report *report, const char *id)
{
	for (uint32_t i = 0; i < report->n; i++)
		if (strcmp(report->check[i].id, id) == 0)
			return &report->check[i];
	return NULL;
}

const char *
ovr_fitness_weight_name(enum ovr_fitness_weight weight)
{
	static const char *const name[OVR_FITNESS_WEIGHTS] = { "will lose", "may lose", "hint" };

	return name[weight];
}

const char *
ovr_fitness_outcome_name(enum ovr_fitness_outcome outcome)
{
	static const char *const name[OVR_FITNESS_OUTCOMES] = { "found", "fine", "unseen", "absent" };

	return name[outcome];
}
