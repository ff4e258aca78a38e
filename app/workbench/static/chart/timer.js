// Seconds of work on a chart: counted while the window is seen and somebody moves, types or clicks in it.

const IDLE = 60_000;

export class ActiveTimer {
  #counted = 0;
  #before;
  #last = performance.now();
  #touched = performance.now();

  /** `before`: seconds that were counted earlier; `show` is given all seconds, each second. */
  constructor(before, show) {
    this.#before = before;
    this.show = show;
    for (const event of ["keydown", "pointerdown", "pointermove", "wheel"]) document.addEventListener(event, () => this.#touch(), { passive: true });
    document.addEventListener("visibilitychange", () => this.#count());
    setInterval(() => this.#count(), 1000);
  }

  /** Whether somebody is at work. */
  get active() {
    return !document.hidden && performance.now() - this.#touched < IDLE;
  }

  /** Seconds since the last `take`. */
  take() {
    this.#count();
    const seconds = Math.round(this.#counted);
    this.#before += seconds;
    this.#counted -= seconds;
    return seconds;
  }

  /** Seconds that were taken for nothing. */
  give(seconds) {
    this.#before -= seconds;
    this.#counted += seconds;
  }

  /** Begin with another chart. */
  restart(before) {
    this.#before = before;
    this.#counted = 0;
    this.#last = performance.now();
    this.#touch();
    this.show(before);
  }

  #touch() {
    this.#count();
    this.#touched = performance.now();
  }

  #count() {
    const now = performance.now();
    // Up to the moment at which idling began, whenever the browser comes round to counting.
    const until = document.hidden ? this.#last : Math.min(now, this.#touched + IDLE);
    if (until > this.#last) this.#counted += (until - this.#last) / 1000;
    this.#last = now;
    this.show(Math.floor(this.#before + this.#counted));
  }
}

/** 95 → "1:35". */
export function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
