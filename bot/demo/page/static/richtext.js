// Telegram's text and entities -> nodes. Offsets count UTF-16 units, as JavaScript's strings do.

import { el } from "./dom.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote", spoiler: "span",
};
const WEB = /^https?:\/\//i;

export function richText(text, entities, { follow, command }) {
  // entities nest: outer ones first, each filled by what lies within it
  const inOrder = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const build = (from, to, within) => {
    const nodes = [];
    let here = from;
    while (within.length) {
      const entity = within.shift();
      if (entity.offset < here) continue;
      const end = Math.min(entity.offset + entity.length, to);
      if (entity.offset > here) nodes.push(text.slice(here, entity.offset));
      const inner = [];
      while (within.length && within[0].offset < end) inner.push(within.shift());
      nodes.push(wrap(entity, text.slice(entity.offset, end), build(entity.offset, end, inner)));
      here = end;
    }
    if (here < to) nodes.push(text.slice(here, to));
    return nodes;
  };
  const wrap = (entity, words, children) => {
    if (entity.type === "text_link" || entity.type === "url") {
      return link(entity.url ?? (WEB.test(words) ? words : `https://${words}`), follow, ...children);
    }
    if (entity.type === "bot_command" && command) {
      return el("button", { type: "button", class: "command", onclick: () => command(words) }, ...children);
    }
    return el(TAGS[entity.type] ?? "span", {}, ...children);
  };
  return build(0, text.length, inOrder);
}

// Only what leads to the web is a link; anything else, such as javascript:, stays text.
export function link(url, follow, ...children) {
  if (!WEB.test(url) || !URL.canParse(url)) return el("span", {}, ...children);
  const go = (event) => {
    if (follow(url)) event.preventDefault();
  };
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer", onclick: go }, ...children);
}

// Links that lead somewhere inside the demo: to a map point, to the bot with a payload, to Telegram's "forward to".
export function readLink(url) {
  const found = new URL(url);
  if (["maps.google.com", "www.google.com"].includes(found.hostname)) {
    const [lat, lon] = (found.searchParams.get("q") ?? "").split(",").map(Number);
    if (Number.isFinite(lat) && Number.isFinite(lon)) return { place: { lat, lon } };
  }
  if (found.hostname === "t.me") {
    if (found.pathname === "/share/url") return { shared: found.searchParams.get("url") ?? "" };
    if (found.searchParams.has("start")) return { payload: found.searchParams.get("start") };
  }
  return {};
}
