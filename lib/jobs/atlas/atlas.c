/* SPDX-License-Identifier: BSD-3-Clause */
#include "atlas/atlas.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void __attribute__((format(printf, 3, 4)))
conclude(struct ovr_atlas_outcome *outcome, enum ovr_atlas_verdict verdict, const char *format, ...)
{
	va_list args;

	outcome->verdict = verdict;
	va_start(args, format);
	vsnprintf(outcome->reason, sizeof(outcome->reason), format, args);
	va_end(args);
}

static bool
has_program(const char *name, int length)
{
	const char *path = getenv("PATH");
	char file[512];

	/* what execvp() takes */
	if (path == NULL)
		path = "/bin:/usr/bin";
	while (*path != '\0') {
		int n = (int)strcspn(path, ":");

		snprintf(file, sizeof(file), "%.*s/%.*s", n, path, length, name);
		if (access(file, X_OK) == 0)
			return true;
		path += n + (path[n] == ':');
	}
	return false;
}

/* The first of some programs that this host lacks. @return its length; 0: none */
static int
lacks_program(const char *names, const char **ret_name)
{
	for (const char *at = names; *at != '\0';) {
		int length = (int)strcspn(at, " ");

		if (!has_program(at, length)) {
			*ret_name = at;
			return length;
		}
		at += length + (at[length] == ' ');
	}
	return 0;
}

/* What can be seen beforehand. @return whether the place can be tried */
static bool
is_possible(const struct ovr_atlas_lab *lab, const struct ovr_atlas_place *place,
	struct ovr_atlas_outcome *outcome)
{
	cpu_set_t cpus;
	const char *name;
	int length = 0;

	if (place->cannot != NULL) {
		conclude(outcome, OVR_ATLAS_CANNOT, "%s", place->cannot);
		return false;
	}
	if (sched_getaffinity(0, sizeof(cpus), &cpus) == 0 && CPU_COUNT(&cpus) < 2) {
		conclude(outcome, OVR_ATLAS_CANNOT, "needs 2 CPUs, and this process may use 1");
		return false;
	}
	if (place->lab == OVR_ATLAS_NO_LAB)
		return true;
	if (geteuid() != 0) {
		conclude(outcome, OVR_ATLAS_CANNOT, "needs root, to make network namespaces");
		return false;
	}
	if (ovr_atlas_place_is_global(place) && !ovr_atlas_lab_is_global(lab)) {
		conclude(outcome, OVR_ATLAS_CANNOT,
			"needs --global: a setting of the whole host changes meanwhile, and other programs "
			"lose frames too; a virtual machine has one for itself (scripts/vm)");
		return false;
	}
	length = lacks_program("ip sysctl sh", &name);
	if (length == 0 && place->lab == OVR_ATLAS_SENDER)
		length = lacks_program("ethtool", &name);
	if (length == 0 && place->tools != NULL)
		length = lacks_program(place->tools, &name);
	if (length != 0)
		conclude(outcome, OVR_ATLAS_CANNOT, "there is no program %.*s here", length, name);
	return length == 0;
}

/* Run the trial, and read its result. */
static int
measure(const struct ovr_atlas_lab *lab, const struct ovr_atlas_command *trial,
	struct ovr_atlas_books *ret_books, struct ovr_err *err)
{
	struct ovr_atlas_said said;
	int status = ovr_atlas_lab_trial(lab, trial, &said, err);

	if (status != 0)
		return status;
	if (said.out[0] == '\0') {
		said.err[strcspn(said.err, "\n")] = '\0';
		status = ovr_err_set(err, -ENODATA, "the trial ended with %d%s%.300s", said.code,
			said.err[0] == '\0' ? ", and said nothing" : ": ", said.err);
	} else {
		status = ovr_atlas_books_read(said.out, ret_books, err);
	}
	ovr_atlas_said_done(&said);
	return status;
}

/* What the familiar tools print. One that fails shows what it says. */
static int
show(const struct ovr_atlas_lab *lab, const struct ovr_atlas_place *place, struct ovr_atlas_outcome *outcome,
	struct ovr_err *err)
{
	for (size_t i = 0; i < OVR_ATLAS_SHOWS_MAX && place->show[i].line != NULL; i++) {
		struct ovr_atlas_said said;
		int status = ovr_atlas_lab_shell(lab, &place->show[i], &said, err);

		if (status != 0)
			return status;
		snprintf(outcome->shown[i], sizeof(outcome->shown[i]), "%s%s", said.out, said.err);
		ovr_atlas_said_done(&said);
	}
	return 0;
}

