/* SPDX-License-Identifier: BSD-3-Clause */
/** @file What overrun reproduce found, for programs (overrun.reproduce/1). Control thread. */
#pragma once

#include <stdio.h>

#include "base/err.h"
#include "result/reproduction.h"

/** JSON. @return 0; -EIO, -ENOMEM */
int ovr_report_reproductions_json(
	const struct ovr_reproductions *reproductions, FILE *out, struct ovr_err *err);
