// What mends a finding with one click, as decisions of the person who clicks.

import { isService, key, same } from "./fold.js";

const REASON = { "integral-symptom": "integral", "history-of": "history_only", negated: "ruled_out", uncertain: "ruled_out", "not-done": "not_performed", resolved: "history_only" };
const MOST_POINTERS = 4;

/** The choices that mend a finding: each `{ label, verdicts }`; none where a person has to think. */
export function plan(finding, book) {
  if (finding.rule === "no-pointer") return pointers(finding, book);
  const repair = finding.repair;
  if (!repair) return [];
  if (repair.one_of.length) {
    const billed = repair.one_of.filter((code) => book.line(code)?.state === "accepted");
    const order = repair.prefer ? [...billed].sort((a, b) => same(b, repair.prefer) - same(a, repair.prefer)) : billed;
    return order.map((kept) => ({ label: `Keep ${kept.code}`, verdicts: billed.filter((code) => !same(code, kept)).map((code) => reject(code, finding)) }));
  }
  const verdicts = [];
  const words = [];
  const remove = repair.remove.filter((code) => book.line(code)?.state === "accepted");
  const add = repair.add.filter((code) => book.line(code)?.state !== "accepted");
  if (remove.length === 1 && add.length === 1) {
    verdicts.push({ verdict: "replace", system: remove[0].system, code: remove[0].code, by: name(add[0]) });
    words.push(`Replace ${remove[0].code} by ${add[0].code}`);
  } else {
    for (const code of remove) verdicts.push(reject(code, finding));
    if (remove.length) words.push(`Take ${list(remove)} off`);
    for (const code of add) {
      const known = book.line(code);
      const evidence = support(finding, book);
      if (known) verdicts.push({ verdict: "accept", ...name(code) });
      else if (evidence.length) verdicts.push({ verdict: "add", ...name(code), words: evidence });
      else return [];
    }
    const verb = add.every((code) => book.line(code)) ? "Accept" : "Add";
    if (add.length) words.push(`${words.length ? verb.toLowerCase() : verb} ${list(add)}`);
  }
  if (repair.order.length > 1) {
    const moved = reordered(repair.order, book, remove, add);
    if (moved) {
      verdicts.push({ verdict: "reorder", codes: moved });
      if (words.length === 0) words.push(`Put ${repair.order.map((code) => code.code).join(" before ")}`);
    }
  }
  for (const { modifier, ...code } of repair.modify) {
    const line = book.line(code);
    if (line?.state !== "accepted" || line.modifiers.includes(modifier)) continue;
    verdicts.push({ verdict: "modify", ...name(line), modifiers: [modifier, ...line.modifiers], units: line.units });
    words.push(`${words.length ? "put" : "Put"} ${modifier} on ${line.code}`);
  }
  return verdicts.length ? [{ label: words.join(", then "), verdicts }] : [];
}

/** The accepted diagnoses that the suggested claim points a service to, else those of the same note before it. */
export function proposed(line, book) {
  const claimed = book.basis.notes.map((note) => note.claim?.procedures.find((p) => p.code === line.code)?.pointers).find((found) => found?.length);
  const diagnoses = book.diagnoses;
  const chosen = (claimed ?? []).map((code) => diagnoses.find((d) => d.code === code)).filter(Boolean);
  return (chosen.length ? chosen : diagnoses.slice(0, 1)).slice(0, MOST_POINTERS).map(name);
}

function pointers(finding, book) {
  const line = book.line(finding.codes[0]);
  if (!line || !isService(line)) return [];
  const to = proposed(line, book);
  return to.length ? [{ label: `Point to ${list(to)}`, verdicts: [{ verdict: "point", ...name(line), diagnoses: to }] }] : [];
}

function reordered(order, book, remove, add) {
  const gone = new Set(remove.map(key));
  const billed = [...book.billed.map(name), ...add.filter((code) => !book.billed.some((line) => same(line, code))).map(name)].filter((code) => !gone.has(key(code)));
  const wanted = order.filter((code) => billed.some((each) => same(each, code)));
  if (wanted.length < 2) return null;
  // The named ones take the places that they hold together, in the order that they should have.
  const places = billed.map((code, i) => (wanted.some((each) => same(each, code)) ? i : -1)).filter((i) => i >= 0);
  places.forEach((at, i) => { billed[at] = name(wanted[i]); });
  return billed;
}

function support(finding, book) {
  const current = book.encounter.notes.filter((note) => note.current);
  if (finding.evidence.length && current.length === 1) {
    return finding.evidence.map((span) => ({ note: current[0].number, version: current[0].version, begin: span.begin, end: span.end })).slice(0, 20);
  }
  return finding.codes.flatMap((code) => book.line(code)?.evidence ?? []).slice(0, 20);
}

const reject = (code, finding) => ({ verdict: "reject", ...name(code), reason: REASON[finding.rule] ?? "wrong_code" });
const name = ({ system, code }) => ({ system, code });
const list = (codes) => codes.map((code) => code.code).join(" and ");
