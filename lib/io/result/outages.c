/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/outages.h"

#include <stdio.h>

void
ovr_outages_begin(
	struct ovr_outages *outages, unsigned int port, const struct ovr_outages_look *look, uint64_t now_ns)
{
	outages->port[port] = (struct ovr_outages_port){
		.is_up = look->is_up,
		.changes = look->changes,
		.looked_at_ns = now_ns,
	};
}

/* Room for another one: that of the latest, if there is no other. @return 1 + its place */
static uint32_t
open_outage(struct ovr_outages *outages, const char *label, uint64_t up_until_ns)
{
	struct ovr_outage *outage;

	if (outages->n_kept < OVR_OUTAGES_MAX)
		outages->n_kept++;
	outages->n++;
	for (unsigned int p = 0; p < 2; p++)
		if (outages->port[p].open == outages->n_kept)
			outages->port[p].open = 0;
	outage = &outages->outage[outages->n_kept - 1];
	*outage = (struct ovr_outage){ .up_until_ns = up_until_ns };
	snprintf(outage->port, sizeof(outage->port), "%s", label);
	return outages->n_kept;
}

/*
 * How often the link came or went since the last look; where nobody counts, as often as its state
 * tells.
 */
static uint32_t
changes_since(const struct ovr_outages_port *seen, const struct ovr_outages_look *look)
{
	/* the count of an interface that was made anew begins again: if it is up, it came */
	uint32_t n = look->changes < seen->changes ? look->is_up : look->changes - seen->changes;
	bool is_odd = n % 2 != 0;

	return n + (is_odd != (look->is_up != seen->is_up));
}

static void
came_up(struct ovr_outages *outages, struct ovr_outages_port *port, uint64_t now_ns)
{
	struct ovr_outage *outage;

	if (port->open == 0)
		return;
	outage = &outages->outage[port->open - 1];
	outage->is_over = true;
	outage->up_again_ns = now_ns;
	port->open = 0;
}

static void
found_down(struct ovr_outages *outages, const struct ovr_outages_port *port, uint64_t now_ns)
{
	struct ovr_outage *outage;

	if (port->open == 0)
		return;
	outage = &outages->outage[port->open - 1];
	if (!outage->was_seen)
		outage->down_from_ns = now_ns;
	outage->was_seen = true;
	outage->down_until_ns = now_ns;
}

bool
ovr_outages_look(struct ovr_outages *outages, unsigned int port, const char *label,
	const struct ovr_outages_look *look, uint64_t now_ns)
{
	struct ovr_outages_port *seen = &outages->port[port];
	uint32_t n_changes = changes_since(seen, look);

	for (uint32_t i = 0; i < n_changes; i++) {
		if (seen->is_up)
			seen->open = open_outage(outages, label, seen->looked_at_ns);
		else
			came_up(outages, seen, now_ns);
		seen->is_up = !seen->is_up;
	}
	if (!look->is_up)
		found_down(outages, seen, now_ns);
	seen->changes = look->changes;
	seen->looked_at_ns = now_ns;
	return !look->is_up || n_changes != 0;
}

uint64_t
ovr_outage_at_least_ns(const struct ovr_outage *outage)
{
	return outage->was_seen ? outage->down_until_ns - outage->down_from_ns : 0;
}

uint64_t
ovr_outage_at_most_ns(const struct ovr_outage *outage)
{
	return outage->is_over ? outage->up_again_ns - outage->up_until_ns : UINT64_MAX;
}
