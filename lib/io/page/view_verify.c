/* SPDX-License-Identifier: BSD-3-Clause */
#include "page/view.h"

void
ovr_view_verify(struct ovr_view *view)
{
	static const char *const head[] = { "counter", "source", "queue", "classification", "off by, least",
		"most", "booked", NULL };
	const json_t *counter;
	json_t *table = ovr_view_table(
		view, "What the drop counters of the receive port are worth", "", head);
	size_t i;

	json_array_foreach(ovr_get(view->root, "verify.counters"), i, counter) ovr_view_row(view, table,
		(const char *[]){ ovr_saved_text(counter, "counter"), ovr_saved_text(counter, "source"),
			ovr_get(counter, "queue") == NULL ? "all" : ovr_view_count_at(counter, "queue").text,
			ovr_saved_text(counter, "classification"),
			ovr_view_count_at(counter, "error_min").text,
			ovr_view_count_at(counter, "error_max").text,
			ovr_saved_bool(counter, "booked") ? "yes" : "no" });
}
