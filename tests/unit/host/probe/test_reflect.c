/* SPDX-License-Identifier: BSD-3-Clause */
/* A reflector on loopback, and probes to it that are written by hand. */
#include "probe/reflect.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <pthread.h>
#include <unistd.h>

#include "probe/payload.h"
#include "probe/trace.h"

#define KEY UINT32_C(0x1234567)
#define MS  UINT64_C(1000000)

static struct ovr_reflector *reflector;
static struct ovr_reflected reflected;
static atomic_bool stop;
static pthread_t thread;
static struct sockaddr_in to;
static int fd;

static void *
run(void *unused)
{
	(void)unused;
	ovr_reflector_run(reflector, 0, &reflected);
	return NULL;
}

static void
begin(uint32_t key)
{
	struct ovr_reflector_conf conf = { .what = "reflect", .key = key, .stop = &stop };
	struct sockaddr_in *at = (struct sockaddr_in *)&conf.address;
	const struct timeval wait = { .tv_sec = 5 };
	struct ovr_err err;
	uint16_t port;

	at->sin_family = AF_INET;
	at->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	cr_assert_eq(ovr_reflector_open(&conf, &reflector, &port, &err), 0, "%s", err.text);
	to = *at;
	to.sin_port = htons(port);
	atomic_store(&stop, false);
	cr_assert_eq(pthread_create(&thread, NULL, run, NULL), 0);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	cr_assert_eq(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	cr_assert_eq(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)), 0);
}

static void
end(void)
{
	atomic_store(&stop, true);
	pthread_join(thread, NULL);
	close(fd);
}

static void
send_probe(uint32_t key, uint32_t number, uint32_t stamp)
{
	struct ovr_probe_payload payload = { htonl(OVR_PROBE_MAGIC), htonl(key), htonl(number),
		~htonl(number), htonl(stamp), 0 };

	cr_assert_eq(send(fd, &payload, sizeof(payload), 0), (ssize_t)sizeof(payload));
}

/* The answer to it. */
static void
expect_answer(uint32_t number, uint32_t stamp, uint32_t count)
{
	struct ovr_probe_payload payload;

	cr_assert_eq(recv(fd, &payload, sizeof(payload), 0), (ssize_t)sizeof(payload));
	cr_assert_eq(ntohl(payload.number), number);
	cr_assert_eq(ntohl(payload.stamp), stamp, "of %u", number);
	cr_assert_eq(ntohl(payload.count), count, "of %u", number);
}

Test(reflect, copies_and_what_comes_late_are_counted_and_listed_once)
{
	begin(KEY);
	send_probe(KEY, 5, OVR_PROBE_SEARCH);
	expect_answer(5, OVR_PROBE_STAMP, 0);
	send_probe(KEY, 7, 0);
	expect_answer(7, OVR_PROBE_STAMP, 1);
	send_probe(KEY, 9, 0);
	expect_answer(9, OVR_PROBE_STAMP, 2);
	send_probe(KEY, 8, 0);
	expect_answer(8, OVR_PROBE_STAMP, 3);
	send_probe(KEY, 7, 0);
	expect_answer(7, OVR_PROBE_STAMP_COPY, 3);
	/* of another run, and an answer: neither is answered */
	send_probe(KEY + 1, 10, 0);
	send_probe(KEY, 10, OVR_PROBE_STAMP);
	send_probe(KEY, 11, 0);
	expect_answer(11, OVR_PROBE_STAMP, 4);
	end();
	cr_assert_eq(reflected.answered, 6);
	cr_assert_eq(reflected.foreign, 2);
	cr_assert_eq(reflected.duplicates, 1);
	cr_assert_eq(reflected.reordered, 1);
	cr_assert_eq(reflected.unanswered, 0);
	cr_assert_eq(reflected.n_flows, 1);
	cr_assert(reflected.is_dropped_known && reflected.dropped == 0);
	for (uint32_t number = 0; number < 20; number++)
		cr_assert_eq(ovr_path_arrivals_have(ovr_reflector_arrivals(reflector), number),
			number == 7 || number == 8 || number == 9 || number == 11, "%u", number);
	ovr_reflector_close(reflector);
}

static atomic_bool is_flooded;

/* Datagrams that are no probes, as anybody may send them. */
static void *
flood(void *unused)
{
	char nothing[8] = "nothing";
	int own = socket(AF_INET, SOCK_DGRAM, 0);

	(void)unused;
	cr_assert_eq(connect(own, (struct sockaddr *)&to, sizeof(to)), 0);
	while (atomic_load(&is_flooded))
		(void)send(own, nothing, sizeof(nothing), 0);
	close(own);
	return NULL;
}

/* The flood goes on until the reflector has ended: without an end to it this test has none. */
Test(reflect, others_datagrams_do_not_keep_it_from_its_end, .timeout = 60)
{
	pthread_t flooder[8];

	begin(KEY);
	atomic_store(&is_flooded, true);
	for (size_t i = 0; i < sizeof(flooder) / sizeof(flooder[0]); i++)
		cr_assert_eq(pthread_create(&flooder[i], NULL, flood, NULL), 0);
	usleep(200000);
	end();
	atomic_store(&is_flooded, false);
	for (size_t i = 0; i < sizeof(flooder) / sizeof(flooder[0]); i++)
		pthread_join(flooder[i], NULL);
	cr_assert_gt(reflected.foreign, 0);
	ovr_reflector_close(reflector);
}

Test(reflect, without_a_key_every_run_is_answered_and_none_is_listed)
{
	begin(0);
	send_probe(KEY, 1, 0);
	expect_answer(1, OVR_PROBE_STAMP, 1);
	send_probe(KEY + 1, 1, 0);
	expect_answer(1, OVR_PROBE_STAMP, 1);
	end();
	cr_assert_eq(reflected.n_flows, 2);
	cr_assert_eq(ovr_reflector_arrivals(reflector)->end, 0);
	ovr_reflector_close(reflector);
}

Test(reflect, the_probes_of_a_trace_are_all_listed)
{
	static struct ovr_trace trace;
	struct ovr_trace_conf conf = { .probe = { .n_flows = 2, .key = KEY },
		.interval_ns = 5 * MS,
		.wait_ns = 2000 * MS,
		.count = 10,
		.ttl_max = 30,
		.find_mtu = true };
	struct ovr_path path;
	struct ovr_err err;

	begin(KEY);
	memcpy(&conf.probe.to, &to, sizeof(to));
	cr_assert_eq(ovr_trace_run(&conf, &trace, &err), 0, "%s", err.text);
	end();
	ovr_path_arrivals_mark(ovr_reflector_arrivals(reflector), trace.probe, trace.n_probes);
	ovr_path_judge(trace.probe, trace.n_probes, OVR_PATH_ALL_FLOWS, &path);
	cr_assert(path.is_listed && path.has_direction);
	cr_assert_eq(path.hop[0].sent, 20);
	cr_assert_eq(path.hop[0].answered, 20);
	cr_assert_eq(reflected.foreign + reflected.duplicates + reflected.reordered, 0);
	cr_assert_eq(trace.back_duplicates + trace.back_reordered, 0);
	ovr_trace_done(&trace);
	ovr_reflector_close(reflector);
}
