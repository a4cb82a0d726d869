/* SPDX-License-Identifier: BSD-3-Clause */
#include "atlas/sheet.h"

#include <inttypes.h>
#include <string.h>

void
ovr_atlas_sheet_list(FILE *out)
{
	size_t n;
	const struct ovr_atlas_place *place = ovr_atlas_places(&n);
	char needs[160];

	for (size_t i = 0; i < n; i++, place++) {
		fprintf(out, "%-19s %s\n", place->id, place->title);
		if (place->cannot != NULL)
			fprintf(out, "%-19s not here: %s\n", "", place->cannot);
		else
			fprintf(out, "%-19s needs %s\n", "",
				ovr_atlas_place_needs(needs, sizeof(needs), place));
	}
}

/* "  cause     hop# tc qdisc add …", the heading in the first line only. */
static void
print_commands(const struct ovr_atlas_lab *lab, const char *heading, const struct ovr_atlas_command *command,
	size_t n, FILE *out)
{
	char line[OVR_ATLAS_LINE_BYTES];

	for (size_t i = 0; i < n && command[i].line != NULL; i++)
		fprintf(out, "  %-9s %s# %s\n", i == 0 ? heading : "", ovr_atlas_host_name(command[i].host),
			ovr_atlas_lab_expand(lab, command[i].line, line, sizeof(line)));
}

static void
print_trial(const struct ovr_atlas_lab *lab, const struct ovr_atlas_command *trial, FILE *out)
{
	char line[2 * OVR_ATLAS_LINE_BYTES];

	fprintf(out, "  %-9s %s# overrun run %s\n", "trial", ovr_atlas_host_name(trial->host),
		ovr_atlas_lab_expand(lab, trial->line, line, sizeof(line)));
}

static void
print_books(const char *heading, const struct ovr_atlas_books *books, FILE *out)
{
	fprintf(out, "  %-9s lost %" PRId64 " of %" PRId64 " %s, unexplained %" PRId64 "\n", heading,
		books->lost, books->sent, books->unit, books->unexplained);
	if (books->refused != 0)
		fprintf(out, "  %-9s refused %" PRId64 " more, which were never sent\n", "", books->refused);
	if (books->window_waited_us != 0)
		fprintf(out, "  %-9s the sender waited %" PRId64 " ms for a receive window\n", "",
			books->window_waited_us / 1000);
	for (uint32_t i = 0; i < books->n_accounts; i++) {
		const struct ovr_atlas_account *account = &books->account[i];

		fprintf(out, "  %-9s %s  %s  %" PRId64 "  %s%s%s\n", "", account->place, account->end,
			account->lost, account->counter, account->why[0] == '\0' ? "" : ": ", account->why);
		if (account->aliases[0] != '\0')
			fprintf(out, "  %-9s counted again, not added: %s\n", "", account->aliases);
	}
}

/* What a tool printed, its tabs as blanks. */
static void
print_lines(const char *text, FILE *out)
{
	for (const char *at = text; *at != '\0';) {
		size_t n = strcspn(at, "\n");

		fprintf(out, "  %-9s | ", "");
		for (size_t i = 0; i < n; i++)
			fputs(at[i] == '\t' ? "        " : (char[]){ at[i], '\0' }, out);
		fputc('\n', out);
		at += n + (at[n] == '\n');
	}
}

static void
print_shown(const struct ovr_atlas_lab *lab, const struct ovr_atlas_place *place,
	const struct ovr_atlas_outcome *outcome, FILE *out)
{
	for (size_t i = 0; i < OVR_ATLAS_SHOWS_MAX && place->show[i].line != NULL; i++) {
		print_commands(lab, i == 0 ? "seen by" : "", &place->show[i], 1, out);
		print_lines(outcome->shown[i], out);
	}
	if (place->familiar != NULL)
		fprintf(out, "  %-9s %s\n", place->show[0].line == NULL ? "seen by" : "", place->familiar);
}

static void
print_verdict(const struct ovr_atlas_place *place, const struct ovr_atlas_outcome *outcome, FILE *out)
{
	const char *owner = place->owner < OVR_PLACE_COUNT ? ovr_ledger_place_name(place->owner) : "nobody";

	switch (outcome->verdict) {
	case OVR_ATLAS_CURED:
		if (place->effect == OVR_ATLAS_WAITS)
			fprintf(out,
				"  REPRODUCED: nothing is lost, the sender waits; cured: it waits less\n");
		else if (place->effect == OVR_ATLAS_REFUSES)
			fprintf(out, "  REPRODUCED: nothing is lost, %s refuses; cured: it refuses less\n",
				owner);
		else if (place->moves_to != OVR_PLACE_COUNT)
			fprintf(out, "  REPRODUCED: %s owns the loss; cured: what is still lost is of %s\n",
				owner, ovr_ledger_place_name(place->moves_to));
		else
			fprintf(out, "  REPRODUCED: %s owns the loss; cured: nothing is lost\n", owner);
		break;
	case OVR_ATLAS_UNSEEN:
		fprintf(out, "  NOT REPRODUCED: %s\n", outcome->reason);
		break;
	case OVR_ATLAS_UNCURED:
		fprintf(out, "  NOT CURED: %s\n", outcome->reason);
		break;
	case OVR_ATLAS_CANNOT:
		fprintf(out, "  NOT HERE: %s\n", outcome->reason);
		break;
	}
}

void
ovr_atlas_sheet_print(const struct ovr_atlas_lab *lab, const struct ovr_atlas_place *place,
	const struct ovr_atlas_outcome *outcome, FILE *out)
{
	fprintf(out, "%s: %s\n\n", place->id, place->title);
	fprintf(out, "  %-9s %s\n", "happens", place->happens);
	fprintf(out, "  %-9s %s\n", "where", place->where);
	if (outcome->has_before) {
		print_commands(lab, "cause", place->cause, OVR_ATLAS_COMMANDS_MAX, out);
		print_trial(lab, &place->trial, out);
		print_books("ledger", &outcome->before, out);
	}
	fprintf(out, "  %-9s %s\n", "equation", place->equation);
	if (outcome->has_before)
		print_shown(lab, place, outcome, out);
	else
		fprintf(out, "  %-9s %s\n", "seen by", place->familiar);
	fprintf(out, "  %-9s %s\n", "remedy", place->cure);
	if (outcome->has_after) {
		print_commands(lab, "", place->remedy, OVR_ATLAS_COMMANDS_MAX, out);
		if (place->cured.line != NULL)
			print_trial(lab, &place->cured, out);
		print_books("ledger", &outcome->after, out);
	}
	fputc('\n', out);
	print_verdict(place, outcome, out);
	fputc('\n', out);
}

void
ovr_atlas_sheet_kept(const struct ovr_atlas_lab *lab, FILE *out)
{
	fprintf(out, "The lab is kept. To enter a host of it:\n\n");
	for (int i = 0; i < OVR_ATLAS_HOSTS; i++)
		fprintf(out, "  ip netns exec %s bash\n", ovr_atlas_lab_name(lab, (enum ovr_atlas_host)i));
	fprintf(out, "\nTo remove it:\n\n");
	for (int i = 0; i < OVR_ATLAS_HOSTS; i++)
		fprintf(out, "  ip netns del %s\n", ovr_atlas_lab_name(lab, (enum ovr_atlas_host)i));
}
