/* SPDX-License-Identifier: BSD-3-Clause */
#include "pci/bdf.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Up to eight hexadecimal digits, at least @p n_min of them and at most @p n_max. Writes where they
 * end.
 */
static bool
take_hex(const char **at, size_t n_min, size_t n_max, unsigned long *ret_value)
{
	char digits[9] = { 0 };
	size_t n = 0;

	while (n < n_max && isxdigit((unsigned char)(*at)[n])) {
		digits[n] = (*at)[n];
		n++;
	}
	if (n < n_min)
		return false;
	*ret_value = strtoul(digits, NULL, 16);
	*at += n;
	return true;
}

static bool
take(const char **at, char wanted)
{
	if (**at != wanted)
		return false;
	(*at)++;
	return true;
}

/* "3b:00.0" to the end of the text. */
static bool
take_in_domain(const char *at, unsigned long *ret_bus, unsigned long *ret_device, unsigned long *ret_function)
{
	return take_hex(&at, 1, 2, ret_bus) && take(&at, ':') && take_hex(&at, 1, 2, ret_device) &&
		take(&at, '.') && take_hex(&at, 1, 1, ret_function) && *at == '\0';
}

int
ovr_pci_bdf_parse(const char *what, const char *text, struct ovr_pci_bdf *ret_bdf, struct ovr_err *err)
{
	unsigned long domain = 0, bus, device, function;
	const char *at = text;
	bool is_right = take_in_domain(text, &bus, &device, &function);

	if (!is_right)
		is_right = take_hex(&at, 4, 8, &domain) && take(&at, ':') &&
			take_in_domain(at, &bus, &device, &function);
	if (!is_right || device > 0x1f || function > 7)
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", accepted: a PCI address, BUS:DEVICE.FUNCTION in hexadecimal "
			"digits, with or without its domain: 0000:3b:00.0 or 3b:00.0",
			what, text);
	snprintf(
		ret_bdf->text, sizeof(ret_bdf->text), "%04lx:%02lx:%02lx.%lx", domain, bus, device, function);
	return 0;
}
