/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Findings of `overrun doctor` as text and JSON.
 */
#pragma once

#include <stdio.h>

#include "base/err.h"
#include "fitness/rules.h"

/** Findings, the heaviest first, what could not be seen, and what is in order. @return 0; -EIO */
int ovr_report_doctor_text(const struct ovr_fitness_report *report, FILE *out, struct ovr_err *err);

/** JSON (overrun.doctor/1; docs/reference/doctor.schema.json). @return 0; -EIO, -ENOMEM */
int ovr_report_doctor_json(const struct ovr_fitness_report *report, FILE *out, struct ovr_err *err);

/** @return the exit code: 1 if at least one finding will lose frames, else 0 */
int ovr_report_doctor_verdict(const struct ovr_fitness_report *report);
