/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Rules of nftables that count, and named counters (libnftnl; `nft -a list ruleset`).
 *
 * A rule's counter tells of loss only if all that it counts is then dropped by the same rule:
 * between the counter and the verdict nothing may decide. A chain that is no hook's has the
 * direction of those that jump to it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libnftnl/chain.h>
#include <libnftnl/expr.h>
#include <libnftnl/object.h>
#include <libnftnl/rule.h>
#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "base/list.h"
#include "kernel/readers.h"
#include "nic/rtnl.h"

/* Names of nftables are longer than what is kept of them for people. */
#define NAME_BYTES 64

#define WAY_IN     (1u << OVR_KERNEL_IN)
#define WAY_OUT    (1u << OVR_KERNEL_OUT)
#define WAY_EGRESS (1u << OVR_KERNEL_EGRESS)

struct chain {
	uint32_t family;
	char table[NAME_BYTES], name[NAME_BYTES];
	unsigned int ways; /* directions of the hooks that lead to it */
};

struct rule {
	uint32_t family;
	char table[NAME_BYTES], chain[NAME_BYTES];
	uint64_t handle;
	char comment[48];
	bool has_counter, drops;
	bool is_dropped; /* what its counter counts is dropped by it */
	uint64_t packets;
	char counter[NAME_BYTES]; /* the named counter that it uses; "" */
	bool counter_is_dropped;  /* the same of that one */
	char target[NAME_BYTES];  /* the chain that it jumps to; "" */
};

struct object {
	uint32_t family;
	char table[NAME_BYTES], name[NAME_BYTES];
	uint64_t packets;
};

struct ovr_kernel_nft {
	struct chain *chain;
	uint32_t n_chains, chains_capacity;
	struct rule *rule;
	uint32_t n_rules, rules_capacity;
	struct object *object;
	uint32_t n_objects, objects_capacity;
};

struct ovr_kernel_nft *
ovr_kernel_nft_create(void)
{
	return calloc(1, sizeof(struct ovr_kernel_nft));
}

void
ovr_kernel_nft_destroy(struct ovr_kernel_nft *nft)
{
	if (nft == NULL)
		return;
	free(nft->chain);
	free(nft->rule);
	free(nft->object);
	free(nft);
}

static const char *
family_name(uint32_t family)
{
	switch (family) {
	case NFPROTO_INET:
		return "inet";
	case NFPROTO_IPV4:
		return "ip";
	case NFPROTO_IPV6:
		return "ip6";
	case NFPROTO_ARP:
		return "arp";
	case NFPROTO_BRIDGE:
		return "bridge";
	case NFPROTO_NETDEV:
		return "netdev";
	default:
		return "family";
	}
}

static unsigned int
way_of_hook(uint32_t family, uint32_t hook)
{
	if (family == NFPROTO_NETDEV)
		return hook == NF_NETDEV_INGRESS ? WAY_IN : WAY_EGRESS;
	/* arp: in, out, forward */
	if (family == NFPROTO_ARP)
		return hook == 1 ? WAY_OUT : WAY_IN;
	/* those of the bridge have the same numbers; after them comes ingress of inet */
	return hook == NF_INET_LOCAL_OUT || hook == NF_INET_POST_ROUTING ? WAY_OUT : WAY_IN;
}

static void
copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from == NULL ? "" : from);
}

static int
take_chain(struct ovr_kernel_nft *nft, const struct nftnl_chain *from)
{
	struct chain *chain = OVR_LIST_ADD(nft->chain, nft->n_chains, nft->chains_capacity);

	if (chain == NULL)
		return -ENOMEM;
	chain->family = nftnl_chain_get_u32(from, NFTNL_CHAIN_FAMILY);
	copy(chain->table, sizeof(chain->table), nftnl_chain_get_str(from, NFTNL_CHAIN_TABLE));
	copy(chain->name, sizeof(chain->name), nftnl_chain_get_str(from, NFTNL_CHAIN_NAME));
	if (nftnl_chain_is_set(from, NFTNL_CHAIN_HOOKNUM))
		chain->ways = way_of_hook(chain->family, nftnl_chain_get_u32(from, NFTNL_CHAIN_HOOKNUM));
	return 0;
}

static int
on_userdata(const struct nftnl_udata *attr, void *data)
{
	struct rule *rule = data;

	if (nftnl_udata_type(attr) == NFTNL_UDATA_RULE_COMMENT)
		snprintf(rule->comment, sizeof(rule->comment), "%.*s", nftnl_udata_len(attr),
			(const char *)nftnl_udata_get(attr));
	return 0;
}

