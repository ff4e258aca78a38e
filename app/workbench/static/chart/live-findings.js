// Asks what speaks against the codes after each decision that was saved, and keeps only the newest answer.

import { call } from "../api.js";

const WAIT = 150;

export class LiveFindings {
  #timer = null;
  #asked = 0;

  /** Ask for a book soon; its `judged` gets the answer. */
  ask(book, { ready = () => true } = {}) {
    clearTimeout(this.#timer);
    const asked = ++this.#asked;
    this.#timer = setTimeout(async () => {
      if (!ready()) return;
      try {
        const found = await call(`/v1/encounters/${book.id}/findings`);
        if (asked === this.#asked) book.judged(found);
      } catch {
        // Finalising asks again, and says why when it can't.
      }
    }, WAIT);
  }
}
