/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The plan of a trial or of a command: from options and YAML to a frozen, printable description.
 *
 * One table of rows (ovr_plan_row_at()) says all there is to say about an option: its name, which
 * is its YAML key too, how its value is parsed and printed, its default and its help. The command
 * line, the YAML file, the effective plan, the help text, the manual page and the plan in a result
 * all come from it, so they cannot disagree. Order of precedence: default, file, command line.
 *
 * Parse → freeze: ovr_plan_freeze() checks what no single value can say (a pool that cannot fill
 * the rings, streams that do not fit the queues, …) and fills in what was left to be computed. A
 * frozen plan is const. No function needs EAL or hardware.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cpuset.h"
#include "base/err.h"
#include "base/nearest.h"
#include "base/units.h"
#include "frame/frame.h"
#include "frame/mix.h"
#include "pace/pace.h"
#include "plan/listen.h"
#include "plan/netdev_conf.h"
#include "plan/port_name.h"
#include "plan/socket_conf.h"
#include "plan/wire_conf.h"
#include "stall/injection.h"

/**
 * Whose plan it is: a trial's, or that of a command that carries out many trials and has options of
 * its own.
 */
enum ovr_plan_command {
	OVR_PLAN_RUN, /**< one trial */
	OVR_PLAN_SELFTEST,
	OVR_PLAN_MODEL, /**< plan-ring: calculates, and sends nothing */
	OVR_PLAN_SWEEP,
	OVR_PLAN_SEARCH,
	OVR_PLAN_ADVISE,      /**< ring advise */
	OVR_PLAN_BURST,       /**< `overrun burst` */
	OVR_PLAN_RING_VERIFY, /**< `overrun ring verify` */
	OVR_PLAN_HALF,        /**< what one host does of a trial: the other port may be elsewhere */
	OVR_PLAN_COMMANDS,
};

#define OVR_PLAN_PATH_BYTES 256
/** At least as many as the table has rows (ovr_plan_row_at()). */
#define OVR_PLAN_ROWS_MAX    160
#define OVR_PLAN_WORKERS_MAX 32
/** Queues of a port in each direction that a plan can ask for; the port itself may have fewer. */
#define OVR_PLAN_QUEUES_MAX 256
/**
 * Queues of a wire in each direction: as many as DPDK's ring device has
 * (RTE_PMD_RING_MAX_RX_RINGS).
 */
#define OVR_PLAN_WIRE_QUEUES_MAX 16

enum ovr_plan_path {
	OVR_PATH_DIRECT, /**< nothing stands between the ports */
	OVR_PATH_DUT,    /**< something does; what no counter explains is booked to `path` */
};

enum ovr_plan_on_full {
	OVR_ON_FULL_DROP, /**< the slot is given up, the number is used again */
	OVR_ON_FULL_WAIT, /**< attempted again until there is room; the schedule waits */
};

enum ovr_plan_numa {
	OVR_NUMA_WARN,   /**< a worker on another node than its port is said in the result */
	OVR_NUMA_STRICT, /**< and refused */
};

/** What is shown while a command runs. */
enum ovr_plan_show {
	OVR_SHOW_AUTO,   /**< a screen on a terminal that can have one, or the line */
	OVR_SHOW_SCREEN, /**< the whole terminal */
	OVR_SHOW_LINE,   /**< one line of it; off a terminal one after the other */
	OVR_SHOW_NONE,
};

/** When the live view has colours. */
enum ovr_plan_color {
	OVR_COLOR_AUTO, /**< unless NO_COLOR is set */
	OVR_COLOR_ALWAYS,
	OVR_COLOR_NEVER,
};

/**
 * A time still open: freeze makes it no limit where a count is given, and OVR_PLAN_TIME_DEFAULT_NS
 * where not.
 */
#define OVR_PLAN_TIME_AUTO       UINT64_MAX
#define OVR_PLAN_TIME_DEFAULT_NS UINT64_C(5000000000)
/** Longest time to send: with warm-up and drain it stays below the 2^48 ns that a tag can hold. */
#define OVR_PLAN_TIME_MAX_NS UINT64_C(259200000000000)
/** Most frames to be sent: numbers have 48 bits. */
#define OVR_PLAN_COUNT_MAX UINT64_C(0xffffffffffff)

/** `--shape smooth | burst=N,gap=T | poisson`. */
struct ovr_plan_shape {
	enum ovr_pace_shape shape;
	uint64_t burst_frames;
	uint64_t gap_ns;
};

