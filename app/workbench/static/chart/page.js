// The page of a chart: opens one chart after the other, and lets its parts know of each other.

import { Problem, call, exchange } from "../api.js";
import { byId, element } from "../elements.js";
import { visitPanel } from "../visit-panel.js";
import { banner, changesBy, noBanner } from "./banner.js";
import { Book } from "./book.js";
import { keysOf, listenForKeys, repaintKeys, showButtons } from "./buttons.js";
import { showCase, showProgress, showSaving } from "./case-bar.js";
import { ClaimPane } from "./claim-pane.js";
import { CodesPane } from "./codes-pane.js";
import { Deeds } from "./deeds.js";
import { historyOf, overrideForm } from "./ending.js";
import { Finder } from "./finder.js";
import { FindingsPane, blocking, findingNode } from "./findings-pane.js";
import { Keymap } from "./keymap.js";
import { keysDialog } from "./keys-dialog.js";
import { LiveFindings } from "./live-findings.js";
import { NotePane } from "./note-pane.js";
import { Outbox } from "./outbox.js";
import { QueriesPane } from "./queries-pane.js";
import { ChartQueue, free, read } from "./queue.js";
import { plan } from "./repairs.js";
import { ActiveTimer, clock } from "./timer.js";
import { keep, restore } from "./waiting.js";
import { Watcher } from "./watcher.js";
import { selectByKeys } from "./words.js";

const RENEW = 5 * 60_000;
const LONGEST_PHRASE = 80;
const main = byId("main");
const user = document.querySelector('meta[name="user"]').content;
const allowed = new Set(main.dataset.may.split(" "));
const keymap = new Keymap(user);
const queue = new ChartQueue(location.search);
const live = new LiveFindings();
const timer = new ActiveTimer(0, (seconds) => { byId("timer").textContent = clock(seconds); });
let book = null;
let outbox = null;
let held = null;
let renewed = 0;
let painting = null;

const page = {
  get book() { return book; },
  get outbox() { return outbox; },
  get codes() { return codes; },
  get note() { return note; },
  get finder() { return finder; },
  get queries() { return queries; },
  say,
  remember,
  readOnly,
  why: () => (book?.finalized ? "The chart is finalised: re-open it first" : held ? `${held} works on this chart` : "You may read this chart, not change it"),
};
const deeds = new Deeds(page);
const keyFor = keysOf(keymap);
const acts = {
  ...Object.fromEntries(["accept", "reject", "edit", "point", "add", "search", "query", "undo", "redo"].map((name) => [name, () => deeds[name]()])),
  digit: (number) => deeds.digit(number),
  next: () => step(1),
  previous: () => step(-1),
  earlier: () => deeds.move(-1),
  later: () => deeds.move(1),
  words: () => note.enter(),
  evidence: () => codes.item && lightUp((codes.item.number + 1) % Math.max(codes.line.evidence.length, 1)),
  findings: () => findings.focus() || say("There are no findings"),
  finalize: () => finalize(),
  help: keysDialog(byId("keys"), keymap),
  escape,
};
const finding = { select: (code) => codes.select(code), repair: (each, choice) => deeds.repair(each, choice), query: (each) => queries.draft(each.codes, each.query, book.line(each.codes[0] ?? {})?.evidence ?? []),
  plan: (each) => (book ? plan(each, book) : []), readOnly };
const codes = new CodesPane(byId("codes"), {
  select: (line) => codes.select(line, { focus: false }),
  edit: (line) => deeds.edit(line),
  point: (line) => deeds.edit(line, "pointers"),
  query: (line) => deeds.query(line),
  alternative: (line, i) => deeds.alternative(line, i),
  evidence: (line, i) => { codes.select(line, { focus: false }); lightUp(i); },
  quote: (place) => note.quote(place),
  finding: (each) => findingNode(each, finding.plan(each), finding, { codes: false }),
  readOnly,
}, keyFor);
const note = new NotePane(byId("tabs"), byId("panels"));
const claim = new ClaimPane(byId("claim"), { select: (line) => codes.select(line), edit: (line, field) => deeds.edit(line, field), order: (order, line) => deeds.order(order, line), readOnly });
const findings = new FindingsPane(byId("findings"), finding);
const finder = new Finder(byId("finder"), () => book.encounter.service_date);
const queries = new QueriesPane(byId("queries"), { write: (method, path, body, arrived) => outbox.write(method, path, body, { arrived }), say, readOnly, quote: (place) => note.quote(place),
  back: () => codes.item?.row.focus({ preventScroll: true }), may: () => allowed.has("query") });
