#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Metrics of a running command: their form, that they never fall, that they are the books', and that whoever reads them (promtool,
# Prometheus, the dashboard and the alert rules of docs/monitoring) understands them.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

scrape() {
  "$PYTHON" "$SOURCE_ROOT/tests/support/scrape.py" "$@"
}

# the program says where it listens: port 0 is any free one
url=
knows_url() {
  url=$(sed -n 's/^metrics: //p' "$err")
  [[ -n $url ]]
}

# serve COMMAND…: begin it, and wait until it answers; $url is where
serve() {
  begin "$OVERRUN" "$@" --metrics 0
  wait_until knows_url || fail "'$*' does not say where it serves metrics: $(<"$err")"
  wait_until answers || fail "'$*' does not answer: $(<"$err")"
}

answers() {
  scrape get "$url" >"$scratch/scrape" 2>"$scratch/type"
}

# shows NAME [LABEL=VALUE…]: it is above zero in a scrape of now
shows() {
  answers && [[ $(scrape value "$scratch/scrape" "$@" 2>/dev/null || echo 0) != 0 ]]
}

# what loses a little, all the time
losing=(--rate 200kpps --rxd 64 --stall 2ms/50ms --rate-tolerance 100% --warmup 0)

test_a_run_serves_both_formats_which_promtool_accepts() {
  need_cpus 2
  serve run "${losing[@]}" --time 10m --interval 100ms
  wait_until shows overrun_readings_total || fail "nothing was read: $(<"$scratch/scrape")"
  grep -qx 'text/plain; version=0.0.4; charset=utf-8' "$scratch/type" || fail "the type is $(<"$scratch/type")"
  if command -v promtool >/dev/null; then
    promtool check metrics <"$scratch/scrape" >"$out" 2>&1 || fail "promtool says: $(<"$out")"
  fi
  scrape get "$url" 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5' >"$scratch/open" 2>"$scratch/type"
  grep -q '^application/openmetrics-text; version=1.0.0' "$scratch/type" || fail "the type is $(<"$scratch/type")"
  [[ $(tail -n 1 "$scratch/open") == '# EOF' ]] || fail "OpenMetrics does not end: $(tail -n 3 "$scratch/open")"
  grep -qx '# TYPE overrun_tx_sent_frames counter' "$scratch/open" || fail "a family has no name of OpenMetrics"
  wait_until shows overrun_place_frames_total place=rx.ring || fail "no overrun of the ring is told"
  wait_until shows overrun_stall_seconds_count side=rx cause=injected || fail "no stall is told"
  wait_until shows overrun_latency_seconds_count || fail "no latency is told"
  end_by TERM
  ((code == 2)) || fail "after SIGTERM it ended with $code: $(<"$err")"
  ! answers || fail "it still answers"
}

test_other_requests_are_refused() {
  need_cpus 2
  serve run --rate 10kpps --time 10m --rate-tolerance 100%
  "$PYTHON" - "$url" <<'PYTHON' || fail "a request was answered in another way"
import sys, urllib.error, urllib.request
def status(url, method="GET", data=None):
    try:
        return urllib.request.urlopen(urllib.request.Request(url, data=data, method=method), timeout=60).status
    except urllib.error.HTTPError as error:
        return error.code
url = sys.argv[1]
seen = [status(url), status(url, "HEAD"), status(url + "/x"), status(url.replace("/metrics", "/")),
        status(url, "POST", b"x" * 100000), status(url, "DELETE"), status(url + "?a=b")]
print(seen)
sys.exit(seen != [200, 200, 404, 404, 405, 405, 200])
PYTHON
  end_by INT
}

# Clients that connect and ask nothing, or keep a connection for the next time, are no reason to wait or to refuse.
test_connections_that_say_nothing_keep_no_scrape_out() {
  need_cpus 2
  serve run --rate 10kpps --time 60s --rate-tolerance 100%
  "$PYTHON" - "$url" <<'PYTHON' || fail "a scrape had no answer"
import socket, sys, urllib.parse, urllib.request
url = urllib.parse.urlparse(sys.argv[1])
silent = [socket.create_connection((url.hostname, url.port)) for _ in range(48)]
answer = urllib.request.urlopen(sys.argv[1], timeout=10)
# nor does one that was answered keep its place
sys.exit(b"overrun_build_info" not in answer.read() or answer.headers["Connection"] != "close")
PYTHON
  end_by INT
}

