/* SPDX-License-Identifier: BSD-3-Clause */
#include "seq/loss_burst.h"

static void
add_gap(struct ovr_seq_loss_burst *burst, uint64_t from, uint64_t to)
{
	if (to == from)
		return;
	burst->gaps++;
	burst->gap_frames += to - from;
}

void
ovr_seq_loss_burst_add(const struct ovr_seq_period *period, uint64_t n_periods, uint64_t first_seq,
	uint64_t end_seq, uint32_t gmin, struct ovr_seq_loss_burst *burst)
{
	uint64_t gap_from = first_seq;

	for (uint64_t i = 0; i < n_periods;) {
		uint64_t from = period[i].first_seq, to = from + period[i].n_frames;
		uint64_t lost = period[i].n_frames;

		for (i++; i < n_periods && period[i].first_seq - to < gmin; i++) {
			to = period[i].first_seq + period[i].n_frames;
			lost += period[i].n_frames;
		}
		if (lost == 1) {
			burst->gap_lost++;
			continue;
		}
		add_gap(burst, gap_from, from);
		burst->bursts++;
		burst->burst_frames += to - from;
		burst->burst_lost += lost;
		gap_from = to;
	}
	add_gap(burst, gap_from, end_seq);
}

uint8_t
ovr_seq_loss_burst_density(uint64_t lost, uint64_t frames)
{
	uint64_t density = frames == 0 ? 0 : (uint64_t)((unsigned __int128)lost * 256 / frames);

	return density > UINT8_MAX ? UINT8_MAX : (uint8_t)density;
}
