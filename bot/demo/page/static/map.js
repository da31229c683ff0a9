// The map: kelurahan as the bot tells them apart, drawn as SVG; it can be dragged, zoomed, and carries marks and a pin.
// Everything is in metres east and south of the map's north-west corner.

import { el, svg } from "./dom.js";
import { word } from "./words.js";

const CLOSEST_M = 500;
const LABELS_BELOW_M = 17_000;
const SHIFTS_PX = [0, -15, 15, -27, 27];
const STEPS_M = [50, 100, 200, 500, 1000, 2000, 5000, 10_000];

export class MapView {
  // still: it cannot be moved. onMove: told of every change of view. onPick: told of a click, as (lat, lon)
  constructor(box, outline, { still = false, onMove = null, onPick = null } = {}) {
    this.box = box;
    this.outline = outline;
    this.onMove = onMove;
    this.onPick = onPick;
    this.across = 0; // metres that the box shows from left to right
    this.fitted = true;
    this.fit();
    this.marks = svg("g", { class: "marks" });
    this.pin = svg("g", { class: "pins" });
    this.labels = svg("g", { class: "labels", "aria-hidden": "true" });
    this.svg = svg("svg", { "aria-hidden": "true" }, this.ground(), this.labels, this.pin, this.marks);
    box.replaceChildren(this.svg);
    if (!still) {
      this.scale = el("div", { class: "scale", "aria-hidden": "true" });
      box.append(this.zoomButtons(), this.scale);
      this.listen();
    }
    new ResizeObserver(() => this.draw()).observe(box);
  }

  ground() {
    const { sea, borders, kelurahan } = this.outline;
    const kecamatan = (area) => Number(area.code.slice(6, 8));
    this.areas = kelurahan.map((area) => svg("path", { class: `land k${kecamatan(area)}`, d: area.path }));
    return svg("g", { class: "ground" },
      svg("path", { class: "coast-glow", d: borders.coast }),
      svg("path", { class: "sea", d: sea }),
      svg("path", { class: "coast-glow", d: borders.coast }),
      ...this.areas,
      svg("path", { class: "border of-kelurahan", d: borders.kelurahan }),
      svg("path", { class: "border of-kecamatan", d: borders.kecamatan }),
      svg("path", { class: "border of-city", d: borders.city }),
      svg("path", { class: "border coast", d: borders.coast }));
  }

  project(lat, lon) {
    const { west, north, m_per_deg_lat: perLat, m_per_deg_lon: perLon } = this.outline;
    return { x: (lon - west) * perLon, y: (north - lat) * perLat };
  }

  unproject({ x, y }) {
    const { west, north, m_per_deg_lat: perLat, m_per_deg_lon: perLon } = this.outline;
    return { lat: north - y / perLat, lon: west + x / perLon };
  }

  get size() {
    return { width: this.box.clientWidth || 1, height: this.box.clientHeight || 1 };
  }

  get metresPerPixel() {
    return this.across / this.size.width;
  }

  // The kelurahan at a point; undefined outside of the city.
  areaAt(lat, lon) {
    const point = this.svg.createSVGPoint();
    Object.assign(point, this.project(lat, lon));
    const found = this.areas.findIndex((area) => area.isPointInFill(point));
    return this.outline.kelurahan[found];
  }

  get centre() {
    return this.unproject(this.middle);
  }

  show(lat, lon, across = this.across) {
    this.fitted = false;
    this.middle = this.project(lat, lon);
    this.across = across;
    this.draw();
  }

  showAll() {
    this.fitted = true;
    this.draw();
  }

  fit() {
    const { width, height } = this.size;
    const { x, y, width: wide, height: high } = this.outline.view;
    this.across = Math.max(wide, (high * width) / height);
    this.middle = { x: x + wide / 2, y: y + high / 2 };
  }

  zoom(factor, around = this.middle) {
    const { width: wide, height: high } = this.outline.view;
    const most = Math.max(wide, (high * this.size.width) / this.size.height);
    const across = Math.max(this.across * factor, CLOSEST_M);
    if (across >= most) {
      this.showAll();
      return;
    }
    const share = across / this.across;
    this.move(around.x + (this.middle.x - around.x) * share, around.y + (this.middle.y - around.y) * share, across);
  }

  move(x, y, across = this.across) {
    const { view } = this.outline;
    this.fitted = false;
    this.across = across;
    this.middle = {
      x: Math.min(Math.max(x, view.x), view.x + view.width),
      y: Math.min(Math.max(y, view.y), view.y + view.height),
    };
    this.draw();
  }

  // marks: [{lat, lon, element}]; elements are drawn in pixels around (0, 0)
  setMarks(marks) {
    this.placed = marks.map(({ lat, lon, element }) => ({ ...this.project(lat, lon), element }));
    this.marks.replaceChildren(...marks.map((mark) => mark.element));
    this.draw();
  }

  setPin(lat, lon, accuracy) {
    const { x, y } = this.project(lat, lon);
    this.pinned = { x, y, element: pinShape() };
    const ring = accuracy ? svg("circle", { class: "accuracy", cx: x, cy: y, r: accuracy }) : null;
    this.pin.replaceChildren(...[ring, this.pinned.element].filter(Boolean));
    this.draw();
  }

