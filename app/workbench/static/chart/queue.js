// The next chart: looked up and read while the present one is decided, so that it opens at once.

import { call, exchange } from "../api.js";

const ROWS = 30;

export class ChartQueue {
  #filter;
  #done = new Set();
  #next = null;

  /** `search`: the address of the page, whose query is the filter of the worklist that led here. */
  constructor(search) {
    const wanted = new URLSearchParams(search);
    this.#filter = new URLSearchParams();
    for (const name of ["status", "setting", "assignee", "order", "received_before", "received_from", "min_priority", "external_id"]) {
      for (const value of wanted.getAll(name).filter(Boolean)) this.#filter.append(name, value);
    }
    if (!this.#filter.has("status")) for (const status of ["new", "in_review"]) this.#filter.append("status", status);
    this.#filter.set("limit", String(ROWS));
  }

  /** Read the chart after `id`; what is known of it is thrown away. */
  preload(id, user) {
    this.#done.add(id);
    this.#next = this.#load(user).catch(() => null);
  }

  /** The next chart, `{ encounter, tag, basis }`, or null when none is left. */
  async next(user) {
    const found = await this.#next;
    if (found && !this.#done.has(found.encounter.id)) {
      const now = await call(`/v1/encounters/${found.encounter.id}/revision`);
      if (now.status !== "finalized" && free(now.claim, user)) return now.revision === found.encounter.revision ? found : read(found.encounter.id);
    }
    return this.#load(user);
  }

  async #load(user) {
    const { encounters } = await call(`/v1/encounters?${this.#filter}`);
    const row = encounters.find((each) => !this.#done.has(each.id) && each.status !== "finalized" && free(each.claim, user));
    return row ? read(row.id) : null;
  }
}

/** Whether a claim keeps `user` from working on the chart. */
export const free = (claim, user) => claim === null || claim.by === user || new Date(claim.until) < new Date();

/** A chart with what its review rests on. */
export async function read(id) {
  const [chart, basis] = await Promise.all([exchange(`/v1/encounters/${id}`), call(`/v1/encounters/${id}/basis`)]);
  return { encounter: chart.body, tag: chart.headers.get("ETag"), basis };
}
