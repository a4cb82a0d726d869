/* SPDX-License-Identifier: BSD-3-Clause */
/* Trials with several receivers. */
#include "halves/hosts.h"

#include <errno.h>
#include <math.h>

#include "sound.h"

#define N 4

/* Two pairs, a → c and b → d, of a stream each: of each all 1,000 frames arrived. */
static struct ovr_half_host host[N];
static struct ovr_half_document half[N];

static struct ovr_half_receiver *
receiver_of(int pair)
{
	return &half[2 + pair].halves.receiver;
}

static void
mesh(void)
{
	static const char *const name[N] = { "a", "b", "c", "d" };

	sound();
	ovr_halves_done(&halves);
	memset(host, 0, sizeof(host));
	memset(half, 0, sizeof(half));
	for (int i = 0; i < N; i++) {
		host[i] = (struct ovr_half_host){ .is_sender = i < 2,
			.is_receiver = i >= 2,
			.receiver = 2 + i % 2,
			.half = &half[i],
			.clock_known = true,
			.clock_bound_ns = 1000 };
		strcpy(host[i].name, name[i]);
		strcpy(host[i].port, "netdev:eth0");
		half[i] = (struct ovr_half_document){
			.trial_id = 0x1234, .has_sender = i < 2, .has_receiver = i >= 2, .stream_first = i % 2
		};
		if (i < 2)
			sound_sender(&half[i].halves.sender);
		else
			sound_receiver(&half[i].halves.receiver);
		strcpy(i < 2 ? half[i].halves.sender.end.port.label : half[i].halves.receiver.end.port.label,
			"netdev:eth0");
	}
	receiver_of(1)->stream[0].stream = 1;
}

/* Of a pair so many frames did not arrive at its receiver. */
static void
lose_of(int pair, uint64_t n)
{
	struct ovr_half_receiver *receiver = receiver_of(pair);
	struct ovr_seq_account *account = &receiver->stream[0].account;

	account->arrivals -= n;
	account->unique -= n;
	account->loss.frames += n;
	account->loss.periods++;
	receiver->total = *account;
	receiver->ours -= n;
	receiver->end.port_frames -= n;
	receiver->end.queue[0].frames -= n;
	receiver->period = OWNED((struct ovr_seq_period[]){ { .stream = (uint16_t)pair,
		.first_seq = 10,
		.n_frames = n,
		.before_tx_ns = 9000,
		.after_tx_ns = 10000 + n * 1000,
		.after_rx_ns = 10000 + n * 1000 } });
	receiver->n_periods = 1;
}

/* So many frames of a stream came to the receiver of another pair. */
static void
stray(uint16_t stream, int to, uint64_t n)
{
	struct ovr_half_receiver *receiver = receiver_of(to);

	receiver->astray = OWNED((struct ovr_half_astray[]){ { stream, n } });
	receiver->n_astray = 1;
	receiver->foreign += n;
	receiver->end.port_frames += n;
	receiver->end.queue[0].frames += n;
}

static void
join_hosts(void)
{
	cr_assert_eq(ovr_half_hosts_join(host, N, &result, &err), 0, "%s", err.text);
}

static void
end(void)
{
	for (int i = 0; i < N; i++)
		ovr_half_document_done(&half[i]);
	ovr_result_done(&result);
}

/* What the books of the receivers have in sum is in those of the trial. */
static void
check_sums(void)
{
	const struct ovr_ledger_figures *all = &result.ledger.figures;
	struct ovr_ledger_figures sum = { .sent = 0 };
	int64_t lost = 0;

	cr_assert_eq(result.n_receivers, 2);
	for (uint32_t i = 0; i < 2; i++) {
		const struct ovr_ledger_figures *of = &result.receiver[i].ledger.figures;

		sum.sent += of->sent;
		sum.received += of->received;
		sum.unique += of->unique;
		sum.corrupt += of->corrupt;
		sum.foreign += of->foreign;
		sum.astray += of->astray;
		lost += result.receiver[i].ledger.lost;
	}
	cr_expect_eq(sum.sent, all->sent);
	cr_expect_eq(sum.received, all->received);
	cr_expect_eq(sum.unique, all->unique);
	cr_expect_eq(sum.corrupt, all->corrupt);
	cr_expect_eq(sum.foreign, all->foreign);
	cr_expect_eq(sum.astray, all->astray);
	cr_expect_eq(lost, result.ledger.lost);
}

