/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>

#include "report/json_put.h"
#include "report/ring.h"

static json_t *
sizes_of(const struct ovr_ring_sizes *sizes)
{
	json_t *object = json_object();
	int rc = ovr_json_put_count(object, "rx", sizes->rx);

	rc |= ovr_json_put_count(object, "rx_mini", sizes->rx_mini);
	rc |= ovr_json_put_count(object, "rx_jumbo", sizes->rx_jumbo);
	rc |= ovr_json_put_count(object, "tx", sizes->tx);
	return ovr_json_finish(object, rc);
}

/* Null unless it is known. */
static json_t *
sizes_if(bool known, const struct ovr_ring_sizes *sizes)
{
	return known ? sizes_of(sizes) : json_null();
}

/* How long so many usable descriptors last, by frame size; null without a line. */
static json_t *
buffer_time_of(uint32_t usable, uint64_t line_bps)
{
	json_t *object;
	int rc;

	if (line_bps == 0)
		return json_null();
	object = json_object();
	rc = ovr_json_put_count(object, "64", ovr_ring_buffer_time_ns(usable, 64, line_bps));
	rc |= ovr_json_put_count(object, "1518", ovr_ring_buffer_time_ns(usable, 1518, line_bps));
	return ovr_json_finish(object, rc);
}

/* What the device asks of a size besides its maximum; null where it does not tell. */
static json_t *
limits_of(const struct ovr_ring_view *view)
{
	json_t *object = json_object();
	int rc = ovr_json_put_known(object, "rx_min", view->rx_min != 0, view->rx_min);

	rc |= ovr_json_put_known(object, "tx_min", view->tx_min != 0, view->tx_min);
	rc |= ovr_json_put_known(object, "rx_align", view->rx_align != 0, view->rx_align);
	rc |= ovr_json_put_known(object, "tx_align", view->tx_align != 0, view->tx_align);
	return ovr_json_finish(object, rc);
}

static json_t *
view_of(const struct ovr_ring_view *view)
{
	static const char *const speed[] = { [OVR_RING_SPEED_UNKNOWN] = "unknown",
		[OVR_RING_SPEED_MADE_UP] = "made up",
		[OVR_RING_SPEED_DEVICE] = "device",
		[OVR_RING_SPEED_GIVEN] = "given" };
	json_t *object = json_object();
	int rc = ovr_json_put_text(object, "name", view->name);

	rc |= ovr_json_put_text(object, "driver", view->driver);
	rc |= ovr_json_put_text(object, "state", view->state);
	rc |= ovr_json_put_known(object, "line_bps", view->line_bps != 0, view->line_bps);
	rc |= ovr_json_put_text(object, "line_from", speed[view->speed]);
	rc |= ovr_json_put_count(object, "rx_queues", view->n_rxq);
	rc |= json_object_set_new(object, "ring_control", json_boolean(view->known));
	rc |= json_object_set_new(object, "maximum", sizes_if(view->known, &view->maximum));
	rc |= json_object_set_new(object, "current", sizes_if(view->known, &view->current));
	rc |= json_object_set_new(object, "saved", sizes_if(view->is_saved, &view->saved));
	rc |= json_object_set_new(object, "limits", limits_of(view));
	rc |= ovr_json_put_known(object, "usable", view->known, view->usable);
	rc |= ovr_json_put_known(object, "usable_at_maximum", view->known, view->usable_max);
	rc |= json_object_set_new(object, "usable_is_verified", json_boolean(view->usable_is_verified));
	rc |= json_object_set_new(
		object, "buffer_time_ns", buffer_time_of(view->usable, view->known ? view->line_bps : 0));
	rc |= json_object_set_new(object, "buffer_time_at_maximum_ns",
		buffer_time_of(view->usable_max, view->known ? view->line_bps : 0));
	return ovr_json_finish(object, rc);
}

/* Write an object of our schema with a list in it. */
static int
write_list(const char *command, const char *key, json_t *list, FILE *out, struct ovr_err *err)
{
	json_t *object = json_object();
	int rc = ovr_json_put_text(object, "schema", "overrun.ring/1");

	rc |= ovr_json_put_text(object, "command", command);
	rc |= json_object_set_new(object, key, list);
	object = ovr_json_finish(object, rc);
	if (object == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for the rings as JSON");
	rc = json_dumpf(object, out, JSON_INDENT(2));
	json_decref(object);
	fputc('\n', out);
	return rc != 0 || ferror(out) ? ovr_err_set(err, -EIO, "the JSON cannot be written") : 0;
}

int
ovr_report_rings_json(const struct ovr_ring_view *view, uint32_t n_views, FILE *out, struct ovr_err *err)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < n_views; i++)
		rc |= json_array_append_new(list, view_of(&view[i]));
	return write_list("ring show", "ports", ovr_json_finish(list, rc), out, err);
}

static json_t *
link_of(const struct ovr_ring_change *change)
{
	static const char *const state[] = { [OVR_RING_LINK_DOWN] = "down",
		[OVR_RING_LINK_NO_CARRIER] = "no carrier",
		[OVR_RING_LINK_NOT_WAITED] = "not waited for",
		[OVR_RING_LINK_UP] = "up",
		[OVR_RING_LINK_LOST] = "lost" };
	json_t *object = json_object();
	int rc = ovr_json_put_text(object, "state", state[change->link]);

	rc |= ovr_json_put_count(object, "waited_ns", change->waited_ns);
	rc |= ovr_json_put_known(object, "carrier_changes", change->counters_known, change->carrier_changes);
	return ovr_json_finish(object, rc);
}

static json_t *
counters_of(const struct ovr_ring_change *change)
{
	json_t *object = json_object(), *names = json_array();
	int rc = ovr_json_put_count(object, "compared", change->n_counters);

	for (uint32_t i = 0; i < change->n_reset && i < OVR_RING_COUNTERS_TOLD; i++)
		rc |= json_array_append_new(names, ovr_json_text(change->reset[i]));
	rc |= ovr_json_put_count(object, "reset", change->n_reset);
	rc |= json_object_set_new(object, "first_names", names);
	return ovr_json_finish(object, rc);
}

static json_t *
change_of(const struct ovr_ring_change *change)
{
	json_t *object = json_object();
	int rc = ovr_json_put_text(object, "name", change->name);

	rc |= ovr_json_put_text(object, "driver", change->driver);
	rc |= json_object_set_new(object, "changed", json_boolean(change->is_change));
	rc |= json_object_set_new(object, "before", sizes_of(&change->before));
	rc |= json_object_set_new(object, "asked", sizes_of(&change->asked));
	rc |= json_object_set_new(object, "took", sizes_of(&change->took));
	rc |= json_object_set_new(object, "saved", sizes_if(change->is_saved, &change->saved));
	rc |= json_object_set_new(object, "link", change->is_change ? link_of(change) : json_null());
	rc |= json_object_set_new(object, "counters",
		change->is_change && change->counters_known ? counters_of(change) : json_null());
	return ovr_json_finish(object, rc);
}

int
ovr_report_ring_changes_json(const struct ovr_ring_change *change, uint32_t n_changes, const char *command,
	FILE *out, struct ovr_err *err)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < n_changes; i++)
		rc |= json_array_append_new(list, change_of(&change[i]));
	return write_list(command, "changes", ovr_json_finish(list, rc), out, err);
}
