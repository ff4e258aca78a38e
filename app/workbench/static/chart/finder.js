// A dialog that finds a code: what the selected words could mean, or what one types. It lies over the codes, so that the
// note stays in sight.

import { call } from "../api.js";
import { percent } from "../code-row.js";
import { element } from "../elements.js";

const WAIT = 90;
const SHOWN = 12;
const SOURCES = { chart: "seen in these words", name: "", words: "read in these words", alternative: "alternative" };

export class Finder {
  #dialog;
  #day;
  #taken = null;
  #hits = [];
  #at = 0;
  #asked = 0;
  #timer = null;

  /** `day()`: the date of service, or null. */
  constructor(dialog, day) {
    this.#dialog = dialog;
    this.#day = day;
    this.title = element("h2", { id: "finder-title" });
    this.words = element("p", { class: "quoted" });
    this.input = element("input", { type: "search", role: "combobox", "aria-expanded": "true", "aria-controls": "finder-list", "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false",
      placeholder: "Code or words in any order", "aria-label": "Search a code", maxlength: "200" });
    this.list = element("ul", { id: "finder-list", role: "listbox", "aria-label": "Codes" });
    this.status = element("p", { class: "fine", role: "status" });
    dialog.setAttribute("aria-labelledby", "finder-title");
    dialog.replaceChildren(element("div", { class: "head" }, this.title, element("button", { type: "button", class: "quiet small", onclick: () => dialog.close() }, "Close ", element("kbd", {}, "Esc"))),
      this.words, this.input, this.list, this.status);
    this.input.addEventListener("input", () => this.#later());
    dialog.addEventListener("keydown", (event) => this.#key(event));
    dialog.addEventListener("close", () => { this.#asked++; });
  }

  /** Open for what `title` says; `words` is what a code is found for, or null. `offers`: a promise of codes to begin with. Calls `onTake(hit)`. */
  open({ title, words = null, offers = null, text = "", onTake }) {
    this.#taken = onTake;
    this.title.textContent = title;
    this.words.textContent = words ? `“${words.length > 200 ? `${words.slice(0, 196)}…` : words}”` : "";
    this.words.hidden = !words;
    this.input.value = text;
    this.#show([], "");
    if (!this.#dialog.open) this.#dialog.showModal();
    this.input.focus();
    this.input.select();
    const asked = ++this.#asked;
    if (offers) {
      this.status.textContent = "Reading the words…";
      offers.then((found) => asked === this.#asked && this.#show(found, found.length ? "" : "Nothing is known by these words: type others"),
        (problem) => asked === this.#asked && this.#show([], problem.detail ?? "The search failed: try again"));
    } else if (text) {
      this.#search();
    }
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#search(), WAIT);
  }

  async #search() {
    const typed = this.input.value;
    if (!typed.trim()) return;
    const asked = ++this.#asked;
    const day = this.#day();
    try {
      const { codes } = await call(`/v1/codes?${new URLSearchParams({ q: typed, limit: String(SHOWN), ...(day ? { on: day } : {}) })}`);
      if (asked === this.#asked) this.#show(codes, codes.length ? "" : "No code is found by these words");
    } catch (problem) {
      if (asked === this.#asked) this.#show([], problem.detail ?? "The search failed: try again");
    }
  }

  #show(hits, status) {
    this.#hits = hits;
    this.status.textContent = status;
    this.list.replaceChildren(...hits.map((hit, i) => {
      const heading = hit.billable === false;
      return element("li", { role: "option", id: `hit-${i}`, "aria-selected": "false", "aria-disabled": heading ? "true" : null, onclick: () => this.#take(i), onpointermove: () => this.#mark(i) },
        i < 9 ? element("kbd", {}, `${i + 1}`) : element("span", {}),
        element("span", { class: "id" }, hit.code), element("span", { class: "title" }, hit.display, this.#about(hit, heading)),
        element("span", { class: "share" }, hit.confidence ? percent(hit.confidence) : ""));
    }));
    this.#mark(hits.findIndex((hit) => hit.billable !== false));
  }

  #about(hit, heading) {
    if (heading) return element("small", {}, "A heading: press Enter for the codes under it");
    const said = hit.source ? SOURCES[hit.source] : "";
    const matched = hit.matched && hit.matched.toLowerCase() !== hit.display.toLowerCase() && hit.matched !== hit.code ? hit.matched : "";
    return said || matched ? element("small", {}, said || matched) : null;
  }

  #mark(at) {
    this.#at = at;
    [...this.list.children].forEach((node, i) => node.setAttribute("aria-selected", String(i === at)));
    if (at >= 0) {
      this.input.setAttribute("aria-activedescendant", `hit-${at}`);
      this.list.children[at]?.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  #take(i) {
    const hit = this.#hits[i];
    if (!hit) return;
    if (hit.billable === false) {
      this.input.value = hit.code;
      this.#search();
      return;
    }
    this.#dialog.close();
    this.#taken(hit);
  }

  #key(event) {
    event.stopPropagation();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    // With Alt, or while nothing is typed, a digit takes a code; else it is part of what one searches.
    const digit = /^[1-9]$/.test(event.key) && (event.altKey || this.input.value === "") ? Number(event.key) : 0;
    if (step) {
      if (this.#hits.length) this.#mark((this.#at + step + this.#hits.length) % this.#hits.length);
    } else if (event.key === "Enter" && event.target === this.input) {
      this.#take(this.#at);
    } else if (event.key === "Escape") {
      // A search field would only be emptied by it.
      this.#dialog.close();
    } else if (digit && this.#hits[digit - 1]) {
      this.#take(digit - 1);
    } else {
      return;
    }
    event.preventDefault();
  }
}
