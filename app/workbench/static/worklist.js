// The worklist: filters without reloading, rows by keyboard, charts given to coders. The list itself comes from the server.

import { Problem, call, signInAgain } from "./api.js";
import { byId } from "./elements.js";
import { toast } from "./toast.js";

const PARTS = ["list", "tabs"];
const picked = new Map(); // id → assignee before
let asked = null;

const rows = () => [...document.querySelectorAll("#rows tr")];
const current = () => document.activeElement?.closest?.("#rows tr") ?? null;
const openOf = (row) => row.querySelector(".open");

/** Show the list of an address in place of the one shown; `push` writes the address into the history. */
async function load(address, { push = true, focus = null } = {}) {
  asked?.abort();
  const own = new AbortController();
  asked = own;
  byId("list").setAttribute("aria-busy", "true");
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" }, signal: own.signal, cache: "no-store" });
    if (new URL(response.url).pathname === "/sign-in") return signInAgain();
    if (!response.ok) throw new Error(String(response.status));
    const loaded = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const id of PARTS) byId(id).replaceWith(document.adoptNode(loaded.getElementById(id)));
    byId("next-chart")?.setAttribute("href", loaded.getElementById("next-chart").getAttribute("href"));
    byId("filters").elements.status.value = loaded.getElementById("filters").elements.status.value;
    if (push) history.pushState(null, "", address);
    shown();
    if (focus === "first") focusRow(0);
  } catch (failure) {
    if (failure.name === "AbortError") return;
    toast("The list can't be loaded: check the network and press r.", { tone: "bad" });
  } finally {
    if (asked === own) byId("list").removeAttribute("aria-busy");
  }
}

/** What a list needs once it stands in the page. */
function shown() {
  for (const time of document.querySelectorAll("#list time[datetime]")) {
    const at = new Date(time.dateTime);
    if (time.hasAttribute("data-clock")) time.textContent = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    time.title = at.toLocaleString();
  }
  for (const row of rows()) mark(row);
  showPicked();
  try {
    // Where a chart's way back leads.
    sessionStorage.setItem("chartcoder-worklist", location.pathname + location.search);
  } catch {
    // Without storage it leads to the plain list.
  }
}

function filtersAddress() {
  const asked = new URLSearchParams(new FormData(byId("filters")));
  for (const [name, value] of [...asked]) if (value === "" || (name === "status" && value === "open") || (name === "order" && value === "priority")) asked.delete(name);
  return `/worklist${asked.size ? `?${asked}` : ""}`;
}

function focusRow(at) {
  const row = rows()[at];
  if (!row) return;
  openOf(row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = rows();
  const at = all.indexOf(current());
  if (at < 0) return focusRow(step > 0 ? 0 : all.length - 1);
  if (step > 0 && at === all.length - 1 && byId("next-page")) return load(byId("next-page").href, { focus: "first" });
  focusRow(Math.min(Math.max(at + step, 0), all.length - 1));
}

function mark(row) {
  const box = row.querySelector(".pick-one");
  if (!box) return;
  box.checked = picked.has(row.dataset.id);
  row.dataset.picked = String(box.checked);
}

function pick(some, on) {
  for (const row of some) {
    if (on) picked.set(row.dataset.id, row.dataset.assignee);
    else picked.delete(row.dataset.id);
    mark(row);
  }
  showPicked();
}

function showPicked() {
  const bulk = byId("bulk");
  if (!bulk) return;
  bulk.hidden = picked.size === 0;
  byId("bulk-count").textContent = picked.size === 1 ? "1 chart selected" : `${picked.size} charts selected`;
  const all = byId("pick-all");
  if (!all) return;
  const here = rows().filter((row) => picked.has(row.dataset.id)).length;
  all.checked = here > 0 && here === rows().length;
  all.indeterminate = here > 0 && !all.checked;
}

const MOST = 500;

async function give(ids, assignee) {
  for (let begin = 0; begin < ids.length; begin += MOST) {
    await call("/v1/assignments", { method: "POST", body: { encounters: ids.slice(begin, begin + MOST), assignee: assignee || null } });
  }
}

/** Give what is selected to whom the list beside the button names; "Undo" gives each back to whom it was with. */
async function assign() {
  const before = new Map(picked);
  const worker = byId("worker");
  const name = worker.selectedOptions[0].textContent.trim();
  try {
    await give([...before.keys()], worker.value);
  } catch (failure) {
    toast(failure instanceof Problem ? failure.detail : "The charts were not assigned: try again.", { tone: "bad" });
    return;
  }
  picked.clear();
  await load(location.href, { push: false });
  focusRow(0);
  toast(`${before.size === 1 ? "1 chart" : `${before.size} charts`} assigned to ${name === "Nobody" ? "nobody" : name}`, { tone: "good", undo: () => giveBack(before) });
}

async function giveBack(before) {
  try {
    for (const assignee of new Set(before.values())) await give([...before].filter(([, was]) => was === assignee).map(([id]) => id), assignee);
  } catch (failure) {
    toast(failure instanceof Problem ? failure.detail : "The charts were not given back: try again.", { tone: "bad" });
  }
  await load(location.href, { push: false });
}

function assignByKey() {
  const row = current();
  if (picked.size === 0 && row) pick([row], true);
  if (picked.size > 0) byId("worker").focus();
}

function toggleHelp() {
  if (byId("help").open) byId("help").close();
  else byId("help").showModal();
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  n: () => byId("next-chart")?.click(),
  r: () => load(location.href, { push: false }),
  "/": () => byId("external_id").select(),
  x: () => current() && byId("bulk") && pick([current()], !picked.has(current().dataset.id)),
  a: () => byId("bulk") && assignByKey(),
  "?": toggleHelp,
};
const typesInto = (target) => target.closest("input:not([type=checkbox]), select, textarea") !== null;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.id === "worker" && event.key === "Enter") {
    event.preventDefault();
    assign();
  } else if (event.target.id === "worker" && event.key === "Escape") {
    focusRow(0);
  } else if (event.target.id === "external_id" && event.key === "Escape") {
    focusRow(0);
  } else if (!typesInto(event.target) && KEYS[event.key] && (event.key === "?" || !byId("help").open)) {
    event.preventDefault();
    KEYS[event.key]();
  }
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-list]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
    event.preventDefault();
    load(link.href, { focus: link.id ? "first" : null });
  } else if (event.target.id === "assign") assign();
  else if (event.target.id === "unselect") {
    picked.clear();
    shown();
  }
});

document.addEventListener("change", (event) => {
  if (event.target.closest("#filters")) load(filtersAddress());
  else if (event.target.id === "pick-all") pick(rows(), event.target.checked);
  else if (event.target.classList.contains("pick-one")) pick([event.target.closest("tr")], event.target.checked);
});

byId("filters").addEventListener("submit", (event) => {
  event.preventDefault();
  load(filtersAddress(), { focus: "first" });
});
byId("help-open").addEventListener("click", toggleHelp);
addEventListener("popstate", () => location.reload());
shown();
