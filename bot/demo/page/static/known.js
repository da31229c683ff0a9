// What the bot knows: figures, map, list. The map and the list show the same, and point to each other.

import { at, el, svg } from "./dom.js";
import { depthClass, depthWords, mark } from "./depth.js";
import { MapView } from "./map.js";
import { hour, word } from "./words.js";

const NEAR_M = 2600;
const SAME_DEG = 0.0005; // about 50 m: the digest rounds to a metre, and a centre moves with new reports

export class Known {
  constructor(outline) {
    this.incidents = [];
    this.chosen = null;
    this.listened = () => {};
    this.map = new MapView(at("known-map"), outline);
    this.list = at("known-list");
  }

  // Others who show the same incidents.
  onChange(listener) {
    this.listened = listener;
  }

  update({ incidents, counts }) {
    const before = new Map(this.incidents.map((each) => [each.number, each]));
    const first = this.incidents.length === 0;
    this.incidents = incidents;
    const open = incidents.filter((each) => each.open && !each.drain);
    const drains = incidents.filter((each) => each.open && each.drain);
    const ended = incidents.filter((each) => !each.open && each.state !== "merged" && each.state !== "cancelled");
    at("count-standing").textContent = open.length;
    at("count-ended").textContent = ended.length;
    at("count-reports").textContent = counts.reports;
    at("count-reporters").textContent = counts.reporters;
    at("known-count").textContent = open.length || "";
    const deepest = (each) => each.depth?.now_cm ?? -1;
    open.sort((a, b) => deepest(b) - deepest(a) || b.reporters - a.reporters || a.since - b.since);
    this.drawList([["list_standing", open], ["list_drains", drains], ["list_ended", ended]]);
    // small ones above big ones, open ones above those that are over
    const shown = [...ended, ...[...open, ...drains].sort((a, b) => b.reporters - a.reporters)];
    this.map.setMarks(shown.map((each) => {
      const element = mark(each);
      element.dataset.number = each.number;
      const changed = !first && JSON.stringify(before.get(each.number)) !== JSON.stringify(each);
      if (changed) element.classList.add("news");
      if (each.number === this.chosen) element.classList.add("chosen");
      element.append(svg("title", {}, this.title(each)));
      element.addEventListener("click", () => this.choose(each, { scroll: true }));
      return { lat: each.lat, lon: each.lon, element };
    }));
    this.listened(shown);
  }

  title(each) {
    const place = each.name ?? each.kelurahan ?? word("unnamed");
    return `${each.number} · ${place} · ${depthWords(each.depth)} · ${this.reporters(each)}`;
  }

  reporters(each) {
    return each.reporters === 1 ? word("reporters_one") : word("reporters_many", { n: each.reporters });
  }

  drawList(sections) {
    const held = document.activeElement?.closest?.("[data-number]")?.dataset.number;
    const scrolled = this.list.scrollTop;
    const filled = sections.filter(([, incidents]) => incidents.length);
    this.list.replaceChildren(...(filled.length
      ? filled.map(([key, incidents]) => el("section", {},
        el("h3", {}, word(key), " ", el("span", {}, incidents.length)),
        el("ul", {}, ...incidents.map((each) => el("li", {}, this.row(each))))))
      : [el("p", { class: "nothing" }, word("list_empty"))]));
    this.list.scrollTop = scrolled;
    if (held) this.list.querySelector(`[data-number="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
  }

  row(each) {
    const kind = !each.open ? "over" : each.drain ? "drain" : depthClass(each.depth);
    const doing = word(each.overdue ? "doing_overdue" : `doing_${each.open ? each.state : "waiting"}`);
    const state = each.open
      ? [el("span", { class: "since" }, word("since", { at: hour(each.since) }), " · "), doing]
      : [word(`state_${each.state}`, { at: hour(each.ended) })];
    return el("button", {
      type: "button", class: `case${each.open ? "" : " past"}`, "data-number": each.number,
      "aria-pressed": String(each.number === this.chosen), onclick: () => this.choose(each),
    },
    el("i", { class: `swatch ${kind}` }),
    el("span", { class: "where" },
      el("strong", {}, each.name ?? word("unnamed")),
      el("small", {}, each.kelurahan ? `Kel. ${each.kelurahan}` : word("unknown_area"), ` · ${each.number}`)),
    el("span", { class: "depth" },
      each.drain ? null : el("b", {}, depthWords(each.depth)),
      el("small", { class: each.open && each.overdue ? "late" : null }, ...state)),
    el("span", { class: "who", title: this.reporters(each), "aria-label": this.reporters(each) },
      svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" },
        svg("path", { d: "M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6zm-6 6.5c0-3 2.7-5 6-5s6 2 6 5z" })),
      String(each.reporters)));
  }

  choose(each, { scroll = false } = {}) {
    this.chosen = each.number;
    for (const row of this.list.querySelectorAll("[data-number]")) {
      const its = row.dataset.number === each.number;
      row.setAttribute("aria-pressed", String(its));
      if (its && scroll) row.scrollIntoView({ block: "nearest", behavior: "smooth" });
    }
    for (const element of this.map.marks.children) {
      element.classList.toggle("chosen", element.dataset.number === each.number);
    }
    if (!scroll) this.map.show(each.lat, each.lon, Math.min(this.map.across, NEAR_M * 2));
  }

  // A link in a message leads here.
  showPlace(lat, lon) {
    const away = (each) => Math.hypot(each.lat - lat, each.lon - lon);
    const near = [...this.incidents].sort((a, b) => away(a) - away(b))[0];
    if (near && away(near) < SAME_DEG) this.choose(near);
    this.map.show(lat, lon, NEAR_M * 2);
  }
}
