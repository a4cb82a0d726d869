/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/rings.h"

#include <errno.h>
#include <string.h>

/* What drivers do not say in their limits. */
static const struct quirk {
	const char *driver;
	uint16_t multiple; /* a size between two multiples becomes the lower one, without a word; 1: none */
	bool are_taken;    /* it has no way to read sizes back, but has what it was given */
} quirks[] = {
	{ "net_vmxnet3", 32, true },
	/* the device has rings of its own, and more is cut to them */
	{ "net_virtio", 1, false },
};

static const struct quirk *
quirk_of(const char *driver)
{
	static const struct quirk none = { "", 1, false };

	for (size_t i = 0; i < RTE_DIM(quirks); i++)
		if (strcmp(quirks[i].driver, driver) == 0)
			return &quirks[i];
	return &none;
}

int
ovr_rings_fit(const struct ovr_rings_asked *asked, const struct rte_eth_desc_lim *limits,
	uint16_t *ret_descriptors, struct ovr_err *err)
{
	/* ethdev has 16 bits for it, which is no bound of the driver's */
	bool is_bounded = limits->nb_max != 0 && limits->nb_max != UINT16_MAX;
	uint32_t max = is_bounded ? limits->nb_max : UINT16_MAX;
	uint32_t multiple = RTE_MAX(
		RTE_MAX((uint32_t)limits->nb_align, 1u), quirk_of(asked->driver)->multiple);
	uint32_t n = is_bounded ? asked->descriptors : RTE_MIN(asked->descriptors, max);

	if (asked->is_idle)
		n = RTE_MAX(RTE_MIN(n, (uint32_t)OVR_RINGS_IDLE), (uint32_t)limits->nb_min);
	if (n < limits->nb_min || n > max)
		return ovr_err_set(err, -ERANGE,
			"%s: %s: found %u, accepted by the driver %s: %u to %u descriptors", asked->label,
			asked->option, n, asked->driver, RTE_MAX((uint32_t)limits->nb_min, 1u), max);
	n = (n + multiple - 1) / multiple * multiple;
	if (n > max)
		n = max / multiple * multiple;
	*ret_descriptors = (uint16_t)n;
	return 0;
}

bool
ovr_rings_are_taken(const char *driver)
{
	return quirk_of(driver)->are_taken;
}
