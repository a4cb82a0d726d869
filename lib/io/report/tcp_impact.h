/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What a saved result means for TCP: read from its JSON, written as text and JSON.
 */
#pragma once

#include <jansson.h>
#include <stdio.h>

#include "base/err.h"
#include "report/saved.h"
#include "result/tcp_impact.h"

/**
 * Take what was measured from the result of a trial, and answer.
 * @param root checked (report/saved.h): overrun.result/1 of run
 * @param name of its file
 * @param[out] ret_impact the caller's: ovr_tcp_impact_done(). Of a void result, and of one whose
 * figures contradict each other, `unknown` says why there is no answer. Untouched on failure
 * @return 0; -ENOMEM
 */
int ovr_tcp_impact_of(const json_t *root, const char *name, const struct ovr_tcp_impact_question *question,
	struct ovr_tcp_impact *ret_impact, struct ovr_err *err);

/** The same of a file. @return 0; -EINVAL: it is no result of run; what ovr_saved_open() says */
int ovr_tcp_impact_read(const char *path, const struct ovr_tcp_impact_question *question,
	struct ovr_tcp_impact *ret_impact, struct ovr_err *err);

/** Text for people. @return 0; -EIO */
int ovr_report_tcp_impact_text(const struct ovr_tcp_impact *impact, FILE *out, struct ovr_err *err);

/** The measured flows beside their prediction; nothing where there are none. Internal to report. */
void ovr_report_tcp_flows(const struct ovr_tcp_impact *impact, FILE *out);

/** JSON (overrun.tcp-impact/1; docs/reference/tcp-impact.schema.json). @return 0; -EIO, -ENOMEM */
int ovr_report_tcp_impact_json(const struct ovr_tcp_impact *impact, FILE *out, struct ovr_err *err);
