/* SPDX-License-Identifier: BSD-3-Clause */
#include "fitness/quota.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "pci/read.h"

#define LINE_BYTES 4096
#define NS_PER_US  1000

/* Where the groups of this process are. */
struct place {
	bool is_v1;
	char group[PATH_MAX];  /* "/docker/ab12": within the hierarchy */
	char folder[PATH_MAX]; /* "/sys/fs/cgroup/docker/ab12" */
	size_t n_mount;        /* characters of it that are the mount point, above which there is none */
};

/* Whether a list of words between commas has this one. */
static bool
has_word(const char *list, const char *word)
{
	for (size_t n; *list != '\0'; list += n + (list[n] == ',')) {
		n = strcspn(list, ",");
		if (n == strlen(word) && memcmp(list, word, n) == 0)
			return true;
	}
	return false;
}

static FILE *
open_below(const char *root, const char *path)
{
	char full[PATH_MAX];

	return pci_path(full, sizeof(full), root, "%s", path) ? fopen(full, "re") : NULL;
}

/*
 * The group by /proc/PID/cgroup, "2:cpu,cpuacct:/a" or "0::/a": a hierarchy of v1 that has the
 * controller keeps it from that of v2.
 */
static bool
find_group(const char *root, struct place *place)
{
	char line[LINE_BYTES];
	bool is_found = false;
	FILE *file = open_below(root, "proc/thread-self/cgroup");

	if (file == NULL)
		return false;
	while (!place->is_v1 && fgets(line, sizeof(line), file) != NULL) {
		char *controllers = strchr(line, ':');
		char *group = controllers != NULL ? strchr(controllers + 1, ':') : NULL;

		if (group == NULL)
			continue;
		*controllers++ = *group++ = '\0';
		group[strcspn(group, "\n")] = '\0';
		place->is_v1 = has_word(controllers, "cpu");
		if (!place->is_v1 && controllers[0] != '\0')
			continue;
		is_found = snprintf(place->group, sizeof(place->group), "%s", group) <
			(int)sizeof(place->group);
	}
	fclose(file);
	return is_found;
}

/* The group below the part of its hierarchy that a mount shows; NULL: it is not in it. */
static const char *
below(const char *group, const char *shown)
{
	size_t n = strcmp(shown, "/") == 0 ? 0 : strlen(shown);

	if (strncmp(group, shown, n) != 0 || (group[n] != '/' && group[n] != '\0'))
		return NULL;
	/* of a group outside of the namespace: "/../b" */
	if (strstr(group, "/..") != NULL)
		return NULL;
	return strcmp(group + n, "/") == 0 ? "" : group + n;
}

/* A line of mountinfo: "31 23 0:27 SHOWN POINT options … - TYPE source OPTIONS". */
static bool
is_mount_of(char *line, struct place *place)
{
	char shown[1024], point[1024], type[32], options[1024];
	char *second = strstr(line, " - ");
	const char *rest;

	if (second == NULL || sscanf(line, "%*s %*s %*s %1023s %1023s", shown, point) != 2 ||
		sscanf(second, " - %31s %*s %1023s", type, options) != 2)
		return false;
	if (strcmp(type, place->is_v1 ? "cgroup" : "cgroup2") != 0 ||
		(place->is_v1 && !has_word(options, "cpu")))
		return false;
	rest = below(place->group, shown);
	place->n_mount = strlen(point);
	return rest != NULL &&
		snprintf(place->folder, sizeof(place->folder), "%s%s", point, rest) <
		(int)sizeof(place->folder);
}

static bool
find_folder(const char *root, struct place *place)
{
	char line[LINE_BYTES];
	bool is_found = false;
	FILE *file = open_below(root, "proc/thread-self/mountinfo");

	if (file == NULL)
		return false;
	while (!is_found && fgets(line, sizeof(line), file) != NULL)
		is_found = is_mount_of(line, place) && pci_exists(root, "%s", place->folder + 1);
	fclose(file);
	return is_found;
}

/* The quota of one group. @return whether it has one */
static bool
read_limit(const char *root, const struct place *place, struct ovr_fitness_quota *quota)
{
	const char *folder = place->folder + 1;
	char line[64];

	if (!place->is_v1)
		return pci_read_line(line, sizeof(line), root, "%s/cpu.max", folder) &&
			sscanf(line, "%" SCNd64 " %" SCNd64, &quota->quota_us, &quota->period_us) == 2 &&
			quota->quota_us > 0 && quota->period_us > 0;
	quota->quota_us = pci_read_number(0, root, "%s/cpu.cfs_quota_us", folder);
	quota->period_us = pci_read_number(0, root, "%s/cpu.cfs_period_us", folder);
	return quota->quota_us > 0 && quota->period_us > 0;
}

/* How often its group was stopped since it was made. */
static void
read_stat(const char *root, const struct place *place, struct ovr_fitness_quota *quota)
{
	char path[PATH_MAX], line[128], key[32];
	int64_t value;
	FILE *file;

	quota->n_periods = quota->n_throttled = quota->throttled_us = OVR_FITNESS_UNKNOWN;
	snprintf(path, sizeof(path), "%.*s", (int)sizeof(path) - 16, place->folder + 1);
	strcat(path, "/cpu.stat");
	file = open_below(root, path);
	if (file == NULL)
		return;
	while (fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "%31s %" SCNd64, key, &value) != 2)
			continue;
		if (strcmp(key, "nr_periods") == 0)
			quota->n_periods = value;
		else if (strcmp(key, "nr_throttled") == 0)
			quota->n_throttled = value;
		else if (strcmp(key, "throttled_usec") == 0)
			quota->throttled_us = value;
		else if (strcmp(key, "throttled_time") == 0)
			quota->throttled_us = value / NS_PER_US;
	}
	fclose(file);
}

/* Whether one of both allows less of a CPU. */
static bool
is_smaller(const struct ovr_fitness_quota *quota, const struct ovr_fitness_quota *than)
{
	return than->period_us == 0 ||
		(__int128_t)quota->quota_us * than->period_us < (__int128_t)than->quota_us * quota->period_us;
}

void
fit_quota_read(const char *root, struct ovr_fitness_quota *ret_quota)
{
	struct place place = { .is_v1 = false };

	*ret_quota = (struct ovr_fitness_quota){ .quota_us = 0 };
	if (!find_group(root, &place) || !find_folder(root, &place))
		return;
	ret_quota->is_known = true;
	ret_quota->is_v1 = place.is_v1;
	for (;;) {
		struct ovr_fitness_quota quota = *ret_quota;

		if (read_limit(root, &place, &quota) && is_smaller(&quota, ret_quota)) {
			read_stat(root, &place, &quota);
			snprintf(quota.group, sizeof(quota.group), "%.*s", (int)sizeof(quota.group) - 1,
				place.folder);
			*ret_quota = quota;
		}
		if (strlen(place.folder) <= place.n_mount)
			return;
		*strrchr(place.folder, '/') = '\0';
	}
}
