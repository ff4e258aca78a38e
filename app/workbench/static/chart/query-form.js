// A query to the physician as it is written: checked while one types, kept as a draft or sent.

import { call } from "../api.js";
import { element } from "../elements.js";

const WAIT = 350;
const KINDS = { laterality: "Side", specificity: "More detail", type: "Type", acuity: "Acute or chronic", "causal-link": "Relationship", "clinical-significance": "Clinical significance", conflicting: "Conflict", uncertain: "Suspicion" };
let made = 0;

/** The form for `query` (`{ kind, title, question, options, quotes }`); `text()`: the notes; `onKeep(query, send)`: a promise; `onClose()`. */
export function queryForm(query, { text, onKeep, onClose }) {
  const id = `query-${++made}`;
  const kind = element("select", { id: `${id}-kind` }, ...Object.entries(KINDS).map(([name, title]) => element("option", { value: name, selected: name === query.kind }, title)));
  const title = element("input", { id: `${id}-title`, type: "text", value: query.title, maxlength: "200" });
  const quotes = area("quotes", query.quotes.join("\n\n"), 2);
  const question = area("question", query.question, 5);
  const options = area("options", query.options.join("\n"), Math.min(Math.max(3, query.options.length), 8));
  const faults = element("ul", { class: "faults", "aria-live": "polite" });
  const draft = element("button", { type: "button", class: "small", onclick: () => keep(false) }, "Save draft");
  const send = element("button", { type: "button", class: "small primary", onclick: () => keep(true) }, "Send");
  let timer = null;
  let asked = 0;

  function area(name, value, rows) {
    const made_ = element("textarea", { id: `${id}-${name}`, rows: String(rows), maxlength: "4000" });
    made_.value = value;
    return made_;
  }
  const lines = (value, by) => value.split(by).map((line) => line.trim()).filter(Boolean);
  const written = () => ({ kind: kind.value, title: title.value.trim(), question: question.value.trim(), options: lines(options.value, "\n"), quotes: lines(quotes.value, /\n\s*\n/) });
  const ready = (on) => [draft, send].forEach((button) => { button.disabled = !on; });

  async function check() {
    const own = ++asked;
    try {
      const { compliant, faults: found } = await call("/v1/queries/lint", { method: "POST", body: { query: written(), text: text() } });
      if (own !== asked) return;
      show(found.map((fault) => `${fault.words ? `“${fault.words}” ` : ""}${fault.message}: ${fault.mend}`));
      ready(compliant);
    } catch (problem) {
      if (own === asked) show([problem.detail]);
    }
  }
  function show(found) {
    faults.replaceChildren(...(found.length ? found.map((each) => element("li", {}, each)) : [element("li", { class: "fine" }, "Compliant: it may be sent.")]));
  }
  async function keep(sent) {
    ready(false);
    try {
      await onKeep(written(), sent);
      onClose();
    } catch (problem) {
      show(problem.errors?.length ? problem.errors.map((each) => `${each.field}: ${each.message}`) : [problem.detail]);
      ready(true);
    }
  }
  const field = (label, input, hint) => element("div", { class: "field" }, element("label", { for: input.id }, label), input, hint ? element("p", { class: "hint" }, hint) : null);
  const form = element("form", { class: "query-form", "aria-label": "Query to the physician", novalidate: true, oninput: () => {
    clearTimeout(timer);
    timer = setTimeout(check, WAIT);
  } }, field("About", kind), field("Title", title), field("From the record", quotes, "Letter by letter; an empty line between two"), field("Question", question),
  field("Choices", options, "One a line; none for an answer in free text"), faults, element("div", { class: "acts" }, send, draft, element("button", { type: "button", class: "quiet small", onclick: onClose }, "Cancel ", element("kbd", {}, "Esc"))));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    onClose();
  });
  ready(false);
  check();
  form.begin = () => {
    question.setSelectionRange(0, 0);
    question.focus();
  };
  return form;
}
