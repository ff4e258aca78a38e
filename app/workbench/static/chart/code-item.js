// One code of the chart: its row, and the details that open when it is selected.

import { percent } from "../code-row.js";
import { element } from "../elements.js";
import { isService, key } from "./fold.js";

export const REASONS = [
  ["not_documented", "Not documented"],
  ["ruled_out", "Ruled out or denied"],
  ["history_only", "History only"],
  ["wrong_code", "Wrong code"],
  ["not_specific", "Not specific enough"],
  ["integral", "Integral to another code"],
  ["not_treated", "Not treated or assessed"],
  ["not_performed", "Not performed"],
  ["other", "Other"],
];
const REASON = new Map(REASONS);
const STATE = { open: "Open", accepted: "Accepted", rejected: "Rejected" };
const SIGN = { open: "", accepted: "✓", rejected: "✕" };
const PLAIN = ["present", "current", "patient"];
const SHOWN_ALTERNATIVES = 9;
let made = 0;

export class CodeItem {
  #signature = null;

  /** `acts`: select(code), evidence(code, i), and what buttons do; `keyFor(name)`: a <kbd> for an action. */
  constructor(acts, keyFor) {
    this.acts = acts;
    this.keyFor = keyFor;
    this.number = 0;
    const id = `code-${++made}`;
    this.row = element("button", { type: "button", class: "row", "aria-expanded": "false", "aria-controls": id, onclick: () => acts.select(this.line), onfocus: () => acts.select(this.line) });
    this.details = element("div", { class: "details", id, hidden: true });
    this.node = element("li", { class: "code" }, this.row, this.details);
  }

  /** Show a line; `told` are reasons and assertions of its suggestion, `findings` those that name it. */
  update(line, told, findings) {
    this.line = line;
    const signature = JSON.stringify([line, findings, told?.reasons, this.acts.readOnly()]);
    if (signature === this.#signature) return;
    this.#signature = signature;
    this.told = told;
    this.findings = findings;
    Object.assign(this.node.dataset, { code: line.code, state: line.state, origin: line.origin });
    this.row.replaceChildren(...this.#row());
    if (!this.details.hidden) this.fill();
  }

  select(on) {
    this.node.dataset.selected = String(on);
    this.row.setAttribute("aria-expanded", String(on));
    if (on) this.row.setAttribute("aria-current", "true");
    else this.row.removeAttribute("aria-current");
    this.details.hidden = !on;
    if (on) this.fill();
  }

  /** Put `panel` (reasons, editor) in the place of the buttons; null brings them back. */
  ask(panel) {
    this.asked = panel;
    this.fill();
  }

  #row() {
    const line = this.line;
    const worst = ["block", "warn", "info"].find((severity) => this.findings.some((f) => f.severity === severity));
    const flags = [
      line.auto ? element("span", { class: "flag", title: `At least ${Math.round(100 * line.auto.target)} % of such codes are right, by certificate ${line.auto.certificate}` }, "Certified") : null,
      line.modifiers.length ? element("span", { class: "flag" }, line.modifiers.join(" ")) : null,
      line.units > 1 ? element("span", { class: "flag" }, `× ${line.units}`) : null,
      worst ? element("span", { class: "flag", "data-severity": worst }, { block: "Blocks", warn: "Check", info: "Note" }[worst]) : null,
    ];
    return [
      element("span", { class: "state" }, element("span", { "aria-hidden": "true" }, SIGN[line.state]), element("span", { class: "unseen" }, `${STATE[line.state]}. `)),
      element("span", { class: "id" }, line.code),
      element("span", { class: "title" }, line.display, ...flags, this.#under()),
      line.confidence === null ? element("span", { class: "confidence" }) : element("span", { class: "confidence", title: `Confidence ${line.confidence.toFixed(3)}` },
        meter(line.confidence), element("b", {}, element("span", { class: "unseen" }, "confidence "), percent(line.confidence))),
    ];
  }

  #under() {
    const line = this.line;
    if (line.replaced_by) return element("small", {}, `Replaced by ${line.replaced_by.code}`);
    if (line.reject_reason) return element("small", {}, REASON.get(line.reject_reason));
    if (line.replaces) return element("small", {}, `In place of ${line.replaces.code}`);
    if (line.rule && line.state === "open") return element("small", { class: "ruled" }, `${line.reason} (${line.rule})`);
    return null;
  }

  fill() {
    const focused = this.details.contains(document.activeElement);
    const parts = [...this.#findings(), ...this.#alternatives(), ...this.#evidence(), ...this.#reasons(), this.asked ? null : this.#buttons()].filter(Boolean);
    if (this.asked && this.details.firstChild === this.asked) {
      // Who types in the panel goes on typing in it.
      while (this.asked.nextSibling) this.asked.nextSibling.remove();
      this.details.append(...parts);
      return;
    }
    this.details.replaceChildren(...[this.asked, ...parts].filter(Boolean));
    if (focused) this.row.focus({ preventScroll: true });
  }

  #buttons() {
    const { acts, line, keyFor } = this;
    if (acts.readOnly()) return null;
    const act = (name, label) => element("button", { type: "button", class: "small", onclick: () => acts[name](line) }, label, keyFor(name));
    return element("div", { class: "acts" }, act("edit", isService(line) ? "Edit" : "Replace"), isService(line) ? act("point", "Pointers") : null, act("query", "Query"));
  }

  #findings() {
    return this.findings.map((finding) => this.acts.finding(finding));
  }

