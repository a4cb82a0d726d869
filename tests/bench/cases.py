# SPDX-License-Identifier: BSD-3-Clause
"""What is measured? Each case names who takes part, which figures count and which ratios are formed."""

import figures
import host
import lab
from contenders import ByTestpmd, LookedAt, Overrun, Steps, null_testpmd
from costs import Instructions, Life, TestpmdLife, Watch
from generators import Iperf3, TestpmdPair, Trafgen, XdpTrafficgen
from testpmd import Testpmd

# A schedule is kept if at least this share of the slots outside logged stalls of the transmit core was used.
KEPT = 0.999


class Case:
    """One table of the report."""

    def __init__(self, name, title, rule, contenders, columns, ratios=(), conclude=None):
        self.name = name
        self.title = title
        self.rule = rule
        self.contenders = contenders
        self.columns = columns
        self.ratios = list(ratios)  # (figure, row, row): the first through the second
        self.conclude = conclude    # what the rows say together: sentences


NULL = ["--tx", "vdev:net_null0", "--rx", "vdev:net_null1,no-rx=1", "--rate", "400mpps", "--drain", "10ms"]
# Where the other contenders send: on the last CPU.
NULL_LAST = NULL + ["--cores", f"tx={host.cpus()[-1]},rx={host.cpus()[0]}"]


HAND_OFF_FLOOR = "floor: one line written and read"


def wire(speed, *options):
    """Options for a wire of a speed."""
    return ["--tx", f"wire:0,speed={speed}", "--rx", f"wire:1,speed={speed}", *options]


def _tx(burst):
    floor, txonly, flowgen = "floor: alloc and transmit", "testpmd txonly", "testpmd flowgen"
    mbuf_floor = "floor: pktmbuf alloc and transmit"
    return Case(
        f"tx/{burst}", f"Transmit into net_null, one port, one core, bursts of {burst}",
        "64-byte frames. overrun stamps sequence, time and checksum into each; txonly sends constant frames; the "
        "floors take buffers from the pool, bare or made ready by rte_pktmbuf_alloc_bulk(), and transmit them without "
        "a look at their bytes.",
        [Overrun("overrun", NULL_LAST + ["--burst", str(burst)], keys=("sent", "tx_stalled")),
         ByTestpmd(txonly, null_testpmd("txonly", burst), {"sent": "tx"}),
         ByTestpmd(flowgen, null_testpmd("flowgen", burst), {"sent": "tx"}),
         Steps("floor", f"alloc and transmit, bursts of {burst}", floor, [host.n_cpus(2)], keys=("sent",)),
         Steps("floor", f"pktmbuf alloc and transmit, bursts of {burst}", mbuf_floor, [host.n_cpus(2)],
               keys=("sent",))],
        ("sent", "tx_stalled"),
        [("sent", "overrun", rival) for rival in (txonly, flowgen, floor, mbuf_floor)])


def _hand_off():
    untouched, one_line = "floor: frames untouched", HAND_OFF_FLOOR
    testpmd = "testpmd io, both directions together"
    ring, line = "overrun, net_ring", "overrun, wire at 400G"
    return Case(
        "handoff", "From one core to another",
        "Bursts of 32 over a ring of 1,024. The floors pass buffers through an rte_ring: one looks at no frame, one "
        "writes and reads one cache line of each. testpmd io passes the same few frames on and on between two net_ring "
        "ports and two cores: no pool, no look at them; its frames are those of both directions.",
        [Overrun(ring, ["--port", "vdev:net_ring0", "--rate", "400mpps"],
                 keys=("sent", "checked", "lost", "refused")),
         Overrun(line, wire("400G"), keys=("sent", "checked", "lost", "refused")),
         Steps("floor", "hand-off untouched, bursts of 32", untouched, [host.n_cpus(2)], keys=("sent", "checked")),
         Steps("floor", "hand-off one line, bursts of 32", one_line, [host.n_cpus(2)], keys=("sent", "checked")),
         ByTestpmd(testpmd, Testpmd("io", ["net_ring0", "net_ring1"], ["--tx-first"], n_cores=2), {"received": "rx"},
                   [host.n_cpus(2)])],
        ("sent", "checked", "received", "lost", "refused"),
        [("checked", ring, one_line), ("checked", ring, untouched), ("checked", line, one_line)])


