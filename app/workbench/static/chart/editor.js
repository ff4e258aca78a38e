// Modifiers, units and diagnosis pointers of a service, changed in place.

import { element } from "../elements.js";
import { isService, key, same } from "./fold.js";

const MOST = 4;
const MOST_UNITS = 999;
export const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
let made = 0;

/** The panel for a line; `onSave(changes)` is given `modifiers`, `units` and `pointers` that changed, `onReplace()` opens the search. */
export function editorPanel(line, diagnoses, { onSave, onReplace, onCancel }) {
  const id = `edit-${++made}`;
  const replace = element("button", { type: "button", class: "small", onclick: onReplace }, "Replace by another code…");
  const cancel = element("button", { type: "button", class: "quiet small", onclick: onCancel }, "Cancel ", element("kbd", {}, "Esc"));
  if (!isService(line)) return element("div", { class: "ask", role: "group", "aria-label": `Edit ${line.code}` }, element("div", { class: "acts" }, replace, cancel));

  const modifiers = element("input", { id: `${id}-m`, type: "text", value: line.modifiers.join(" "), autocomplete: "off", spellcheck: "false", class: "caps", maxlength: "20" });
  const units = element("input", { id: `${id}-u`, type: "text", inputmode: "numeric", value: String(line.units), autocomplete: "off", maxlength: "3" });
  const letters = line.pointers.map((code) => LETTERS[diagnoses.findIndex((d) => same(d, code))] ?? "").join("");
  const pointers = element("input", { id: `${id}-p`, type: "text", value: letters, autocomplete: "off", spellcheck: "false", class: "caps", maxlength: "12" });
  const fault = element("p", { class: "field-error", role: "alert", hidden: true });
  const toggles = diagnoses.map((code, i) => element("button", { type: "button", class: "small toggle", title: code.display, onclick: () => toggle(LETTERS[i]) }, `${LETTERS[i]} ${code.code}`));
  const paint = () => toggles.forEach((button, i) => button.setAttribute("aria-pressed", String(pointers.value.toUpperCase().includes(LETTERS[i]))));
  function toggle(letter) {
    const now = pointers.value.toUpperCase();
    pointers.value = now.includes(letter) ? now.replace(letter, "") : now + letter;
    paint();
  }
  pointers.addEventListener("input", paint);
  paint();

  function wrong(input, message) {
    fault.textContent = message;
    fault.hidden = false;
    for (const each of [modifiers, units, pointers]) each.setAttribute("aria-invalid", String(each === input));
    input.focus();
  }
  function save() {
    const said = [...new Set(modifiers.value.toUpperCase().split(/[\s,;-]+/).filter(Boolean))];
    if (said.length > MOST || said.some((each) => !/^[A-Z0-9]{2}$/.test(each))) return wrong(modifiers, "At most four modifiers of two characters, as in 25 or RT");
    const number = Number(units.value);
    if (!Number.isInteger(number) || number < 1 || number > MOST_UNITS) return wrong(units, `Units are 1 to ${MOST_UNITS}`);
    const places = [...new Set(pointers.value.toUpperCase().replace(/[^A-Z]/g, ""))].map((letter) => LETTERS.indexOf(letter));
    if (places.length > MOST || places.some((i) => i >= diagnoses.length)) {
      return wrong(pointers, diagnoses.length ? `At most four of ${LETTERS[0]} to ${LETTERS[diagnoses.length - 1]}` : "Accept a diagnosis first");
    }
    const chosen = places.map((i) => ({ system: diagnoses[i].system, code: diagnoses[i].code }));
    const modified = said.join() !== line.modifiers.join() || number !== line.units;
    const pointed = chosen.map(key).join() !== line.pointers.map(key).join();
    return onSave({ ...(modified ? { modifiers: said, units: number } : {}), ...(pointed ? { pointers: chosen } : {}) });
  }
  const field = (label, input, hint) => element("div", { class: "field" }, element("label", { for: input.id }, label), input, hint ? element("p", { class: "hint" }, hint) : null);
  const panel = element("form", { class: "ask", "aria-label": `Edit ${line.code}`, novalidate: true },
    element("div", { class: "fields" }, field("Modifiers", modifiers), field("Units", units), field("Points to", pointers)),
    diagnoses.length ? element("div", { class: "toggles" }, ...toggles) : null, fault,
    element("div", { class: "acts" }, element("button", { type: "submit", class: "small primary" }, "Save ", element("kbd", {}, "Enter")), replace, cancel));
  panel.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  panel.focusOn = { modifiers, units, pointers };
  return panel;
}