  #alternatives() {
    const { line, acts } = this;
    // While a digit means a reason, it can't mean an alternative.
    if (line.alternatives.length === 0 || this.asked?.take) return [];
    const offered = line.alternatives.slice(0, SHOWN_ALTERNATIVES).map((other, i) =>
      element("li", {}, element("button", { type: "button", class: "other", disabled: acts.readOnly(), onclick: () => acts.alternative(line, i) },
        element("kbd", {}, String(i + 1)), element("span", { class: "id" }, other.code), element("span", { class: "title" }, other.display),
        element("span", { class: "share" }, other.confidence > 0 ? percent(other.confidence) : ""))));
    return [heading("Alternatives"), element("ul", { class: "others" }, ...offered)];
  }

  #evidence() {
    const { line, acts } = this;
    const quotes = line.evidence.map((place, i) => {
      const said = this.told?.assertions.get(`${place.note} ${place.version} ${place.begin} ${place.end}`);
      const about = said ? [said.section.replaceAll("_", " "), ...[said.presence, said.temporality, said.experiencer].filter((value) => !PLAIN.includes(value))].filter(Boolean).join(" · ") : "";
      return element("button", { type: "button", class: "quote", "aria-current": String(i === this.number), onclick: () => acts.evidence(line, i) },
        element("mark", {}, short(acts.quote(place))), about ? element("small", {}, about) : null);
    });
    return quotes.length ? [heading(quotes.length > 1 ? `Evidence (${quotes.length})` : "Evidence"), element("div", { class: "quotes" }, ...quotes)] : [];
  }

  #reasons() {
    const reasons = this.told?.reasons ?? [];
    return reasons.length ? [heading("Why"), element("ul", { class: "facts" }, ...reasons.map((reason) => element("li", {}, reason.charAt(0).toUpperCase() + reason.slice(1))))] : [];
  }
}

/** Key → what was told of the suggestion, over all notes of a basis. */
export function toldOf(basis) {
  const told = new Map();
  for (const note of basis.notes) {
    for (const suggestion of note.suggestions) {
      const kept = told.get(key(suggestion)) ?? { reasons: [], assertions: new Map(), cues: [] };
      for (const reason of suggestion.reasons) if (!kept.reasons.includes(reason)) kept.reasons.push(reason);
      for (const e of suggestion.evidence) {
        kept.assertions.set(`${note.note} ${note.version} ${e.begin} ${e.end}`, { section: e.section, ...e.assertion });
        kept.cues.push(...e.assertion.cues.map((cue) => ({ note: note.note, version: note.version, begin: cue.begin, end: cue.end, cue: true })));
      }
      told.set(key(suggestion), kept);
    }
  }
  return told;
}

function meter(confidence) {
  const filled = element("span");
  filled.style.width = `${Math.max(confidence * 100, 2)}%`;
  return element("span", { class: "meter", "aria-hidden": "true" }, filled);
}

const heading = (text) => element("h4", {}, text);
const short = (words) => (words.length > 160 ? `${words.slice(0, 155).replace(/\S*$/, "")}…` : words);
