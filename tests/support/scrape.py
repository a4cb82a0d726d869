#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Scrapes of metrics: their form, and what may not happen from one to the next.

    scrape.py get URL [ACCEPT]           print one
    scrape.py follow URL PERIOD          scrape every PERIOD seconds until nobody answers; prints how many there were
    scrape.py value FILE NAME [K=V...]   the sum of the samples of that name that have these labels
    scrape.py expressions FILE           those of a dashboard, as rules for promtool check rules
    scrape.py names FILE SCRAPE...       every metric of a dashboard or of alert rules is in one of the scrapes
"""

import http.client
import json
import math
import re
import sys
import time
import urllib.error
import urllib.request

SAMPLE = re.compile(r'^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (\S+)$')
LABEL = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)"')
GROWS = re.compile(r"_(total|bucket|count|sum)$")


def get(url, accept=None):
    """One scrape and its Content-Type."""
    request = urllib.request.Request(url, headers={"Accept": accept} if accept else {})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read().decode("utf-8"), answer.headers["Content-Type"]


def parse(text):
    """Samples by name and labels. Families stand together, and each sample once."""
    samples, families = {}, []
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            family = line.split()[2]
            assert family not in families, f"{family} is begun twice"
            families.append(family)
        if line.startswith("#"):
            continue
        match = SAMPLE.match(line)
        assert match, f"no sample: {line}"
        name, labels, value = match.groups()
        assert name.startswith(re.sub("_total$", "", families[-1])), f"{name} is not of {families[-1]}"
        key = name, tuple(sorted(LABEL.findall(labels or "")))
        assert key not in samples, f"twice: {line}"
        samples[key] = float(value)
        assert math.isfinite(samples[key]), f"no number: {line}"
    return samples


def check_buckets(samples):
    """Buckets never fall from one to the next, and the last one is the count."""
    last = {}
    for (name, labels), value in samples.items():
        if name.endswith("_bucket"):
            key = name, tuple(label for label in labels if label[0] != "le")
            assert value >= last.get(key, 0), f"{name} {labels} falls"
            last[key] = value
    for (name, labels), value in last.items():
        assert samples[re.sub("bucket$", "count", name), labels] == value, f"{name} {labels} is not the count"


def follow(url, period):
    """Scrape until nobody answers: what grows never falls, and no series of it goes away."""
    before, n, deadline = {}, 0, time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            samples = parse(get(url)[0])
        except (urllib.error.URLError, ConnectionError, http.client.HTTPException):
            if n:
                break
            time.sleep(0.02)
            continue
        check_buckets(samples)
        for key, value in before.items():
            if GROWS.search(key[0]):
                assert key in samples, f"{key} has gone"
                assert samples[key] >= value, f"{key} fell from {value} to {samples[key]}"
        before = samples
        n += 1
        time.sleep(period)
    print(n)


def value(path, name, *labels):
    """The sum of the samples with that name and these labels."""
    wanted = {tuple(label.split("=", 1)) for label in labels}
    with open(path, encoding="utf-8") as file:
        samples = parse(file.read())
    found = [v for (n, have), v in samples.items() if n == name and wanted <= set(have)]
    assert found, f"{name} {wanted} is not there"
    print(int(sum(found)) if all(v == int(v) for v in found) else sum(found))


def expressions(path):
    """A file of recording rules that has the expressions of a dashboard."""
    with open(path, encoding="utf-8") as file:
        panels = json.load(file)["panels"]
    all_of = [target["expr"] for panel in panels for target in panel["targets"]]
    assert all_of, "a dashboard without expressions"
    print("groups:\n  - name: dashboard\n    rules:")
    for i, expression in enumerate(all_of):
        text = expression.replace("$__rate_interval", "1m").replace("$instance", ".*")
        print(f"      - record: r{i}\n        expr: {json.dumps(text)}")


def names(path, *scrapes):
    """Every metric that is named is served."""
    with open(path, encoding="utf-8") as file:
        asked = set(re.findall(r"\boverrun_[a-z0-9_]+", re.sub(r"(?m)^ *(#|description:|summary:).*", "", file.read())))
    assert len(asked) > 5, f"{path} names no metrics"
    served = set()
    for scrape in scrapes:
        with open(scrape, encoding="utf-8") as file:
            served |= {name for name, _ in parse(file.read())}
    assert asked <= served, f"not served: {sorted(asked - served)}"


COMMANDS = {"follow": lambda url, period: follow(url, float(period)), "value": value, "expressions": expressions,
            "names": names}

if __name__ == "__main__":
    if sys.argv[1] == "get":
        TEXT, TYPE = get(*sys.argv[2:])
        sys.stdout.write(TEXT)
        sys.stderr.write(f"{TYPE}\n")
    else:
        try:
            COMMANDS[sys.argv[1]](*sys.argv[2:])
        except AssertionError as fault:
            sys.exit(f"{' '.join(sys.argv[1:3])}: {fault}")
