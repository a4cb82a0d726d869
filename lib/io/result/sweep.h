/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Result of a sweep: its cells, and the curves of loss over ring size, everything else being equal.
 *
 * Only undisturbed cells count for the smallest lossless ring: those whose trial was neither void
 * nor excluded (result/comparison.h). The shape of a curve follows from the loss per undisturbed
 * injected stall, and from the losses of undisturbed cells outside stalls. It is therefore known
 * even where host stalls disturbed each cell. A ring with fewer than three undisturbed stalls, and
 * not all of them, is known from its undisturbed cells or not at all.
 *
 * Pure; plain data, owned by whoever made it.
 */
#pragma once

#include "method/shape.h"
#include "plan/sweep.h"
#include "result/comparison.h"
#include "result/summary.h"

/** One cell. */
struct ovr_result_cell {
	bool is_done;
	struct ovr_result_summary summary;
	struct ovr_comparison comparison;
	double model_loss; /**< lost frames per sent one that the model (model/model.h) says */
};

/** All repeats of a cell: a ring size on its curve. */
struct ovr_result_ring {
	uint32_t rxd;
	double slots;                  /**< U, as the device has them */
	uint32_t n_cells;              /**< done */
	uint32_t n_void, n_excluded;   /**< of these; a void one is not excluded as well */
	uint64_t sent, lost;           /**< in those that are not void */
	uint64_t void_sent, void_lost; /**< in the void ones */
	uint64_t undisturbed_sent;     /**< in the undisturbed ones … */
	uint64_t undisturbed_lost;     /**< … */
	uint32_t n_lossy;              /**< undisturbed ones that lost frames */
	uint64_t n_injected;           /**< injected stalls, in those that are not void */
	uint64_t n_compared;           /**< of these */
	uint64_t lost_compared;        /**< frames, in these */
	double model_compared;         /**< frames that these should lose */
	uint64_t lost_outside;         /**< frames lost in no stall, in the undisturbed ones */
	double model_loss;             /**< mean over the cells that are not void; NaN: there are none */
};

/** A curve. */
struct ovr_result_curve {
	struct ovr_result_ring *ring;  /**< n_rings of the sweep, ascending; points into the sweep's own */
	struct ovr_method_shape shape; /**< slots as the device has them */
	uint32_t smallest_lossless;    /**< descriptors; 0: every ring lost frames, or is unknown */
	uint64_t smallest_lossless_frames; /**< sent without loss, in its undisturbed cells */
	uint32_t lossy_above;              /**< the smallest larger ring that did lose; 0: none did */
	bool is_known;                     /**< some ring has an undisturbed cell */
	uint32_t n_known;         /**< rings that the shape rests on; of the others nothing is said */
	uint32_t n_unknown_below; /**< smaller rings without an undisturbed cell */
};

/** What all injected stalls of a sweep say of the model. */
struct ovr_result_model_check {
	uint32_t n_cells; /**< cells of which at least three stalls are compared, or all */
	uint64_t n_injected;
	uint64_t n_of[OVR_COMPARISON_CAUSES]; /**< compared, and excluded, by cause */
	uint64_t n_within;                    /**< of the compared ones */
	double worst_frames;                  /**< lost − model, where they lie farthest apart */
	double worst_bound_frames;            /**< the bound of that one's cell */
};

/** The sweep. Zeroed memory is an empty one. */
struct ovr_result_sweep {
	struct ovr_plan plan; /**< as it was asked for */
	struct ovr_result_environment environment;
	/**
	 * pass: each curve has a smallest lossless ring; loss: a curve with an undisturbed cell has
	 * none; void: else
	 */
	enum ovr_ledger_verdict verdict;
	char reason[OVR_ERR_TEXT_BYTES]; /**< why it is not pass */
	bool is_failed;                  /**< a cell could not be measured; see reason */
	struct ovr_method_grid grid;
	struct ovr_result_cell *cell; /**< n_cells, by index in the grid */
	uint32_t n_cells;
	uint32_t n_done;    /**< those of earlier runs included */
	uint32_t n_resumed; /**< done by earlier runs */
	uint32_t n_void, n_excluded;
	uint32_t n_excluded_of[OVR_COMPARISON_EXCLUSIONS]; /**< these, by reason */
	struct ovr_result_ring *ring;                      /**< n_curves × n_rings */
	uint32_t n_rings;
	struct ovr_result_curve *curve;
	uint32_t n_curves;
	struct ovr_result_model_check check;
};

/** @return 0, with cells that are not done; -ENOMEM. The caller calls ovr_result_sweep_done() */
int ovr_result_sweep_init(struct ovr_result_sweep *sweep, const struct ovr_plan *plan, struct ovr_err *err);

/** Free what the sweep owns (not the struct). Zeroed ones are allowed. */
void ovr_result_sweep_done(struct ovr_result_sweep *sweep);

/** Add a cell whose trial is over. */
void ovr_result_sweep_take(
	struct ovr_result_sweep *sweep, uint64_t index, const struct ovr_result_cell *cell);

/** Add a cell of an earlier run. */
void ovr_result_sweep_resume(
	struct ovr_result_sweep *sweep, uint64_t index, const struct ovr_result_cell *cell);

/** @return whether a finished cell is void */
bool ovr_result_cell_is_void(const struct ovr_result_cell *cell);

/**
 * A cell could not be measured, or not be noted: the sweep is to be void. Before it is finished.
 * @param why a sentence
 */
void ovr_result_sweep_fail(struct ovr_result_sweep *sweep, const char *why);

/**
 * No more trials: curves, smallest lossless rings, shapes, the check of the model, and the verdict.
 */
void ovr_result_sweep_finish(struct ovr_result_sweep *sweep);