/** `--gateway ADDRESS`: the next hop of what is sent. */
struct ovr_plan_gateway {
	uint8_t ip_version; /**< 0: none; dst_mac is where frames go */
	uint8_t ip[16];     /**< network order; IPv4 uses the first four bytes */
};

/** Most namespaces on the way of the frames. */
#define OVR_PLAN_VIA_MAX 8

/** `--via netns=NAME`, again for each: hops of this host, in the order of the way. */
struct ovr_plan_via {
	uint32_t n;
	char netns[OVR_PLAN_VIA_MAX][OVR_SOCKET_NETNS_BYTES];
};

/** `--cores tx=1,rx=2-3,wire=4`; an empty set: chosen at start. */
struct ovr_plan_cores {
	struct ovr_cpuset tx, rx, wire;
};

/** What plan-ring has besides. */
struct ovr_plan_model {
	uint32_t imbalance_ppm; /**< the fullest queue's share over the mean one, in millionths */
	uint32_t held_back;     /**< descriptors that wait for their return */
	uint32_t buffer_bytes;  /**< of each descriptor */
};

/** Values of one list, at most. */
#define OVR_PLAN_LIST_MAX 16

/** `--sizes 64,512,imix`: trials with one mix after the other; n 0: the plan's own `size`. */
struct ovr_plan_sizes {
	uint32_t n;
	char text[OVR_PLAN_LIST_MAX][64]; /**< each as ovr_mix_parse() reads it */
};

/** `overrun sweep`: the values of each axis; n 0: the plan's own one. */
struct ovr_plan_sweep {
	uint32_t ring[OVR_PLAN_LIST_MAX]; /**< rxd, ascending */
	uint32_t n_rings;
	struct ovr_rate rate[OVR_PLAN_LIST_MAX];
	uint32_t n_rates;
	uint16_t burst[OVR_PLAN_LIST_MAX];
	uint32_t n_bursts;
	uint16_t queues[OVR_PLAN_LIST_MAX]; /**< rxq */
	uint32_t n_queues;
	struct ovr_stall_plan stall[OVR_PLAN_LIST_MAX];
	uint32_t n_stalls;
	char state[OVR_PLAN_PATH_BYTES]; /**< journal of finished cells; "": none */
};

/** How a search goes about it. */
enum ovr_plan_algorithm {
	OVR_ALGORITHM_MLR,    /**< MLRsearch */
	OVR_ALGORITHM_BINARY, /**< binary search with loss verification */
	OVR_ALGORITHM_CURVE,  /**< loss over load, RFC 2544 §26.3 */
};

/** `--goals ndr,pdr`. */
#define OVR_PLAN_GOALS_MAX 4
struct ovr_plan_goals {
	uint32_t n_goals; /**< ≥ 1 */
	uint32_t loss_ppb[OVR_PLAN_GOALS_MAX];
};

/** `--retry-loss any`. */
#define OVR_PLAN_RETRY_ANY UINT64_MAX

/** What is a search's own. */
struct ovr_plan_search {
	enum ovr_plan_algorithm algorithm;
	struct ovr_plan_goals goals;
	uint64_t sum_ns, initial_ns; /**< 0: by the length of a trial, see ovr_search_goal_of() */
	uint32_t exceed_ppb, width_ppb, step_ppb;
	uint64_t retry_loss;                /**< frames, or OVR_PLAN_RETRY_ANY */
	struct ovr_rate min_rate, max_rate; /**< value 0: auto */
	uint64_t limit_ns;                  /**< of a search for one size */
};

/** Stalls that `ring advise` sizes for. */
enum ovr_plan_cover {
	OVR_COVER_ALL,      /**< all that the baseline has seen */
	OVR_COVER_INJECTED, /**< those of --stall alone */
};

/** What `ring advise` has besides. */
struct ovr_plan_advise {
	uint64_t baseline_ns; /**< how long stalls are monitored */
	uint32_t level_ppb;   /**< of confidence */
	enum ovr_plan_cover cover;
};

/** Longest burst that a search may try (RFC 9004 section 5.4). */
#define OVR_PLAN_BURST_MAX_NS UINT64_C(30000000000)

