# SPDX-License-Identifier: BSD-3-Clause
"""What machine is this, and what does a case need that is not here?"""

import glob
import os
import platform
import subprocess

import proc


def _first(path, default="unknown"):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().strip() or default
    except OSError:
        return default


def said(*command):
    """The lines that a command prints; none where there is no such command."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=False,
                              stdin=subprocess.DEVNULL, env=dict(os.environ, LC_ALL="C")).stdout.splitlines()
    except (OSError, subprocess.TimeoutExpired):
        return []


def cpus():
    """The CPUs that this process may use."""
    return sorted(os.sched_getaffinity(0))


def _cpuinfo(key):
    for line in _first("/proc/cpuinfo", "").splitlines():
        if line.split(":")[0].strip() == key:
            return line.partition(":")[2].strip()
    return "unknown"


def _hypervisor():
    if "hypervisor" not in _cpuinfo("flags").split():
        return "none"
    for line in said("lscpu"):
        if line.startswith("Hypervisor vendor:"):
            return line.partition(":")[2].strip()
    return "yes"


def _governor():
    found = {_first(path) for path in glob.glob("/sys/devices/system/cpu/cpu*/cpufreq/scaling_governor")}
    return ", ".join(sorted(found)) if found else "not told by this kernel"


def _hugepages():
    for line in _first("/proc/meminfo", "").splitlines():
        if line.startswith("HugePages_Free:"):
            return int(line.split()[1])
    return 0


def steal_seconds():
    """What the hypervisor took from all CPUs since they were started."""
    fields = _first("/proc/stat", "cpu").splitlines()[0].split()
    return int(fields[8]) / os.sysconf("SC_CLK_TCK") if len(fields) > 8 else 0.0


def describe(build):
    """The machine as a report names it."""
    return {
        "cpu": _cpuinfo("model name"),
        "cpus": len(cpus()),
        "cpus_online": os.cpu_count(),
        "kernel": platform.release(),
        "system": next((line.partition("=")[2].strip('"') for line in _first("/etc/os-release", "").splitlines()
                        if line.startswith("PRETTY_NAME=")), "unknown"),
        "governor": _governor(),
        "hypervisor": _hypervisor(),
        "clock": _first("/sys/devices/system/clocksource/clocksource0/current_clocksource"),
        "isolated": _first("/sys/devices/system/cpu/isolated", "none"),
        "hugepages_free": _hugepages(),
        "dpdk": (said("pkg-config", "--modversion", "libdpdk") or ["unknown"])[0],
        "compiler": _compiler(build),
        "load_at_start": list(os.getloadavg()),
    }


def _compiler(build):
    """What the build folder was set up with."""
    log = _first(os.path.join(build, "meson-logs", "meson-log.txt"), "")
    for line in log.splitlines():
        if line.startswith("C compiler for the host machine:"):
            return line.partition(":")[2].strip()
    return "unknown"


# A need is a function that says why a case cannot be had here; "" if it can.

def tool(name, package):
    """A program is here."""
    return lambda: "" if proc.which(name) else f"no {name} here (package {package})"


def root():
    """The case makes interfaces."""
    return "" if os.geteuid() == 0 else "needs root"


def n_cpus(wanted):
    """So many CPUs."""
    return lambda: "" if len(cpus()) >= wanted else f"needs {wanted} CPUs, this process may use {len(cpus())}"
