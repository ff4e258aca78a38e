"""Composes the claim: the rules propose, the best set is chosen, and everything that changes has its finding."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.domain.claim import Claim, ProcedureLine
from app.domain.code import CodeRef, CodeSystem
from app.domain.coded import CodedEncounter, CodedLine
from app.domain.composition.choice import keep
from app.domain.composition.modifiers import modified
from app.domain.composition.order import ordered
from app.domain.encounter import Setting
from app.domain.finding import Check, Finding, Repair, Severity
from app.domain.guideline_year import cited
from app.domain.pointing import pointers
from app.domain.rules.base import ClaimRule, Data

# Each round works off what the last one brought about; drafts settle in two or three.
ROUNDS = 8
# What a code is worth that a rule leans against: the other must be much less sure to lose.
LESS = 0.6


@dataclass(frozen=True, slots=True)
class Composed:
    """The coded encounter with its lines in claim order, the claim, and all findings: those acted on, those left for a person, and those not checked.

    `dropped`, `added` and `modified` name the finding that did it.
    """

    coded: CodedEncounter
    claim: Claim
    findings: tuple[Finding, ...]
    dropped: Mapping[CodeRef, Finding]
    added: Mapping[CodeRef, Finding]
    modified: Mapping[CodeRef, Finding]


def compose(coded: CodedEncounter, rules: Sequence[ClaimRule]) -> Composed:
    """The claim for weighed codes. The order of the lines makes no difference, and composing what was composed changes nothing."""
    known = _known(coded)
    able = [rule for rule in rules if rule.needs <= known]
    acted: list[Finding] = []
    dropped: dict[CodeRef, Finding] = {}
    added: dict[CodeRef, Finding] = {}
    changed: dict[CodeRef, Finding] = {}
    pairs: set[tuple[CodeRef, CodeRef]] = set()
    left: list[Finding] = []
    for _ in range(ROUNDS):
        coded = replace(coded, lines=(*ordered(coded, pairs), *_services(coded)))
        left = [finding for rule in able for finding in rule.check(coded)]
        done = _stated(coded, left, dropped, added) or _chosen(coded, left, dropped)
        if done:
            acted.extend(done)
            coded = _changed(coded, dropped, added)
            continue
        misplaced = _misplaced(coded, left, pairs)
        if misplaced:
            acted.extend(replace(finding, severity=Severity.INFO) for finding in misplaced)
            continue
        # Modifiers come last: they rest on the codes that stay.
        lines, done = modified(coded.lines, left, changed)
        if not done:
            break
        acted.extend(done)
        coded = replace(coded, lines=lines)
    # What was taken off was settled above: no rule asks for it again.
    left = [f for f in left if f not in acted and (f.repair is None or dropped.keys().isdisjoint(f.repair.add))]
    findings = cited((*acted, *left, *not_checked(coded, rules)), coded.encounter.service_date)
    return Composed(coded, claim_of(coded), findings, dropped, added, changed)


def review(coded: CodedEncounter, rules: Sequence[ClaimRule]) -> tuple[Finding, ...]:
    """What the rules find in a set as it stands, which is left as it is, and which of them had nothing to look at."""
    known = _known(coded)
    found = [f for rule in rules if rule.needs <= known for f in rule.check(coded)]
    return cited((*found, *not_checked(coded, rules)), coded.encounter.service_date)


def arranged(coded: CodedEncounter, rules: Sequence[ClaimRule]) -> CodedEncounter:
    """The same codes in claim order, as the rules of order will have it; none is put on or taken off."""
    known = _known(coded)
    able = [rule for rule in rules if rule.needs <= known]
    pairs: set[tuple[CodeRef, CodeRef]] = set()
    for _ in range(ROUNDS):
        coded = replace(coded, lines=(*ordered(coded, pairs), *_services(coded)))
        if not _misplaced(coded, [finding for rule in able for finding in rule.check(coded)], pairs):
            break
    return coded


def not_checked(coded: CodedEncounter, rules: Sequence[ClaimRule]) -> tuple[Finding, ...]:
    """A finding for each rule whose data are missing: no data is not a pass."""
    known = _known(coded)
    return tuple(
        Finding(
            rule.id,
            Severity.INFO,
            (),
            f"Not checked: {' and '.join(sorted(need.value.replace('_', ' ') for need in rule.needs - known))} not given",
            rule.citation,
            check=Check.NOT_CHECKED,
        )
        for rule in rules
        if not rule.needs <= known
    )


def claim_of(coded: CodedEncounter) -> Claim:
    """The lines as a claim, in the order they have."""
    services = tuple(ProcedureLine(line.ref, line.modifiers, line.units, pointers(line, coded)) for line in coded.procedures)
    return Claim(tuple(line.ref for line in coded.diagnoses), services)


def _known(coded: CodedEncounter) -> frozenset[Data]:
    encounter = coded.encounter
    given = {
        Data.NOTE: coded.note is not None,
        Data.SETTING: encounter.setting is not Setting.UNKNOWN,
        Data.SEX: encounter.sex.value != "unknown",
        Data.AGE: encounter.age is not None,
        Data.SERVICE_DATE: encounter.service_date is not None,
    }
    return frozenset(need for need, there in given.items() if there)


def _stated(coded: CodedEncounter, found: Sequence[Finding], dropped: dict[CodeRef, Finding], added: dict[CodeRef, Finding]) -> list[Finding]:
    """Carry out what the findings propose and the note states; of two that touch the same code the earlier one acts, the other waits a round."""
    done = []
    touched: set[CodeRef] = set()
    on = {line.ref for line in coded.lines}
    for finding in found:
        repair = finding.repair
        if repair is None or not repair.stated or not (repair.remove or repair.add):
            continue
        new = [ref for ref in repair.add if ref not in on]
        # A code that a rule took off does not come back: two rules that disagree leave it to a person.
        if touched & {*repair.remove, *repair.add} or not ({*repair.remove} & on or new) or any(ref in dropped for ref in new):
            continue
        touched |= {*repair.remove, *repair.add}
        dropped.update((ref, finding) for ref in repair.remove if ref in on)
        added.update((ref, finding) for ref in new)
        done.append(finding)
    return done


def _misplaced(coded: CodedEncounter, found: Sequence[Finding], pairs: set[tuple[CodeRef, CodeRef]]) -> list[Finding]:
    """Findings that ask for another order, which `pairs` takes up, earlier before later."""
    on = {line.ref for line in coded.lines}
    done = []
    for finding in found:
        order = () if finding.repair is None else tuple(ref for ref in finding.repair.order if ref in on)
        new = {pair for pair in itertools.pairwise(order) if pair not in pairs and pair[::-1] not in pairs}
        if new:
            pairs |= new
            done.append(finding)
    return done


def _chosen(coded: CodedEncounter, found: Sequence[Finding], dropped: dict[CodeRef, Finding]) -> list[Finding]:
    """Settle the exclusions among codes by what is worth most together, and say what was traded."""
    choices = [f for f in found if f.repair is not None and f.repair.one_of]
    if not choices:
        return []
    confidence = {line.ref: line.confidence for line in coded.lines}
    less = {ref for f in choices if f.repair is not None and f.repair.prefer is not None for ref in f.repair.one_of if ref != f.repair.prefer}
    worth = {ref: value * (LESS if ref in less else 1.0) for ref, value in confidence.items()}
    kept = keep(worth, [(f.repair.one_of[0], f.repair.one_of[1]) for f in choices if f.repair is not None])
    done = []
    for finding in choices:
        assert finding.repair is not None
        gone = tuple(ref for ref in finding.repair.one_of if ref not in kept)
        stays = [ref for ref in finding.repair.one_of if ref in kept]
        traded = " and ".join(f"{ref.code} ({confidence[ref]:.2f})" for ref in gone)
        instead = f" for {stays[0].code} ({confidence[stays[0]]:.2f})" if stays else " for codes worth more together"
        settled = replace(
            finding, severity=Severity.WARN, message=f"{finding.message}; gave up {traded}{instead}", repair=Repair(remove=gone, stated=True)
        )
        done.append(settled)
        for ref in gone:
            dropped.setdefault(ref, settled)
    return done


def _changed(coded: CodedEncounter, dropped: Mapping[CodeRef, Finding], added: Mapping[CodeRef, Finding]) -> CodedEncounter:
    on = {line.ref: line for line in coded.lines}
    seen = {line.ref: line for line in coded.seen}
    new = []
    for ref, finding in added.items():
        if ref not in on and ref not in dropped:
            new.append(_line(ref, finding, coded, on, seen))
    lines = (*(line for line in coded.lines if line.ref not in dropped), *new)
    now = {line.ref for line in lines}
    off = (*(line for line in coded.seen if line.ref not in now), *(line for line in coded.lines if line.ref in dropped))
    return replace(coded, lines=lines, seen=off)


def _line(ref: CodeRef, finding: Finding, coded: CodedEncounter, on: Mapping[CodeRef, CodedLine], seen: Mapping[CodeRef, CodedLine]) -> CodedLine:
    """A code that a rule puts on: with the words of the codes it comes from, and the confidence of the best of them or of the rule."""
    sources = [on[r] for r in finding.codes if r in on]
    evidence = tuple(dict.fromkeys(e for line in sources for e in line.evidence))
    known = 0.0 if finding.repair is None else finding.repair.confidence
    confidence = max((line.confidence for line in sources), default=known)
    weighed = seen.get(ref)
    if weighed is not None:
        return replace(weighed, confidence=max(confidence, known, weighed.confidence), evidence=tuple(dict.fromkeys((*weighed.evidence, *evidence))))
    return CodedLine(ref, coded.tabular.find(ref.code) if ref.system is CodeSystem.ICD10CM else None, confidence, evidence)


def _services(coded: CodedEncounter) -> list[CodedLine]:
    """Other lines than diagnoses: visits first, then by confidence."""
    rest = [line for line in coded.lines if line.ref.system is not CodeSystem.ICD10CM]
    return sorted(
        rest, key=lambda line: (not ("99202" <= line.ref.code <= "99499" and line.ref.system is CodeSystem.CPT), -line.confidence, line.ref)
    )
