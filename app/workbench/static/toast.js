// A short word at the corner of the window, read out by screen readers; `undo` puts a button beside it.

import { byId, element } from "./elements.js";

const MILLISECONDS = 6000;

/** Say something for a while. `tone`: "good", "bad" or none; `undo`: what the button "Undo" does, or null. */
export function toast(text, { tone = null, undo = null } = {}) {
  const button = undo && element("button", { type: "button", class: "small", onclick: () => { node.remove(); undo(); } }, "Undo");
  const node = element("div", { class: "toast", "data-tone": tone }, element("span", {}, text), button);
  byId("toasts").append(node);
  setTimeout(() => node.remove(), MILLISECONDS);
  return node;
}
