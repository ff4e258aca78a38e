// Why a code is wrong: a digit takes the reason.

import { element } from "../elements.js";
import { REASONS } from "./code-item.js";

/** The panel; `onTake(reason, comment)` and `onCancel()` end it. */
export function reasonsPanel(line, { onTake, onCancel }) {
  const comment = element("input", { type: "text", class: "comment", maxlength: "1000", placeholder: "Comment, if one helps", "aria-label": "Comment" });
  const buttons = REASONS.map(([reason, title], i) =>
    element("button", { type: "button", class: "other", onclick: () => onTake(reason, comment.value.trim()) }, element("kbd", {}, String(i + 1)), element("span", { class: "title" }, title)));
  const panel = element("div", { class: "ask", role: "group", "aria-label": `Why is ${line.code} wrong?` },
    element("h4", {}, `Why is ${line.code} wrong?`), element("div", { class: "reasons" }, ...buttons), comment,
    element("button", { type: "button", class: "quiet small", onclick: onCancel }, "Cancel ", element("kbd", {}, "Esc")));
  panel.take = (digit) => buttons[digit - 1]?.click();
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === comment) onTake("other", comment.value.trim());
  });
  return panel;
}
