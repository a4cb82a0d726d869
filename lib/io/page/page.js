/* SPDX-License-Identifier: BSD-3-Clause */
"use strict";
// What a mark shows is read out below its picture. A drag over a picture enlarges that part of it,
// a double click shows the whole again.
for (const figure of document.querySelectorAll("figure")) {
  const readout = document.createElement("p");
  readout.className = "readout";
  figure.insertBefore(readout, figure.querySelector("details"));
  for (const svg of figure.querySelectorAll("svg")) {
    const whole = svg.getAttribute("viewBox");
    let start = null;
    const at = (event) => {
      const point = new DOMPoint(event.clientX, event.clientY);
      return point.matrixTransform(svg.getScreenCTM().inverse());
    };
    svg.addEventListener("pointermove", (event) => {
      const names = Object.entries(event.target.dataset || {});
      readout.textContent = names.map(([name, value]) => name + " " + value).join(", ");
    });
    svg.addEventListener("pointerdown", (event) => {
      start = at(event);
    });
    svg.addEventListener("pointerup", (event) => {
      const end = at(event);
      if (start !== null && Math.abs(end.x - start.x) > 8 && Math.abs(end.y - start.y) > 8) {
        svg.setAttribute("viewBox", [Math.min(start.x, end.x), Math.min(start.y, end.y),
          Math.abs(end.x - start.x), Math.abs(end.y - start.y)].join(" "));
      }
      start = null;
    });
    svg.addEventListener("dblclick", () => svg.setAttribute("viewBox", whole));
  }
}
