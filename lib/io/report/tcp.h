/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Report of a trial over TCP connections. Units are segments, records, bytes and connections.
 */
#pragma once

#include <stdio.h>

#include "base/err.h"
#include "report/cases.h"
#include "result/tcp.h"

/** Print it for people. @return 0; -EIO */
int ovr_report_tcp_text(const struct ovr_result_tcp *result, FILE *out, struct ovr_err *err);

/** Print it as JSON (overrun.tcp/1; docs/reference/tcp.schema.json). @return 0; -EIO; -ENOMEM */
int ovr_report_tcp_json(const struct ovr_result_tcp *result, FILE *out, struct ovr_err *err);

/**
 * Its checks: that all connections were established, all records delivered, and segments not lost.
 */
void ovr_report_tcp_cases(const struct ovr_result_tcp *result, struct ovr_cases *cases);