  draw() {
    if (!this.box.clientWidth) return;
    if (this.fitted) this.fit();
    const { width, height } = this.size;
    const high = (this.across * height) / width;
    const [left, top] = [this.middle.x - this.across / 2, this.middle.y - high / 2];
    this.svg.setAttribute("viewBox", `${left} ${top} ${this.across} ${high}`);
    const unit = this.metresPerPixel;
    for (const { x, y, element } of [...(this.placed ?? []), ...(this.pinned ? [this.pinned] : [])]) {
      element.setAttribute("transform", `translate(${x} ${y}) scale(${unit})`);
    }
    this.drawLabels(unit, high);
    if (this.scale) this.drawScale(unit);
    this.onMove?.();
  }

  drawLabels(unit, high) {
    const near = this.across < LABELS_BELOW_M;
    const left = this.middle.x - this.across / 2;
    const top = this.middle.y - high / 2;
    // names keep clear of marks and of each other: a little higher or lower, or left out
    const taken = (this.placed ?? []).map(({ x, y }) => around(x, y, 13 * unit, 11 * unit));
    const shown = [];
    const write = (name, x, y, kind, letter) => {
      for (const shift of SHIFTS_PX) {
        const box = around(x, y + shift * unit, (name.length * letter * unit) / 2, 7 * unit);
        const inside = box.left > left && box.right < left + this.across && box.top > top && box.bottom < top + high;
        if (!inside || taken.some((other) => overlap(box, other))) continue;
        taken.push(box);
        shown.push(svg("text", { class: kind, transform: `translate(${x} ${y + shift * unit}) scale(${unit})` }, name));
        return;
      }
    };
    const { view, kelurahan } = this.outline;
    write(word("sea"), view.x + view.width * 0.47, view.y + view.height * 0.13, "sea-name", 7);
    for (const { name, x, y } of near ? kelurahan : kecamatanOf(kelurahan)) {
      write(name, x, y, near ? "name" : "name large", near ? 6.2 : 7);
    }
    this.labels.replaceChildren(...shown);
  }

  drawScale(unit) {
    const metres = STEPS_M.filter((step) => step / unit <= 110).at(-1) ?? STEPS_M[0];
    this.scale.textContent = metres < 1000 ? `${metres} m` : `${metres / 1000} km`;
    this.scale.style.width = `${Math.round(metres / unit)}px`;
  }

  zoomButtons() {
    const button = (key, sign, act) =>
      el("button", { type: "button", title: word(key), "aria-label": word(key), onclick: act }, sign);
    return el("div", { class: "zoom" },
      button("zoom_in", "+", () => this.zoom(0.55)),
      button("zoom_out", "−", () => this.zoom(1.8)),
      button("zoom_all", "⤢", () => this.showAll()));
  }

  // where a pointer is, in metres
  under(event) {
    const frame = this.svg.getBoundingClientRect();
    const unit = this.metresPerPixel;
    return {
      x: this.middle.x + (event.clientX - frame.left - frame.width / 2) * unit,
      y: this.middle.y + (event.clientY - frame.top - frame.height / 2) * unit,
    };
  }

  listen() {
    const fingers = new Map();
    let moved = 0;
    const spread = () => {
      const [one, other] = [...fingers.values()];
      return other ? Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) : 0;
    };
    this.svg.addEventListener("pointerdown", (event) => {
      if (fingers.size === 0) moved = 0;
      fingers.set(event.pointerId, event);
    });
    this.svg.addEventListener("pointermove", (event) => {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      const apart = spread();
      fingers.set(event.pointerId, event);
      const dx = (event.clientX - before.clientX) / fingers.size;
      const dy = (event.clientY - before.clientY) / fingers.size;
      moved += Math.abs(dx) + Math.abs(dy);
      if (moved < 4) return;
      this.svg.setPointerCapture(event.pointerId);
      this.move(this.middle.x - dx * this.metresPerPixel, this.middle.y - dy * this.metresPerPixel);
      if (fingers.size === 2 && apart > 0) this.zoom(apart / spread(), this.under(event));
    });
    const lift = (event) => {
      const pressed = fingers.delete(event.pointerId);
      if (event.type === "pointerup" && pressed && fingers.size === 0 && moved < 4) {
        const { lat, lon } = this.unproject(this.under(event));
        this.onPick?.(lat, lon);
      }
    };
    this.svg.addEventListener("pointerup", lift);
    this.svg.addEventListener("pointercancel", lift);
    this.svg.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) * 0.006), this.under(event));
    }, { passive: false });
    this.box.addEventListener("keydown", (event) => {
      if (event.target !== this.box) return;
      const step = this.across / (event.shiftKey ? 40 : 12);
      const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (by) this.move(this.middle.x + by[0] * step, this.middle.y + by[1] * step);
      else if (event.key === "+" || event.key === "=") this.zoom(0.7);
      else if (event.key === "-") this.zoom(1.4);
      else return;
      event.preventDefault();
    });
  }
}

export function pinShape() {
  return svg("g", { class: "pin" },
    svg("ellipse", { class: "shade", cx: 0, cy: 0, rx: 6, ry: 2.5 }),
    svg("path", { d: "M0 0C-3-7-11-11-11-20a11 11 0 0 1 22 0C11-11 3-7 0 0z" }),
    svg("circle", { cx: 0, cy: -20, r: 4 }));
}

const around = (x, y, half, up) => ({ left: x - half, right: x + half, top: y - up, bottom: y + up });

const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

function kecamatanOf(kelurahan) {
  const groups = new Map();
  for (const area of kelurahan) groups.set(area.kecamatan, [...(groups.get(area.kecamatan) ?? []), area]);
  return [...groups].map(([name, areas]) => ({
    name,
    x: areas.reduce((sum, area) => sum + area.x, 0) / areas.length,
    y: areas.reduce((sum, area) => sum + area.y, 0) / areas.length,
  }));
}
