/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/pool.h"

#include <errno.h>

#include <criterion/criterion.h>
#include <rte_mbuf.h>
#include <rte_memory.h>
#include <rte_mempool.h>

#include "eal.h"
#include "rig.h"

TestSuite(pool, .init = eal_start, .fini = eal_stop);

Test(pool, the_room_of_a_frame_is_headroom_and_the_largest_frame_or_what_a_driver_expects)
{
	struct ovr_plan small = RIG_PLAN("size", "64");
	struct ovr_plan driver = RIG_PLAN("tx", "vdev:net_ring0", "rx", "vdev:net_ring0");
	struct ovr_plan mixed = RIG_PLAN("size", "64,2100,1518");
	struct ovr_plan largest = RIG_PLAN("size", "9216");
	struct ovr_plan small_xdp = RIG_PLAN("tx", "netdev:a", "rx", "netdev:b", "size", "1796");
	struct ovr_plan xdp = RIG_PLAN("tx", "netdev:a", "rx", "netdev:b", "size", "1797");
	struct ovr_plan nic = RIG_PLAN("tx", "pci:00:02.0", "rx", "pci:00:03.0", "size", "1518");
	struct ovr_plan full_nic = RIG_PLAN("tx", "pci:00:02.0", "rx", "pci:00:03.0", "size", "2048");
	struct ovr_plan jumbo_nic = RIG_PLAN("tx", "pci:00:02.0", "rx", "pci:00:03.0", "size", "9018");
	struct ovr_plan full_xdp = RIG_PLAN("tx", "netdev:a", "rx", "netdev:b", "size", "3524");

	cr_expect_eq(ovr_pool_data_room(&small.ports, &small.frames), 128 + 128, "room for the longest head");
	cr_expect_eq(ovr_pool_data_room(&driver.ports, &driver.frames), 128 + 2048);
	cr_expect_eq(
		ovr_pool_data_room(&mixed.ports, &mixed.frames), 128 + 2112, "up to the next multiple of 64");
	cr_expect_eq(ovr_pool_data_room(&largest.ports, &largest.frames), 128 + 9216);
	cr_expect_eq(ovr_pool_data_room(&small_xdp.ports, &small_xdp.frames), 128 + 2048);
	cr_expect_eq(ovr_pool_data_room(&xdp.ports, &xdp.frames), 128 + 2112,
		"XDP has 256 bytes before each frame");
	cr_expect_eq(ovr_pool_data_room(&full_xdp.ports, &full_xdp.frames), 128 + 3776);
	cr_expect_eq(ovr_pool_data_room(&nic.ports, &nic.frames), 128 + 2048);
	cr_expect_eq(ovr_pool_data_room(&full_nic.ports, &full_nic.frames), 128 + 3072,
		"virtio has 12 bytes before each frame");
	cr_expect_eq(ovr_pool_data_room(&jumbo_nic.ports, &jumbo_nic.frames), 128 + 9216);
}

Test(pool, it_has_as_many_frames_as_the_plan_says)
{
	struct ovr_plan plan = RIG_PLAN("mbufs", "5000");
	struct rte_mempool *pool = NULL;

	cr_assert_eq(ovr_pool_create("some", &plan.ports, &plan.frames, -1, &pool, NULL), 0);
	cr_expect_eq(pool->size, 5000);
	cr_expect_eq(rte_mempool_avail_count(pool), 5000);
	cr_expect_str_eq(pool->name, "some");
	rte_mempool_free(pool);
}

