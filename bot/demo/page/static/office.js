// The offices' groups: which one is looked at, its cards, and their buttons.

import { Chat } from "./chat.js";
import { at, el, toast } from "./dom.js";
import { ask, listen } from "./live.js";

export class Offices {
  constructor(outline) {
    this.outline = outline;
    this.chat = new Chat(at("office-log"), at("office-newest"), { named: true });
    this.chat.acts.press = (message, button) => this.press(message, button);
    this.offices = [];
    this.key = null; // whose group is shown
    this.seen = new Map();
    at("offices").addEventListener("keydown", (event) => this.walk(event));
  }

  // the demo begins anew
  clear() {
    this.chat.clear();
    this.seen.clear();
  }

  // Whether something came that was not there before.
  update({ offices, office }) {
    const before = this.chat.size;
    if (office && office.key !== this.key) {
      this.key = office.key;
      this.chat.clear();
    }
    if (offices) this.offices = offices;
    if (offices || office) this.draw();
    if (office) this.chat.update(office.messages, office.ids, this.outline);
    at("office-empty").hidden = this.chat.size > 0;
    return before > 0 && this.chat.size > before;
  }

  choose(key) {
    if (key === this.key) return;
    this.key = key;
    this.chat.clear();
    this.draw();
    listen({ office: key });
  }

  draw() {
    const strip = at("offices");
    const held = strip.contains(document.activeElement);
    const known = new Map([...strip.children].map((child) => [child.dataset.key, child]));
    const made = this.offices.map((office) => {
      const button = known.get(office.key) ?? el("button", {
        type: "button", role: "radio", class: "office", "data-key": office.key, onclick: () => this.choose(office.key),
      }, office.title);
      const looking = office.key === this.key;
      if (looking || !this.seen.has(office.key)) this.seen.set(office.key, office.messages);
      button.classList.toggle("fresh", office.messages > this.seen.get(office.key));
      const turned = looking && button.getAttribute("aria-checked") !== "true";
      button.setAttribute("aria-checked", String(looking));
      button.tabIndex = looking ? 0 : -1;
      return [button, turned];
    });
    if (made.some(([button], i) => strip.children[i] !== button) || made.length !== strip.children.length) {
      strip.replaceChildren(...made.map(([button]) => button));
    }
    for (const [button, turned] of made) {
      if (turned) strip.scrollTo({ left: button.offsetLeft - strip.offsetLeft - 40, behavior: "smooth" });
    }
    if (held) strip.querySelector('[aria-checked="true"]')?.focus({ preventScroll: true });
    const title = this.offices.find((office) => office.key === this.key)?.title;
    if (!title) return;
    at("office-title").textContent = title;
    at("office-face").textContent = title.split(/\s+/).map((part) => part[0]).slice(0, 2).join("").toUpperCase();
  }

  walk(event) {
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const buttons = [...at("offices").children];
    const next = buttons[(buttons.indexOf(document.activeElement) + by + buttons.length) % buttons.length];
    next.focus({ preventScroll: true });
    this.choose(next.dataset.key);
  }

  async press(message, button) {
    const answer = await ask("office/press", { office: this.key, message: message.id, data: button.data });
    if (answer?.toast) toast(at("office-toast"), answer.toast);
  }
}
