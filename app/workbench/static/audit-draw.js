// Drawing a sample: the form as a request.

import { Problem, call } from "./api.js";
import { byId } from "./elements.js";

const dialog = byId("draw");
const form = byId("draw-form");

function fill() {
  const byRule = form.elements.kind.value === "rule";
  byId("rule").hidden = !byRule;
  const telling = byRule && ["code", "least", "most"].some((name) => form.elements[name].value !== "");
  form.elements.blind.disabled = telling;
  if (telling) form.elements.blind.checked = false;
}

/** The day after `day`, since times end before a moment; both as 2026-05-04. */
function dayAfter(day) {
  const next = new Date(`${day}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString();
}

function plan() {
  const given = Object.fromEntries(new FormData(form));
  const rule = {};
  if (given.finalized_from) rule.finalized_from = `${given.finalized_from}T00:00:00Z`;
  if (given.finalized_to) rule.finalized_before = dayAfter(given.finalized_to);
  if (given.kind === "rule") {
    if (given.coder) rule.coder = given.coder;
    if (given.setting) rule.settings = [given.setting];
    if (given.code) rule.code = given.code.trim();
    if (given.least) rule.least_confidence = Number(given.least);
    if (given.most) rule.most_confidence = Number(given.most);
    if (given.overridden) rule.overridden = given.overridden === "yes";
  }
  const size = given.unit === "percent" ? { share: Number(given.size) / 100 } : { charts: Number(given.size) };
  return { name: given.name.trim(), kind: given.kind, ...size, rule, blind: form.elements.blind.checked, auditor: given.auditor };
}

async function draw(event) {
  event.preventDefault();
  const error = byId("draw-error");
  error.hidden = true;
  try {
    const sample = await call("/v1/audit-samples", { method: "POST", body: plan() });
    location.assign(`/audit/${sample.id}`);
  } catch (failure) {
    error.textContent = failure instanceof Problem ? failure.detail : "The sample could not be drawn: try again";
    error.hidden = false;
  }
}

if (dialog) {
  byId("draw-open").addEventListener("click", () => dialog.showModal());
  byId("draw-close").addEventListener("click", () => dialog.close());
  form.addEventListener("input", fill);
  form.addEventListener("submit", draw);
  fill();
}