def _tracker():
    return Case(
        "tracker", "The tracker alone",
        "What one arrival costs, on one core, from memory that nobody else touches. Cycles are those of the "
        "constant-rate counter. The streams take turns.",
        [Steps("seq")], ("cycles", "ns", "rate"),
        [("cycles", "1 % lost", "in order"), ("cycles", "1 % reordered", "in order"),
         ("cycles", "in order, 64 streams", "in order"), ("cycles", "in order, 4096 streams", "in order"),
         ("cycles", "in order, 65536 streams", "in order")])


def _steps():
    return Case(
        "frame", "A frame's steps alone",
        "Copy a template's head and stamp it; classify a stamped frame with its checksum. Buffers in the cache.",
        [Steps("frame")], ("cycles", "ns", "rate"))


SPEEDS = ("10G", "25G", "40G", "100G")


def _highest_kept(rows):
    kept = [speed for speed in SPEEDS
            if rows.get(speed, {}).get("schedule") and rows[speed]["schedule"]["median"] >= KEPT]
    rule = f"at least {100 * KEPT:g} % of the slots outside logged stalls were used, in the median round"
    if not kept:
        return [f"The schedule is kept at none of these speeds ({rule})."]
    return [f"The schedule is kept up to {kept[-1]} ({rule})."]


def _wire():
    return Case(
        "wire", "The wire, 64-byte frames at line rate, two cores",
        "One core paces, stamps and runs the line's MAC, the other checks. 'Schedule kept' is what was attempted "
        "through what was scheduled, without the slots that were skipped right after a logged stall of the "
        "transmit core.",
        [Overrun(speed, wire(speed), keys=("sent", "checked", "schedule", "line", "lost", "tx_stalled", "rx_stalled"))
         for speed in SPEEDS] +
        [Steps("floor", "hand-off one line, bursts of 32", HAND_OFF_FLOOR, [host.n_cpus(2)], keys=("sent", "checked"))],
        ("sent", "checked", "schedule", "line", "lost", "tx_stalled", "rx_stalled"), conclude=_highest_kept)


def _receive():
    rxonly, ours = "receive as rxonly", "receive and check"
    testpmd = "testpmd rxonly, net_null"
    ratios = [("cycles", ours + more, rxonly) for more in ("", ", 64 streams", ", 4096 streams")]
    ratios.append(("cycles", ours + ", bursts of 64", rxonly + ", bursts of 64"))
    return Case(
        "receive", "Receive and check, one core",
        "Frames that our transmit worker stamped fill a ring of 1,024, of one producer and one consumer, 64 times; "
        "they are drained by our receive worker, who checks and tracks each, or by what rxonly does: take a burst, "
        "free its frames (one by one as DPDK 22.11 does, in bulk as newer releases do). Same ring, same frames, in "
        "turns. testpmd's own rate on net_null stands for itself: that driver makes the frames it gives.",
        [Steps("worker", "receive", rounds=5, needs=[host.n_cpus(2)]),
         ByTestpmd(testpmd, null_testpmd("rxonly", 32), {"rate": "rx"})],
        ("cycles", "ns", "rate"), ratios)


def _transmit():
    return Case(
        "transmit", "Transmit, one core, the worker alone",
        "Our transmit worker into net_null, called without a trial around it: the work of `tx/32`, without what stalls "
        "do to a rate.",
        [Steps("worker", "transmit", rounds=5), Steps("floor", "alloc and transmit", needs=[host.n_cpus(2)])],
        ("cycles", "ns", "rate"),
        [("cycles", f"{alloc} and transmit, bursts of {burst}", worker) for alloc in ("alloc", "pktmbuf alloc")
         for burst, worker in ((32, "transmit"), (64, "transmit, bursts of 64"))])