static bool
has_name(const struct nftnl_expr *expr, const char *name)
{
	return strcmp(nftnl_expr_get_str(expr, NFTNL_EXPR_NAME), name) == 0;
}

/* A verdict of this expression. @return whether it drops */
static bool
take_verdict(const struct nftnl_expr *expr, struct rule *rule)
{
	uint32_t verdict;

	if (!nftnl_expr_is_set(expr, NFTNL_EXPR_IMM_VERDICT))
		return false;
	verdict = nftnl_expr_get_u32(expr, NFTNL_EXPR_IMM_VERDICT);
	if (verdict == (uint32_t)NFT_JUMP || verdict == (uint32_t)NFT_GOTO)
		copy(rule->target, sizeof(rule->target), nftnl_expr_get_str(expr, NFTNL_EXPR_IMM_CHAIN));
	return verdict == NF_DROP;
}

/* Whether all packets pass it: nothing is decided by it. */
static bool
passes_all(const struct nftnl_expr *expr)
{
	return has_name(expr, "log") || has_name(expr, "counter") || has_name(expr, "objref") ||
		has_name(expr, "immediate") || has_name(expr, "notrack") || has_name(expr, "last");
}

static bool
is_reject(const struct nftnl_expr *expr)
{
	const char *target;

	if (has_name(expr, "reject"))
		return true;
	if (!has_name(expr, "target"))
		return false;
	/* of iptables-nft */
	target = nftnl_expr_get_str(expr, NFTNL_EXPR_TG_NAME);
	return target != NULL && strcmp(target, "REJECT") == 0;
}

static int
on_expression(struct nftnl_expr *expr, void *data)
{
	struct rule *rule = data;

	if (has_name(expr, "counter")) {
		rule->has_counter = true;
		rule->is_dropped = true; /* until something decides before the verdict */
		rule->packets = nftnl_expr_get_u64(expr, NFTNL_EXPR_CTR_PACKETS);
	} else if (has_name(expr, "objref") &&
		nftnl_expr_get_u32(expr, NFTNL_EXPR_OBJREF_IMM_TYPE) == NFT_OBJECT_COUNTER) {
		copy(rule->counter, sizeof(rule->counter),
			nftnl_expr_get_str(expr, NFTNL_EXPR_OBJREF_IMM_NAME));
		rule->counter_is_dropped = true;
	} else if (is_reject(expr) || (has_name(expr, "immediate") && take_verdict(expr, rule))) {
		rule->drops = true;
	} else if (!passes_all(expr)) {
		rule->is_dropped = rule->counter_is_dropped = false;
	}
	return 0;
}

static int
take_rule(struct ovr_kernel_nft *nft, const struct nftnl_rule *from)
{
	struct rule *rule = OVR_LIST_ADD(nft->rule, nft->n_rules, nft->rules_capacity);
	const void *userdata;
	uint32_t size = 0;

	if (rule == NULL)
		return -ENOMEM;
	rule->family = nftnl_rule_get_u32(from, NFTNL_RULE_FAMILY);
	copy(rule->table, sizeof(rule->table), nftnl_rule_get_str(from, NFTNL_RULE_TABLE));
	copy(rule->chain, sizeof(rule->chain), nftnl_rule_get_str(from, NFTNL_RULE_CHAIN));
	rule->handle = nftnl_rule_get_u64(from, NFTNL_RULE_HANDLE);
	userdata = nftnl_rule_get_data(from, NFTNL_RULE_USERDATA, &size);
	if (userdata != NULL)
		nftnl_udata_parse(userdata, size, on_userdata, rule);
	nftnl_expr_foreach((struct nftnl_rule *)from, on_expression, rule);
	rule->is_dropped &= rule->drops;
	rule->counter_is_dropped &= rule->drops;
	return 0;
}

static int
take_object(struct ovr_kernel_nft *nft, const struct nftnl_obj *from)
{
	struct object *object;

	if (nftnl_obj_get_u32((struct nftnl_obj *)from, NFTNL_OBJ_TYPE) != NFT_OBJECT_COUNTER)
		return 0;
	object = OVR_LIST_ADD(nft->object, nft->n_objects, nft->objects_capacity);
	if (object == NULL)
		return -ENOMEM;
	object->family = nftnl_obj_get_u32((struct nftnl_obj *)from, NFTNL_OBJ_FAMILY);
	copy(object->table, sizeof(object->table),
		nftnl_obj_get_str((struct nftnl_obj *)from, NFTNL_OBJ_TABLE));
	copy(object->name, sizeof(object->name), nftnl_obj_get_str((struct nftnl_obj *)from, NFTNL_OBJ_NAME));
	object->packets = nftnl_obj_get_u64((struct nftnl_obj *)from, NFTNL_OBJ_CTR_PKTS);
	return 0;
}

