# SPDX-License-Identifier: BSD-3-Clause
"""How fast is Debian's dpdk-testpmd? It prints rates once a second; the first print is empty, the second one cold."""

import os
import re
import tempfile

import host
import proc

RATE = re.compile(r"(Rx|Tx)-pps:\s+(\d+)")
BLOCK = "Port statistics ="
COLD_BLOCKS = 2
START_S = 15


def parse(text, n_ports=1):
    """The rates of each second after the cold ones, summed over the ports: [(rx, tx), …]."""
    seconds = []
    for block in text.split(BLOCK)[1:]:
        rates = RATE.findall(block)
        if len(rates) < 2 * n_ports:
            continue
        seconds.append((sum(int(pps) for which, pps in rates if which == "Rx"),
                        sum(int(pps) for which, pps in rates if which == "Tx")))
    return seconds[COLD_BLOCKS:]


class Testpmd:
    """One testpmd, unprivileged unless its devices need more."""

    def __init__(self, mode, vdevs, options=(), n_cores=1, burst=32, n_mbufs=8192, cores=None, prefix=()):
        self.mode = mode
        self.vdevs = list(vdevs)
        self.options = list(options)
        self.n_cores = n_cores
        self.burst = burst
        self.n_mbufs = n_mbufs
        self.cores = cores
        self.prefix = list(prefix)

    def command(self, tag):
        """The whole command line."""
        cpus = host.cpus()
        # its main lcore sleeps; the forwarding ones want CPUs of their own, the last ones
        cores = self.cores or cpus[-self.n_cores:]
        lcores = ",".join([f"0@{cpus[0]}"] + [f"{i + 1}@{cpu}" for i, cpu in enumerate(cores)])
        devices = [word for vdev in self.vdevs for word in ("--vdev", vdev)]
        return [*self.prefix, proc.which("dpdk-testpmd"), "--no-huge", "-m", "512", "--no-pci", "--no-telemetry",
                "--no-shconf", f"--file-prefix=bench{os.getpid()}{tag}", "--lcores", lcores, *devices, "--",
                f"--forward-mode={self.mode}", "--stats-period", "1", f"--burst={self.burst}",
                "--no-mlockall", f"--total-num-mbufs={self.n_mbufs}", f"--nb-cores={self.n_cores}",
                *self.options]

    def start(self, seconds, tag=""):
        """Start it; stdin stays open, since its end would end testpmd."""
        runtime = tempfile.mkdtemp(prefix="bench-")
        proc.at_end(lambda: _remove(runtime))
        return proc.Child(self.command(tag), START_S + 2 * seconds + 5,
                          env={"XDG_RUNTIME_DIR": runtime}, keep_stdin=True)

    def finish(self, child, seconds):
        """Read until enough seconds are printed, end it: the seconds and what is left of the process."""
        n_ports = len(self.vdevs)
        wanted = max(1, round(seconds))
        child.read(until=lambda text: len(parse(text, n_ports)) >= wanted)
        child.interrupt()
        ended = child.end()
        found = parse(ended.out, n_ports)[:wanted]
        if not found:
            raise proc.Failed(f"dpdk-testpmd printed no rate: {ended.last_words()}")
        return found, ended


def _remove(folder):
    for root, dirs, files in os.walk(folder, topdown=False):
        for name in files:
            os.unlink(os.path.join(root, name))
        for name in dirs:
            os.rmdir(os.path.join(root, name))
    if os.path.isdir(folder):
        os.rmdir(folder)
