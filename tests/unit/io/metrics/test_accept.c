/* SPDX-License-Identifier: BSD-3-Clause */
#include "metrics/metrics.h"

#include <criterion/criterion.h>

Test(accept, the_old_format_is_the_default)
{
	cr_assert_eq(ovr_metrics_format_for(NULL), OVR_EXPOSITION_PROMETHEUS);
	cr_assert_eq(ovr_metrics_format_for(""), OVR_EXPOSITION_PROMETHEUS);
	cr_assert_eq(ovr_metrics_format_for("*/*"), OVR_EXPOSITION_PROMETHEUS);
	cr_assert_eq(ovr_metrics_format_for("text/plain;version=0.0.4"), OVR_EXPOSITION_PROMETHEUS);
	cr_assert_eq(ovr_metrics_format_for(",,;q=,  ,"), OVR_EXPOSITION_PROMETHEUS);
}

/* What Prometheus 2.42 sends. */
Test(accept, openmetrics_is_given_to_prometheus)
{
	cr_assert_eq(
		ovr_metrics_format_for("application/openmetrics-text;version=1.0.0,application/openmetrics-"
				       "text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"),
		OVR_EXPOSITION_OPENMETRICS);
	cr_assert_eq(
		ovr_metrics_format_for("Application/OpenMetrics-Text ; q=1"), OVR_EXPOSITION_OPENMETRICS);
}

Test(accept, the_one_that_is_wanted_more_is_given)
{
	cr_assert_eq(ovr_metrics_format_for("application/openmetrics-text;q=0.2, text/plain;q=0.9"),
		OVR_EXPOSITION_PROMETHEUS);
	cr_assert_eq(ovr_metrics_format_for("text/plain;q=0.2, application/openmetrics-text;q=0.9"),
		OVR_EXPOSITION_OPENMETRICS);
	cr_assert_eq(ovr_metrics_format_for("application/openmetrics-text;q=0"), OVR_EXPOSITION_PROMETHEUS);
	cr_assert_eq(ovr_metrics_format_for("application/openmetrics-text;q=nan"), OVR_EXPOSITION_PROMETHEUS);
	cr_assert_eq(ovr_metrics_format_for("application/openmetrics-textual"), OVR_EXPOSITION_PROMETHEUS);
}
