/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/load.h"

#include <math.h>

double
ovr_method_frmol(const struct ovr_method_point *point, size_t n_points)
{
	double mol = -INFINITY, fr = NAN;

	for (size_t i = 0; i < n_points; i++) {
		if (point[i].oload < mol || (point[i].oload == mol && point[i].fr >= fr))
			continue;
		mol = point[i].oload;
		fr = point[i].fr;
	}
	return fr;
}

double
ovr_method_mfr(const struct ovr_method_point *point, size_t n_points)
{
	double mfr = NAN;

	for (size_t i = 0; i < n_points; i++)
		mfr = fmax(mfr, point[i].fr);
	return mfr;
}
