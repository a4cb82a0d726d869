/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/channels.h"

#include <errno.h>
#include <string.h>

#include <linux/ethtool.h>

#include "nic/ethtool.h"
#include "nic/link.h"

/* One of the four numbers. */
struct number {
	const char *what;
	uint32_t asked, most;
};

/* @return 0; -ERANGE: above what the driver says is its most */
static int
check(const char *name, const struct ovr_nic_channels *asked, const struct ethtool_channels *now,
	struct ovr_err *err)
{
	const struct number number[] = {
		{ "rx", asked->rx, now->max_rx },
		{ "tx", asked->tx, now->max_tx },
		{ "other", asked->other, now->max_other },
		{ "combined", asked->combined, now->max_combined },
	};

	for (size_t i = 0; i < sizeof(number) / sizeof(number[0]); i++)
		if (number[i].asked > number[i].most)
			return ovr_err_set(err, -ERANGE,
				"%s: %u %s channels were asked for; accepted: at most %u", name,
				number[i].asked, number[i].what, number[i].most);
	return 0;
}

static int
explain(const char *name, int status, struct ovr_err *err)
{
	if (status == -ENODEV)
		return ovr_nic_no_such_link(name, err);
	if (status == -EOPNOTSUPP)
		return ovr_err_set(err, status, "%s: its driver cannot set the number of channels", name);
	if (status == -EPERM)
		return ovr_err_set(err, status,
			"%s: this user may not set channels; accepted: root, or CAP_NET_ADMIN", name);
	return ovr_err_set(
		err, status, "%s: the driver refuses to set channels: %s", name, strerror(-status));
}

int
ovr_nic_channels_set(const char *name, const struct ovr_nic_channels *channels, struct ovr_err *err)
{
	struct ethtool_channels now = { .cmd = ETHTOOL_GCHANNELS };
	struct ethtool_channels asked = {
		.cmd = ETHTOOL_SCHANNELS,
		.rx_count = channels->rx,
		.tx_count = channels->tx,
		.other_count = channels->other,
		.combined_count = channels->combined,
	};
	int status = ovr_ethtool(name, &now);

	if (status == 0)
		status = check(name, channels, &now, err);
	else
		return explain(name, status, err);
	if (status != 0)
		return status;
	status = ovr_ethtool(name, &asked);
	return status != 0 ? explain(name, status, err) : 0;
}