SIZES = (64, 128, 256, 512, 1024, 1518, 4096, 9216)


def _sizes_on_wire():
    keys = ("sent", "checked", "l1", "schedule", "lost")
    return Case(
        "size/wire", "Frame sizes on the wire at 100G, two cores",
        "Line rate of 100G is asked for each size; the checksum covers the whole frame.",
        [Overrun(f"{size} B", wire("100G", "--size", str(size)), keys=keys) for size in SIZES], keys)


def _sizes_on_null():
    contenders, ratios = [], []
    for size in SIZES:
        ours, txonly = f"overrun, {size} B", f"testpmd txonly, {size} B"
        # frames in one segment, as ours
        options = [f"--txpkts={size - 4}", "--mbuf-size=9728"]
        contenders += [Overrun(ours, NULL_LAST + ["--size", str(size)], keys=("sent",)),
                       ByTestpmd(txonly, null_testpmd("txonly", 32, options), {"sent": "tx"})]
        ratios.append(("sent", ours, txonly))
    return Case("size/null", "Frame sizes into net_null, one port, one core",
                "Bursts of 32. Nothing reads the frames, so that what is left is what each size costs the sender.",
                contenders, ("sent",), ratios)


def _veth(kind, mode, vdev, others):
    ours, testpmd = f"overrun, {kind}", f"testpmd txonly → rxonly, {kind}"
    ports = ["--tx", f"netdev:{lab.A}{mode}", "--rx", f"netdev:{lab.B}{mode}", "--rate", "5mpps"]
    return Case(
        f"veth/{kind.lower()}", f"{kind} on a veth pair, one queue, one core on each side",
        "More is asked than the pair carries. overrun sends and checks in one process; two testpmds stand on the same "
        "pair, one sends, one receives and looks at nothing. Other generators have no receiver: the kernel drops what "
        "arrives, and what arrived is counted.",
        [Overrun(ours, ports, keys=("sent", "checked", "lost"), needs=lab.NEEDS, in_lab=True),
         TestpmdPair(testpmd, vdev), *others],
        ("sent", "checked", "received", "lost"), [("sent", ours, testpmd)])


RATES = ("1kpps", "100kpps", "1mpps", "10mpps", "100%")


def _pacing():
    keys = ("sent", "mean_ppm", "worst_1s_ppm", "worst_100ms_ppm", "worst_frames", "line_1s", "clock_ppm", "tx_stalled")
    return Case(
        "pacing", "Pacing on the wire at 10G, 64-byte frames",
        "Slots used against the plan, with those that logged stalls of the transmit core took added again: the mean "
        "over the run, and the worst interval of 100 ms and of 1 s. Counters are read while it runs, so an interval is "
        "exact to a burst or two. The largest share of the line in any second is of what was sent, with preamble and "
        "gap.",
        [Overrun(rate, wire("10G", "--rate", rate, "--interval", "100ms"), figures.of_pacing, keys, seconds=3)
         for rate in RATES], keys)


def _queues():
    keys = ("sent", "checked", "lost", "refused")
    return Case(
        "queues", "Many queues on two cores",
        "The wire at 100G, 64-byte frames at line rate: the same two cores serve 1 to 8 transmit and receive queues, "
        "and the line's MAC hashes each frame where there are several.",
        [Overrun(f"{n} + {n}", wire("100G", "--txq", str(n), "--rxq", str(n), "--cores", _cores(1, 1)), keys=keys)
         for n in (1, 2, 4, 8)], keys, [("checked", f"{n} + {n}", "1 + 1") for n in (2, 4, 8)])


