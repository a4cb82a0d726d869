/* SPDX-License-Identifier: BSD-3-Clause */
#include "reasons/reasons.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/list.h"
#include "reasons/counting.h"
#include "reasons/kernel.h"
#include "reasons/program.h"
#include "reasons/symbols.h"

struct ovr_reasons {
	uint32_t n_netns;
	char **netns; /* names as given */
	uint32_t netns_inode[OVR_REASONS_NETNS_MAX];
	struct ovr_reasons_kernel kernel;
	/* one of the two */
	struct ovr_reasons_program *program;
	struct ovr_reasons_counting *counting;
	struct ovr_err shortcoming;
};

/* Add a namespace. @return 0; -ENOENT; -ENOMEM; -errno */
static int
add_netns(struct ovr_reasons *reasons, const char *name, struct ovr_err *err)
{
	struct stat file;
	char path[256];

	if (name[0] == '\0')
		snprintf(path, sizeof(path), "/proc/thread-self/ns/net");
	else
		snprintf(path, sizeof(path), "%s%s", strchr(name, '/') == NULL ? "/run/netns/" : "", name);
	if (stat(path, &file) != 0) {
		int status = -errno;

		return ovr_err_set(
			err, status, "network namespace '%s': %s: %s", name, path, strerror(-status));
	}
	reasons->netns[reasons->n_netns] = strdup(name);
	if (reasons->netns[reasons->n_netns] == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for drop reasons");
	/* the kernel knows a namespace by 32 bits of it */
	reasons->netns_inode[reasons->n_netns++] = (uint32_t)file.st_ino;
	return 0;
}

/* @return 0; -errno: there is no program, and why */
static int
open_program(struct ovr_reasons *reasons, uint32_t trial_id, struct ovr_err *err)
{
	struct ovr_reasons_program_conf conf = {
		.trial_id = trial_id, .netns = reasons->netns_inode, .n_netns = reasons->n_netns
	};
	int status = ovr_reasons_kernel_read(&reasons->kernel, err);

	if (status != 0)
		return status;
	conf.has_rx_sk = reasons->kernel.has_rx_sk;
	return ovr_reasons_program_open(&conf, &reasons->program, err);
}

int
ovr_reasons_open(uint32_t trial_id, const char *const *namespaces, uint32_t n_namespaces,
	struct ovr_reasons **ret_reasons, struct ovr_err *err)
{
	struct ovr_reasons *reasons;
	struct ovr_err why;
	int status = 0;

	*ret_reasons = NULL;
	if (n_namespaces == 0 || n_namespaces > OVR_REASONS_NETNS_MAX)
		return ovr_err_set(err, -EINVAL,
			"drop reasons of %u network namespaces; 1 to %d are accepted", n_namespaces,
			OVR_REASONS_NETNS_MAX);
	reasons = calloc(1, sizeof(*reasons));
	if (reasons != NULL)
		reasons->netns = calloc(n_namespaces, sizeof(*reasons->netns));
	if (reasons == NULL || reasons->netns == NULL)
		status = ovr_err_set(err, -ENOMEM, "no memory for drop reasons");
	for (uint32_t i = 0; status == 0 && i < n_namespaces; i++)
		status = add_netns(reasons, namespaces[i], err);
	if (status == 0 && open_program(reasons, trial_id, &reasons->shortcoming) != 0) {
		status = ovr_reasons_counting_open(NULL, &reasons->counting, &why);
		if (status != 0)
			ovr_err_set(err, status, "%s; without it %s", reasons->shortcoming.text, why.text);
	}
	if (status != 0) {
		ovr_reasons_close(reasons);
		return status;
	}
	*ret_reasons = reasons;
	return 0;
}

const char *
ovr_reasons_shortcoming(const struct ovr_reasons *reasons)
{
	return reasons->program != NULL ? "" : reasons->shortcoming.text;
}

/* @return a new, zeroed row; NULL: no memory */
static struct ovr_reasons_row *
add_row(struct ovr_reasons_reading *reading)
{
	return OVR_LIST_ADD(reading->row, reading->n, reading->capacity);
}

/* What is filled in while the program's records come. */
struct filling {
	const struct ovr_reasons *reasons;
	struct ovr_reasons_reading *reading;
	uint64_t *location; /* of each row */
};

static const char *
netns_name(const struct ovr_reasons *reasons, uint32_t inode)
{
	for (uint32_t i = 0; i < reasons->n_netns; i++)
		if (reasons->netns_inode[i] == inode)
			return reasons->netns[i];
	return NULL;
}

static int
fill_row(void *data, const struct ovr_reasons_key *key, const struct ovr_reasons_value *value)
{
	struct filling *filling = data;
	struct ovr_reasons_row *row = add_row(filling->reading);

	if (row == NULL)
		return -ENOMEM;
	row->netns = netns_name(filling->reasons, key->netns);
	row->ifindex = key->ifindex;
	memcpy(row->device, value->device, sizeof(row->device) - 1);
	ovr_reasons_names_print(&filling->reasons->kernel.names, key->reason, row->reason);
	row->ip_version = key->ip_version;
	row->events = value->events;
	row->ours = value->ours;
	row->fragments = value->fragments;
	row->hidden = value->hidden;
	filling->location[filling->reading->n - 1] = key->location;
	return 0;
}

static int
compare_addresses(const void *one, const void *other)
{
	const struct ovr_reasons_symbol *a = one, *b = other;

	return (a->address > b->address) - (a->address < b->address);
}

/* Name the functions. What cannot be named stays "". @return 0; -ENOMEM */
static int
name_locations(struct ovr_reasons_reading *reading, const uint64_t *location)
{
	struct ovr_reasons_symbol *symbols;
	uint32_t n = 0;
	FILE *kallsyms;

	if (reading->n == 0)
		return 0;
	kallsyms = fopen("/proc/kallsyms", "re");
	if (kallsyms == NULL)
		return 0;
	symbols = calloc(reading->n, sizeof(*symbols));
	if (symbols == NULL) {
		fclose(kallsyms);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < reading->n; i++)
		symbols[i].address = location[i];
	qsort(symbols, reading->n, sizeof(*symbols), compare_addresses);
	for (uint32_t i = 0; i < reading->n; i++)
		if (i == 0 || symbols[i].address != symbols[n - 1].address)
			symbols[n++] = symbols[i];
	ovr_reasons_symbols_find(kallsyms, symbols, n);
	fclose(kallsyms);
	for (uint32_t i = 0; i < reading->n; i++) {
		struct ovr_reasons_symbol wanted = { .address = location[i] };
		const struct ovr_reasons_symbol *found = bsearch(
			&wanted, symbols, n, sizeof(*symbols), compare_addresses);

		if (found != NULL)
			memcpy(reading->row[i].location, found->name, sizeof(found->name));
	}
	free(symbols);
	return 0;
}

static int
read_program(const struct ovr_reasons *reasons, struct ovr_reasons_reading *reading, struct ovr_err *err)
{
	struct filling filling = { .reasons = reasons, .reading = reading };
	int status;

	filling.location = calloc(OVR_REASONS_RECORDS_MAX, sizeof(*filling.location));
	if (filling.location == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for drop reasons");
	status = ovr_reasons_program_read(reasons->program, fill_row, &filling, &reading->missed, err);
	if (status == 0)
		status = name_locations(reading, filling.location);
	if (status == -ENOMEM)
		ovr_err_set(err, status, "no memory for drop reasons");
	free(filling.location);
	return status;
}

static int
read_counting(const struct ovr_reasons *reasons, struct ovr_reasons_reading *reading, struct ovr_err *err)
{
	reading->whole_host = true;
	for (uint32_t i = 0; i < ovr_reasons_counting_n(reasons->counting); i++) {
		struct ovr_reasons_row *row;
		const char *reason;
		uint64_t events;
		int status = ovr_reasons_counting_read(reasons->counting, i, &reason, &events, err);

		if (status != 0)
			return status;
		if (events == 0)
			continue;
		row = add_row(reading);
		if (row == NULL)
			return ovr_err_set(err, -ENOMEM, "no memory for drop reasons");
		snprintf(row->reason, sizeof(row->reason), "%s", reason);
		row->events = events;
	}
	return 0;
}

int
ovr_reasons_read(struct ovr_reasons *reasons, struct ovr_reasons_reading *reading, struct ovr_err *err)
{
	int status;

	reading->n = 0;
	reading->missed = 0;
	reading->whole_host = false;
	status = reasons->program != NULL ? read_program(reasons, reading, err)
					  : read_counting(reasons, reading, err);
	if (status != 0)
		reading->n = 0;
	return status;
}

void
ovr_reasons_reading_done(struct ovr_reasons_reading *reading)
{
	free(reading->row);
	memset(reading, 0, sizeof(*reading));
}

void
ovr_reasons_close(struct ovr_reasons *reasons)
{
	if (reasons == NULL)
		return;
	ovr_reasons_program_close(reasons->program);
	ovr_reasons_counting_close(reasons->counting);
	ovr_reasons_names_done(&reasons->kernel.names);
	for (uint32_t i = 0; i < reasons->n_netns; i++)
		free(reasons->netns[i]);
	free(reasons->netns);
	free(reasons);
}
