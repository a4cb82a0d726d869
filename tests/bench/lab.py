# SPDX-License-Identifier: BSD-3-Clause
"""Where are the virtual interfaces? In namespaces of our own, made when they are first needed and gone when we are."""

import json
import os

import host
import proc

LAB_TIMEOUT_S = 30
A, B = "ovr0a", "ovr0b"
ADD_IDLE_PAIRS = """
i=0
while [ $((i += 1)) -le "$1" ]; do
  ip link add "one$i" type veth peer name "other$i"
  ip link set "one$i" up
  ip link set "other$i" up
done
"""
NEEDS = (host.root, host.tool("ip", "iproute2"), host.tool("ethtool", "ethtool"))


class Lab:
    """One lab of scripts/lab: a pair of veth, ovr0a and ovr0b, and further pairs that nobody sends through."""

    def __init__(self, root, name="bench", n_idle_pairs=0):
        self.script = os.path.join(root, "scripts", "lab")
        self.name = f"{name}-{os.getpid()}"
        self.n_idle_pairs = n_idle_pairs
        self.is_up = False

    def command(self, *words):
        """What runs a command in the lab, under its own process id."""
        if not self.is_up:
            proc.at_end(self._down)
            proc.run([self.script, "up", self.name], LAB_TIMEOUT_S)
            self.is_up = True
            proc.run([self.script, "run", self.name, "--", "sh", "-ec", ADD_IDLE_PAIRS, "sh", str(self.n_idle_pairs)],
                     LAB_TIMEOUT_S)
        return [self.script, "run", self.name, "--", *words]

    def _down(self):
        proc.run([self.script, "down", self.name], LAB_TIMEOUT_S, codes=range(256))

    def arrived(self):
        """Frames that the far end of the pair has received so far."""
        said = proc.run(self.command("ip", "-j", "-s", "link", "show", "dev", B), LAB_TIMEOUT_S).out
        return json.loads(said)[0]["stats64"]["rx"]["packets"]
