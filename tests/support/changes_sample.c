/* SPDX-License-Identifier: BSD-3-Clause */
#include "support/changes_sample.h"

#include <stdlib.h>
#include <string.h>

static const struct ovr_changes_figure rate = {
	.name = "tx rate", .unit = OVR_CHANGES_PPS, .good = OVR_CHANGES_HIGHER
};
static const struct ovr_changes_figure loss = { .name = "loss", .unit = OVR_CHANGES_RATIO };
static const struct ovr_changes_figure p50 = {
	.name = "latency p50", .unit = OVR_CHANGES_NS, .resolution = 1.0 / 32
};
static const struct ovr_changes_figure ring = {
	.name = "rx.ring", .unit = OVR_CHANGES_RATIO, .is_account = true
};

static void
name(struct ovr_changes_group *group, const char *file)
{
	group->file = calloc(1, sizeof(char *));
	group->file[0] = strdup(file);
	group->n_files = 1;
	group->n_results = 1;
}

static void
amount(struct ovr_changes *changes, const struct ovr_changes_figure *figure, uint32_t group, double value)
{
	ovr_changes_add(
		changes, figure, &(struct ovr_changes_value){ .group = group, .amount = value }, NULL);
}

/* 100 clusters of equal size, or none. */
static void
lost(struct ovr_changes *changes, uint32_t group, uint64_t frames)
{
	const struct ovr_changes_value value = {
		.group = group,
		.events = frames,
		.of = 1000000,
		.squares = (double)frames * (double)frames / 100,
	};

	ovr_changes_add(changes, &loss, &value, NULL);
	ovr_changes_add(changes, &ring, &value, NULL);
}

static struct ovr_changes
named(const char *base, const char *other)
{
	struct ovr_changes changes = { .level = 0.99, .tolerance = 0.01, .command = "run", .n_groups = 2 };

	name(&changes.group[0], base);
	name(&changes.group[1], other);
	return changes;
}

struct ovr_changes
sample_changes(void)
{
	static const double spread[] = { 0.999, 1, 1.001 };
	struct ovr_changes changes = named("a.json", "b.json");

	changes.group[1].n_void = 1;
	changes.group[0].n_results = 3;
	changes.group[1].n_results = 4;
	for (unsigned int i = 0; i < 3; i++) {
		amount(&changes, &rate, 0, 10e6 * spread[i]);
		amount(&changes, &rate, 1, 9.7e6 * spread[2 - i]);
		amount(&changes, &p50, 0, 20000);
		amount(&changes, &p50, 1, 20500);
		lost(&changes, 0, 0);
		lost(&changes, 1, 1000 + i);
	}
	ovr_changes_note(&changes, 0, OVR_CHANGES_PLAN, "rxd", "1024", NULL);
	ovr_changes_note(&changes, 1, OVR_CHANGES_PLAN, "rxd", "256", NULL);
	ovr_changes_note(&changes, 0, OVR_CHANGES_PLAN, "rate", "100%", NULL);
	ovr_changes_note(&changes, 1, OVR_CHANGES_PLAN, "rate", "100%", NULL);
	ovr_changes_note(&changes, 0, OVR_CHANGES_ENVIRONMENT, "kernel", "Linux 6.1", NULL);
	ovr_changes_note(&changes, 1, OVR_CHANGES_ENVIRONMENT, "kernel", "<script>|\x1b[2J", NULL);
	ovr_changes_close(&changes, NULL);
	return changes;
}

struct ovr_changes
sample_changes_single(void)
{
	struct ovr_changes changes = named("a.json", "b.json");

	for (uint32_t group = 0; group < 2; group++) {
		amount(&changes, &rate, group, 10e6 + group);
		lost(&changes, group, 0);
	}
	ovr_changes_close(&changes, NULL);
	return changes;
}
