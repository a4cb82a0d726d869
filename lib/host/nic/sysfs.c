/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/sysfs.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A width that the kernel could not read. */
#define PCIE_WIDTH_UNKNOWN 0xff

static bool read_line(char *line, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The first line of a file, without its end. @return whether there is one */
static bool
read_line(char *line, size_t size, const char *format, ...)
{
	char path[PATH_MAX];
	va_list args;
	FILE *file;
	bool got;

	va_start(args, format);
	vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	file = fopen(path, "re");
	if (file == NULL)
		return false;
	got = fgets(line, (int)size, file) != NULL;
	fclose(file);
	if (got)
		line[strcspn(line, "\n")] = '\0';
	return got;
}

/* A whole number in a file of a folder; @p otherwise where there is none. */
static long
read_number(const char *folder, const char *file, long otherwise)
{
	char line[32], *end;
	long number;

	if (!read_line(line, sizeof(line), "%s/%s", folder, file))
		return otherwise;
	errno = 0;
	number = strtol(line, &end, 10);
	return errno != 0 || end == line || *end != '\0' ? otherwise : number;
}

uint32_t
ovr_nic_sysfs_parse_mts(const char *text)
{
	unsigned int whole, tenths = 0;
	int n = 0;

	/* by hand and not as a double: the point is a point in every locale */
	if (sscanf(text, "%4u%n", &whole, &n) != 1)
		return 0;
	text += n;
	if (*text == '.') {
		if (text[1] < '0' || text[1] > '9')
			return 0;
		tenths = (unsigned int)(text[1] - '0');
		text += 2;
	}
	return strncmp(text, " GT/s", 5) == 0 ? 1000 * whole + 100 * tenths : 0;
}

bool
ovr_nic_sysfs_is_bdf(const char *name)
{
	unsigned int domain, bus, device, function;
	int n = 0;

	return sscanf(name, "%8x:%2x:%2x.%1x%n", &domain, &bus, &device, &function, &n) == 4 && n >= 12 &&
		name[n] == '\0';
}

/* Whether sysfs shows this interface, and not one of another namespace. */
static bool
is_the_same(const char *folder, const struct ovr_nic_link *link)
{
	char address[64], mac[sizeof("00:11:22:33:44:55")];

	snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x", link->mac[0], link->mac[1], link->mac[2],
		link->mac[3], link->mac[4], link->mac[5]);
	if (read_number(folder, "ifindex", 0) != (long)link->ifindex)
		return false;
	return read_line(address, sizeof(address), "%s/address", folder) &&
		strncmp(address, mac, sizeof(mac) - 1) == 0;
}

/* Count the folders rx-N or tx-N. */
static void
count_queues(const char *folder, struct ovr_nic_sysfs *sysfs)
{
	char path[PATH_MAX];
	const struct dirent *entry;
	DIR *queues;

	snprintf(path, sizeof(path), "%s/queues", folder);
	queues = opendir(path);
	if (queues == NULL)
		return;
	while ((entry = readdir(queues)) != NULL) {
		sysfs->n_rxq += strncmp(entry->d_name, "rx-", 3) == 0;
		sysfs->n_txq += strncmp(entry->d_name, "tx-", 3) == 0;
	}
	closedir(queues);
}

static void
read_pcie(const char *folder, struct ovr_nic_pcie *pcie)
{
	char speed[32] = "", speed_max[32] = "";
	long width = read_number(folder, "current_link_width", 0);
	long width_max = read_number(folder, "max_link_width", 0);

	if (!read_line(speed, sizeof(speed), "%s/current_link_speed", folder) || width <= 0 ||
		width >= PCIE_WIDTH_UNKNOWN)
		return;
	read_line(speed_max, sizeof(speed_max), "%s/max_link_speed", folder);
	pcie->speed_mts = ovr_nic_sysfs_parse_mts(speed);
	pcie->speed_max_mts = ovr_nic_sysfs_parse_mts(speed_max);
	pcie->width = (uint32_t)width;
	pcie->width_max = width_max <= 0 || width_max >= PCIE_WIDTH_UNKNOWN ? 0 : (uint32_t)width_max;
	pcie->known = pcie->speed_mts != 0;
	if (!pcie->known)
		*pcie = (struct ovr_nic_pcie){ 0 };
}

/* The device, and the PCI device that it is or, for virtio, that it stands on. */
static void
read_device(const char *folder, struct ovr_nic_sysfs *sysfs)
{
	char link[PATH_MAX], device[PATH_MAX];
	const char *name;

	snprintf(link, sizeof(link), "%s/device", folder);
	if (realpath(link, device) == NULL)
		return;
	sysfs->numa_node = (int32_t)read_number(device, "numa_node", -1);
	name = strrchr(device, '/') + 1;
	if (strncmp(name, "virtio", 6) == 0) {
		*strrchr(device, '/') = '\0';
		name = strrchr(device, '/') + 1;
		if (sysfs->numa_node < 0)
			sysfs->numa_node = (int32_t)read_number(device, "numa_node", -1);
	}
	if (!ovr_nic_sysfs_is_bdf(name))
		return;
	snprintf(sysfs->bus, sizeof(sysfs->bus), "%s", name);
	read_pcie(device, &sysfs->pcie);
}

void
ovr_nic_sysfs_read(const char *root, const struct ovr_nic_link *link, struct ovr_nic_sysfs *ret_sysfs)
{
	char folder[256];

	*ret_sysfs = (struct ovr_nic_sysfs){ .numa_node = -1 };
	snprintf(folder, sizeof(folder), "%s/class/net/%s", root, link->name);
	if (!is_the_same(folder, link))
		return;
	count_queues(folder, ret_sysfs);
	read_device(folder, ret_sysfs);
}
