/* SPDX-License-Identifier: BSD-3-Clause */
#include <unistd.h>

#include "app.h"
#include "undo/undo.h"

void
app_recover(bool quiet)
{
	struct ovr_undo_report report = { 0 };
	struct ovr_err err;

	/*
	 * who opens ports can do so whatever others left: what stands in its way is said by what
	 * meets it
	 */
	if (ovr_undo_recover(NULL, &report, &err) != 0 && !quiet)
		app_say("overrun: what killed runs left is not put back: %s", err.text);
	if (quiet)
		return;
	for (uint32_t i = 0; i < report.n_lines; i++)
		app_say("overrun: %s", report.line[i].text);
	if (report.n_dropped != 0)
		app_say("overrun: and %u more things that killed runs left", report.n_dropped);
}

void
app_clean_up(void)
{
	ovr_undo_eal_files(NULL, getpid());
}