Test(receivers, each_has_its_books_and_the_trial_has_those_of_all)
{
	mesh();
	join_hosts();
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_PASS, "%s", result.ledger.reason[0]);
	check_sums();
	cr_assert_eq(result.receiver[1].host, 3);
	cr_assert_eq(result.receiver[1].ledger.figures.sent, 1000);
	cr_assert_eq(result.ledger.figures.unique, 2000);
	cr_assert_eq(result.n_streams, 2);
	cr_assert_eq(result.stream[1].stream, 1);
	cr_assert_eq(result.host[1].unique, 1000);
	cr_assert_eq(result.host[1].receiver, 3);
	cr_assert_eq(result.queue[2].host, 3);
	cr_assert_eq(result.queue[3].host, 4);
	cr_assert_eq(result.queue[3].worker, 1);
	cr_assert_eq(result.worker[3].worker, 1);
	cr_assert_float_eq(result.fairness, 1, 1e-12);
	cr_assert_eq(result.n_astray, 0);
	end();
}

Test(receivers, what_one_lost_is_booked_at_its_own_port_and_in_its_own_books)
{
	mesh();
	lose_of(1, 30);
	receiver_of(1)->corrupt = receiver_of(1)->stream[0].corrupt = 10;
	receiver_of(1)->end.port_frames += 10;
	receiver_of(1)->end.queue[0].frames += 10;
	account(&receiver_of(1)->end.accounts, OVR_PLACE_RX_RING, "netdev:eth0", 0, 20);
	join_hosts();
	check_sums();
	cr_assert_eq(result.ledger.lost, 30);
	cr_assert_eq(result.ledger.unexplained, 0);
	cr_assert_eq(result.receiver[0].ledger.lost, 0);
	cr_assert_eq(result.receiver[1].ledger.lost, 30);
	cr_assert_eq(result.receiver[1].ledger.unexplained, 0);
	cr_assert_eq(result.host[1].lost, 30);
	for (uint32_t i = 0; i < result.ledger.n_accounts; i++)
		if (result.ledger.account[i].frames != 0)
			cr_assert_str_eq(result.ledger.account[i].port, "host:d/netdev:eth0");
	cr_assert_eq(result.n_periods, 1);
	cr_assert_eq(result.period[0].worker, 1);
	cr_assert_eq(result.total.loss.frames, 30);
	end();
}

Test(receivers, a_frame_that_went_astray_is_foreign_there_and_lost_at_its_own)
{
	mesh();
	lose_of(0, 5);
	stray(0, 1, 5);
	join_hosts();
	check_sums();
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_LOSS, "%s", result.ledger.reason[0]);
	cr_assert_eq(result.ledger.figures.unique, 1995);
	cr_assert_eq(result.ledger.lost, 5);
	cr_assert_eq(result.ledger.unexplained, 0);
	cr_assert_eq(result.receiver[0].ledger.lost, 5);
	cr_assert_eq(result.receiver[0].ledger.unexplained, 0);
	cr_assert_eq(result.receiver[0].ledger.figures.astray, 0);
	cr_assert_eq(result.receiver[1].ledger.lost, 0);
	cr_assert_eq(result.receiver[1].ledger.figures.foreign, 5);
	cr_assert_eq(result.receiver[1].ledger.figures.astray, 5);
	cr_assert_eq(result.n_astray, 1);
	cr_assert_eq(result.astray[0].sender, 0);
	cr_assert_eq(result.astray[0].receiver, 3);
	cr_assert_eq(result.astray[0].frames, 5);
	end();
}