static int
do_all(struct ovr_atlas_lab *lab, const struct ovr_atlas_command *command, struct ovr_err *err)
{
	int status = 0;

	for (size_t i = 0; i < OVR_ATLAS_COMMANDS_MAX && command[i].line != NULL && status == 0; i++)
		status = ovr_atlas_lab_do(lab, &command[i], err);
	return status;
}

/* A kernel without the feature, a host that makes no namespaces. @return 0: it is said */
static int
not_here(int status, struct ovr_atlas_outcome *outcome, const struct ovr_err *err)
{
	if (status != -EOPNOTSUPP)
		return status;
	conclude(outcome, OVR_ATLAS_CANNOT, "%s", err->text);
	return 0;
}

/* Make the cause in the lab, measure, and show. */
static int
cause(struct ovr_atlas_lab *lab, const struct ovr_atlas_place *place, struct ovr_atlas_outcome *outcome,
	struct ovr_err *err)
{
	int status = do_all(lab, place->cause, err);

	if (status == -EOPNOTSUPP)
		return not_here(status, outcome, err);
	if (status == 0)
		status = measure(lab, &place->trial, &outcome->before, err);
	if (status == 0) {
		outcome->has_before = true;
		status = show(lab, place, outcome, err);
	}
	return status;
}

static int
cure(struct ovr_atlas_lab *lab, const struct ovr_atlas_place *place, struct ovr_atlas_outcome *outcome,
	struct ovr_err *err)
{
	int status = 0;

	if (place->anew) {
		status = ovr_atlas_lab_make(lab, place->lab, err);
		if (status == 0)
			status = do_all(lab, place->cause, err);
	}
	if (status == 0)
		status = do_all(lab, place->remedy, err);
	if (status == 0)
		status = measure(
			lab, place->cured.line != NULL ? &place->cured : &place->trial, &outcome->after, err);
	outcome->has_after = status == 0;
	return status;
}

/* The counter of an account that the row's equation does not have; NULL: it has all. */
static const char *
not_in_equation(const struct ovr_atlas_place *place, const struct ovr_atlas_books *books)
{
	for (uint32_t i = 0; i < books->n_accounts; i++)
		if (strstr(place->equation, books->account[i].counter) == NULL)
			return books->account[i].counter;
	return NULL;
}

static void
judge_before(const struct ovr_atlas_place *place, const char *end, struct ovr_atlas_outcome *outcome)
{
	const struct ovr_atlas_books *books = &outcome->before;
	const char *name = ovr_ledger_place_name(place->owner);
	int64_t owned = ovr_atlas_books_of(books, name, end);

	if (place->needs_reasons && books->lacks_reasons && owned == 0)
		conclude(
			outcome, OVR_ATLAS_CANNOT, "drop reasons are not known here, and no counter owns it");
	else if (strcmp(books->verdict, "void") == 0)
		conclude(outcome, OVR_ATLAS_UNSEEN, "the trial is void: %s", books->reason);
	else if (books->lost <= 0)
		conclude(outcome, OVR_ATLAS_UNSEEN, "the cause was there, and nothing was lost");
	else if (place->uncounted != NULL && books->unexplained == books->lost)
		conclude(outcome, OVR_ATLAS_CANNOT, "%s", place->uncounted);
	else if (books->unexplained != 0)
		conclude(outcome, OVR_ATLAS_UNSEEN, "%" PRId64 " of %" PRId64 " lost %s have no owner",
			books->unexplained, books->lost, books->unit);
	else if (owned == 0)
		conclude(outcome, OVR_ATLAS_UNSEEN, "%s%s%s owns none of %" PRId64 " lost %s", name,
			end == NULL ? "" : " of ", end == NULL ? "" : end, books->lost, books->unit);
	else if (place->moves_to == OVR_PLACE_COUNT && owned != books->lost)
		conclude(outcome, OVR_ATLAS_UNSEEN, "%s owns %" PRId64 " of %" PRId64 " lost %s", name, owned,
			books->lost, books->unit);
	else if (not_in_equation(place, books) != NULL)
		conclude(outcome, OVR_ATLAS_UNSEEN, "%s owns lost %s, and is not in the equation \"%s\"",
			not_in_equation(place, books), books->unit, place->equation);
	else
		conclude(outcome, OVR_ATLAS_CURED, "%s", "");
}

