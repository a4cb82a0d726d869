/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/report.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "support/result_sample.h"

/* clang-format off: a literal per line of the report */
static const char pass_text[] =
	"wire:0 → wire:1   10G   64 B   14.88 Mpps (100 % of line)   rings tx 1024 rx 1024   5.00 s   seed "
	"7\n"
	"\n"
	"  attempted   74,404,761   14.88 Mpps\n"
	"  refused              0                TX ring full\n"
	"  sent        74,404,761   14.88 Mpps   10.00 Gb/s L1\n"
	"  unique      74,404,761        100 %\n"
	"  lost                 0          0 %   under 0.0000040 % with 95 % confidence (3/n)\n"
	"\n"
	"  where                   frames   counter        why\n"
	"  unexplained                  0\n"
	"\n"
	"  latency     min 800 ns   median 815 ns   p99 2.30 µs   p99.9 41.0 µs   max 41.0 µs\n"
	"\n"
	"  PASS\n";

static const char loss_text[] =
	"wire:0 → wire:1   10G   64 B   14.88 Mpps (100 % of line)   rings tx 1024 rx 1024   5.00 s   seed "
	"7\n"
	"\n"
	"  attempted   74,404,761   14.88 Mpps\n"
	"  refused              0                TX ring full\n"
	"  sent        74,404,761   14.88 Mpps   10.00 Gb/s L1\n"
	"  unique      74,211,877     99.741 %\n"
	"  lost           192,884      0.259 %   11 loss periods, longest 41,210 frames, 41,210 at the tail\n"
	"\n"
	"  where                   frames   counter        why\n"
	"  rx.ring queue 0        192,884   rx_q0_missed   11 stalls of core 1 (mostly preempted), 0.09–2.84 "
	"ms; ring buffer time 68.8 µs\n"
	"  unexplained                  0\n"
	"\n"
	"  latency     min 800 ns   median 800 ns   p99 800 ns   p99.9 800 ns   max 800 ns\n"
	"  stalls rx   core 1: 14, 14.5 ms in all, longest 2.84 ms: 8 preempted, 3 on-cpu (the first 11)\n"
	"              core 1: switched out 12 times, 9.60 ms in the run queue, 10.0 ms stolen, 1,250 "
	"interrupts (most: LOC Local timer interrupts)\n"
	"\n"
	"  LOSS: lost 192,884 of 74,404,761 frames: 0.259 % is above the limit of 0 %\n";

static const char impaired_text[] =
	"wire:0 → wire:1   10G   sizes 64,1518   200.0 kpps (12.98 % of line)   rings tx 1024 rx 4 × 1024   "
	"service 5mpps   5.00 s   seed 7\n"
	"\n"
	"  attempted    1,000,500   200.1 kpps\n"
	"  refused            500      0.050 %   TX ring full: waited 12 times\n"
	"  sent         1,000,000   200.0 kpps   1.30 Gb/s L1\n"
	"  unique         997,998     99.800 %\n"
	"  lost             2,002      0.200 %   1,907 loss periods, longest 64 frames, 1 at the head, 3 at "
	"the tail\n"
	"  duplicate           25     0.0025 %   further copies of 24 frames\n"
	"  reordered           20     0.0020 %   max extent 12, 3-reordered 11, at most 61.0 µs late\n"
	"  late                 2    0.00020 %   after they had been given up (window 65,536, 2.00 s)\n"
	"  corrupt              5    0.00050 %   damaged under a good FCS\n"
	"  stale                3    0.00030 %   of an earlier trial\n"
	"  foreign              7    0.00070 %   not ours\n"
	"\n"
	"  where                   frames   counter         why\n"
	"  tx.ring queue 0            500   tx_q0_refused   TX ring full: for a time more was attempted than "
	"the line took\n"
	"  path                     1,000   wire_dropped    the wire, on purpose: drop=0.1%,dup=0.006%\n"
	"  rx.errors                    4   rx_fcs_errors   damaged: dropped by the receive port\n"
	"  rx.ring queue 3          1,000   rx_q3_missed    no stall: core 2 takes fewer frames than arrive; "
	"ring "
	"buffer time 20.4 ms\n"
	"  rx.corrupt                   5   corrupt         arrived damaged under a good FCS: their numbers "
	"are missing\n"
	"  rx.late                      2   late            arrived after they had been given up as lost\n"
	"  copies                      -9                   of 34 made by the wire did not arrive: counted "
	"above, but not lost\n"
	"  unexplained                  0\n"
	"\n"
	"  line        paused for 3.20 ms: the core that emulates the link ran late\n"
	"  moved       2 streams seen on more than one queue; the books of 1 cannot be merged\n"
	"  impaired    1,000 drop, 34 dup, 20 reorder, 4 fcs, 5 corrupt\n"
	"  capture     4,000 frames in loss.pcap, 120 left out\n"
	"\n"
	"  size                sent         lost      share\n"
	"  64 B             500,000        1,500    0.300 %\n"
	"  1518 B           500,000          502    0.100 %\n"
	"\n"
	"  queue   core         frames      share        not taken   empty polls\n"
	"  rx 0       1        249,510   25.000 %         0 missed      90.000 %\n"
	"  rx 1       1        249,510   25.000 %         0 missed      90.000 %\n"
	"  rx 2       2        249,510   25.000 %         0 missed      90.000 %\n"
	"  rx 3       2        249,510   25.000 %     1,000 missed      90.000 %\n"
	"\n"
	"  note: core 2 is on NUMA node 1, its port on node 0\n"
	"\n"
	"  LOSS: lost 2,002 of 1,000,000 frames: 0.200 % is above the limit of 0 %\n";

