/* SPDX-License-Identifier: BSD-3-Clause */
#include "stall/stall.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *
ovr_stall_cause_name(enum ovr_stall_cause cause)
{
	static const char *const name[] = {
		[OVR_STALL_UNKNOWN] = "unknown",
		[OVR_STALL_ON_PURPOSE] = "on-purpose",
		[OVR_STALL_PREEMPTED] = "preempted",
		[OVR_STALL_OFF_CPU] = "off-cpu",
		[OVR_STALL_ON_CPU] = "on-cpu",
	};

	return name[cause];
}

void
ovr_stall_watch_init(struct ovr_stall_watch *watch, const struct ovr_clock *clock, uint64_t threshold_ns,
	struct ovr_stall *log, uint64_t capacity, uint16_t worker, uint16_t cpu)
{
	memset(watch, 0, sizeof(*watch));
	watch->clock = *clock;
	watch->threshold_cycles = ovr_clock_cycles_of_ns(clock, threshold_ns);
	watch->schedstat_fd = -1;
	watch->stall = log;
	watch->capacity = capacity;
	watch->worker = worker;
	watch->cpu = cpu;
}

/*
 * "run_ns run_queue_ns timeslices\n". Digits are taken by hand: this runs in a worker that has just stalled and
 * has frames waiting.
 */
static bool
read_schedstat(int fd, uint64_t *ret_run_queue_ns, uint64_t *ret_switches)
{
	char text[96];
	uint64_t field[3] = { 0, 0, 0 };
	int n_fields = 0;
	bool in_number = false;
	ssize_t n;

	if (fd < 0)
		return false;
	n = pread(fd, text, sizeof(text), 0);
	for (ssize_t i = 0; i < n && n_fields < 3; i++) {
		if (text[i] >= '0' && text[i] <= '9') {
			field[n_fields] = field[n_fields] * 10 + (uint64_t)(text[i] - '0');
			in_number = true;
		} else if (in_number) {
			n_fields++;
			in_number = false;
		}
	}
	if (n_fields < 3)
		return false;
	*ret_run_queue_ns = field[1];
	*ret_switches = field[2];
	return true;
}

void
ovr_stall_watch_attach(struct ovr_stall_watch *watch)
{
	watch->schedstat_fd = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
	read_schedstat(watch->schedstat_fd, &watch->run_queue_ns, &watch->switches);
}

void
ovr_stall_watch_detach(struct ovr_stall_watch *watch)
{
	if (watch->schedstat_fd >= 0)
		close(watch->schedstat_fd);
	watch->schedstat_fd = -1;
}

void
ovr_stall_watch_start(struct ovr_stall_watch *watch, uint64_t epoch_cycles, uint64_t now_cycles)
{
	watch->epoch_cycles = epoch_cycles;
	watch->last_cycles = now_cycles;
	watch->empty_cycles = now_cycles;
	watch->draining = NULL;
	watch->n_kept = 0;
	watch->n_stalls = 0;
	watch->stalled_ns = 0;
	watch->longest_ns = 0;
	memset(&watch->gap_cycles, 0, sizeof(watch->gap_cycles));
	read_schedstat(watch->schedstat_fd, &watch->run_queue_ns, &watch->switches);
}

/* What the scheduler's figures say of a gap. Half of it is the line between "mostly" and "not". */
static enum ovr_stall_cause
cause_of(uint64_t length_ns, uint64_t run_queue_ns, uint64_t switches)
{
	if (run_queue_ns * 2 >= length_ns)
		return OVR_STALL_PREEMPTED;
	return switches == 0 ? OVR_STALL_ON_CPU : OVR_STALL_OFF_CPU;
}

struct ovr_stall *
ovr_stall_watch_record(
	struct ovr_stall_watch *watch, uint64_t now_cycles, uint64_t gap_cycles, bool on_purpose)
{
	struct ovr_stall stall = {
		.start_ns = ovr_clock_ns(&watch->clock, now_cycles - gap_cycles - watch->epoch_cycles),
		.length_ns = ovr_clock_ns(&watch->clock, gap_cycles),
		.worker = watch->worker,
		.cpu = watch->cpu,
		.cause = on_purpose ? OVR_STALL_ON_PURPOSE : OVR_STALL_UNKNOWN,
		.backlog_ns = ovr_clock_ns(&watch->clock, now_cycles - gap_cycles - watch->empty_cycles),
		.drained_ns = UINT64_MAX,
	};
	uint64_t run_queue_ns, switches;

	watch->draining = NULL;
	watch->n_stalls++;
	watch->stalled_ns += stall.length_ns;
	if (stall.length_ns > watch->longest_ns)
		watch->longest_ns = stall.length_ns;
	if (watch->n_kept == watch->capacity)
		return NULL;
	if (read_schedstat(watch->schedstat_fd, &run_queue_ns, &switches)) {
		stall.run_queue_ns = run_queue_ns - watch->run_queue_ns;
		stall.switches = (uint32_t)(switches - watch->switches);
		watch->run_queue_ns = run_queue_ns;
		watch->switches = switches;
		if (!on_purpose)
			stall.cause = cause_of(stall.length_ns, stall.run_queue_ns, stall.switches);
	}
	watch->draining = &watch->stall[watch->n_kept++];
	*watch->draining = stall;
	return watch->draining;
}

void
ovr_stall_watch_extend(struct ovr_stall_watch *watch, struct ovr_stall *stall, uint64_t cycles)
{
	uint64_t ns = ovr_clock_ns(&watch->clock, cycles);

	watch->stalled_ns += ns;
	if (stall == NULL)
		return;
	stall->length_ns += ns;
	if (stall->length_ns > watch->longest_ns)
		watch->longest_ns = stall->length_ns;
}
