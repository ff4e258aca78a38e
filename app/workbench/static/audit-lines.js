// The auditor's codes in claim order: moving, striking, and what belongs to a service line.

import { element } from "./elements.js";

export const same = (a, b) => a.system === b.system && a.code === b.code;
export const service = (line) => line.system !== "ICD-10-CM";
/** A line as the interface takes it. */
export const sent = ({ system, code, modifiers = [], units = 1, pointers = [], words = [] }) => ({ system, code, modifiers, units, pointers, words });

/** Diagnoses before services; a service points only to diagnoses that are there. */
export function ordered(lines) {
  const diagnoses = lines.filter((line) => !service(line));
  const held = (ref) => diagnoses.some((line) => same(line, ref));
  return [...diagnoses, ...lines.filter(service).map((line) => ({ ...line, pointers: (line.pointers ?? []).filter(held) }))];
}

function moved(lines, place, step) {
  const found = [...lines];
  [found[place], found[place + step]] = [found[place + step], found[place]];
  return ordered(found);
}

/** The list; `change(lines)` is called with what it became. */
export function linesEditor(lines, change, look) {
  const items = lines.map((line, i) => {
    const put = (more) => change(lines.map((other, n) => (n === i ? { ...other, ...more } : other)));
    const button = (name, act, off) => element("button", { type: "button", class: "quiet small", "aria-label": `${name} ${line.code}`, disabled: off, onclick: act }, { "Move up": "↑", "Move down": "↓", Strike: "Strike" }[name]);
    const kind = (n) => n >= 0 && n < lines.length && service(lines[n]) === service(line);
    return element("li", { class: "line" },
      element("div", { class: "line-head" },
        element("button", { type: "button", class: "code quiet", onclick: () => look(line) }, line.code), element("span", { class: "display" }, line.display ?? ""),
        button("Move up", () => change(moved(lines, i, -1)), !kind(i - 1)), button("Move down", () => change(moved(lines, i, 1)), !kind(i + 1)),
        button("Strike", () => change(ordered(lines.filter((_, n) => n !== i))))),
      service(line) ? detail(line, lines.filter((other) => !service(other)), put) : null);
  });
  return element("ol", { class: "lines", "aria-label": "Your codes in claim order" }, ...items);
}

function detail(line, diagnoses, put) {
  const id = `line-${line.code}`;
  const modifiers = element("input", {
    id: `${id}-modifiers`, value: (line.modifiers ?? []).join(" "), maxlength: "11", autocomplete: "off",
    onchange: (event) => put({ modifiers: event.target.value.toUpperCase().split(/[\s,]+/).filter(Boolean) }),
  });
  const units = element("input", { id: `${id}-units`, type: "number", min: "1", max: "999", value: line.units ?? 1, onchange: (event) => put({ units: Math.max(1, Number(event.target.value) || 1) }) });
  const held = (ref) => (line.pointers ?? []).some((other) => same(other, ref));
  const boxes = diagnoses.map((ref) => element("label", { class: "check" }, element("input", {
    type: "checkbox", checked: held(ref),
    onchange: (event) => put({ pointers: event.target.checked ? [...(line.pointers ?? []), { system: ref.system, code: ref.code }] : line.pointers.filter((other) => !same(other, ref)) }),
  }), ref.code));
  return element("div", { class: "fields service" },
    element("div", { class: "field narrow" }, element("label", { for: modifiers.id }, "Modifiers"), modifiers),
    element("div", { class: "field narrow" }, element("label", { for: units.id }, "Units"), units),
    element("fieldset", { class: "field pointers" }, element("legend", {}, `${line.code} points to`), ...boxes));
}
