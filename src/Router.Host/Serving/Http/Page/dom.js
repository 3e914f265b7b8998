// Elements without markup: text can never become a tag.

import { percent } from "./numbers.js";

const SVG = "http://www.w3.org/2000/svg";

const fill = (node, attributes, children) => {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
  return node;
};

export const byId = id => document.getElementById(id);

export const element = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

export const shape = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

/** A bar whose length is a share of its track. The text beside it says the same. */
const bar = (share, hue) => {
  const filled = element("span", { class: `fill hue-${hue}` });
  filled.style.inlineSize = `${(100 * Math.min(1, Math.max(0, share))).toFixed(2)}%`;
  return element("span", { class: "bar", "aria-hidden": "true" }, filled);
};

/** A name, its share as a bar, and the share as a number. */
export const shareLine = (name, share, hue) =>
  element("div", { class: "share" },
    element("span", { class: "name" }, name), bar(share, hue), element("span", { class: "value" }, percent(share)));

/** Changes a text only where it differs, so that nothing is announced twice. */
export const say = (node, text) => {
  if (node.textContent !== text) node.textContent = text;
};

/** Tells a fault, and brings it to where it is seen. */
export const complain = (node, text) => {
  say(node, text);
  if (text) node.scrollIntoView({ block: "nearest" });
};

export const save = (name, type, text) => {
  const address = URL.createObjectURL(new Blob([text], { type }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
};
