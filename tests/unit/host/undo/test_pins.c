/* SPDX-License-Identifier: BSD-3-Clause */
#include "undo/pins.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "support/netns.h"
#include "support/undo_lab.h"

TestSuite(pins, .init = lab_enter, .fini = lab_leave);

Test(pins, programs_of_the_libraries_are_known_by_name)
{
	cr_expect(ovr_undo_pins_is_ours("xsk_def_prog"));
	cr_expect(ovr_undo_pins_is_ours("xdp_dispatcher"));
	cr_expect_not(ovr_undo_pins_is_ours("xdp_prog_simple"));
	cr_expect_not(ovr_undo_pins_is_ours("xsk_def_prog2"));
	cr_expect_not(ovr_undo_pins_is_ours(""));
}

Test(pins, a_dispatcher_with_only_our_program_has_no_foreign_one)
{
	char name[32] = "untouched";

	netns_enter();
	lab_bpf();
	cr_assert_eq(mkdir(lab_path("bpf/xdp/dispatch-7-161"), 0700), 0);
	lab_xdp_pin(lab_path("bpf/xdp/dispatch-7-161/prog0-prog"), "xsk_def_prog");
	cr_expect_eq(ovr_undo_pins_foreign(lab_places.bpf, 7, 161, name, sizeof(name)), 0);
	cr_expect_str_eq(name, "untouched");
}

Test(pins, a_foreign_program_behind_a_dispatcher_is_named)
{
	char name[32] = "";

	netns_enter();
	lab_bpf();
	cr_assert_eq(mkdir(lab_path("bpf/xdp/dispatch-7-161"), 0700), 0);
	lab_xdp_pin(lab_path("bpf/xdp/dispatch-7-161/prog0-prog"), "xsk_def_prog");
	lab_xdp_pin(lab_path("bpf/xdp/dispatch-7-161/prog1-prog"), "xdpfilt_alw_all");
	cr_expect_eq(ovr_undo_pins_foreign(lab_places.bpf, 7, 161, name, sizeof(name)), 1);
	cr_expect_str_eq(name, "xdpfilt_alw_all");
	cr_expect_eq(
		ovr_undo_pins_foreign(lab_places.bpf, 7, 162, name, sizeof(name)), 0, "another dispatcher");
	cr_expect_eq(
		ovr_undo_pins_foreign(lab_places.bpf, 8, 161, name, sizeof(name)), 0, "another interface");
}

Test(pins, only_the_pins_of_that_dispatcher_are_removed)
{
	netns_enter();
	lab_bpf();
	cr_assert_eq(mkdir(lab_path("bpf/xdp/dispatch-7-161"), 0700), 0);
	cr_assert_eq(mkdir(lab_path("bpf/xdp/dispatch-7-162"), 0700), 0);
	lab_xdp_pin(lab_path("bpf/xdp/dispatch-7-161/prog0-prog"), "xsk_def_prog");
	lab_xdp_pin(lab_path("bpf/xdp/dispatch-7-161/prog0-link"), "xsk_def_prog");
	lab_xdp_pin(lab_path("bpf/xdp/dispatch-7-162/prog0-prog"), "xsk_def_prog");
	cr_expect_eq(ovr_undo_pins_remove(lab_places.bpf, 7, 161), 2);
	cr_expect_eq(access(lab_path("bpf/xdp/dispatch-7-161"), F_OK), -1);
	cr_expect_eq(access(lab_path("bpf/xdp/dispatch-7-162/prog0-prog"), F_OK), 0);
	cr_expect_eq(ovr_undo_pins_remove(lab_places.bpf, 7, 161), 0);
}

Test(pins, nothing_is_removed_where_no_bpf_file_system_is_mounted)
{
	cr_assert_eq(mkdir(lab_path("bpf"), 0755), 0);
	cr_assert_eq(mkdir(lab_path("bpf/xdp"), 0755), 0);
	cr_assert_eq(mkdir(lab_path("bpf/xdp/dispatch-7-161"), 0755), 0);
	lab_write("bpf/xdp/dispatch-7-161/prog0-prog", "a file of somebody");
	cr_expect_eq(ovr_undo_pins_remove(lab_places.bpf, 7, 161), 0);
	cr_expect_eq(access(lab_path("bpf/xdp/dispatch-7-161/prog0-prog"), F_OK), 0);
}
