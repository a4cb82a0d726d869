#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Bad input: exit code 3, one sentence on stderr, nothing on stdout, nothing left behind.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

not_a_pcap=$scratch/not.pcap
echo "this is no capture" >"$not_a_pcap"
# A pcap header, a frame's header that promises 60 bytes, and 10 of them.
cut_pcap=$scratch/cut.pcap
printf '\xd4\xc3\xb2\xa1\x02\x00\x04\x00\0\0\0\0\0\0\0\0\xff\xff\0\0\x01\0\0\0' >"$cut_pcap"
printf '\0\0\0\0\0\0\0\0\x3c\0\0\0\x3c\0\0\0\0\0\0\0\0\0\0\0\0\0' >>"$cut_pcap"
empty_pcap=$scratch/empty.pcap
head -c 24 "$cut_pcap" >"$empty_pcap"

refuse() {
  expect_exit 3 timeout 30 "$OVERRUN" "$@"
  one_sentence "$@"
}

# Every option and every key of a port: a wrong kind, out of range, misspelt, empty, twice, against another. Each answer is one
# sentence: the object, what was asked or found, what would be accepted. "…" stands for what differs from host to host.
test_every_option_and_key_has_its_sentence() {
  table=$scratch/table
  cat >"$table" <<'EOF'
frobnicate => command: found "frobnicate", accepted: run, burst, check, compare, doctor, hop, keygen, path, plan-ring, report, reproduce, ring, search, selftest, serve, sweep, tcp, watch, help, version
help run extra => help: found "extra" after run, accepted: nothing, or --man for the options as roff
keygen a b => keygen: found "b" after "a", accepted: one folder
keygen --comment => keygen: --comment: a value is missing; accepted: --comment TEXT
keygen --forse a => keygen: found "--forse", which is no option of it, did you mean --force; accepted: those of "overrun help keygen"
version extra => version: found "extra", accepted: nothing after it
run extra => run: found "extra", accepted: options alone, which begin with --: those of "overrun help run"
run --duration 5s => run: found "--duration", which is no option of it, did you mean --time; accepted: those of "overrun help run"
run -P 4 => run: found "-P", which is no option of it, did you mean --streams; accepted: those of "overrun help run"
run --interface eth1 => run: found "--interface", which is no option of it, did you mean --tx; accepted: those of "overrun help run"
path 127.0.0.1 -u => path: found "-u", which is no option of it, did you mean --udp; accepted: those of "overrun help path"
mtr 127.0.0.1 => command: found "mtr", did you mean path; accepted: run, burst, check, compare, doctor, hop, keygen, path, plan-ring, report, reproduce, ring, search, selftest, serve, sweep, tcp, watch, help, version
run --tx eth1 => tx: found "eth1", did you mean netdev:eth1; accepted: KIND:DETAILS[,key=value...], where KIND is wire, netdev, pci, udp, tcp or vdev, as in wire:1,drop=0.1%, netdev:eth0, pci:0000:3b:00.0, udp:127.0.0.1:9000, tcp:127.0.0.1:9000 or vdev:net_null0, and host:NAME/ before it where another machine has the port
run --rx 3b:00.1 => rx: found "3b:00.1", did you mean pci:3b:00.1; accepted: KIND:DETAILS[,key=value...], where KIND is wire, netdev, pci, udp, tcp or vdev, as in wire:1,drop=0.1%, netdev:eth0, pci:0000:3b:00.0, udp:127.0.0.1:9000, tcp:127.0.0.1:9000 or vdev:net_null0, and host:NAME/ before it where another machine has the port
run --size jumbo => size: found "jumbo", whose letter j is a frame of 16000 bytes, accepted: 64 to 9216, with FCS
run --rate 10MBps => rate: found "10MBps", where B means bytes; accepted: bits, as in 8mbps for 1 MB/s
run --rx netdev:eth1 => tx wire:0 and rx netdev:eth1: found a wire on one side only, accepted: a wire on both sides, since its two ends belong together; a side that is not named is a wire: --tx and --rx name both
run --nonsense => run: found "--nonsense", which is no option of it; accepted: those of "overrun help run"
run --rate => run: --rate: a value is missing; accepted: --rate RATE
run --json --quiet => run: --json: a value is missing; accepted: --json FILE
run --dry-run=maybe => run: --dry-run: found the value "maybe", accepted: --dry-run alone
run --tx wire => tx: found "wire", accepted: KIND:DETAILS[,key=value...], where KIND is wire, netdev, pci, udp, tcp or vdev, as in wire:1,drop=0.1%, netdev:eth0, pci:0000:3b:00.0, udp:127.0.0.1:9000, tcp:127.0.0.1:9000 or vdev:net_null0, and host:NAME/ before it where another machine has the port
run --tx host:b => tx: found "host:b", accepted: host:NAME/PORT, as in host:rack-b/netdev:eth1
run --rx host:-b/wire:1 => rx: found the host "-b", accepted: a name of the file of hosts (letters, digits, dots, hyphens, underscores), an address as in 192.0.2.7, 192.0.2.7:5206 or [2001:db8::7]:5206, or ssh://USER@NAME
run --tx host:c/netdev:e --rx host:a/netdev:e,host:b/netdev:e => rx: found 2 ports for 1 of tx, accepted: one for all senders, or one for each of them, in their order
ring show host:b/wire:1 => ring: found "host:b/wire:1", accepted: a port of this machine, since its rings are read and set here
run --rx tcp:127.0.0.1 => rx: found "tcp:127.0.0.1", accepted: tcp:ADDRESS:PORT with an address in figures and a port of 1 to 65535, as in tcp:127.0.0.1:9000 or tcp:[::1]:9000
run --tx tcp:127.0.0.1:9,connections=0 => tx: connections: found "0", accepted: 1 to 1024
run --rx tcp:127.0.0.1:9,acept=1 => rx: found the key "acept", did you mean accept; accepted of a tcp port there: netns=NAME, rcvbuf=BYTES, backlog=N, accept=N, shrink=BYTES
run --rx tcp:127.0.0.1:9 --size imix => size: found 64:7,570:4,1518:1 with tcp:127.0.0.1:9, accepted: the bytes of a record, one size of 64 to 9216
run --rx wire:1,drop=banana => rx: drop: found "banana", accepted: a share in percent, as in 0.5%
run --rx wire:1,drop=1%,drop=2% => rx: found drop= twice, accepted: every key once
run --rx wire:1,drp=1% => rx: found key "drp", did you mean drop; accepted: speed=, drop=, drop-burst=, drop-at=, drop-every=, dup=, reorder=, delay=, fcs=, corrupt=, rotate= and list=
run --rx wire:1,drop => rx: drop: found no value, accepted: drop=VALUE
run --rx wire:1,drop=101% => rx: drop: found "101%", accepted: 0% to 100%
run --rx wire:1,drop-burst=0:1% => rx: drop-burst: found "0", accepted: 1 to 1000000
run --rx wire:1,drop-at=3+3 => rx: drop-at: found 3 after a range that ends at 3, accepted: ascending ranges that are apart
run --rx wire:1,dup=-1% => rx: dup: found "-1%", accepted: a share in percent, as in 0.5%
run --rx wire:1,reorder=1% => rx: reorder: found "1%", accepted: N:SHARE, as in 3:0.1%
run --rx wire:1,delay=5 => rx: delay: found "5" without a unit, accepted: it with ns, us, ms, s, m or h, as in 5s
run --rx wire:1,delay=2s => rx: delay: found "2s", accepted: at most 1s
run --rx wire:1,fcs=1 => rx: fcs: found "1" without a unit, accepted: a share in percent, as in 1%
run --rx wire:1,corrupt= => rx: corrupt: found "", accepted: a share in percent, as in 0.5%
run --rx wire:1,rotate=x => rx: rotate: found "x", accepted: a whole number from 1 to 18446744073709551615
run --rx wire:1,list=0 => rx: list: found "0", accepted: 1 to 16777216
run --rx wire:1,speed=11G => rx: speed: found "11G", accepted: 10M, 100M, 1G, 2.5G, 5G, 10G, 25G, 40G, 50G, 100G, 200G, 400G or 800G
run --tx wire:0,drop=1% => tx: found impairments at the end that sends (drop=1%), accepted: them at the end that receives, as in --rx wire:1,drop=1%
run --port netdev:lo,mode=dpdk => tx: mode: found "dpdk", accepted: af_xdp or af_packet
run --port netdev:lo,mode=af_xdp,mode=af_packet => tx: found mode= twice, accepted: every key once
run --port netdev:lo,queue=x => tx: queue: found "x", accepted: a whole number from 0 to 1023
run --port netdev:lo,queue=1,queue=2 => tx: found queue= twice, accepted: every key once
run --port netdev:lo,queues=1 => tx: found the key "queues", did you mean queue; accepted: mode=af_xdp, mode=af_packet, queue=N
run --port netdev:lo,queue => tx: found "queue" among the keys, accepted: mode=af_xdp, mode=af_packet, queue=N
run --port netdev: => tx: found "netdev:", accepted: netdev:INTERFACE, a name of 1 to 15 characters as in netdev:eth0
run --port pci:3b:00 => tx: found "3b:00", accepted: a PCI address, BUS:DEVICE.FUNCTION in hexadecimal digits, with or without its domain: 0000:3b:00.0 or 3b:00.0
run --port vdev: => tx: found "vdev:", accepted: vdev:DRIVER, as in vdev:net_null0
run --path maybe => path: found "maybe", accepted: direct|dut
run --force=maybe => force: found "maybe", accepted: true or false
run --line 9M => line: found "9M", accepted: 10M, 100M, 1G, 2.5G, 5G, 10G, 25G, 40G, 50G, 100G, 200G, 400G or 800G
run --rxd banana => rxd: found "banana", accepted: a whole number from 1 to 65536
run --txd 0 => txd: found "0", accepted: 1 to 65536
run --rxq 257 => rxq: found "257", accepted: 1 to 256
run --txq -1 => txq: found "-1", accepted: a whole number from 1 to 256
run --burst 513 => burst: found "513", accepted: 1 to 512
run --mbufs x => mbufs: found "x", accepted: a whole number from 1 to 67108864
run --mbufs 64 => mbufs: found 64, needed: 3296 for 1 x 1024 + 1 x 1024 descriptors, caches and bursts, accepted: 3296 or more, or auto
run --link-timeout 5 => link-timeout: found "5" without a unit, accepted: it with ns, us, ms, s, m or h, as in 5s
run --size 63 => size: found a frame of 63 bytes, accepted: 64 to 9216, with FCS
run --size 64,banana => size: found "64,banana", accepted: 64, 64,128,1518, 64:7,594:4,1518:1, imix, or an RFC 6985 genome such as aaaafg
run --templates "" => templates: found "", accepted: none, or a file name in printable UTF-8
run --ip 5 => ip: found "5", accepted: 4 or 6
run --ip 6 --size 64 => size: found 64, needed: 84 for the headers (IPv6, VLAN tags: 0) and the tag, accepted: 84 to 9216
run --vlan 1,2,3 => vlan: found "1,2,3", accepted: none, or one or two ids from 1 to 4094, the outer one first, as in 100,200
run --src-mac ff:ff:ff:ff:ff:ff => src-mac: found the group address "ff:ff:ff:ff:ff:ff", accepted: an individual one
run --dst-mac x => dst-mac: found "x", accepted: six bytes, as in 02:00:00:00:00:01, or auto
run --gateway 300.1.1.1 => gateway: found "300.1.1.1", accepted: none, or an IPv4 or IPv6 address, as in 198.18.255.254
run --gateway 1.1.1.1 => gateway: found one with tx wire:0, accepted: none, since no router stands on a wire
run --streams 0 => streams: found "0", accepted: 1 to 65536
run --rxq 4 --streams 2 => streams: found 2, needed: one for each of 4 queues, accepted: 4 to 65536, or auto
run --rate 10 => rate: found "10" without a unit, accepted: it with pps, kpps, mpps, gpps (frames), bps, kbps, mbps, gbps (with preamble and gap; -l2 after it: without) or % (of the line), as in 14.88mpps or 95%
run --rate banana => rate: found "banana", accepted: a number and pps, kpps, mpps, gpps (frames), bps, kbps, mbps, gbps (with preamble and gap; -l2 after it: without) or % (of the line), as in 14.88mpps or 95%
run --rate 15mpps => rate: found 15mpps, more than a 10G line carries of frames of 64 bytes, accepted: up to 14.88095238mpps
run --shape burst=32 => shape: found "burst=32", accepted: smooth, poisson, or burst=N,gap=T, as in burst=512,gap=1ms
run --shape burst=x,gap=1us => shape: burst: found "x", accepted: a whole number from 1 to 281474976710655
run --time -5s => time: found "-5s", accepted: a number and ns, us, ms, s, m or h, as in 200us or 1.5s
run --time none => time and count: found none for both, accepted: one of them, or both
run --count 1.5 => count: found "1.5", accepted: a whole number from 1 to 281474976710655
run --on-full explode => on-full: found "explode", accepted: drop|wait
run --catch-up=maybe => catch-up: found "maybe", accepted: true or false
run --stall 200us/ => stall: period: found "", accepted: a number and ns, us, ms, s, m or h, as in 200us or 1.5s
run --stall 10ms/1ms => stall: found "10ms/1ms", accepted: a length above 0 and below the period
run --stall 200us/10ms,jitter=60% => stall: found "200us/10ms,jitter=60%", with which two stalls can meet, accepted: length + 2 * jitter * period below the period
run --service 5 => service: found "5", accepted: none, or frames per second up to 10gpps, as in 5mpps
run --window 2 => window: found "2", accepted: 64 to 67108864
run --window 1000 => window: found "1000", accepted: a power of two from 64 to 67108864, or auto
run --tmax 0 => tmax: found "0", accepted: 1us to 1h
run --delta -1 => delta: found "-1", accepted: a whole number from 1 to 281474976710655
run --cores tx= => cores: tx=: found "", accepted: CPU numbers from 0 to 1023, as in 0, 2-3 or 1,4-6
run --cores tx=0,tx=1 => cores: found tx= twice in "tx=0,tx=1", accepted: every list once
run --cores tx=0,rx=0 => cores: found CPU 0 in both tx= and rx=, accepted: every CPU once
run --numa maybe => numa: found "maybe", accepted: warn|strict
run --warmup 2h => warmup: found "2h", accepted: 0 to 1h
run --drain -1s => drain: found "-1s", accepted: a number and ns, us, ms, s, m or h, as in 200us or 1.5s
run --settle x => settle: found "x", accepted: a number and ns, us, ms, s, m or h, as in 200us or 1.5s
run --stall-min 0 => stall-min: found "0", accepted: 1ns to 1h
run --interval 1ms => interval: found "1ms", accepted: 10ms to 1h
run --series-rows 1 => series-rows: found "1", accepted: 2 to 131072
run --event-gap x => event-gap: found "x", accepted: a number and ns, us, ms, s, m or h, as in 200us or 1.5s
run --max-loss 0.001 => max-loss: found "0.001" without a unit, accepted: a share in percent, as in 0.001%
run --rate-tolerance 101% => rate-tolerance: found "101%", accepted: 0% to 100%
run --seed -1 => seed: found "-1", accepted: a whole number from 0 to 9223372032559808512
run --trial-id 0 => trial-id: found "0", accepted: auto, or a number from 1 to 0xffffffff
run --csv "" => csv: found "", accepted: none, or a file name in printable UTF-8
run --json x --csv x => json and csv: found "x" for both, accepted: a file for each
run --capture - => capture: found "-", accepted: a file's name, since a capture is not written to stdout
run --capture-frames 0 => capture-frames: found "0", accepted: 1 to 1048576
run --checkpoint 5 => checkpoint: found "5" without a unit, accepted: it with ns, us, ms, s, m or h, as in 5s
run --plan / => plan "/": Is a directory, accepted: a YAML file
run -- --bogus => EAL does not start: …
run -- extra => EAL …
search --algorithm mlrr => algorithm: found "mlrr", accepted: mlr|binary|curve
search --algorithm binary --sum-time 1s => sum-time: found 1s for another algorithm, accepted: with --algorithm mlr
search --goals x => goals: found "x", accepted: ndr, pdr, or a loss ratio, as in 0.1%
search --goals ndr,ndr => goals: found the loss ratio of ndr twice, accepted: every one once
search --exceed 101% => exceed: found "101%", accepted: 0% to 100%
search --width 0% => width: found "0%", accepted: 0.001% to 50%
search --initial-time 2s --time 1s => initial-time: found 2s, accepted: at most --time, 1s
search --attempts 0 => attempts: found "0", accepted: 1 to 100
search --retry-loss x => retry-loss: found "x", accepted: a whole number from 0 to 281474976710655
search --min-rate 5mpps --max-rate 4mpps => min-rate: found 5mpps, above --max-rate 4mpps, so that there is no load to try, accepted: at most that
search --step 0% => step: found "0%", accepted: 0.1% to 10%
search --search-time 0 => search-time: found "0", accepted: 1ms to 24h
search --sizes 64 --size 128 => sizes: found beside --size 128, accepted: one of both
search --rate 5mpps => rate: found 5mpps for a search, accepted: 100%, its default, since the load is what a search looks for, from --min-rate to --max-rate
search --stall 1ms/2s => stall: found 1ms/2s in trials of 1s, accepted: --time 2001ms or longer, so that a stall ends in each
burst --repeats 0 => repeats: found "0", accepted: 1 to 1000
burst --burst-max 31s => burst-max: found "31s", accepted: a time of up to 30s, or a number of frames
burst --burst-max x => burst-max: found "x", accepted: a time of up to 30s, or a number of frames
burst --burst-step 0 => burst-step: found "0", accepted: 1 to 281474976710655
burst --throughput 101% => throughput: found 101%, accepted: up to 100% of the line
burst --actual-rate x => actual-rate: found "x", accepted: a number and pps, kpps, mpps, gpps (frames), bps, kbps, mbps, gbps (with preamble and gap; -l2 after it: without) or % (of the line), as in 14.88mpps or 95%
burst --size imix => size: found 64:7,570:4,1518:1, accepted for a burst search: one size, since a mix has no shortest gap (RFC 9004 section 5)
selftest --rate 5mpps => rate: found 5mpps for a selftest, accepted: 100%, its default, since the rate is what a selftest looks for
selftest --rx wire:1,drop=1% => rx: found a wire that impairs (drop=1%) for a selftest, accepted: one with a speed at most, since the tester is measured
sweep --rings "" => rings: found "", accepted: auto, or values with a comma between two
sweep --rings 64.. => rings: found "64..", accepted: a size on either side, as in 64..8192
sweep --rings 1024..64 => rings: found 1024..64, accepted: the smaller one first
sweep --rings 64,64 => rings: found 64 twice, accepted: each value once
sweep --rates x => rates: found "x", accepted: a number and pps, kpps, mpps, gpps (frames), bps, kbps, mbps, gbps (with preamble and gap; -l2 after it: without) or % (of the line), as in 14.88mpps or 95%
sweep --bursts 0 => bursts: found "0", accepted: 1 to 512
sweep --queues 1,4 --streams 2 => cell "rxd 1024, size 64, rate 100%, burst 32, rxq 4, stall none": streams: found 2, needed: one for each of 4 queues, accepted: 4 to 65536, or auto
sweep --stalls 1ms/500ms => cell "rxd 1024, size 64, rate 100%, burst 32, rxq 1, stall 1ms/500ms": stall: found 1ms/500ms in trials of 250ms, accepted: --time 501ms or longer, so that a stall ends in each
sweep --state "" => state: found "", accepted: none, or a file name in printable UTF-8
sweep --rings 64 --rxd 64 => rings: found beside --rxd 64, accepted: one of both
ring => ring: found "", accepted: show, set, restore, advise, verify
ring shoow => ring: found "shoow", did you mean show; accepted: show, set, restore, advise, verify
ring show --line 9 => ring show: --line: found "9", accepted: 10M, 100M, 1G, 2.5G, 5G, 10G, 25G, 40G, 50G, 100G, 200G, 400G or 800G
ring show "" => "": there is no such interface; accepted: …
ring set => ring set: no interface was named; accepted: overrun ring set IF --rx N
ring set lo => ring set: no size was asked for; accepted: --rx N, --tx N, --rx-mini N, --rx-jumbo N
ring set lo --rx 0 => ring set: --rx: found "0", accepted: 1 to 4294967294
ring set lo --rx-mini x => ring set: --rx-mini: found "x", accepted: a whole number from 0 to 4294967294
ring set lo --rx-jumbo => ring set: --rx-jumbo: a value is missing; accepted: --rx-jumbo N
ring set lo --rx 64 --link-timeout 5 => ring set: --link-timeout: found "5" without a unit, accepted: it with ns, us, ms, s, m or h, as in 5s
ring set wire:0 --rx 64 => ring: found "wire:0", accepted: an interface, or netdev:INTERFACE; the rings of other ports are set by the run that opens them (--rxd, --txd)
ring restore => ring restore: no interface was named; accepted: overrun ring restore IF|--all
ring restore lo --all => ring restore: found --all and "lo", accepted: one of them
ring advise => ring advise: found "", accepted: the port that receives, as in ring advise wire:1 or ring advise eth0 --tx netdev:eth1
ring advise wire:1 --margin 0 => margin: found "0", accepted: a factor from 1 to 100, as in 1.5
ring advise wire:1 --baseline 0 => baseline: found "0", accepted: 100ms to 72h
ring advise wire:1 --confidence 40% => confidence: found "40%", accepted: 50% to 99.9999%
ring advise wire:1 --cover some => cover: found "some", accepted: all|injected
ring advise wire:1 --rxd 64 => rxd: found 64 for ring advise, accepted: 1024, its default, since the ring is what is recommended
ring verify => ring verify: found "", accepted: the port that receives, as in ring verify wire:1 or ring verify eth0 --tx netdev:eth1
ring verify wire:1 --stall 1ms/10ms => stall: found 1ms/10ms for a verification of counters, accepted: none, its default, since it stalls the receiver itself, in ways of which the loss is known
plan-ring --line auto => line: found auto for plan-ring, accepted: a speed, since there is no port to ask, as in 100G
plan-ring --via netns=a => via: found netns=a for plan-ring, accepted: none, its default, since nothing is sent
plan-ring --margin 0.5 => margin: found "0.5", accepted: a factor from 1 to 100, as in 1.5
plan-ring --imbalance x => imbalance: found "x", accepted: a factor from 1 to 256, as in 1.5
plan-ring --held-back x => held-back: found "x", accepted: a whole number from 0 to 65536
plan-ring --buffer 0 => buffer: found "0", accepted: 64 to 65536
plan-ring --stall unread => stall: found unread for plan-ring, accepted: none, or a length and a period, as in 200us/10ms
check => check: no capture was named; accepted: overrun check FILE.pcap
check a b => check: found "b" after "a", accepted: one file
check missing.pcap => capture 'missing.pcap': No such file or directory, accepted: a pcap or pcapng file
check notes => capture 'notes': found unknown file format, accepted: a pcap or pcapng file
check notes --trial-id banana => trial-id: found "banana", accepted: auto, or a number from 1 to 0xffffffff
check notes --json => check: --json: a value is missing; accepted: --json FILE
doctor "" => doctor: found "", accepted: an interface (eth1, netdev:eth1) or a PCI device (pci:3b:00.0), without keys
doctor : => doctor: found ":", accepted: an interface (eth1, netdev:eth1) or a PCI device (pci:3b:00.0), without keys
doctor lo,mode=af_xdp => doctor: found "lo,mode=af_xdp", accepted: an interface (eth1, netdev:eth1) or a PCI device (pci:3b:00.0), without keys
path => path: no destination was named; accepted: an address or a name, as in overrun path 198.51.100.1
path "" => path: no destination was named; accepted: an address or a name, as in overrun path 198.51.100.1
path a b => path: found "b" after "a", accepted: one destination
path 127.0.0.1 -4 -6 => path: found -4 and -6, accepted: one of both
path 127.0.0.1 -6 => path: found "127.0.0.1" …
path 127.0.0.1 --udp --tcp => path: --tcp: found beside --udp, accepted: one of both
path 127.0.0.1 --icmp --port 7 => path: --port: found beside --icmp, accepted: with --udp and --tcp
path 127.0.0.1 --rate 2kpps => path: --rate: found "2kpps", accepted: 0.001pps to 1kpps
path 127.0.0.1 --rate 1gbps => path: --rate: found "1gbps", accepted: 0.001pps to 1kpps
path 127.0.0.1 --rate 0pps => path: --rate: …
path 127.0.0.1 --ecmp 17 => path: --ecmp: …
path 127.0.0.1 --ecmp 0 => path: --ecmp: …
path 127.0.0.1 --port 65536 => path: --port: …
path 127.0.0.1 --max-hops 65 => path: --max-hops: …
path 127.0.0.1 --count -1 => path: --count: …
path 127.0.0.1 --wait 5ms => path: --wait: found "5ms", accepted: 10ms to 60s
path 127.0.0.1 --tcp --wait 1s => path: --wait: found beside --tcp, accepted: up to 900ms, after which a SYN is sent again
path --reflect 127.0.0.1:7 127.0.0.1 => path: --reflect: found beside a destination or its options, accepted: alone, or with --count, the probes to answer
path --reflect 7777 --tcp => path: --reflect: found beside a destination or its options, accepted: alone, or with --count, the probes to answer
path --reflect none => path: --reflect: found "none", accepted: a port from 0 to 65535 …
path 0.0.0.0 => path: found "0.0.0.0", which is no host's address, accepted: an address or a name
path :: => path: found "::", which is no host's address, accepted: an address or a name
path --reflect 203.0.113.1:7777 => path: --reflect: Cannot assign requested address; accepted: an address of the reflector's host and a free port
path 127.0.0.1 --seed x => path: --seed: …
path 127.0.0.1 --json => path: --json: a value is missing; accepted: --json FILE
path 127.0.0.1 --mtu => path: found "--mtu", which is no option of it; accepted: those of "overrun help path"
doctor lo lo => doctor: found "lo" after "lo", accepted: one port, or none
doctor ovr-nowhere => ovr-nowhere: there is no such interface; accepted: …
doctor wire:0 => doctor: found "wire:0", accepted: an interface (eth1, netdev:eth1) or a PCI device (pci:3b:00.0), without keys
doctor netdev:lo,queue=1 => doctor: found "netdev:lo,queue=1", accepted: an interface (eth1, netdev:eth1) or a PCI device (pci:3b:00.0), without keys
doctor pci:ffff:ff:1f.7 => pci:ffff:ff:1f.7: there is no such PCI device; accepted: a network controller, as lspci lists them
doctor pci:1 => doctor: found "1", accepted: a PCI address, …
serve word => serve: found "word", accepted: options alone
serve --listen none => serve: --listen: found "none", accepted: -, a port from 0 to 65535 …
serve --max-rate 50% => serve: --max-rate: found "50%", a share of a line; accepted: a rate in pps or bit/s: 1mpps, 1gbps
serve --allow-port => serve: --allow-port: a value is missing; accepted: --allow-port PATTERN
serve --state "" => serve: --state: found a path of 0 bytes, accepted: …
end => end: accepted: --fd N, by overrun itself
end --fd 2 => end: --fd: …
doctor lo --json => doctor: --json: a value is missing; accepted: --json FILE
doctor --nonsense => doctor: found "--nonsense", which is no option of it; accepted: those of "overrun help doctor"
watch => watch: no interface was named; accepted: overrun watch INTERFACE..., or overrun watch --all-places
watch netns=r1 => watch: netns=r1 names a network namespace; accepted: with --all-places
watch --all-places netns= => watch: found "netns=" without a name, accepted: netns=NAME, or netns=PATH as in netns=/proc/123/ns/net
watch --all-places netns=ovr-nowhere => network namespace 'ovr-nowhere': there is none of this name; accepted: …
watch --all-places netns=/proc/self/ns/net netns=/proc/self/ns/net => network namespace '/proc/self/ns/net': it is '/proc/self/ns/net'; accepted: each namespace once
watch --all-places=x => watch: --all-places: found the value "x", accepted: --all-places alone
watch "" => "": there is no such interface; accepted: …
watch lo lo => watch: lo is named twice; accepted: each interface once
watch lo --count 0 => watch: --count: found "0", accepted: 1 to 9223372036854775807
watch lo --interval 1 => watch: --interval: found "1" without a unit, accepted: it with ns, us, ms, s, m or h, as in 1s
watch lo --interval 25h => watch: --interval: found "25h", accepted: 10ms to 24h
watch lo --json=x => watch: --json: found the value "x", accepted: --json alone
EOF
  mkdir "$scratch/there"
  echo "this is no capture" >"$scratch/there/notes"
  (cd "$scratch/there" && OVERRUN=$OVERRUN "$PYTHON" - "$table") <<'EOF' || fail "a bad input does not have its sentence"
import concurrent.futures, os, shlex, subprocess, sys

def wrong(row):
    command, sentence = row.split(" => ", 1)
    done = subprocess.run([os.environ["OVERRUN"], *shlex.split(command)], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=60, encoding="utf-8")
    wanted = "overrun: " + sentence.removesuffix("…")
    said = done.stderr.removesuffix("\n")
    same = said.startswith(wanted) if sentence.endswith("…") else said == wanted
    if done.returncode == 3 and done.stdout == "" and "\n" not in said and same:
        return None
    return f"{command}\n  exit code {done.returncode}: {done.stdout}{done.stderr}  wanted:  {wanted}"

with open(sys.argv[1], encoding="utf-8") as file:
    rows = file.read().splitlines()
with concurrent.futures.ThreadPoolExecutor(2 * os.cpu_count()) as pool:
    found = [text for text in pool.map(wrong, rows) if text]
print(*found, sep="\n")
sys.exit(1 if found else 0)
EOF
  left=$(find "$scratch/there" -mindepth 1 -printf "%f\n")
  [[ $left == notes ]] || fail "bad input left a file: $left"
}

