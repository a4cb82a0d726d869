/* SPDX-License-Identifier: BSD-3-Clause */
/* The lists of a snapshot: what is added to them and found in them. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "kernel/readers.h"
#include "kernel/rules.h"

/* Into zeroed memory, shortened to what finds room. */
static void
copy_text(char *to, size_t size, const char *from)
{
	memcpy(to, from, strnlen(from, size - 1));
}

struct ovr_kernel_counter *
ovr_kernel_add(struct ovr_kernel_reading *reading, enum ovr_kernel_layer layer, const char *object,
	const char *name, uint64_t value)
{
	struct ovr_kernel_snapshot *snapshot = reading->snapshot;
	struct ovr_kernel_counter *counter = OVR_LIST_ADD(snapshot->counter, snapshot->n, snapshot->capacity);

	if (counter == NULL) {
		reading->status = -ENOMEM;
		return NULL;
	}
	counter->layer = layer;
	counter->value = value;
	counter->is_known = true;
	counter->width_bits = 64;
	copy_text(counter->netns, sizeof(counter->netns), reading->netns);
	copy_text(counter->object, sizeof(counter->object), object);
	copy_text(counter->name, sizeof(counter->name), name);
	counter->unit = ovr_kernel_unit_of(layer, counter->name);
	return counter;
}

struct ovr_kernel_link *
ovr_kernel_add_link(struct ovr_kernel_reading *reading)
{
	struct ovr_kernel_snapshot *snapshot = reading->snapshot;
	struct ovr_kernel_link *link = OVR_LIST_ADD(
		snapshot->link, snapshot->n_links, snapshot->links_capacity);

	if (link == NULL) {
		reading->status = -ENOMEM;
		return NULL;
	}
	link->netns_id = reading->netns_id;
	link->peer_nsid = -1;
	copy_text(link->netns, sizeof(link->netns), reading->netns);
	return link;
}

struct ovr_kernel_link *
ovr_kernel_link_at(const struct ovr_kernel_reading *reading, uint32_t ifindex)
{
	const struct ovr_kernel_snapshot *snapshot = reading->snapshot;

	for (uint32_t i = reading->first_link; i < snapshot->n_links; i++)
		if (snapshot->link[i].ifindex == ifindex)
			return &snapshot->link[i];
	return NULL;
}

void
ovr_kernel_note(struct ovr_kernel_reading *reading, const char *format, ...)
{
	struct ovr_kernel_snapshot *snapshot = reading->snapshot;
	char(*note)[OVR_KERNEL_NOTE_BYTES] = OVR_LIST_ADD(
		snapshot->note, snapshot->n_notes, snapshot->notes_capacity);
	va_list args;
	int length;

	if (note == NULL) {
		reading->status = -ENOMEM;
		return;
	}
	length = snprintf(*note, sizeof(*note), "%s%s",
		reading->netns[0] == '\0' ? "this network namespace" : reading->netns, ": ");
	va_start(args, format);
	vsnprintf(*note + length, sizeof(*note) - (size_t)length, format, args);
	va_end(args);
}

void
ovr_kernel_note_error(struct ovr_kernel_reading *reading, const char *what, int code)
{
	if (code == -ENOMEM)
		reading->status = -ENOMEM;
	else if (code == -EPERM || code == -EACCES)
		ovr_kernel_note(reading,
			"this user may not read %s, so losses counted there alone are unexplained; accepted: "
			"root, or CAP_NET_ADMIN",
			what);
	else
		ovr_kernel_note(reading,
			"%s cannot be read, so losses counted there alone are unexplained: %s", what,
			strerror(-code));
}

char *
ovr_kernel_read_proc(const char *name)
{
	char path[96];
	char *text = NULL;
	size_t size = 0;
	ssize_t n;
	FILE *file;

	/* of the thread, which may have changed its namespace */
	snprintf(path, sizeof(path), "/proc/thread-self/net/%s", name);
	file = fopen(path, "re");
	if (file == NULL)
		return NULL;
	/* no byte of it is a zero: it is all one text */
	errno = ENODATA;
	n = getdelim(&text, &size, '\0', file);
	fclose(file);
	if (n > 0)
		return text;
	free(text);
	return NULL;
}

const struct ovr_kernel_counter *
ovr_kernel_snapshot_find(const struct ovr_kernel_snapshot *snapshot, const char *netns,
	enum ovr_kernel_layer layer, const char *object, const char *name)
{
	for (uint32_t i = 0; i < snapshot->n; i++) {
		const struct ovr_kernel_counter *counter = &snapshot->counter[i];

		if (counter->layer == layer && strcmp(counter->name, name) == 0 &&
			strcmp(counter->object, object) == 0 && strcmp(counter->netns, netns) == 0)
			return counter;
	}
	return NULL;
}

void
ovr_kernel_snapshot_clear(struct ovr_kernel_snapshot *snapshot)
{
	snapshot->n = snapshot->n_links = snapshot->n_notes = 0;
	snapshot->n_queued = 0;
}

void
ovr_kernel_snapshot_done(struct ovr_kernel_snapshot *snapshot)
{
	free(snapshot->counter);
	free(snapshot->link);
	free(snapshot->note);
	*snapshot = (struct ovr_kernel_snapshot){ 0 };
}

const char *
ovr_kernel_layer_name(enum ovr_kernel_layer layer)
{
	static const char *const name[] = {
		[OVR_KERNEL_LINK] = "link",
		[OVR_KERNEL_DRIVER] = "driver",
		[OVR_KERNEL_QDISC] = "qdisc",
		[OVR_KERNEL_CLASS] = "class",
		[OVR_KERNEL_SOFTNET] = "softnet",
		[OVR_KERNEL_NFTABLES] = "nftables",
		[OVR_KERNEL_CONNTRACK] = "conntrack",
		[OVR_KERNEL_MIB] = "mib",
		[OVR_KERNEL_NEIGHBOUR] = "neighbour",
		[OVR_KERNEL_SOCKET] = "socket",
	};

	_Static_assert(sizeof(name) / sizeof(name[0]) == OVR_KERNEL_LAYERS, "every layer has a name");
	return name[layer];
}

const char *
ovr_kernel_unit_name(enum ovr_kernel_unit unit)
{
	static const char *const name[] = {
		[OVR_KERNEL_FRAME] = "frame",
		[OVR_KERNEL_SKB] = "skb",
		[OVR_KERNEL_SEGMENT] = "segment",
		[OVR_KERNEL_DATAGRAM] = "datagram",
		[OVR_KERNEL_OTHER] = "other",
	};

	_Static_assert(sizeof(name) / sizeof(name[0]) == OVR_KERNEL_UNITS, "every unit has a name");
	return name[unit];
}