# has_finished N: so many trials are told to be over
has_finished() {
  answers && (($(scrape value "$scratch/scrape" overrun_trials_finished_total 2>/dev/null || echo 0) >= $1))
}

# What is over is in the books while the next one runs.
test_a_sweep_never_lets_a_counter_fall_and_tells_the_books_of_finished_trials() {
  need_cpus 2
  serve sweep --rings 64..8192 --rates 200kpps --stall 2ms/50ms --time 1s --rate-tolerance 100% --json "$result"
  scrape follow "$url" 0.05 >"$scratch/n" &
  local follower=$! n booked lost
  wait_until has_finished 2 || fail "no trials are told to be over"
  cp "$scratch/scrape" "$scratch/some"
  end_by INT
  wait "$follower" || fail "from scrape to scrape: see above"
  (($(<"$scratch/n") >= 2)) || fail "only $(<"$scratch/n") scrapes"
  n=$(scrape value "$scratch/some" overrun_trials_finished_total)
  booked=$(scrape value "$scratch/some" overrun_booked_frames_total place=rx.ring)
  lost=$(scrape value "$scratch/some" overrun_stream_group_lost_frames_total)
  # cells are not carried out in their order: these are some n of them
  json "$result" \
    "any($booked == sum(t['frames_at'].get('rx.ring', 0) for t in some if t['verdict'] != 'void') and $lost >= sum(t['lost'] for t in some)
      for some in __import__('itertools').combinations(d['trials'], $n))"
}

test_a_search_and_a_burst_serve_too() {
  need_cpus 2
  local command
  for command in 'search --search-time 5m --time 200ms' burst 'ring advise wire:1 --rate 100kpps'; do
    # shellcheck disable=SC2086 # words
    serve $command
    wait_until shows overrun_trials_begun_total || fail "'$command' begins no trial: $(<"$scratch/scrape")"
    end_by INT
  done
}

test_an_address_that_is_not_to_be_had_is_refused() {
  local address
  for address in nonsense 65536 localhost:9 ::1:9 198.51.100.7:9464; do
    expect_exit 3 "$OVERRUN" run --count 1 --metrics "$address"
    one_sentence "$address"
    says metrics: "$err" || fail "'$address' is refused without its option: $(<"$err")"
    expect_exit 3 "$OVERRUN" watch lo --count 1 --interval 10ms --metrics "$address"
    one_sentence "$address"
  done
}

test_a_port_in_use_is_refused_before_anything_is_sent() {
  local port
  "$PYTHON" -c '
import socket, time
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
time.sleep(600)' >"$scratch/port" &
  at_end "end_ours $!"
  wait_until test -s "$scratch/port"
  port=$(<"$scratch/port")
  local command
  for command in run 'sweep --rings 64' search; do
    # shellcheck disable=SC2086 # words
    expect_exit 3 "$OVERRUN" $command --metrics "$port"
    one_sentence "$command"
    says "metrics: 127.0.0.1:$port: Address already in use" "$err" || fail "'$command' says: $(<"$err")"
  done
}

test_what_has_no_trials_or_no_live_counters_refuses_it() {
  expect_exit 3 "$OVERRUN" plan-ring --stall 200us/10ms --metrics 9464
  one_sentence plan-ring
  expect_exit 3 "$OVERRUN" run --tx tcp:127.0.0.1:9 --rx tcp:127.0.0.1:9 --metrics 9464
  one_sentence tcp
}

test_watch_serves_interfaces_and_places() {
  serve watch lo --all-places --interval 100ms
  wait_until shows overrun_readings_total || fail "nothing was read: $(<"$scratch/scrape")"
  "$PYTHON" -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(50):
    s.sendto(b"x", ("127.0.0.1", 9))'
  wait_until shows overrun_interface_receive_packets_total interface=lo || fail "lo carried nothing"
  if command -v promtool >/dev/null; then
    promtool check metrics <"$scratch/scrape" >"$out" 2>&1 || fail "promtool says: $(<"$out")"
  fi
  end_by INT
  ((code == 0)) || fail "watch ended with $code"
}