# the command line
test_a_command_line() {
  refuse run --quiet=maybe
  refuse help frobnicate
}

# rates and times
test_rates_and_times() {
  refuse run --rate 0mpps
  refuse run --rate -1mpps
  refuse run --rate 101%
  refuse run --rate 9gbps-l2 --size 64
  refuse run --rate 1.1gbps --line 1G
  refuse run --rate 2mpps --rx wire:1,speed=1G
  refuse run --time 5
  refuse run --time banana
  refuse run --time 0 --count 0
  refuse run --count -5
  refuse run --shape burst=0,gap=1us
  refuse run --shape sawtooth
  refuse run --stall 1ms
  refuse run --service 1gbps
  refuse run --max-loss 200%
}

# frames
test_frames() {
  refuse run --size 9217
  refuse run --vlan 5 --size 64
  refuse run --vlan 5000 --size 128
  refuse run --src-mac 00:11:22:33:44
  refuse run --streams 65537
  refuse run --templates "$scratch/missing.pcap"
  refuse run --templates "$not_a_pcap"
  refuse run --templates "$cut_pcap"
  refuse run --templates "$empty_pcap"
}

# ports, rings, queues, pools
test_ports_rings_queues_and_pools() {
  refuse run --port nonsense
  refuse run --tx wire:2
  refuse run --rx ""
  refuse run --tx vdev:
  refuse run --rx wire:1,frobnicate=1
  refuse run --rx wire:1,drop=2
  refuse run --rx wire:1,drop-at=9-3
  refuse run --rx vdev:net_no_such_driver0 --tx vdev:net_null0
  refuse run --port pci:
  refuse run --port pci:3b:00.8
  refuse run --port pci:eth0
  refuse run --port pci:fe:1f.7
  refuse run --tx pci:fe:1f.7 --rx pci:fe:1f.7,x=1
  refuse run --link-timeout soon
  for device in /sys/bus/pci/devices/*; do
    [[ -e $device/class && $(<"$device/class") != 0x02* ]] || continue
    refuse run --port "pci:${device##*/}"
    grep -q "is no network controller" "$err" || fail "${device##*/} is refused for something else: $(<"$err")"
    break
  done
  # What the kernel's driver has is not taken from it.
  for device in /sys/bus/pci/devices/*; do
    [[ -e $device/driver && $(<"$device/class") == 0x02* ]] || continue
    case $(basename "$(readlink "$device/driver")") in
    vfio-pci | uio_pci_generic | igb_uio | mlx?_core | mana) continue ;;
    esac
    refuse run --port "pci:${device##*/}"
    grep -q "the kernel's driver .* has the device" "$err" || fail "${device##*/} is refused for something else: $(<"$err")"
  done
  refuse run --rxd 0
  refuse run --rxd 4294967296
  refuse run --rxq 0
  refuse run --rxq 17
  refuse run --txq 17
  refuse run --burst 0
}