static const char void_text[] =
	"wire:0 → wire:1   10G   64 B   14.88 Mpps (100 % of line)   rings tx 1024 rx 1024   5.00 s   seed "
	"7\n"
	"\n"
	"  attempted   74,404,761   14.88 Mpps\n"
	"  shortfall    5,595,239      6.994 %   5,000,000 in stalls of the transmit core, 239 without a "
	"free frame in the pool\n"
	"  refused              0                TX ring full\n"
	"  sent        74,404,761   14.88 Mpps   10.00 Gb/s L1\n"
	"  unique      74,404,661   99.99987 %\n"
	"  lost               100    0.00013 %   1 loss period, longest 1 frame\n"
	"\n"
	"  where                   frames   counter        why\n"
	"  rx.ring queue 0            300   rx_q0_missed   no loss period to match with stalls of core 1; "
	"ring buffer time 68.8 µs\n"
	"  unexplained               -200                  counters claim more than was lost\n"
	"\n"
	"  stalls tx   core 0: 1, 334 ms in all, longest 334 ms\n"
	"\n"
	"  VOID: counters claim 200 frames more than were lost\n"
	"  VOID: the sender attempted 74,404,761 of 80,000,000 scheduled frames: the shortfall of 6.994 % is "
	"above the tolerance of 5 %\n";

/* clang-format on */

static void
assert_text(const struct ovr_result *result, const char *expected)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(ovr_report_text(result, out, NULL), 0);
	fclose(out);
	cr_assert_str_eq(text, expected);
	free(text);
}

static void
assert_says(const struct ovr_result *result, const char *words)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(ovr_report_text(result, out, NULL), 0);
	fclose(out);
	cr_assert_not_null(strstr(text, words), "\"%s\" is not in:\n%s", words, text);
	free(text);
}

Test(text, everything_arrived_and_the_bound_on_the_loss_ratio_is_given)
{
	struct ovr_result *result = sample_pass();

	assert_text(result, pass_text);
	sample_free(result);
}

Test(text, loss_stands_in_its_account_with_the_stalls_that_explain_it)
{
	struct ovr_result *result = sample_loss();

	assert_text(result, loss_text);
	sample_free(result);
}

Test(text, several_queues_sizes_and_impairments_each_have_their_lines)
{
	struct ovr_result *result = sample_impaired();

	assert_text(result, impaired_text);
	sample_free(result);
}

Test(text, a_void_trial_gives_each_of_its_reasons_a_line)
{
	struct ovr_result *result = sample_void();

	assert_text(result, void_text);
	sample_free(result);
}

/*
 * Others' drops and frames may be among those of a counter; frames that were merged on the way are
 * told apart from others'.
 */
