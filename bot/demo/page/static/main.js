// Puts the parts together.

import { Chat } from "./chat.js";
import { Clock } from "./clock.js";
import { at } from "./dom.js";
import { Known } from "./known.js";
import { on } from "./live.js";
import { Offices } from "./office.js";
import { Phone } from "./phone.js";
import { readLink } from "./richtext.js";
import { word } from "./words.js";

const outline = await (await fetch("map.json")).json();

const clock = new Clock();
const known = new Known(outline);
const phone = new Phone(outline, (lat, lon) => {
  showTab("known");
  known.showPlace(lat, lon);
});
const channel = new Chat(at("channel-log"), at("channel-newest"), { wide: true });
const offices = new Offices(outline);
channel.acts.follow = offices.chat.acts.follow = (url) => {
  if (readLink(url).payload !== undefined) showTab("phone"); // what is asked next is asked there
  return phone.follow(url);
};

// tabs that tell of something new behind them
const DOTTED = ["office", "channel"];

function showTab(name) {
  document.body.dataset.tab = name;
  for (const tab of document.querySelectorAll(".tabs button")) {
    if (tab.dataset.tab === name) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
  }
  if (DOTTED.includes(name)) at(`${name}-dot`).hidden = true;
}

for (const tab of document.querySelectorAll(".tabs button")) {
  tab.addEventListener("click", () => showTab(tab.dataset.tab));
}

let begun = null;
let channelSize = 0;

on("event", (event) => {
  clock.update(event.clock);
  if (event.begun !== undefined && event.begun !== begun) {
    if (begun !== null) {
      phone.clear();
      channel.clear();
      offices.clear();
    }
    begun = event.begun;
  }
  if (event.known) known.update(event.known);
  if (offices.update(event) && document.body.dataset.tab !== "office") at("office-dot").hidden = false;
  phone.update(event);
  if (event.channel) {
    at("channel-title").textContent = event.channel.title;
    at("channel-empty").hidden = event.channel.ids.length > 0;
    channel.update(event.channel.messages, event.channel.ids, outline);
    if (channel.size > channelSize && document.body.dataset.tab !== "channel") at("channel-dot").hidden = false;
    channelSize = channel.size;
  }
});
known.onChange((incidents) => phone.picker.setIncidents(incidents));

const banner = at("banner");
let hiding = null;
function say(words, ms) {
  clearTimeout(hiding);
  banner.textContent = words;
  banner.hidden = !words;
  if (words && ms) hiding = setTimeout(() => (banner.hidden = true), ms);
}
on("lost", (lost) => (lost ? say(word("lost")) : say("")));
on("refused", (words) => say(words, 5000));

phone.lookAt("you");
document.body.classList.add("ready");
