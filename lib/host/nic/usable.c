/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/usable.h"

#include <string.h>

/*
 * What a stalled receiver got before the ring was full, with rings of 32 to 4096, as the driver
 * counted it.
 */
static const struct {
	const char *driver;
	uint32_t kept_free;
} rows[] = {
	{ "vmxnet3", 1 },
	{ "pcnet32", 0 },
	{ "8139cp", 0 },
};

uint32_t
ovr_nic_usable_descriptors(const char *driver, uint32_t descriptors, bool *ret_is_verified)
{
	*ret_is_verified = false;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].driver, driver) != 0)
			continue;
		*ret_is_verified = true;
		return descriptors > rows[i].kept_free ? descriptors - rows[i].kept_free : 0;
	}
	return descriptors;
}