const watcher = new Watcher({ id: () => book?.id ?? null, revision: () => book.encounter.revision, active: () => timer.active, onChange: refresh });

// Selecting, from wherever, lights up the evidence.
const select = codes.select.bind(codes);
codes.select = (code, options) => {
  const before = codes.selected;
  const item = select(code, options);
  if (item && codes.selected !== before) lightUp(0);
  return item;
};

function readOnly() {
  return book === null || book.finalized || held !== null || !allowed.has("review");
}

/** Say what happened; `more` is for those who do not see what else appeared. */
function say(text, more = "") {
  byId("remember").hidden = true;
  byId("said").replaceChildren(text, element("span", { class: "unseen" }, ` ${more}`));
}

/** Offer to suggest a code for these words on all charts of the site from now on. */
function remember(code, text) {
  const button = byId("remember");
  if (!allowed.has("phrases") || text.length > LONGEST_PHRASE) return;
  button.textContent = `Remember “${text}” for the site`;
  button.hidden = false;
  button.onclick = async () => {
    try {
      await call("/v1/site-phrases", { method: "POST", body: { system: code.system, code: code.code, text } });
      say(`“${text}” is remembered for ${code.code}`);
    } catch (problem) {
      say(problem.detail);
    }
    codes.item?.row.focus({ preventScroll: true });
  };
}

function step(by) {
  const next = codes.beside(by);
  if (next) codes.select(next);
}

function lightUp(number) {
  const { item, line } = codes;
  if (!line) return;
  item.number = number;
  for (const [i, quote] of [...item.details.querySelectorAll(".quote")].entries()) quote.setAttribute("aria-current", String(i === number));
  note.light([...line.evidence, ...codes.cues(codes.selected)], number);
}

function escape() {
  if (codes.item?.asked) codes.item.ask(null);
  document.getSelection().removeAllRanges();
  codes.item?.row.focus({ preventScroll: true });
}

/** Open a chart that was read. */
async function open(found) {
  book = new Book(found.encounter, found.tag, found.basis, user);
  outbox = new Outbox(book);
  held = null;
  const own = book;
  timer.restart(book.encounter.active_seconds);
  noBanner();
  byId("override").replaceChildren();
  book.addEventListener("change", ({ detail }) => own === book && repaint(detail));
  book.addEventListener("findings", () => {
    if (own !== book) return;
    repaintFindings();
    codes.update(book);
  });
  listen(own, outbox);
  note.open(book);
  codes.open(book);
  queries.open(book);
  repaint("all");
  showSaving({ state: "saved" });
  const first = codes.firstOpen();
  if (first) codes.select(first);
  main.setAttribute("aria-busy", "false");
  const waiting = restore(book);
  if (!book.finalized && allowed.has("review")) await claimIt();
  if (own !== book) return;
  for (const { verdict, titles } of readOnly() ? [] : waiting) outbox.decide(verdict, { titles });
  live.ask(book);
  queue.preload(book.id, user);
}

function listen(own, box) {
  box.addEventListener("state", ({ detail }) => {
    if (own !== book) return;
    showSaving(detail);
    if (detail.state === "failed") say(byId("saving-text").textContent);
    keep(own, box);
    if (detail.state === "saved") live.ask(own, { ready: () => box.empty });
  });
  box.addEventListener("written", () => watcher.tell(own.id, own.encounter.revision));
  box.addEventListener("refused", ({ detail }) => own === book && refused(detail));
  box.addEventListener("overtaken", ({ detail }) => own === book && overtaken(detail));
}

/** The codes at once, for what comes next depends on them; the rest before the next frame, however often it changed. */
function repaint(what) {
  if (what === "notes") {
    note.open(book);
    rebase();
  }
  codes.update(book);
  main.dataset.readonly = String(readOnly());
  if (what === "all") repaintVisit();
  painting ??= requestAnimationFrame(() => {
    painting = null;
    repaintRest();
  });
}

