// Promotes, rolls back, compares and trains, and follows a run that is under way.

import { call } from "./api.js";
import { byId, element } from "./elements.js";

const LOOK_MILLISECONDS = 2000;
const ACTS = {
  "roll-back": ({ bundle }) => [`/v1/models/${bundle}/promotion`, { method: "DELETE" }],
  shadow: ({ bundle }) => [`/v1/models/${bundle}/shadow`, { method: "PUT" }],
  unshadow: ({ bundle }) => [`/v1/models/${bundle}/shadow`, { method: "DELETE" }],
  compare: ({ bundle }) => ["/v1/training-runs", { method: "POST", body: { compare: bundle } }],
  train: () => ["/v1/training-runs", { method: "POST", body: {} }],
  cancel: ({ run }) => [`/v1/training-runs/${run}/cancellation`, { method: "POST" }],
};

function refuse(place, problem) {
  place.textContent = problem.detail ?? String(problem);
  place.hidden = false;
}

for (const button of document.querySelectorAll("[data-act]")) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const { act, ...about } = button.dataset;
      const answer = await call(...ACTS[act](about));
      if (act === "compare" || act === "train") location.assign(`/training-runs/${answer.id}`);
      else location.reload();
    } catch (problem) {
      button.disabled = false;
      refuse(byId("problem"), problem);
    }
  });
}

const dialog = byId("promotion");
byId("promote")?.addEventListener("click", () => dialog.showModal());
dialog?.querySelector("[data-close]").addEventListener("click", () => dialog.close());
dialog?.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const { bundle, champion } = form.dataset;
  try {
    await call(`/v1/models/${bundle}/promotion`, { method: "POST", body: { champion: champion || null, override: form.elements.override?.value.trim() ?? "" } });
    location.reload();
  } catch (problem) {
    refuse(form.querySelector(".field-error"), problem);
  }
});

const steps = byId("steps");
let after = Number(steps?.dataset.after ?? 0);

async function follow() {
  try {
    const run = await call(`/v1/training-runs/${steps.dataset.run}?after=${after}`);
    if (!["queued", "running"].includes(run.status)) return location.reload();
    for (const step of steps.children) {
      if (step.dataset.step === run.step) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    }
    byId("share").value = run.share;
    byId("says").textContent = run.cancel_requested ? "will be cancelled" : run.status === "queued" ? "waits for a worker: chartcoder worker" : "";
    for (const line of run.log) {
      after = line.sequence;
      byId("lines").append(element("li", {}, element("time", { datetime: line.at }, line.at.slice(11, 19)), " ", element("span", {}, line.text)));
    }
  } catch (problem) {
    refuse(byId("problem"), problem);
  }
  setTimeout(follow, LOOK_MILLISECONDS);
  return null;
}

if (steps) setTimeout(follow, LOOK_MILLISECONDS);
