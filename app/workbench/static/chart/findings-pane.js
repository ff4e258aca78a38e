// What speaks against the codes as they are decided now, hardest first, each with its source and what mends it.

import { element } from "../elements.js";
import { key } from "./fold.js";

const WORDS = { block: "Blocks", warn: "Check", info: "Note" };
const HARDNESS = ["block", "warn", "info"];

/** A finding; `acts`: select(code), repair(finding, plan), query(finding), readOnly(); `plan`: what would mend it, see repairs.js. */
export function findingNode(finding, plan, acts, { codes = true } = {}) {
  const buttons = acts.readOnly() ? [] : [
    ...plan.map((choice) => element("button", { type: "button", class: "small", "data-repair": finding.rule, onclick: () => acts.repair(finding, choice) }, choice.label)),
    finding.query ? element("button", { type: "button", class: "small", onclick: () => acts.query(finding) }, "Query the physician") : null,
  ].filter(Boolean);
  return element("div", { class: "finding", "data-severity": finding.severity, "data-rule": finding.rule },
    element("span", { class: "severity" }, WORDS[finding.severity]),
    element("div", {},
      element("p", {}, ...(codes ? linked(finding, acts) : [finding.message])),
      element("small", {}, finding.citation),
      buttons.length ? element("div", { class: "acts" }, ...buttons) : null));
}

/** The message with its codes as links; a code that it does not name stands before it. */
function linked(finding, acts) {
  const link = (code) => element("button", { type: "button", class: "link", onclick: () => acts.select(code) }, code.code);
  const codes = new Map(finding.codes.map((code) => [code.code, code]));
  const parts = finding.message.split(/([A-Z0-9][A-Z0-9.]{2,8})/).map((part) => [part, codes.get(part.replace(/\.$/, ""))]);
  const named = new Set(parts.map(([, code]) => code));
  const before = finding.codes.filter((code) => !named.has(code)).flatMap((code) => [link(code), " "]);
  return [...before, ...parts.flatMap(([part, code]) => (code ? [link(code), part.slice(code.code.length)] : [part]))];
}

export class FindingsPane {
  #box;
  #acts;

  constructor(box, acts) {
    this.#box = box;
    this.#acts = acts;
  }

  /** `begun`: whether a code was accepted; before, it goes without saying that none is. */
  show(found, { begun }) {
    const kept = found.findings.filter((finding) => begun || finding.rule !== "no-diagnosis").sort((a, b) => HARDNESS.indexOf(a.severity) - HARDNESS.indexOf(b.severity));
    const focused = this.#box.contains(document.activeElement);
    this.#box.replaceChildren(
      ...kept.map((finding) => findingNode(finding, this.#acts.plan(finding), this.#acts)),
      ...(kept.length === 0 ? [element("p", { class: "fine" }, "Nothing speaks against the codes that are accepted so far.")] : []),
      ...unchecked(found.not_checked));
    if (focused) this.#box.querySelector("button")?.focus({ preventScroll: true });
    return kept.length;
  }

  focus() {
    const first = this.#box.querySelector("button, summary");
    if (first) first.focus();
    return first !== null;
  }
}

/** Rules that had no data: no data is not a pass. */
function unchecked(found) {
  if (found.length === 0) return [];
  return [element("details", { class: "unchecked" }, element("summary", {}, `${found.length} ${found.length === 1 ? "rule was" : "rules were"} not checked`),
    element("ul", { class: "facts" }, ...found.map((finding) => element("li", {}, `${finding.rule}: ${finding.message}`))))];
}

/** How many findings block, by code too. */
export function blocking(found) {
  return found.findings.filter((finding) => finding.severity === "block");
}

export const about = (found, code) => found.findings.filter((finding) => finding.codes.some((each) => key(each) === key(code)));