int
ovr_kernel_nft_parse(const struct nlmsghdr *message, struct ovr_kernel_nft *nft)
{
	struct nftnl_chain *chain;
	struct nftnl_rule *rule;
	struct nftnl_obj *object;
	int status = -ENOMEM;

	if (message->nlmsg_len < mnl_nlmsg_size(sizeof(struct nfgenmsg)))
		return -EBADMSG;
	switch (message->nlmsg_type) {
	case (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_NEWCHAIN:
		chain = nftnl_chain_alloc();
		if (chain == NULL)
			return status;
		status = nftnl_chain_nlmsg_parse(message, chain) < 0 ? -EBADMSG : take_chain(nft, chain);
		nftnl_chain_free(chain);
		return status;
	case (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_NEWRULE:
		rule = nftnl_rule_alloc();
		if (rule == NULL)
			return status;
		status = nftnl_rule_nlmsg_parse(message, rule) < 0 ? -EBADMSG : take_rule(nft, rule);
		nftnl_rule_free(rule);
		return status;
	case (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_NEWOBJ:
		object = nftnl_obj_alloc();
		if (object == NULL)
			return status;
		status = nftnl_obj_nlmsg_parse(message, object) < 0 ? -EBADMSG : take_object(nft, object);
		nftnl_obj_free(object);
		return status;
	default:
		return -EBADMSG;
	}
}

static struct chain *
find_chain(const struct ovr_kernel_nft *nft, uint32_t family, const char *table, const char *name)
{
	for (uint32_t i = 0; i < nft->n_chains; i++)
		if (nft->chain[i].family == family && strcmp(nft->chain[i].table, table) == 0 &&
			strcmp(nft->chain[i].name, name) == 0)
			return &nft->chain[i];
	return NULL;
}

/* A chain that is jumped to is on the ways of those that jump to it. */
static void
follow_jumps(struct ovr_kernel_nft *nft)
{
	bool has_changed = true;

	while (has_changed) {
		has_changed = false;
		for (uint32_t i = 0; i < nft->n_rules; i++) {
			const struct rule *rule = &nft->rule[i];
			const struct chain *from = find_chain(nft, rule->family, rule->table, rule->chain);
			struct chain *to = rule->target[0] == '\0'
				? NULL
				: find_chain(nft, rule->family, rule->table, rule->target);

			if (from == NULL || to == NULL || (from->ways & ~to->ways) == 0)
				continue;
			to->ways |= from->ways;
			has_changed = true;
		}
	}
}

static unsigned int
ways_of(const struct ovr_kernel_nft *nft, const struct rule *rule)
{
	const struct chain *chain = find_chain(nft, rule->family, rule->table, rule->chain);

	return chain == NULL ? 0 : chain->ways;
}

static enum ovr_kernel_direction
direction_of(unsigned int ways)
{
	switch (ways) {
	case WAY_IN:
		return OVR_KERNEL_IN;
	case WAY_OUT:
		return OVR_KERNEL_OUT;
	case WAY_EGRESS:
		return OVR_KERNEL_EGRESS;
	default:
		return OVR_KERNEL_ANY;
	}
}

/* As people find it: "inet filter forward handle 7 "one in ten"". */
static void
print_rule(char *text, size_t size, const struct rule *rule)
{
	bool has_comment = rule->comment[0] != '\0';

	snprintf(text, size, "%s %.24s %.24s handle %llu%s%.40s%s", family_name(rule->family), rule->table,
		rule->chain, (unsigned long long)rule->handle, has_comment ? " \"" : "", rule->comment,
		has_comment ? "\"" : "");
}

static void
add_rule(const struct ovr_kernel_nft *nft, const struct rule *rule, struct ovr_kernel_reading *reading)
{
	struct ovr_kernel_counter *counter;
	char object[OVR_KERNEL_OBJECT_BYTES + NAME_BYTES];

	if (!rule->has_counter)
		return;
	print_rule(object, sizeof(object), rule);
	counter = ovr_kernel_add(reading, OVR_KERNEL_NFTABLES, object,
		rule->is_dropped ? "dropped" : "counter", rule->packets);
	if (counter != NULL)
		counter->direction = direction_of(ways_of(nft, rule));
}

/* What rules drop that do not count it is unknown. */
static void
note_uncounted(const struct ovr_kernel_nft *nft, struct ovr_kernel_reading *reading)
{
	const struct rule *first = NULL;
	unsigned int n = 0;
	char text[OVR_KERNEL_OBJECT_BYTES + NAME_BYTES];

	for (uint32_t i = 0; i < nft->n_rules; i++) {
		const struct rule *rule = &nft->rule[i];

		if (!rule->drops || rule->is_dropped || rule->counter_is_dropped)
			continue;
		if (n++ == 0)
			first = rule;
	}
	if (first == NULL)
		return;
	print_rule(text, sizeof(text), first);
	if (n == 1)
		ovr_kernel_note(reading, "the rule \"%.96s\" drops without counting what it drops", text);
	else
		ovr_kernel_note(reading,
			"the rule \"%.96s\" and %u more drop without counting what they drop", text, n - 1);
}

/*
 * A named counter tells of loss if every rule that uses it drops what it counted, and counts it
 * nowhere else.
 */
static void
add_object(const struct ovr_kernel_nft *nft, const struct object *object, struct ovr_kernel_reading *reading)
{
	struct ovr_kernel_counter *counter;
	char text[OVR_KERNEL_OBJECT_BYTES + NAME_BYTES];
	unsigned int ways = 0, n_rules = 0;
	bool is_dropped = true;

	for (uint32_t i = 0; i < nft->n_rules; i++) {
		const struct rule *rule = &nft->rule[i];

		if (rule->family != object->family || strcmp(rule->table, object->table) != 0 ||
			strcmp(rule->counter, object->name) != 0)
			continue;
		n_rules++;
		ways |= ways_of(nft, rule);
		is_dropped &= rule->counter_is_dropped && !rule->is_dropped;
	}
	snprintf(text, sizeof(text), "%s %.24s counter %.32s", family_name(object->family), object->table,
		object->name);
	counter = ovr_kernel_add(reading, OVR_KERNEL_NFTABLES, text,
		n_rules != 0 && is_dropped ? "dropped" : "counter", object->packets);
	if (counter != NULL)
		counter->direction = direction_of(ways);
}

void
ovr_kernel_nft_add(struct ovr_kernel_nft *nft, struct ovr_kernel_reading *reading)
{
	follow_jumps(nft);
	for (uint32_t i = 0; i < nft->n_rules; i++)
		add_rule(nft, &nft->rule[i], reading);
	for (uint32_t i = 0; i < nft->n_objects; i++)
		add_object(nft, &nft->object[i], reading);
	note_uncounted(nft, reading);
}

static int
on_message(const struct nlmsghdr *message, void *data)
{
	errno = -ovr_kernel_nft_parse(message, data);
	return errno == 0 ? MNL_CB_OK : MNL_CB_ERROR;
}

static int
ask(struct ovr_kernel_nft *nft)
{
	static const uint16_t question[] = { NFT_MSG_GETCHAIN, NFT_MSG_GETRULE, NFT_MSG_GETOBJ };
	int status = 0;

	nft->n_chains = nft->n_rules = nft->n_objects = 0;
	for (size_t i = 0; i < sizeof(question) / sizeof(question[0]) && status == 0; i++) {
		struct ovr_rtnl rtnl;

		ovr_rtnl_begin(&rtnl, (uint16_t)((NFNL_SUBSYS_NFTABLES << 8) | question[i]), NLM_F_DUMP,
			sizeof(struct nfgenmsg));
		status = ovr_rtnl_talk(&rtnl, NETLINK_NETFILTER, on_message, nft);
	}
	return status;
}

void
ovr_kernel_nft_read(struct ovr_kernel_reading *reading)
{
	struct ovr_kernel_nft *nft = ovr_kernel_nft_create();
	int status = -EINTR;

	if (nft == NULL) {
		reading->status = -ENOMEM;
		return;
	}
	for (int i = 0; i < OVR_RTNL_TRIES && status == -EINTR; i++)
		status = ask(nft);
	if (status == 0)
		ovr_kernel_nft_add(nft, reading);
	/* where nftables is no part of this kernel, or not loaded, it drops nothing */
	else if (status != -EINVAL && status != -EOPNOTSUPP && status != -EPROTONOSUPPORT)
		ovr_kernel_note_error(reading, "rules of nftables", status);
	ovr_kernel_nft_destroy(nft);
}
