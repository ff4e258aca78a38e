// The list of keys, each of which can be changed.

import { element } from "../elements.js";
import { ACTIONS, chordOf, printed } from "./keymap.js";

/** Fill the dialog; returns a function that opens or closes it. */
export function keysDialog(dialog, keymap) {
  const fault = element("p", { class: "field-error", role: "alert", hidden: true });
  const rows = new Map(ACTIONS.map(([name, , title]) => {
    const button = element("button", { type: "button", class: "small chord", onclick: () => listen(name) });
    return [name, { button, title, node: element("div", {}, element("dt", {}, button), element("dd", {}, title)) }];
  }));
  const fixed = [["1 – 9", "Take an alternative; after Reject, the reason"], ["Esc", "Leave what is open"], ["Alt 1 – 9", "Take a code while searching"]]
    .map(([keys, title]) => element("div", {}, element("dt", {}, element("kbd", {}, keys)), element("dd", {}, title)));
  const single = element("input", { type: "checkbox", id: "single-keys", onchange: () => keymap.useSingle(single.checked) });
  let listening = null;

  function paint() {
    for (const [name, { button, title }] of rows) {
      const keys = printed(keymap.chord(name));
      button.replaceChildren(...(listening === name ? ["Press a key"] : keys.map((part) => element("kbd", {}, part))));
      button.setAttribute("aria-label", listening === name ? `Press the new key for: ${title}` : `${keys.join(" ")}. Change the key for: ${title}`);
    }
    single.checked = keymap.single;
  }
  function listen(name) {
    listening = listening === name ? null : name;
    fault.hidden = true;
    paint();
  }
  dialog.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (listening === null) return;
    const chord = chordOf(event);
    if (chord === "") return;
    event.preventDefault();
    if (chord !== "Escape") {
      const refused = keymap.choose(listening, chord);
      fault.textContent = refused;
      fault.hidden = refused === "";
    }
    listening = null;
    paint();
  });
  dialog.addEventListener("cancel", (event) => {
    if (listening === null) return;
    event.preventDefault();
    listen(listening);
  });
  dialog.setAttribute("aria-labelledby", "keys-title");
  dialog.replaceChildren(
    element("h2", { id: "keys-title" }, "Keys"), element("p", { class: "fine" }, "Press a key in this list to give it to another: the choice is kept for you in this browser."),
    element("dl", { class: "keys" }, ...[...rows.values()].map(({ node }) => node), ...fixed), fault,
    element("div", { class: "check" }, single, element("label", { for: "single-keys" }, "Single keys work (switch off where speech or a scanner types)")),
    element("div", { class: "actions" }, element("button", { type: "button", onclick: () => keymap.reset() }, "Reset"), element("button", { type: "button", class: "primary", onclick: () => dialog.close() }, "Close ", element("kbd", {}, "Esc"))));
  keymap.addEventListener("change", paint);
  paint();
  return () => (dialog.open ? dialog.close() : dialog.showModal());
}
