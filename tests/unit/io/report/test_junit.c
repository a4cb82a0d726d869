/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/cases.h"

#include <criterion/criterion.h>
#include <errno.h>

#include "support/expect_cases.h"

static struct ovr_cases cases;
static struct ovr_plan plan;
static struct ovr_result_environment environment = { .overrun_version = "1.2.3" };

static void
begin(void)
{
	ovr_plan_default(&plan);
	ovr_cases_begin(&cases, &plan, &environment);
}

TestSuite(junit, .init = begin);

/* clang-format off: literals, a line each */
Test(junit, each_outcome_has_its_element)
{
	ovr_cases_verdict(&cases, OVR_VERDICT_VOID, 0, "stopped");
	ovr_cases_add(&cases, OVR_CASE_PASS, 1500500000, "plain");
	ovr_cases_add(&cases, OVR_CASE_PASS, 0, "with figures");
	ovr_cases_say(&cases, "sent 1");
	ovr_cases_add(&cases, OVR_CASE_LOSS, 499999, "loss");
	ovr_cases_say(&cases, "lost 1");
	ovr_cases_say(&cases, "rx.ring: 1 frame");
	ovr_cases_add(&cases, OVR_CASE_ASIDE, 0, "later");
	ovr_cases_say(&cases, "not done");
	expect_junit(&cases,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites>\n"
		"  <testsuite name=\"overrun run\" package=\"overrun\" id=\"0\" hostname=\"localhost\" "
		"tests=\"5\" failures=\"1\" errors=\"1\" skipped=\"1\" time=\"1.501\">\n"
		"    <properties>\n"
		"      <property name=\"version\" value=\"1.2.3\"/>\n"
		"      <property name=\"command\" value=\"overrun run\"/>\n"
		"      <property name=\"tx\" value=\"wire:0\"/>\n"
		"      <property name=\"rx\" value=\"wire:1\"/>\n"
		"      <property name=\"seed\" value=\"1\"/>\n"
		"      <property name=\"verdict\" value=\"void\"/>\n"
		"    </properties>\n"
		"    <testcase classname=\"overrun.run\" name=\"verdict\" time=\"0.000\">\n"
		"      <error message=\"stopped\" type=\"void\">stopped</error>\n"
		"    </testcase>\n"
		"    <testcase classname=\"overrun.run\" name=\"plain\" time=\"1.501\"/>\n"
		"    <testcase classname=\"overrun.run\" name=\"with figures\" time=\"0.000\"/>\n"
		"    <testcase classname=\"overrun.run\" name=\"loss\" time=\"0.000\">\n"
		"      <failure message=\"lost 1\" type=\"loss\">lost 1\nrx.ring: 1 frame</failure>\n"
		"    </testcase>\n"
		"    <testcase classname=\"overrun.run\" name=\"later\" time=\"0.000\">\n"
		"      <skipped message=\"not done\">not done</skipped>\n"
		"    </testcase>\n"
		"    <system-out>with figures: sent 1\n</system-out>\n"
		"    <system-err/>\n"
		"  </testsuite>\n"
		"</testsuites>\n");
}

Test(junit, markup_and_what_xml_forbids_is_escaped)
{
	plan.command = OVR_PLAN_ADVISE;
	snprintf(plan.ports.rx.text, sizeof(plan.ports.rx.text), "a<&>\"'");
	snprintf(environment.started_utc, sizeof(environment.started_utc), "2025-01-31T12:00:00.250Z");
	snprintf(environment.cpu_model, sizeof(environment.cpu_model),
		"\x01\x1b[31m\xff\xed\xa0\x80\xef\xbf\xbf µ");
	ovr_cases_begin(&cases, &plan, &environment);
	ovr_cases_add(&cases, OVR_CASE_LOSS, 0, "]]>\x0b");
	ovr_cases_say(&cases, "\"<script>\"");
	expect_junit(&cases,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites>\n"
		"  <testsuite name=\"overrun ring advise\" package=\"overrun\" id=\"0\" "
		"hostname=\"localhost\" "
		"tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\" time=\"0.000\" "
		"timestamp=\"2025-01-31T12:00:00\">\n"
		"    <properties>\n"
		"      <property name=\"version\" value=\"1.2.3\"/>\n"
		"      <property name=\"command\" value=\"overrun ring advise "
		"&#39;a&lt;&amp;&gt;&quot;&#39;\\&#39;&#39;&#39;"
		" --time auto --drain 100ms --settle 50ms\"/>\n"
		"      <property name=\"tx\" value=\"wire:0\"/>\n"
		"      <property name=\"rx\" value=\"a&lt;&amp;&gt;&quot;&#39;\"/>\n"
		"      <property name=\"seed\" value=\"1\"/>\n"
		"      <property name=\"verdict\" value=\"pass\"/>\n"
		"      <property name=\"cpu\" "
		"value=\"\xef\xbf\xbd\xef\xbf\xbd[31m\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
		"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd µ\"/>\n"
		"    </properties>\n"
		"    <testcase classname=\"overrun.ring.advise\" name=\"]]&gt;\xef\xbf\xbd\" "
		"time=\"0.000\">\n"
		"      <failure message=\"&quot;&lt;script&gt;&quot;\" "
		"type=\"loss\">&quot;&lt;script&gt;&quot;</failure>\n"
		"    </testcase>\n"
		"    <system-out></system-out>\n"
		"    <system-err/>\n"
		"  </testsuite>\n"
		"</testsuites>\n");
}
/* clang-format on */

Test(junit, what_cannot_be_written_is_an_error)
{
	FILE *full = fopen("/dev/full", "w");
	struct ovr_err err;

	ovr_cases_add(&cases, OVR_CASE_PASS, 0, "a");
	cr_expect_eq(ovr_cases_junit(&cases, full, &err), -EIO);
	cases.is_short = true;
	cr_expect_eq(ovr_cases_junit(&cases, full, &err), -ENOMEM);
	fclose(full);
	ovr_cases_done(&cases);
}