function repaintRest() {
  note.mark(book.lines);
  claim.show(book);
  queries.show(book);
  showCase(book);
  showProgress(book);
  repaintFindings();
  const past = byId("history");
  past.hidden = book.encounter.finalized.length === 0;
  // A reason that somebody writes is not thrown away.
  if (!past.hidden && !(book.finalized && past.contains(document.activeElement))) past.replaceChildren(...historyOf(book.encounter, allowed.has("reopen") ? reopen : null));
}

function repaintFindings() {
  const shown = findings.show(book.found, { begun: book.billed.length > 0 || book.open.length === 0 });
  byId("findings-count").textContent = shown ? String(shown) : "";
}

function repaintVisit() {
  const box = byId("visit");
  const panels = book.basis.notes.filter((each) => each.evaluation_management).map((each) =>
    visitPanel(each.evaluation_management, (entry) => note.light(entry.evidence.map((place) => ({ note: each.note, version: each.version, ...place })))).node);
  box.hidden = panels.length === 0;
  box.replaceChildren(...panels);
}

async function claimIt() {
  try {
    await outbox.write("PUT", "/claim", undefined, { free: true });
    renewed = performance.now();
  } catch (problem) {
    // A chart that another person has is told of where all that is refused is: see refused().
    if (problem.code !== "chart_claimed") banner(problem.detail, { tone: "bad" });
  }
  return undefined;
}

async function current() {
  const { body, headers } = await exchange(`/v1/encounters/${book.id}`);
  book.adopt(body, headers.get("ETag"));
  return body;
}

async function rebase() {
  const own = book;
  const basis = await call(`/v1/encounters/${own.id}/basis`).catch(() => null);
  if (own !== book || basis === null) return;
  own.basis = basis;
  note.open(own);
  codes.retold(own);
  repaint("all");
}

/** The chart changed elsewhere. */
async function refresh() {
  // What waits here finds out by itself when it is written.
  if (!outbox.empty) return;
  const own = book;
  const before = own.encounter;
  try {
    const now = await current();
    if (own !== book) return;
    const fresh = now.decisions.slice(before.decisions.length);
    if (fresh.length || now.status !== before.status || now.notes.length !== before.notes.length || now.queries.length !== before.queries.length) {
      banner(changesBy(fresh, user));
      live.ask(own);
    }
    takenBy(now.claim);
    if (held !== null && free(now.claim, user)) {
      await reopenHere();
      say("The chart is free now: it is yours");
    }
  } catch {
    // The next write says what is wrong.
  }
}

function takenBy(claimed) {
  if (held === null && !free(claimed, user) && allowed.has("review")) {
    held = claimed.by;
    banner(`${held} works on this chart now: you can read it.`, { buttons: [["Try again", () => reopenHere()]], close: false });
    repaint("held");
  }
}

function overtaken({ fresh, torn, current: now }) {
  const lost = torn.length ? ` Not written, because the same code was decided there: ${torn.map((job) => job.verdict.code ?? job.verdict.verdict).join(", ")}.` : "";
  banner(`${changesBy(fresh, user)}${lost} Everything else you did is kept.`, { buttons: torn.length ? [["Write mine all the same", () => torn.forEach((job) => outbox.decide(job.verdict, { titles: job.titles }))]] : [] });
  takenBy(now.claim);
}

async function refused({ job, lost, problem }) {
  if (["chart_claimed", "chart_finalized"].includes(problem.code)) {
    const own = book;
    held = problem.code === "chart_claimed" ? "Another person" : null;
    const now = await current().catch(() => null);
    if (own !== book) return;
    if (held !== null) held = now?.claim?.by ?? held;
    const undone = lost.length ? ` Not written: ${lost.map((each) => each.verdict.code ?? each.verdict.verdict).join(", ")}.` : "";
    const why = held === null ? `${problem.detail}.` : `${held} works on this chart: you can read it.`;
    banner(`${why}${undone}`, { tone: lost.length || held === null ? "bad" : "warn", close: held === null, buttons: [["Try again", async () => {
      await reopenHere();
      if (!readOnly()) lost.forEach((each) => outbox.decide(each.verdict, { titles: each.titles }));
    }]] });
    repaint("held");
  } else if (job.verdict) {
    banner(problem.detail, { tone: "bad" });
  }
}

