// The phone: whose it is, its chat, and all one can send from it.

import { Chat } from "./chat.js";
import { at, el, toast } from "./dom.js";
import { ask, listen, refuse } from "./live.js";
import { Picker } from "./picker.js";
import { readLink } from "./richtext.js";
import { language, word } from "./words.js";

const GPS_ACCURACY = "8";
const LONGEST_SIDE_PX = 1280; // as Telegram scales photos

export class Phone {
  constructor(outline, showPlace) {
    this.outline = outline;
    this.showPlace = showPlace;
    this.chat = new Chat(at("phone-log"), at("phone-newest"));
    this.picker = new Picker(outline, (place) => ask("phone/location", place));
    this.people = [];
    this.seen = new Map();
    this.about = "";
    this.field = at("composer-text");
    at("back").addEventListener("click", () => this.lookAt("you"));
    at("start").addEventListener("click", async () => {
      await this.start();
      this.field.focus();
    });
    at("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.sendText();
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.sendText();
      }
    });
    this.field.addEventListener("input", () => this.grow());
    this.keysWanted = true;
    at("keys-button").addEventListener("click", () => {
      this.keysWanted = !this.keysWanted;
      this.drawFoot();
    });
    this.sheet("menu-button", "menu");
    this.sheet("attach-button", "attach");
    at("attach-place").addEventListener("click", () => {
      this.closeSheets();
      this.picker.open("");
    });
    at("attach-photo").addEventListener("change", (event) => this.sendFile(event.target));
    for (const sample of document.querySelectorAll("[data-sample]")) {
      const source = `sample/${sample.dataset.sample}.png`;
      sample.append(el("img", { src: source, alt: "", width: 64, height: 48, loading: "lazy" }));
      sample.addEventListener("click", async () => {
        this.closeSheets(true);
        await ask("phone/photo", await (await fetch(source)).blob());
      });
    }
    at("people").addEventListener("keydown", (event) => this.walkPeople(event));
    at("people").addEventListener("wheel", ({ deltaY }) => at("people").scrollBy(deltaY, 0), { passive: true });
    this.key = null;
  }

  get mine() {
    return this.key === "you";
  }

  lookAt(key) {
    if (key === this.key) return;
    this.key = key;
    this.closeSheets();
    this.picker.box.hidden = true;
    this.chat.clear();
    this.chat.acts = {
      follow: (url) => this.follow(url),
      press: this.mine ? (message, button) => this.press(message, button) : null,
      command: this.mine ? (text) => this.say(text) : null,
    };
    this.keyboard = [];
    this.drawHead();
    this.drawPeople();
    at("people").querySelector('[aria-checked="true"]')?.scrollIntoView({ inline: "center", block: "nearest" });
    listen({ phone: key });
  }

  // the demo begins anew
  clear() {
    this.chat.clear();
    this.seen.clear();
  }

  update(event) {
    if (event.people) {
      this.people = event.people;
      this.drawPeople();
      this.drawHead();
    }
    if (event.profile) {
      this.about = event.profile.about;
      this.drawMenu(event.profile.menu);
    }
    if (event.phone) {
      this.chat.update(event.phone.messages, event.phone.ids, this.outline);
      this.drawKeyboard(event.phone.keyboard);
    }
    if (event.phone || event.profile) this.drawFoot();
  }

  // -- whose phone ---------------------------------------------------------------------------------------------------

  get owner() {
    return this.people.find((person) => person.key === this.key) ?? { name: "" };
  }

  drawHead() {
    const name = this.owner.name;
    at("phone-title").textContent = this.mine ? word("your_phone") : word("their_phone", { name });
    at("phone-hint").textContent = word(this.mine ? "your_phone_hint" : "their_phone_hint");
    at("back").hidden = this.mine;
  }

  drawPeople() {
    const strip = at("people");
    const held = strip.contains(document.activeElement);
    // somebody who has not written yet has nothing to show
    const shown = this.people.filter((person) => person.messages || person.key === "you" || person.key === this.key);
    const known = new Map([...strip.children].map((child) => [child.dataset.key, child]));
    const made = shown.map((person) => {
      const button = known.get(person.key) ?? this.personButton(person);
      const looking = person.key === this.key;
      if (looking || !this.seen.has(person.key)) this.seen.set(person.key, person.messages);
      button.classList.toggle("fresh", person.messages > this.seen.get(person.key));
      button.setAttribute("aria-checked", String(looking));
      button.tabIndex = looking ? 0 : -1;
      return button;
    });
    const same = made.length === strip.children.length && made.every((button, i) => strip.children[i] === button);
    if (!same) strip.replaceChildren(...made);
    if (held) strip.querySelector('[aria-checked="true"]')?.focus();
  }

  personButton(person) {
    const you = person.key === "you";
    const name = you ? word("you") : person.name;
    const initials = name.split(/\s+/).map((part) => part[0]).slice(-2).join("").toUpperCase();
    const tint = you ? "you" : `tint${[...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 8}`;
    return el("button", {
      type: "button", role: "radio", class: "person", "data-key": person.key, title: name, "aria-label": name,
      onclick: () => this.lookAt(person.key),
    },
    el("span", { class: `face letters ${tint}`, "aria-hidden": "true" }, initials),
    el("span", { class: "first-name", "aria-hidden": "true" }, name));
  }

  walkPeople(event) {
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const buttons = [...at("people").children];
    const next = buttons[(buttons.indexOf(document.activeElement) + by + buttons.length) % buttons.length];
    next.focus({ preventScroll: true });
    this.lookAt(next.dataset.key);
  }

  // -- what stands below the chat ------------------------------------------------------------------------------------

  drawFoot() {
    const empty = this.chat.size === 0;
    at("start").hidden = !(this.mine && empty);
    at("composer").hidden = !this.mine || empty;
    at("foot").hidden = !this.mine;
    const noKeys = !this.mine || empty || this.keyboard.length === 0;
    at("keys").hidden = noKeys || !this.keysWanted;
    at("keys-button").hidden = noKeys;
    at("keys-button").setAttribute("aria-expanded", String(this.keysWanted));
    const log = at("phone-log");
    log.querySelector(".about")?.remove();
    if (!empty) return;
    log.append(el("div", { class: "about" }, ...(this.mine
      ? [el("strong", {}, word("about_bot")), el("p", {}, this.about)]
      : [el("p", {}, word("no_chat_yet", { name: this.owner.name }))])));
  }

  drawKeyboard(rows) {
    if (JSON.stringify(rows) === JSON.stringify(this.keyboard)) return;
    this.keyboard = rows;
    const key = (button) => el("button", {
      type: "button",
      onclick: () => (button.asks === "location" ? this.picker.open(GPS_ACCURACY) : this.say(button.text)),
    }, button.text);
    at("keys").replaceChildren(...rows.map((row) => el("div", { class: "key-row" }, ...row.map(key))));
  }

  drawMenu(commands) {
    at("menu").replaceChildren(...commands.map(({ command, description }) => el("button", {
      type: "button", class: "row", onclick: () => {
        this.closeSheets(true);
        this.say(`/${command}`);
      },
    }, el("code", {}, `/${command}`), el("span", {}, description))));
  }

  sheet(button, box) {
    at(button).addEventListener("click", () => {
      const opens = at(box).hidden;
      this.closeSheets();
      at(box).hidden = !opens;
      at(button).setAttribute("aria-expanded", String(opens));
      if (opens) at(box).querySelector("button, input")?.focus();
    });
    at(box).addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.closeSheets();
      at(button).focus();
    });
    document.addEventListener("pointerdown", (event) => {
      if (!at(box).hidden && !at(box).contains(event.target) && !at(button).contains(event.target)) this.closeSheets();
    });
  }

  closeSheets(refocus = false) {
    for (const name of ["menu", "attach"]) {
      at(name).hidden = true;
      at(`${name}-button`).setAttribute("aria-expanded", "false");
    }
    if (refocus) this.field.focus();
  }

  grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 110)}px`;
  }

  // -- what one does -------------------------------------------------------------------------------------------------

  start(payload = "") {
    return ask("phone/start", { language, payload });
  }

  async sendText() {
    const text = this.field.value;
    if (!text.trim()) return;
    this.field.value = "";
    this.grow();
    if (!(await this.say(text)) && !this.field.value) this.field.value = text;
  }

  say(text) {
    this.chat.toEnd(false);
    return ask("phone/text", { text });
  }

  async press(message, button) {
    const answer = await ask("phone/press", { message: message.id, data: button.data });
    if (answer?.toast) this.toast(answer.toast);
  }

  async sendFile(input) {
    const file = input.files[0];
    input.value = "";
    this.closeSheets(true);
    if (!file) return;
    const photo = await asPhoto(file);
    if (photo) await ask("phone/photo", photo);
    else refuse("no_picture");
  }

  // Whether a link leads somewhere within the demo; it is followed then.
  follow(url) {
    const { place, payload, shared } = readLink(url);
    if (place) this.showPlace(place.lat, place.lon);
    else if (payload !== undefined) {
      this.lookAt("you");
      this.start(payload);
    } else if (shared !== undefined) this.toast(word("shared", { url: shared }));
    else return false;
    return true;
  }

  toast(words) {
    toast(at("phone-toast"), words);
  }
}

// Any picture that the browser can read, as a JPEG of the size that Telegram would make of it; null for others.
async function asPhoto(file) {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST_SIDE_PX / Math.max(picture.width, picture.height));
    const [width, height] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * scale)));
    const canvas = el("canvas", { width, height });
    canvas.getContext("2d").drawImage(picture, 0, 0, width, height);
    return await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  } catch {
    return null;
  }
}