static void
judge_after(const struct ovr_atlas_place *place, const char *end, struct ovr_atlas_outcome *outcome)
{
	const struct ovr_atlas_books *books = &outcome->after;
	const char *name = ovr_ledger_place_name(place->owner);
	int64_t owned = ovr_atlas_books_of(books, name, end);
	int64_t elsewhere = place->moves_to == OVR_PLACE_COUNT
		? 0
		: ovr_atlas_books_of(books, ovr_ledger_place_name(place->moves_to), NULL);

	if (strcmp(books->verdict, "void") == 0)
		conclude(outcome, OVR_ATLAS_UNCURED, "with the remedy the trial is void: %s", books->reason);
	else if (owned != 0)
		conclude(outcome, OVR_ATLAS_UNCURED, "with the remedy %s still owns %" PRId64 " lost %s",
			name, owned, books->unit);
	else if (books->lost != elsewhere)
		conclude(outcome, OVR_ATLAS_UNCURED, "with the remedy %" PRId64 " %s are lost elsewhere",
			books->lost - elsewhere, books->unit);
}

/* Whether the place's account has all that was refused, and the equation its counter. */
static bool
is_refused_there(const struct ovr_atlas_place *place, const char *end, const struct ovr_atlas_books *books)
{
	return ovr_atlas_books_of(books, ovr_ledger_place_name(place->owner), end) == books->refused &&
		not_in_equation(place, books) == NULL;
}

/* A sender that is refused, or waits for a receive window, loses nothing. */
static void
judge_delay(const char *what, int64_t before, int64_t after, struct ovr_atlas_outcome *outcome)
{
	if (strcmp(outcome->before.verdict, "pass") != 0)
		conclude(outcome, OVR_ATLAS_UNSEEN, "the trial does not pass: %s", outcome->before.reason);
	else if (before == 0)
		conclude(outcome, OVR_ATLAS_UNSEEN, "the cause was there, and the sender %s nothing", what);
	else if (strcmp(outcome->after.verdict, "pass") != 0)
		conclude(outcome, OVR_ATLAS_UNCURED, "with the remedy the trial does not pass: %s",
			outcome->after.reason);
	else if (after >= before)
		conclude(outcome, OVR_ATLAS_UNCURED, "with the remedy the sender %s as much", what);
	else
		conclude(outcome, OVR_ATLAS_CURED, "%s", "");
}

void
ovr_atlas_judge(
	const struct ovr_atlas_place *place, const char *owner_end, struct ovr_atlas_outcome *ret_outcome)
{
	const struct ovr_atlas_books *before = &ret_outcome->before, *after = &ret_outcome->after;

	if (place->effect == OVR_ATLAS_WAITS) {
		judge_delay("waited", before->window_waited_us, after->window_waited_us, ret_outcome);
		return;
	}
	if (place->effect == OVR_ATLAS_REFUSES) {
		if (!is_refused_there(place, owner_end, before))
			conclude(ret_outcome, OVR_ATLAS_UNSEEN, "%s owns not all that was refused",
				ovr_ledger_place_name(place->owner));
		else
			judge_delay("was refused", before->refused, after->refused, ret_outcome);
		return;
	}
	judge_before(place, owner_end, ret_outcome);
	if (ret_outcome->verdict == OVR_ATLAS_CURED)
		judge_after(place, owner_end, ret_outcome);
}

int
ovr_atlas_reproduce(struct ovr_atlas_lab *lab, const struct ovr_atlas_place *place,
	struct ovr_atlas_outcome *ret_outcome, struct ovr_err *err)
{
	char end[OVR_ATLAS_LINE_BYTES];
	int status;

	memset(ret_outcome, 0, sizeof(*ret_outcome));
	if (!is_possible(lab, place, ret_outcome))
		return 0;
	/* without its hosts nothing of the place was tried: no journal, no room, a signal */
	status = ovr_atlas_lab_make(lab, place->lab, err);
	if (status != 0)
		return not_here(status, ret_outcome, err);
	status = cause(lab, place, ret_outcome, err);
	if (status == 0 && ret_outcome->has_before)
		status = cure(lab, place, ret_outcome, err);
	if (status != 0 && status != -EINTR) {
		conclude(ret_outcome, ret_outcome->has_before ? OVR_ATLAS_UNCURED : OVR_ATLAS_UNSEEN, "%s",
			err->text);
		return 0;
	}
	if (status == 0 && ret_outcome->has_after)
		ovr_atlas_judge(place,
			place->owner_end == NULL
				? NULL
				: ovr_atlas_lab_expand(lab, place->owner_end, end, sizeof(end)),
			ret_outcome);
	return status;
}
