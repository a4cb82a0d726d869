/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Journal of the host changes that this process made, and their reversal.
 *
 * A process notes a change of an interface before it makes it, in a journal of its own on a file
 * system that a reboot empties (`/run/overrun/PID.undo`). When the process ends, it undoes all
 * changes. When it is killed, the next process finds the journal and undoes them. A process locks
 * its journal as long as it lives: a journal without a lock belongs to a dead process, also of
 * another PID namespace. A journal is used only if nobody but root and this user can have written
 * it. Hugepage files of EAL need no journal: their names carry the pid (env/env.h).
 *
 *     ovr_nic_facts_read("eth0", &before, err);
 *     ovr_undo_note(undo, OVR_UNDO_MTU, &before, err);    the journal is on disk when this returns
 *     ovr_undo_took(undo, OVR_UNDO_MTU, &after, err);     what it will be
 *     ovr_nic_mtu_set("eth0", 9000, err);
 *     …
 *     ovr_undo_all(undo, err);
 *
 * A setting of the whole host (sysctl) is noted and changed in one go, by ovr_undo_set().
 *
 * An interface is identified by its network namespace and its index: a renamed one is the same, one
 * that was made anew is another, on which nothing is undone. The changes of one that was moved to
 * another namespace with our XDP program cannot be undone from here; that is an error. Later
 * changes by others stay. Control thread only. No DPDK.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "nic/nic.h"

#define OVR_UNDO_PATH_BYTES 256

/** How the name of a network namespace begins that overrun makes, and may remove. */
#define OVR_UNDO_NAMESPACE_PREFIX "ovr-lab-"

/** Where things are. Tests have places of their own. */
struct ovr_undo_places {
	char journals[OVR_UNDO_PATH_BYTES]; /**< folder of the journals; "" if this user has no such place */
	char mounts[OVR_UNDO_PATH_BYTES];   /**< list of mounts, to find hugetlbfs in */
	char bpf[OVR_UNDO_PATH_BYTES];      /**< folder of libxdp's pins */
	char namespaces[OVR_UNDO_PATH_BYTES]; /**< folder of the network namespaces that have names */
	char settings[OVR_UNDO_PATH_BYTES];   /**< folder of the settings of sysctl */
};

/**
 * The usual places: `/run/overrun` for root, else `$XDG_RUNTIME_DIR/overrun`; libxdp's as it finds
 * them; /proc/mounts; /run/netns; /proc/sys.
 */
void ovr_undo_places_default(struct ovr_undo_places *ret_places);

/** What is done to an interface, or made. */
enum ovr_undo_kind {
	OVR_UNDO_USE,     /**< it is used, and not changed: nothing to put back, but nobody else may use it */
	OVR_UNDO_XDP,     /**< an XDP program will be attached, where there was none */
	OVR_UNDO_PROMISC, /**< IFF_PROMISC will be set, which was not */
	OVR_UNDO_MTU,     /**< the MTU will change */
	OVR_UNDO_RINGS,   /**< ring sizes will change */
	OVR_UNDO_CHANNELS,  /**< the numbers of channels will change */
	OVR_UNDO_OFFLOADS,  /**< offloads that merge received frames (nic/offloads.h) will be turned off */
	OVR_UNDO_PAUSE,     /**< flow control will change */
	OVR_UNDO_NAMESPACE, /**< a network namespace will be made; ovr_undo_note_namespace() */
	OVR_UNDO_SETTING,   /**< a setting of the whole host will change; ovr_undo_set() */
	OVR_UNDO_KINDS,
};

/** The changes that this process made. */
struct ovr_undo;

/**
 * Begin. Nothing is written before the first note.
 * @param places NULL: the usual ones
 * @param[out] ret_undo the caller's, to be freed with ovr_undo_close()
 * @return 0; -ENOMEM; -errno: /proc does not tell about this process
 */
int ovr_undo_open(const struct ovr_undo_places *places, struct ovr_undo **ret_undo, struct ovr_err *err);

/**
 * Note what is about to be done. When this returns 0, the note is on its file system; when it
 * fails, the change must not be made. A change without effect (IFF_PROMISC is set already, a
 * program is attached already, no such offload is on) is noted as OVR_UNDO_USE. A second note of
 * one kind for one interface changes nothing: the first one says how it was.
 * @param before the interface as it is now
 * @return 0; -EBUSY: a living process has the interface in its journal (the sentence names it);
 * -ENOENT: this user has
 *         no place for a journal; -EINVAL: rings or channels are not known, so that they cannot be
 *         put back; -errno
 */
