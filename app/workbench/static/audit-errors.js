// One error for every difference: what kind it is, how much it matters, and why.

import { byId, element } from "./elements.js";
import { same } from "./audit-lines.js";

const PAIRED = new Set(byId("item").dataset.paired.split(" "));
const words = (name) => name.replaceAll("_", " ");
const key = (error) => [error.system, error.code, PAIRED.has(error.category) || error.category === "unsupported" ? "whole" : error.category].join(" ");

/** The proposed errors, with what the auditor has already said of the same codes. */
export function merged(proposed, before) {
  const known = new Map(before.map((error) => [key(error), error]));
  const fits = (old, now) => (old.instead === null) === (now.instead === null) && (old.instead === null || same(old.instead, now.instead));
  return proposed.map((now) => {
    const old = known.get(key(now));
    return old && fits(old, now) ? { ...now, category: old.category, grade: old.grade, comment: old.comment } : { ...now, comment: old?.comment ?? "" };
  });
}

export const text = (error) => (error.instead ? `${error.code} → ${error.instead.code}` : error.code);

/** The errors as rows of a form; `change(errors)` is called when one becomes another. */
export function errorsEditor(errors, change) {
  if (errors.length === 0) return element("p", { class: "fine" }, "No difference: every code is as the coder has it.");
  const rows = errors.map((error, i) => {
    const put = (more) => Object.assign(errors[i], more);
    const select = (label, options, value, act) => {
      const node = element("select", { "aria-label": `${label} of ${text(error)}`, onchange: (event) => act(event.target.value) }, ...options);
      node.value = value;
      return node;
    };
    const categories = choices(error, errors).map((name) => element("option", { value: name }, words(name)));
    const grades = [...byId("grades").content.cloneNode(true).children];
    return element("li", { class: "error" },
      element("b", { class: "code" }, text(error)),
      select("Category", categories, error.category, (category) => change(recast(errors, i, category))),
      select("Grade", grades, error.grade, (grade) => put({ grade })),
      element("input", { "aria-label": `Comment on ${text(error)}`, placeholder: "Why, for the coder", maxlength: "2000", value: error.comment, oninput: (event) => put({ comment: event.target.value }) }));
  });
  return element("ul", { class: "errors", "aria-label": "Errors" }, ...rows);
}

function choices(error, errors) {
  if (error.category === "unsupported") return errors.some((other) => other.category === "missed") ? ["unsupported", ...PAIRED] : ["unsupported"];
  return PAIRED.has(error.category) ? ["unsupported", ...PAIRED] : [error.category];
}

/** The errors after one took another category: a pair comes apart, or an unsupported code finds the missed one it stands for. */
function recast(errors, place, category) {
  const error = errors[place];
  const rest = errors.filter((_, i) => i !== place);
  if (PAIRED.has(error.category) && category === "unsupported") {
    return [...rest.slice(0, place), { ...error, category, instead: null }, ...rest.slice(place), { ...error.instead, category: "missed", grade: error.grade, instead: null, comment: "" }];
  }
  if (error.category === "unsupported" && PAIRED.has(category)) {
    const missed = rest.find((other) => other.category === "missed");
    const pair = { ...error, category, instead: { system: missed.system, code: missed.code } };
    return [...rest.slice(0, place), pair, ...rest.slice(place)].filter((other) => other !== missed);
  }
  return errors.map((other, i) => (i === place ? { ...other, category } : other));
}

/** The errors of a judgement as they were said. */
export function errorsShown(errors) {
  if (errors.length === 0) return element("p", {}, "Every code is right.");
  const rows = errors.map((error) => element("li", { class: "error said" },
    element("b", { class: "code" }, text(error)), element("span", { class: "badge", "data-tone": error.grade === "minor" ? "warn" : "bad" }, `${words(error.category)}, ${error.grade}`),
    error.comment ? element("p", {}, error.comment) : null));
  return element("ul", { class: "errors" }, ...rows);
}
