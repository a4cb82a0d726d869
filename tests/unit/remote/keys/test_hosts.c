/* SPDX-License-Identifier: BSD-3-Clause */
#include "keys/hosts.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/tree.h"

#define KEY "1111111111111111111111111111111111111111111111111111111111111111"

static struct ovr_err err;

static void
expect_refused(const char *text, const char *sentence)
{
	struct ovr_hosts hosts = { .n = 7 };

	cr_assert_eq(ovr_hosts_read("hosts", text, strlen(text), &hosts, &err), -EINVAL, "%s", text);
	cr_assert_str_eq(err.text, sentence);
	cr_assert_eq(hosts.n, 7);
}

Test(hosts, a_host_has_an_address_and_a_key)
{
	static const char text[] = "# the racks\n"
				   "rack1: {address: 10.0.0.2, key: " KEY "}\n"
				   "rack2.example:\n"
				   "  key: " KEY "\n"
				   "  address: \"[2001:db8::2]:5300\"\n"
				   "here: {address: 127.0.0.1}\n";
	char key[OVR_KEY_TEXT_BYTES];
	struct ovr_hosts hosts;

	cr_assert_eq(ovr_hosts_read("hosts", text, strlen(text), &hosts, &err), 0, "%s", err.text);
	cr_assert_eq(hosts.n, 3);
	cr_assert_str_eq(hosts.host[0].name, "rack1");
	cr_assert_str_eq(hosts.host[0].address, "10.0.0.2");
	cr_assert(hosts.host[0].has_key);
	cr_assert_str_eq(ovr_key_print(key, &hosts.host[0].key), KEY);
	cr_assert_str_eq(hosts.host[1].address, "[2001:db8::2]:5300");
	cr_assert_not(hosts.host[2].has_key);
	cr_assert_eq(ovr_hosts_of(&hosts, "rack2.example"), &hosts.host[1]);
	cr_assert_null(ovr_hosts_of(&hosts, "rack"));
	ovr_hosts_done(&hosts);
	ovr_hosts_done(NULL);
}

Test(hosts, each_fault_is_named_by_its_place)
{
	expect_refused("", "hosts: found no host, accepted: NAME: {address: HOST[:PORT], key: KEY}");
	expect_refused("- rack1\n",
		"hosts, line 1, column 1: found no mapping, accepted: NAME: {address: HOST[:PORT], key: "
		"KEY}");
	expect_refused("a: b\n",
		"hosts, line 1, column 4: host a: found no mapping, accepted: {address: HOST[:PORT], key: "
		"KEY}");
	expect_refused("a/b: {address: c}\n",
		"hosts, line 1, column 1: found another name than one of 1 to 63 letters, digits, '-', '_' "
		"and '.'");
	expect_refused("a: {key: " KEY "}\n", "hosts, line 1, column 1: host a: it has no address");
	expect_refused("a:\n  address: c\n  key: 12\n",
		"hosts, line 3, column 8: host a: its key is none, accepted: 64 hexadecimal digits");
	expect_refused("a: {address: c, port: 1}\n",
		"hosts, line 1, column 17: host a: found \"port\", accepted: address and key, each once");
	expect_refused("a: {address: c, address: d}\n",
		"hosts, line 1, column 17: host a: found \"address\", accepted: address and key, each once");
	expect_refused("a: {address: c}\na: {address: d}\n",
		"hosts, line 2, column 1: found host a for the second time, accepted: each once");
	expect_refused("a: {address: [c]}\n",
		"hosts, line 1, column 14: host a: its address is none, accepted: HOST[:PORT] of up to 279 "
		"bytes");
	expect_refused("a: {\n", "hosts, line 2, column 1: no YAML: did not find expected node content");
}

TestSuite(hosts_file, .init = tree_make, .fini = tree_remove);

Test(hosts_file, it_is_loaded)
{
	struct ovr_hosts hosts;

	cr_assert_eq(chdir(tree_root()), 0);
	tree_put("hosts.yaml", "a: {address: 10.0.0.1, key: " KEY "}\n");
	cr_assert_eq(ovr_hosts_load("hosts.yaml", &hosts, &err), 0, "%s", err.text);
	cr_assert_eq(hosts.n, 1);
	ovr_hosts_done(&hosts);
	cr_assert_eq(ovr_hosts_load("nowhere.yaml", &hosts, &err), -ENOENT);
	cr_assert_str_eq(err.text, "nowhere.yaml cannot be read: No such file or directory");
}

Test(hosts, what_is_printed_reads_back)
{
	static const char text[] = "0: {address: 10.0.0.2:5300, key: " KEY "}\n"
				   "rack2: {address: \"[2001:db8::2]:5300\"}\n";
	struct ovr_hosts hosts, again;
	char *printed;

	cr_assert_eq(ovr_hosts_read("hosts", text, strlen(text), &hosts, &err), 0, "%s", err.text);
	printed = ovr_hosts_print(&hosts);
	cr_assert_not_null(printed);
	cr_assert_eq(ovr_hosts_read("hosts", printed, strlen(printed), &again, &err), 0, "%s", err.text);
	cr_assert_eq(again.n, 2);
	cr_assert_str_eq(again.host[0].name, "0");
	cr_assert_str_eq(again.host[0].address, "10.0.0.2:5300");
	cr_assert(ovr_key_is_same(&again.host[0].key, &hosts.host[0].key));
	cr_assert_str_eq(again.host[1].address, "[2001:db8::2]:5300");
	cr_assert_not(again.host[1].has_key);
	free(printed);
	ovr_hosts_done(&hosts);
	ovr_hosts_done(&again);
}
