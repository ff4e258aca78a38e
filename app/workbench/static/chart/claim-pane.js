// The claim as it comes to be: diagnoses with their letters, services with modifiers, units and pointers, in an order that
// is changed by drag, by buttons and by keys.

import { element } from "../elements.js";
import { LETTERS } from "./editor.js";
import { isService, key, same } from "./fold.js";

export class ClaimPane {
  #box;
  #acts;
  #dragged = null;

  /** `acts`: select(line), edit(line, field), order(codes), readOnly(). */
  constructor(box, acts) {
    this.#box = box;
    this.#acts = acts;
  }

  show(book) {
    const focused = this.#box.contains(document.activeElement) ? document.activeElement.dataset.act : null;
    const billed = book.billed;
    const diagnoses = billed.filter((line) => !isService(line));
    const services = billed.filter(isService);
    if (billed.length === 0) {
      this.#box.replaceChildren(element("p", { class: "fine" }, "Accepted codes stand here in the order of the claim."));
      return;
    }
    const parts = [];
    if (diagnoses.length) parts.push(element("ol", { class: "claim", "aria-label": "Diagnoses" }, ...diagnoses.map((line, i) => this.#diagnosis(line, i, diagnoses, billed))));
    if (services.length) parts.push(element("ol", { class: "claim services", "aria-label": "Services" }, ...services.map((line, i) => this.#service(line, i, services, diagnoses, billed))));
    this.#box.replaceChildren(...parts);
    if (focused) this.#box.querySelector(`[data-act="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  /** The codes of the claim with one of them `step` places on among its kind; null where it can't go. */
  static moved(billed, line, step) {
    const kind = billed.filter((other) => isService(other) === isService(line));
    const at = kind.findIndex((other) => same(other, line));
    if (at < 0 || !kind[at + step]) return null;
    [kind[at], kind[at + step]] = [kind[at + step], kind[at]];
    return ordered(billed, kind, line);
  }

  #diagnosis(line, i, kind, billed) {
    return this.#item(line, i, kind, billed, [element("b", { class: "letter" }, LETTERS[i] ?? "·"), this.#name(line)], null);
  }

  #service(line, i, kind, diagnoses, billed) {
    const letters = line.pointers.map((code) => LETTERS[diagnoses.findIndex((d) => same(d, code))]).join(" ");
    const part = (field, text, title) => element("button", { type: "button", class: "part-of", "data-act": `${field} ${key(line)}`, disabled: this.#acts.readOnly(), onclick: () => this.#acts.edit(line, field) },
      element("span", { class: "unseen" }, `${title} of ${line.code}: `), text);
    const facts = element("span", { class: "facts-of" },
      part("modifiers", line.modifiers.length ? line.modifiers.join(" ") : "no modifier", "Modifiers"), part("units", `× ${line.units}`, "Units"),
      part("pointers", letters ? `→ ${letters}` : "→ no diagnosis", "Points to"));
    return this.#item(line, i, kind, billed, [element("b", { class: "letter" }, String(i + 1)), this.#name(line)], facts);
  }

  #name(line) {
    return element("button", { type: "button", class: "named", "data-act": `select ${key(line)}`, onclick: () => this.#acts.select(line) }, element("span", { class: "id" }, line.code), " ", element("span", { class: "title" }, line.display));
  }

  #item(line, i, kind, billed, parts, facts) {
    const move = (step, label, sign) => element("button", { type: "button", class: "icon quiet small", "aria-label": `${label} ${line.code}`, "data-act": `${label} ${key(line)}`, disabled: !kind[i + step],
      onclick: () => this.#acts.order(ClaimPane.moved(billed, line, step), line) }, sign);
    const node = element("li", { "data-code": line.code, draggable: String(!this.#acts.readOnly()) }, ...parts,
      this.#acts.readOnly() ? null : element("span", { class: "moves" }, move(-1, "Move up", "↑"), move(1, "Move down", "↓")), facts);
    if (!this.#acts.readOnly()) this.#drag(node, line, kind, billed);
    return node;
  }

  #drag(node, line, kind, billed) {
    node.addEventListener("dragstart", (event) => {
      this.#dragged = line;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", line.code);
    });
    node.addEventListener("dragend", () => { this.#dragged = null; });
    const here = () => this.#dragged && !same(this.#dragged, line) && isService(this.#dragged) === isService(line);
    node.addEventListener("dragover", (event) => {
      if (!here()) return;
      event.preventDefault();
      node.dataset.over = "true";
    });
    node.addEventListener("dragleave", () => { delete node.dataset.over; });
    node.addEventListener("drop", (event) => {
      delete node.dataset.over;
      if (!here()) return;
      event.preventDefault();
      const dragged = this.#dragged;
      const from = kind.findIndex((other) => same(other, dragged));
      const to = kind.findIndex((other) => same(other, line));
      const next = kind.filter((other) => !same(other, dragged));
      next.splice(to > from ? next.findIndex((other) => same(other, line)) + 1 : next.findIndex((other) => same(other, line)), 0, dragged);
      this.#acts.order(ordered(billed, next, dragged), dragged);
    });
  }
}

function ordered(billed, kind, line) {
  const others = billed.filter((other) => isService(other) !== isService(line));
  const all = isService(line) ? [...others, ...kind] : [...kind, ...others];
  return all.map(({ system, code }) => ({ system, code }));
}
