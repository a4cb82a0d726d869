# SPDX-License-Identifier: BSD-3-Clause
"""How fast do others send on a veth pair, and do others receive?"""

import os
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
