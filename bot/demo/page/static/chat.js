// A chat on a screen: messages, kept in step with what the demo tells, and scrolled as one expects.

import { el, svg } from "./dom.js";
import { MapView } from "./map.js";
import { link, richText } from "./richtext.js";
import { dayOf, hasWord, hour, word } from "./words.js";

const NEAR_END_PX = 90;
const LARGE_PX = 1000;

export class Chat {
  // acts: {follow(url) -> handled, press(message, button) or null, command(text) or null}; wide: a channel;
  // named: a group, where people are told apart
  constructor(log, newest, { wide = false, named = false } = {}) {
    this.log = log;
    this.newest = newest;
    this.wide = wide;
    this.named = named;
    this.acts = { follow: () => false, press: null, command: null };
    this.clear();
    log.addEventListener("scroll", () => this.scrolled(), { passive: true });
    newest.addEventListener("click", () => this.toEnd(true));
    new ResizeObserver(() => this.resized()).observe(log);
  }

  clear() {
    this.messages = new Map();
    this.elements = new Map();
    this.stuck = true;
    this.unseen = null; // the first message that came while the chat was not on the screen
    this.log.replaceChildren();
    this.newest.hidden = true;
  }

  get size() {
    return this.messages.size;
  }

  // messages: new and changed ones; ids: all there are
  update(messages, ids, outline) {
    const first = this.size === 0;
    const arrived = messages.filter((message) => !this.messages.has(message.id));
    const stuck = this.stuck;
    const present = new Set(ids);
    for (const id of [...this.messages.keys()]) {
      if (present.has(id)) continue;
      this.messages.delete(id);
      this.elements.get(id).remove();
      this.elements.delete(id);
    }
    for (const message of messages) {
      if (JSON.stringify(this.messages.get(message.id)) === JSON.stringify(message)) continue;
      this.messages.set(message.id, message);
      const made = this.element(message, outline);
      const old = this.elements.get(message.id);
      this.elements.set(message.id, made);
      if (old) {
        const held = old.contains(document.activeElement);
        old.replaceWith(made);
        if (held) (made.querySelector("button, a") ?? this.log).focus({ preventScroll: true });
      } else {
        if (!first) made.classList.add("arrives");
        this.log.append(made);
      }
    }
    this.markDays();
    const newest = arrived.length ? this.elements.get(arrived[0].id) : null;
    if (!this.log.clientHeight) this.unseen ??= newest;
    else if (first && this.wide) this.follow(this.elements.get(ids.at(-1)));
    else if (stuck) this.follow(newest);
    else this.showJump();
  }

  // What came comes into view: all up to the end, or its beginning where it is taller than the screen.
  follow(element) {
    if (element && element.offsetHeight > this.log.clientHeight - 40) {
      this.stuck = false;
      this.log.scrollTo({ top: element.offsetTop - 12, behavior: "smooth" });
    } else {
      this.toEnd(false);
    }
  }

  resized() {
    if (!this.log.clientHeight) return;
    if (this.unseen) this.follow(this.unseen);
    else if (this.stuck) this.toEnd(false);
    this.unseen = null;
  }

  toEnd(smooth) {
    this.stuck = true;
    this.newest.hidden = true;
    this.log.scrollTo({ top: this.log.scrollHeight, behavior: smooth ? "smooth" : "instant" });
  }

