/* SPDX-License-Identifier: BSD-3-Clause */
#include "undo/undo.h"

#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "support/netns.h"
#include "support/undo_lab.h"

TestSuite(undo, .init = lab_enter, .fini = lab_leave);

static struct ovr_undo *
begin(void)
{
	struct ovr_undo *undo = NULL;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_undo_open(&lab_places, &undo, &err), 0, "%s", err.text);
	return undo;
}

static void
note(struct ovr_undo *undo, enum ovr_undo_kind kind, const char *name)
{
	struct ovr_nic_facts before = lab_facts(name);
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_undo_note(undo, kind, &before, &err), 0, "%s", err.text);
}

static void
all(struct ovr_undo *undo)
{
	struct ovr_err err = { "" };

	cr_expect_eq(ovr_undo_all(undo, &err), 0, "%s", err.text);
}

/* This process's journal after its head; NULL: it is not there. */
static const char *
changes(void)
{
	char name[64];
	const char *text;

	snprintf(name, sizeof(name), "journals/%d.undo", (int)getpid());
	text = lab_read(name);
	return text == NULL ? NULL : strchr(strchr(text, '\n') + 1, '\n') + 1;
}

/* An interface that is nowhere. */
static const struct ovr_nic_facts nowhere = {
	.name = "undo-x",
	.ifindex = 4711,
	.mtu = 1500,
	.rings = { .known = true, .rx = 256, .rx_jumbo = 64, .tx = 512 },
	.channels = { .known = true, .combined = 4 },
};

Test(undo, nothing_is_written_before_the_first_note)
{
	struct ovr_undo *undo = begin();

	cr_expect_eq(lab_files("journals"), 0);
	all(undo);
	ovr_undo_close(undo);
	cr_expect_eq(lab_files("journals"), 0);
}

Test(undo, a_note_is_on_disk_when_it_returns)
{
	struct ovr_undo *undo = begin();

	cr_assert_eq(ovr_undo_note(undo, OVR_UNDO_USE, &nowhere, NULL), 0);
	cr_expect_str_eq(changes(), "use 4711 undo-x\n");
	cr_assert_eq(ovr_undo_note(undo, OVR_UNDO_MTU, &nowhere, NULL), 0);
	cr_assert_eq(ovr_undo_note(undo, OVR_UNDO_RINGS, &nowhere, NULL), 0);
	cr_assert_eq(ovr_undo_note(undo, OVR_UNDO_CHANNELS, &nowhere, NULL), 0);
	cr_assert_eq(ovr_undo_note(undo, OVR_UNDO_XDP, &nowhere, NULL), 0);
	cr_assert_eq(ovr_undo_note(undo, OVR_UNDO_PROMISC, &nowhere, NULL), 0);
	cr_expect_str_eq(changes(),
		"use 4711 undo-x\nmtu 4711 undo-x 1500\nrings 4711 undo-x 256 0 64 512\n"
		"channels 4711 undo-x 0 0 0 4\nxdp 4711 undo-x\npromisc 4711 undo-x\n");
	ovr_undo_close(undo);
}

/*
 * A limit of file sizes stands in for a full disk. The sentence is said, and no empty journal
 * stays.
 */
Test(undo, a_journal_that_finds_no_room_is_gone)
{
	struct ovr_undo *undo = begin();
	struct rlimit limit = { .rlim_cur = 0, .rlim_max = RLIM_INFINITY };
	struct ovr_err err = { "" };
	int status;

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	status = ovr_undo_note(undo, OVR_UNDO_MTU, &nowhere, &err);
	limit.rlim_cur = RLIM_INFINITY;
	setrlimit(RLIMIT_FSIZE, &limit);
	cr_expect_eq(status, -EFBIG, "%s", err.text);
	cr_expect_not_null(
		strstr(err.text, "cannot be written: File too large; without it nothing is changed"), "%s",
		err.text);
	ovr_undo_close(undo);
	cr_expect_eq(lab_files("journals"), 0);
}

Test(undo, a_second_note_does_not_forget_how_it_was)
{
	struct ovr_undo *undo = begin();
	struct ovr_nic_facts later = nowhere;

	cr_assert_eq(ovr_undo_note(undo, OVR_UNDO_MTU, &nowhere, NULL), 0);
	later.mtu = 9000;
	cr_assert_eq(ovr_undo_took(undo, OVR_UNDO_MTU, &later, NULL), 0);
	cr_assert_eq(ovr_undo_note(undo, OVR_UNDO_MTU, &later, NULL), 0);
	cr_expect_str_eq(changes(), "mtu 4711 undo-x 1500\ntook mtu 4711 undo-x 9000\n");
	ovr_undo_close(undo);
}

