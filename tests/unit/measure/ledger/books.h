/* SPDX-License-Identifier: BSD-3-Clause */
/* Books that the ledger's tests begin with. */
#pragma once

#include <criterion/criterion.h>
#include <string.h>

#include "ledger/ledger.h"

/* The books are large: one copy per test process. */
static struct ovr_ledger book;

static const struct ovr_ledger_limits strict = { .tolerance_ppb = 50000000, .max_loss_ppb = 0 };

/* 1,000 sent, 990 arrived once, 10 lost: balanced when an account holds 10. */
static inline struct ovr_ledger *
ten_of_a_thousand_lost(void)
{
	memset(&book, 0, sizeof(book));
	book.figures = (struct ovr_ledger_figures){
		.scheduled = 1000,
		.attempted = 1000,
		.sent = 1000,
		.received = 990,
		.unique = 990,
	};
	return &book;
}

static inline struct ovr_ledger *
nothing_lost(void)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ledger->figures.received = ledger->figures.unique = 1000;
	return ledger;
}

static inline void
assert_void_with_only(const struct ovr_ledger *ledger, const char *reason)
{
	cr_assert_eq(ledger->verdict, OVR_VERDICT_VOID);
	cr_assert_eq(ledger->n_reasons, 1, "%u reasons, the first: %s", ledger->n_reasons, ledger->reason[0]);
	cr_assert_str_eq(ledger->reason[0], reason);
}
