// The line above the chart: whose it is, how far one is, whether all is saved.

import { byId } from "../elements.js";

const SEX = { female: "F", male: "M", unknown: "" };

export function showCase(book) {
  const { encounter } = book;
  const patient = [SEX[encounter.patient.sex], encounter.patient.age === null ? "" : `${encounter.patient.age} y`].filter(Boolean).join(" ");
  byId("case-title").textContent = encounter.external_id || `Chart ${encounter.id.slice(0, 8)}`;
  document.title = `${byId("case-title").textContent} · Chartcoder`;
  byId("case-facts").textContent = [encounter.setting === "unknown" ? "" : `${encounter.setting[0].toUpperCase()}${encounter.setting.slice(1)}`, patient, encounter.service_date, encounter.version > 1 ? `review ${encounter.version}` : "", encounter.assignee ? `for ${encounter.assignee}` : ""].filter(Boolean).join(" · ");
  byId("provenance").textContent = `${encounter.bundles.length ? `Bundle ${encounter.bundles.join(", ")} · ` : ""}${Object.entries(encounter.releases).map(([system, release]) => `${system} ${release}`).join(", ")}`;
}

export function showProgress(book) {
  const suggested = book.lines.filter((line) => line.origin === "suggested");
  const decided = suggested.filter((line) => line.state !== "open").length;
  byId("progress").textContent = `${decided} of ${suggested.length} decided`;
  byId("progress").dataset.done = String(decided === suggested.length);
}

export function showSaving({ state, waiting, problem }) {
  byId("saving").dataset.state = state;
  byId("saving-text").textContent = {
    saved: "Saved",
    saving: waiting > 1 ? `Saving ${waiting}…` : "Saving…",
    failed: `Not saved: ${waiting} waiting. ${problem?.code === "unreachable" ? "The service can't be reached" : problem?.title ?? ""}`,
  }[state];
  byId("retry").hidden = state !== "failed";
}
