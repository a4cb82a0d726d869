#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Open pages in headless Chromium and look at them: browse.py [--shots FOLDER] PAGE...

Of each page, at each width: its console is empty, it asks for nothing but itself, every picture is drawn, its table is
there, no two texts overlap, and nothing is wider than the window. Chromium is spoken to through pipes, so that no port
is opened and no network needed.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile

WIDTHS = (1280, 480)

# Boxes of the visible texts, which pictures are not drawn, and what is too wide.
LOOK = r"""
(() => {
  const boxes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const parent = node.parentElement;
    const isHidden = parent.closest("script, style, title, desc") !== null || !parent.checkVisibility();
    if (node.data.trim() === "" || isHidden)
      continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = parent.closest("svg") === null ? range.getClientRects() : [parent.getBoundingClientRect()];
    for (const rect of rects)
      if (rect.width > 0 && rect.height > 0)
        boxes.push({ text: node.data.trim().slice(0, 60), parent, left: rect.left, right: rect.right, top: rect.top,
          bottom: rect.bottom });
  }
  const overlaps = [];
  for (let i = 0; i < boxes.length; i++)
    for (let k = i + 1; k < boxes.length; k++) {
      const a = boxes[i], b = boxes[k];
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1 && high > 0.25 * Math.min(a.bottom - a.top, b.bottom - b.top))
        overlaps.push(a.text + " | " + b.text);
    }
  const outside = boxes.filter((box) => box.parent.closest(".wide") === null &&
    (box.left < -1 || box.right > innerWidth + 1)).map((box) => box.text);
  for (const box of boxes) {
    const svg = box.parent.closest("svg");
    if (svg === null)
      continue;
    const own = svg.getBoundingClientRect();
    if (box.left < own.left - 1 || box.right > own.right + 1 || box.top < own.top - 1 || box.bottom > own.bottom + 1)
      outside.push(box.text);
    for (const bar of svg.querySelectorAll("rect[data-part]")) {
      const at = bar.getBoundingClientRect();
      if (box.left < at.right - 1 && box.right > at.left + 1 && box.top < at.bottom && box.bottom > at.top)
        overlaps.push(box.text + " | a bar");
    }
  }
  const figures = [...document.querySelectorAll("figure")];
  const bad = figures.filter((figure) => {
    const svg = [...figure.querySelectorAll("svg")].find((at) => at.checkVisibility());
    if (svg === undefined)
      return true;
    const box = svg.getBoundingClientRect();
    return box.width < 200 || box.height < 80 || svg.querySelectorAll("rect, path, circle, line").length < 4 ||
      svg.getAttribute("role") !== "img" || svg.querySelector("title") === null ||
      figure.querySelector("details table tr") === null;
  }).map((figure) => figure.innerText.slice(0, 40));
  return JSON.stringify({ texts: boxes.length, figures: figures.length, overlaps, outside, bad,
    verdict: document.querySelector(".verdict strong").innerText,
    wide: document.documentElement.scrollWidth - innerWidth });
})()
"""

COLOURS = """
[getComputedStyle(document.body).backgroundColor,
 ...[...document.querySelectorAll("svg text")].slice(0, 1).map((text) => getComputedStyle(text).fill)].join(" ")
"""