Test(text, an_uncertain_account_is_a_range_and_merged_frames_are_named)
{
	struct ovr_result *result = sample_ranges();

	assert_says(result,
		"\n  foreign             40   0.000054 %   10 of these hold several frames of ours, "
		"merged on the way\n");
	assert_says(result, "\n  rx.ring queue 0       0 to 600   rx_q0_missed ");
	assert_says(result, "\n  path              400 to 1,000   remainder ");
	sample_free(result);
}

static void
assert_head(const struct ovr_result *result, const char *expected)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(ovr_report_text(result, out, NULL), 0);
	fclose(out);
	text[strcspn(text, "\n")] = '\0';
	cr_assert_str_eq(text, expected);
	free(text);
}

Test(text, without_the_receivers_figures_what_arrived_and_what_was_lost_is_unknown)
{
	struct ovr_result *result = sample_pass();

	result->ledger.figures.receiver_unknown = true;
	assert_says(result, "\n  sent        74,404,761   14.88 Mpps ");
	assert_says(result, "\n  unique         unknown\n  lost           unknown\n\n");
	assert_says(result, "\n  unexplained            unknown\n");
	sample_free(result);
}

Test(text, without_the_senders_figures_what_was_sent_and_what_was_lost_is_unknown)
{
	struct ovr_result *result = sample_pass();

	result->ledger.figures.sender_unknown = true;
	assert_says(result, "\n  attempted      unknown\n  sent           unknown\n  unique      74,404,761");
	assert_says(result, "\n  lost           unknown\n");
	sample_free(result);
}

Test(text, the_head_says_what_is_not_the_default)
{
	struct ovr_result *result = sample_pass();

	cr_assert_eq(ovr_plan_set(&result->plan, "shape", "burst=32,gap=10us", NULL), 0);
	cr_assert_eq(ovr_plan_set(&result->plan, "stall", "100us/10ms", NULL), 0);
	cr_assert_eq(ovr_plan_set(&result->plan, "txq", "2", NULL), 0);
	assert_head(result,
		"wire:0 → wire:1   10G   64 B   14.88 Mpps (100 % of line)   shape burst=32,gap=10us   "
		"rings tx 2 × 1024 rx 1024   stall 100us/10ms   5.00 s   seed 7");
	sample_free(result);
}

Test(text, a_line_of_unknown_speed_has_no_share)
{
	struct ovr_result *result = sample_pass();

	result->line_bps = 0;
	assert_head(result, "wire:0 → wire:1   64 B   14.88 Mpps   rings tx 1024 rx 1024   5.00 s   seed 7");
	sample_free(result);
}

Test(text, the_place_of_a_hop_has_the_hops_name)
{
	struct ovr_result *result = sample_loss();

	ovr_ledger_add(&result->ledger, OVR_PLACE_RX_IP, "hop:r1", -1, 40, "IpExt:InNoRoutes", "netstat")
		->is_of_hop = true;
	assert_says(result,
		"\n  hop:r1/rx.ip                40   IpExt:InNoRoutes   dropped by IP input or routing\n");
	sample_free(result);
}

Test(text, a_ring_that_is_not_as_asked_says_both)
{
	struct ovr_result *result = sample_pass();

	result->plan.ports.rxd = 1000;
	result->txd_set = 0;
	assert_head(result,
		"wire:0 → wire:1   10G   64 B   14.88 Mpps (100 % of line)   "
		"rings tx unknown (asked 1024) rx 1024 (asked 1000)   5.00 s   seed 7");
	sample_free(result);
}

Test(text, a_ring_that_the_device_does_not_tell_says_so)
{
	struct ovr_result *result = sample_pass();

	result->plan.ports.rxd = 1000;
	result->rxd_is_given = result->txd_is_given = true;
	assert_head(result,
		"wire:0 → wire:1   10G   64 B   14.88 Mpps (100 % of line)   "
		"rings tx 1024 (not read back) rx 1024 (asked 1000, not read back)   5.00 s   seed 7");
	sample_free(result);
}

Test(text, a_tiny_share_of_the_line_is_not_rounded_to_nothing)
{
	struct ovr_result *result = sample_pass();

	result->planned_pps = 1000;
	assert_head(result,
		"wire:0 → wire:1   10G   64 B   1.00 kpps (under 0.01 % of line)   "
		"rings tx 1024 rx 1024   5.00 s   seed 7");
	sample_free(result);
}

