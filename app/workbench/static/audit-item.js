// One chart of a sample: coding it blind, judging it with program, coder and auditor side by side, answering, settling.

import { Problem, call, exchange } from "./api.js";
import { byId, element } from "./elements.js";
import { errorsEditor, errorsShown, merged } from "./audit-errors.js";
import { linesEditor, ordered, same, sent } from "./audit-lines.js";
import { light, selected, showRecord } from "./audit-record.js";
import { codeSearch } from "./audit-search.js";
import { toast } from "./toast.js";

const { sample, number } = byId("item").dataset;
const PATH = `/v1/audit-samples/${sample}/items/${number}`;
const ME = document.querySelector('meta[name="user"]').content;
const ITEM_TONES = { waiting: null, coded: "accent", judged: "accent", acknowledged: "good", disputed: "warn", settled: "good" };
let item = null;
let tag = "";
let lines = [];
let errors = [];
let place = 0;
let search = null;
let finish = null;
let changing = false;
let comment = "";
let saving = Promise.resolve();

const say = (words) => { byId("said").textContent = words; };
const card = (title, ...children) => element("section", { class: "card", "aria-label": title }, element("h2", {}, title), ...children.filter(Boolean));
const mine = () => item.auditor === ME;
const judging = () => mine() && (changing || (!item.hidden && ["waiting", "coded"].includes(item.state)));

function failed(failure) {
  if (failure instanceof Problem && failure.code === "stale_write") {
    take(failure.more.current, null);
    toast("The chart was changed in another window: this is how it is now.", { tone: "bad" });
    load();
    return;
  }
  toast(failure instanceof Problem ? failure.detail : "That failed: try again", { tone: "bad" });
}

async function load() {
  try {
    const got = await exchange(PATH);
    take(got.body, got.headers.get("etag"));
  } catch (failure) {
    byId("judging").replaceChildren(element("div", { class: "notice" }, element("h2", {}, failure.title ?? "The chart can't be shown"), element("p", {}, failure.detail ?? "Try again")));
    byId("judging").removeAttribute("aria-busy");
  }
}

/** Take an item over as it is now. */
function take(body, etag) {
  const first = item === null;
  item = body;
  tag = etag ?? `"${body.revision}"`;
  changing = false;
  lines = ordered(item.hidden ? item.draft : (item.auditor_codes ?? []));
  errors = merged(item.differences ?? [], item.judgements.at(-1)?.errors ?? []);
  if (first) showRecord(item.record);
  const { record } = item;
  byId("item-title").textContent = record.external_id || `Chart ${number}`;
  byId("item-state").replaceChildren(element("span", { class: "badge", "data-tone": ITEM_TONES[item.state] }, item.hidden ? "blind" : item.state));
  byId("item-about").textContent = [record.setting, record.service_date, record.patient.sex, record.patient.age === null ? null : `${record.patient.age} years`, item.coder ? `coded by ${item.coder}` : null].filter((part) => part && part !== "unknown").join(", ");
  render();
}

/** A write on the item; what it is afterwards is taken over. */
async function write(what, body) {
  const got = await exchange(`${PATH}/${what}`, { method: "PUT", body, headers: { "If-Match": tag } });
  return [got.body, got.headers.get("etag")];
}

/** Paint anew; where one was typing one goes on typing. */
function render() {
  const active = document.activeElement;
  const name = active?.closest("#judging") ? active.id || active.getAttribute("aria-label") : null;
  const caret = active?.selectionStart ?? null;
  search ??= codeSearch(item.record.service_date, add);
  finish = null;
  const parts = item.hidden ? blindParts() : openParts();
  byId("judging").replaceChildren(...parts);
  byId("judging").removeAttribute("aria-busy");
  const again = name && (byId(name) ?? [...byId("judging").querySelectorAll("[aria-label]")].find((node) => node.getAttribute("aria-label") === name));
  again?.focus({ preventScroll: true });
  if (again && caret !== null && again.type !== "number") again.setSelectionRange?.(caret, caret);
  mark();
}

function blindParts() {
  finish = handIn;
  return [
    card("Your codes", element("p", { class: "fine" }, "Code this chart from the record alone. What program and coder made of it is shown when you have handed in."),
      search.node, linesEditor(lines, changed, (line) => light(line.words ?? [])),
      element("div", { class: "actions" }, element("button", { type: "button", class: "primary", onclick: handIn }, "Hand in my codes ", element("kbd", {}, "Ctrl"), element("kbd", {}, "Enter")))),
  ];
}

