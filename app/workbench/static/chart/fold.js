// From suggestions and decisions to the codes of a claim: the same fold as app/domain/coding.py, so that a decision is
// painted before the service has answered. What the service answers always takes its place.

export const key = (code) => `${code.system} ${code.code}`;
export const same = (a, b) => a.system === b.system && a.code === b.code;
export const isService = (line) => line.system !== "ICD-10-CM";
const RANK = ["accepted", "open", "rejected"];

/** The decisions that no standing undo takes back, undoings among them, in order. */
export function unvoided(decisions) {
  const gone = new Set();
  const kept = [];
  for (const decision of [...decisions].reverse()) {
    if (gone.has(decision.sequence)) continue;
    kept.push(decision);
    if (decision.verdict.verdict === "undo") gone.add(decision.verdict.sequence);
  }
  return kept.reverse();
}

/** The codes after `decisions`: those to bill in claim order, then the rest as suggested. `titles`: key → title. */
export function fold(basis, decisions, titles) {
  const lines = new Map(basis.codes.map((line) => [key(line), line]));
  const older = new Map(basis.superseded.map((line) => [key(line), line]));
  let order = [];
  for (const { verdict } of unvoided(decisions)) {
    for (const code of named(verdict)) {
      const id = key(code);
      if (!lines.has(id) && older.has(id)) lines.set(id, older.get(id));
    }
    if (verdict.verdict === "reorder") {
      const first = verdict.codes.map(key);
      order = [...first, ...order.filter((id) => !first.includes(id))];
    } else {
      apply(lines, verdict, titles);
    }
  }
  const billed = new Set([...lines].filter(([, line]) => line.state === "accepted").map(([id]) => id));
  const found = [...lines.values()].map((line) =>
    line.pointers.every((code) => billed.has(key(code))) ? line : { ...line, pointers: line.pointers.filter((code) => billed.has(key(code))) });
  const place = new Map(order.map((id, i) => [id, i]));
  const rank = (line) => [RANK.indexOf(line.state) > 0 ? 1 : 0, isService(line) ? 1 : 0, place.get(key(line)) ?? place.size];
  return found.map((line, i) => ({ line, at: [...rank(line), i] })).sort((a, b) => compare(a.at, b.at)).map(({ line }) => line);
}

function compare(a, b) {
  const i = a.findIndex((value, j) => value !== b[j]);
  return i < 0 ? 0 : a[i] - b[i];
}

function named(verdict) {
  if (verdict.verdict === "undo") return [];
  if (verdict.verdict === "reorder") return verdict.codes;
  return verdict.verdict === "replace" ? [verdict, verdict.by] : [verdict];
}

function apply(lines, verdict, titles) {
  const id = key(verdict);
  const line = lines.get(id);
  const put = (at, from, change) => lines.set(at, { ...from, ...change });
  const accepted = { state: "accepted", reject_reason: null, replaced_by: null };
  if (verdict.verdict === "add") {
    const known = line ?? added(verdict, titles, []);
    const said = verdict.words.map((words) => JSON.stringify(span(words)));
    put(id, known, { ...accepted, evidence: [...verdict.words.map(span), ...known.evidence.filter((e) => !said.includes(JSON.stringify(span(e))))] });
  } else if (line === undefined) {
    return;
  } else if (verdict.verdict === "accept") {
    put(id, line, accepted);
  } else if (verdict.verdict === "reject") {
    put(id, line, { state: "rejected", reject_reason: verdict.reason, replaced_by: null });
  } else if (verdict.verdict === "replace") {
    const by = { system: verdict.by.system, code: verdict.by.code };
    put(id, line, { state: "rejected", reject_reason: "wrong_code", replaced_by: by });
    const known = lines.get(key(by)) ?? added(by, titles, line.evidence);
    put(key(by), known, { ...accepted, replaces: { system: line.system, code: line.code }, modifiers: line.modifiers, units: line.units, pointers: line.pointers });
  } else if (verdict.verdict === "modify") {
    put(id, line, { modifiers: verdict.modifiers, units: verdict.units });
  } else if (verdict.verdict === "point") {
    put(id, line, { pointers: verdict.diagnoses });
  }
}

function added(code, titles, evidence) {
  return { system: code.system, code: code.code, display: titles.get(key(code)) ?? "", origin: "added", state: "accepted", confidence: null, evidence,
    alternatives: [], modifiers: [], units: 1, pointers: [], reject_reason: null, replaced_by: null, replaces: null, rule: "", reason: "", auto: null };
}

const span = ({ note, version, begin, end }) => ({ note, version, begin, end });