# the host
test_cores_of_the_host() {
  refuse run --cores tx=banana
  refuse run --cores tx=1023,rx=1022
  refuse run --cores tx=1,rx=1,wire=1
  refuse run --cores bananas=1
}

# EAL's arguments
test_arguments_of_eal() {
  refuse run -- --help
  refuse run -- -h
}

# files
test_files() {
  refuse run --plan "$scratch/missing.yaml"
  refuse run --plan "$scratch"
  refuse run --time 100ms --json "$scratch/no/such/folder/result.json"
  refuse run --time 100ms --csv "$scratch/no/such/folder/series.csv"
  refuse run --time 100ms --capture "$scratch/no/such/folder/loss.pcap"
  refuse run --rxd 0 --json "$scratch/result.json"
  [[ ! -e $scratch/result.json ]] || fail "a trial that could not run left its result file behind"
}

# options of a run that another command does not have
test_options_of_another_command() {
  refuse selftest --nonsense
  refuse selftest extra
}

test_options_of_ring_advise() {
  refuse ring advise wire:2
  refuse ring advise --rate 1mpps
  refuse ring advise wire:1 wire:0
  refuse ring advise wire:1 --rx wire:0
  refuse ring advise wire:1 --rxd 512
  refuse ring advise wire:1 --stall unread
  refuse ring advise wire:1 --cover injected
  refuse ring advise wire:1 --cover most
  refuse ring advise wire:1 --confidence 100%
  refuse ring advise wire:1 --baseline 1ms
  refuse ring advise wire:1 --time none
  refuse ring advise wire:1 --imbalance 2
  refuse ring advise no-such-if0
  refuse ring advise no-such-if0 --tx netdev:no-such-if1
}

