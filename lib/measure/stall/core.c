/* SPDX-License-Identifier: BSD-3-Clause */
#include "stall/core.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define NS_PER_S 1000000000u

static bool
read_thread(uint64_t *ret_switches, uint64_t *ret_run_queue_ns)
{
	struct rusage usage;
	unsigned long long run_ns, run_queue_ns;
	FILE *file = fopen("/proc/thread-self/schedstat", "re");
	int n = 0;

	if (file != NULL) {
		n = fscanf(file, "%llu %llu", &run_ns, &run_queue_ns);
		fclose(file);
	}
	if (n != 2 || getrusage(RUSAGE_THREAD, &usage) != 0)
		return false;
	*ret_switches = (uint64_t)usage.ru_nivcsw;
	*ret_run_queue_ns = run_queue_ns;
	return true;
}

void
ovr_stall_thread_begin(struct ovr_stall_thread *thread)
{
	thread->known = read_thread(&thread->involuntary_switches, &thread->run_queue_ns);
}

void
ovr_stall_thread_end(struct ovr_stall_thread *thread)
{
	uint64_t switches, run_queue_ns;

	if (!thread->known || !read_thread(&switches, &run_queue_ns)) {
		thread->known = false;
		return;
	}
	thread->involuntary_switches = switches - thread->involuntary_switches;
	thread->run_queue_ns = run_queue_ns - thread->run_queue_ns;
}

/* "cpu3 user nice system idle iowait irq softirq steal …", in clock ticks */
static bool
read_steal(uint16_t cpu, uint64_t *ret_steal_ns)
{
	FILE *file = fopen("/proc/stat", "re");
	char line[512], name[16];
	bool found = false;

	if (file == NULL)
		return false;
	snprintf(name, sizeof(name), "cpu%u ", cpu);
	while (!found && fgets(line, sizeof(line), file) != NULL) {
		unsigned long long steal;

		if (strncmp(line, name, strlen(name)) != 0)
			continue;
		if (sscanf(line, "%*s %*u %*u %*u %*u %*u %*u %*u %llu", &steal) != 1)
			break;
		*ret_steal_ns = steal * (NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK));
		found = true;
	}
	fclose(file);
	return found;
}

/* This CPU's column of /proc/interrupts. The header names the CPUs that are online. */
static int
column_of(char *header, uint16_t cpu)
{
	char *save = NULL;
	int column = 0;

	for (char *word = strtok_r(header, " \n", &save); word != NULL;
		word = strtok_r(NULL, " \n", &save), column++)
		if (strncmp(word, "CPU", 3) == 0 && strtoul(word + 3, NULL, 10) == cpu)
			return column;
	return -1;
}

/* "LOC:  1  2  Local timer interrupts": the count in our column, and the line's name. */
static void
read_line(char *line, int column, int n_columns, struct ovr_stall_core *core)
{
	char *colon = strchr(line, ':');
	char *at = colon == NULL ? NULL : colon + 1;
	uint64_t count = 0;

	if (colon == NULL)
		return;
	*colon = '\0';
	while (isspace((unsigned char)*line))
		line++;
	for (int i = 0; i < n_columns; i++) {
		char *end;
		uint64_t value = strtoull(at, &end, 10);

		if (end == at)
			break;
		if (i == column)
			count = value;
		at = end;
	}
	while (isspace((unsigned char)*at))
		at++;
	at[strcspn(at, "\n")] = '\0';
	core->interrupts[core->n_lines] = count;
	snprintf(core->name[core->n_lines], sizeof(core->name[0]), "%.15s %.46s", line, at);
	core->n_lines++;
}

void
ovr_stall_core_read(uint16_t cpu, struct ovr_stall_core *ret_core)
{
	FILE *file = fopen("/proc/interrupts", "re");
	char *line = NULL;
	size_t size = 0;
	int column = -1, n_columns = 0;

	memset(ret_core, 0, sizeof(*ret_core));
	if (file == NULL)
		return;
	if (getline(&line, &size, file) > 0) {
		for (const char *at = line; (at = strstr(at, "CPU")) != NULL; at += 3)
			n_columns++;
		column = column_of(line, cpu);
	}
	while (column >= 0 && ret_core->n_lines < OVR_STALL_INTERRUPTS_MAX && getline(&line, &size, file) > 0)
		read_line(line, column, n_columns, ret_core);
	free(line);
	fclose(file);
	ret_core->known = column >= 0 && read_steal(cpu, &ret_core->steal_ns);
}

struct ovr_stall_core_delta
ovr_stall_core_subtract(const struct ovr_stall_core *after, const struct ovr_stall_core *before)
{
	struct ovr_stall_core_delta delta = { .known = after->known && before->known };

	if (!delta.known)
		return delta;
	/* Linux's count of it may step back when a virtual machine moves to another host */
	if (after->steal_ns < before->steal_ns)
		return (struct ovr_stall_core_delta){ 0 };
	delta.steal_ns = after->steal_ns - before->steal_ns;
	for (uint32_t i = 0; i < after->n_lines && i < before->n_lines; i++) {
		uint64_t n = after->interrupts[i] - before->interrupts[i];

		/*
		 * an interrupt that was set up in between moved the lines; its count is of no use
		 */
		if (strcmp(after->name[i], before->name[i]) != 0)
			break;
		delta.interrupts += n;
		if (n > delta.busiest) {
			delta.busiest = n;
			memcpy(delta.busiest_name, after->name[i], sizeof(delta.busiest_name));
		}
	}
	return delta;
}
