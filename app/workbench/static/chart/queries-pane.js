// The queries of the chart with their status, and the form for a new one.

import { call } from "../api.js";
import { element } from "../elements.js";
import { queryForm } from "./query-form.js";

const TONES = { draft: "", sent: "accent", answered: "good", withdrawn: "" };
const WORDS = { draft: "Draft", sent: "Sent", answered: "Answered", withdrawn: "Withdrawn" };

export class QueriesPane {
  #box;
  #acts;
  #form = element("div");
  #list = element("div");
  #book = null;

  /** `acts`: write(method, path, body, arrived), say(text), back(), readOnly(), may(). */
  constructor(box, acts) {
    this.#box = box;
    this.#acts = acts;
    box.replaceChildren(this.#form, this.#list);
  }

  open(book) {
    this.#form.replaceChildren();
    this.show(book);
  }

  show(book) {
    this.#book = book;
    // A half-written answer is not thrown away by a decision elsewhere on the page.
    if (this.#list.contains(document.activeElement) && document.activeElement.matches("textarea")) return;
    const { queries } = book.encounter;
    this.#list.replaceChildren(...queries.map((query) => this.#query(query)));
    if (queries.length === 0) this.#list.append(element("p", { class: "fine" }, "None. Where the record leaves something open, query the physician from a finding or a code."));
  }

  /** A draft about codes, by the kind of a finding where it has one. */
  async draft(codes, kind, evidence = []) {
    const note = this.#noteOf(evidence) ?? this.#book.encounter.notes.find((each) => each.current && each.text);
    if (!note) return;
    const { encounter } = this.#book;
    const body = { text: note.text, encounter: { setting: encounter.setting, service_date: encounter.service_date, patient: encounter.patient }, codes: codes.map(({ system, code }) => ({ system, code })), ...(kind ? { kind } : {}) };
    try {
      const { query } = await call("/v1/queries/draft", { method: "POST", body });
      this.#write({ ...query, quotes: query.quotes.map((quote) => quote.text) });
    } catch (problem) {
      this.#acts.say(problem.detail);
      const quotes = evidence.map(this.#acts.quote).filter(Boolean);
      this.#write({ kind: kind ?? "specificity", title: "", question: "", options: ["Other (please specify)", "Unable to determine"], quotes });
    }
  }

  #noteOf(evidence) {
    const place = evidence[0];
    return place ? this.#book.encounter.notes.find((note) => note.number === place.note && note.version === place.version) : null;
  }

  #write(query, number = null) {
    const form = queryForm(query, {
      text: () => this.#book.encounter.notes.filter((note) => note.current && note.text).map((note) => note.text).join("\n\n"),
      onKeep: async (words, send) => {
        const [method, path] = number === null ? ["POST", "/queries"] : ["PUT", `/queries/${number}`];
        await this.#acts.write(method, path, { ...words, send }, (now) => now.queries.some((each) => each.question === words.question && each.title === words.title && (each.status === "sent") === send));
        this.#acts.say(send ? "Query sent" : "Query saved as a draft");
      },
      onClose: () => {
        this.#form.replaceChildren();
        this.#acts.back();
      },
    });
    this.#form.replaceChildren(form);
    form.scrollIntoView({ block: "nearest" });
    form.begin();
  }

  #query(query) {
    const acts = [];
    if (!this.#acts.readOnly() && this.#acts.may()) {
      if (query.status === "draft") {
        acts.push(element("button", { type: "button", class: "small", onclick: () => this.#write(query, query.number) }, "Edit"), this.#step(query, "sent", "Send"));
      }
      if (["draft", "sent"].includes(query.status)) acts.push(this.#step(query, "withdrawn", "Withdraw"));
    }
    return element("article", { class: "query", "aria-label": `Query ${query.number}: ${query.title}` },
      element("p", { class: "query-head" }, element("b", {}, query.title), " ", element("span", { class: "badge", "data-tone": TONES[query.status] || null }, WORDS[query.status])),
      element("p", {}, query.question), query.answer ? element("p", { class: "answer" }, query.answer) : null,
      query.status === "sent" && !this.#acts.readOnly() && this.#acts.may() ? this.#answer(query) : null,
      acts.length ? element("div", { class: "acts" }, ...acts) : null);
  }

  #step(query, status, label) {
    return element("button", { type: "button", class: "small", onclick: () => this.#move(query, { status }, `Query ${WORDS[status].toLowerCase()}`) }, label);
  }

  #answer(query) {
    const given = element("textarea", { rows: "2", maxlength: "4000", "aria-label": `Answer to query ${query.number}`, placeholder: "The physician's answer" });
    const save = element("button", { type: "submit", class: "small" }, "Enter the answer");
    const form = element("form", { class: "answering" }, given, save);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!given.value.trim()) return;
      save.focus();
      this.#move(query, { status: "answered", answer: given.value.trim() }, "Answer entered");
    });
    return form;
  }

  async #move(query, body, said) {
    try {
      await this.#acts.write("PUT", `/queries/${query.number}/status`, body, (now) => now.queries[query.number - 1]?.status === body.status);
      this.#acts.say(said);
    } catch (problem) {
      this.#acts.say(problem.detail);
    }
  }
}