/** What `overrun burst` looks for (RFC 9004). */
struct ovr_plan_back_to_back {
	uint64_t limit_frames, limit_ns;    /**< longest burst to try; one of the two is 0 */
	uint64_t step_frames;               /**< a search ends when its answer is known to so many frames */
	struct ovr_rate throughput, actual; /**< value 0: as seen while bursts drained; no rate of interest */
};

/**
 * Where frames go if nobody says so and the receiving port has no address of its own that matters.
 */
#define OVR_PLAN_DST_MAC "\x02\x00\x00\x00\x00\x02"

/** Ports that send in one trial, at most; as many may receive. */
#define OVR_PLAN_SENDERS_MAX   64
#define OVR_PLAN_SENDERS_BYTES 3072

/** Senders or receivers after the first one, on other machines; see plan/senders.h. */
struct ovr_plan_more {
	uint32_t n;
	char text[OVR_PLAN_SENDERS_BYTES]; /**< "host:b/netdev:eth1,host:c/netdev:eth1"; "": none */
};

/** The ports, and how they are set up. */
struct ovr_plan_ports {
	struct ovr_port_name tx, rx;
	struct ovr_plan_more more_tx, more_rx;
	enum ovr_plan_path path;
	struct ovr_plan_via via;
	char hosts[OVR_PLAN_PATH_BYTES]; /**< file that names other machines; "": the user's own one */
	bool force;        /**< use a kernel interface, or its NIC, that this host is reached through */
	uint64_t line_bps; /**< 0: as the port says (the wire: 10G) */
	uint32_t rxd, txd; /**< ring sizes: descriptors */
	uint16_t rxq, txq; /**< queues */
	uint16_t burst;    /**< frames per rx_burst and tx_burst */
	uint64_t link_timeout_ns; /**< how long to wait for a link */
	uint64_t link_settle_ns;  /**< how long to leave alone what stands between links that came up */
	uint32_t mbufs;           /**< frames in each pool; 0: computed by freeze */
};

/** What is sent. */
struct ovr_plan_frames {
	struct ovr_mix size;
	char templates[OVR_PLAN_PATH_BYTES]; /**< pcap file the templates come from; "": made here */
	uint8_t ip_version;
	uint8_t n_vlans;
	uint16_t vlan[OVR_FRAME_VLANS_MAX];
	uint8_t src_mac[6];
	uint8_t dst_mac[6]; /**< zeros: the receiving port's, known once it is open */
	struct ovr_plan_gateway gateway;
	uint32_t streams; /**< 0: computed by freeze (1 with one queue, else 16 per queue) */
	/**
	 * number of the first stream, of a half: several senders of one trial have ranges that do
	 * not overlap. A receiver's plan has the streams of all of them
	 */
	uint32_t stream_first;
	/**
	 * of a half that receives: the streams from stream_first on that it is the receiver of; the
	 * others are of other receivers. 0: all
	 */
	uint32_t streams_own;
};

/** How much of it, and when. */
struct ovr_plan_load {
	struct ovr_rate rate;
	struct ovr_plan_shape shape;
	uint64_t time_ns; /**< 0: no limit (then count is set); OVR_PLAN_TIME_AUTO until freeze */
	uint64_t count;   /**< frames to be sent; 0: no limit */
	enum ovr_plan_on_full on_full;
	bool catch_up;
};

/** How the receiver behaves, and how it tells frames apart. */
struct ovr_plan_receiver {
	struct ovr_stall_plan stall;
	struct ovr_rate service; /**< value 0: as fast as it can; unit is PPS */
	uint32_t window;  /**< numbers per stream told apart behind the highest; 0: computed by freeze */
	uint64_t tmax_ns; /**< later than this is late (RFC 7680's loss threshold) */
	uint64_t delta;   /**< noticeable loss distance (RFC 3357) */
};

/** Where the workers run. */
struct ovr_plan_host {
	struct ovr_plan_cores cores;
	enum ovr_plan_numa numa;
};

/** The course of one trial, and when it passes. */
struct ovr_plan_trial {
	uint64_t warmup_ns, drain_ns, settle_ns;
	uint64_t stall_min_ns; /**< poll gaps this long are stalls; 0 until frozen: by the ports */
	uint64_t interval_ns;  /**< of the time series and the live line */
	uint32_t series_rows;  /**< most rows of the time series */
	uint64_t event_gap_ns; /**< losses at most this far apart are one event */
	uint32_t max_loss_ppb, tolerance_ppb;
	uint64_t seed;
	uint32_t id; /**< in every frame; 0: drawn at random */
};

