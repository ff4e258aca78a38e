// The level of the visit: the element table that a coder checks, with the words that support each element.

import { element } from "./elements.js";

const BASIS = { stated: "as the note states", decision_making: "by decision making", time: "by time", service: "by the kind of service", insufficient: "" };
const SHOWN = 4;

/** The panel for `visit`, and an entry for each piece of support, by which the note view lights up its words. */
export function visitPanel(visit, onSupport) {
  const entries = [];
  const support = (words, label, about) => {
    const entry = { kind: "visit", evidence: [{ ...words, assertion: { cues: [] } }] };
    entries.push(entry);
    return element("button", { type: "button", class: "support", title: about, onclick: () => onSupport(entry) }, label);
  };
  const body = element("tbody", {},
    row("Visit", plain(visit.family ?? "not told"), visit.family_evidence.map((words) => support(words, short(words.text), "Tells the kind of visit"))),
    row("Patient", plain(visit.patient_status), visit.patient_status_evidence.map((words) => support(words, short(words.text), "Tells new or established"))),
    ...visit.elements.map(({ element: name, level, supports }) =>
      row(capital(name), level, supports.map((found) => support(found, short(found.name), `${capital(plain(found.kind))}: ${found.text}`)))),
    visit.time ? row("Time", `${visit.time.minutes} min`, [support(visit.time, short(visit.time.text), "Total time")], visit.time.code) : null);
  const chosen = visit.code === null ? "insufficient" : [visit.code, ...visit.modifiers].join("-");
  const why = visit.code === null ? "The note does not support a level." : `${chosen} ${BASIS[visit.basis]}. Decision making is ${visit.decision_making}: two of the three elements decide.`;
  const node = element("section", { class: "group", "data-kind": "visit", "aria-labelledby": "group-visit" },
    element("h3", { id: "group-visit" }, "Visit level", element("span", { class: "total" }, chosen)),
    element("p", { class: "about" }, why),
    element("table", { class: "visit" },
      element("thead", { class: "unseen" }, element("tr", {}, ...["Element", "Level", "Words that support it"].map((name) => element("th", { scope: "col" }, name)))), body),
    notes(visit));
  return { node, entries };
}

function row(name, level, supports, code = null) {
  const cell = element("td", {}, ...supports.slice(0, SHOWN));
  const rest = supports.slice(SHOWN);
  if (rest.length) {
    const more = element("button", { type: "button", class: "support rest", onclick: () => more.replaceWith(...rest) }, `${rest.length} more`);
    cell.append(more);
  }
  return element("tr", {}, element("th", { scope: "row" }, name), element("td", { "data-level": level }, code ? `${level}, ${code}` : level), cell);
}

function notes(visit) {
  const lines = [
    ...visit.missing.map((missing) => `Missing: ${missing}`),
    ...visit.further.map((line) => `Beside it: ${named(line)}`),
    ...visit.other_payers.map((line) => `Other payers: ${named(line)}`),
    ...visit.remarks,
  ];
  return lines.length ? element("ul", { class: "facts visit-notes" }, ...lines.map((line) => element("li", {}, line))) : null;
}

function named(line) {
  return `${[line.code, ...line.modifiers].join("-")}${line.units > 1 ? ` × ${line.units}` : ""} (${line.why})`;
}

function plain(name) {
  return name.replaceAll("_", " ");
}

function capital(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function short(words) {
  const one = words.split(/\s+/).join(" ");
  return one.length > 34 ? `${one.slice(0, 32)}…` : one;
}
