// The page: a note goes in, codes come out beside it.

import { Problem, demoNotes, readiness, suggestions } from "./api.js";
import { CodeList } from "./code-list.js";
import { byId, element } from "./elements.js";
import { fieldOf, fillForm, localFault, requestBody, showCount, showFault } from "./form.js";
import { listenForKeys } from "./keys.js";
import { NoteView } from "./note-view.js";

const STARTING_MILLISECONDS = 1000;
const BROKEN_MILLISECONDS = 10000;
const view = new NoteView(byId("reading"), (entry, number) => list.focus(entry, number));
const list = new CodeList(byId("groups"), view);
const version = byId("provenance").textContent;
let asked = null;
let toCopy = [];
let demos = null;
let coded = null;

function setMode(mode) {
  byId("main").dataset.mode = mode;
  byId("text").hidden = mode === "review";
  byId("reading").hidden = mode !== "review";
  byId("edit").hidden = mode !== "review";
  byId("suggest-label").textContent = mode === "review" ? "Suggest again" : "Suggest codes";
}

function edit() {
  if (byId("main").dataset.mode !== "review") return;
  setMode("edit");
  byId("text").focus();
}

/** Codes of another text than the one in the box are dimmed and can't be copied. */
function markStale() {
  const stale = coded !== null && coded !== byId("text").value;
  byId("groups").dataset.stale = String(stale);
  byId("copy").hidden = stale || toCopy.length === 0;
  if (stale) byId("summary").textContent = "These codes belong to the text before: suggest again";
}

function notice(title, text, errors = []) {
  byId("notice-title").textContent = title;
  byId("notice-text").textContent = text;
  byId("notice").querySelector("ul")?.remove();
  if (errors.length > 1) byId("notice").append(element("ul", {}, ...errors.map((error) => element("li", {}, `${error.field}: ${error.message}`))));
  byId("notice").hidden = title === "";
}

function busy(on) {
  byId("suggest").setAttribute("aria-disabled", String(on));
  byId("groups").setAttribute("aria-busy", String(on));
  if (on) byId("summary").textContent = "Reading the note…";
}

async function suggest() {
  showFault(null);
  const fault = localFault();
  if (fault) {
    setMode("edit");
    showFault(fault);
    byId(fault[0]).focus();
    return;
  }
  asked?.abort();
  const own = new AbortController();
  asked = own;
  busy(true);
  const begun = performance.now();
  const body = requestBody();
  try {
    const answer = await suggestions(body, own.signal);
    notice("", "");
    show(answer, body.text, performance.now() - begun);
  } catch (failure) {
    if (failure.name === "AbortError") return;
    refused(failure instanceof Problem ? failure : new Problem({ title: "The answer could not be shown", detail: "Reload the page and try again.", code: "page" }));
  } finally {
    if (asked === own) busy(false);
  }
}

function show(answer, text, milliseconds) {
  const entries = list.show(answer, text);
  view.show(text, entries);
  setMode("review");
  const parts = [[answer.codes, "code", "codes"], [answer.candidates, "candidate", "candidates"], [answer.suppressed, "suppressed", "suppressed"]];
  byId("summary").textContent = `${parts.map(([found, one, many]) => `${found.length} ${found.length === 1 ? one : many}`).join(", ")}`;
  toCopy = answer.codes;
  coded = text;
  markStale();
  provenance(answer, milliseconds);
  byId("groups").scrollTop = 0;
  list.move(0);
}

function refused(problem) {
  byId("summary").textContent = "";
  markStale();
  const field = fieldOf(problem);
  if (field) {
    if (field === "text" || matchMedia("(max-width: 899px)").matches) setMode("edit");
    showFault([field, problem.detail]);
    byId(field).focus();
    return;
  }
  notice(problem.title, problem.detail, problem.errors);
  byId("notice").focus();
  if (problem.status === 503) watch();
}

function provenance({ bundle_id: bundle, releases }, milliseconds = null) {
  const names = Object.entries(releases).map(([system, name]) => `${system} ${name}`).join(", ");
  const took = milliseconds === null ? "" : ` · answered in ${Math.round(milliseconds)} ms`;
  byId("provenance").textContent = `${version} · bundle ${bundle} · ${names}${took}`;
}

/** Say whether codes can be suggested, and look again while they can't. */
async function watch() {
  const status = byId("status");
  try {
    const ready = await readiness();
    status.textContent = "Ready";
    status.dataset.state = "ready";
    provenance(ready);
    notice("", "");
  } catch (failure) {
    const starting = failure.code === "starting";
    status.textContent = starting ? "Starting" : "Not ready";
    status.dataset.state = starting ? "starting" : "problem";
    if (starting) notice("", "");
    else notice("Codes can't be suggested at the moment", failure.detail ?? "");
    setTimeout(watch, starting ? STARTING_MILLISECONDS : BROKEN_MILLISECONDS);
  }
}

async function pickDemo() {
  const id = byId("demo").value;
  if (!id) return;
  try {
    demos ??= await demoNotes();
    fillForm(demos.find((demo) => demo.id === id));
    showFault(null);
    setMode("edit");
    markStale();
    byId("text").scrollTop = 0;
  } catch (problem) {
    notice(problem.title ?? "The demo note can't be shown", problem.detail ?? "Reload the page.");
  }
}

async function copy() {
  if (toCopy.length === 0) return;
  const lines = toCopy.map((code) => `${code.system}\t${code.code}\t${code.display}`);
  try {
    await navigator.clipboard.writeText(`${lines.join("\n")}\n`);
    byId("summary").textContent = `${toCopy.length} codes copied`;
  } catch {
    byId("summary").textContent = "The browser did not allow copying";
  }
}

function toggleHelp() {
  if (byId("help").open) byId("help").close();
  else byId("help").showModal();
}

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  suggest();
});
byId("text").addEventListener("input", showCount);
byId("text").addEventListener("input", markStale);
byId("demo").addEventListener("change", pickDemo);
byId("edit").addEventListener("click", edit);
byId("copy").addEventListener("click", copy);
byId("help-open").addEventListener("click", toggleHelp);
listenForKeys({ suggest, edit, copy, toggleHelp, move: (step) => list.move(step), nextEvidence: () => list.nextEvidence() });
setMode("edit");
showCount();
watch();