function openParts() {
  const parts = [card("Program, coder and auditor", beside())];
  if (judging()) {
    const words = element("textarea", { id: "comment", maxlength: "2000", oninput: (event) => { comment = event.target.value; } });
    words.value = comment;
    finish = changing ? () => settle(comment, true) : judge;
    parts.push(
      card("Your codes", search.node, linesEditor(lines, changed, (line) => light(line.words ?? []))),
      card("Errors", errorsEditor(errors, (next) => { errors = next; render(); })),
      card(changing ? "Settle with a new judgement" : "Judgement", element("label", { for: "comment" }, changing ? "Answer to the coder" : "Comment for the coder"), words,
        element("div", { class: "actions" }, element("button", { type: "button", class: "primary", onclick: finish }, changing ? "Settle " : "Judge and go on ", element("kbd", {}, "Ctrl"), element("kbd", {}, "Enter")))),
    );
    return parts;
  }
  const said = item.judgements.at(-1);
  if (said) parts.push(card("Judgement", errorsShown(said.errors), said.comment ? element("p", {}, said.comment) : null, element("p", { class: "fine" }, `${said.by}, ${new Date(said.at).toLocaleString()}`)));
  if (item.replies.length) {
    parts.push(card("Answers", element("ol", { class: "replies" }, ...item.replies.map((reply) => element("li", {}, element("b", {}, reply.by), ` ${reply.state}`, reply.comment ? `: ${reply.comment}` : "")))));
  }
  if (item.coder === ME && ["judged", "acknowledged", "disputed"].includes(item.state)) parts.push(answering());
  if (mine() && ["acknowledged", "disputed"].includes(item.state)) parts.push(settling());
  if (mine() && said) parts.push(reopening());
  return parts;
}

/** Every code that anyone has: program, coder, auditor. */
function beside() {
  const rows = refs().map((ref, i) => {
    const weighed = item.weighed.find((line) => same(line, ref));
    const coder = item.coder_codes.find((line) => same(line, ref));
    const auditor = lines.find((line) => same(line, ref));
    const cell = (line) => element("td", { class: "who-cell" }, line ? element("span", { class: "yes" }, ["billed", ...(line.modifiers ?? []), line.units > 1 ? `× ${line.units}` : null].filter(Boolean).join(" ")) : element("span", { class: "no" }, "-"));
    const program = weighed && weighed.origin !== "added" ? [weighed.origin, element("span", { class: "share" }, `${Math.round(100 * weighed.confidence)} %`)] : ["-"];
    const toggle = judging()
      ? element("td", {}, element("button", { type: "button", class: "small", "aria-pressed": String(auditor !== undefined), "aria-label": `${ref.code} is right`, onclick: () => { place = i; toggleLine(ref); } }, auditor ? "right" : "no"))
      : cell(auditor);
    return element("tr", { "aria-current": String(i === place) },
      element("th", { scope: "row" }, element("button", { type: "button", class: "quiet code", onclick: () => { place = i; mark(); } }, ref.code), element("span", { class: "display" }, ref.display)),
      element("td", { class: weighed?.origin === "suggested" ? "yes" : "no" }, ...program), cell(coder), item.auditor_codes === null ? element("td", { class: "no" }, "codes blind") : toggle);
  });
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Codes side by side" },
    element("table", { class: "table beside" },
      element("thead", {}, element("tr", {}, ...["Code", "Program", "Coder", "Auditor"].map((name) => element("th", { scope: "col" }, name)))), element("tbody", {}, ...rows)));
}

/** The codes of the table: billed by someone or suggested, then those that were only weighed and are the auditor's to take. */
function refs() {
  const found = [];
  const put = (line) => { if (!found.some((other) => same(other, line))) found.push(line); };
  for (const line of [...item.coder_codes, ...lines, ...item.weighed.filter((w) => w.origin === "suggested"), ...item.weighed]) put(line);
  return found;
}

function wordsOf(ref) {
  const held = (found, name) => found.find((line) => same(line, ref))?.[name] ?? [];
  const own = held(lines, "words");
  return own.length ? own : [...held(item.coder_codes, "words"), ...held(item.weighed, "evidence")];
}

function mark() {
  if (item.hidden) return;
  const rows = [...document.querySelectorAll(".beside tbody tr")];
  place = Math.min(Math.max(place, 0), rows.length - 1);
  rows.forEach((row, i) => row.setAttribute("aria-current", String(i === place)));
  if (rows.length) {
    rows[place].scrollIntoView({ block: "nearest" });
    light(wordsOf(refs()[place]));
  }
}

