/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <jansson.h>

#include "support/sweep_sample.h"

static struct ovr_result_sweep sweep;
static struct ovr_err err;
static char *text;
static size_t text_size;

static void
arrange(void)
{
	sample_sweep_falling(&sweep);
}

static void
clean_up(void)
{
	ovr_result_sweep_done(&sweep);
	free(text);
}

TestSuite(sweep_report, .init = arrange, .fini = clean_up);

static void
write_as(int (*report)(const struct ovr_result_sweep *sweep, FILE *out, struct ovr_err *err))
{
	FILE *out = open_memstream(&text, &text_size);

	cr_assert_eq(report(&sweep, out, &err), 0, "%s", err.text);
	fclose(out);
}

static void
says(const char *words)
{
	cr_assert_not_null(strstr(text, words), "\"%s\" is not in:\n%s", words, text);
}

Test(sweep_report, the_text_has_measurement_and_model_side_by_side)
{
	write_as(ovr_report_sweep_text);
	says("2 of 2 cells");
	says("2 cells were kept from an earlier run");
	says("size 64   rate 100%   burst 32   rxq 1   stall 100us/10ms,jitter=10%\n");
	says("     0.5    0.488      500.0  488.0   8 of 10\n");
	says("smallest lossless ring  1,024: none of 1,000,000 frames was lost; 95 % sure of less than "
	     "3e-06\n");
	says("shape     falls to a knee at 1,012 slots: stalls");
	says("16 of 20 injected stalls compared: 16 (100 %)");
	says("farthest off +20 frames where 107 are allowed");
	says("excluded  4 overlapped by a stall of the transmit core\n");
	says("\n  PASS\n");
}

Test(sweep_report, what_was_excluded_is_counted_by_reason)
{
	sweep.n_void = 3;
	sweep.n_excluded_of[OVR_COMPARISON_EXCLUDED_ABSENT] = 2;
	sweep.n_excluded_of[OVR_COMPARISON_EXCLUDED_HOST] = 1;
	write_as(ovr_report_sweep_text);
	says("           3 void\n"
	     "           1 excluded: frames were lost in host stalls\n"
	     "           2 excluded: no injected stall began while frames were sent\n");
}

Test(sweep_report, a_stopped_sweep_says_so)
{
	sweep.n_done = 1;
	sweep.cell[1].is_done = false;
	ovr_result_sweep_finish(&sweep);
	write_as(ovr_report_sweep_text);
	says("VOID: stopped, 1 of 2 cells\n");
}

Test(sweep_report, the_csv_has_a_row_for_each_cell)
{
	write_as(ovr_report_sweep_csv);
	says("\n0,0,512,64,100%,32,1,\"100us/10ms,jitter=10%\",40,loss,no,1000000,5000,0.005,0.00488,10,8,"
	     "500.000,488.000,20.000,107.000,10000000\n");
	says("\n1,0,1024,64,100%,32,1,\"100us/10ms,jitter=10%\",41,pass,no,1000000,0,0,0,10,8,0.000,0.000,"
	     "0.000,107.000,10000000\n");
}

Test(sweep_report, the_json_has_its_cells_its_curves_and_the_check)
{
	json_t *root, *part;

	write_as(ovr_report_sweep_json);
	root = json_loads(text, 0, NULL);
	cr_assert_not_null(root);
	cr_assert_str_eq(json_string_value(json_object_get(root, "command")), "sweep");
	cr_assert_str_eq(json_string_value(json_object_get(root, "verdict")), "pass");
	cr_assert_eq(json_array_size(json_object_get(root, "trials")), 2);
	root = json_object_get(root, "sweep");
	cr_assert_eq(json_array_size(json_object_get(root, "cells")), 2);
	part = json_object_get(json_object_get(root, "model"), "excluded");
	cr_assert_eq(json_integer_value(json_object_get(part, "tx")), 4);
	part = json_array_get(json_object_get(root, "curves"), 0);
	cr_assert_eq(
		json_integer_value(json_object_get(json_object_get(part, "smallest_lossless_ring"), "rxd")),
		1024);
	part = json_object_get(part, "shape");
	cr_assert_str_eq(json_string_value(json_object_get(part, "kind")), "knee");
	cr_assert_float_eq(json_number_value(json_object_get(part, "knee_slots")), 1012, 1e-6);
}