int ovr_undo_note(struct ovr_undo *undo, enum ovr_undo_kind kind, const struct ovr_nic_facts *before,
	struct ovr_err *err);

/**
 * Note what came of it, so that putting back can tell our change from a later one of somebody else:
 * the id of the attached program, the MTU, the sizes that the driver took. What is certain
 * beforehand (an MTU) is told before the change is made. Without it anything that differs from what
 * was noted is put back.
 * @param after the interface as it is now
 * @return 0, also when there is no such change; -errno
 */
int ovr_undo_took(struct ovr_undo *undo, enum ovr_undo_kind kind, const struct ovr_nic_facts *after,
	struct ovr_err *err);

/**
 * Note that a network namespace is about to be made. Putting back removes it, and with it all that
 * is in it.
 * @param name begins with OVR_UNDO_NAMESPACE_PREFIX and has no slash
 * @return as ovr_undo_note(); -EINVAL: another name
 */
int ovr_undo_note_namespace(struct ovr_undo *undo, const char *name, struct ovr_err *err);

/**
 * Note which namespace it became, so that one that somebody else makes under that name stays.
 * @param inode of its file
 * @return 0, also when it was not noted; -errno
 */
int ovr_undo_took_namespace(struct ovr_undo *undo, const char *name, uint32_t inode, struct ovr_err *err);

/**
 * Change a setting of the whole host, and note it beforehand. It may be changed several times:
 * putting back gives it the value that it had before the first, unless somebody else has set it
 * since.
 * @param name as sysctl has it, "net.core.netdev_max_backlog": of `net`, a whole number
 * @return as ovr_undo_note(); -EINVAL: another name, or its value is no number; -ENOENT: there is
 * no such setting here; -EACCES: it may not be written, as in network namespaces other than the
 * initial one
 */
int ovr_undo_set(struct ovr_undo *undo, const char *name, uint32_t value, struct ovr_err *err);

/** Leave everything as it is now, for good, and remove the journal. */
void ovr_undo_forget(struct ovr_undo *undo);

/**
 * Put back everything, the latest first, and remove the journal.
 * @return 0; -errno of the first thing that could not be put back: its note is kept, and the
 * sentence says what it is
 */
int ovr_undo_all(struct ovr_undo *undo, struct ovr_err *err);

/** Free it. What was not put back stays in the journal for the next process. NULL is allowed. */
void ovr_undo_close(struct ovr_undo *undo);

/** Lines of a report. */
#define OVR_UNDO_REPORT_LINES 48

/** What a line tells. */
enum ovr_undo_said {
	OVR_UNDO_SAID_PUT_BACK, /**< something was put back or removed */
	OVR_UNDO_SAID_LEFT,     /**< something was left as it is, and why */
	OVR_UNDO_SAID_SKIPPED,  /**< a line of a journal that cannot be understood */
};

/** What recovering did, a few words for each change. Plain data. */
struct ovr_undo_report {
	uint32_t n_lines, n_dropped; /**< lines there are, and those that found no room */
	struct {
		enum ovr_undo_said said;
		char text[240]; /**< "eth0: promiscuity cleared, which process 1234 left" */
	} line[OVR_UNDO_REPORT_LINES];
};

/**
 * Put back what dead processes left: for every journal whose process is dead and whose network
 * namespace is ours, and every hugepage file of this user with our prefix and the pid of a dead
 * process. Living processes are left alone. A journal of another namespace is left while that
 * exists, and removed when it is gone.
 * @param places NULL: the usual ones
 * @return 0, also when something could not be put back: the report says so, and the journal is
 * kept; -errno: the
 *         journals cannot be read at all
 */
int ovr_undo_recover(
	const struct ovr_undo_places *places, struct ovr_undo_report *ret_report, struct ovr_err *err);

/**
 * Whether a living process, other than this one, uses the interface.
 * @param places NULL: the usual ones
 * @return 0: no; -EBUSY: yes, the sentence names it; -errno
 */
int ovr_undo_is_free(
	const struct ovr_undo_places *places, const struct ovr_nic_facts *facts, struct ovr_err *err);

/**
 * Remove the hugepage files of an EAL that has ended; for this process, after ovr_env_stop().
 * What is locked, since somebody uses it, is left.
 * @param places NULL: the usual ones
 * @return how many were removed
 */
unsigned int ovr_undo_eal_files(const struct ovr_undo_places *places, pid_t pid);
