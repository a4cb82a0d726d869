/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Metrics over HTTP: a thread of its own, which answers while the program does something else.
 *
 *     app_metrics_listen → app_metrics_serve → app_metrics_stop
 *
 * The address is taken before anything is started, so that one that is not to be had ends the
 * command early. The thread takes no CPU of a worker where there is another one, and yields to
 * workers where there is none. Signals do not reach it. What it prints is the caller's, who locks
 * what he shares. Control thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "metrics/exposition.h"
#include "plan/listen.h"

struct app_metrics;

/** Prints all metrics. Called in the thread of the server. */
typedef void app_metrics_print(void *context, enum ovr_exposition_format format, FILE *out);

/**
 * Take the address, and say on stderr where metrics are served.
 * @param[out] ret_metrics NULL where @p listen is none
 * @return 0; negative errno: the address is not one of this host, or is in use
 */
int app_metrics_listen(
	const struct ovr_listen *listen, bool quiet, struct app_metrics **ret_metrics, struct ovr_err *err);

/**
 * Answer from now on.
 * @param metrics NULL: nothing is done
 * @param cpu of the workers, @p n_cpus of them; may be none
 * @return 0; -EAGAIN: no thread could be had
 */
int app_metrics_serve(struct app_metrics *metrics, const uint16_t *cpu, uint16_t n_cpus,
	app_metrics_print *print, void *context, struct ovr_err *err);

/** Wait for what is being answered, and end. NULL is allowed. */
void app_metrics_stop(struct app_metrics *metrics);

/** @return where it listens: "http://127.0.0.1:9464/metrics"; "" of NULL */
const char *app_metrics_url(const struct app_metrics *metrics);
