#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A caller of agents over their standard input and output, for tests/system/serve.sh.

usage: serve_caller.py SCENARIO [ARGUMENT...]

A scenario is a function below; it fails by an exception. OVERRUN is the program, STATE a folder for kept checkpoints.
"""

import contextlib
import glob
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time

OVERRUN = os.environ["OVERRUN"]
STATE = os.environ["STATE"]
LOG = os.environ.get("LOG", os.devnull)
FRAMES = 20000
# What takes so many seconds hangs: how fast a host is decides nothing.
HANGS = 60


def plan(**options):
    """The text of a plan: what is not said is as in a trial of some frames in one process."""
    rows = {"tx": "wire:0", "rx": "wire:1", "rate": "100kpps", "count": str(FRAMES), "warmup": "0",
            "trial-id": "0x1234"}
    rows.update({key.replace("_", "-"): value for key, value in options.items()})
    return "".join(f"{key}: {json.dumps(str(value))}\n" for key, value in rows.items())


class Gone(Exception):
    """The agent has closed the connection."""


class Silent(AssertionError):
    """Nothing but heartbeats came."""


class Agent:
    def __init__(self, *options, **environment):
        self.log = open(LOG, "a", encoding="utf-8")
        self.process = subprocess.Popen([OVERRUN, "serve", "--listen", "-", "--state", STATE, *options],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log,
                                        env=dict(os.environ, **environment))
        self.nonce = os.urandom(8).hex()
        self.rest = b""
        self.heartbeats = []
        self.writing = threading.Lock()
        threading.Thread(target=self.live, daemon=True).start()

    def write(self, line):
        with self.writing:
            self.process.stdin.write(line + b"\n")
            self.process.stdin.flush()

    def live(self):
        """An empty line between messages is a sign of life."""
        with contextlib.suppress(OSError, ValueError):
            while True:
                self.write(b"")
                time.sleep(0.5)

    def leave(self):
        with self.writing, contextlib.suppress(OSError):
            self.process.stdin.close()

    def say(self, kind, **fields):
        self.write(json.dumps(dict(fields, type=kind, nonce=self.nonce)).encode())

    def hear(self, seconds=HANGS):
        """The next message but for heartbeats, which are kept."""
        until = time.monotonic() + seconds
        while True:
            while b"\n" in self.rest:
                line, self.rest = self.rest.split(b"\n", 1)
                # an empty line is a sign of life
                if not line:
                    continue
                message = json.loads(line)
                assert message["nonce"] == self.nonce, message
                if message["type"] != "heartbeat":
                    return message
                self.heartbeats.append(message)
            left = until - time.monotonic()
            if left <= 0:
                raise Silent(f"nothing came within {seconds} s")
            if select.select([self.process.stdout], [], [], left)[0]:
                piece = os.read(self.process.stdout.fileno(), 65536)
                if not piece:
                    raise Gone
                self.rest += piece

    def expect(self, kind, **options):
        message = self.hear(**options)
        assert message["type"] == kind, f"{str(message)[:300]} came in place of {kind}"
        return message

    def hello(self, **fields):
        self.say("hello", **dict({"protocol": 1, "frame_version": 1, "overrun": "test"}, **fields))
        return self.hear()

    def begin(self, role, *plans):
        """From hello to a started EAL."""
        assert self.hello()["type"] == "hello"
        self.say("expect", role=role, plans=list(plans))
        return self.expect("expected")

    def prepare(self, text, ports=1):
        """Hand over a plan; -> what is said of each port, once the workers stand ready."""
        self.say("plan", plan=text, trial="%016x" % 1)
        prepared = [self.expect("prepared") for _ in range(ports)]
        self.expect("armed")
        return prepared

    def run(self, text):
        """A trial with both ports on this host, -> its half. One that starts too late is tried again."""
        for lead_ms in (500, 1000, 2000, 4000):
            self.prepare(text, ports=2)
            self.say("start", epoch_ns=time.monotonic_ns() + lead_ms * 1_000_000)
            message = self.hear()
            if message["type"] == "half":
                return message["half"]
            assert not message.get("is_final") and "was to start" in message.get("text", ""), f"{message}"[:300]
        raise AssertionError("every trial starts too late")

    def close(self):
        self.say("close")
        closed = self.expect("closed")
        self.over()
        return closed

    def over(self, code=0):
        """The process ends."""
        found = self.process.wait(HANGS)
        assert found == code, f"overrun serve ended with {found}, not {code}"

    def ends(self):
        """Pids of its end processes."""
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="ascii") as file:
            return [int(pid) for pid in file.read().split()]


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_gone(pids):
    """They end: within 5 s on a host that has a CPU to spare for it."""
    until = time.monotonic() + HANGS
    while any(is_alive(pid) for pid in pids):
        assert time.monotonic() < until, f"of {pids} some live {HANGS} s later"
        time.sleep(0.02)


def kept():
    return sorted(glob.glob(f"{STATE}/half-*.json"))


def kept_of(*agents):
    """-> whether the last half of each is kept, and nothing else."""
    sessions = sorted(os.path.basename(path).split("-")[1:3] for path in kept())
    return sessions == sorted([agent.nonce, "1"] for agent in agents)


def refused(agent, *words):
    """The agent says no for good, and its process ends."""
    error = agent.expect("error")
    assert error.get("is_final"), error
    for word in words:
        assert word in error["text"], f"{word} is not in: {error['text']}"
    agent.over()
    assert not agent.ends() if agent.process.poll() is None else True


# Both ends on one host.

def both_ends():
    agent = Agent()
    text = plan()
    agent.begin("both", text)
    half = agent.run(text)
    assert half["schema"] == "overrun.half/1" and half["state"] == "whole", half["state"]
    lost = sum(account["frames"] for account in half["receiver"]["end"]["accounts"])
    assert half["sender"]["sent"] == half["receiver"]["ours"] + lost == FRAMES, (half["receiver"]["ours"], lost)
    agent.close()
    assert kept() == [], kept()


def many_trials():
    agent = Agent()
    text = plan(count="2000")
    agent.begin("both", text)
    for _ in range(5):
        agent.run(text)
    agent.close()


def a_trial_that_cannot_be_run_is_not_the_end():
    agent = Agent()
    good, bad = plan(), plan(cores="tx=1023,rx=0")
    agent.begin("both", good)
    agent.say("plan", plan=bad, trial="%016x" % 1)
    error = agent.expect("error")
    assert not error.get("is_final"), error
    agent.run(good)
    agent.close()


# A sender and a receiver, each with an agent of its own.

def udp(port):
    return {"tx": f"udp:127.0.0.1:{port}", "rx": f"udp:127.0.0.1:{port}"}


def pair(port, lead_ms, **options):
    """-> sender, receiver, armed for a trial between them."""
    names = udp(port)
    rows = dict({"cores": "tx=0,rx=1", "rate": "20kpps"}, **options)
    to_send = plan(tx=names["tx"], rx="elsewhere:" + names["rx"], **rows)
    to_receive = plan(tx="elsewhere:" + names["tx"], rx=names["rx"], **rows)
    sender, receiver = Agent(), Agent()
    receiver.begin("rx", to_receive)
    sender.begin("tx", to_send)
    receiver.prepare(to_receive)
    sender.prepare(to_send)
    epoch = time.monotonic_ns() + lead_ms * 1_000_000
    receiver.say("start", epoch_ns=epoch)
    sender.say("start", epoch_ns=epoch)
    return sender, receiver


def too_late(*agents):
    """Of a trial that started too late on a host without a CPU to spare, nothing stays."""
    for agent in agents:
        agent.leave()
        agent.over()
    # the end that did start has a half to keep
    for path in kept():
        os.remove(path)


def whole_pair(port):
    """A trial between two. -> sender, receiver, what was sent, the half. What starts too late is tried again."""
    for attempt in range(4):
        sender, receiver = pair(port + attempt, 1000 << attempt)
        message = sender.hear()
        if message["type"] == "sent":
            sent = message["of"]
            receiver.say("sent", of=sent)
            message = receiver.hear()
            if message["type"] == "half":
                return sender, receiver, sent, message["half"]
        assert "was to start" in message.get("text", ""), f"{message}"[:300]
        too_late(sender, receiver)
    raise AssertionError("every trial starts too late")


def udp_pair():
    sender, receiver, sent, half = whole_pair(21110)
    assert sum(sent) == FRAMES, sent
    assert sender.expect("half")["half"]["schema"] == "overrun.half/1"
    assert 0 < half["receiver"]["ours"] <= FRAMES, half["receiver"]["ours"]
    assert [stream["sent"] for stream in half["receiver"]["streams"]] == sent, half["receiver"]["streams"]
    sender.close()
    receiver.close()
    assert kept() == [], kept()


def tells_figures(agent):
    return any(beat.get("so_far") for beat in agent.heartbeats)


def is_under_way(agents):
    """-> whether each agent comes to tell figures and to keep them; without a CPU to spare a trial starts too late."""
    until = time.monotonic() + HANGS
    while not (all(map(tells_figures, agents)) and kept_of(*agents)):
        assert time.monotonic() < until, f"no figures within {HANGS} s; kept: {kept()}"
        for agent in agents:
            try:
                message = agent.hear(0.1)
            except Silent:
                continue
            assert "was to start" in message.get("text", ""), f"a long trial ends: {str(message)[:300]}"
            return False
    return True


def running_pair(port, **options):
    """-> sender, receiver, in the first seconds of a long trial."""
    for attempt in range(4):
        agents = pair(port + attempt, 500 << attempt, count="none", time="60s", **options)
        if is_under_way(agents):
            return agents
        too_late(*agents)
    raise AssertionError("every trial starts too late")


def heartbeats_tell_figures():
    sender, receiver = running_pair(21120)
    for agent in (sender, receiver):
        assert agent.heartbeats[-1]["state"] == "running", agent.heartbeats
    assert kept_of(sender, receiver), kept()
    for agent in (sender, receiver):
        agent.say("stop")
    sender.expect("sent")
    sender.expect("half")
    receiver.expect("half")
    sender.close()
    receiver.close()


def the_caller_is_killed():
    sender, receiver = running_pair(21130)
    ends = sender.ends() + receiver.ends()
    assert len(ends) == 2, ends
    for agent in (sender, receiver):
        agent.leave()
    wait_gone(ends)
    for agent in (sender, receiver):
        agent.over()
    assert kept_of(sender, receiver), kept()


def the_end_process_is_killed():
    sender, receiver = running_pair(21140)
    for pid in sender.ends():
        os.kill(pid, signal.SIGKILL)
    half = sender.expect("half")
    assert half["is_checkpoint"], half
    refused(sender, "the end process is lost", "signal 9")
    receiver.say("error", text="the sender is lost")
    receiver.expect("half")
    receiver.close()


def the_end_process_is_stopped():
    sender, receiver = running_pair(21150)
    ends = sender.ends()
    for pid in ends:
        os.kill(pid, signal.SIGSTOP)
    assert sender.expect("half")["is_checkpoint"]
    refused(sender, "the end process is lost")
    wait_gone(ends)
    receiver.leave()
    receiver.over()


def the_agent_is_killed():
    sender, receiver = running_pair(21160)
    ends = sender.ends()
    sender.process.kill()
    wait_gone(ends)
    receiver.leave()
    receiver.over()


def the_agent_is_stopped_and_goes_on():
    sender, receiver = running_pair(21170)
    ends = sender.ends()
    sender.process.send_signal(signal.SIGSTOP)
    wait_gone(ends)
    sender.process.send_signal(signal.SIGCONT)
    try:
        while True:
            sender.hear()
    except Gone:
        pass
    sender.over()
    receiver.leave()
    receiver.over()


def the_agent_is_asked_to_end():
    sender, receiver = running_pair(21180)
    ends = sender.ends()
    sender.process.terminate()
    while sender.hear()["type"] != "error":
        pass
    sender.over()
    wait_gone(ends)
    receiver.leave()
    receiver.over()


# Interfaces of the kernel, which have to be put back.

def whole_session(agent, text):
    """Until somebody dies."""
    try:
        agent.begin("both", text)
        agent.prepare(text, ports=2)
        agent.say("start", epoch_ns=time.monotonic_ns() + 2_000_000_000)
        while True:
            agent.hear()
    except (Gone, AssertionError, OSError):
        pass


def at_a_moment(victim, name, seconds, keys):
    """One of agent, end, both and caller gets a signal so many seconds after the start of a session."""
    agent = Agent("--allow-port", "netdev:ovr0*")
    text = plan(tx=f"netdev:ovr0a{keys}", rx=f"netdev:ovr0b{keys}", rate="5kpps", size="2000", count="none", time="60s",
                rate_tolerance="100%")
    session = threading.Thread(target=whole_session, args=(agent, text), daemon=True)
    session.start()
    time.sleep(float(seconds))
    ends = agent.ends()
    pids = {"agent": [agent.process.pid], "end": ends, "both": [agent.process.pid, *ends], "caller": []}[victim]
    print(f"{victim} SIG{name} after {seconds} s: {len(ends)} end processes, {len(agent.heartbeats)} heartbeats")
    for pid in pids:
        os.kill(pid, signal.Signals[f"SIG{name}"])
    if victim == "caller":
        agent.leave()
    # one that is stopped cannot end by itself: its agent ends it, unless that is stopped too
    wait_gone([] if (victim, name) == ("both", "STOP") else ends)
    if name == "STOP":
        time.sleep(3.5)
        for pid in filter(is_alive, pids):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
    session.join(HANGS)
    if victim != "caller" and agent.process.poll() is None:
        agent.leave()
    agent.process.wait(HANGS)
    wait_gone(ends)


# What is refused.

def another_protocol():
    agent = Agent()
    answer = agent.hello(protocol=2)
    assert answer["type"] == "error" and "protocol: found 2" in answer["text"], answer
    agent.over()


def another_frame_version():
    agent = Agent()
    answer = agent.hello(frame_version=7)
    assert answer["type"] == "error" and "frame version: found 7" in answer["text"], answer
    agent.over()


def refuse_plan(text, *words, options=()):
    agent = Agent(*options)
    assert agent.hello()["type"] == "hello"
    agent.say("expect", role="both", plans=[text])
    refused(agent, *words)


def a_port_that_is_not_allowed():
    refuse_plan(plan(tx="vdev:net_ring1", rx="vdev:net_ring1"), "vdev:net_ring1", "--allow-port")


def a_rate_above_the_limit():
    refuse_plan(plan(rate="2mpps"), "2mpps", "1mpps", options=("--max-rate", "1mpps"))


def a_file_of_the_host():
    refuse_plan(plan(json="some.json"), "json", "some.json")


def the_interface_of_the_login():
    """As root, in a namespace whose lo is up: the login of SSH_CONNECTION comes through it."""
    agent = Agent("--allow-port", "netdev:*", SSH_CONNECTION="127.0.0.1 5555 127.0.0.1 22")
    text = plan(tx="netdev:lo,mode=af_packet", rx="netdev:lo,mode=af_packet")
    agent.begin("both", text)
    agent.say("plan", plan=text, trial="%016x" % 1)
    error = agent.expect("error")
    assert "login" in error["text"], error
    agent.close()


def out_of_order():
    agent = Agent()
    assert agent.hello()["type"] == "hello"
    agent.say("start", epoch_ns=1)
    refused(agent, "start", "open")


def an_interface():
    """Its counters, before a trial and beside the limits."""
    agent = Agent("--allow-port", "netdev:lo", "--allow-port", "wire:*")
    assert agent.hello()["type"] == "hello"
    for _ in range(2):
        agent.say("interface", name="lo")
        reading = agent.expect("interface")["reading"]
        assert reading["name"] == "lo", reading
        assert ["rx_packets", "link", None] in [row[:3] for row in reading["counters"]], reading
    agent.close()


def an_interface_that_is_not_allowed():
    agent = Agent("--allow-port", "netdev:eth9")
    assert agent.hello()["type"] == "hello"
    agent.say("interface", name="lo")
    refused(agent, "netdev:lo", "--allow-port")


def an_interface_that_is_not_there():
    agent = Agent("--allow-port", "*")
    assert agent.hello()["type"] == "hello"
    agent.say("interface", name="no-such0")
    refused(agent, "no-such0")


def an_interface_in_a_trial():
    agent = Agent("--allow-port", "*")
    text = plan()
    agent.begin("both", text)
    agent.prepare(text, ports=2)
    agent.say("interface", name="lo")
    refused(agent, "interface", "armed")


def garbage():
    agent = Agent()
    assert agent.hello()["type"] == "hello"
    agent.write(b"\x00\xff nothing of this is JSON")
    refused(agent)


def the_clock_is_answered():
    agent = Agent()
    assert agent.hello()["type"] == "hello"
    for seq in range(40):
        before = time.monotonic_ns()
        agent.say("clock", seq=seq, t1=before)
        clock = agent.expect("clock")
        assert clock["seq"] == seq and clock["t1"] == before, clock
        assert before <= clock["t2"] <= clock["t3"] <= time.monotonic_ns(), clock
    agent.close()


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