Test(undo, what_changes_nothing_is_noted_as_a_use)
{
	struct ovr_undo *undo = begin();
	struct ovr_nic_facts before = nowhere;

	before.is_promiscuous = true;
	before.xdp_prog_id = 99;
	cr_assert_eq(ovr_undo_note(undo, OVR_UNDO_PROMISC, &before, NULL), 0);
	cr_assert_eq(ovr_undo_note(undo, OVR_UNDO_XDP, &before, NULL), 0);
	cr_assert_eq(ovr_undo_note(undo, OVR_UNDO_OFFLOADS, &before, NULL), 0);
	cr_expect_str_eq(changes(), "use 4711 undo-x\n");
	ovr_undo_close(undo);
}

Test(undo, what_could_not_be_put_back_is_refused)
{
	struct ovr_undo *undo = begin();
	struct ovr_nic_facts before = nowhere;
	struct ovr_err err = { "" };

	before.rings.known = before.channels.known = false;
	cr_expect_eq(ovr_undo_note(undo, OVR_UNDO_RINGS, &before, &err), -EINVAL);
	cr_expect_str_eq(err.text, "undo-x: its rings are not known, so they could not be put back");
	cr_expect_eq(ovr_undo_note(undo, OVR_UNDO_CHANNELS, &before, &err), -EINVAL);
	cr_expect_eq(lab_files("journals"), 0);
	ovr_undo_close(undo);
}

Test(undo, a_journal_that_cannot_be_written_refuses_the_note)
{
	struct ovr_undo *undo;
	struct ovr_err err = { "" };

	lab_write("file", "");
	snprintf(lab_places.journals, sizeof(lab_places.journals), "%s", lab_path("file/journals"));
	undo = begin();
	cr_expect_eq(ovr_undo_note(undo, OVR_UNDO_USE, &nowhere, &err), -ENOTDIR, "%s", err.text);
	ovr_undo_close(undo);
}

Test(undo, an_older_journal_of_our_pid_is_not_written_to)
{
	struct ovr_undo *undo = begin();
	char name[64];

	snprintf(name, sizeof(name), "journals/%d.undo", (int)getpid());
	lab_write(name, "overrun undo 1\nprocess 1 1 1 1\nmtu 1 lo 1500\n");
	cr_assert_eq(ovr_undo_note(undo, OVR_UNDO_USE, &nowhere, NULL), 0);
	cr_expect_str_eq(lab_read(name), "overrun undo 1\nprocess 1 1 1 1\nmtu 1 lo 1500\n");
	cr_expect_eq(lab_files("journals"), 2);
	all(undo);
	cr_expect_eq(lab_files("journals"), 1);
	ovr_undo_close(undo);
}

Test(undo, each_of_two_journals_of_one_process_keeps_its_own)
{
	struct ovr_undo *one = begin(), *other = begin();
	char stale[64];

	snprintf(stale, sizeof(stale), "journals/%d.undo", (int)getpid());
	lab_write(stale, "overrun undo 1\nprocess 1 1 1 1\nmtu 1 lo 1500\n");
	cr_assert_eq(ovr_undo_note(one, OVR_UNDO_RINGS, &nowhere, NULL), 0);
	cr_assert_eq(ovr_undo_note(other, OVR_UNDO_USE, &nowhere, NULL), 0);
	cr_expect_eq(lab_files("journals"), 3);
	all(other);
	cr_expect_eq(lab_files("journals"), 2);
	all(one);
	cr_expect_eq(lab_files("journals"), 1);
	ovr_undo_close(one);
	ovr_undo_close(other);
}

Test(undo, everything_on_an_interface_is_put_back)
{
	struct ovr_undo *undo;
	struct ovr_nic_facts after;

	lab_veth();
	undo = begin();
	note(undo, OVR_UNDO_MTU, "undo-b");
	netns_run("ip link set undo-b mtu 3000");
	note(undo, OVR_UNDO_PROMISC, "undo-b");
	netns_run("ip link set undo-b promisc on");
	note(undo, OVR_UNDO_XDP, "undo-b");
	lab_xdp_attach("undo-b", "xsk_def_prog");
	all(undo);
	after = lab_facts("undo-b");
	cr_expect_eq(after.mtu, 1500);
	cr_expect_not(after.is_promiscuous);
	cr_expect_eq(after.xdp_prog_id, 0);
	cr_expect_eq(lab_files("journals"), 0);
	ovr_undo_close(undo);
}