  get below() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight;
  }

  // Only scrolling leaves the end; a box that shrinks, or a message that comes, does not.
  scrolled() {
    if (!this.log.clientHeight) return;
    this.stuck = this.below < NEAR_END_PX;
    this.showJump();
  }

  showJump() {
    this.newest.hidden = this.below < NEAR_END_PX;
  }

  markDays() {
    let day = null;
    for (const divider of this.log.querySelectorAll(".day:not(.service)")) divider.remove();
    for (const [id, message] of this.messages) {
      const its = dayOf(message.at);
      if (its !== day) this.elements.get(id).before(el("div", { class: "day" }, el("span", {}, its)));
      day = its;
    }
  }

  element(message, outline) {
    if (message.service) {
      const key = `service_${message.service}`;
      const words = hasWord(key) ? word(key, { name: message.sender }) : message.service;
      return el("div", { class: "day service" }, el("span", {}, words));
    }
    const parts = [];
    if (this.named && !message.bot) parts.push(el("p", { class: "sender" }, message.sender));
    if (message.place) parts.push(this.place(message, outline));
    if (message.photo) parts.push(this.photo(message.photo));
    if (message.document) parts.push(this.document(message.document));
    if (message.other) parts.push(el("p", { class: "other" }, word(`other_${message.other}`)));
    const meta = el("span", { class: "meta" },
      message.edited ? `${word("edited")} ` : null,
      el("time", { datetime: new Date(message.at).toISOString() }, hour(message.at)),
      message.mine ? ticks() : null);
    if (message.text) {
      parts.push(el("div", { class: "text" }, ...richText(message.text, message.entities, this.acts), meta));
    } else {
      parts.push(meta);
    }
    const side = message.mine && !this.wide ? "mine" : "theirs";
    const bare = !message.text && (message.place || message.photo) ? " bare" : "";
    return el("article", { class: `message ${side}${bare}`, "data-message": message.id },
      el("div", { class: "bubble" }, ...parts),
      message.buttons.length ? this.buttons(message) : null);
  }

  place(message, outline) {
    const { lat, lon, accuracy_m: accuracy } = message.place;
    const words = accuracy ? word("sent_place_accuracy", { m: Math.round(accuracy) }) : word("sent_place");
    const label = `${words}: ${lat.toFixed(4)}, ${lon.toFixed(4)}`;
    const tile = el("div", { class: "map tile", role: "img", "aria-label": label });
    const map = new MapView(tile, outline, { still: true });
    map.setPin(lat, lon, accuracy);
    map.show(lat, lon, Math.max(2600, (accuracy ?? 0) * 5));
    if (!message.venue) return tile;
    const { title, address } = message.venue;
    return el("div", {}, tile, el("p", { class: "venue" }, el("strong", {}, title), el("br"), address));
  }

  // A touch shows it in its own size: a map holds more than a bubble can show.
  photo({ id, width, height }) {
    const src = `file/${encodeURIComponent(id)}`;
    const large = width >= LARGE_PX ? " large" : "";
    const image = el("img", { class: `photo${large}`, src, alt: word("sent_photo"), width, height, loading: "lazy" });
    return el("a", { href: src, target: "_blank", rel: "noopener" }, image);
  }

  document({ id, name, bytes }) {
    const size = bytes < 10_000 ? `${bytes} B` : `${Math.round(bytes / 1000)} kB`;
    const file = { href: `file/${encodeURIComponent(id)}`, download: name || "file" };
    return el("a", { class: "document", ...file, "aria-label": word("download", { name }) },
      el("span", { class: "glyph", "aria-hidden": "true" }, "↓"),
      el("span", {}, el("strong", {}, name), el("small", {}, size)));
  }

  buttons(message) {
    const { press, follow } = this.acts;
    const row = (buttons) => el("div", { class: "button-row" }, ...buttons.map((button) => {
      if (button.url) return link(button.url, follow, button.text, " ↗");
      const pressed = async (event) => {
        const it = event.currentTarget;
        if (it.classList.contains("waiting")) return;
        it.classList.add("waiting");
        await press(message, button);
        it.classList.remove("waiting");
      };
      return el("button", { type: "button", disabled: !press, onclick: press && pressed }, button.text);
    }));
    return el("div", { class: "buttons" }, ...message.buttons.map(row));
  }
}

function ticks() {
  return svg("svg", { class: "ticks", viewBox: "0 0 18 10", "aria-hidden": "true" },
    svg("path", { d: "M1 5.5l3 3 6-7M7.5 7.5l1 1 6-7" }));
}
