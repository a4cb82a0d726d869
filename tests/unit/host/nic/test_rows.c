/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "nic/rules.h"

Test(rows, no_driver_has_two)
{
	for (const struct ovr_nic_row *one = ovr_nic_rows; one->driver != NULL; one++)
		for (const struct ovr_nic_row *other = one + 1; other->driver != NULL; other++)
			cr_assert_str_neq(one->driver, other->driver);
}

/* A rule that an earlier one hides would never be found. */
Test(rows, no_rule_hides_another)
{
	for (const struct ovr_nic_row *row = ovr_nic_rows; row->driver != NULL; row++)
		for (size_t i = 0; i < row->n_rules; i++)
			for (size_t j = i + 1; j < row->n_rules; j++)
				cr_assert(row->rule[i].source != row->rule[j].source ||
						row->rule[i].where != NULL ||
						!ovr_nic_rule_fits(row->rule[i].name, row->rule[j].name),
					"%s: %s hides %s", row->driver, row->rule[i].name, row->rule[j].name);
}

Test(rows, what_is_booked_or_an_alias_has_a_place_and_a_remark)
{
	for (const struct ovr_nic_row *row = ovr_nic_rows; row->driver != NULL; row++)
		for (size_t i = 0; i < row->n_rules; i++) {
			const struct ovr_nic_meaning *meaning = &row->rule[i].meaning;
			bool has_place = meaning->kind == OVR_NIC_KIND_LOSS ||
				meaning->kind == OVR_NIC_KIND_ALIAS;

			cr_assert_eq(has_place, meaning->place < OVR_PLACE_COUNT, "%s: %s", row->driver,
				row->rule[i].name);
			cr_assert(!has_place || meaning->remark[0] != '\0', "%s: %s", row->driver,
				row->rule[i].name);
		}
}

/* Names of the kernel's counters; a typing error would make a rule that nothing fits. */
Test(rows, rules_for_the_link_name_counters_of_the_link)
{
	static const char *const known[] = { "rx_packets", "tx_packets", "rx_bytes", "tx_bytes", "rx_errors",
		"tx_errors", "rx_dropped", "tx_dropped", "rx_length_errors", "rx_over_errors",
		"rx_crc_errors", "rx_fifo_errors", "rx_missed_errors", "tx_fifo_errors" };

	for (const struct ovr_nic_row *row = ovr_nic_rows; row->driver != NULL; row++)
		for (size_t i = 0; i < row->n_rules; i++) {
			bool found = row->rule[i].source != OVR_NIC_LINK;

			for (size_t j = 0; j < sizeof(known) / sizeof(known[0]); j++)
				found = found || strcmp(known[j], row->rule[i].name) == 0;
			cr_assert(found, "%s: %s", row->driver, row->rule[i].name);
		}
}
