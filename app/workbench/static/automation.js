// Switching, revoking and taking back, each with a reason.
import { call } from "./api.js";
import { byId } from "./elements.js";

const dialog = byId("why");
const reason = byId("why-reason");
const error = byId("why-error");
let act = null;

const TASKS = {
  on: (of) => ({
    title: `Switch on: ${of.name}`,
    text: "From now on charts whose suggested codes are all certified and switched on are finalised without a person. Codes that are missing are not covered.",
    go: "Switch on",
    run: (why) => call(slicePath(of), { method: "PUT", body: { on: true, reason: why } }),
  }),
  off: (of) => ({
    title: `Switch off: ${of.name}`,
    text: "Charts go to a person again. What was finalised stays.",
    go: "Switch off",
    run: (why) => call(slicePath(of), { method: "PUT", body: { on: false, reason: why } }),
  }),
  revoke: (of) => ({
    title: `Revoke: ${of.name}`,
    text: "The certificate ends for good and its slice is switched off. What was finalised stays.",
    go: "Revoke",
    run: (why) => call(`/v1/certificates/${of.id}/revocation`, { method: "POST", body: { reason: why } }),
  }),
  reopen: (of) => ({
    title: `Re-open charts: ${of.name}`,
    text: `Up to ${of.charts} charts that were finalised without a person go back to the worklist.`,
    go: "Re-open",
    run: (why) => call(`/v1/certificates/${of.id}/reopening`, { method: "POST", body: { reason: why } }),
  }),
};

TASKS.audit = () => ({
  title: "Send drawn charts to an auditor",
  text: "A random share of the charts that were finalised without a person is drawn for an audit. Those that nobody audited yet go to one auditor as a sample, to be coded blind.",
  label: "Name of the auditor",
  go: "Send",
  run: (auditor) => call("/v1/automation/audits", { method: "POST", body: { auditor } }),
});

const slicePath = (of) => `/v1/automation/slices/${[of.system, of.setting, of.family].map(encodeURIComponent).join("/")}`;

document.querySelector("main").addEventListener("click", ({ target }) => {
  const button = target.closest("[data-do]");
  if (button === null) return;
  act = TASKS[button.dataset.do](button.closest("[data-id]").dataset);
  byId("why-title").textContent = act.title;
  byId("why-text").textContent = act.text;
  byId("why-label").textContent = act.label ?? "Reason";
  byId("why-go").textContent = act.go;
  reason.value = "";
  error.hidden = true;
  dialog.showModal();
});

byId("why-cancel").addEventListener("click", () => dialog.close());

byId("why-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const go = byId("why-go");
  go.disabled = true;
  try {
    await act.run(reason.value.trim());
    location.reload();
  } catch (problem) {
    error.textContent = problem.message;
    error.hidden = false;
  } finally {
    go.disabled = false;
  }
});

const LOOK_MILLISECONDS = 2000;
const certify = byId("certify");

function refuse(problem) {
  byId("problem").textContent = problem.message;
  byId("problem").hidden = false;
}

certify?.addEventListener("click", async () => {
  certify.disabled = true;
  try {
    await call("/v1/certifications", { method: "POST", body: {} });
    location.reload();
  } catch (problem) {
    certify.disabled = false;
    refuse(problem);
  }
});

async function follow(id) {
  try {
    const run = await call(`/v1/training-runs/${id}`);
    // A form that is being filled in is not taken away.
    if (!["queued", "running"].includes(run.status) && !dialog.open) return location.reload();
  } catch (problem) {
    refuse(problem);
  }
  setTimeout(follow, LOOK_MILLISECONDS, id);
  return null;
}

for (const row of document.querySelectorAll("[data-run]")) setTimeout(follow, LOOK_MILLISECONDS, row.dataset.run);