Test(undo, channels_are_put_back)
{
	struct ovr_undo *undo;
	struct ovr_nic_facts facts;

	lab_veth();
	netns_run("ip link add undo-c numrxqueues 4 numtxqueues 4 type veth peer name undo-d");
	facts = lab_facts("undo-c");
	if (!facts.channels.known || facts.channels.rx_max < 4)
		cr_skip_test("this kernel's veth has no channels");
	if (system("ethtool -L undo-c rx 2 tx 2") != 0)
		cr_skip_test("this kernel's veth cannot set channels, or there is no ethtool");
	undo = begin();
	note(undo, OVR_UNDO_CHANNELS, "undo-c");
	netns_run("ethtool -L undo-c rx 3 tx 4");
	all(undo);
	facts = lab_facts("undo-c");
	cr_expect_eq(facts.channels.rx, 2);
	cr_expect_eq(facts.channels.tx, 2);
	ovr_undo_close(undo);
}

Test(undo, offloads_that_we_turned_off_are_turned_on_again_and_no_others)
{
	const uint32_t list = 1u << OVR_NIC_OFFLOAD_GRO_LIST, udp = 1u << OVR_NIC_OFFLOAD_GRO_UDP;
	struct ovr_undo *undo;
	struct ovr_nic_facts after;

	lab_veth();
	netns_run("ethtool -K undo-b gro on rx-gro-list on");
	undo = begin();
	note(undo, OVR_UNDO_OFFLOADS, "undo-b");
	cr_expect_not_null(strstr(changes(), "undo-b rx-gro-list\n"), "%s", changes());
	netns_run("ethtool -K undo-b rx-gro-list off");
	after = lab_facts("undo-b");
	cr_assert_eq(ovr_undo_took(undo, OVR_UNDO_OFFLOADS, &after, NULL), 0);
	all(undo);
	cr_expect_eq(lab_facts("undo-b").offloads.on, list);
	/* where it is on again already, and another one too, both stay */
	note(undo, OVR_UNDO_OFFLOADS, "undo-b");
	netns_run("ethtool -K undo-b rx-udp-gro-forwarding on");
	all(undo);
	cr_expect_eq(lab_facts("undo-b").offloads.on, list | udp);
	cr_expect_eq(lab_files("journals"), 0);
	ovr_undo_close(undo);
}

Test(undo, an_interface_made_anew_is_left_alone)
{
	struct ovr_undo *undo;

	lab_veth();
	undo = begin();
	note(undo, OVR_UNDO_PROMISC, "undo-a");
	netns_run("ip link del undo-a && ip link add undo-a type veth peer name undo-b");
	netns_run("ip link set undo-a promisc on");
	all(undo);
	cr_expect(lab_facts("undo-a").is_promiscuous);
	ovr_undo_close(undo);
}

Test(undo, an_interface_that_was_renamed_is_put_back_under_its_new_name)
{
	struct ovr_undo *undo;

	lab_veth();
	undo = begin();
	note(undo, OVR_UNDO_PROMISC, "undo-a");
	note(undo, OVR_UNDO_XDP, "undo-a");
	netns_run("ip link set undo-a promisc on");
	lab_xdp_attach("undo-a", "xsk_def_prog");
	netns_run("ip link set undo-a down && ip link set undo-a name undo-z && ip link set undo-z up");
	all(undo);
	cr_expect_not(lab_facts("undo-z").is_promiscuous);
	cr_expect_eq(lab_facts("undo-z").xdp_prog_id, 0);
	cr_expect_eq(lab_files("journals"), 0);
	ovr_undo_close(undo);
}

