/* SPDX-License-Identifier: BSD-3-Clause */
#include "reasons/counting.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include <linux/perf_event.h>

#include "reasons/names.h"
#include "reasons/rules.h"

static const char *const usual_places[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };

/* The longest format file seen has some 6 kB. */
#define FORMAT_BYTES (64 * 1024)

/* One reason on all CPUs. */
struct counter {
	char reason[OVR_REASONS_NAME_BYTES];
	int *fd; /* one for each CPU; -1: it is offline */
};

struct ovr_reasons_counting {
	uint32_t n_cpus, n;
	struct counter *counter;
};

/* Read a file of the tracepoint as text. @return 0; -errno */
static int
read_text(const char *tracefs, const char *name, char *ret_text, size_t size)
{
	char path[256];
	size_t n;
	FILE *file;
	int status;

	snprintf(path, sizeof(path), "%s/events/skb/kfree_skb/%s", tracefs, name);
	file = fopen(path, "re");
	if (file == NULL)
		return -errno;
	n = fread(ret_text, 1, size - 1, file);
	status = ferror(file) ? -EIO : 0;
	fclose(file);
	ret_text[n] = '\0';
	return status;
}

/* Read the tracepoint's number and the names of its reasons. @return 0; -EBADMSG; -errno */
static int
read_tracepoint(const char *tracefs, uint64_t *ret_id, struct ovr_reasons_names *names)
{
	char *format, id[32];
	int status = read_text(tracefs, "id", id, sizeof(id));

	if (status != 0)
		return status;
	*ret_id = strtoull(id, NULL, 10);
	format = malloc(FORMAT_BYTES);
	if (format == NULL)
		return -ENOMEM;
	status = read_text(tracefs, "format", format, FORMAT_BYTES);
	if (status == 0)
		status = ovr_reasons_names_parse(names, format);
	free(format);
	return status;
}

/* Count events that pass the filter, on one CPU. @return descriptor; -errno */
static int
open_counter(uint64_t tracepoint, uint32_t cpu, const char *filter)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr), .config = tracepoint, .disabled = 1
	};
	int fd = (int)syscall(SYS_perf_event_open, &attr, -1, (int)cpu, -1, PERF_FLAG_FD_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (ioctl(fd, PERF_EVENT_IOC_SET_FILTER, filter) != 0 || ioctl(fd, PERF_EVENT_IOC_ENABLE, 0) != 0) {
		int status = -errno;

		close(fd);
		return status;
	}
	return fd;
}

/* @return 0; -ENOMEM; -errno */
static int
count_reason(struct ovr_reasons_counting *counting, uint64_t tracepoint, const struct ovr_reasons_name *name)
{
	struct counter *counter = &counting->counter[counting->n];
	char filter[32];

	counter->fd = malloc(counting->n_cpus * sizeof(*counter->fd));
	if (counter->fd == NULL)
		return -ENOMEM;
	for (uint32_t cpu = 0; cpu < counting->n_cpus; cpu++)
		counter->fd[cpu] = -1;
	memcpy(counter->reason, name->text, sizeof(counter->reason));
	counting->n++; /* from here on closing finds it */
	snprintf(filter, sizeof(filter), "reason == %u", name->number);
	for (uint32_t cpu = 0; cpu < counting->n_cpus; cpu++) {
		int fd = open_counter(tracepoint, cpu, filter);

		if (fd < 0 && fd != -ENODEV)
			return fd;
		counter->fd[cpu] = fd < 0 ? -1 : fd;
	}
	return 0;
}

static bool
is_counted(const struct ovr_reasons_counting *counting, const char *reason)
{
	for (uint32_t i = 0; i < counting->n; i++)
		if (strcmp(counting->counter[i].reason, reason) == 0)
			return true;
	return false;
}

/* @return 0; -ENOMEM; -errno */
static int
count_reasons(
	struct ovr_reasons_counting *counting, uint64_t tracepoint, const struct ovr_reasons_names *names)
{
	uint32_t n_rules;
	const struct ovr_reasons_rule *rule = ovr_reasons_rules(&n_rules);
	int status = 0;

