/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/kernel.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/rules.h"
#include "kernel/snapshot.h"
#include "port/netdev.h"
#include "port/udp.h"
#include "trial/witness.h"

/* The sender's, the receiver's, and those between. */
#define SIDES_MAX (OVR_PLAN_VIA_MAX + 2)
/* Counters that still move by then are those of others. */
#define SETTLE_MS 1000

struct ovr_trial_kernel {
	const struct ovr_plan_via *via;
	uint8_t ip_version;
	const struct ovr_port_pair *pair;
	struct ovr_kernel_side side[SIDES_MAX];
	struct ovr_kernel_netns *netns[SIDES_MAX]; /* of each side */
	uint32_t n_sides;
	struct ovr_kernel_snapshot before, after;
	bool is_steady, ended_early;
	struct ovr_witness witness;
	struct ovr_err failure; /* why there is no reading after; "" */
};

/* A namespace on the way, in one more role where it is there already. */
static int
add_side(struct ovr_trial_kernel *kernel, const char *name, unsigned int role, const char *port_link,
	struct ovr_err *err)
{
	struct ovr_kernel_netns *netns = NULL;
	int status = ovr_kernel_netns_open(name, &netns, err);

	if (status != 0)
		return status;
	for (uint32_t i = 0; i < kernel->n_sides; i++) {
		if (ovr_kernel_netns_id(kernel->netns[i]) != ovr_kernel_netns_id(netns))
			continue;
		kernel->side[i].roles |= role;
		/* a port's namespace, which has no name yet, is named as a hop */
		if (kernel->side[i].roles == role && name[0] != '\0') {
			ovr_kernel_netns_close(kernel->netns[i]);
			kernel->netns[i] = netns;
			kernel->side[i].netns = ovr_kernel_netns_name(netns);
		} else {
			ovr_kernel_netns_close(netns);
		}
		return 0;
	}
	kernel->netns[kernel->n_sides] = netns;
	kernel->side[kernel->n_sides++] = (struct ovr_kernel_side){
		.netns = ovr_kernel_netns_name(netns), .roles = role, .port_link = port_link
	};
	return 0;
}

static int
add_sides(struct ovr_trial_kernel *kernel, struct ovr_err *err)
{
	const struct ovr_port_pair *pair = kernel->pair;
	const struct ovr_plan_via *via = kernel->via;
	int status = 0;

	if (pair->tx_udp != NULL)
		status = add_side(kernel, pair->tx_udp->conf.netns, OVR_KERNEL_SENDER, NULL, err);
	else if (pair->tx_netdev != NULL)
		/* the port books its interface itself; the other end counts the same frames */
		status = add_side(kernel, "", 0, pair->tx_netdev->name, err);
	for (uint32_t i = 0; i < via->n && status == 0; i++)
		status = add_side(kernel, via->netns[i], OVR_KERNEL_HOP, NULL, err);
	if (status == 0 && pair->rx_udp != NULL)
		status = add_side(kernel, pair->rx_udp->conf.netns, OVR_KERNEL_RECEIVER, NULL, err);
	return status;
}

int
ovr_trial_kernel_open(const struct ovr_plan_via *via, uint8_t ip_version, const struct ovr_port_pair *pair,
	struct ovr_trial_kernel **ret_kernel, struct ovr_err *err)
{
	struct ovr_trial_kernel *kernel;
	int status;

	*ret_kernel = NULL;
	if (pair->tx_udp == NULL && pair->rx_udp == NULL && via->n == 0)
		return 0;
	kernel = calloc(1, sizeof(*kernel));
	if (kernel == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for the kernel's counters");
	kernel->via = via;
	kernel->ip_version = ip_version;
	kernel->pair = pair;
	status = add_sides(kernel, err);
	if (status != 0) {
		ovr_trial_kernel_close(kernel);
		return status;
	}
	*ret_kernel = kernel;
	return 0;
}

void
ovr_trial_kernel_close(struct ovr_trial_kernel *kernel)
{
	if (kernel == NULL)
		return;
	for (uint32_t i = 0; i < kernel->n_sides; i++)
		ovr_kernel_netns_close(kernel->netns[i]);
	ovr_kernel_snapshot_done(&kernel->before);
	ovr_kernel_snapshot_done(&kernel->after);
	ovr_witness_done(&kernel->witness);
	free(kernel);
}

/* Our own sockets, which the dump of a namespace has among all others. */
static int
add_sockets(const struct ovr_trial_kernel *kernel, struct ovr_kernel_snapshot *snapshot, struct ovr_err *err)
{
	const struct ovr_udp *udp = kernel->pair->rx_udp;
	char object[OVR_KERNEL_OBJECT_BYTES];
	int status = 0;

	for (uint16_t i = 0; udp != NULL && i < udp->n_sockets && status == 0; i++) {
		snprintf(object, sizeof(object), "%s queue %u", udp->label, i);
		status = ovr_kernel_snapshot_add_socket(snapshot, udp->conf.netns, udp->fd[i], object, err);
	}
	return status;
}

void
ovr_trial_kernel_watch(struct ovr_trial_kernel *kernel, uint32_t trial_id)
{
	if (kernel != NULL)
		ovr_witness_begin(&kernel->witness, trial_id, kernel->side, kernel->n_sides);
}

int
ovr_trial_kernel_begin(struct ovr_trial_kernel *kernel, struct ovr_err *err)
{
	int status = 0;

	if (kernel == NULL)
		return 0;
	ovr_kernel_snapshot_clear(&kernel->before);
	for (uint32_t i = 0; i < kernel->n_sides && status == 0; i++)
		status = ovr_kernel_snapshot_read(kernel->netns[i], &kernel->before, err);
	if (status == 0)
		status = add_sockets(kernel, &kernel->before, err);
	return status;
}

void
ovr_trial_kernel_end(struct ovr_trial_kernel *kernel, bool ended_early)
{
	int status;

	if (kernel == NULL)
		return;
	status = ovr_kernel_snapshot_settle((const struct ovr_kernel_netns *const *)kernel->netns,
		kernel->n_sides, ended_early ? 0 : SETTLE_MS, &kernel->after, &kernel->is_steady,
		&kernel->failure);
	kernel->ended_early = ended_early;
	if (status == 0)
		add_sockets(kernel, &kernel->after, &kernel->failure);
	ovr_witness_end(&kernel->witness);
}

/* The label of the port at an end of the way. */
static const char *
port_of(const struct ovr_trial_kernel *kernel, const struct ovr_kernel_claim *claim)
{
	return claim->role == OVR_KERNEL_SENDER ? kernel->pair->tx.label : kernel->pair->rx.label;
}

/* What a ledger of frames can hold. */
static int
book_claim(const struct ovr_trial_kernel *kernel, const struct ovr_kernel_claim *claim,
	struct ovr_half_accounts *accounts)
{
	struct ovr_ledger_account account;

