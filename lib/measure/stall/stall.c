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
		[OVR_STALL_INJECTED] = "injected",
		[OVR_STALL_PREEMPTED] = "preempted",
		[OVR_STALL_OFF_CPU] = "off-cpu",
		[OVR_STALL_ON_CPU] = "on-cpu",
	};

	return name[cause];
}

void
ovr_stall_monitor_init(struct ovr_stall_monitor *monitor, const struct ovr_clock *clock,
	uint64_t threshold_ns, struct ovr_stall *log, uint64_t capacity, uint16_t worker, uint16_t cpu)
{
	memset(monitor, 0, sizeof(*monitor));
	monitor->clock = *clock;
	monitor->threshold_cycles = ovr_clock_cycles_of_ns(clock, threshold_ns);
	monitor->schedstat_fd = -1;
	monitor->stall = log;
	monitor->capacity = capacity;
	monitor->worker = worker;
	monitor->cpu = cpu;
}

/*
 * "run_ns run_queue_ns timeslices\n". Digits are taken by hand: this runs in a worker that has just
 * stalled and has frames waiting.
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
ovr_stall_monitor_attach(struct ovr_stall_monitor *monitor)
{
	monitor->schedstat_fd = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
	read_schedstat(monitor->schedstat_fd, &monitor->run_queue_ns, &monitor->switches);
}

void
ovr_stall_monitor_detach(struct ovr_stall_monitor *monitor)
{
	if (monitor->schedstat_fd >= 0)
		close(monitor->schedstat_fd);
	monitor->schedstat_fd = -1;
}

void
ovr_stall_monitor_start(struct ovr_stall_monitor *monitor, uint64_t epoch_cycles, uint64_t now_cycles)
{
	monitor->epoch_cycles = epoch_cycles;
	monitor->last_cycles = now_cycles;
	monitor->empty_cycles = now_cycles;
	monitor->draining = NULL;
	monitor->n_kept = 0;
	monitor->n_stalls = 0;
	monitor->stalled_ns = 0;
	monitor->longest_ns = 0;
	monitor->last_length_ns = 0;
	memset(&monitor->gap_cycles, 0, sizeof(monitor->gap_cycles));
	memset(&monitor->live, 0, sizeof(monitor->live));
	read_schedstat(monitor->schedstat_fd, &monitor->run_queue_ns, &monitor->switches);
}

/* What the scheduler's figures say of a gap. Half of it is the line between "mostly" and "not". */
static enum ovr_stall_cause
cause_of(uint64_t length_ns, uint64_t run_queue_ns, uint64_t switches)
{
	if (run_queue_ns * 2 >= length_ns)
		return OVR_STALL_PREEMPTED;
	return switches == 0 ? OVR_STALL_ON_CPU : OVR_STALL_OFF_CPU;
}

/* A stall is over: tell those who look while the worker runs. */
static void
publish(struct ovr_stall_monitor *monitor, enum ovr_stall_cause cause, uint64_t length_ns)
{
	struct ovr_stall_live *live = &monitor->live;
	unsigned int cell = length_ns == 0 ? 0 : 64 - (unsigned int)__builtin_clzll(length_ns);

	ovr_stat_add(&live->cell[cause][cell], 1);
	ovr_stat_add(&live->ns[cause], length_ns);
	atomic_store_explicit(&live->n_listed, monitor->n_kept, memory_order_release);
}

struct ovr_stall *
ovr_stall_monitor_record(
	struct ovr_stall_monitor *monitor, uint64_t now_cycles, uint64_t gap_cycles, bool is_injected)
{
	struct ovr_stall stall = {
		.start_ns = ovr_clock_ns(&monitor->clock, now_cycles - gap_cycles - monitor->epoch_cycles),
		.length_ns = ovr_clock_ns(&monitor->clock, gap_cycles),
		.worker = monitor->worker,
		.cpu = monitor->cpu,
		.cause = is_injected ? OVR_STALL_INJECTED : OVR_STALL_UNKNOWN,
		.backlog_ns = ovr_clock_ns(&monitor->clock, now_cycles - gap_cycles - monitor->empty_cycles),
		.drained_ns = UINT64_MAX,
	};
	uint64_t run_queue_ns, switches;

	monitor->draining = NULL;
	monitor->n_stalls++;
	monitor->stalled_ns += stall.length_ns;
	monitor->last_length_ns = stall.length_ns;
	if (stall.length_ns > monitor->longest_ns)
		monitor->longest_ns = stall.length_ns;
	if (monitor->n_kept == monitor->capacity) {
		if (!is_injected)
			publish(monitor, stall.cause, stall.length_ns);
		return NULL;
	}
	if (read_schedstat(monitor->schedstat_fd, &run_queue_ns, &switches)) {
		stall.run_queue_ns = run_queue_ns - monitor->run_queue_ns;
		stall.switches = (uint32_t)(switches - monitor->switches);
		monitor->run_queue_ns = run_queue_ns;
		monitor->switches = switches;
		if (!is_injected)
			stall.cause = cause_of(stall.length_ns, stall.run_queue_ns, stall.switches);
	}
	monitor->draining = &monitor->stall[monitor->n_kept++];
	*monitor->draining = stall;
	if (!is_injected)
		publish(monitor, stall.cause, stall.length_ns);
	return monitor->draining;
}

void
ovr_stall_monitor_extend(struct ovr_stall_monitor *monitor, struct ovr_stall *stall, uint64_t cycles)
{
	uint64_t ns = ovr_clock_ns(&monitor->clock, cycles);

	monitor->stalled_ns += ns;
	monitor->last_length_ns += ns;
	if (stall != NULL) {
		stall->length_ns += ns;
		if (stall->length_ns > monitor->longest_ns)
			monitor->longest_ns = stall->length_ns;
	}
	publish(monitor, OVR_STALL_INJECTED, monitor->last_length_ns);
}
