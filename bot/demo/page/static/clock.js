// The demo's clock, which runs here between two words from the demo, and its controls.

import { at } from "./dom.js";
import { ask } from "./live.js";
import { dateOf, hour, word } from "./words.js";

const TICK_MS = 200;

export class Clock {
  constructor() {
    this.told = null;
    setInterval(() => this.draw(), TICK_MS);
    for (const button of document.querySelectorAll("[data-speed]")) {
      button.addEventListener("click", () => ask("clock/speed", { speed: Number(button.dataset.speed) }));
    }
    for (const id of ["skip", "skip-too"]) at(id).addEventListener("click", () => ask("clock/skip"));
    at("restart").addEventListener("click", () => {
      if (window.confirm(word("restart_sure"))) ask("clock/restart");
    });
  }

  update(clock) {
    this.told = { ...clock, here: performance.now() };
    const skipping = clock.skipping_to !== null;
    for (const button of document.querySelectorAll("[data-speed]")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.speed) === clock.speed));
      button.disabled = skipping;
    }
    for (const id of ["skip", "skip-too", "restart"]) at(id).disabled = skipping;
    at("skip-label").textContent = word(skipping ? "skipping" : "skip");
    document.body.classList.toggle("skipping", skipping);
    this.draw();
  }

  draw() {
    if (!this.told) return;
    const { now, speed, skipping_to: skipping, here } = this.told;
    const shown = skipping === null ? now + (performance.now() - here) * speed : now;
    at("clock-time").textContent = hour(shown);
    at("phone-time").textContent = hour(shown);
    at("clock-date").textContent = dateOf(shown);
  }
}
