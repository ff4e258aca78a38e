// Notices when a chart changes elsewhere: at once in another window of this browser, within seconds on another machine.

import { call } from "../api.js";

const EVERY = 6000;

export class Watcher {
  #channel = "BroadcastChannel" in window ? new BroadcastChannel("chartcoder-charts") : null;
  #asking = false;

  /** `active()`: whether somebody is at work; nobody asks otherwise, so that an idle session ends in time. */
  constructor({ id, revision, active, onChange }) {
    Object.assign(this, { id, revision, active, onChange });
    this.#channel?.addEventListener("message", ({ data }) => {
      if (data.id === this.id() && data.revision > this.revision()) this.onChange();
    });
    setInterval(() => this.look(), EVERY);
    document.addEventListener("visibilitychange", () => this.look());
  }

  /** Tell other windows. */
  tell(id, revision) {
    this.#channel?.postMessage({ id, revision });
  }

  async look() {
    if (this.#asking || !this.active() || this.id() === null) return;
    this.#asking = true;
    const asked = this.id();
    try {
      const { revision } = await call(`/v1/encounters/${asked}/revision`);
      if (asked === this.id() && revision > this.revision()) this.onChange();
    } catch {
      // The next write says what is wrong.
    } finally {
      this.#asking = false;
    }
  }
}
