/* SPDX-License-Identifier: BSD-3-Clause */
/* Which interfaces are below one? The folders of sysfs are made up. */
#include "nic/lower.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char root[64];
static char lower[OVR_NIC_LOWER_MAX][OVR_NIC_NAME_BYTES];

static void
make_root(void)
{
	char command[512];

	snprintf(root, sizeof(root), "/tmp/ovr-lower-XXXXXX");
	cr_assert_not_null(mkdtemp(root));
	snprintf(command, sizeof(command),
		"cd '%s' && mkdir -p class/net/eth0 class/net/eth1 class/net/bond0/lower_eth0 "
		"class/net/bond0/lower_eth1 class/net/bond0.7/lower_bond0 class/net/bond0/upper_bond0.7 "
		"class/net/br0/lower_bond0.7 class/net/br0/lower_eth1 && "
		"for i in eth0:2 eth1:3 bond0:4 bond0.7:5 br0:6; do "
		"echo ${i#*:} >class/net/${i%%:*}/ifindex; done",
		root);
	cr_assert_eq(system(command), 0);
}

static void
remove_root(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", root);
	cr_assert_eq(system(command), 0);
}

TestSuite(lower, .init = make_root, .fini = remove_root);

/* Is it among the first n? */
static bool
has(uint32_t n, const char *name)
{
	for (uint32_t i = 0; i < n; i++)
		if (strcmp(lower[i], name) == 0)
			return true;
	return false;
}

Test(lower, a_nic_has_none_below_it)
{
	cr_assert_eq(ovr_nic_lower_read(root, "eth0", 2, lower), 0);
}

Test(lower, a_vlan_over_a_bond_has_the_bond_and_its_ports)
{
	uint32_t n = ovr_nic_lower_read(root, "bond0.7", 5, lower);

	cr_assert_eq(n, 3);
	cr_assert_str_eq(lower[0], "bond0");
	cr_assert(has(n, "eth0"));
	cr_assert(has(n, "eth1"));
}

Test(lower, each_is_told_once)
{
	uint32_t n = ovr_nic_lower_read(root, "br0", 6, lower);

	cr_assert_eq(n, 4);
	cr_assert(has(n, "bond0.7") && has(n, "bond0") && has(n, "eth0") && has(n, "eth1"));
}

Test(lower, another_namespaces_interface_of_that_name_tells_of_none)
{
	cr_assert_eq(ovr_nic_lower_read(root, "bond0.7", 9, lower), 0);
	cr_assert_eq(ovr_nic_lower_read(root, "eth7", 7, lower), 0);
}