test_options_of_ring_verify() {
  refuse ring verify wire:2
  refuse ring verify wire:1 --rx wire:0
  refuse ring verify wire:1,drop=1%
  refuse ring verify wire:1 --stall unread
  refuse ring verify wire:1 --baseline 1s
}

test_options_of_search() {
  refuse search --count 1000
  refuse search --shape poisson
  refuse search --max-loss 1%
  refuse search --on-full wait
  refuse search --catch-up
  refuse search --trial-id 7
  refuse search --capture "$scratch/loss.pcap"
  refuse search --interval 100ms
  refuse search --time none
  refuse search --max-rate 15mpps
  refuse search --goals
  refuse search --goals 101%
  refuse search --step 5%
  refuse search --algorithm binary --exceed 10%
  refuse search --algorithm curve --goals ndr
  refuse search --algorithm none
  refuse search --attempts 3
  refuse search --sizes 63
  refuse search --sum-time 1ms
  refuse search --search-time 10ms
  refuse search --json "$scratch/no/such/folder/result.json"
}

test_options_of_selftest() {
  refuse selftest --stall 1ms/10ms
  refuse selftest --service 5mpps
  refuse selftest --count 1000
  refuse selftest --shape poisson
  refuse selftest --max-loss 1%
  refuse selftest --rate-tolerance 1%
  refuse selftest --on-full wait
  refuse selftest --catch-up
  refuse selftest --path dut
  refuse selftest --trial-id 7
  refuse selftest --csv "$scratch/series.csv"
  refuse selftest --capture "$scratch/loss.pcap"
  refuse selftest --time none
  refuse selftest --nonsense
  grep -q "help selftest" "$err" || fail "the help of another command is pointed at: $(<"$err")"
  refuse selftest --size 63
  refuse selftest --json "$scratch/no/such/folder/result.json"
  refuse selftest --port vdev:net_no_such_driver0
  refuse selftest -- --bogus
}