def _cores(n_tx, n_rx):
    """So many CPUs for each side; the last ones, as far as there are so many."""
    cpus = host.cpus()[-(n_tx + n_rx):]
    return f"tx={','.join(map(str, cpus[:n_tx]))},rx={','.join(map(str, cpus[n_tx:]))}"


def _growth():
    contenders, ratios = [], []
    counts = [n for n in (1, 2, 4, 8, 16) if n <= max(2, len(host.cpus()))]
    for n in counts:
        contenders.append(Overrun(
            f"transmit, {n} cores", NULL + ["--txq", str(n), "--cores", _cores(n, 1)], keys=("sent",),
            needs=[host.n_cpus(n + 1)]))
        contenders.append(Overrun(
            f"wire at 400G, {n} + {n} cores", wire("400G", "--txq", str(n), "--rxq", str(n), "--cores", _cores(n, n)),
            keys=("sent", "checked"), needs=[host.n_cpus(2 * n)]))
        if n > 1:
            ratios += [("sent", f"transmit, {n} cores", "transmit, 1 cores"),
                       ("checked", f"wire at 400G, {n} + {n} cores", "wire at 400G, 1 + 1 cores")]
    return Case("cores", "How rates grow with cores",
                "64-byte frames, one queue per core. On the wire the first transmit core also runs the line's MAC.",
                contenders, ("sent", "checked"), ratios)


def _life():
    short = ["--quiet", "--warmup", "0", "--time", "10ms", "--drain", "10ms", "--settle", "0",
             "--rate-tolerance", "100%", "--max-loss", "100%"]
    two = [host.n_cpus(2)]
    return Case(
        "life", "Memory and start-up",
        "From the start of the process to its end, and its largest resident set. The short run sends for 10 ms, with "
        "no warm-up. testpmd is timed until it forwards, and has run for 2 s when its memory is read.",
        [Life("run --dry-run", ["run", "--dry-run"]),
         Life("run, 10 ms on the wire", ["run", *short], two),
         Life("run, 10 ms on net_null", ["run", *short, *NULL], two),
         Life("run, 10 ms, rings of 32768", ["run", *short, "--rxd", "32768", "--txd", "32768"], two),
         Life("run, 10 ms, 65536 streams", ["run", *short, "--streams", "65536"], two),
         TestpmdLife("testpmd txonly", null_testpmd("txonly", 32))],
        ("seconds", "rss"))


def _watch():
    few, many = "one namespace, 3 interfaces", "one namespace, 201 interfaces"
    return Case(
        "watch", "What watching every place of a host costs",
        "`overrun watch --all-places --interval 100ms` in a namespace in which nothing is lost, of lo and one pair of "
        "veth, and of a hundred pairs. The CPU time is that of the process for 20 intervals, without its start. At "
        "intervals of 1 s, 10 ms are 1 % of a core.",
        [Watch(few, False), Watch(many, True)], ("watch",))


def _live():
    keys = ("sent", "checked", "lost", "tx_stalled", "rx_stalled")
    contenders, ratios = [], []
    for load, options in (("as much as it can", ["--port", "vdev:net_ring0", "--rate", "400mpps"]),
                          ("wire at 10G", wire("10G"))):
        alone = f"nobody looks, {load}"
        looks = [LookedAt(f"scrapes and screen, {load}", options, "screen", True, keys=(*keys, "looks")),
                 LookedAt(f"scrapes, {load}", options, "none", True, keys=(*keys, "looks")),
                 LookedAt(f"screen, {load}", options, "screen", False, keys=(*keys, "looks"))]
        contenders += [Overrun(alone, options, keys=keys), *looks]
        ratios += [("checked", look.name, alone) for look in looks]
    return Case(
        "live", "What it costs to be looked at, two cores",
        "The same run without anybody who looks, with a scrape of its metrics every 100 ms, with its screen on a "
        "terminal of 80 by 24, and with both. On a machine with two CPUs both have a worker: who answers, who draws, "
        "who scrapes and who reads the terminal take their time from them. The last column is the CPU time of those of "
        "them that are overrun's: the threads that answer and draw.",
        contenders, (*keys, "looks"), ratios)