	counting->counter = calloc(n_rules, sizeof(*counting->counter));
	if (counting->counter == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; status == 0 && i < n_rules; i++) {
		const struct ovr_reasons_name *name = ovr_reasons_names_find(names, rule[i].reason);

		if (name != NULL && !is_counted(counting, name->text))
			status = count_reason(counting, tracepoint, name);
	}
	return status;
}

/* The sentence for a failure. @return @p status */
static int
say(int status, uint32_t n_cpus, struct ovr_err *err)
{
	switch (status) {
	case -ENOENT:
		return ovr_err_set(err, status,
			"perf needs the tracepoint skb:kfree_skb, which is not in /sys/kernel/tracing");
	case -EACCES:
	case -EPERM:
		return ovr_err_set(err, status,
			"perf may not count skb:kfree_skb; accepted: root, or CAP_PERFMON "
			"(kernel.perf_event_paranoid up to 2) and a readable tracefs");
	case -EBADMSG:
		return ovr_err_set(err, status,
			"perf finds no names of drop reasons in this kernel's tracepoint skb:kfree_skb");
	case -EMFILE:
		return ovr_err_set(err, status,
			"perf needs a file for each drop reason on each of %u CPUs, more than ulimit -n "
			"allows",
			n_cpus);
	default:
		return ovr_err_set(
			err, status, "perf cannot count the tracepoint skb:kfree_skb: %s", strerror(-status));
	}
}

int
ovr_reasons_counting_open(
	const char *tracefs, struct ovr_reasons_counting **ret_counting, struct ovr_err *err)
{
	struct ovr_reasons_counting *counting = calloc(1, sizeof(*counting));
	struct ovr_reasons_names names = { 0 };
	uint64_t tracepoint = 0;
	uint32_t n_cpus;
	int status;

	*ret_counting = NULL;
	if (counting == NULL)
		return say(-ENOMEM, 0, err);
	n_cpus = counting->n_cpus = (uint32_t)get_nprocs_conf();
	status = read_tracepoint(tracefs != NULL ? tracefs : usual_places[0], &tracepoint, &names);
	if (tracefs == NULL && status == -ENOENT)
		status = read_tracepoint(usual_places[1], &tracepoint, &names);
	if (status == 0)
		status = count_reasons(counting, tracepoint, &names);
	ovr_reasons_names_done(&names);
	if (status != 0) {
		ovr_reasons_counting_close(counting);
		return say(status, n_cpus, err);
	}
	*ret_counting = counting;
	return 0;
}

uint32_t
ovr_reasons_counting_n(const struct ovr_reasons_counting *counting)
{
	return counting->n;
}

int
ovr_reasons_counting_read(const struct ovr_reasons_counting *counting, uint32_t index,
	const char **ret_reason, uint64_t *ret_events, struct ovr_err *err)
{
	const struct counter *counter = &counting->counter[index];

	*ret_reason = counter->reason;
	*ret_events = 0;
	for (uint32_t cpu = 0; cpu < counting->n_cpus; cpu++) {
		uint64_t events;

		if (counter->fd[cpu] < 0)
			continue;
		if (read(counter->fd[cpu], &events, sizeof(events)) != sizeof(events))
			return ovr_err_set(err, -EIO, "the perf counter of drop reason %s cannot be read",
				counter->reason);
		*ret_events += events;
	}
	return 0;
}

void
ovr_reasons_counting_close(struct ovr_reasons_counting *counting)
{
	if (counting == NULL)
		return;
	for (uint32_t i = 0; i < counting->n; i++) {
		for (uint32_t cpu = 0; cpu < counting->n_cpus; cpu++)
			if (counting->counter[i].fd[cpu] >= 0)
				close(counting->counter[i].fd[cpu]);
		free(counting->counter[i].fd);
	}
	free(counting->counter);
	free(counting);
}
