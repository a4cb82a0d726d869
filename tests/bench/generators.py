# SPDX-License-Identifier: BSD-3-Clause
"""How fast do others send on a veth pair or over loopback, and do others receive?"""

import json
import os
import socket
import time

import host
import lab
import proc
from contenders import START_S, Contender, rates_of
from testpmd import Testpmd

WARM_UP_S = 1.0
SOURCE_MAC, TARGET_MAC = "02:00:00:00:00:01", "02:00:00:00:00:02"
TRAFGEN_FRAME = (f"{{ eth(sa={SOURCE_MAC}, da={TARGET_MAC}), ipv4(saddr=198.18.0.1, daddr=198.19.0.1), "
                 "udp(sp=49152, dp=9), fill(0x5a, 18) }\n")


class TestpmdPair(Contender):
    """Two of them, as overrun has two workers: one sends, one receives, each on its own CPU."""

    def __init__(self, name, vdev):
        super().__init__(name, [host.tool("dpdk-testpmd", "dpdk-dev"), host.n_cpus(2), *lab.NEEDS])
        self.vdev = vdev

    def _side(self, run, mode, interface, cpu, options=()):
        return Testpmd(mode, [self.vdev.format(interface)], options, cores=[cpu], prefix=run.lab.command())

    def measure(self, run):
        cpus = host.cpus()
        receiver = self._side(run, "rxonly", lab.B, cpus[-1])
        # 64 bytes with their FCS, as ours
        sender = self._side(run, "txonly", lab.A, cpus[-2], ["--txpkts=60"])
        receiving = receiver.start(3 * run.seconds, "rx")
        receiving.read(until=lambda text: "Port statistics" in text)
        sending = sender.start(run.seconds, "tx")
        sent, _ = sender.finish(sending, run.seconds)
        # the seconds in which both were warm are the last ones
        received, _ = receiver.finish(receiving, 1)
        rows = rates_of(sent, {"sent": "tx"})
        rows.update(rates_of(received, {"received": "rx"}))
        return {self.name: rows}


class Generator(Contender):
    """A program that sends until it is interrupted; what counts is what arrives at the other end of the pair."""

    def measure(self, run):
        child = proc.Child(self.command(run), START_S + 3 * run.seconds)
        deadline = time.monotonic() + WARM_UP_S
        while time.monotonic() < deadline and child.process.poll() is None:
            time.sleep(0.05)
        start, before = time.monotonic(), run.lab.arrived()
        time.sleep(run.seconds)
        seconds, after = time.monotonic() - start, run.lab.arrived()
        has_ended = child.process.poll() is not None
        child.interrupt()
        ended = child.end()
        if has_ended or after == before:
            raise proc.Failed(f"{self.name} sent nothing: {ended.last_words()}")
        return {self.name: {"sent": (after - before) / seconds}}

    def command(self, run):
        """What sends, in the lab."""
        raise NotImplementedError


class Trafgen(Generator):
    """netsniff-ng's, through packet sockets; one process, one CPU."""

    def __init__(self):
        super().__init__("trafgen", [host.tool("trafgen", "netsniff-ng"), *lab.NEEDS])

    def command(self, run):
        path = os.path.join(run.scratch, "trafgen.cfg")
        with open(path, "w", encoding="utf-8") as file:
            file.write(TRAFGEN_FRAME)
        return run.lab.command(proc.which("trafgen"), "--dev", lab.A, "--conf", path, "--cpus", "1")


class XdpTrafficgen(Generator):
    """xdp-tools', which sends from inside the kernel."""

    def __init__(self):
        super().__init__("xdp-trafficgen", [host.tool("xdp-trafficgen", "xdp-tools"), *lab.NEEDS])

    def missing(self, run):
        reason = super().missing(run)
        if not reason:
            ended = proc.Child([proc.which("xdp-trafficgen"), "probe"], START_S).end()
            if ended.code != 0:
                reason = f"this kernel cannot do it: {ended.last_words()}"
        return reason

    def command(self, run):
        # veth takes frames from inside the kernel only where its peer has a receive queue of its own
        proc.run(run.lab.command("ethtool", "-K", lab.B, "gro", "on"), START_S)
        return run.lab.command(proc.which("xdp-trafficgen"), "udp", lab.A, "--dst-mac", TARGET_MAC,
                               "--src-mac", SOURCE_MAC)

    def measure(self, run):
        try:
            return super().measure(run)
        finally:
            proc.run(run.lab.command("ethtool", "-K", lab.B, "gro", "off"), START_S)


class Iperf3(Contender):
    """iperf3 -u over loopback: one process reads, pinned, the other one sends as fast as it can."""

    def __init__(self, name, payload_bytes):
        super().__init__(name, [host.tool("iperf3", "iperf3"), host.n_cpus(2)])
        self.payload_bytes = payload_bytes

    def measure(self, run):
        cpus = [str(cpu) for cpu in host.cpus()[-2:]]
        program, port = proc.which("iperf3"), str(_free_port())
        reader = proc.Child([program, "-s", "-1", "-B", "127.0.0.1", "-p", port, "-A", cpus[1], "-J"],
                            START_S + 3 * run.seconds)
        _wait_for_listener(int(port))
        proc.run([program, "-c", "127.0.0.1", "-p", port, "-u", "-b", "0", "-l", str(self.payload_bytes),
                  "-t", str(max(1, round(run.seconds))), "-A", cpus[0], "-J"], START_S + 3 * run.seconds)
        ended = reader.end()
        return {self.name: received_by_iperf3(json.loads(ended.out), self.payload_bytes, ended.cpu_seconds)}


def received_by_iperf3(document, payload_bytes, cpu_seconds):
    """Figures of what the server of iperf3 says it received, and of the CPU time of its process."""
    total = document["end"]["sum_received"]
    frames = total["bytes"] / payload_bytes
    if frames < 1:
        raise proc.Failed(f"iperf3 received nothing: {document.get('error', 'no reason was given')}")
    return {"rate": frames / total["seconds"], "cpu": cpu_seconds / frames}


def _free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _wait_for_listener(port):
    """Until somebody listens there; a connection would be taken for the test's own."""
    deadline = time.monotonic() + START_S
    wanted = f"0100007F:{port:04X}"
    while time.monotonic() < deadline:
        with open("/proc/net/tcp", encoding="ascii") as table:
            if any(line.split()[1] == wanted and line.split()[3] == "0A" for line in table.readlines()[1:]):
                return
        time.sleep(0.02)
    raise proc.Failed(f"iperf3 did not listen on port {port} within {START_S} s")
