/* SPDX-License-Identifier: BSD-3-Clause */
#include "atlas/places.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "atlas/lab.h"

/* Each row in turn. */
#define EACH(place)                                                        \
	size_t n_places;                                                   \
	const struct ovr_atlas_place *place = ovr_atlas_places(&n_places); \
	for (const struct ovr_atlas_place *end = place + n_places; place < end; place++)

static size_t
length_of(const struct ovr_atlas_command *command, size_t max)
{
	size_t n = 0;

	while (n < max && command[n].line != NULL)
		n++;
	return n;
}

Test(places, every_row_says_what_happens_where_and_what_helps)
{
	EACH(place)
	{
		cr_assert_not_null(place->id);
		for (const char *at = place->id; *at != '\0'; at++)
			cr_expect(islower((unsigned char)*at) || *at == '-', "%s", place->id);
		cr_expect_not_null(place->title, "%s", place->id);
		cr_expect_not_null(place->happens, "%s", place->id);
		cr_expect_not_null(place->where, "%s", place->id);
		cr_expect_not_null(place->familiar, "%s", place->id);
		cr_expect_not_null(place->cure, "%s", place->id);
		cr_expect_not_null(place->equation, "%s", place->id);
		cr_expect(
			place->owner < OVR_PLACE_COUNT || place->effect == OVR_ATLAS_WAITS, "%s", place->id);
	}
}

static void
expect_recipe(const struct ovr_atlas_place *place)
{
	size_t n_causes = length_of(place->cause, OVR_ATLAS_COMMANDS_MAX);
	size_t n_remedies = length_of(place->remedy, OVR_ATLAS_COMMANDS_MAX);

	cr_expect_not_null(place->trial.line, "%s", place->id);
	cr_expect(n_causes < OVR_ATLAS_COMMANDS_MAX, "%s: the list has no end", place->id);
	cr_expect(n_remedies < OVR_ATLAS_COMMANDS_MAX, "%s: the list has no end", place->id);
	cr_expect(n_remedies != 0 || place->cured.line != NULL, "%s: has no remedy", place->id);
	cr_expect(n_causes != 0 || n_remedies == 0, "%s: undoes what nothing caused", place->id);
	cr_expect(place->cured.line == NULL || strcmp(place->cured.line, place->trial.line) != 0, "%s",
		place->id);
	if (place->lab != OVR_ATLAS_NO_LAB)
		cr_expect_neq(
			length_of(place->show, OVR_ATLAS_SHOWS_MAX), 0, "%s: no tool shows it", place->id);
}

Test(places, every_row_has_a_recipe_or_says_why_not)
{
	EACH(place)
	{
		if (place->cannot == NULL) {
			expect_recipe(place);
			continue;
		}
		cr_expect_null(place->trial.line, "%s", place->id);
		cr_expect_null(place->cause[0].line, "%s", place->id);
		cr_expect_null(place->remedy[0].line, "%s", place->id);
	}
}

/* A tool in a command of the row is one that it says it needs. */
static void
expect_named(const struct ovr_atlas_place *place, const struct ovr_atlas_command *command, size_t n)
{
	char needs[160], tool[32];

	ovr_atlas_place_needs(needs, sizeof(needs), place);
	for (size_t i = 0; i < n && command[i].line != NULL; i++) {
		snprintf(tool, sizeof(tool), ", %.*s", (int)strcspn(command[i].line, " "), command[i].line);
		cr_expect_not_null(strstr(needs, tool), "%s needs %s, and runs \"%s\"", place->id, needs,
			command[i].line);
	}
}

Test(places, what_a_row_runs_it_says_it_needs)
{
	EACH(place)
	{
		expect_named(place, place->cause, OVR_ATLAS_COMMANDS_MAX);
		expect_named(place, place->show, OVR_ATLAS_SHOWS_MAX);
		expect_named(place, place->remedy, OVR_ATLAS_COMMANDS_MAX);
	}
}

/* A command is for a host of the lab; for the whole host it is a setting, which can be put back. */
static void
expect_host(const struct ovr_atlas_place *place, const struct ovr_atlas_command *command)
{
	char name[64];
	unsigned int value;

	if (command->host != OVR_ATLAS_WHOLE_HOST) {
		cr_expect_lt(command->host, OVR_ATLAS_HOSTS, "%s", place->id);
		return;
	}
	cr_expect_eq(
		sscanf(command->line, "sysctl -w net.%63[a-z0-9._]=%u", name, &value), 2, "%s", place->id);
	cr_expect(ovr_atlas_place_is_global(place), "%s", place->id);
}

Test(places, no_command_is_for_the_hosts_own_namespace)
{
	EACH(place)
	{
		for (size_t i = 0; i < OVR_ATLAS_COMMANDS_MAX && place->cause[i].line != NULL; i++)
			expect_host(place, &place->cause[i]);
		for (size_t i = 0; i < OVR_ATLAS_COMMANDS_MAX && place->remedy[i].line != NULL; i++)
			expect_host(place, &place->remedy[i]);
	}
}

Test(places, every_id_is_there_once_and_found)
{
	EACH(place)
	{
		cr_expect_eq(ovr_atlas_place_of(place->id), place, "%s is there twice", place->id);
		cr_expect_str_neq(place->id, "all");
	}
	cr_expect_null(ovr_atlas_place_of("all"));
	cr_expect_null(ovr_atlas_place_of(""));
}

Test(places, needs_are_named)
{
	char needs[160];

	cr_expect_str_eq(ovr_atlas_place_needs(needs, sizeof(needs), ovr_atlas_place_of("ttl")),
		"2 CPUs, root, veth, ip, sysctl, nft, nstat");
	cr_expect_str_eq(
		ovr_atlas_place_needs(needs, sizeof(needs), ovr_atlas_place_of("ring-overflow")), "2 CPUs");
	cr_expect_str_eq(ovr_atlas_place_needs(needs, sizeof(needs), ovr_atlas_place_of("blackhole")),
		"2 CPUs, root, veth, ip, sysctl, BPF");
	cr_expect_str_eq(ovr_atlas_place_needs(needs, sizeof(needs), ovr_atlas_place_of("conntrack-full")),
		"2 CPUs, root, veth, ip, sysctl, nft, cat, --global");
}