async function reopenHere() {
  await open(await read(book.id));
}

async function finalize(reason = "") {
  if (readOnly()) return say(page.why());
  const undecided = book.open;
  if (undecided.length) {
    codes.select(undecided[0]);
    return say(`${undecided.length === 1 ? "One suggested code is" : `${undecided.length} suggested codes are`} not decided yet`);
  }
  const own = book;
  const seconds = timer.take();
  say("Finalising…");
  try {
    await outbox.write("POST", "/finalization", { active_seconds: seconds, ...(reason ? { override_reason: reason } : {}) },
      { arrived: (now) => now.status === "finalized" && now.finalized.at(-1)?.by === user });
    if (own === book) await next(`${byId("case-title").textContent} finalised`);
  } catch (problem) {
    timer.give(seconds);
    if (!(problem instanceof Problem)) throw problem;
    await obstructed(problem);
  }
  return undefined;
}

async function obstructed(problem) {
  say(problem.detail);
  if (problem.code === "blocked_by_findings") {
    const own = book;
    own.judged(await call(`/v1/encounters/${own.id}/findings`).catch(() => own.found));
    const hard = blocking(own.found);
    banner(`${problem.detail}. ${hard.map((each) => each.message).join(" ")}`, { tone: "bad" });
    if (allowed.has("override")) byId("override").replaceChildren(overrideForm((why) => finalize(why)));
    findings.focus();
  } else {
    banner(problem.detail, { tone: "bad" });
  }
}

async function next(said) {
  const found = await queue.next(user).catch(() => null);
  if (found === null) {
    banner(`${said}. No further chart waits in this list.`, { tone: "good", buttons: [["Back to the worklist", () => location.assign(byId("back").href)]], close: false });
    byId("banner").querySelector("button").focus();
    return say(`${said}. No further chart waits`);
  }
  history.pushState(null, "", `/charts/${found.encounter.id}${location.search}`);
  await open(found);
  return say(`${said}. Now ${byId("case-title").textContent}`);
}

async function reopen(reason) {
  try {
    await outbox.write("POST", "/reopening", { reason });
    await reopenHere();
    say("Re-opened");
  } catch (problem) {
    banner(problem.detail, { tone: "bad" });
  }
}

/** Let go of the chart when the page goes; what was measured goes with it. */
function leave() {
  if (book === null || readOnly() || !outbox.empty) return;
  exchange(`/v1/encounters/${book.id}/claim?active_seconds=${timer.take()}`, { method: "DELETE", keepalive: true }).catch(() => {});
}

async function begin(id) {
  try {
    await open(await read(id));
  } catch (problem) {
    main.setAttribute("aria-busy", "false");
    banner(problem.detail ?? String(problem), { tone: "bad", buttons: [["Try again", () => begin(id)]], close: false });
  }
}

note.addEventListener("pick", ({ detail }) => codes.select(detail.find((id) => book.line(codeOf(id))?.state !== "rejected") ?? detail[0]));
const codeOf = (id) => ({ system: id.slice(0, id.indexOf(" ")), code: id.slice(id.indexOf(" ") + 1) });
keymap.addEventListener("change", () => repaintKeys(keymap));
byId("retry").addEventListener("click", () => outbox.retry());
window.addEventListener("online", () => outbox?.retry());
window.addEventListener("pagehide", leave);
window.addEventListener("pageshow", (event) => event.persisted && reopenHere());
window.addEventListener("popstate", () => {
  leave();
  begin(location.pathname.split("/").at(-1));
});
// What is on its way arrives even when the window closes; what can't be sent would be lost with it.
window.addEventListener("beforeunload", (event) => { if (outbox?.state === "failed" && !outbox.signedOut) event.preventDefault(); });
setInterval(() => {
  if (!readOnly() && timer.active && performance.now() - renewed > RENEW) claimIt();
}, 30_000);
byId("panels").addEventListener("keydown", (event) => event.key === "Enter" && note.selection() && deeds.add());
selectByKeys(byId("panels"));
byId("back").href = sessionStorage.getItem("chartcoder-worklist") ?? "/worklist";
showButtons(byId("buttons"), acts, keyFor);
listenForKeys(keymap, acts);
begin(main.dataset.encounter);