	if (!ovr_kernel_unit_is_frames(claim->unit) || claim->frames_max == 0)
		return 0;
	ovr_kernel_claim_account(claim, port_of(kernel, claim), &account);
	return ovr_half_add_account(accounts, &account);
}

static void
note_all(struct ovr_half_common *common, char (*note)[OVR_KERNEL_NOTE_BYTES], uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		ovr_half_note(common, "%s", note[i]);
}

/* The kernel's words on what moved; without them all that was lost there is unexplained. */
static int
claim(const struct ovr_trial_kernel *kernel, uint64_t datagrams, uint64_t sent, uint64_t sent_again,
	struct ovr_kernel_claims *claims, struct ovr_err *err)
{
	struct ovr_kernel_side side[SIDES_MAX];
	struct ovr_kernel_changes changes = { 0 };
	struct ovr_kernel_path path = {
		.side = side,
		.n_sides = kernel->n_sides,
		.changes = &changes,
		.link = kernel->after.link,
		.n_links = kernel->after.n_links,
		.ip_version = kernel->ip_version,
		.frames_sent = sent,
		.sent_again = sent_again,
		.is_moving = !kernel->is_steady,
	};
	int status = ovr_kernel_changes(&kernel->before, &kernel->after, &changes, err);

	memcpy(side, kernel->side, sizeof(side));
	for (uint32_t i = 0; i < kernel->n_sides; i++) {
		side[i].is_traffic_known = (side[i].roles & OVR_KERNEL_RECEIVER) != 0;
		side[i].datagrams_ours = datagrams;
		side[i].is_backlog_known = ovr_witness_saw(
			&kernel->witness, side[i].netns, "softnet:dropped", &side[i].backlog_ours);
		side[i].is_netfilter_known = ovr_witness_saw(
			&kernel->witness, side[i].netns, "netfilter", &side[i].netfilter_ours);
	}
	if (status == 0)
		status = ovr_kernel_claim(&path, claims, err);
	ovr_kernel_changes_done(&changes);
	return status;
}

int
ovr_trial_kernel_book(const struct ovr_trial_kernel *kernel, uint64_t datagrams, uint64_t sent,
	uint64_t sent_again, struct ovr_half_common *common, struct ovr_err *err)
{
	struct ovr_kernel_claims claims = { 0 };
	struct ovr_err why = { "" };
	int status = 0;

	if (kernel == NULL)
		return 0;
	if (kernel->failure.text[0] != '\0') {
		ovr_half_note(common, "what the kernel dropped is not known: %s", kernel->failure.text);
		return 0;
	}
	if (claim(kernel, datagrams, sent, sent_again, &claims, &why) != 0)
		ovr_half_note(common, "what the kernel dropped is not known: %s", why.text);
	for (uint32_t i = 0; i < claims.n && status == 0; i++)
		status = book_claim(kernel, &claims.claim[i], &common->accounts);
	if (status == 0)
		status = ovr_witness_book(&kernel->witness, kernel->side, kernel->n_sides, &claims,
			kernel->pair->tx.label, kernel->pair->rx.label, common);
	note_all(common, kernel->after.note, kernel->after.n_notes);
	note_all(common, claims.note, claims.n_notes);
	if (!kernel->is_steady && !kernel->ended_early)
		ovr_half_note(common,
			"the kernel's counters of loss still moved %u ms after the last frame: frames of "
			"others pass there too",
			SETTLE_MS);
	ovr_kernel_claims_done(&claims);
	return status == 0 ? 0 : ovr_err_set(err, status, "no memory for the accounts of the kernel");
}
