/* SPDX-License-Identifier: BSD-3-Clause */
#include "ring/borrow.h"

#include <errno.h>
#include <stdlib.h>

#include "ring/change_priv.h"

struct ovr_ring_loan {
	struct ovr_undo *undo;       /* NULL: nothing was changed */
	struct ovr_nic_facts before; /* the interface */
};

/*
 * Noted before, and after it what the driver took: then a later change of somebody else is told
 * from it.
 */
static int
change_noted(
	struct ovr_ring_loan *loan, uint32_t timeout_ms, struct ovr_ring_change *change, struct ovr_err *err)
{
	struct ovr_nic_facts after;
	int status = ovr_undo_note(loan->undo, OVR_UNDO_RINGS, &loan->before, err);

	if (status == 0)
		status = ovr_ring_change_make(&loan->before, timeout_ms, change, err);
	if (status == 0)
		status = ovr_nic_facts_read(loan->before.name, &after, err);
	return status == 0 ? ovr_undo_took(loan->undo, OVR_UNDO_RINGS, &after, err) : status;
}

int
ovr_ring_borrow(const struct ovr_undo_places *places, const char *name, const struct ovr_ring_sizes *asked,
	uint32_t timeout_ms, struct ovr_ring_loan **ret_loan, struct ovr_ring_change *ret_change,
	struct ovr_err *err)
{
	struct ovr_ring_loan *loan = calloc(1, sizeof(*loan));
	struct ovr_ring_change change;
	int status;

	if (loan == NULL)
		return ovr_err_set(err, -ENOMEM, "%s: no memory to change its rings", name);
	status = ovr_ring_change_begin(places, name, asked, &loan->before, &change, err);
	if (status == 0 && change.is_change)
		status = ovr_undo_open(places, &loan->undo, err);
	if (status == 0 && change.is_change)
		status = change_noted(loan, timeout_ms, &change, err);
	if (status != 0) {
		ovr_ring_give_back(loan, 0, NULL);
		return status;
	}
	*ret_change = change;
	*ret_loan = loan;
	return 0;
}

int
ovr_ring_give_back(struct ovr_ring_loan *loan, uint32_t timeout_ms, struct ovr_err *err)
{
	struct ovr_ring_change change;
	int status = 0;

	if (loan == NULL)
		return 0;
	if (loan->undo != NULL)
		status = ovr_undo_all(loan->undo, err);
	if (status == 0 && loan->undo != NULL)
		status = ovr_ring_follow_link(&loan->before, timeout_ms, &change, err);
	if (status == -ETIMEDOUT)
		ovr_err_set(err, status,
			"%s: its rings are what they were, but its link has not come back within %u ms",
			loan->before.name, timeout_ms);
	ovr_undo_close(loan->undo);
	free(loan);
	return status;
}