/** Files that are written, and what is shown meanwhile. */
struct ovr_plan_output {
	char json[OVR_PLAN_PATH_BYTES], csv[OVR_PLAN_PATH_BYTES], capture[OVR_PLAN_PATH_BYTES];
	char junit[OVR_PLAN_PATH_BYTES], tap[OVR_PLAN_PATH_BYTES]; /**< its checks, for CI systems */
	uint64_t checkpoint_ns;    /**< how often the result so far is written; 0: never */
	uint32_t capture_frames;   /**< most frames in the capture */
	struct ovr_listen metrics; /**< where they are served while the command runs */
	enum ovr_plan_show live;
	enum ovr_plan_color color;
	bool quiet;
};

/** How often a command with many trials carries out one of them. */
struct ovr_plan_repetition {
	uint32_t attempts; /**< trials of one thing, in all, before losses are believed */
	uint32_t repeats;  /**< of a cell, or of a search for the longest burst */
};

/**
 * The plan, in parts: those of a trial, then those of single commands. Plain data without pointers;
 * zeroed memory is not one: begin with ovr_plan_default().
 */
struct ovr_plan {
	enum ovr_plan_command command; /**< which of the rows are its own */
	/** of each row, in their order: somebody set it, perhaps to its default */
	bool is_given[OVR_PLAN_ROWS_MAX];
	struct ovr_plan_ports ports;
	struct ovr_plan_frames frames;
	struct ovr_plan_load load;
	struct ovr_plan_receiver receiver;
	struct ovr_plan_host host;
	struct ovr_plan_trial trial;
	struct ovr_plan_output output;

	uint32_t margin_ppm; /**< a ring is to last so many times the longest stall, in millionths */
	struct ovr_plan_model model;
	struct ovr_plan_advise advise;
	struct ovr_plan_repetition repetition;
	struct ovr_plan_sizes sizes;
	struct ovr_plan_sweep sweep;
	struct ovr_plan_search search;
	struct ovr_plan_back_to_back back_to_back;
};

/** One row of the table: an option and a YAML key. */
struct ovr_plan_row {
	const char *key;     /**< "rate": the option is --rate, the YAML key rate */
	const char *section; /**< heading in the help text */
	const char *
		metavar; /**< "RATE"; a choice's words, "drop|wait"; NULL for a switch (YAML: true or false) */
	const char *fallback; /**< default, as text; "auto" where freeze or the port decides */
	const char *help;     /**< one line, with the accepted forms */
	int (*parse)(
		const struct ovr_plan_row *row, const char *text, struct ovr_plan *plan, struct ovr_err *err);
	const char *(*print)(
		const struct ovr_plan_row *row, const struct ovr_plan *plan, char *buf, size_t size);
	size_t offset;     /**< of the member in struct ovr_plan */
	uint64_t min, max; /**< for numbers */
	uint32_t only; /**< commands that have it, a bit each (1 << OVR_PLAN_…); 0: a row of the trial */
};

/** The section of options that say what is written and shown: none of them changes a frame. */
#define OVR_PLAN_SECTION_OUTPUT "output"

/** Room for the text of any value. */
#define OVR_PLAN_VALUE_BYTES 4096

/** @return row @p index of the table; NULL after the last */
const struct ovr_plan_row *ovr_plan_row_at(size_t index);

/** @return the row of @p key; NULL if there is none */
const struct ovr_plan_row *ovr_plan_row_of(const char *key);

/** Offer the keys that a command takes, for "did you mean". */
void ovr_plan_offer_keys(enum ovr_plan_command command, struct ovr_nearest *nearest);

/**
 * The plan that `overrun run` without options carries out: wire, 10G, 64 bytes, line rate, rings of
 * 1024, 5 s.
 */
void ovr_plan_default(struct ovr_plan *plan);

/**
 * Set one value.
 * @return 0; -ENOENT: no such key (the nearest one is named), or one of other commands; what the
 * row's parser returns
 */
int ovr_plan_set(struct ovr_plan *plan, const char *key, const char *text, struct ovr_err *err);

/**
 * @return whether ovr_plan_set() or a file set the value, so that it is no default that freeze may
 * replace
 */
bool ovr_plan_is_given(const struct ovr_plan *plan, const char *key);

