/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <errno.h>

#include <bpf/btf.h>

#include "reasons/kernel.h"

/* Type information of a kernel, as it is built from. */
struct kernel_of {
	bool has_reason, has_rx_sk, socket_is_third, has_innoroutes;
};

static struct btf *
make(const struct kernel_of *kernel)
{
	struct btf *btf = btf__new_empty();
	int skb = btf__add_ptr(btf, btf__add_struct(btf, "sk_buff", 232));
	int sock = btf__add_ptr(btf, btf__add_struct(btf, "sock", 760));
	int nothing = btf__add_ptr(btf, 0);
	int reason = btf__add_enum(btf, "skb_drop_reason", 4), proto;

	btf__add_enum_value(btf, "SKB_NOT_DROPPED_YET", 0);
	btf__add_enum_value(btf, "SKB_DROP_REASON_NO_SOCKET", 3);
	if (kernel->has_innoroutes)
		btf__add_enum_value(btf, "SKB_DROP_REASON_IP_INNOROUTES", 88);
	proto = btf__add_func_proto(btf, 0);
	btf__add_func_param(btf, NULL, nothing);
	btf__add_func_param(btf, NULL, skb);
	if (kernel->socket_is_third)
		btf__add_func_param(btf, NULL, sock);
	btf__add_func_param(btf, NULL, nothing);
	if (kernel->has_reason)
		btf__add_func_param(btf, NULL, reason);
	if (kernel->has_rx_sk)
		btf__add_func_param(btf, NULL, sock);
	btf__add_typedef(btf, "btf_trace_kfree_skb", btf__add_ptr(btf, proto));
	return btf;
}

static int
parse(struct kernel_of kernel, struct ovr_reasons_kernel *ret_kernel)
{
	struct ovr_err err = { "" };
	struct btf *btf = make(&kernel);
	int status = ovr_reasons_kernel_parse(btf, ret_kernel, &err);

	btf__free(btf);
	cr_assert_eq(err.text[0] != '\0', status != 0);
	return status;
}

Test(kernel, the_receiving_socket_is_an_argument_of_newer_kernels)
{
	struct ovr_reasons_kernel kernel;

	cr_assert_eq(parse((struct kernel_of){ .has_reason = true, .has_innoroutes = true }, &kernel), 0);
	cr_assert_not(kernel.has_rx_sk);
	ovr_reasons_names_done(&kernel.names);
	cr_assert_eq(
		parse((struct kernel_of){ .has_reason = true, .has_rx_sk = true, .has_innoroutes = true },
			&kernel),
		0);
	cr_assert(kernel.has_rx_sk);
	cr_assert_eq(kernel.names.n, 3);
	cr_assert_eq(ovr_reasons_names_find(&kernel.names, "IP_INNOROUTES")->number, 88);
	ovr_reasons_names_done(&kernel.names);
}

Test(kernel, a_tracepoint_with_other_arguments_is_refused)
{
	struct ovr_reasons_kernel kernel;

	cr_assert_eq(parse((struct kernel_of){ .has_innoroutes = true }, &kernel), -EOPNOTSUPP);
	cr_assert_eq(parse(
			     (struct kernel_of){
				     .has_reason = true, .socket_is_third = true, .has_innoroutes = true },
			     &kernel),
		-EOPNOTSUPP);
	cr_assert_eq(kernel.names.n, 0);
}

Test(kernel, reasons_that_hide_routes_with_counters_are_refused)
{
	struct ovr_reasons_kernel kernel;

	cr_assert_eq(parse((struct kernel_of){ .has_reason = true }, &kernel), -EOPNOTSUPP);
	cr_assert_eq(kernel.names.n, 0);
}

Test(kernel, type_information_without_the_tracepoint_is_refused)
{
	struct ovr_reasons_kernel kernel;
	struct ovr_err err = { "" };
	struct btf *btf = btf__new_empty();

	cr_assert_eq(ovr_reasons_kernel_parse(btf, &kernel, &err), -EOPNOTSUPP);
	cr_assert_str_eq(err.text, "this kernel gives no drop reasons; accepted: Linux 5.19 or newer");
	btf__free(btf);
}