/* DPDK's AF_XDP driver computes where its last frame ends from their number. */
Test(pool, frames_for_drivers_stand_in_a_row_without_gaps)
{
	static struct rte_mbuf *frame[3000];
	struct ovr_plan plan = RIG_PLAN("tx", "vdev:net_null0", "rx", "vdev:net_null0", "mbufs", "3300");
	struct rte_mempool *pool = NULL;
	uint64_t first = UINT64_MAX, last = 0, bytes;

	cr_assert_eq(ovr_pool_create("some", &plan.ports, &plan.frames, -1, &pool, NULL), 0);
	bytes = pool->header_size + pool->elt_size + pool->trailer_size;
	for (struct rte_mempool_objhdr *object = STAILQ_FIRST(&pool->elt_list); object != NULL;
		object = STAILQ_NEXT(object, next)) {
		first = RTE_MIN(first, (uint64_t)(uintptr_t)object);
		last = RTE_MAX(last, (uint64_t)(uintptr_t)object);
	}
	cr_expect_eq(pool->nb_mem_chunks, 1);
	cr_expect_eq(last - first, 3299 * bytes);
	cr_assert_eq(rte_pktmbuf_alloc_bulk(pool, frame, 3000), 0);
	rte_pktmbuf_free_bulk(frame, 3000);
	rte_mempool_free(pool);
}

/* Without one it would read and write somewhere else. */
Test(pool, frames_for_a_nic_have_an_address_for_it)
{
	static struct rte_mbuf *frame[3000];
	static const char *const port[][2] = { { "pci:3b:00.0", "pci:3b:00.1" },
		{ "vdev:net_null0", "pci:3b:00.1" }, { "pci:3b:00.0", "vdev:net_null0" } };

	for (unsigned int p = 0; p < RTE_DIM(port); p++) {
		struct ovr_plan plan = RIG_PLAN("tx", port[p][0], "rx", port[p][1], "mbufs", "7000");
		struct rte_mempool *pool = NULL;

		cr_assert_eq(ovr_pool_create("some", &plan.ports, &plan.frames, -1, &pool, NULL), 0);
		cr_assert_eq(rte_pktmbuf_alloc_bulk(pool, frame, 3000), 0);
		for (unsigned int i = 0; i < 3000; i++)
			cr_assert_eq(rte_mbuf_data_iova(frame[i]),
				rte_mem_virt2iova(rte_pktmbuf_mtod(frame[i], void *)), "%s, frame %u",
				port[p][0], i);
		rte_pktmbuf_free_bulk(frame, 3000);
		rte_mempool_free(pool);
	}
}

/* What a template's head is copied over must be there already. */
Test(pool, every_frame_is_filled_to_its_end)
{
	static struct rte_mbuf *frame[5000];
	struct ovr_plan plan = RIG_PLAN("mbufs", "5000", "size", "2000");
	struct rte_mempool *pool = NULL;

	cr_assert_eq(ovr_pool_create("some", &plan.ports, &plan.frames, -1, &pool, NULL), 0);
	cr_assert_eq(rte_pktmbuf_alloc_bulk(pool, frame, 5000), 0);
	for (unsigned int i = 0; i < 5000; i++) {
		const uint8_t *bytes = rte_pktmbuf_mtod(frame[i], const uint8_t *);

		cr_assert_eq(rte_pktmbuf_tailroom(frame[i]), 2048);
		for (unsigned int at = 0; at < 2048; at++)
			if (bytes[at] != (uint8_t)(at * 7 + 0x5a))
				cr_assert_fail("frame %u, byte %u", i, at);
	}
	rte_pktmbuf_free_bulk(frame, 5000);
	rte_mempool_free(pool);
}

Test(pool, one_that_does_not_fit_into_memory_is_refused_in_a_sentence)
{
	struct ovr_plan plan = RIG_PLAN("mbufs", "10000000");
	struct rte_mempool *pool = NULL;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_pool_create("big", &plan.ports, &plan.frames, -1, &pool, &err), -ENOMEM);
	cr_assert_str_eq(
		err.text, "pool big: no memory for 10000000 frames of 256 bytes: Cannot allocate memory");
	cr_assert_null(pool);
	cr_assert_null(rte_mempool_lookup("big"));
}

Test(pool, two_of_one_name_are_refused)
{
	struct ovr_plan plan = RIG_PLAN(NULL);
	struct rte_mempool *pool = NULL, *second = NULL;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_pool_create("some", &plan.ports, &plan.frames, -1, &pool, NULL), 0);
	cr_assert_eq(ovr_pool_create("some", &plan.ports, &plan.frames, -1, &second, &err), -ENOMEM);
	cr_assert_null(second);
	cr_assert_neq(err.text[0], '\0');
	rte_mempool_free(pool);
}
