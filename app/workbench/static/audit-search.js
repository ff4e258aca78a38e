// A search for codes: type, go down with the arrows, take with Enter.

import { call } from "./api.js";
import { element } from "./elements.js";

const WAIT = 160;

/** A search box; `take(code)` is given `{system, code, display}`. `day`: the date of service. */
export function codeSearch(day, take) {
  let timer = 0;
  let asked = null;
  const list = element("ul", { id: "found", class: "found", role: "listbox", "aria-label": "Codes found", hidden: true });
  const input = element("input", {
    id: "search", type: "search", autocomplete: "off", spellcheck: "false", role: "combobox", "aria-controls": "found", "aria-expanded": "false", "aria-autocomplete": "list", maxlength: "200",
  });
  const options = () => [...list.children].filter((node) => node.getAttribute("role") === "option");
  const chosen = () => options().findIndex((node) => node.getAttribute("aria-selected") === "true");

  function choose(place) {
    options().forEach((node, i) => node.setAttribute("aria-selected", String(i === place)));
    const node = options()[place];
    if (node) input.setAttribute("aria-activedescendant", node.id);
    node?.scrollIntoView({ block: "nearest" });
  }

  function close() {
    list.hidden = true;
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function pick(code) {
    input.value = "";
    close();
    take(code);
  }

  async function search() {
    asked?.abort();
    asked = new AbortController();
    const query = input.value.trim();
    if (query === "") return close();
    const on = day ? `&on=${day}` : "";
    try {
      const { codes } = await call(`/v1/codes?q=${encodeURIComponent(query)}&limit=12${on}`, { signal: asked.signal });
      const found = codes.filter((code) => code.billable);
      list.replaceChildren(
        ...found.map((code, i) => element("li", { id: `found-${i}`, role: "option", "aria-selected": "false", onclick: () => pick(code) }, element("b", {}, code.code), ` ${code.display}`)),
      );
      list.codes = found;
      list.hidden = found.length === 0;
      input.setAttribute("aria-expanded", String(found.length > 0));
      if (found.length > 0) choose(0);
    } catch (failure) {
      if (failure.name !== "AbortError") close();
    }
    return null;
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !list.hidden) {
      event.preventDefault();
      choose((chosen() + step + options().length) % options().length);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (!list.hidden && chosen() >= 0) pick(list.codes[chosen()]);
    } else if (event.key === "Escape") {
      close();
      input.blur();
    }
  });
  const node = element("div", { class: "search" }, element("label", { for: "search" }, "Add a code"), input, list);
  return {
    node,
    open(text) {
      input.value = text;
      input.focus();
      if (text) search();
    },
  };
}
