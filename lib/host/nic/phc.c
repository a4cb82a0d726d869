/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/phc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include <linux/ethtool.h>

#include "base/plain.h"
#include "nic/ethtool.h"
#include "nic/link.h"

/* A clock that is a descriptor, as Documentation/driver-api/ptp.rst of Linux makes it. */
static clockid_t
clock_of_fd(int fd)
{
	return ~(clockid_t)fd << 3 | 3;
}

double
ovr_nic_phc_ppm(long freq)
{
	return (double)freq / 65536.0;
}

static void
read_name(struct ovr_nic_phc *phc)
{
	char path[64];
	ssize_t size;
	int fd;

	snprintf(path, sizeof(path), "/sys/class/ptp/ptp%d/clock_name", phc->index);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	size = read(fd, phc->name, sizeof(phc->name) - 1);
	close(fd);
	phc->name[size > 0 ? size : 0] = '\0';
	phc->name[strcspn(phc->name, "\n")] = '\0';
	ovr_plain(phc->name);
}

static void
read_clock(struct ovr_nic_phc *phc)
{
	struct timex now = { .modes = 0 };
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/dev/ptp%d", phc->index);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		phc->unread = -errno;
		return;
	}
	if (clock_adjtime(clock_of_fd(fd), &now) < 0)
		phc->unread = -errno;
	else
		phc->freq_ppm = ovr_nic_phc_ppm(now.freq);
	close(fd);
}

int
ovr_nic_phc_read(const char *interface, struct ovr_nic_phc *ret_phc, struct ovr_err *err)
{
	struct ethtool_ts_info info = { .cmd = ETHTOOL_GET_TS_INFO };
	struct ovr_nic_phc phc = { .index = -1 };
	int status = ovr_ethtool(interface, &info);

	if (status == -ENODEV)
		return ovr_nic_no_such_link(interface, err);
	if (status != 0 && status != -EOPNOTSUPP)
		return ovr_err_set(
			err, status, "%s: its clock cannot be asked for: %s", interface, strerror(-status));
	phc.is_known = status == 0;
	if (phc.is_known)
		phc.index = info.phc_index;
	if (phc.index >= 0) {
		read_name(&phc);
		read_clock(&phc);
	}
	*ret_phc = phc;
	return 0;
}

const char *
ovr_nic_phc_print(
	char text[static OVR_NIC_PHC_TEXT_BYTES], const char *interface, const struct ovr_nic_phc *phc)
{
	char clock[128];

	snprintf(clock, sizeof(clock), "clock ptp%d%s%s%s of %.32s", phc->index,
		phc->name[0] != '\0' ? " (" : "", phc->name, phc->name[0] != '\0' ? ")" : "", interface);
	if (!phc->is_known)
		snprintf(text, OVR_NIC_PHC_TEXT_BYTES, "whether %.32s has a clock is unknown", interface);
	else if (phc->index < 0)
		snprintf(text, OVR_NIC_PHC_TEXT_BYTES, "%.32s has no clock", interface);
	else if (phc->unread != 0)
		snprintf(text, OVR_NIC_PHC_TEXT_BYTES, "%s: whether it is adjusted is unknown: %.64s", clock,
			strerror(-phc->unread));
	else if (phc->freq_ppm == 0)
		snprintf(text, OVR_NIC_PHC_TEXT_BYTES, "%s runs free", clock);
	else
		snprintf(text, OVR_NIC_PHC_TEXT_BYTES, "%s is adjusted by %+.3f ppm", clock, phc->freq_ppm);
	return text;
}
