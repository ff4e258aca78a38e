// The notes of the chart, one tab for each and for each superseded version, with the words that support codes marked.
// The text of a panel is the note letter by letter, so that places in it are places in the note.

import { element } from "../elements.js";
import { countPoints, toUnits } from "../offsets.js";
import { key } from "./fold.js";

export class NotePane extends EventTarget {
  #tabs;
  #panels;
  #shown = new Map();
  #current = null;
  #lit = [];
  #lines = [];

  constructor(tabs, panels) {
    super();
    this.#tabs = tabs;
    this.#panels = panels;
    tabs.addEventListener("keydown", (event) => this.#arrow(event));
    panels.addEventListener("click", (event) => this.#pick(event));
  }

  /** Show the notes of a book; the panels are made when they are first looked at. */
  open(book) {
    this.#shown = new Map();
    this.#lit = [];
    const sections = new Map(book.basis.notes.map((note) => [place(note.note, note.version), note.sections]));
    const notes = [...book.encounter.notes].sort((a, b) => b.current - a.current || a.number - b.number || b.version - a.version);
    const made = notes.map((note) => {
      const id = place(note.number, note.version);
      const name = `${note.title || `Note ${note.number}`}${note.current ? "" : ` · version ${note.version}`}`;
      const tab = element("button", { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `panel-${id}`, "aria-selected": "false", tabindex: "-1",
        class: note.current ? null : "old", onclick: () => this.show(note.number, note.version) }, name);
      const panel = element("div", { role: "tabpanel", class: "reading", id: `panel-${id}`, "aria-labelledby": `tab-${id}`, tabindex: "0", hidden: true });
      this.#shown.set(id, { note, tab, panel, sections: sections.get(id) ?? [], pieces: null, borders: new Set() });
      return { tab, panel };
    });
    this.#tabs.replaceChildren(...made.map(({ tab }) => tab));
    this.#tabs.hidden = made.length < 2;
    this.#panels.replaceChildren(...made.map(({ panel }) => panel));
    this.#current = null;
    if (notes.length) this.show(notes[0].number, notes[0].version);
  }

  /** Bring a note to the front. */
  show(number, version) {
    const next = this.#shown.get(place(number, version));
    if (!next || next === this.#current) return;
    if (this.#current) {
      this.#current.panel.hidden = true;
      this.#current.tab.setAttribute("aria-selected", "false");
      this.#current.tab.tabIndex = -1;
    }
    this.#current = next;
    next.panel.hidden = false;
    next.tab.setAttribute("aria-selected", "true");
    next.tab.tabIndex = 0;
    this.#draw(next);
  }

  /** Mark the evidence of the codes as they are. */
  mark(lines) {
    this.#lines = lines;
    for (const shown of this.#shown.values()) if (shown.pieces) this.#draw(shown);
  }

  /** Light up places, `{ note, version, begin, end, cue }`, and bring the one numbered `at` into view. */
  light(places, at = 0) {
    const first = places.filter((each) => !each.cue)[at];
    this.#lit = places.map((each) => ({ ...each, now: each === first }));
    if (first) this.show(first.note, first.version);
    if (!this.#current) return;
    this.#draw(this.#current);
    if (!first) return;
    const unit = this.#current.unit(first.begin);
    const piece = this.#current.pieces.find((each) => each.end > unit);
    if (piece) this.#bringIntoView(piece.node);
  }

  /** The selected words, `{ note, version, begin, end, text }` in code points, without the blanks around them; null for none. */
  selection() {
    const chosen = document.getSelection();
    const panel = this.#current?.panel;
    if (!panel || chosen.rangeCount === 0 || chosen.isCollapsed) return null;
    const range = chosen.getRangeAt(0);
    if (!panel.contains(range.startContainer) || !panel.contains(range.endContainer)) return null;
    const before = document.createRange();
    before.selectNodeContents(panel);
    before.setEnd(range.startContainer, range.startOffset);
    const begin = before.toString().length;
    const words = range.toString();
    const left = words.length - words.trimStart().length;
    const text = words.trim();
    if (!text) return null;
    const { note } = this.#current;
    const at = countPoints(note.text.slice(0, begin + left));
    return { note: note.number, version: note.version, begin: at, end: at + countPoints(text), text };
  }

  /** Put the cursor on the words that are lit, or at the top of what is seen; arrows move it (see words.js). */
  enter() {
    if (!this.#current) return null;
    const { panel, pieces } = this.#current;
    panel.focus({ preventScroll: true });
    const lit = pieces?.find((piece) => piece.node.classList?.contains("lit"));
    const start = lit?.node.firstChild ?? panel.querySelector("span, mark, strong")?.firstChild;
    if (start) document.getSelection().setBaseAndExtent(start, 0, start, lit ? start.length : 0);
    return panel;
  }

  /** The words of places as they stand in the note. */
  quote({ note, version, begin, end }) {
    const shown = this.#shown.get(place(note, version));
    if (!shown || shown.note.text === null) return "";
    shown.unit ??= toUnits(shown.note.text);
    return shown.note.text.slice(shown.unit(begin), shown.unit(end));
  }

  text(number, version) {
    return this.#shown.get(place(number, version))?.note.text ?? null;
  }

  #draw(shown) {
    const { note, panel } = shown;
    if (note.text === null) {
      panel.replaceChildren(element("p", { class: "fine" }, "The text of this note was erased at the end of its retention."));
      shown.pieces = [];
      return;
    }
    shown.unit ??= toUnits(note.text);
    const marks = this.#marks(shown);
    const lit = this.#lit.filter((each) => each.note === note.number && each.version === note.version).map((each) => this.#place(shown, each));
    const borders = [...marks, ...lit, ...shown.sections.map((s) => this.#place(shown, s)), ...shown.sections.filter((s) => s.heading).map((s) => this.#place(shown, s.heading))];
    if (!shown.pieces || borders.some(({ begin, end }) => !shown.borders.has(begin) || !shown.borders.has(end))) this.#build(shown, borders);
    for (const piece of shown.pieces) {
      if (piece.node.nodeType !== Node.ELEMENT_NODE) continue;
      const within = (spans) => spans.filter((each) => each.begin < piece.end && each.end > piece.begin);
      const own = within(marks);
      const shine = within(lit);
      piece.codes = own.map((each) => each.code);
      const state = ["accepted", "open", "other"].find((name) => own.some((each) => each.state === name));
      const lighted = shine.some((each) => !each.cue);
      piece.node.className = [state ? `is-${state}` : "", lighted ? "lit" : shine.length ? "cue" : "", shine.some((each) => each.now) ? "now" : ""].filter(Boolean).join(" ");
    }
  }

  #build(shown, borders) {
    const { note, panel } = shown;
    for (const { begin, end } of borders) shown.borders.add(begin).add(end);
    const cuts = [...new Set([0, note.text.length, ...shown.borders])].sort((a, b) => a - b);
    const headings = shown.sections.filter((s) => s.heading).map((s) => this.#place(shown, s.heading));
    shown.pieces = cuts.slice(0, -1).map((begin, i) => {
      const end = cuts[i + 1];
      const heading = headings.some((each) => each.begin <= begin && each.end >= end);
      const words = note.text.slice(begin, end);
      const node = heading ? element("strong", {}, words) : element("span", {}, words);
      return { begin, end, node, codes: [] };
    });
    const top = panel.scrollTop;
    const parts = lineStarts(shown.sections.map((s) => this.#place(shown, s)), note.text);
    for (const { begin } of parts) if (!shown.borders.has(begin)) return this.#build(shown, parts);
    const nodes = parts.length === 0 ? shown.pieces.map((piece) => piece.node) : parts.map((part) => {
      const inside = shown.pieces.filter((piece) => piece.begin >= part.begin && piece.end <= part.end);
      return element("div", { class: "part" }, ...inside.map((piece) => piece.node));
    });
    panel.replaceChildren(...nodes);
    panel.scrollTop = top;
    return undefined;
  }

  #marks(shown) {
    const { number, version } = shown.note;
    return this.#lines.flatMap((line) => line.evidence.filter((e) => e.note === number && e.version === version)
      .map((e) => ({ ...this.#place(shown, e), code: key(line), state: stateOf(line) })));
  }

  #place(shown, { begin, end, cue = false, now = false }) {
    return { begin: shown.unit(begin), end: shown.unit(end), cue, now };
  }

  #pick(event) {
    if (!document.getSelection().isCollapsed) return;
    const piece = this.#current?.pieces?.find((each) => each.node === event.target);
    if (piece?.codes.length) this.dispatchEvent(new CustomEvent("pick", { detail: piece.codes }));
  }

  #arrow(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const tabs = [...this.#tabs.children];
    const next = tabs[(tabs.indexOf(this.#current.tab) + step + tabs.length) % tabs.length];
    next.click();
    next.focus();
    event.preventDefault();
  }

  #bringIntoView(node) {
    const box = this.#current.panel;
    const frame = box.getBoundingClientRect();
    const words = node.getBoundingClientRect();
    const margin = Math.min(60, frame.height / 5);
    if (words.top >= frame.top + margin && words.bottom <= frame.bottom - margin) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    box.scrollTo({ top: box.scrollTop + words.top - frame.top - frame.height / 3, behavior: calm ? "auto" : "smooth" });
  }
}

/** Sections that begin where the line of their heading does: a number or a dash before a heading goes with it. */
function lineStarts(parts, text) {
  const begins = parts.map(({ begin }) => {
    const line = text.lastIndexOf("\n", begin - 1) + 1;
    return begin - line <= 8 && !/[\p{L}]/u.test(text.slice(line, begin)) ? line : begin;
  });
  return parts.map(({ end }, i) => ({ begin: begins[i], end: begins[i + 1] ?? end })).filter(({ begin, end }) => end > begin);
}

const place = (number, version) => `${number}-${version}`;

function stateOf(line) {
  if (line.state === "accepted") return "accepted";
  return line.state === "open" && line.origin === "suggested" ? "open" : "other";
}
