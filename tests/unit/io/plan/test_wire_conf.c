/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/wire_conf.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

static struct ovr_wire_conf
parsed(const char *keys)
{
	struct ovr_wire_conf conf;

	cr_assert_eq(ovr_wire_conf_parse("--rx", keys, &conf, NULL), 0, "%s", keys);
	return conf;
}

static struct ovr_err
refused(const char *keys, int code)
{
	struct ovr_wire_conf conf = { .list = 7 };
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_wire_conf_parse("--rx", keys, &conf, &err), code, "%s", keys);
	cr_assert_eq(conf.list, 7);
	cr_assert_eq(strncmp(err.text, "--rx", 4), 0, "%s", err.text);
	return err;
}

Test(wire_conf, no_keys_are_a_clean_line_of_unknown_speed)
{
	struct ovr_wire_conf conf = parsed("");

	cr_assert_eq(conf.speed_bps, 0);
	cr_assert_eq(ovr_wire_conf_impairs(&conf), 0);
}

Test(wire_conf, every_key_finds_its_place)
{
	struct ovr_wire_conf conf = parsed(
		"speed=25G,drop=0.1%,drop-burst=8:0.01%,drop-at=3-5+9+20-20,dup=0.2%,reorder=4:1%,delay="
		"10us,fcs=0.5%,corrupt=0.25%,rotate=1000,list=100");

	cr_assert_eq(conf.speed_bps, 25000000000);
	cr_assert_eq(conf.drop_ppb, 1000000);
	cr_assert_eq(conf.drop_burst_frames, 8);
	cr_assert_eq(conf.drop_burst_ppb, 100000);
	cr_assert_eq(conf.n_drop_at, 3);
	cr_assert(conf.drop_at[0].first == 3 && conf.drop_at[0].last == 5);
	cr_assert(conf.drop_at[1].first == 9 && conf.drop_at[1].last == 9);
	cr_assert(conf.drop_at[2].first == 20 && conf.drop_at[2].last == 20);
	cr_assert_eq(conf.dup_ppb, 2000000);
	cr_assert_eq(conf.reorder_frames, 4);
	cr_assert_eq(conf.reorder_ppb, 10000000);
	cr_assert_eq(conf.delay_ns, 10000);
	cr_assert_eq(conf.fcs_ppb, 5000000);
	cr_assert_eq(conf.corrupt_ppb, 2500000);
	cr_assert_eq(conf.rotate_frames, 1000);
	cr_assert_eq(conf.list, 100);
}

Test(wire_conf, everything_but_the_speed_impairs)
{
	static const char *const impairing[] = { "drop=1%", "drop-burst=2:1%", "drop-at=0", "drop-every=7",
		"dup=1%", "reorder=1:1%", "delay=1ns", "fcs=1%", "corrupt=1%", "rotate=1", "list=1" };
	struct ovr_wire_conf conf = parsed("speed=1G");

	cr_assert_eq(ovr_wire_conf_impairs(&conf), 0);
	conf = parsed("drop=0%,reorder=5:0");
	cr_assert_eq(ovr_wire_conf_impairs(&conf), 0);
	for (size_t i = 0; i < sizeof(impairing) / sizeof(impairing[0]); i++) {
		conf = parsed(impairing[i]);
		cr_assert_neq(ovr_wire_conf_impairs(&conf), 0, "%s", impairing[i]);
	}
}

Test(wire_conf, an_unknown_key_is_refused_with_the_known_ones)
{
	struct ovr_err err = refused("speed=10G,lose=1%", -EINVAL);

	cr_assert_str_eq(err.text,
		"--rx: found key \"lose\", accepted: speed=, drop=, drop-burst=, drop-at=, drop-every=, "
		"dup=, "
		"reorder=, delay=, fcs=, corrupt=, rotate= and list=");
	cr_assert_not_null(strstr(
		refused("dorp=1%", -EINVAL).text, "found key \"dorp\", did you mean drop; accepted: "));
}

Test(wire_conf, a_bad_value_is_refused_with_its_key)
{
	cr_assert_str_eq(
		refused("drop=200%", -ERANGE).text, "--rx: drop: found \"200%\", accepted: 0% to 100%");
	cr_assert_str_eq(
		refused("delay=2s", -ERANGE).text, "--rx: delay: found \"2s\", accepted: at most 1s");
	cr_assert_str_eq(refused("reorder=1025:1%", -ERANGE).text,
		"--rx: reorder: found \"1025\", accepted: 1 to 1024");
	cr_assert_str_eq(refused("drop=1%,drop=1%", -EINVAL).text,
		"--rx: found drop= twice, accepted: every key once");
}

Test(wire_conf, what_is_no_list_of_keys_is_refused)
{
	static const char *const bad[] = { ",", "drop", "drop=", "=1%", "drop=1%,", ",drop=1%", "drop =1%",
		"DROP=1%", "drop-burst=1%", "drop-burst=0.1:1%", "reorder=:1%",
		"reorder=3:", "drop-at=", "drop-at=1+", "drop-at=-1", "drop-at=1-", "drop-at=a",
		"drop-every=", "drop-at=5+5", "drop-at=5+3", "drop-at=1-5+5", "rotate=x", "speed=3G",
		"drop=1%;dup=1%" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refused(bad[i], -EINVAL);
}

Test(wire_conf, numbers_out_of_range_are_refused)
{
	static const char *const bad[] = { "drop-burst=0:1%", "drop-burst=1000001:1%", "reorder=0:1%",
		"drop-at=5-3", "drop-at=18446744073709551615", "drop-at=99999999999999999999", "rotate=0",
		"list=0", "list=16777217", "delay=1000000001ns", "fcs=150%" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refused(bad[i], -ERANGE);
}

Test(wire_conf, sixty_four_ranges_fit_and_one_more_does_not)
{
	char keys[512] = "drop-at=0";
	size_t n = strlen(keys);

	for (unsigned int i = 1; i < 64; i++)
		n += (size_t)snprintf(keys + n, sizeof(keys) - n, "+%u", i * 2);
	cr_assert_eq(parsed(keys).n_drop_at, 64);
	cr_assert_eq(parsed(keys).drop_at[63].last, 126);
	strcat(keys, "+200");
	refused(keys, -ERANGE);
}

Test(wire_conf, keys_longer_than_a_name_are_refused)
{
	char keys[513];

	memset(keys, 'x', sizeof(keys));
	keys[512] = '\0';
	refused(keys, -EINVAL);
	keys[511] = '\0';
	refused(keys, -EINVAL);
}
