// What a coder does to the codes: each deed is a decision, painted at once, and moves on to what comes next.

import { call } from "../api.js";
import { ClaimPane } from "./claim-pane.js";
import { REASONS } from "./code-item.js";
import { LETTERS, editorPanel } from "./editor.js";
import { isService, key, same } from "./fold.js";
import { reasonsPanel } from "./reasons.js";
import { proposed } from "./repairs.js";

const REASON = new Map(REASONS);

export class Deeds {
  /** `page`: book, outbox, codes, note, finder, queries, say(text), readOnly(). All are asked for when needed: charts change. */
  constructor(page) {
    this.page = page;
  }

  accept(line = this.line) {
    if (!this.#may(line)) return;
    if (line.state === "accepted") return this.#forward(`${line.code} is accepted already`);
    this.#decide({ verdict: "accept", ...name(line) });
    this.#forward(`${line.code} accepted`);
  }

  /** Ask for the reason. */
  reject(line = this.line) {
    if (!this.#may(line)) return;
    const item = this.page.codes.select(line);
    const panel = reasonsPanel(line, {
      onTake: (reason, comment) => {
        item.ask(null);
        this.#decide({ verdict: "reject", ...name(line), reason, ...(comment ? { comment } : {}) });
        this.#forward(`${line.code} rejected: ${REASON.get(reason).toLowerCase()}`);
      },
      onCancel: () => {
        this.#leave(item);
        this.page.say("");
      },
    });
    item.ask(panel);
    item.row.focus({ preventScroll: true });
    item.node.scrollIntoView({ block: "nearest" });
    this.page.say(`Why is ${line.code} wrong?`, REASONS.map(([, title], i) => `${i + 1} ${title}`).join(", "));
  }

  /** A digit: the reason where one is asked for, else an alternative of the selected code. */
  digit(number) {
    const item = this.page.codes.item;
    if (!item) return;
    if (item.asked?.take) item.asked.take(number);
    else this.alternative(item.line, number - 1);
  }

  alternative(line, i) {
    const other = line.alternatives[i];
    if (!other || !this.#may(line)) return;
    this.#decide({ verdict: "replace", ...name(line), by: name(other) }, [other]);
    this.#forward(`${line.code} replaced by ${other.code}`);
  }

  edit(line = this.line, field = "modifiers") {
    if (!this.#may(line)) return;
    if (!isService(line)) return this.replace(line);
    const item = this.page.codes.select(line);
    const panel = editorPanel(line, this.page.book.diagnoses, {
      onSave: (changes) => {
        item.ask(null);
        if (line.state !== "accepted") this.#decide({ verdict: "accept", ...name(line) });
        if (changes.modifiers) this.#decide({ verdict: "modify", ...name(line), modifiers: changes.modifiers, units: changes.units });
        if (changes.pointers) this.#decide({ verdict: "point", ...name(line), diagnoses: changes.pointers });
        item.row.focus({ preventScroll: true });
        this.page.say(`${line.code} changed`);
      },
      onReplace: () => this.replace(line),
      onCancel: () => this.#leave(item),
    });
    item.ask(panel);
    const input = panel.focusOn[field];
    input.focus();
    input.select();
    item.node.scrollIntoView({ block: "nearest" });
  }

  replace(line = this.line) {
    if (!this.#may(line)) return;
    const words = line.evidence[0];
    const offers = words ? this.#offers(words).then((found) => found.filter((hit) => !same(hit, line))) : null;
    this.page.finder.open({ title: `Replace ${line.code}`, words: words && this.page.note.quote(words), offers, onTake: (hit) => {
      this.page.codes.select(line);
      this.page.codes.item.ask(null);
      if (same(hit, line)) return this.accept(line);
      this.#decide({ verdict: "replace", ...name(line), by: name(hit) }, [hit]);
      this.#forward(`${line.code} replaced by ${hit.code}`);
    } });
  }

  /** Take the pointers that are proposed; where they stand already, edit them. */
  point(line = this.line) {
    if (!this.#may(line)) return;
    if (!isService(line)) return this.page.say(`${line.code} is a diagnosis: services point to it`);
    const to = proposed(line, this.page.book);
    if (to.length === 0) return this.page.say("Accept a diagnosis first");
    if (to.map(key).join() === line.pointers.map(key).join()) return this.edit(line, "pointers");
    if (line.state !== "accepted") this.#decide({ verdict: "accept", ...name(line) });
    this.#decide({ verdict: "point", ...name(line), diagnoses: to });
    this.page.say(`${line.code} points to ${to.map((code) => code.code).join(", ")}`);
  }

  /** A code for the selected words. */
  add() {
    const words = this.page.note.selection();
    if (this.#locked()) return;
    if (!words) return this.page.say("Select the words in the note first: press w, then the arrows, with Shift for several words");
    this.#find("Add a code", words, this.#offers(words));
  }

  /** A code by what one types, for the selected words or those of the selected code. */
  search() {
    if (this.#locked()) return;
    const words = this.page.note.selection() ?? this.line?.evidence[0] ?? null;
    if (!words) return this.page.say("A code is added with words of the note: select them first");
    this.#find("Search a code", words, null);
  }

  order(codes, line) {
    if (!codes || !this.#may(line)) return;
    this.#decide({ verdict: "reorder", codes });
    const kind = this.page.book.billed.filter((other) => isService(other) === isService(line));
    const at = kind.findIndex((other) => same(other, line));
    this.page.say(`${line.code} is now ${isService(line) ? `service ${at + 1}` : `diagnosis ${LETTERS[at]}`} of ${kind.length}`);
  }

  move(step) {
    const line = this.line;
    if (!this.#may(line)) return;
    if (line.state !== "accepted") return this.page.say(`${line.code} is not on the claim: accept it first`);
    const codes = ClaimPane.moved(this.page.book.billed, line, step);
    if (codes) this.order(codes, line);
    else this.page.say(`${line.code} is ${step < 0 ? "first" : "last"} already`);
  }

  repair(finding, choice) {
    if (this.#locked()) return;
    for (const verdict of choice.verdicts) this.#decide(verdict, [...finding.codes, ...(finding.repair?.add ?? [])]);
    this.page.say(`${choice.label}: done`);
  }

  undo() {
    if (this.#locked()) return;
    const { book, outbox } = this.page;
    const last = book.last();
    if (!last) return this.page.say("There is nothing to undo");
    if (!last.job || !outbox.withdraw(last.job)) outbox.decide({ verdict: "undo", sequence: last.sequence }, { of: last.job });
    this.#show(last.verdict);
    this.page.say(`Undone: ${told(last.verdict)}`);
  }

  redo() {
    if (this.#locked()) return;
    const { book, outbox } = this.page;
    const undone = book.undone();
    if (!undone) return this.page.say("There is nothing to bring back");
    const back = book.decisions.find((d) => d.sequence === undone.verdict.sequence);
    if (!undone.job || !outbox.withdraw(undone.job)) outbox.decide({ verdict: "undo", sequence: undone.sequence }, { of: undone.job });
    if (back) this.#show(back.verdict);
    this.page.say(`Brought back: ${back ? told(back.verdict) : "the decision"}`);
  }

  query(line = this.line) {
    if (!line || this.#locked()) return;
    const finding = this.page.book.found.findings.find((f) => f.query && f.codes.some((code) => same(code, line)));
    this.page.queries.draft(finding ? finding.codes : [line], finding?.query ?? null, line.evidence);
  }

  get line() {
    return this.page.codes.line;
  }

  #find(title, words, offers) {
    const { note, version, begin, end } = words;
    this.page.finder.open({ title, words: this.page.note.quote(words), offers, onTake: (hit) => {
      this.#decide({ verdict: "add", ...name(hit), words: [{ note, version, begin, end }] }, [hit]);
      document.getSelection().removeAllRanges();
      this.page.codes.select(hit);
      this.page.say(`${hit.code} added`);
      if (words.text) this.page.remember(hit, words.text);
    } });
  }

  async #offers({ note, version, begin, end }) {
    const { offers } = await call(`/v1/encounters/${this.page.book.id}/offers`, { method: "POST", body: { words: { note, version, begin, end } } });
    return offers;
  }

  #decide(verdict, titles = []) {
    return this.page.outbox.decide(verdict, { titles });
  }

  #forward(said) {
    const next = this.page.codes.nextOpen();
    if (next) {
      this.page.codes.select(next);
      this.page.say(said);
    } else {
      this.page.codes.item?.row.focus({ preventScroll: true });
      this.page.say(`${said}. Every suggested code is decided`);
    }
  }

  #show(verdict) {
    const code = verdict.verdict === "reorder" ? null : verdict;
    if (code) this.page.codes.select(code);
  }

  #leave(item) {
    item.ask(null);
    item.row.focus({ preventScroll: true });
    this.page.say("");
  }

  #may(line) {
    return Boolean(line) && !this.#locked();
  }

  #locked() {
    if (!this.page.readOnly()) return false;
    this.page.say(this.page.why());
    return true;
  }
}

const name = ({ system, code }) => ({ system, code });

/** A decision in words. */
export function told(verdict) {
  const words = { accept: "accept", reject: "reject", add: "add", modify: "modifiers and units of", point: "pointers of" };
  if (verdict.verdict === "reorder") return "order of the claim";
  if (verdict.verdict === "replace") return `replace ${verdict.code} by ${verdict.by.code}`;
  if (verdict.verdict === "undo") return "undo";
  return `${words[verdict.verdict]} ${verdict.code}`;
}
