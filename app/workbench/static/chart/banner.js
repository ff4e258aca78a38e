// What a coder must know before going on: the chart changed elsewhere, is another's, or is finalised.

import { byId, element } from "../elements.js";
import { told } from "./deeds.js";

/** Say something with buttons, `[label, act]`; each closes the banner. `tone`: "warn", "bad", "good". */
export function banner(text, { tone = "warn", buttons = [], close = true } = {}) {
  const box = byId("banner");
  const made = [...buttons, ...(close ? [["Dismiss", () => {}]] : [])].map(([label, act]) => element("button", { type: "button", class: "small", onclick: () => {
    box.hidden = true;
    act();
  } }, label));
  box.dataset.tone = tone;
  box.replaceChildren(element("p", {}, text), element("span", { class: "acts" }, ...made));
  box.hidden = false;
}

export function noBanner() {
  byId("banner").hidden = true;
}

/** What others did, in words: "I10 rejected by coder2". */
export function changesBy(fresh, user) {
  const who = [...new Set(fresh.map((d) => (d.by === user ? "you, in another window" : d.by)))].join(" and ");
  const what = fresh.slice(-4).map((d) => told(d.verdict)).join(", ");
  return fresh.length ? `This chart was changed by ${who}: ${what}.` : "This chart was changed in another window.";
}
