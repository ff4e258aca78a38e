// Selecting words without a mouse: in a note, the left and right arrows go from word to word, up and down from line to
// line; with Shift they select all words on the way.

const WORD = /[\p{L}\p{N}\p{Extended_Pictographic}](?:[\p{L}\p{N}\p{M}'’./-]*[\p{L}\p{N}\p{M}])?/gu;

/** Let the keys select within `panels`. */
export function selectByKeys(panels) {
  panels.addEventListener("keydown", (event) => {
    const panel = event.target.closest('[role="tabpanel"]');
    if (!panel || event.ctrlKey || event.metaKey || event.altKey || !event.key.startsWith("Arrow")) return;
    event.preventDefault();
    const text = panel.textContent;
    const words = [...text.matchAll(WORD)].map((m) => [m.index, m.index + m[0].length]);
    if (words.length === 0) return;
    const chosen = document.getSelection();
    const anchor = offsetOf(panel, chosen.anchorNode, chosen.anchorOffset);
    const focus = offsetOf(panel, chosen.focusNode, chosen.focusOffset);
    const fresh = focus === null;
    const backward = !fresh && focus < anchor;
    const at = fresh ? 0 : nearest(words, backward ? focus : focus - 1);
    const next = fresh ? 0 : step(event.key, words, at, text);
    if (event.shiftKey && !fresh) {
      const kept = nearest(words, backward ? anchor - 1 : anchor);
      if (next >= kept) select(panel, words[kept][0], words[next][1]);
      else select(panel, words[kept][1], words[next][0]);
    } else {
      select(panel, ...words[next]);
    }
    follow(panel, chosen);
  });
}

function step(key, words, at, text) {
  if (key === "ArrowRight") return Math.min(at + 1, words.length - 1);
  if (key === "ArrowLeft") return Math.max(at - 1, 0);
  if (key === "ArrowDown") {
    const end = text.indexOf("\n", words[at][0]);
    const next = end < 0 ? -1 : words.findIndex(([begin]) => begin > end);
    return next < 0 ? words.length - 1 : next;
  }
  const start = text.lastIndexOf("\n", words[at][0]);
  if (start < 0) return 0;
  const last = words.findLastIndex(([, end]) => end <= start);
  if (last < 0) return 0;
  const before = text.lastIndexOf("\n", words[last][0]);
  return words.findIndex(([begin]) => begin > before);
}

/** The word at or before an offset. */
function nearest(words, offset) {
  const found = words.findLastIndex(([begin]) => begin <= offset);
  return Math.max(found, 0);
}

function offsetOf(panel, node, offset) {
  if (!node || !panel.contains(node)) return null;
  const range = document.createRange();
  range.selectNodeContents(panel);
  range.setEnd(node, offset);
  return range.toString().length;
}

function select(panel, anchor, focus) {
  document.getSelection().setBaseAndExtent(...pointOf(panel, anchor), ...pointOf(panel, focus));
}

function pointOf(panel, offset) {
  const walker = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
  let left = offset;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (left <= node.length) return [node, left];
    left -= node.length;
  }
  return [panel, panel.childNodes.length];
}

function follow(panel, chosen) {
  const words = chosen.getRangeAt(0).getBoundingClientRect();
  const box = panel.getBoundingClientRect();
  if (words.bottom > box.bottom - 20) panel.scrollTop += words.bottom - box.bottom + 40;
  else if (words.top < box.top + 20) panel.scrollTop -= box.top - words.top + 40;
}