Test(sweep_report, each_shape_has_its_sentence)
{
	struct ovr_method_shape shape = { .knee = NAN, .lossy_to = 1023, .least_at = 511 };
	char first[256], words[256];

	for (int kind = 0; kind < OVR_METHOD_SHAPES; kind++) {
		shape.kind = (enum ovr_method_shape_kind)kind;
		ovr_report_sweep_shape(&shape, words, sizeof(words));
		cr_assert_gt(strlen(words), 20);
		cr_assert(kind == 0 || strcmp(first, words) != 0);
		memcpy(first, words, sizeof(first));
	}
	shape.kind = OVR_METHOD_SHAPE_RISING;
	cr_assert_not_null(
		strstr(ovr_report_sweep_shape(&shape, words, sizeof(words)), "least is lost with 511 slots"));
}

/* As its CSV row has it; it was "sent 0 lost 0". */
Test(sweep_report, a_void_cell_has_the_figures_of_its_csv_row)
{
	sweep.cell[0].summary.sent = 211948;
	sweep.cell[0].summary.lost = 69785;
	sweep.cell[0].summary.verdict = OVR_VERDICT_VOID;
	ovr_result_sweep_finish(&sweep);
	write_as(ovr_report_sweep_text);
	says("    512  1, 1 void    211,948  69,785       -");
	says("           rings of 512, 1024\n");
	says("1 of 2 rings are not known: their cells are void or excluded\n");
	says("            1 smaller ring is not known: its cells are void or excluded\n");
}

static json_t *
ring_of(json_t *curve, size_t index)
{
	return json_array_get(json_object_get(curve, "rings"), index);
}

static json_int_t
count_of(json_t *object, const char *key)
{
	cr_assert(json_is_integer(json_object_get(object, key)), "%s is no count", key);
	return json_integer_value(json_object_get(object, key));
}

/* A void cell, an excluded one, an overload: text, CSV and JSON say the same of each. */
Test(sweep_report, text_csv_and_json_say_the_same)
{
	json_t *root, *curve, *cell;

	ovr_result_sweep_done(&sweep);
	sample_sweep_mixed(&sweep);
	write_as(ovr_report_sweep_text);
	says("           1 void\n"
	     "           1 excluded: frames were lost in host stalls\n\n");
	says("   ring  cells               sent     lost  loss %  model %  per stall  model  compared\n"
	     "    512  1, 1 void        211,948   69,785       -        -          -      -         -\n"
	     "  1,024  1, 1 excluded  1,000,000    4,297  0.4297        0        0.0    0.0   8 of 10\n");
	free(text);
	write_as(ovr_report_sweep_csv);
	says(",40,void,no,211948,69785,,0.00488,10,8,");
	says(",41,loss,host,1000000,4297,0.004297,0,10,8,");
	says(",42,loss,no,1000000,250000,0.25,0.25,10,0,,,,");
	free(text);
	write_as(ovr_report_sweep_json);
	root = json_object_get(json_loads(text, 0, NULL), "sweep");
	cr_assert_eq(count_of(root, "n_void"), 1);
	cr_assert_eq(count_of(root, "n_excluded"), 1);
	curve = json_array_get(json_object_get(root, "curves"), 0);
	cr_assert_eq(count_of(curve, "n_known"), 3);
	cr_assert_eq(count_of(ring_of(curve, 0), "void_sent"), 211948);
	cr_assert_eq(count_of(ring_of(curve, 0), "void_lost"), 69785);
	cr_assert_eq(count_of(ring_of(curve, 0), "excluded"), 0);
	cr_assert_eq(count_of(ring_of(curve, 1), "excluded"), 1);
	cr_assert_eq(count_of(ring_of(curve, 2), "lost"), 250000);
	cr_assert_eq(count_of(json_object_get(curve, "smallest_lossless_ring"), "unknown_below"), 2);
	cell = json_array_get(json_object_get(root, "cells"), 0);
	cr_assert_str_eq(json_string_value(json_object_get(cell, "excluded_for")), "no");
	cell = json_array_get(json_object_get(root, "cells"), 1);
	cr_assert_str_eq(json_string_value(json_object_get(cell, "excluded_for")), "host");
}
