/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A port's name: `KIND:DETAILS[,key=value…]`, of a port of another machine `host:MACHINE/KIND:…`.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "plan/host_name.h"
#include "plan/netdev_conf.h"
#include "plan/socket_conf.h"
#include "plan/wire_conf.h"

#define OVR_PORT_NAME_BYTES 512

enum ovr_port_kind {
	OVR_PORT_WIRE,   /**< the emulated cable: wire:0, wire:1 (wire: alone: 0 to send, 1 to receive) */
	OVR_PORT_VDEV,   /**< a DPDK virtual device, verbatim: vdev:net_ring0,key=value… */
	OVR_PORT_NETDEV, /**< a kernel interface: netdev:eth0,mode=af_xdp… */
	OVR_PORT_PCI, /**< a NIC by its PCI address, with keys of its driver: pci:0000:3b:00.0,key=value… */
	OVR_PORT_UDP, /**< a socket of the host's own stack: udp:198.19.0.1:9,netns=NAME… (plan/socket_conf.h) */
	OVR_PORT_TCP, /**< connections of the host's own stack: tcp:198.19.0.1:9,netns=NAME… */
	/**
	 * the other end of a half, a port of another process or host: elsewhere:, or
	 * elsewhere:PORT with the name that it has there. It has no device and no queues here
	 */
	OVR_PORT_ELSEWHERE,
};

/** A port's name, taken apart. Plain data. */
struct ovr_port_name {
	char text[OVR_PORT_NAME_BYTES]; /**< as given, canonical: "wire:1,drop=0.1%" */
	char label
		[48]; /**< without its keys, for people and accounts: "wire:1", "vdev:net_ring0", "netdev:eth0" */
	char host[OVR_PORT_HOST_BYTES]; /**< the machine that has it, canonical; "": this one */
	enum ovr_port_kind kind;
	/** its kind on the host that it is on; OVR_PORT_ELSEWHERE: nobody said */
	enum ovr_port_kind kind_there;
	char details[OVR_PORT_NAME_BYTES]; /**< after the colon up to the first comma: "1", "net_ring0" */
	char keys[OVR_PORT_NAME_BYTES];    /**< after that comma: "drop=0.1%"; may be empty */
	/** What they say, by kind_there; none for vdev and pci, whose drivers read keys. */
	union {
		struct ovr_wire_conf wire;
		struct ovr_netdev_conf netdev;
		struct ovr_socket_conf udp, tcp;
	} conf;
};

/**
 * Parse the name of a port.
 * @return 0; -EINVAL: no KIND:, an unknown kind (the sentence lists the known ones), a wire end
 * that is not 0 or 1, a vdev without a driver name, a netdev without a name that an interface can
 * have, a PCI address that is none, a udp or tcp port without address and port, keys that the kind,
 * or its side, has not, or of another machine no name, a host: again, or a tcp port; -ERANGE: a
 * key's value out of its range
 */
int ovr_port_name_parse(
	const char *what, const char *text, struct ovr_port_name *ret_name, struct ovr_err *err);

/** @return whether the text begins as a port's name does: with a known kind or host, and a colon */
bool ovr_port_name_begins(const char *text);

/**
 * The same port as its own machine calls it.
 * @return the name without host:
 */
struct ovr_port_name ovr_port_name_at_home(const struct ovr_port_name *name);

/** @return whether both ports are of one machine */
bool ovr_port_name_is_one_host(const struct ovr_port_name *name, const struct ovr_port_name *other);

/**
 * Parse a name in the plan of a half: of a port of this machine, or of one that is elsewhere.
 * @return 0; what ovr_port_name_parse() refuses; -EINVAL: a port of another machine by host:,
 * elsewhere: before a wire, whose ends are on one machine, or before a port that is elsewhere
 */
int ovr_port_name_parse_in_half(
	const char *what, const char *text, struct ovr_port_name *ret_name, struct ovr_err *err);

/** @return whether the port is a kernel interface that AF_XDP reaches */
bool ovr_port_name_is_xdp(const struct ovr_port_name *name);