class Browser:
    """Chromium, by the protocol of its developer tools."""

    def __init__(self, program, folder):
        to_us, from_it = os.pipe()
        from_us, to_it = os.pipe()

        def connect():
            # the browser reads its third descriptor and writes to its fourth
            first, second = os.dup(from_us), os.dup(from_it)
            os.dup2(first, 3)
            os.dup2(second, 4)

        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--hide-scrollbars",
             "--disable-dev-shm-usage", f"--user-data-dir={folder}", "about:blank"],
            preexec_fn=connect, pass_fds=(3, 4), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": folder, "XDG_RUNTIME_DIR": folder, "XDG_CACHE_HOME": folder, "TMPDIR": folder})
        os.close(from_it)
        os.close(from_us)
        self.reader, self.writer = os.fdopen(to_us, "rb"), os.fdopen(to_it, "wb")
        self.number, self.events, self.session = 0, [], None

    def receive(self):
        message = b""
        while not message.endswith(b"\0"):
            byte = self.reader.read1(1)
            if byte == b"":
                raise RuntimeError("the browser has left")
            message += byte
            if not message.endswith(b"\0") and self.reader.peek(1):
                rest = self.reader.peek()
                end = rest.find(b"\0")
                message += self.reader.read1(end + 1 if end >= 0 else len(rest))
        return json.loads(message[:-1])

    def call(self, method, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if self.session is not None:
            request["sessionId"] = self.session
        self.writer.write(json.dumps(request).encode() + b"\0")
        self.writer.flush()
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.receive())

    def open_tab(self):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    def look_at(self, path, width):
        """What the script above finds, and what the console and the network were told."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self.dress("light")
        self.events = []
        self.call("Page.navigate", url="file://" + os.path.abspath(path))
        self.wait_for("Page.loadEventFired")
        found = self.call("Runtime.evaluate", expression=LOOK, returnByValue=True)
        if "exceptionDetails" in found:
            raise RuntimeError(found["exceptionDetails"])
        found = json.loads(found["result"]["value"])
        found["console"] = [event["params"] for event in self.events if event.get("method") in
                            ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")]
        found["requests"] = [event["params"]["request"]["url"] for event in self.events
                             if event.get("method") == "Network.requestWillBeSent"]
        return found

    def dress(self, scheme):
        """As the reader's system asks for. -> colours of the paper and of the first picture's text"""
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        found = self.call("Runtime.evaluate", returnByValue=True, expression=COLOURS)
        return found["result"]["value"]

    def shoot(self, path):
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 12000), "scale": 1}
        shot = self.call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(shot["data"]))

    def close(self):
        self.session = None
        try:
            self.call("Browser.close")
        except (RuntimeError, OSError):
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def faults_of(found, path):
    """What is wrong with a page, a line each."""
    faults = [f"console: {entry}" for entry in found["console"]]
    faults += [f"asks for {url}" for url in found["requests"] if url != "file://" + os.path.abspath(path)]
    faults += [f"texts overlap: {pair}" for pair in found["overlaps"][:10]]
    faults += [f"text outside of the window: {text}" for text in found["outside"][:10]]
    faults += [f"picture is not drawn or has no table: {name}" for name in found["bad"]]
    if found["figures"] == 0 or found["texts"] < 20:
        faults.append(f"found {found['figures']} pictures and {found['texts']} texts")
    if found["wide"] > 1:
        faults.append(f"wider than the window by {found['wide']}")
    return faults


def main():
    arguments = sys.argv[1:]
    shots = None
    if arguments[:1] == ["--shots"]:
        shots, arguments = arguments[1], arguments[2:]
    n_faults = 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        browser = Browser(os.environ.get("CHROMIUM", "chromium"), folder)
        try:
            browser.open_tab()
            for path in arguments:
                for width in WIDTHS:
                    found = browser.look_at(path, width)
                    faults = faults_of(found, path)
                    light, dark = browser.dress("light"), browser.dress("dark")
                    if len(set(light.split(")") + dark.split(")"))) < 5:
                        faults.append(f"the same colours in the light and in the dark: {light}, {dark}")
                    n_faults += len(faults)
                    name = os.path.basename(path)
                    print(f"{name} at {width}: {found['verdict']}, {found['figures']} pictures, "
                          f"{found['texts']} texts, {len(faults)} faults")
                    for fault in faults:
                        print(f"  {fault}")
                    for scheme in ("dark", "light") if shots is not None else ():
                        browser.dress(scheme)
                        browser.shoot(os.path.join(shots, f"{os.path.splitext(name)[0]}-{width}-{scheme}.png"))
        finally:
            browser.close()
    return 1 if n_faults > 0 or not arguments else 0


if __name__ == "__main__":
    sys.exit(main())
