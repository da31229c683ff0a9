// The page's words and how it tells hours: as everywhere in Jakarta, "19.42".

const known = JSON.parse(document.getElementById("words").textContent);

export const language = document.documentElement.lang;

export function word(key, values = {}) {
  return known[key].replace(/\{(\w+)\}/g, (gap, name) => (name in values ? String(values[name]) : gap));
}

export const hasWord = (key) => key in known;

const WIB = { timeZone: "Asia/Jakarta" };
const clock = new Intl.DateTimeFormat("en-GB", { ...WIB, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const locale = language === "en" ? "en-GB" : "id-ID";
const date = new Intl.DateTimeFormat(locale, { ...WIB, weekday: "long", day: "numeric", month: "long" });
const day = new Intl.DateTimeFormat(locale, { ...WIB, day: "numeric", month: "long" });

export const hour = (ms) => clock.format(ms).replace(":", ".");
export const dateOf = (ms) => date.format(ms);
export const dayOf = (ms) => day.format(ms);
