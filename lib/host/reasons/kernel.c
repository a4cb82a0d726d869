/* SPDX-License-Identifier: BSD-3-Clause */
#include "reasons/kernel.h"

#include <errno.h>
#include <string.h>

#include <bpf/btf.h>

#include "reasons/quiet.h"

/* Arguments as the type of the probes has them: a private pointer stands in front. */
#define PROBE_SKB           1
#define PROBE_LOCATION      2
#define PROBE_REASON        3
#define PROBE_RX_SK         4
#define PROBE_ARGUMENTS_MAX 5

/* The type behind pointers, const and typedefs. NULL: of none of the kinds that have a name. */
static const char *
name_of(const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = btf__type_by_id(btf, id);

	while (type != NULL && (btf_is_ptr(type) || btf_is_mod(type) || btf_is_typedef(type)))
		type = btf__type_by_id(btf, type->type);
	return type == NULL ? NULL : btf__name_by_offset(btf, type->name_off);
}

static bool
is_named(const struct btf *btf, uint32_t id, const char *name)
{
	const char *found = name_of(btf, id);

	return found != NULL && strcmp(found, name) == 0;
}

/* @return 0; -EOPNOTSUPP */
static int
parse_tracepoint(const struct btf *btf, bool *ret_has_rx_sk)
{
	int32_t id = btf__find_by_name_kind(btf, "btf_trace_kfree_skb", BTF_KIND_TYPEDEF);
	const struct btf_type *type = id < 0 ? NULL : btf__type_by_id(btf, (uint32_t)id);
	const struct btf_param *param;
	uint32_t n;

	if (type != NULL)
		type = btf__type_by_id(btf, type->type);
	if (type != NULL && btf_is_ptr(type))
		type = btf__type_by_id(btf, type->type);
	if (type == NULL || !btf_is_func_proto(type))
		return -EOPNOTSUPP;
	param = btf_params(type);
	n = btf_vlen(type);
	if (n <= PROBE_REASON || n > PROBE_ARGUMENTS_MAX)
		return -EOPNOTSUPP;
	if (!is_named(btf, param[PROBE_SKB].type, "sk_buff") ||
		!is_named(btf, param[PROBE_REASON].type, "skb_drop_reason"))
		return -EOPNOTSUPP;
	*ret_has_rx_sk = n > PROBE_RX_SK;
	if (*ret_has_rx_sk && !is_named(btf, param[PROBE_RX_SK].type, "sock"))
		return -EOPNOTSUPP;
	return 0;
}

/* @return 0; -EOPNOTSUPP: there is no such enum; -ENOMEM */
static int
parse_names(const struct btf *btf, struct ovr_reasons_names *names)
{
	int32_t id = btf__find_by_name_kind(btf, "skb_drop_reason", BTF_KIND_ENUM);
	const struct btf_type *type;
	const struct btf_enum *value;
	int status = 0;

	if (id < 0)
		return -EOPNOTSUPP;
	type = btf__type_by_id(btf, (uint32_t)id);
	value = btf_enum(type);
	for (uint16_t i = 0; status == 0 && i < btf_vlen(type); i++)
		status = ovr_reasons_names_add(
			names, (uint32_t)value[i].val, btf__name_by_offset(btf, value[i].name_off));
	return status;
}

int
ovr_reasons_kernel_parse(const struct btf *btf, struct ovr_reasons_kernel *ret_kernel, struct ovr_err *err)
{
	int status;

	memset(ret_kernel, 0, sizeof(*ret_kernel));
	status = parse_tracepoint(btf, &ret_kernel->has_rx_sk);
	if (status == 0)
		status = parse_names(btf, &ret_kernel->names);
	if (status == 0 && ovr_reasons_names_find(&ret_kernel->names, "IP_INNOROUTES") == NULL)
		status = -EOPNOTSUPP;
	if (status == 0)
		return 0;
	ovr_reasons_names_done(&ret_kernel->names);
	if (status == -ENOMEM)
		return ovr_err_set(err, status, "no memory for the names of drop reasons");
	return ovr_err_set(err, status, "this kernel gives no drop reasons; accepted: Linux 5.19 or newer");
}

int
ovr_reasons_kernel_read(struct ovr_reasons_kernel *ret_kernel, struct ovr_err *err)
{
	struct ovr_reasons_quiet quiet;
	struct btf *btf;
	int status;

	ovr_reasons_quiet_begin(&quiet);
	btf = btf__load_vmlinux_btf();
	status = btf == NULL ? -errno : 0;
	ovr_reasons_quiet_end(&quiet);
	memset(ret_kernel, 0, sizeof(*ret_kernel));
	if (status != 0)
		return ovr_err_set(err, status,
			"no type information of the kernel (/sys/kernel/btf/vmlinux): %s", strerror(-status));
	status = ovr_reasons_kernel_parse(btf, ret_kernel, err);
	btf__free(btf);
	return status;
}
