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

const looksAt = { phone: "you", office: "" };

// What is looked at: a phone, an office's group; what is not named stays.
export function listen(changed = {}) {
  Object.assign(looksAt, changed);
  source?.close();
  source = new EventSource(`live?${new URLSearchParams(looksAt)}`);
  source.onopen = () => tell("lost", false);
  source.onmessage = (message) => tell("event", JSON.parse(message.data));
  source.onerror = () => {
    tell("lost", true);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(), 2000);
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
