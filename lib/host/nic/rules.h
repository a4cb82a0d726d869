/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The table behind the meanings. Internal to nic.
 */
#pragma once

#include <stddef.h>

#include "nic/meaning.h"

/**
 * What a counter of that name means. A '#' in the name stands for digits, a '*' for anything. The
 * first that fits counts.
 */
struct ovr_nic_rule {
	enum ovr_nic_source source;
	const char *name;
	struct ovr_nic_meaning meaning;
	const char *
		where; /**< only where the driver (`ethtool -S`) has a counter of this name; NULL: everywhere */
};

/** The rules of a driver, which go before the standard ones. */
struct ovr_nic_row {
	const char *driver; /**< as `ethtool -i` says; NULL after the last */
	const struct ovr_nic_rule *rule;
	size_t n_rules;
	uint32_t late_ms; /**< the driver asks its device only so often; 0: whenever it is asked */
};

/** All drivers that have rules of their own. */
extern const struct ovr_nic_row ovr_nic_rows[];

/** The rules for every driver: those of the link, then those of the other sources. */
extern const struct ovr_nic_row ovr_nic_standard_rows[];

/** @return whether a name matches */
bool ovr_nic_rule_fits(const char *pattern, const char *name);

/* Rows are written with these, so that one line is one counter. */
#define OVR_NIC_LOSS(place_, trust_, remark_)                                          \
	{                                                                              \
		OVR_NIC_KIND_LOSS, OVR_NIC_TRUST_##trust_, OVR_PLACE_##place_, remark_ \
	}
#define OVR_NIC_ALIAS(place_, trust_, remark_)                                          \
	{                                                                               \
		OVR_NIC_KIND_ALIAS, OVR_NIC_TRUST_##trust_, OVR_PLACE_##place_, remark_ \
	}
#define OVR_NIC_ALIAS_OF(place_, trust_, of_, remark_)                                   \
	{                                                                                \
		OVR_NIC_KIND_ALIAS, OVR_NIC_TRUST_##trust_, OVR_PLACE_##place_, remark_, \
			OVR_NIC_ORIGINAL_PLACE, of_                                      \
	}
#define OVR_NIC_TOTAL(place_, trust_, remark_)                                           \
	{                                                                                \
		OVR_NIC_KIND_ALIAS, OVR_NIC_TRUST_##trust_, OVR_PLACE_##place_, remark_, \
			OVR_NIC_ORIGINAL_SIDE                                            \
	}
#define OVR_NIC_UNSEEN(place_, trust_, remark_)                                          \
	{                                                                                \
		OVR_NIC_KIND_ALIAS, OVR_NIC_TRUST_##trust_, OVR_PLACE_##place_, remark_, \
			OVR_NIC_ORIGINAL_UNSEEN                                          \
	}
#define OVR_NIC_TRAFFIC(trust_)                                                   \
	{                                                                         \
		OVR_NIC_KIND_TRAFFIC, OVR_NIC_TRUST_##trust_, OVR_PLACE_COUNT, "" \
	}
#define OVR_NIC_OTHER(trust_, remark_)                                               \
	{                                                                            \
		OVR_NIC_KIND_OTHER, OVR_NIC_TRUST_##trust_, OVR_PLACE_COUNT, remark_ \
	}
