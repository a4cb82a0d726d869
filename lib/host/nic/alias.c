/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/alias.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "nic/interval.h"
#include "nic/rules.h"

/* The counters of one name, of all queues together. */
struct family {
	const struct ovr_nic_moved *first;
	uint64_t added;
	bool is_booked; /* by itself, or in place of an original that did not move */
	bool stands_in;
};

/* Whether names differ in numbers only. */
static bool
is_like(const char *one, const char *other)
{
	while (*one != '\0' && *other != '\0') {
		if (isdigit((unsigned char)*one) && isdigit((unsigned char)*other)) {
			one += strspn(one, "0123456789");
			other += strspn(other, "0123456789");
			continue;
		}
		if (*one++ != *other++)
			return false;
	}
	return *one == *other;
}

static struct family *
family_of(struct family *family, size_t n, const struct ovr_nic_moved *moved)
{
	for (size_t i = 0; i < n; i++)
		if (family[i].first->counter.source == moved->counter.source &&
			family[i].first->by_itself.kind == moved->by_itself.kind &&
			is_like(family[i].first->counter.name, moved->counter.name))
			return &family[i];
	return NULL;
}

static bool
is_sending(const struct family *family)
{
	return ovr_ledger_place_side(family->first->by_itself.place) == OVR_LEDGER_SENDER;
}

static bool
may_stand_in(const struct family *family)
{
	const struct ovr_nic_meaning *meaning = &family->first->by_itself;

	return meaning->kind == OVR_NIC_KIND_ALIAS && meaning->original != OVR_NIC_ORIGINAL_UNSEEN &&
		meaning->trust != OVR_NIC_TRUST_NOT_IMPLEMENTED && meaning->trust != OVR_NIC_TRUST_WRONG;
}

/* Is @p other what @p alias repeats? Equal numbers say so too, whatever the names. */
static bool
is_original(const struct family *alias, const struct family *other)
{
	const struct ovr_nic_meaning *meaning = &alias->first->by_itself;

	if (other == alias || is_sending(other) != is_sending(alias))
		return false;
	if (other->added == alias->added && other->is_booked)
		return true;
	if (meaning->of != NULL)
		return ovr_nic_rule_fits(meaning->of, other->first->counter.name);
	return other->is_booked &&
		(meaning->original == OVR_NIC_ORIGINAL_SIDE ||
			other->first->by_itself.place == meaning->place);
}

static bool
has_original(const struct family *family, size_t n, const struct family *alias)
{
	for (size_t i = 0; i < n; i++)
		if (is_original(alias, &family[i]))
			return true;
	return false;
}

static bool
is_better(const struct family *one, const struct family *other)
{
	if (one->added != other->added)
		return one->added > other->added;
	return one->first->counter.queue >= 0 && other->first->counter.queue < 0;
}

/*
 * Book one alias after the other, the largest first: what it repeats of the others makes them
 * aliases of it.
 */
static void
stand_in(struct family *family, size_t n, enum ovr_nic_original original)
{
	for (;;) {
		struct family *best = NULL;

		for (size_t i = 0; i < n; i++) {
			struct family *one = &family[i];

			if (!one->stands_in && may_stand_in(one) &&
				one->first->by_itself.original == original && !has_original(family, n, one) &&
				(best == NULL || is_better(one, best)))
				best = one;
		}
		if (best == NULL)
			return;
		best->is_booked = best->stands_in = true;
	}
}

static size_t
collect(struct ovr_nic_moved *moved, uint32_t n, struct family *family)
{
	size_t n_families = 0;

	for (uint32_t i = 0; i < n; i++) {
		struct family *of;

		moved[i].meaning = moved[i].by_itself;
		if (moved[i].change.added == 0 ||
			(moved[i].by_itself.kind != OVR_NIC_KIND_LOSS &&
				moved[i].by_itself.kind != OVR_NIC_KIND_ALIAS))
			continue;
		of = family_of(family, n_families, &moved[i]);
		if (of == NULL) {
			of = &family[n_families++];
			*of = (struct family){ &moved[i], 0, ovr_nic_is_booked(&moved[i].by_itself), false };
		}
		of->added += moved[i].change.added;
	}
	return n_families;
}

int
ovr_nic_alias_resolve(struct ovr_nic_moved *moved, uint32_t n)
{
	struct family *family = n == 0 ? NULL : calloc(n, sizeof(*family));
	size_t n_families;

	if (n == 0)
		return 0;
	if (family == NULL)
		return -ENOMEM;
	n_families = collect(moved, n, family);
	stand_in(family, n_families, OVR_NIC_ORIGINAL_PLACE);
	stand_in(family, n_families, OVR_NIC_ORIGINAL_SIDE);
	for (uint32_t i = 0; i < n; i++) {
		const struct family *of = moved[i].change.added == 0
			? NULL
			: family_of(family, n_families, &moved[i]);

		if (of == NULL || !of->stands_in)
			continue;
		moved[i].meaning.kind = OVR_NIC_KIND_LOSS;
		moved[i].meaning.trust = OVR_NIC_TRUST_UNVERIFIED;
		moved[i].meaning.remark = "booked, since the counter that it repeats stood still";
	}
	free(family);
	return 0;
}