def _instructions():
    return Case(
        "instructions", "Instructions per frame",
        "Counted by callgrind over a fixed number of frames, inside the worker's function and all that it calls: "
        "driver, ring and pool included. No noise moves these figures, but valgrind hides AVX-512 from the program.",
        [Instructions("transmit", "worker", "transmit", "ovr_tx_work"),
         Instructions("transmit, 64 streams", "worker", "transmit, 64 streams", "ovr_tx_work"),
         Instructions("receive as rxonly", "worker", "receive as rxonly", "drain_as_rxonly"),
         Instructions("receive and check", "worker", "receive and check", "ovr_rx_work"),
         Instructions("receive and check, 64 streams", "worker", "receive and check, 64 streams", "ovr_rx_work"),
         Instructions("stamp IPv4 64", "frame", "stamp IPv4 64", "stamp_all"),
         Instructions("classify IPv4 64", "frame", "classify IPv4 64", "classify_all"),
         Instructions("classify IPv4 64, bursts of 32", "frame", "classify IPv4 64, bursts of 32", "classify_bursts"),
         Instructions("tracker, in order", "seq", "in order", "feed_in_order"),
         Instructions("tracker, 1 % lost", "seq", "1 % lost", "feed_one_in_100_lost"),
         Instructions("tracker, 1 % reordered", "seq", "1 % reordered", "feed_one_in_100_reordered")],
        ("instructions",), [("instructions", "receive and check", "receive as rxonly")])


def _socket():
    batches = (", batches of 1", ", batches of 32", ", batches of 64", ", 1518 bytes")
    small, large = "iperf3 -u, 64 bytes", "iperf3 -u, 1518 bytes"
    return Case(
        "socket", "Receive and check through a UDP socket, one core",
        "Datagrams of 64-byte frames (and of 1,518, in batches of 32) fill a socket on loopback 32 times; they are "
        "drained by our receive worker, who checks and tracks each, or by a bare loop of recvmmsg() that looks at "
        "none. Same socket, same batch, in turns. iperf3 reads datagrams of the same sizes while another iperf3 sends "
        "them on another core, which bounds its rate. CPU time is that of the thread that reads; of iperf3, its "
        "receiving process's.",
        [Steps("socket", rounds=5, needs=[host.n_cpus(2)], keys=("cycles", "ns", "rate", "cpu")),
         Iperf3(small, 18), Iperf3(large, 1472)], ("cycles", "ns", "rate", "cpu"),
        [(figure, "bare recvmmsg" + batch, "socket" + batch) if figure == "cpu" else
         (figure, "socket" + batch, "bare recvmmsg" + batch) for figure in ("rate", "cpu") for batch in batches] +
        [("cpu", small, "socket, batches of 32"), ("cpu", large, "socket, 1518 bytes")])


def all_cases():
    """In the order in which they run."""
    return [_tx(32), _tx(64), _transmit(), _receive(), _socket(), _hand_off(), _wire(), _tracker(), _steps(),
            _sizes_on_wire(), _sizes_on_null(), _veth("AF_XDP", "", "net_af_xdp0,iface={}", [XdpTrafficgen()]),
            _veth("AF_PACKET", ",mode=af_packet", "net_af_packet0,iface={}", [Trafgen()]), _pacing(), _queues(),
            _growth(), _life(), _live(), _watch(), _instructions()]


def against(case, program):
    """The same case with another build of overrun beside each run of ours."""
    contenders = []
    for contender in case.contenders:
        contenders.append(contender)
        if isinstance(contender, (Overrun, Watch)):
            other = contender.of_program(contender.name + " (against)", program)
            contenders.append(other)
            keys = getattr(contender, "keys", None)
            first = next(key for key in case.columns if keys is None or key in keys)
            case.ratios.append((first, contender.name, other.name))
    case.contenders = contenders
    return case
