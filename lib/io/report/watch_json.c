/* SPDX-License-Identifier: BSD-3-Clause */
/* An interval as a line of JSON (overrun.watch/1). */
#include <errno.h>
#include <string.h>

#include "report/figure.h"
#include "report/json_put.h"
#include "report/watch.h"

static int
put_text_or_null(json_t *object, const char *key, const char *text)
{
	if (text[0] != '\0')
		return ovr_json_put_text(object, key, text);
	return json_object_set_new(object, key, json_null());
}

/* A count and its rate; null where the counter was reset. */
static int
put_change(json_t *object, const char *key, const char *rate_key, const struct ovr_nic_change *change,
	uint64_t ns)
{
	int rc = ovr_json_put_known(object, key, !change->was_reset, change->added);

	if (change->was_reset || ns == 0)
		return rc | json_object_set_new(object, rate_key, json_null());
	return rc | ovr_json_put_real(object, rate_key, ovr_figure_rate(change->added, ns));
}

static int
put_percent(json_t *object, const char *key, double percent)
{
	return percent < 0 ? json_object_set_new(object, key, json_null())
			   : ovr_json_put_real(object, key, percent);
}

static json_t *
counter_of(const struct ovr_nic_moved *moved)
{
	bool has_place = moved->meaning.place < OVR_PLACE_COUNT;
	bool has_queue = moved->counter.queue >= 0;
	json_t *object = json_object();
	int rc = ovr_json_put_text(object, "name", moved->counter.name);

	rc |= ovr_json_put_text(object, "source", ovr_nic_source_name(moved->counter.source));
	rc |= ovr_json_put_known(object, "queue", has_queue, has_queue ? (uint64_t)moved->counter.queue : 0);
	rc |= ovr_json_put_count(object, "added", moved->change.added);
	rc |= json_object_set_new(object, "was_reset", json_boolean(moved->change.was_reset));
	rc |= ovr_json_put_text(object, "kind", ovr_nic_kind_name(moved->meaning.kind));
	rc |= put_text_or_null(object, "place", has_place ? ovr_ledger_place_name(moved->meaning.place) : "");
	rc |= ovr_json_put_text(object, "trust", ovr_nic_trust_name(moved->meaning.trust));
	rc |= ovr_json_put_text(object, "remark", moved->meaning.remark);
	return ovr_json_finish(object, rc);
}

static json_t *
counters_of(const struct ovr_nic_interval *interval)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < interval->n; i++)
		rc |= json_array_append_new(list, counter_of(&interval->moved[i]));
	return ovr_json_finish(list, rc);
}

static json_t *
interface_of(const struct ovr_report_watched *watched)
{
	const struct ovr_nic_interval *interval = watched->interval;
	const struct ovr_nic_facts *facts = watched->facts;
	json_t *object = json_object();
	int rc = ovr_json_put_text(object, "name", facts->name);

	rc |= put_text_or_null(object, "driver", facts->driver);
	rc |= ovr_json_put_known(object, "speed_mbps", facts->speed_mbps != 0, facts->speed_mbps);
	rc |= put_text_or_null(object, "duplex", facts->duplex);
	rc |= ovr_json_put_count(object, "interval_ns", interval->ns);
	rc |= put_change(object, "rx_packets", "rx_packets_per_s", &interval->rx_packets, interval->ns);
	rc |= put_change(object, "tx_packets", "tx_packets_per_s", &interval->tx_packets, interval->ns);
	rc |= put_change(object, "rx_bytes", "rx_bytes_per_s", &interval->rx_bytes, interval->ns);
	rc |= put_change(object, "tx_bytes", "tx_bytes_per_s", &interval->tx_bytes, interval->ns);
	rc |= put_percent(object, "ifutil_percent", ovr_nic_interval_load_percent(interval, facts, 0));
	rc |= put_percent(
		object, "line_percent", ovr_nic_interval_load_percent(interval, facts, OVR_NIC_LINE_BYTES));
	rc |= ovr_json_put_count(object, "carrier_changes", interval->carrier_changes);
	rc |= ovr_json_put_count(object, "counters_reset", interval->n_reset);
	rc |= json_object_set_new(object, "counters", counters_of(interval));
	return ovr_json_finish(object, rc);
}

int
ovr_report_watch_json(const char *record, uint64_t at_unix_ns, const struct ovr_report_watched *watched,
	uint32_t n_watched, FILE *out, struct ovr_err *err)
{
	json_t *object = json_object(), *list = json_array();
	int rc = ovr_json_put_text(object, "schema", "overrun.watch/1");

	rc |= ovr_json_put_text(object, "record", record);
	rc |= ovr_json_put_count(object, "at_unix_ns", at_unix_ns);
	for (uint32_t i = 0; i < n_watched; i++)
		rc |= json_array_append_new(list, interface_of(&watched[i]));
	rc |= json_object_set_new(object, "interfaces", list);
	object = ovr_json_finish(object, rc);
	if (object == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for the interval as JSON");
	rc = json_dumpf(object, out, JSON_COMPACT);
	json_decref(object);
	fputc('\n', out);
	return rc != 0 || ferror(out) ? ovr_err_set(err, -EIO, "the JSON cannot be written") : 0;
}
