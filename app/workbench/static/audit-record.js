// The record beside the codes: notes with the words of the chosen code marked, and the physician's answers.

import { byId, element } from "./elements.js";
import { countPoints, toUnits } from "./offsets.js";

let bodies = [];

export function showRecord(record) {
  bodies = record.notes.map((note) => ({ note, node: element("div", { class: "note-body" }) }));
  const notes = bodies.map(({ note, node }) => element("article", {}, element("h3", {}, note.title || `Note ${note.number}`), node));
  const answers = record.answers.map((a) => element("article", {}, element("h3", {}, `Query: ${a.title}`), element("p", {}, a.question), element("p", {}, element("strong", {}, "Answer: "), a.answer)));
  byId("record").replaceChildren(...notes, ...answers);
  light([]);
}

/** Mark words, `{note, version, begin, end}` each, and bring the first into view. */
export function light(words) {
  for (const { note, node } of bodies) {
    const text = note.text ?? "The text of this note was erased.";
    const unit = toUnits(text);
    const spans = words.filter((w) => w.note === note.number && w.version === note.version).map((w) => [unit(w.begin), unit(w.end)]).sort((a, b) => a[0] - b[0]);
    const pieces = [];
    let at = 0;
    for (const [begin, end] of spans) {
      if (begin < at) continue;
      pieces.push(text.slice(at, begin), element("mark", { class: "lit" }, text.slice(begin, end)));
      at = end;
    }
    node.replaceChildren(...pieces, text.slice(at));
  }
  const first = byId("record").querySelector("mark");
  const box = byId("record");
  if (first) box.scrollTop = Math.max(0, first.offsetTop - box.offsetTop - box.clientHeight / 3);
}

/** The words that are selected in the record, with their text; null for none. */
export function selected() {
  const chosen = getSelection();
  if (!chosen || chosen.isCollapsed || !chosen.toString().trim()) return null;
  const range = chosen.getRangeAt(0);
  const held = bodies.find(({ node }) => node.contains(range.startContainer) && node.contains(range.endContainer));
  if (!held) return null;
  const before = range.cloneRange();
  before.selectNodeContents(held.node);
  before.setEnd(range.startContainer, range.startOffset);
  const begin = countPoints(before.toString());
  const text = range.toString();
  return { text: text.trim(), words: { note: held.note.number, version: held.note.version, begin, end: begin + countPoints(text) } };
}
