// The note as it was sent, with the words that support codes marked. Overlapping evidence is cut into pieces at every border.

import { element } from "./elements.js";
import { toUnits } from "./offsets.js";

export class NoteView {
  #box;
  #pieces = [];

  constructor(box, onPick) {
    this.#box = box;
    box.addEventListener("click", (event) => {
      const piece = this.#pieces.find((p) => p.node === event.target);
      const owner = piece && [...piece.evidence.keys()].find((entry) => entry.kind === "codes");
      if (owner) onPick(owner, piece.evidence.get(owner));
    });
  }

  /** Show `text`; `entries` are codes of all kinds, each with `evidence`, and a `kind`. */
  show(text, entries) {
    const unit = toUnits(text);
    const spans = [];
    for (const entry of entries) {
      entry.evidence.forEach((evidence, number) => {
        spans.push({ begin: unit(evidence.begin), end: unit(evidence.end), entry, number, cue: false });
        for (const cue of evidence.assertion.cues) spans.push({ begin: unit(cue.begin), end: unit(cue.end), entry, number, cue: true });
      });
    }
    this.#pieces = cut(text.length, spans);
    const nodes = this.#pieces.map((piece) => {
      const words = text.slice(piece.begin, piece.end);
      if (piece.evidence.size === 0 && piece.cues.size === 0) return document.createTextNode(words);
      const billed = [...piece.evidence.keys()].some((entry) => entry.kind === "codes");
      piece.node = element("mark", { class: billed ? "billed" : null }, words);
      return piece.node;
    });
    this.#box.replaceChildren(...nodes);
    this.#box.scrollTop = 0;
  }

  /** Light up the evidence of `entry` (null for none) and bring piece `number` of it into view. */
  light(entry, { number = 0, peek = false } = {}) {
    let first = null;
    for (const piece of this.#pieces) {
      if (!piece.node) continue;
      const own = entry !== null && piece.evidence.has(entry);
      piece.node.classList.toggle("peek", own && peek);
      if (!peek) {
        piece.node.classList.toggle("lit", own);
        piece.node.classList.toggle("cue", entry !== null && !own && piece.cues.has(entry));
      }
      if (own && first === null && piece.evidence.get(entry) === number) first = piece.node;
    }
    if (first) this.#bringIntoView(first);
  }

  #bringIntoView(node) {
    const box = this.#box.getBoundingClientRect();
    const words = node.getBoundingClientRect();
    const margin = Math.min(60, box.height / 5);
    if (words.top >= box.top + margin && words.bottom <= box.bottom - margin) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const top = this.#box.scrollTop + words.top - box.top - box.height / 3;
    this.#box.scrollTo({ top, behavior: calm ? "auto" : "smooth" });
  }
}

/** Pieces that cover [0, length) without overlap, each with the entries whose evidence or cue covers it. */
function cut(length, spans) {
  const borders = [...new Set([0, length, ...spans.flatMap((s) => [s.begin, s.end])])].sort((a, b) => a - b);
  const place = new Map(borders.map((border, i) => [border, i]));
  const pieces = borders.slice(0, -1).map((begin, i) => ({ begin, end: borders[i + 1], evidence: new Map(), cues: new Set(), node: null }));
  for (const span of spans) {
    for (let i = place.get(span.begin); i < place.get(span.end); i++) {
      if (span.cue) pieces[i].cues.add(span.entry);
      else if (!pieces[i].evidence.has(span.entry)) pieces[i].evidence.set(span.entry, span.number);
    }
  }
  return pieces;
}
