/* SPDX-License-Identifier: BSD-3-Clause */
/* Instead of program.c where the program could not be compiled. */
#include <errno.h>
#include <stddef.h>

#include "reasons/program.h"

int
ovr_reasons_program_open(const struct ovr_reasons_program_conf *conf,
	struct ovr_reasons_program **ret_program, struct ovr_err *err)
{
	(void)conf;
	*ret_program = NULL;
	return ovr_err_set(err, -ENOTSUP,
		"this overrun was built without its BPF program; accepted: a build with clang and bpftool");
}

int
ovr_reasons_program_read(struct ovr_reasons_program *program, ovr_reasons_program_on_record *on_record,
	void *data, uint64_t *ret_missed, struct ovr_err *err)
{
	(void)program;
	(void)on_record;
	(void)data;
	*ret_missed = 0;
	return ovr_err_set(err, -ENOTSUP, "there is no BPF program");
}

void
ovr_reasons_program_close(struct ovr_reasons_program *program)
{
	(void)program;
}
