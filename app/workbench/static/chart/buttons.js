// Keys and their buttons: what can be done, with the key printed on it.

import { element } from "../elements.js";
import { chordOf, printed } from "./keymap.js";

const SHOWN = [["accept", "Accept", "good"], ["reject", "Reject", "bad"], ["add", "Add code"], ["search", "Search"], ["undo", "Undo"], ["help", "Keys"]];

/** The keys of an action, kept up to date. */
export function keysOf(keymap) {
  return (name) => {
    const keys = element("span", { class: "keys-of", "data-keys": name, "aria-hidden": "true" });
    keys.append(...printed(keymap.chord(name)).map((part) => element("kbd", {}, part)));
    return keys;
  };
}

/** Fill the bar; `acts` by name. */
export function showButtons(box, acts, keyFor) {
  const made = SHOWN.map(([name, label, kind]) => element("button", { type: "button", class: kind ?? null, "data-deed": name, onclick: () => acts[name]() }, label, keyFor(name)));
  box.replaceChildren(...made, element("button", { type: "button", class: "primary", id: "finalize", "data-deed": "finalize", onclick: () => acts.finalize() }, "Finalise and next", keyFor("finalize")));
}

export function repaintKeys(keymap) {
  for (const node of document.querySelectorAll("[data-keys]")) node.replaceChildren(...printed(keymap.chord(node.dataset.keys)).map((part) => element("kbd", {}, part)));
}

/** Keys work wherever one is, except that what is typed into a field stays there, and dialogs have their own. */
export function listenForKeys(keymap, acts) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") return acts.escape();
    const chord = chordOf(event);
    if (chord === "") return undefined;
    if (event.target.closest("input, select, textarea")) return undefined;
    const digit = /^[1-9]$/.test(chord) ? Number(chord) : 0;
    const name = keymap.action(chord);
    if (digit && keymap.single) acts.digit(digit);
    else if (name) acts[name]();
    else if (event.target.closest("#codes") && ["ArrowDown", "ArrowUp"].includes(chord)) acts[chord === "ArrowDown" ? "next" : "previous"]();
    else return undefined;
    return event.preventDefault();
  });
}