Test(text, two_frames_without_loss_bound_nothing)
{
	struct ovr_result *result = sample_pass();
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	result->ledger.figures.sent = 2;
	cr_assert_eq(ovr_report_text(result, out, NULL), 0);
	fclose(out);
	cr_assert_not_null(strstr(text, "0 %   under 100 % with 95 % confidence (3/n)\n"));
	free(text);
	sample_free(result);
}

Test(text, what_the_kernel_counted_stands_in_a_table_with_its_account)
{
	struct ovr_result *result = sample_kernel();
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(ovr_report_text(result, out, NULL), 0);
	fclose(out);
	cr_assert_not_null(
		strstr(text,
			"\n"
			"  kernel counter            added   interface        counted by   account\n"
			"  rx_queue_2_drops          1,234   netdev:eth1 q2   veth         rx.ring\n"
			"  rx_dropped                1,234   netdev:eth1      link         counted in "
			"rx.ring already "
			"(unverified)   of the driver's\n"
			"  time_squeeze       reset, now 7   netdev:eth0      softnet      no loss\n"
			"\n"),
		"%s", text);
	free(text);
	sample_free(result);
}

/* The row of the first counter of a sample whose account has so many of its frames. */
static void
assert_booked(uint64_t added, uint64_t min, uint64_t max, const char *account)
{
	struct ovr_result *result = sample_kernel();
	char *text = NULL, *row;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	result->counter[0].added = added;
	result->counter[0].place = OVR_PLACE_TX_KERNEL;
	result->counter[0].frames_min = min;
	result->counter[0].frames_max = max;
	ovr_report_text(result, out, NULL);
	fclose(out);
	row = strstr(text, "rx_queue_2_drops");
	*strchr(row, '\n') = '\0';
	row = strstr(row, "veth         ");
	cr_assert_str_eq(row + strlen("veth         "), account);
	free(text);
	sample_free(result);
}

Test(text, a_counter_says_how_many_of_its_frames_are_booked)
{
	assert_booked(58039, 0, 1024, "tx.kernel, 0 to 1,024 of these");
	assert_booked(58039, 24, 24, "tx.kernel, 24 of these");
	assert_booked(58039, 0, 0, "tx.kernel, none of these");
	assert_booked(58039, 58039, 58039, "tx.kernel");
}

Test(text, an_alias_of_nothing_that_is_booked_is_in_no_account)
{
	struct ovr_result *result = sample_kernel();
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	result->counter[1].place = OVR_PLACE_COUNT;
	ovr_report_text(result, out, NULL);
	fclose(out);
	cr_assert_not_null(strstr(text, "link         in no account (unverified)"), "%s", text);
	free(text);
	sample_free(result);
}

Test(text, no_line_ends_in_a_space)
{
	struct ovr_result *result = sample_impaired();
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(ovr_report_text(result, out, NULL), 0);
	fclose(out);
	cr_assert_null(strstr(text, " \n"));
	free(text);
	sample_free(result);
}

Test(text, a_full_disk_is_an_error_with_a_sentence)
{
	struct ovr_result *result = sample_pass();
	struct ovr_err err = { "" };
	FILE *out = fopen("/dev/full", "w");

	cr_assert_eq(ovr_report_text(result, out, &err), -EIO);
	cr_assert_str_eq(err.text, "the report cannot be written: No space left on device");
	fclose(out);
	sample_free(result);
}

/* @return what the text says after "loss events: ", to be freed with *ret_text */
static const char *
events_text(struct ovr_result *result, char **ret_text)
{
	size_t size = 0;
	FILE *out = open_memstream(ret_text, &size);
	const char *events;

	cr_assert_eq(ovr_report_text(result, out, NULL), 0);
	fclose(out);
	events = strstr(*ret_text, "\n  loss events: ");
	sample_free(result);
	return events;
}