function toggleLine(ref) {
  const held = lines.some((line) => same(line, ref));
  const known = item.coder_codes.find((line) => same(line, ref)) ?? { system: ref.system, code: ref.code, display: ref.display, words: wordsOf(ref) };
  changed(ordered(held ? lines.filter((line) => !same(line, ref)) : [...lines, known]));
  say(`${ref.code} ${held ? "struck" : "taken"}`);
}

function add(code) {
  if (lines.some((line) => same(line, code))) return toast(`${code.code} is among your codes already.`);
  const chosen = selected();
  changed(ordered([...lines, { system: code.system, code: code.code, display: code.display, words: chosen ? [chosen.words] : [] }]));
  say(`${code.code} added`);
  return null;
}

/** The codes became others: a blind draft is kept, an open one is compared anew. */
function changed(next) {
  lines = next;
  render();
  // One after the other, each on what the one before left.
  saving = saving.then(item.hidden ? keepDraft : compare).catch(failed);
}

async function keepDraft() {
  if (!item.hidden) return;
  const [body, etag] = await write("codes", { codes: lines.map(sent) });
  tag = etag ?? `"${body.revision}"`;
}

async function compare() {
  const { differences } = await call(`${PATH}/differences`, { method: "POST", body: { codes: lines.map(sent) } });
  errors = merged(differences, errors);
  render();
}

async function handIn() {
  try {
    await saving;
    const [body, etag] = await write("codes", { codes: lines.map(sent), hand_in: true });
    take(body, etag);
    say("Your codes are in. Program and coder are shown beside them.");
  } catch (failure) {
    failed(failure);
  }
}

const said = () => errors.map(({ system, code, category, grade, instead, comment }) => ({ system, code, category, grade, instead, comment }));

async function judge() {
  try {
    await saving;
    await write("judgement", { codes: lines.map(sent), errors: said(), comment });
    const { items } = await call(`/v1/audit-samples/${sample}`);
    const next = items.find((row) => ["waiting", "coded"].includes(row.state));
    location.assign(next ? `/audit/${sample}/${next.number}` : `/audit/${sample}`);
  } catch (failure) {
    failed(failure);
  }
}

function form(title, label, id, ...buttons) {
  const words = element("textarea", { id, maxlength: "2000" });
  const made = buttons.map(([name, act, primary]) => element("button", { type: "button", class: primary ? "primary" : null, onclick: () => act(words.value) }, name));
  return card(title, element("label", { for: id }, label), words, element("div", { class: "actions" }, ...made));
}

const step = (what, body) => write(what, body).then(([now, etag]) => take(now, etag)).catch(failed);
const answering = () => form("Your answer", "What you say to the auditor; a dispute says why", "answer", ["Acknowledge", (comment) => step("answer", { answer: "acknowledged", comment }), true], ["Dispute", (comment) => step("answer", { answer: "disputed", comment })]);
const settle = (answer, anew) => saving.then(() => step("settlement", anew ? { comment: answer, judgement: { codes: lines.map(sent), errors: said(), comment: answer } } : { comment: answer }));
const settling = () => form("Settle", "Answer to the coder", "settle", ["The judgement stands", (comment) => settle(comment, false), true], ["Change the judgement", () => { changing = true; render(); }]);
const reopening = () => form("Take the chart up again", "Why; the coder then works on it in a new version", "reopen", ["Re-open the chart", reopen]);

async function reopen(reason) {
  try {
    const got = await exchange(`/v1/encounters/${item.encounter}/revision`).catch(() => exchange(`/v1/encounters/${item.encounter}`));
    await call(`/v1/encounters/${item.encounter}/reopening`, { method: "POST", body: { reason }, headers: { "If-Match": got.headers.get("etag") } });
    toast("The chart is open again.", { tone: "good" });
  } catch (failure) {
    failed(failure);
  }
}

function keys(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    finish?.();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  const help = byId("help");
  if (event.key === "?") return help.open ? help.close() : help.showModal();
  if (help.open || item === null) return;
  const open = () => { if (byId("search")) search.open(selected()?.text ?? ""); };
  const here = () => refs()[place];
  const held = () => lines.some((line) => same(line, here()));
  const acts = {
    n: open, "/": open,
    j: () => { place += 1; mark(); }, k: () => { place -= 1; mark(); },
    a: () => { if (judging() && here() && !held()) toggleLine(here()); }, x: () => { if (judging() && here() && held()) toggleLine(here()); },
  };
  if (acts[event.key]) {
    event.preventDefault();
    acts[event.key]();
  }
}

document.addEventListener("keydown", keys);
byId("help-open").addEventListener("click", () => byId("help").showModal());
load();
