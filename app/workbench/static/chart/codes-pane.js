// The codes in their groups, one of them selected. Rows stay where they are when they are decided.

import { element } from "../elements.js";
import { CodeItem, toldOf } from "./code-item.js";
import { key } from "./fold.js";

const GROUPS = [
  ["suggested", "Suggested", Infinity],
  ["added", "Added", Infinity],
  ["candidate", "Candidates", 6],
  ["suppressed", "Suppressed", 4],
];

export class CodesPane {
  #box;
  #acts;
  #keyFor;
  #items = new Map();
  #groups = new Map();
  #order = [];
  #told = new Map();
  #whole = new Set();
  selected = null;

  constructor(box, acts, keyFor) {
    this.#box = box;
    this.#acts = acts;
    this.#keyFor = keyFor;
    for (const [origin, title] of GROUPS) {
      const count = element("span", { class: "total" });
      const list = element("ul", { class: "list" });
      const more = element("button", { type: "button", class: "quiet more", hidden: true, onclick: () => this.#open(origin) });
      const node = element("section", { class: "group", "data-kind": origin, "aria-labelledby": `group-${origin}`, hidden: true },
        element("h3", { id: `group-${origin}` }, title, count), list, more);
      this.#groups.set(origin, { node, count, list, more });
    }
    this.empty = element("div", { class: "empty", hidden: true }, element("p", { class: "lead" }, "Nothing was suggested for this chart."),
      element("p", {}, "Select words in the note to add a code for them, or search for one."));
    box.replaceChildren(this.empty, ...[...this.#groups.values()].map(({ node }) => node));
  }

  /** Begin with another chart. */
  open(book) {
    this.#items.clear();
    this.#order = [];
    this.#whole.clear();
    this.selected = null;
    this.#told = toldOf(book.basis);
    this.#box.scrollTop = 0;
    this.update(book);
  }

  /** Show the codes of a book as they are; the order of the first look is kept, new codes follow. */
  update(book) {
    const lines = new Map(book.lines.map((line) => [key(line), line]));
    const suggested = [...book.basis.codes].map(key);
    const known = new Set(this.#order);
    this.#order = [...this.#order.filter((id) => lines.has(id)), ...[...suggested, ...lines.keys()].filter((id) => lines.has(id) && !known.has(id))];
    this.#order = [...new Set(this.#order)];
    for (const [origin, , shown] of GROUPS) {
      const ids = this.#order.filter((id) => lines.get(id).origin === origin);
      this.#fill(origin, ids, lines, book, shown);
    }
    this.empty.hidden = lines.size > 0;
    if (this.selected && !lines.has(this.selected)) this.selected = null;
  }

  retold(book) {
    this.#told = toldOf(book.basis);
    this.update(book);
  }

  get item() {
    return this.#items.get(this.selected) ?? null;
  }

  get line() {
    return this.item?.line ?? null;
  }

  cues(id) {
    return this.#told.get(id)?.cues ?? [];
  }

  /** Select a code; its row gets the focus unless `focus` is false. */
  select(code, { focus = true } = {}) {
    const id = typeof code === "string" ? code : key(code);
    const item = this.#items.get(id);
    if (!item) return null;
    if (id !== this.selected) {
      const before = this.item;
      if (before) {
        before.asked = null;
        before.select(false);
      }
      this.selected = id;
      item.number = 0;
      if (item.node.hidden) this.#open(item.line.origin);
      item.select(true);
    }
    if (focus && document.activeElement !== item.row) item.row.focus({ preventScroll: true });
    item.node.scrollIntoView({ block: "nearest" });
    // Of an item higher than the window, the row is what must be seen.
    item.row.scrollIntoView({ block: "nearest" });
    return item;
  }

  /** The key of the row `step` rows on; null at the end. */
  beside(step) {
    const seen = this.#seen();
    const at = seen.indexOf(this.selected);
    if (seen.length === 0) return null;
    return at < 0 ? seen[step > 0 ? 0 : seen.length - 1] : seen[at + step] ?? null;
  }

  /** The key of the code to decide next: the next open suggestion, around the end; else, after another kind of code, the next open row. */
  nextOpen() {
    const seen = this.#seen();
    const at = Math.max(seen.indexOf(this.selected), 0);
    const around = [...seen.slice(at + 1), ...seen.slice(0, at)];
    const open = (id, suggested) => {
      const { line } = this.#items.get(id);
      return line.state === "open" && (line.origin === "suggested") === suggested;
    };
    const origin = this.line?.origin;
    if (origin === "candidate" || origin === "suppressed") {
      const below = seen.slice(at + 1).find((id) => open(id, false));
      if (below) return below;
    }
    return around.find((id) => open(id, true)) ?? null;
  }

  firstOpen() {
    return this.#order.find((id) => this.#items.get(id)?.line.state === "open" && this.#items.get(id).line.origin === "suggested") ?? this.#seen()[0] ?? null;
  }

  #seen() {
    return GROUPS.flatMap(([origin]) => [...this.#groups.get(origin).list.children]).filter((node) => !node.hidden).map((node) => node.dataset.key);
  }

  #fill(origin, ids, lines, book, shown) {
    const { node, count, list, more } = this.#groups.get(origin);
    const open = ids.filter((id) => lines.get(id).state === "open").length;
    node.hidden = ids.length === 0;
    count.textContent = origin === "suggested" && open > 0 ? `${open} open of ${ids.length}` : String(ids.length);
    ids.forEach((id, i) => {
      const item = this.#items.get(id) ?? this.#make(id);
      const line = lines.get(id);
      item.update(line, this.#told.get(id), book.found.findings.filter((f) => f.codes.some((code) => key(code) === id)));
      // What somebody decided or looks at is not hidden.
      item.node.hidden = i >= shown && !this.#whole.has(origin) && line.state === "open" && id !== this.selected;
      if (list.children[i] !== item.node) list.insertBefore(item.node, list.children[i] ?? null);
    });
    while (list.children.length > ids.length) list.lastElementChild.remove();
    const hidden = [...list.children].filter((item) => item.hidden).length;
    more.hidden = hidden === 0;
    more.textContent = `Show ${hidden} more`;
  }

  #make(id) {
    const item = new CodeItem(this.#acts, this.#keyFor);
    item.node.dataset.key = id;
    this.#items.set(id, item);
    return item;
  }

  #open(origin) {
    this.#whole.add(origin);
    const { list, more } = this.#groups.get(origin);
    const first = [...list.children].find((node) => node.hidden);
    for (const node of list.children) node.hidden = false;
    more.hidden = true;
    first?.querySelector(".row").focus();
  }
}
