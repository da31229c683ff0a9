// Depth of water as words, as a class of colour, and as a mark on the map.

import { svg } from "./dom.js";
import { word } from "./words.js";

const STEPS_CM = [20, 40, 60, 90];

export const depthClass = (depth) => (depth ? `d${1 + STEPS_CM.filter((step) => depth.now_cm >= step).length}` : "d0");

export function depthWords(depth) {
  if (!depth) return word("depth_unknown");
  const { low_cm: low, high_cm: high, or_more: more, about, trend } = depth;
  const one = more ? "depth_more" : about ? "depth_about" : "depth_one";
  const span = low === high ? word(one, { high }) : word(more ? "depth_range_more" : "depth_range", { low, high });
  return trend === "steady" ? span : `${span}, ${word(`trend_${trend}`)}`;
}

// What an incident looks like: its size tells the reporters, its colour the depth, its shape and line the rest.
export function mark(incident) {
  const kind = !incident.open ? "over" : incident.drain ? "drain" : depthClass(incident.depth);
  const radius = incident.open ? 8 + 2.6 * Math.sqrt(incident.reporters) : 6;
  const side = 1.6 * radius;
  const shape = incident.drain
    ? svg("rect", { x: -side / 2, y: -side / 2, width: side, height: side, rx: 2, transform: "rotate(45)" })
    : svg("circle", { r: radius });
  const inside = incident.open
    ? svg("text", { y: 4 }, String(incident.reporters))
    : svg("path", { class: "done", d: "M-2.8 0.2l2 2 3.6-4.2" });
  return svg("g", { class: `mark ${kind}` }, svg("g", { class: "beat" }, shape, inside));
}
