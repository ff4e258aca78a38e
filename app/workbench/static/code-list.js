// The codes in their groups, with one of them selected.

import { codeRow } from "./code-row.js";
import { element } from "./elements.js";
import { visitPanel } from "./visit-panel.js";

const SHOWN = { codes: Infinity, candidates: 6, suppressed: 6 };
const GROUPS = [
  ["codes", "Codes to bill", "At or above the bundle's threshold, and no rule against them."],
  ["candidates", "Candidates", "Seen in the note, but not to be billed as they stand."],
  ["suppressed", "Suppressed", "A rule kept these back."],
];
const KINDS = [["Diagnoses", (system) => system === "ICD-10-CM"], ["Procedures, drugs and supplies", (system) => system !== "ICD-10-CM"]];

export class CodeList {
  #box;
  #view;
  #selected = null;
  #number = 0;
  #entries = [];

  constructor(box, view) {
    this.#box = box;
    this.#view = view;
  }

  /** Show an answer of the service for `text`; returns all entries in the order of the list, and last what lights up the words of the visit. */
  show(answer, text) {
    this.#selected = null;
    this.#entries = [];
    const sections = GROUPS.map(([kind, title, about]) => this.#group(kind, title, about, answer[kind].map((entry) => ({ ...entry, kind })), text));
    const visit = answer.evaluation_management && visitPanel(answer.evaluation_management, (entry) => this.#view.light(entry));
    this.#box.replaceChildren(...[...claim(answer.claim), sections[0], visit?.node, ...sections.slice(1), ...findings(answer.findings), ...unchecked(answer.not_checked)].filter(Boolean));
    if (this.#entries.length === 0) {
      this.#box.prepend(element("div", { class: "empty" }, element("p", { class: "lead" }, "Nothing in this note can be coded."),
        element("p", {}, "No words of it match a diagnosis, procedure or supply. If it should, tell whoever keeps the phrasebook.")));
    } else if (answer.codes.length === 0) {
      this.#box.prepend(element("div", { class: "empty" }, element("p", { class: "lead" }, "No code is sure enough to bill."),
        element("p", {}, "Look through the candidates below.")));
    }
    return visit ? [...this.#entries, ...visit.entries] : this.#entries;
  }

  /** Select an entry: open its details and light up piece `number` of its evidence. */
  select(entry, number = 0) {
    if (entry === this.#selected && number === this.#number) return;
    if (this.#selected && this.#selected !== entry) this.#mark(this.#selected, false);
    this.#selected = entry;
    this.#number = number;
    this.#mark(entry, true);
    entry.quotes.forEach((quote, i) => quote.setAttribute("aria-current", String(i === number)));
    this.#view.light(entry, { number });
  }

  /** Move by `step` rows and focus the row; the first row when none is selected. */
  move(step) {
    const rows = this.#entries.filter((entry) => entry.item.offsetParent !== null);
    if (rows.length === 0) return;
    const at = rows.indexOf(this.#selected);
    const next = rows[at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1)];
    next.row.focus({ preventScroll: true });
    next.item.scrollIntoView({ block: "nearest" });
  }

  /** Light up the next piece of evidence of the selected code. */
  nextEvidence() {
    if (this.#selected) this.select(this.#selected, (this.#number + 1) % this.#selected.evidence.length);
  }

  focus(entry, number) {
    entry.row.focus({ preventScroll: true });
    this.select(entry, number);
    entry.item.scrollIntoView({ block: "nearest" });
  }

  #mark(entry, on) {
    if (on) entry.fill();
    entry.item.dataset.selected = String(on);
    entry.row.setAttribute("aria-expanded", String(on));
    entry.details.hidden = !on;
  }

  #group(kind, title, about, entries, text) {
    if (entries.length === 0) return null;
    const id = `group-${kind}`;
    const section = element("section", { class: "group", "data-kind": kind, "aria-labelledby": id },
      element("h3", { id }, title, element("span", { class: "total" }, String(entries.length))), element("p", { class: "about" }, about));
    const parts = kind === "codes" ? KINDS.map(([name, is]) => [name, entries.filter((entry) => is(entry.system))]) : [[null, entries]];
    for (const [name, part] of parts) {
      if (part.length === 0) continue;
      if (name) section.append(element("h4", {}, name));
      section.append(this.#list(part, text, SHOWN[kind]));
    }
    return section;
  }

  #list(entries, text, shown) {
    const acts = { onSelect: (entry) => this.select(entry, entry === this.#selected ? this.#number : 0), onPeek: (entry) => this.#peek(entry),
      onEvidence: (entry, number) => this.select(entry, number) };
    const items = entries.map((entry) => codeRow(entry, text, acts));
    this.#entries.push(...entries);
    const list = element("ul", { class: "list" }, ...items);
    const rest = items.slice(shown);
    if (rest.length === 0) return list;
    rest.forEach((item) => { item.hidden = true; });
    const more = element("button", { type: "button", class: "quiet more", onclick: () => {
      rest.forEach((item) => { item.hidden = false; });
      more.remove();
      entries[shown].row.focus();
    } }, `Show ${rest.length} more`);
    const holder = element("div", {}, list, more);
    return holder;
  }

  #peek(entry) {
    if (entry === null || entry === this.#selected) this.#view.light(null, { peek: true });
    else this.#view.light(entry, { peek: true });
  }
}

function findings(found) {
  if (found.length === 0) return [];
  return [element("section", { class: "group", "data-kind": "findings", "aria-labelledby": "group-findings" },
    element("h3", { id: "group-findings" }, "Findings", element("span", { class: "total" }, String(found.length))),
    ...found.map((finding) => element("div", { class: "finding", "data-severity": finding.severity },
      element("span", { class: "severity" }, { block: "Blocks", warn: "Check", info: "Note" }[finding.severity]),
      element("span", {}, finding.codes.length ? `${finding.codes.map((code) => code.code).join(", ")}: ${finding.message}` : finding.message),
      element("small", {}, finding.citation))))];
}

/** The set to bill in claim order, each service with the diagnoses it points to. */
function claim(found) {
  if (!found || (found.diagnoses.length === 0 && found.procedures.length === 0)) return [];
  const service = (line) => [[line.code, ...line.modifiers].join("-"), line.units > 1 ? ` × ${line.units}` : "", line.pointers.length ? ` for ${line.pointers.join(", ")}` : ""].join("");
  return [element("section", { class: "group", "data-kind": "claim", "aria-labelledby": "group-claim" },
    element("h3", { id: "group-claim" }, "Claim order"),
    element("ol", { class: "facts" }, ...found.diagnoses.map((code) => element("li", {}, code))),
    element("ul", { class: "facts" }, ...found.procedures.map((line) => element("li", {}, service(line)))))];
}

/** Rules that had no data: no data is not a pass. */
function unchecked(found) {
  if (found.length === 0) return [];
  return [element("details", { class: "group", "data-kind": "unchecked" },
    element("summary", {}, `${found.length} ${found.length === 1 ? "rule was" : "rules were"} not checked`),
    element("ul", { class: "facts" }, ...found.map((finding) => element("li", {}, `${finding.rule}: ${finding.message}`))))];
}
