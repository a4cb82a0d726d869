/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/checkpoint.h"

#include <errno.h>
#include <stdlib.h>

#include "trial/collect.h"

/* The structs are too large for a stack. */
struct ovr_checkpoint {
	const struct ovr_workers *workers;
	const struct ovr_result *base;
	struct ovr_trial_hooks hooks;
	uint64_t next_ns;
	struct ovr_port_counters now; /* memory for readings */
	struct ovr_phase so_far;
	struct ovr_result result;
};

int
ovr_checkpoint_create(const struct ovr_workers *workers, const struct ovr_result *base,
	const struct ovr_trial_hooks *hooks, struct ovr_checkpoint **ret_checkpoint, struct ovr_err *err)
{
	struct ovr_checkpoint *checkpoint;

	*ret_checkpoint = NULL;
	if (hooks == NULL || hooks->checkpoint == NULL || workers->plan->output.checkpoint_ns == 0)
		return 0;
	checkpoint = calloc(1, sizeof(*checkpoint));
	if (checkpoint == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for checkpoints");
	checkpoint->workers = workers;
	checkpoint->base = base;
	checkpoint->hooks = *hooks;
	checkpoint->next_ns = workers->plan->output.checkpoint_ns;
	*ret_checkpoint = checkpoint;
	return 0;
}

void
ovr_checkpoint_destroy(struct ovr_checkpoint *checkpoint)
{
	if (checkpoint == NULL)
		return;
	ovr_port_counters_done(&checkpoint->now);
	ovr_port_counters_done(&checkpoint->so_far.counters);
	free(checkpoint);
}

static void
say_unfinished(struct ovr_ledger *ledger, uint64_t now_ns, uint64_t total_ns)
{
	char now[OVR_UNITS_TEXT_BYTES], total[OVR_UNITS_TEXT_BYTES];

	ovr_units_print_time(now, sizeof(now), now_ns);
	ovr_units_print_time(total, sizeof(total), total_ns);
	ovr_ledger_void(ledger, "unfinished: %s%s%s; what was counted so far, read while it ran", now,
		total_ns != 0 ? " of " : "", total_ns != 0 ? total : "");
}

void
ovr_checkpoint_look(struct ovr_checkpoint *checkpoint, const struct ovr_monitor *monitor)
{
	uint64_t period_ns = monitor->workers->plan->output.checkpoint_ns;

	if (checkpoint == NULL || monitor->last.at_ns < checkpoint->next_ns)
		return;
	checkpoint->next_ns += ((monitor->last.at_ns - checkpoint->next_ns) / period_ns + 1) * period_ns;
	ovr_port_counters_read(monitor->workers->pair, &checkpoint->now);
	ovr_port_counters_subtract(&checkpoint->now, &monitor->before, &checkpoint->so_far.counters);
	ovr_port_counters_own(monitor->workers->pair, &checkpoint->so_far.counters);
	checkpoint->so_far.sent_until_ns = monitor->last.at_ns;
	checkpoint->so_far.monitor = *monitor;
	checkpoint->result = *checkpoint->base;
	say_unfinished(&checkpoint->result.ledger, monitor->last.at_ns, monitor->total_ns);
	if (ovr_collect_so_far(monitor->workers, &checkpoint->so_far, &checkpoint->result) == 0)
		checkpoint->hooks.checkpoint(checkpoint->hooks.context, &checkpoint->result);
	ovr_ledger_done(&checkpoint->result.ledger);
	free(checkpoint->result.queue);
}
