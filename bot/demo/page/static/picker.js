// Choosing a location: the pin stays in the middle, the map moves under it.

import { at, el, svg } from "./dom.js";
import { MapView, pinShape } from "./map.js";
import { mark } from "./depth.js";
import { word } from "./words.js";

const HOME = { lat: -6.1309, lon: 106.8868 }; // Sungai Bambu
const FIRST_ACROSS_M = 6000;
const KELURAHAN_ACROSS_M = 2600;

export class Picker {
  constructor(outline, send) {
    this.box = at("picker");
    this.outline = outline;
    this.send = send;
    this.map = null;
    this.marks = [];
    const groups = new Map();
    for (const area of outline.kelurahan) {
      if (!groups.has(area.kecamatan)) groups.set(area.kecamatan, el("optgroup", { label: `Kec. ${area.kecamatan}` }));
      groups.get(area.kecamatan).append(el("option", { value: area.code }, area.name));
    }
    this.select = at("picker-area");
    this.select.append(...groups.values());
    this.select.addEventListener("change", () => {
      const area = outline.kelurahan.find((each) => each.code === this.select.value);
      if (area) this.map.move(area.x, area.y, KELURAHAN_ACROSS_M);
    });
    at("picker-close").addEventListener("click", () => this.close());
    at("picker-send").addEventListener("click", () => this.submit());
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.box.addEventListener("change", () => this.moved());
  }

  // accuracy: what the phone is thought to know, in metres; "" for a pin set by hand
  open(accuracy) {
    this.before = document.activeElement;
    this.box.hidden = false;
    this.box.querySelector(`[name="accuracy"][value="${accuracy}"]`).checked = true;
    if (!this.map) {
      this.map = new MapView(at("picker-map"), this.outline, {
        onMove: () => this.moved(),
        onPick: (lat, lon) => this.map.show(lat, lon),
      });
      this.ring = svg("circle", { class: "accuracy" });
      this.map.svg.append(this.ring);
      at("picker-map").append(el("div", { class: "cross", "aria-hidden": "true" },
        svg("svg", { viewBox: "-14 -34 28 38" }, pinShape())));
      this.map.show(HOME.lat, HOME.lon, FIRST_ACROSS_M);
    }
    this.setIncidents(this.marks);
    this.select.focus();
  }

  close() {
    this.box.hidden = true;
    (this.before?.isConnected ? this.before : at("composer-text")).focus();
  }

  // What others have reported, so that one can stand at the same water.
  setIncidents(incidents) {
    this.marks = incidents;
    if (this.box.hidden || !this.map) return;
    this.map.setMarks(incidents.map((each) => ({ lat: each.lat, lon: each.lon, element: mark(each) })));
  }

  get accuracy() {
    const chosen = this.box.querySelector('[name="accuracy"]:checked').value;
    return chosen === "" ? null : Number(chosen);
  }

  moved() {
    if (!this.ring) return;
    const { lat, lon } = this.map.centre;
    const { x, y } = this.map.middle;
    const ring = { cx: x, cy: y, r: this.accuracy ?? 0 };
    for (const [name, value] of Object.entries(ring)) this.ring.setAttribute(name, value);
    const area = this.map.areaAt(lat, lon);
    if (area) this.select.value = area.code;
    else this.select.selectedIndex = -1;
    const where = area ? `Kel. ${area.name}, Kec. ${area.kecamatan}` : word("picker_outside");
    const point = `${lat.toFixed(4)}, ${lon.toFixed(4)}`;
    at("picker-where").replaceChildren(el("strong", {}, where), " ", el("span", {}, point));
  }

  submit() {
    const { lat, lon } = this.map.centre;
    const six = (value) => Number(value.toFixed(6));
    this.box.hidden = true;
    at("composer-text").focus();
    this.send({ lat: six(lat), lon: six(lon), accuracy_m: this.accuracy });
  }

  key(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      this.close();
    }
    if (event.key !== "Tab") return;
    // the dialog keeps the focus until it is closed
    const stops = [...this.box.querySelectorAll("button, select, input:checked, [tabindex='0']")];
    const [first, last] = [stops[0], stops.at(-1)];
    if (event.shiftKey && document.activeElement === first) {
      last.focus();
      event.preventDefault();
    } else if (!event.shiftKey && document.activeElement === last) {
      first.focus();
      event.preventDefault();
    }
  }
}
