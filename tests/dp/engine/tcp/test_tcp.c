/* SPDX-License-Identifier: BSD-3-Clause */
/* Connections over loopback, without any privilege. */
#include "tcp/tcp.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>

static struct ovr_result_tcp result;

/* A port of loopback that nobody has. */
static unsigned int
free_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	cr_assert_eq(bind(fd, (struct sockaddr *)&address, size), 0);
	cr_assert_eq(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	close(fd);
	return ntohs(address.sin_port);
}

/* A trial with these keys and settings. @return what ovr_tcp_run() returned */
static int
run(const char *tx_keys, const char *rx_keys, const char *const *settings)
{
	struct ovr_plan plan;
	struct ovr_err err = { "" };
	char tx[100], rx[100];
	unsigned int port = free_port();
	int status;

	snprintf(tx, sizeof(tx), "tcp:127.0.0.1:%u,%s", port, tx_keys);
	snprintf(rx, sizeof(rx), "tcp:127.0.0.1:%u,%s", port, rx_keys);
	ovr_plan_default(&plan);
	cr_assert_eq(ovr_plan_set(&plan, "tx", tx, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_plan_set(&plan, "rx", rx, &err), 0, "%s", err.text);
	for (; settings[0] != NULL; settings += 2)
		cr_assert_eq(ovr_plan_set(&plan, settings[0], settings[1], &err), 0, "%s", err.text);
	cr_assert_eq(ovr_plan_freeze(&plan, &err), 0, "%s", err.text);
	status = ovr_tcp_run(&plan, NULL, NULL, &result, &err);
	cr_assert(status == 0 || err.text[0] != '\0');
	return status;
}

#define RUN(tx_keys, rx_keys, ...) run(tx_keys, rx_keys, (const char *const[]){ __VA_ARGS__, NULL })

static void
end(void)
{
	ovr_result_tcp_done(&result);
}

TestSuite(tcp, .fini = end);

Test(tcp, every_record_of_a_count_is_written_and_read_once)
{
	cr_assert_eq(RUN("connections=3", "", "count", "1000", "size", "500"), 0);
	cr_assert_eq(result.books.records_written, 1000);
	cr_assert_eq(result.books.records_read, 1000);
	cr_assert_eq(result.books.records_corrupt, 0);
	cr_assert_eq(result.books.bytes_read, 500000);
	cr_assert_eq(result.books.n_accepted, 3);
	cr_assert(result.is_drained);
	cr_assert_eq(result.latency_ns.count, 1000);
	cr_assert_eq(result.books.forward.lost, 0);
	cr_assert_eq(result.books.backward.lost, 0);
}

Test(tcp, a_rate_is_kept)
{
	cr_assert_eq(RUN("", "", "count", "300", "rate", "1kpps"), 0);
	cr_assert_eq(result.books.records_read, 300);
	cr_assert_geq(result.sent_ns, 295000000);
}

Test(tcp, time_ends_a_trial_whose_window_is_closed)
{
	cr_assert_eq(RUN("sndbuf=4096", "rcvbuf=4096", "time", "300ms", "stall", "unread"), 0);
	cr_assert_gt(result.books.records_written, 0);
	cr_assert_eq(result.books.records_read, result.books.records_written);
	cr_assert_eq(result.books.bytes_read, result.books.bytes_written);
}

/* listen(4) holds five. The kernel's counters are those of all others on this host too. */
Test(tcp, what_the_accept_queue_does_not_hold_stays_pending)
{
	cr_assert_eq(RUN("connections=20", "backlog=4,accept=0", "time", "300ms"), 0);
	cr_assert_eq(result.books.n_in_state[OVR_SEGMENTS_ESTABLISHED], 5);
	cr_assert_eq(result.books.n_in_state[OVR_SEGMENTS_PENDING], 15);
	cr_assert_eq(result.books.forward.lost, 15);
	cr_assert_eq(result.books.n_accepted, 5);
	cr_assert_neq(result.books.verdict, OVR_VERDICT_PASS);
}

static bool
has_reason(const char *part)
{
	for (uint32_t i = 0; i < result.books.n_reasons; i++)
		if (strstr(result.books.reason[i], part) != NULL)
			return true;
	return false;
}

Test(tcp, a_count_that_nobody_takes_ends_when_nothing_moves)
{
	cr_assert_eq(
		RUN("", "backlog=0,accept=0", "count", "1000000", "drain", "200ms", "stall", "unread"), 0);
	cr_assert_lt(result.books.records_written, 1000000);
	cr_assert_eq(result.books.records_read, result.books.records_written);
	cr_assert_eq(result.books.verdict, OVR_VERDICT_VOID);
	cr_assert(has_reason("no connection took a byte for 0.2 s"));
}

Test(tcp, a_stop_voids_the_result_and_keeps_its_books)
{
	struct ovr_plan plan;
	struct ovr_err err = { "" };
	atomic_bool stop = true;
	char rx[64];

	snprintf(rx, sizeof(rx), "tcp:127.0.0.1:%u", free_port());
	ovr_plan_default(&plan);
	cr_assert_eq(ovr_plan_set(&plan, "rx", rx, &err), 0);
	cr_assert_eq(ovr_plan_freeze(&plan, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_tcp_run(&plan, &stop, NULL, &result, &err), 0, "%s", err.text);
	cr_assert_eq(result.books.verdict, OVR_VERDICT_VOID);
	cr_assert(result.was_stopped);
}

Test(tcp, a_port_that_somebody_has_is_refused)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct ovr_plan plan;
	struct ovr_err err = { "" };
	char rx[64];

	cr_assert_eq(bind(fd, (struct sockaddr *)&address, size), 0);
	cr_assert_eq(listen(fd, 1), 0);
	cr_assert_eq(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	snprintf(rx, sizeof(rx), "tcp:127.0.0.1:%u", ntohs(address.sin_port));
	ovr_plan_default(&plan);
	cr_assert_eq(ovr_plan_set(&plan, "rx", rx, &err), 0);
	cr_assert_eq(ovr_plan_freeze(&plan, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_tcp_run(&plan, NULL, NULL, &result, &err), -EADDRINUSE);
	cr_assert(strstr(err.text, "the kernel refuses to listen there") != NULL, "%s", err.text);
	close(fd);
}
