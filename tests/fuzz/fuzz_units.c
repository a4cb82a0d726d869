/* SPDX-License-Identifier: BSD-3-Clause */
/* The first byte chooses the parser, the rest is its text. */
#include "fuzz.h"

#include "base/cpuset.h"
#include "base/units.h"

static void
u64(const char *text, struct ovr_err *err)
{
	uint64_t value = 7;

	if (ovr_units_parse_u64("--x", text, 5, 1u << 30, &value, err) == 0)
		PROMISE(value >= 5 && value <= 1u << 30);
	else
		PROMISE(value == 7 && err->text[0] != '\0');
}

static void
duration(const char *text, struct ovr_err *err)
{
	char printed[OVR_UNITS_TEXT_BYTES];
	uint64_t ns = 7, again = 0;

	if (ovr_units_parse_duration_ns("--x", text, &ns, err) != 0) {
		PROMISE(ns == 7 && err->text[0] != '\0');
		return;
	}
	ovr_units_print_duration_ns(printed, sizeof(printed), ns);
	PROMISE(ovr_units_parse_duration_ns("--x", printed, &again, err) == 0 && again == ns);
}

static void
rate(const char *text, struct ovr_err *err)
{
	char printed[OVR_UNITS_TEXT_BYTES];
	struct ovr_rate value = { .unit = OVR_RATE_PPS, .value = 7 }, again;

	if (ovr_units_parse_rate("--x", text, &value, err) != 0) {
		PROMISE(value.unit == OVR_RATE_PPS && value.value == 7 && err->text[0] != '\0');
		return;
	}
	PROMISE(value.value != 0);
	ovr_units_print_rate(printed, sizeof(printed), &value);
	PROMISE(ovr_units_parse_rate("--x", printed, &again, err) == 0);
	PROMISE(again.unit == value.unit && again.value == value.value);
}

static void
share(const char *text, struct ovr_err *err)
{
	char printed[OVR_UNITS_TEXT_BYTES];
	uint32_t ppb = 7, again = 0;

	if (ovr_units_parse_share_ppb("--x", text, &ppb, err) != 0) {
		PROMISE(ppb == 7 && err->text[0] != '\0');
		return;
	}
	PROMISE(ppb <= 1000000000);
	ovr_units_print_share_ppb(printed, sizeof(printed), ppb);
	PROMISE(ovr_units_parse_share_ppb("--x", printed, &again, err) == 0 && again == ppb);
}

static void
line(const char *text, struct ovr_err *err)
{
	char printed[OVR_UNITS_TEXT_BYTES];
	uint64_t bps = 7, again = 0;

	if (ovr_units_parse_line_bps("--x", text, &bps, err) != 0) {
		PROMISE(bps == 7 && err->text[0] != '\0');
		return;
	}
	ovr_units_print_line_bps(printed, sizeof(printed), bps);
	PROMISE(ovr_units_parse_line_bps("--x", printed, &again, err) == 0 && again == bps);
}

static void
cpus(const char *text, struct ovr_err *err)
{
	char printed[1024];
	struct ovr_cpuset set = { .n_cpus = 0 }, again;

	if (ovr_cpuset_parse("--x", text, &set, err) != 0) {
		PROMISE(set.n_cpus == 0 && err->text[0] != '\0');
		return;
	}
	PROMISE(set.n_cpus <= OVR_CPUSET_MAX);
	ovr_cpuset_print(printed, sizeof(printed), &set);
	PROMISE(set.n_cpus == 0 || ovr_cpuset_parse("--x", printed, &again, err) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const parser[])(
		const char *, struct ovr_err *) = { u64, duration, rate, share, line, cpus };
	struct ovr_err err = { .text = "" };
	char *text;

	if (size == 0)
		return 0;
	text = fuzz_text(data + 1, size - 1);
	parser[data[0] % (sizeof(parser) / sizeof(parser[0]))](text, &err);
	free(text);
	return 0;
}
