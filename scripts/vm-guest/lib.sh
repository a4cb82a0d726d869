# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
#
# What the jobs of scripts/vm share: drivers, rings, memory, counters, and a receiver that does not come round. A job
# begins with `. "$VM_LIB"`, ends with 0, 1 (failed) or 77 (skipped, and says why), and leaves its files in the folder it
# was started in. NICs are named by their place: the first is 0000:00:02.0, the second 0000:00:03.0, and so on.
set -euo pipefail

fail() {
  echo "fail: $*" >&2
  exit 1
}

skip() {
  echo "skip: $*"
  exit 77
}

# wait_for SECONDS COMMAND…: until it succeeds
wait_for() {
  local until=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < until)) || return 1
    sleep 0.1
  done
}

at_end=()
# at_end COMMAND: run when the job ends, the latest first
at_end() {
  at_end+=("$1")
  trap 'for ((i = ${#at_end[@]} - 1; i >= 0; i--)); do eval "${at_end[i]}" || true; done' EXIT
}

# words before overrun: trial_in=(ip netns exec NAME)
trial_in=()
# trial NAME [OPTIONS OF overrun run]: the result goes to NAME.json, the exit code to NAME.code. No schedule is kept on an
# emulated processor, and short stalls are all over the place.
trial() {
  local code=0
  "${trial_in[@]}" overrun run --rate-tolerance 100% --stall-min 1ms --json "$1.json" "${@:2}" || code=$?
  ((code <= 2)) || fail "overrun could not run the trial '$1'"
  echo "$code" >"$1.code"
}

# --- drivers

# driver_of BDF: the driver that it is bound to; empty if to none
driver_of() {
  local driver
  driver=$(readlink "/sys/bus/pci/devices/$1/driver") || return 0
  echo "${driver##*/}"
}

# bind_nic BDF DRIVER: vmxnet3, 8139cp, virtio_net, …, uio_pci_generic, vfio-pci
bind_nic() {
  local device=/sys/bus/pci/devices/$1 driver=$2
  [[ -d $device ]] || fail "there is no PCI device $1"
  modprobe "$2" || fail "there is no driver $2"
  case $2 in
  virtio_net) driver=virtio-pci ;; # which makes the device that virtio_net drives
  vfio-pci) modprobe vfio_iommu_type1 ;; # or it binds, but nobody can open its group
  esac
  if [[ $(driver_of "$1") != "$driver" ]]; then
    unbind_nic "$1"
    echo "$driver" >"$device/driver_override"
    echo "$1" >/sys/bus/pci/drivers_probe
  fi
  [[ $(driver_of "$1") == "$driver" ]] || fail "$2 did not take $1: $(dmesg | tail -n 1)"
}

# unbind_nic BDF: from its driver, if it has one
unbind_nic() {
  [[ ! -e /sys/bus/pci/devices/$1/driver ]] || echo "$1" >"/sys/bus/pci/devices/$1/driver/unbind"
}

has_netdev() {
  compgen -G "/sys/bus/pci/devices/$1/net/*" || compgen -G "/sys/bus/pci/devices/$1/virtio*/net/*"
}

# netdev_of BDF: the name of its interface, which has to be bound to its kernel's driver
netdev_of() {
  local path
  wait_for 60 has_netdev "$1" >/dev/null || fail "$1 has no interface; its driver is '$(driver_of "$1")'"
  path=$(has_netdev "$1")
  echo "${path##*/}"
}

has_carrier() {
  [[ $(cat "/sys/class/net/$1/carrier" 2>/dev/null) == 1 ]]
}

# bring_up INTERFACE…: and wait for their links
bring_up() {
  local each
  for each in "$@"; do
    ip link set "$each" up
  done
  for each in "$@"; do
    wait_for 60 has_carrier "$each" || fail "$each has no link"
  done
}

# --- memory

