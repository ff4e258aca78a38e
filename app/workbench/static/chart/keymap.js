// Which key does what. Each person may choose other keys; the digits stay what they are.

export const ACTIONS = [
  ["next", "j", "Next code"],
  ["previous", "k", "Previous code"],
  ["accept", "a", "Accept the code"],
  ["reject", "x", "Reject it; then a digit for the reason"],
  ["edit", "e", "Edit modifiers, units and pointers, or replace the code"],
  ["point", "p", "Take the diagnosis pointers proposed for a service"],
  ["words", "w", "Go to the words of the code; arrows move, Shift and arrows select"],
  ["add", "n", "Add a code for the selected words"],
  ["undo", "u", "Undo the last decision"],
  ["redo", "U", "Bring back what was undone"],
  ["earlier", "Alt+ArrowUp", "Move the code up on the claim"],
  ["later", "Alt+ArrowDown", "Move the code down on the claim"],
  ["evidence", "v", "Next piece of evidence of the code"],
  ["findings", "f", "Go to the findings"],
  ["query", "q", "Query the physician about the code"],
  ["search", "/", "Search a code"],
  ["finalize", "Ctrl+Enter", "Finalise and open the next chart"],
  ["help", "?", "Show the keys"],
];
const DEFAULTS = new Map(ACTIONS.map(([name, chord]) => [name, chord]));
const MODIFIERS = ["Control", "Shift", "Alt", "Meta", "AltGraph", "CapsLock"];
const RESERVED = ["Tab", "Enter", "Escape", " ", "Backspace", ...MODIFIERS];

/** The chord of a key event, as "Ctrl+Enter" or "a"; "" for a modifier alone. */
export function chordOf(event) {
  if (MODIFIERS.includes(event.key)) return "";
  return `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${event.key}`;
}

const SHOWN = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" };

/** A chord as the parts that are printed on keys. */
export function printed(chord) {
  return chord.split(/\+(?=.)/).map((part) => (/^[A-Z]$/.test(part) ? ["Shift", part.toLowerCase()] : [SHOWN[part] ?? part])).flat();
}

export class Keymap extends EventTarget {
  #storage;
  #chosen = {};
  single = true;

  constructor(user) {
    super();
    this.#storage = `chartcoder-keys-${user}`;
    try {
      const { single = true, ...chosen } = JSON.parse(localStorage.getItem(this.#storage) ?? "{}");
      this.#chosen = Object.fromEntries(Object.entries(chosen).filter(([name, chord]) => DEFAULTS.has(name) && typeof chord === "string"));
      this.single = single;
    } catch {
      // What can't be read is as good as none.
    }
  }

  chord(name) {
    return this.#chosen[name] ?? DEFAULTS.get(name);
  }

  /** The action of a chord; null for none. Single letters do nothing when they are switched off. */
  action(chord) {
    if (!this.single && !chord.startsWith("Ctrl+") && !chord.startsWith("Alt+")) return null;
    return ACTIONS.map(([name]) => name).find((name) => this.chord(name) === chord) ?? null;
  }

  /** Give an action another chord; returns what speaks against it, or "". */
  choose(name, chord) {
    if (RESERVED.includes(chord) || /^[0-9]$/.test(chord)) return `${printed(chord).join(" ")} has its own use: choose another key`;
    const other = ACTIONS.find(([action]) => action !== name && this.chord(action) === chord);
    if (other) return `${printed(chord).join(" ")} is the key for “${other[2]}”: choose another, or change that first`;
    this.#chosen[name] = chord;
    this.#keep();
    return "";
  }

  /** Whether single letters work at all: some people dictate. */
  useSingle(on) {
    this.single = on;
    this.#keep();
  }

  reset() {
    this.#chosen = {};
    this.single = true;
    this.#keep();
  }

  #keep() {
    try {
      localStorage.setItem(this.#storage, JSON.stringify({ ...this.#chosen, single: this.single }));
    } catch {
      // Without storage the choice holds for this page.
    }
    this.dispatchEvent(new CustomEvent("change"));
  }
}