# Every metric of the dashboard and of the rules is served by a run or by a watch.
test_the_dashboard_and_the_rules_name_what_is_served() {
  need_cpus 2
  local name
  serve run "${losing[@]}" --time 10m --interval 100ms
  wait_until shows overrun_readings_total
  cp "$scratch/scrape" "$scratch/of_run"
  end_by INT
  serve watch lo --all-places --interval 50ms
  wait_until shows overrun_readings_total
  end_by INT
  # families of losses are there, and have samples once something was lost
  sed 's/^# TYPE overrun_interface_counter_total counter$/&\noverrun_interface_counter_total 0/
    s/^# TYPE overrun_host_place_lost_total counter$/&\noverrun_host_place_lost_total 0/' "$scratch/scrape" >"$scratch/of_watch"
  for name in dashboard.json alerts.yml; do
    scrape names "$SOURCE_ROOT/docs/monitoring/$name" "$scratch/of_run" "$scratch/of_watch" || fail "$name names what nobody serves"
  done
}

test_promtool_accepts_the_rules_their_tests_and_the_expressions_of_the_dashboard() {
  command -v promtool >/dev/null || skip "needs promtool (Debian: prometheus)"
  promtool check rules "$SOURCE_ROOT/docs/monitoring/alerts.yml" >"$out" 2>&1 || fail "$(<"$out")"
  promtool test rules "$SOURCE_ROOT/docs/monitoring/alerts.test.yml" >"$out" 2>&1 || fail "$(<"$out")"
  scrape expressions "$SOURCE_ROOT/docs/monitoring/dashboard.json" >"$scratch/expressions.yml"
  promtool check rules "$scratch/expressions.yml" >"$out" 2>&1 || fail "$(<"$out")"
}

# prometheus_says EXPRESSION: the value of its first sample is above zero
prometheus_says() {
  local answer
  answer=$("${inside[@]}" promtool query instant http://127.0.0.1:9090 "$1" 2>"$err") || return 1
  [[ $answer =~ '=> '[0-9.e+-]+ && ! $answer =~ '=> 0 ' ]]
}

# has_own_network PID: it has left our network namespace
has_own_network() {
  [[ $(readlink "/proc/$1/ns/net") != "$(readlink /proc/self/ns/net)" ]]
}

test_a_real_prometheus_scrapes_it_and_evaluates_dashboard_and_rules() {
  need_cpus 2
  command -v prometheus >/dev/null || skip "needs prometheus (Debian: prometheus)"
  unshare -n true 2>/dev/null || skip "needs root, for a network namespace of its own"
  local inside
  unshare -n sleep 600 &
  local holder=$!
  at_end "end_ours $holder"
  inside=(nsenter -t "$holder" -n)
  # it is in a namespace of its own a moment after its start
  wait_until has_own_network "$holder"
  wait_until "${inside[@]}" ip link set lo up
  cp "$SOURCE_ROOT/docs/monitoring/alerts.yml" "$scratch/alerts.yml"
  cat >"$scratch/prometheus.yml" <<'YAML'
global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [alerts.yml]
scrape_configs:
  - job_name: overrun
    static_configs: [{ targets: ["127.0.0.1:9464"] }]
YAML
  "${inside[@]}" prometheus --config.file="$scratch/prometheus.yml" --storage.tsdb.path="$scratch/data" \
    --web.listen-address=127.0.0.1:9090 --log.level=error >"$scratch/log" 2>&1 &
  at_end "end_ours $!; wait $! 2>/dev/null"
  begin "${inside[@]}" "$OVERRUN" run "${losing[@]}" --time 10m --interval 200ms --metrics 9464
  wait_until prometheus_says 'up{job="overrun"}' || fail "Prometheus does not scrape: $(<"$scratch/log") $(<"$err")"
  wait_until prometheus_says 'overrun_tx_sent_frames_total{queue="0"}' || fail "it has no frames: $(<"$err")"
  wait_until prometheus_says 'rate(overrun_tx_sent_frames_total[5s])' || fail "it has no rate"
  wait_until prometheus_says 'histogram_quantile(0.99, sum by (le) (rate(overrun_latency_seconds_bucket[5s])))' || fail "it has no latency"
  wait_until prometheus_says 'ALERTS{alertname="OverrunRingOverrun",alertstate="firing"}' || fail "the alert does not fire"
  end_by INT
}

run_tests