# hugepages N: of 2 MB, and the file system that DPDK looks for
hugepages() {
  local got
  echo "$1" >/proc/sys/vm/nr_hugepages
  got=$(cat /proc/sys/vm/nr_hugepages)
  ((got >= $1)) || fail "only $got of $1 hugepages are to be had; the VM needs more memory"
  mkdir -p /dev/hugepages
  grep -q ' /dev/hugepages ' /proc/mounts || mount -t hugetlbfs -o pagesize=2M hugetlbfs /dev/hugepages
}

# --- rings and counters of a kernel's interface

# ring_of INTERFACE [NAME]: its present size, as `ethtool -g` shows it; NAME is RX unless said otherwise
ring_of() {
  ethtool -g "$1" | sed -n '/^Current/,$'"s/^${2:-RX}:[[:space:]]*//p"
}

# ring_max INTERFACE [NAME]
ring_max() {
  ethtool -g "$1" | sed -n '1,/^Current/'"s/^${2:-RX}:[[:space:]]*//p"
}

# nic_counter INTERFACE NAME: from `ethtool -S`; one that stands there once per queue is summed
nic_counter() {
  ethtool -S "$1" | awk -F ': *' -v name="$2" '
    { key = $1; sub(/^ +/, "", key) }
    key == name { sum += $2; found = 1 }
    END { if (!found) exit 1; print sum }' || fail "$1 has no counter '$2'"
}

# link_counter INTERFACE NAME: rx_packets, rx_missed_errors, …
link_counter() {
  cat "/sys/class/net/$1/statistics/$2"
}

# --- a receiver that does not come round

napi_threads() {
  grep -ls "^napi/$1-" /proc/[0-9]*/comm | cut -d / -f 3
}

# stall_receiver INTERFACE: its ring is not emptied until resume_receiver. The kernel receives in threads on the CPU that
# scripts/vm run --isolate has isolated, and a process of higher rank takes that from them.
stall_receiver() {
  local cpu thread
  cpu=$(cat /sys/devices/system/cpu/isolated)
  [[ -n $cpu ]] || fail "no CPU is isolated to stall $1 on; scripts/vm run --isolate does that"
  # Or the kernel would give the threads their share.
  echo -1 >/proc/sys/kernel/sched_rt_runtime_us
  echo 1 >"/sys/class/net/$1/threaded"
  wait_for 60 napi_threads "$1" >/dev/null || fail "$1 receives in no thread of its own"
  for thread in $(napi_threads "$1"); do
    taskset -pc "$cpu" "$thread" >/dev/null
  done
  taskset -c "$cpu" chrt -f 1 bash -c 'while :; do :; done' &
  stalling=$!
  wait_for 60 grep -qs '^bash' "/proc/$stalling/comm" || fail "nothing stalls $1"
}

resume_receiver() {
  kill "$stalling"
  wait "$stalling" 2>/dev/null || true # a subshell cannot wait for it
}

# stalled_trial NAME TX RX COUNT [COMMAND [OPTIONS OF overrun run]]: COUNT frames go from interface TX into RX, whose ring
# is not emptied before all have been sent and COMMAND succeeds. Then the kernel comes round, and overrun gets what the
# ring has kept.
stalled_trial() {
  local name=$1 tx=$2 rx=$3 count=$4 arrived=${5:-true} sent_before
  shift $(($# > 5 ? 5 : $#))
  sent_before=$(link_counter "$tx" tx_packets)
  all_sent() {
    (($(link_counter "$tx" tx_packets) - sent_before >= count)) && "$arrived"
  }
  stall_receiver "$rx"
  {
    wait_for 200 all_sent
    resume_receiver
  } &
  trial "$name" --tx "netdev:$tx,mode=af_packet" --rx "netdev:$rx,mode=af_packet" --rxd 16384 \
    --dst-mac "$(cat "/sys/class/net/$rx/address")" --rate 20kpps --count "$count" --warmup 0 --drain 10s --tmax 300s "$@"
  wait
}