/**
 * Read a YAML file (a mapping of keys to scalars) over @p plan. A JSON object is YAML too.
 * @return 0; negative errno, and a sentence that names file, line and column. @p plan is untouched
 * on failure
 */
int ovr_plan_load(struct ovr_plan *plan, const char *path, struct ovr_err *err);

/** The same from memory. @param name stands for the file in sentences */
int ovr_plan_load_text(
	struct ovr_plan *plan, const char *name, const char *text, size_t size, struct ovr_err *err);

/**
 * Check the plan as a whole and compute what was left open (the wire's ends, time, streams, mbufs).
 * Calling it again changes nothing, and on failure @p plan is untouched. Refuses, among others: a
 * size below what headers and tag need; more queues than streams; neither time nor count; a pool
 * that cannot fill both rings, caches and bursts (ovr_plan_mbufs_needed()); impairments on the
 * transmit end of the wire; a wire with a port that is none; rings that AF_XDP or a packet socket
 * cannot have; a worker list longer than the queues; the wire's core also named as a receiver's.
 * @return 0; -EINVAL or -ERANGE
 */
int ovr_plan_freeze(struct ovr_plan *plan, struct ovr_err *err);

/** @return streams that the plan's ports send or receive: all, but of one of several receivers */
uint32_t ovr_plan_streams_own(const struct ovr_plan_frames *frames);

/** @return whether both ports are here: false for a half whose other end is elsewhere */
bool ovr_plan_is_whole(const struct ovr_plan_ports *ports);

/**
 * @return the speed of the line in bit/s as far as a frozen plan tells it; 0: only the device will
 */
uint64_t ovr_plan_line_bps(const struct ovr_plan *plan);

/**
 * @param line_bps of the transmit port; 0: unknown
 * @return the nanoseconds for which a trial sends at most: its time, or what its count takes; 0:
 * not known without the line
 */
double ovr_plan_sends_ns(const struct ovr_plan *plan, uint64_t line_bps);

/**
 * Refuse a count that takes longer than the time in a frame's tag. Part of ovr_plan_freeze() where
 * the plan tells the line's speed; a time that bounds the count is enough.
 * @param line_bps of the transmit port; 0: unknown
 * @return 0; -ERANGE
 */
int ovr_plan_check_count(const struct ovr_plan *plan, uint64_t line_bps, struct ovr_err *err);

/**
 * @return what the flows of all streams have in common; their destination where a udp port names it
 */
struct ovr_frame_flow_conf ovr_plan_flow_conf(
	const struct ovr_plan_ports *ports, const struct ovr_plan_frames *frames);

/** What is after the name of the JSON file in that of its checkpoint. */
#define OVR_PLAN_PARTIAL ".partial"

/**
 * Refuse one file for two purposes, whatever it is called, and stdout for what is no text or is
 * read again. Part of ovr_plan_freeze(); for plans whose trials have no files of their own.
 * @return 0; -EINVAL
 */
int ovr_plan_check_files(const struct ovr_plan *plan, struct ovr_err *err);

/** Refuse to write over the file at @p path that the plan was read from. @return 0; -EINVAL */
int ovr_plan_check_source(const struct ovr_plan *plan, const char *path, struct ovr_err *err);

/**
 * Frames that a pool needs so that no ring can run dry: all rx and tx rings,
 * per-worker caches at 1.5 times their size, bursts in flight on each queue, what the wire may hold
 * back (delay, reorder, duplicates), what AF_XDP keeps with the kernel, frames held for a capture.
 */
uint32_t ovr_plan_mbufs_needed(const struct ovr_plan *plan);

/**
 * Freeze the plan of a trial that was made from a frozen one: a pool that is too small for it now
 * becomes as large as needed.
 * @param[out] ret_plan untouched on failure
 * @return 0; what ovr_plan_freeze() refuses
 */
int ovr_plan_freeze_trial(const struct ovr_plan *trial, struct ovr_plan *ret_plan, struct ovr_err *err);

/** Per-worker cache of a pool, in frames. */
#define OVR_PLAN_POOL_CACHE 256

/** Frames that a receive worker holds back for a capture, to have those before a loss. */
#define OVR_PLAN_CAPTURE_HELD 8

/**
 * The whole plan, with what is the command's own, as a YAML file that ovr_plan_load() reads back to
 * the same plan.
 * @return malloc'ed text; NULL: no memory
 */
char *ovr_plan_print(const struct ovr_plan *plan);
