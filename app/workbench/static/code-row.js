// One code: its row, and the details that open when it is selected.

import { element } from "./elements.js";
import { toUnits } from "./offsets.js";

const CONTEXT = 42;
const PLAIN = { presence: "present", temporality: "current", experiencer: "patient" };
let made = 0;

/** 0.941 → "94%". Never 0% or 100% for what is neither. */
export function percent(confidence) {
  if (confidence > 0 && confidence < 0.01) return "<1%";
  if (confidence < 1 && confidence > 0.99) return ">99%";
  return `${Math.round(confidence * 100)}%`;
}

/** A list item for `entry`; `text` is the note. `entry.row`, `entry.item`, `entry.quotes` are set. */
export function codeRow(entry, text, { onSelect, onPeek, onEvidence }) {
  const id = `details-${++made}`;
  const meter = element("span");
  meter.style.width = `${Math.max(entry.confidence * 100, 2)}%`;
  entry.row = element(
    "button",
    { type: "button", class: "row", "aria-expanded": "false", "aria-controls": id, onfocus: () => onSelect(entry), onclick: () => onSelect(entry),
      onmouseenter: () => onPeek(entry), onmouseleave: () => onPeek(null) },
    element("span", { class: "id" }, entry.code, entry.system === "ICD-10-CM" ? null : element("small", {}, entry.system)),
    element("span", { class: "title" }, entry.display, entry.reason ? element("small", {}, `${entry.reason} (${entry.rule})`) : null),
    element("span", { class: "confidence", title: `Confidence ${entry.confidence.toFixed(3)}` },
      element("span", { class: "meter", "aria-hidden": "true" }, meter),
      element("b", {}, element("span", { class: "unseen" }, "confidence "), percent(entry.confidence))),
  );
  entry.details = element("div", { class: "details", id, hidden: true });
  entry.fill = () => fill(entry, text, onEvidence);
  entry.item = element("li", { class: "code", "data-code": entry.code }, entry.row, entry.details);
  return entry.item;
}

function fill(entry, text, onEvidence) {
  if (entry.quotes) return;
  const unit = toUnits(text);
  entry.quotes = entry.evidence.map((evidence, number) => quote(text, unit, evidence, () => onEvidence(entry, number)));
  entry.details.append(heading(`Evidence${entry.quotes.length > 1 ? ` (${entry.quotes.length})` : ""}`), ...entry.quotes);
  if (entry.reasons.length) entry.details.append(heading("Why"), element("ul", { class: "facts" }, ...entry.reasons.map((reason) => element("li", {}, sentence(reason)))));
  if (entry.modifiers.length) entry.details.append(heading("Modifiers"), element("p", {}, entry.modifiers.join(", ")));
  if (entry.units > 1) entry.details.append(heading("Units"), element("p", {}, String(entry.units)));
  if (entry.alternatives.length) entry.details.append(heading("Alternatives"), element("ul", { class: "others" }, ...entry.alternatives.map(other)));
}

function quote(text, unit, evidence, onclick) {
  const begin = unit(evidence.begin);
  const end = unit(evidence.end);
  // Cut at spaces, so that neither a word nor an emoji is torn.
  const before = begin > CONTEXT ? text.slice(begin - CONTEXT, begin).replace(/^\S*/, "") : text.slice(0, begin);
  const after = end + CONTEXT < text.length ? text.slice(end, end + CONTEXT).replace(/\S*$/, "") : text.slice(end);
  const place = [evidence.section.replaceAll("_", " "), ...Object.keys(PLAIN).map((axis) => evidence.assertion[axis]).filter((value) => !Object.values(PLAIN).includes(value))];
  return element(
    "button", { type: "button", class: "quote", onclick },
    begin > CONTEXT ? "…" : "", flat(before), element("mark", {}, flat(text.slice(begin, end))), flat(after), end + CONTEXT < text.length ? "…" : "",
    place.some(Boolean) ? element("small", {}, sentence(place.filter(Boolean).join(" · "))) : null,
  );
}

const flat = (words) => words.replace(/\s+/g, " ");
const sentence = (words) => words.charAt(0).toUpperCase() + words.slice(1);
const heading = (words) => element("h5", {}, words);
const other = (alternative) =>
  element("li", {}, element("span", { class: "id" }, alternative.code), element("span", {}, alternative.display),
    element("span", { class: "share" }, alternative.confidence > 0 ? percent(alternative.confidence) : "not weighed"));