test_options_of_sweep() {
  refuse sweep --rings 0
  refuse sweep --rates 50%,50%
  refuse sweep --queues 1,4 --streams 2
  grep -q 'cell "rxd 1024, .* rxq 4, stall none"' "$err" || fail "the cell is not named: $(<"$err")"
  refuse sweep --capture "$scratch/loss.pcap"
  refuse sweep --repeats 0
  refuse sweep --state "$scratch/no/such/folder/state"
  refuse sweep --goals ndr
  refuse sweep --rings 64..1024 --rxd 4096
  refuse sweep --max-loss 1%
  refuse sweep --json - --csv -
  refuse sweep --state "$scratch/x" --json "$scratch/x"
  refuse sweep --queues 1,17 --tx vdev:net_ring0 --rx vdev:net_ring0
  grep -q "found 17 receive queues" "$err" || fail "the ring that the port does not have is not named: $(<"$err")"
  refuse sweep --time none
  refuse run --rings 64
}

test_options_of_burst() {
  refuse burst --rate 5mpps
  refuse burst --count 100
  refuse burst --burst-max 0
  refuse burst --throughput fast
  refuse burst --nonsense
}

# captures
test_captures() {
  refuse check --trial-id
  refuse check --trial-id banana "$not_a_pcap"
  grep -q "value is missing" <("$OVERRUN" check "$not_a_pcap" --trial-id 2>&1) || fail "a missing trial id is called something else"
  refuse check "$scratch/missing.pcap"
  refuse check "$scratch"
  refuse check "$cut_pcap"
  refuse check "$empty_pcap"
}

# interfaces
test_interfaces() {
  refuse watch ovr-nowhere
  refuse watch a-name-of-more-than-15
  refuse watch lo ovr-nowhere
  refuse watch lo --count -1
  refuse watch lo --count
  refuse watch lo --interval
  refuse watch lo --interval 0
  refuse watch lo --interval 1ms
  refuse watch lo --nonsense
  grep -q 'ovr-nowhere: there is no such interface; accepted: lo' <("$OVERRUN" watch ovr-nowhere 2>&1) ||
    fail "an interface that is not there is called something else"
}

# full WORDS…: a device that takes nothing is told
full() {
  code=0
  "$OVERRUN" "$@" >/dev/full 2>"$err" </dev/null || code=$?
  ((code == 3)) || fail "'$*' to a full device ended with $code"
  : >"$out"
  one_sentence "$@"
}

test_a_device_that_takes_nothing() {
  full help
  full help run
  full version
  full run --dry-run
  full watch lo --count 1 --interval 10ms
  full watch lo --count 1 --interval 10ms --json
}

run_tests
