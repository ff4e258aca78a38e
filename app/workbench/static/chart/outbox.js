// Writes in the order in which they were made, one at a time. Nothing is lost on the way: what fails is tried again, and
// what was written on an older state is written again on the present one, unless somebody else decided on the same code.

import { Problem, exchange } from "../api.js";
import { key, same } from "./fold.js";
import { verdictOf } from "./book.js";

const FIRST_DELAY = 1000;
const LONGEST_DELAY = 20000;
const TO_RETRY = (problem) => problem.code === "unreachable" || problem.status >= 500 || problem.status === 429;

export class Outbox extends EventTarget {
  #book;
  #jobs = [];
  #busy = null;
  #delay = FIRST_DELAY;
  #timer = null;
  state = "saved";
  signedOut = false;

  constructor(book) {
    super();
    this.#book = book;
  }

  get empty() {
    return this.#jobs.length === 0;
  }

  /** Decide; the book shows it at once. `of`: for an undo, the job it takes back, as long as that has no number. */
  decide(verdict, { titles = [], of } = {}) {
    const job = { verdict, titles, of, method: "POST", path: "/decisions" };
    this.#book.wait(job);
    this.#put(job);
    return job;
  }

  /** Take back a decision that is not on its way yet; false when it is. */
  withdraw(job) {
    if (job === this.#busy || !this.#jobs.includes(job)) return false;
    this.#jobs = this.#jobs.filter((other) => other !== job);
    this.#book.done(job);
    this.#say();
    return true;
  }

  /** Another write, in its turn: resolves with the encounter, rejects with a Problem that the caller shows. `free`: needs no
      If-Match. `arrived`: tells by the present encounter that a try without an answer was written. */
  write(method, path, body, { free = false, arrived = () => false } = {}) {
    return new Promise((resolve, reject) => this.#put({ method, path, body, free, arrived, resolve, reject }));
  }

  /** Try again now what failed. */
  retry() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#send();
  }

  /** What waits, in a form that survives a reload. */
  kept() {
    return this.#jobs.filter((job) => job.verdict).map((job) => ({ verdict: this.#verdict(job), titles: job.titles }));
  }

  /** Give up what waits. */
  clear() {
    for (const job of this.#jobs.filter((other) => other.verdict)) this.#book.done(job);
    this.#jobs = [];
    this.#say("saved");
  }

  #put(job) {
    this.#jobs.push(job);
    if (this.#timer === null) this.#send();
    else this.#say();
  }

  async #send() {
    if (this.#busy !== null || this.#jobs.length === 0) return;
    const job = this.#jobs[0];
    this.#busy = job;
    this.#say("saving");
    try {
      const body = job.verdict ? this.#verdict(job) : job.body;
      const headers = job.free ? {} : { "If-Match": this.#book.tag };
      const answer = await exchange(`/v1/encounters/${this.#book.id}${job.path}`, { method: job.method, body, headers, keepalive: true });
      this.#busy = null;
      this.#finish(job, answer.body, answer.headers.get("ETag"));
    } catch (failure) {
      this.#busy = null;
      this.#failed(job, failure instanceof Problem ? failure : new Problem({ title: "The page failed", detail: String(failure), code: "page" }));
    }
  }

  #finish(job, encounter, tag) {
    this.#delay = FIRST_DELAY;
    this.#jobs = this.#jobs.filter((other) => other !== job);
    if (job.verdict) {
      job.sequence = encounter.decisions.length;
      this.#book.waiting = this.#book.waiting.filter((other) => other !== job);
    }
    this.#book.adopt(encounter, tag);
    job.resolve?.(encounter);
    this.dispatchEvent(new CustomEvent("written", { detail: job }));
    this.#say(this.empty ? "saved" : "saving");
    this.#send();
  }

  #failed(job, problem) {
    if (problem.status === 412) {
      this.#stale(job, problem);
    } else if (problem.status === 401) {
      // The page is on its way to the sign-in page; what waits is written when it comes back.
      this.signedOut = true;
      this.#say("failed", problem);
    } else if (TO_RETRY(problem)) {
      // It may have arrived all the same: the answer to the next try tells.
      job.doubtful = true;
      this.#say("failed", problem);
      this.#timer = setTimeout(() => this.retry(), this.#delay);
      this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY);
    } else {
      this.#jobs = this.#jobs.filter((other) => other !== job);
      const lost = ["chart_claimed", "chart_finalized"].includes(problem.code) ? this.#jobs.filter((other) => other.verdict) : [];
      for (const other of [job, ...lost].filter((each) => each.verdict)) this.#book.done(other);
      this.#jobs = this.#jobs.filter((other) => !lost.includes(other));
      job.reject?.(problem);
      this.dispatchEvent(new CustomEvent("refused", { detail: { job, lost: [job, ...lost].filter((each) => each.verdict), problem } }));
      this.#say(this.empty ? "saved" : "saving");
      this.#send();
    }
  }

  #stale(job, problem) {
    const before = this.#book.encounter;
    const current = problem.more.current;
    const fresh = current.decisions.slice(before.decisions.length);
    const tag = `"${current.revision}"`;
    const own = job.verdict ? fresh.length > 0 && fresh[0].by === this.#book.user && equal(fresh[0].verdict, this.#verdict(job)) : job.arrived?.(current);
    if (job.doubtful && own) {
      this.#finish(job, current, tag);
      if (job.verdict) job.sequence = fresh[0].sequence;
      return;
    }
    const touched = fresh.flatMap((d) => codesOf(d.verdict, current)).map(key);
    const torn = this.#jobs.filter((other) => other.verdict && codesOf(this.#verdict(other), current).some((code) => touched.includes(key(code))));
    for (const other of torn) this.#book.waiting = this.#book.waiting.filter((each) => each !== other);
    this.#jobs = this.#jobs.filter((other) => !torn.includes(other));
    this.#book.adopt(current, tag);
    const changed = fresh.length > 0 || current.status !== before.status || current.notes.length !== before.notes.length || current.queries.length !== before.queries.length;
    if (changed && !job.verdict && !job.free) {
      // What was meant for the chart as it was is not done to the chart as it is.
      this.#jobs = this.#jobs.filter((other) => other !== job);
      job.reject(problem);
    }
    if (changed) this.dispatchEvent(new CustomEvent("overtaken", { detail: { fresh, torn, current } }));
    this.#say(this.empty ? "saved" : "saving");
    this.#send();
  }

  #verdict(job) {
    const numbers = new Map(this.#book.waiting.map((other, i) => [other, this.#book.encounter.decisions.length + 1 + i]));
    return verdictOf(job, numbers);
  }

  #say(state = this.state, problem = null) {
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: { state, waiting: this.#jobs.length, problem } }));
  }
}

/** The codes that a verdict is about. */
function codesOf(verdict, encounter) {
  if (verdict.verdict === "reorder") return [];
  if (verdict.verdict === "replace") return [verdict, verdict.by];
  if (verdict.verdict !== "undo") return [verdict];
  const undone = encounter.decisions.find((d) => d.sequence === verdict.sequence);
  return undone ? codesOf(undone.verdict, encounter) : [];
}

function equal(a, b) {
  const { comment: _, ...rest } = b;
  return a.verdict === b.verdict && (b.code === undefined || same(a, b)) && Object.entries(rest).every(([name, value]) => JSON.stringify(a[name]) === JSON.stringify(value));
}