Test(text, a_day_tells_its_loss_events)
{
	static const char expected[] =
		"\n  loss events: 3 in 24.0 h, 0.125 an hour (0.0258–0.365 with 95 % confidence); losses "
		"within 1.00 s are one\n"
		"    first  10 frames in 10.0 µs at 60.0 min (2025-01-31T13:00:00.250Z)\n"
		"    last   100 frames in 200 µs at 20.0 h (2025-02-01T08:00:00.250Z)\n"
		"    worst  900 frames in 1.00 s at 12.0 h (2025-02-01T00:00:00.250Z)\n";
	char *text;
	const char *events = events_text(sample_soak(), &text);

	cr_assert_not_null(events, "%s", text);
	cr_assert_eq(strncmp(events, expected, strlen(expected)), 0, "%s", events);
	free(text);
}

Test(text, a_day_tells_when_the_link_was_away)
{
	static const char expected[] =
		"\n  link lost: 2 times\n"
		"    wire:1  up until 12.0 h (2025-02-01T00:00:00.250Z), down for 2.00 s to 4.00 s\n"
		"    wire:1  up until 13.9 h (2025-02-01T01:53:20.250Z), down for 1.00 s at most\n";
	char *text;

	events_text(sample_soak(), &text);
	cr_assert_not_null(strstr(text, expected), "%s", text);
	free(text);
}

Test(text, a_day_without_loss_tells_its_bound)
{
	struct ovr_result *result = sample_soak();
	char *text;
	const char *events;

	ovr_loss_events_begin(&result->loss_events, 1000000000);
	events = events_text(result, &text);
	cr_assert_not_null(events, "%s", text);
	cr_assert_not_null(
		strstr(events, "loss events: none in 24.0 h: under 0.125 an hour with 95 % confidence\n"),
		"%s", events);
	free(text);
}

Test(text, a_trial_of_seconds_tells_no_loss_events)
{
	char *text;

	cr_assert_null(events_text(sample_loss(), &text));
	free(text);
}

static void
expect_in_text(struct ovr_result *result, const char *const *lines)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	struct ovr_err err;

	cr_assert_eq(ovr_report_text(result, out, &err), 0);
	fclose(out);
	for (; *lines != NULL; lines++)
		cr_expect_not_null(strstr(text, *lines), "%s is not in\n%s", *lines, text);
	free(text);
	sample_free(result);
}

Test(text, each_host_is_told_with_what_it_lost_and_how_well_its_clock_is_known)
{
	expect_in_text(sample_hosts(),
		(const char *[]){
			"  a     tx    700      650    50               10         40  ±21.0 µs  whole\n",
			"  b     tx    300      300     0                0          0            whole\n",
			"  fairness 0.8803 (Jain's index of what arrived of each sender)\n",
			"max 800 ns   each ±33.5 µs, the bound of two clocks\n", NULL });
}

Test(text, a_place_of_one_of_several_senders_has_its_name)
{
	struct ovr_result *result = sample_hosts();
	struct ovr_ledger_account *account = &result->ledger.account[0];

	strcpy(account->port, result->host[1].port);
	account->place = OVR_PLACE_TX_QDISC;
	account->queue = -1;
	account->frames = account->frames_min = account->frames_max = 10;
	expect_in_text(result, (const char *[]){ "\n  b/tx.qdisc ", NULL });
}

Test(text, each_of_several_receivers_is_told_with_its_books_and_what_went_astray)
{
	expect_in_text(sample_mesh(),
		(const char *[]){ "  a     tx → c   700      650    50 ",
			"  b     tx → d   300      300     0 ",
			"  c          700      650    50         50            0          0       0\n",
			"  d          300      300     0          0            0          0      12\n",
			"  12 frames of a arrived astray at d\n", NULL });
}

Test(text, of_a_host_that_was_lost_figures_are_unknown)
{
	expect_in_text(sample_host_lost(),
		(const char *[]){ "  b     tx   300 so far  unknown  unknown ",
			"checkpoint of 11.9 s: no heartbeat for 3 s\n",
			"  latency     unknown: the clock of b is not known against the caller's\n", NULL });
}

Test(text, stalls_of_one_of_several_hosts_have_its_name)
{
	struct ovr_result *result = sample_hosts();

	for (uint32_t i = 0; i < result->n_workers; i++)
		result->worker[i].host = result->worker[i].is_tx ? 1 : 3;
	expect_in_text(result, (const char *[]){ "  stalls rx   c, core ", NULL });
}
