// Elements are made by these functions only. Text becomes text nodes: nothing that people typed is ever read as markup.

const SVG = "http://www.w3.org/2000/svg";

export const at = (id) => document.getElementById(id);

export function el(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// Words over a chat that go by themselves.
const TOAST_MS = 4200;
const hiding = new Map();

export function toast(box, words) {
  box.textContent = words;
  box.classList.add("shown");
  clearTimeout(hiding.get(box));
  hiding.set(box, setTimeout(() => box.classList.remove("shown"), TOAST_MS));
}
