// One chart as the page knows it: what the service said last, and what waits to be sent.

import { fold, isService, key, unvoided } from "./fold.js";

export class Book extends EventTarget {
  #titles = new Map();
  #lines = null;

  /** `encounter` of GET /v1/encounters/{id}, its `tag`, and the `basis` of the same. */
  constructor(encounter, tag, basis, user) {
    super();
    Object.assign(this, { encounter, tag, basis, user, waiting: [], found: { findings: [], not_checked: [] } });
    for (const line of [...basis.superseded, ...basis.codes]) this.#learn([line, ...line.alternatives]);
    this.#learn(encounter.codes);
  }

  get id() {
    return this.encounter.id;
  }

  /** The codes as they will be when all that waits is sent. */
  get lines() {
    this.#lines ??= this.waiting.length === 0 ? this.encounter.codes : fold(this.basis, this.decisions, this.#titles);
    return this.#lines;
  }

  /** All decisions; those that wait have the number that they will get. */
  get decisions() {
    const sent = this.encounter.decisions;
    const waiting = this.waiting.map((job, i) => ({ sequence: sent.length + 1 + i, version: this.encounter.version, by: this.user, job }));
    const numbers = new Map(waiting.map(({ job, sequence }) => [job, sequence]));
    return [...sent, ...waiting.map((d) => ({ ...d, verdict: verdictOf(d.job, numbers) }))];
  }

  line(code) {
    return this.lines.find((line) => key(line) === key(code));
  }

  get billed() {
    return this.lines.filter((line) => line.state === "accepted");
  }

  get diagnoses() {
    return this.billed.filter((line) => !isService(line));
  }

  get open() {
    return this.lines.filter((line) => line.state === "open" && line.origin === "suggested");
  }

  get finalized() {
    return this.encounter.status === "finalized";
  }

  /** The last decision of this review that counts: what undo takes back; null for none. */
  last() {
    return unvoided(this.decisions).findLast((d) => d.verdict.verdict !== "undo" && d.version === this.encounter.version) ?? null;
  }

  /** The undoing that redo takes back: one with no newer decision after it; null for none. */
  undone() {
    const last = unvoided(this.decisions).at(-1);
    return last && last.verdict.verdict === "undo" && last.version === this.encounter.version ? last : null;
  }

  /** The job waits; `job.titles` are codes with titles that the fold may need. */
  wait(job) {
    this.#learn(job.titles ?? []);
    this.waiting.push(job);
    this.#changed("decisions");
  }

  /** The job is sent, refused or taken back. */
  done(job) {
    this.waiting = this.waiting.filter((other) => other !== job);
    this.#changed("decisions");
  }

  /** What the service says now. */
  adopt(encounter, tag) {
    const before = this.encounter;
    // An answer that was overtaken by a newer one says nothing any more.
    if (encounter.revision < before.revision) return;
    this.#learn(encounter.codes);
    Object.assign(this, { encounter, tag });
    this.#changed(before.notes.length === encounter.notes.length ? "decisions" : "notes");
  }

  rebase(basis) {
    this.basis = basis;
    this.#changed("notes");
  }

  judged(found) {
    this.found = found;
    this.dispatchEvent(new CustomEvent("findings"));
  }

  title(code) {
    return this.#titles.get(key(code)) ?? "";
  }

  #learn(codes) {
    for (const code of codes) if (code.display) this.#titles.set(key(code), code.display);
  }

  #changed(what) {
    this.#lines = null;
    this.dispatchEvent(new CustomEvent("change", { detail: what }));
  }
}

/** The verdict of a job, an undo by the number of what it takes back. */
export function verdictOf(job, numbers) {
  if (job.verdict.verdict !== "undo" || job.of === undefined) return job.verdict;
  return { verdict: "undo", sequence: job.of.sequence ?? numbers.get(job.of) ?? 0 };
}
