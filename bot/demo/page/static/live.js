// What the demo tells (see bot/demo/page/live.py), and what it is asked to do.

import { hasWord, word } from "./words.js";

let source = null;
const listeners = { event: [], lost: [], refused: [] };

export function on(kind, listener) {
  listeners[kind].push(listener);
}

function tell(kind, ...what) {
  for (const listener of listeners[kind]) listener(...what);
}

export function listen(phone) {
  source?.close();
  source = new EventSource(`live?phone=${encodeURIComponent(phone)}`);
  source.onopen = () => tell("lost", false);
  source.onmessage = (message) => tell("event", JSON.parse(message.data));
  source.onerror = () => {
    tell("lost", true);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(phone), 2000);
  };
}

export async function ask(path, body = {}) {
  // a picture goes as it is, anything else as JSON
  const raw = body instanceof Blob;
  try {
    const answer = await fetch(path, { method: "POST", body: raw ? body : JSON.stringify(body) });
    if (answer.ok) return await answer.json();
    const { refused } = await answer.json().catch(() => ({}));
    refuse(refused);
  } catch {
    refuse("other");
  }
  return null;
}

export function refuse(why) {
  const key = `refused_${why}`;
  tell("refused", word(hasWord(key) ? key : "refused_other"));
}