/* A switch that floods brings frames to all: none of them is lost. */
Test(receivers, a_frame_that_came_to_both_is_not_lost)
{
	mesh();
	stray(0, 1, 7);
	join_hosts();
	check_sums();
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_PASS, "%s", result.ledger.reason[0]);
	cr_assert_eq(result.ledger.lost, 0);
	cr_assert_eq(result.ledger.unexplained, 0);
	cr_assert_eq(result.receiver[0].ledger.unexplained, 0);
	cr_assert_eq(result.astray[0].frames, 7);
	end();
}

/* One receiver counts a frame too much, the other one too few. */
Test(receivers, books_that_balance_in_sum_alone_void_the_trial)
{
	mesh();
	receiver_of(0)->end.port_frames++;
	receiver_of(1)->end.port_frames--;
	join_hosts();
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_VOID);
	cr_assert(has_reason("the books of receiver c: the receive port counted 1,001 frames received"), "%s",
		result.ledger.reason[0]);
	end();
}

Test(receivers, with_one_of_them_lost_nothing_is_known_of_all)
{
	mesh();
	ovr_half_document_done(&half[2]);
	host[2].half = NULL;
	strcpy(host[2].why, "killed before its first heartbeat");
	strcpy(receiver_of(1)->end.ended_early, "host c is gone");
	join_hosts();
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_VOID);
	cr_assert(has_reason("host c: killed before its first heartbeat"), "%s", result.ledger.reason[0]);
	cr_assert(result.ledger.figures.receiver_unknown);
	cr_assert_eq(result.ledger.lost, 0);
	for (uint32_t i = 0; i < 2; i++) {
		cr_assert(result.receiver[i].ledger.figures.receiver_unknown);
		cr_assert_eq(result.receiver[i].ledger.lost, 0);
	}
	cr_assert_not(result.host[0].loss_known);
	cr_assert(isnan(result.fairness));
	end();
}

static void
took(int pair, uint64_t ns, uint64_t n)
{
	receiver_of(pair)->latency_ns = calloc(1, sizeof(struct ovr_hist));
	ovr_hist_add_n(receiver_of(pair)->latency_ns, ns, n);
}

Test(receivers, latency_is_of_all_of_them_and_has_the_largest_bound)
{
	mesh();
	took(0, 150000, 1000);
	took(1, 152000, 1000);
	host[2].early_ns = host[3].early_ns = 2000;
	host[3].clock_bound_ns = 9000;
	join_hosts();
	cr_assert(result.clock.is_known);
	cr_assert_eq(result.clock.bound_ns, 10000 + 2047);
	cr_assert_eq(result.latency_ns->count, 2000);
	cr_assert_eq(result.latency_ns->min, 148000);
	end();
	mesh();
	took(0, 150000, 1000);
	took(1, 150000, 1000);
	host[3].clock_known = false;
	join_hosts();
	cr_assert_eq(result.latency_ns, NULL);
	cr_assert_str_eq(result.latency_unknown, "the clock of d is not known against the caller's");
	cr_assert_not(result.clock.is_known);
	end();
}

/* Two of three senders have one receiver. */
Test(receivers, one_of_them_may_have_several_senders)
{
	mesh();
	host[0].receiver = host[1].receiver = 2;
	host[3].is_receiver = half[3].has_receiver = false;
	ovr_half_document_done(&half[3]);
	free(receiver_of(0)->stream);
	receiver_of(0)->stream = OWNED((struct ovr_result_stream[]){
		{ .n_queues = 1, .sent = 1000, .account = receiver_of(0)->total },
		{ .stream = 1, .n_queues = 1, .sent = 1000, .account = receiver_of(0)->total } });
	receiver_of(0)->n_streams = 2;
	receiver_of(0)->total.unique = receiver_of(0)->total.arrivals = receiver_of(0)->ours =
		receiver_of(0)->end.port_frames = receiver_of(0)->end.queue[0].frames = 2000;
	cr_assert_eq(ovr_half_hosts_join(host, 3, &result, &err), 0, "%s", err.text);
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_PASS, "%s", result.ledger.reason[0]);
	cr_assert_eq(result.n_receivers, 0);
	cr_assert_eq(result.host[1].receiver, 2);
	end();
}
