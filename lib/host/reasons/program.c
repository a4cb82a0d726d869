/* SPDX-License-Identifier: BSD-3-Clause */
#include "reasons/program.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "reasons/quiet.h"

/* generated, and not ours to polish */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#include "reasons.skel.h"
#pragma GCC diagnostic pop

struct ovr_reasons_program {
	struct ovr_reasons_bpf *skeleton;
};

/* @return 0; -errno */
static int
prepare(struct ovr_reasons_bpf *skeleton, const struct ovr_reasons_program_conf *conf)
{
	const uint8_t yes = 1;
	int status;

	skeleton->rodata->trial_id_be = htonl(conf->trial_id);
	skeleton->rodata->has_rx_sk = conf->has_rx_sk;
	status = ovr_reasons_bpf__load(skeleton);
	for (uint32_t i = 0; status == 0 && i < conf->n_netns; i++)
		status = bpf_map__update_elem(skeleton->maps.namespaces, &conf->netns[i],
			sizeof(conf->netns[i]), &yes, sizeof(yes), BPF_ANY);
	if (status == 0)
		status = ovr_reasons_bpf__attach(skeleton);
	return status;
}

int
ovr_reasons_program_open(const struct ovr_reasons_program_conf *conf,
	struct ovr_reasons_program **ret_program, struct ovr_err *err)
{
	struct ovr_reasons_program *program = calloc(1, sizeof(*program));
	struct ovr_reasons_quiet quiet;
	int status;

	*ret_program = NULL;
	if (program == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for the BPF program");
	ovr_reasons_quiet_begin(&quiet);
	program->skeleton = ovr_reasons_bpf__open();
	status = program->skeleton == NULL ? -errno : prepare(program->skeleton, conf);
	ovr_reasons_quiet_end(&quiet);
	if (status == 0) {
		*ret_program = program;
		return 0;
	}
	if (status == -EPERM)
		ovr_err_set(err, status,
			"this user may not load the BPF program; accepted: root, or CAP_BPF and CAP_PERFMON");
	else
		ovr_err_set(err, status, "the BPF program cannot be loaded: %s%s%s", strerror(-status),
			ovr_reasons_quiet_words()[0] != '\0' ? "; " : "", ovr_reasons_quiet_words());
	ovr_reasons_program_close(program);
	return status;
}

/* Events that came while this CPU was in the program already: an interrupt in a system call. */
static int
read_recursions(struct ovr_reasons_program *program, uint64_t *ret_n)
{
	struct bpf_prog_info info = { 0 };
	uint32_t size = sizeof(info);
	int status = bpf_obj_get_info_by_fd(
		bpf_program__fd(program->skeleton->progs.ovr_kfree_skb), &info, &size);

	*ret_n = info.recursion_misses;
	return status;
}

int
ovr_reasons_program_read(struct ovr_reasons_program *program, ovr_reasons_program_on_record *on_record,
	void *data, uint64_t *ret_missed, struct ovr_err *err)
{
	const struct bpf_map *records = program->skeleton->maps.records;
	struct ovr_reasons_key key, *previous = NULL;
	struct ovr_reasons_value value;
	int status;

	/* no record is ever removed, so each is handed out once */
	while ((status = bpf_map__get_next_key(records, previous, &key, sizeof(key))) == 0) {
		status = bpf_map__lookup_elem(records, &key, sizeof(key), &value, sizeof(value), 0);
		if (status != 0)
			break;
		status = on_record(data, &key, &value);
		if (status != 0)
			return status;
		previous = &key;
	}
	if (status == -ENOENT)
		status = read_recursions(program, ret_missed);
	if (status != 0)
		return ovr_err_set(err, status, "drop reasons cannot be read: %s", strerror(-status));
	*ret_missed += __atomic_load_n(&program->skeleton->bss->without_room, __ATOMIC_RELAXED);
	return 0;
}

void
ovr_reasons_program_close(struct ovr_reasons_program *program)
{
	if (program == NULL)
		return;
	ovr_reasons_bpf__destroy(program->skeleton);
	free(program);
}
