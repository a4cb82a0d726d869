/* SPDX-License-Identifier: BSD-3-Clause */
/* The books as JSON. */
#include "report/json_parts.h"
#include "report/json_put.h"
#include "report/why.h"

static json_t *
account_of(const struct ovr_result *result, const struct ovr_ledger_account *account)
{
	json_t *object = json_object();
	char why[OVR_WHY_BYTES];
	int rc = 0;

	rc |= ovr_json_put_text(object, "place", ovr_ledger_place_name(account->place));
	rc |= ovr_json_put_text(object, "port", account->port);
	rc |= ovr_json_put_known(object, "queue", account->queue >= 0, (uint64_t)account->queue);
	rc |= ovr_json_put_count(object, "frames", account->frames);
	if (account->frames_min != account->frames_max) {
		rc |= ovr_json_put_count(object, "frames_min", account->frames_min);
		rc |= ovr_json_put_count(object, "frames_max", account->frames_max);
	}
	rc |= ovr_json_put_text(object, "counter", account->counter);
	rc |= ovr_json_put_text(object, "source", account->source);
	rc |= ovr_json_put_text(
		object, "why", account->frames == 0 ? "" : ovr_report_why(why, sizeof(why), result, account));
	return ovr_json_finish(object, rc);
}

static json_t *
accounts_of(const struct ovr_result *result, const struct ovr_ledger *ledger)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < ledger->n_accounts; i++)
		rc |= json_array_append_new(list, account_of(result, &ledger->account[i]));
	return ovr_json_finish(list, rc);
}

json_t *
ovr_json_ledger(const struct ovr_result *result)
{
	const struct ovr_ledger *ledger = &result->ledger;
	const struct ovr_ledger_figures *f = &ledger->figures;
	json_t *object = json_object();
	int rc = 0;

	rc |= ovr_json_put_count(object, "attempted", f->attempted);
	rc |= ovr_json_put_count(object, "refused", f->refused);
	rc |= ovr_json_put_count(object, "sent", f->sent);
	rc |= ovr_json_put_count(object, "received", f->received);
	rc |= ovr_json_put_count(object, "unique", f->unique);
	rc |= ovr_json_put_count(object, "duplicate", f->duplicate);
	rc |= ovr_json_put_count(object, "reordered", f->reordered);
	rc |= ovr_json_put_count(object, "late", f->late);
	rc |= ovr_json_put_count(object, "corrupt", f->corrupt);
	rc |= ovr_json_put_count(object, "stale", f->stale);
	rc |= ovr_json_put_count(object, "foreign", f->foreign);
	rc |= ovr_json_put_count(object, "merged", f->merged);
	rc |= ovr_json_put_signed(object, "lost", ledger->lost);
	rc |= ovr_json_put_signed(object, "explained", ledger->explained);
	rc |= ovr_json_put_signed(object, "unexplained", ledger->unexplained);
	if (ledger->unexplained_min != ledger->unexplained_max) {
		rc |= ovr_json_put_signed(object, "unexplained_min", ledger->unexplained_min);
		rc |= ovr_json_put_signed(object, "unexplained_max", ledger->unexplained_max);
	}
	rc |= ovr_json_put_known(object, "copies", f->copies_known, f->copies);
	rc |= ovr_json_put_known(object, "tx_port_sent", f->tx_port_known, f->tx_port_sent);
	rc |= ovr_json_put_known(object, "rx_port_received", f->rx_port_known, f->rx_port_received);
	rc |= ovr_json_put_known(object, "queues_received", f->queues_known, f->queues_received);
	rc |= json_object_set_new(object, "accounts", accounts_of(result, ledger));
	return ovr_json_finish(object, rc);
}
