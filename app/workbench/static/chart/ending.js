// The end of a review: finalising with its obstacles, what was finalised, and taking it up again.

import { element } from "../elements.js";

/** The form that sets blocking findings aside; `onOverride(reason)`. */
export function overrideForm(onOverride) {
  const reason = element("input", { type: "text", maxlength: "1000", "aria-label": "Reason to finalise all the same" , placeholder: "Reason to finalise all the same" });
  const form = element("form", { class: "override" }, reason, element("button", { type: "submit", class: "small danger" }, "Finalise with this reason"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (reason.value.trim()) onOverride(reason.value.trim());
  });
  return form;
}

/** The finalised sets and re-openings of a chart; `onReopen(reason)` or null for who may not. */
export function historyOf(encounter, onReopen) {
  const sets = encounter.finalized.map((set) => element("section", { class: "set" },
    element("h3", {}, `Review ${set.version}`),
    element("p", { class: "fine" }, `Finalised by ${set.by} on ${when(set.at)}${set.active_seconds === null ? "" : ` after ${Math.max(1, Math.round(set.active_seconds / 60))} min of work`}`),
    set.override_reason ? element("p", {}, `Overridden: ${set.override_reason}`) : null,
    element("ol", { class: "facts" }, ...set.codes.map((line) => element("li", {}, element("b", {}, [line.code, ...line.modifiers].join("-")), ` ${line.display}`)))));
  const reopened = encounter.reopenings.map((r) => element("p", { class: "fine" }, `Re-opened as review ${r.version} by ${r.by} on ${when(r.at)}: ${r.reason}`));
  const parts = [element("h2", {}, "Finalised"), ...sets, ...reopened];
  if (encounter.status === "finalized" && onReopen) parts.splice(1, 0, reopenForm(onReopen));
  return parts;
}

function reopenForm(onReopen) {
  const reason = element("input", { type: "text", maxlength: "1000", "aria-label": "Reason to re-open the chart", placeholder: "Reason to re-open" });
  const form = element("form", { class: "override" }, reason, element("button", { type: "submit", class: "small" }, "Re-open"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (reason.value.trim()) onReopen(reason.value.trim());
    else reason.focus();
  });
  return form;
}

const when = (at) => new Date(at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