Test(undo, an_interface_that_was_moved_away_with_our_program_is_said_with_the_command)
{
	struct ovr_nic_facts after;
	struct ovr_undo *undo;
	struct ovr_err err = { "" };
	char sentence[300];
	pid_t other;
	int ready[2];
	char byte;

	lab_veth();
	cr_assert_eq(pipe(ready), 0);
	other = fork();
	if (other == 0) {
		if (unshare(CLONE_NEWNET) != 0 || write(ready[1], "x", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	cr_assert_eq(read(ready[0], &byte, 1), 1);
	undo = begin();
	note(undo, OVR_UNDO_XDP, "undo-b");
	lab_xdp_attach("undo-b", "xsk_def_prog");
	after = lab_facts("undo-b");
	cr_assert_eq(ovr_undo_took(undo, OVR_UNDO_XDP, &after, NULL), 0);
	netns_run("ip link set undo-b netns %d", (int)other);
	cr_expect_eq(ovr_undo_all(undo, &err), -EXDEV);
	snprintf(sentence, sizeof(sentence),
		"undo-b could not be put back: it was removed, or moved to another network namespace with "
		"our "
		"XDP program (id %u); accepted: there, ip link set dev undo-b xdp off promisc off; the next "
		"run "
		"tries again",
		after.xdp_prog_id);
	cr_expect_str_eq(err.text, sentence);
	cr_expect_not_null(changes());
	lab_end(other);
	ovr_undo_close(undo);
}

Test(undo, an_mtu_that_somebody_changed_since_is_left)
{
	struct ovr_undo *undo;
	struct ovr_nic_facts after;

	lab_veth();
	undo = begin();
	note(undo, OVR_UNDO_MTU, "undo-b");
	netns_run("ip link set undo-b mtu 3000");
	after = lab_facts("undo-b");
	cr_assert_eq(ovr_undo_took(undo, OVR_UNDO_MTU, &after, NULL), 0);
	netns_run("ip link set undo-b mtu 4000");
	all(undo);
	cr_expect_eq(lab_facts("undo-b").mtu, 4000);
	ovr_undo_close(undo);
}

Test(undo, a_program_that_is_none_of_a_library_is_left)
{
	struct ovr_undo *undo;
	uint32_t id;

	lab_veth();
	undo = begin();
	note(undo, OVR_UNDO_XDP, "undo-b");
	id = lab_xdp_attach("undo-b", "somebodys");
	all(undo);
	cr_expect_eq(lab_facts("undo-b").xdp_prog_id, id);
	ovr_undo_close(undo);
}

Test(undo, a_program_that_we_know_is_ours_goes_whatever_its_name)
{
	struct ovr_undo *undo;
	struct ovr_nic_facts after;

	lab_veth();
	undo = begin();
	note(undo, OVR_UNDO_XDP, "undo-b");
	lab_xdp_attach("undo-b", "my_own_filter");
	after = lab_facts("undo-b");
	cr_assert_eq(ovr_undo_took(undo, OVR_UNDO_XDP, &after, NULL), 0);
	all(undo);
	cr_expect_eq(lab_facts("undo-b").xdp_prog_id, 0);
	ovr_undo_close(undo);
}

Test(undo, a_program_that_took_our_programs_place_is_left)
{
	struct ovr_undo *undo;
	struct ovr_nic_facts after;
	uint32_t id;

	lab_veth();
	undo = begin();
	note(undo, OVR_UNDO_XDP, "undo-b");
	lab_xdp_attach("undo-b", "xsk_def_prog");
	after = lab_facts("undo-b");
	cr_assert_eq(ovr_undo_took(undo, OVR_UNDO_XDP, &after, NULL), 0);
	netns_run("ip link set dev undo-b xdp off");
	id = lab_xdp_attach("undo-b", "xsk_def_prog");
	all(undo);
	cr_expect_eq(lab_facts("undo-b").xdp_prog_id, id);
	ovr_undo_close(undo);
}

Test(undo, the_pins_of_a_dispatcher_go_with_it)
{
	struct ovr_undo *undo;
	unsigned int ifindex;
	char folder[64], pin[128];
	uint32_t id;

	lab_veth();
	lab_bpf();
	ifindex = if_nametoindex("undo-b");
	undo = begin();
	note(undo, OVR_UNDO_XDP, "undo-b");
	id = lab_xdp_attach("undo-b", "xdp_dispatcher");
	snprintf(folder, sizeof(folder), "bpf/xdp/dispatch-%u-%u", ifindex, id);
	cr_assert_eq(mkdir(lab_path(folder), 0700), 0);
	snprintf(pin, sizeof(pin), "%s/prog0-prog", folder);
	lab_xdp_pin(lab_path(pin), "xsk_def_prog");
	all(undo);
	cr_expect_eq(lab_facts("undo-b").xdp_prog_id, 0);
	cr_expect_eq(access(lab_path(folder), F_OK), -1);
	ovr_undo_close(undo);
}

Test(undo, a_dispatcher_that_runs_somebody_elses_program_too_is_left)
{
	struct ovr_undo *undo;
	char folder[64], pin[128];
	uint32_t id;

	lab_veth();
	lab_bpf();
	undo = begin();
	note(undo, OVR_UNDO_XDP, "undo-b");
	id = lab_xdp_attach("undo-b", "xdp_dispatcher");
	snprintf(folder, sizeof(folder), "bpf/xdp/dispatch-%u-%u", if_nametoindex("undo-b"), id);
	cr_assert_eq(mkdir(lab_path(folder), 0700), 0);
	snprintf(pin, sizeof(pin), "%s/prog0-prog", folder);
	lab_xdp_pin(lab_path(pin), "xdpfilt_alw_all");
	all(undo);
	cr_expect_eq(lab_facts("undo-b").xdp_prog_id, id);
	cr_expect_eq(access(lab_path(pin), F_OK), 0);
	ovr_undo_close(undo);
}

Test(undo, pins_go_when_the_interface_went_first)
{
	struct ovr_undo *undo;
	struct ovr_nic_facts after = nowhere;

	netns_enter();
	lab_bpf();
	undo = begin();
	cr_assert_eq(ovr_undo_note(undo, OVR_UNDO_XDP, &nowhere, NULL), 0);
	after.xdp_prog_id = 161;
	cr_assert_eq(ovr_undo_took(undo, OVR_UNDO_XDP, &after, NULL), 0);
	cr_assert_eq(mkdir(lab_path("bpf/xdp/dispatch-4711-161"), 0700), 0);
	lab_xdp_pin(lab_path("bpf/xdp/dispatch-4711-161/prog0-prog"), "xsk_def_prog");
	all(undo);
	cr_expect_eq(access(lab_path("bpf/xdp/dispatch-4711-161"), F_OK), -1);
	ovr_undo_close(undo);
}

Test(undo, what_cannot_be_put_back_is_kept_and_said)
{
	struct ovr_undo *undo;
	struct ovr_nic_facts before;
	struct ovr_err err = { "" };

	lab_veth();
	undo = begin();
	note(undo, OVR_UNDO_PROMISC, "undo-b");
	netns_run("ip link set undo-b promisc on");
	/* a veth takes no MTU below 68 */
	before = lab_facts("undo-b");
	before.mtu = 60;
	cr_assert_eq(ovr_undo_note(undo, OVR_UNDO_MTU, &before, NULL), 0);
	cr_expect_eq(ovr_undo_all(undo, &err), -EINVAL);
	cr_expect_eq(strncmp(err.text, "undo-b could not be put back: ", 30), 0, "%s", err.text);
	cr_expect_not(lab_facts("undo-b").is_promiscuous);
	cr_assert_not_null(changes());
	cr_expect_null(strstr(changes(), "promisc"));
	cr_expect_not_null(strstr(changes(), "mtu "));
	ovr_undo_close(undo);
}

Test(undo, a_namespace_is_noted_by_its_name_and_what_it_became)
{
	struct ovr_undo *undo = begin();
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_undo_note_namespace(undo, "ovr-lab-1-hop", &err), 0, "%s", err.text);
	cr_expect_str_eq(changes(), "namespace 0 ovr-lab-1-hop\n");
	cr_assert_eq(ovr_undo_took_namespace(undo, "ovr-lab-1-hop", 4026532000, &err), 0);
	cr_assert_eq(ovr_undo_took_namespace(undo, "ovr-lab-1-tester", 5, &err), 0);
	cr_expect_str_eq(changes(), "namespace 0 ovr-lab-1-hop\ntook namespace 0 ovr-lab-1-hop 4026532000\n");
	/* it was never made */
	all(undo);
	cr_expect_eq(lab_files("journals"), 0);
	ovr_undo_close(undo);
}

Test(undo, a_namespace_of_another_name_is_not_ours_to_remove)
{
	struct ovr_undo *undo = begin();
	struct ovr_err err = { "" };

	cr_expect_eq(ovr_undo_note_namespace(undo, "r1", &err), -EINVAL);
	cr_expect_str_eq(
		err.text, "network namespace: found \"r1\", accepted: ovr-lab-NAME, of up to 47 characters");
	cr_expect_eq(ovr_undo_note_namespace(undo, "ovr-lab-a/b", &err), -EINVAL);
	cr_expect_eq(ovr_undo_note_namespace(undo, "ovr-lab-1234567890123456789012345678901234567890", &err),
		-EINVAL);
	cr_expect_eq(lab_files("journals"), 0);
	ovr_undo_close(undo);
}

Test(undo, what_is_forgotten_stays_and_has_no_journal)
{
	struct ovr_undo *undo = begin();

	cr_assert_eq(ovr_undo_note_namespace(undo, "ovr-lab-1-hop", NULL), 0);
	cr_expect_eq(lab_files("journals"), 1);
	ovr_undo_forget(undo);
	cr_expect_eq(lab_files("journals"), 0);
	all(undo);
	/* and can be noted anew */
	cr_assert_eq(ovr_undo_note_namespace(undo, "ovr-lab-1-hop", NULL), 0);
	cr_expect_str_eq(changes(), "namespace 0 ovr-lab-1-hop\n");
	ovr_undo_close(undo);
}
