"""What a note may speak of, drawn from the knowledge with plausible frequency."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Sex
from app.domain.knowledge import Knowledge
from training.synth.dice import Dice, Weighted
from training.synth.kinds import Kind, fits, kind_of

# Share of each chapter among the codes of a mixed practice, by the first letter: what offices, EDs and wards code most.
_CHAPTERS = {
    "A": 2, "B": 2, "C": 4, "D": 3, "E": 9, "F": 6, "G": 5, "H": 6, "I": 10, "J": 7, "K": 7, "L": 5, "M": 11, "N": 6, "O": 3, "P": 1, "Q": 1,
    "R": 8, "S": 7, "T": 3, "U": 1, "V": 1, "W": 2, "X": 1, "Y": 1, "Z": 9,
}  # fmt: skip
_CHRONIC = re.compile(r"E0[35]|E1[01]|E66|E78|I1[0-3]|I25|I48|I50|J4[45]|K21|K58|M1[5-9]|M81|N18|N40|F3[23]|F41|G4[37]|G20|L40|M05|M06|B18|C50|C61")
_DRUG = re.compile(r"^[a-z-]+(?:in|ine|ol|ide|ate|one|pril|tan|ab|ib|am|il|zole|statin|ium|tide|oxin|dipine|nil|ir|ast|prost|mide|cillin|oxetine)\b")
# Drugs whose long use is coded by itself; in a list of drugs they would be true statements without a label.
_CODED_DRUGS = re.compile(
    r"insulin|warfarin|apixaban|rivaroxaban|aspirin|clopidogrel|prednisone|metformin|estradiol|contracepti|methadone|heparin|glargine"
)
_RARELY_TOLD = 0.6


@dataclass(frozen=True, slots=True)
class Fact:
    """A code with the words that state it. `drugs` and `findings` go with it and never suffice to code it."""

    ref: CodeRef
    phrase: str
    kind: Kind
    drugs: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    ref: CodeRef
    kind: Kind
    phrases: tuple[str, ...]
    refine: tuple[tuple[str, CodeRef], ...]
    drugs: tuple[str, ...]
    findings: tuple[str, ...]


class FactPool:
    """Draws diagnoses and procedures of a Knowledge; codes with many wordings are the common ones."""

    def __init__(self, knowledge: Knowledge) -> None:
        by_chapter: dict[str, list[_Entry]] = defaultdict(list)
        by_kind: dict[Kind, list[_Entry]] = defaultdict(list)
        chronic = []
        for e in knowledge.phrasebook:
            drugs = tuple(s for s in e.support if _DRUG.match(s) and not _CODED_DRUGS.search(s))
            findings = tuple(s for s in e.support if not _DRUG.match(s) and not _CODED_DRUGS.search(s))
            entry = _Entry(e.ref, kind_of(e.ref.code), e.phrases, tuple(e.refine.items()), drugs, findings)
            by_chapter[e.ref.code[0]].append(entry)
            by_kind[entry.kind].append(entry)
            if _CHRONIC.match(e.ref.code):
                chronic.append(entry)
        self._letters = Weighted(sorted(by_chapter), [_CHAPTERS.get(letter, 1) for letter in sorted(by_chapter)])
        self._chapters = {letter: _weighted(entries) for letter, entries in by_chapter.items()}
        self._kinds: Mapping[Kind, Weighted[_Entry]] = {kind: _weighted(entries) for kind, entries in by_kind.items()}
        self._chronic = _weighted(chronic or [e for entries in by_chapter.values() for e in entries])
        self._procedures: dict[str, Weighted[tuple[CodeRef, tuple[str, ...]]]] = {}
        self._by_ref = {p.ref: p.phrases for p in knowledge.procedures}
        by_area: dict[str, list[tuple[CodeRef, tuple[str, ...]]]] = defaultdict(list)
        for p in knowledge.procedures:
            by_area[area_of(p.ref)].append((p.ref, p.phrases))
        for area, found in by_area.items():
            self._procedures[area] = Weighted(found, [len(phrases) ** 1.2 for _, phrases in found])

    def diagnosis(
        self, dice: Dice, *, age: int, sex: Sex, avoid: Collection[str], kind: Kind | None = None, chapter: str = "", chronic: bool = False
    ) -> Fact | None:
        """A diagnosis for this patient whose category (three characters) is not in `avoid`; None when a few throws find none."""
        for _ in range(12):
            if chronic:
                source: Weighted[_Entry] | None = self._chronic
            elif kind is not None:
                source = self._kinds.get(kind)
            else:
                source = self._chapters.get(chapter or self._letters.draw(dice))
            if source is None:
                return None
            entry = source.draw(dice)
            if entry.ref.code[:3] in avoid or not fits(entry.ref.code, age, sex):
                continue
            ref, phrase = entry.ref, dice.early(entry.phrases) if dice.chance(_RARELY_TOLD) else dice.pick(entry.phrases)
            if entry.refine and dice.chance(0.12):
                cue, neighbour = dice.pick(entry.refine)
                if fits(neighbour.code, age, sex) and neighbour.code[:3] not in avoid:
                    ref, phrase = neighbour, f"{phrase} {cue}"
            return Fact(ref, phrase, entry.kind, entry.drugs, entry.findings)
        return None

    def procedure(self, dice: Dice, area: str, *, avoid: Collection[str]) -> Fact | None:
        """A service of an area (see `area_of`) whose code is not in `avoid`."""
        source = self._procedures.get(area)
        if source is None:
            return None
        for _ in range(6):
            ref, phrases = source.draw(dice)
            if ref.code not in avoid:
                return Fact(ref, dice.pick(phrases), Kind.ENCOUNTER)
        return None

    def knows(self, ref: CodeRef) -> bool:
        """True for a code of the procedure catalogue."""
        return ref in self._by_ref

    def has_area(self, area: str) -> bool:
        """True when the catalogue has services of this area."""
        return area in self._procedures


def area_of(ref: CodeRef) -> str:
    """The area of a CPT or HCPCS code by its range."""
    code = ref.code
    if ref.system is CodeSystem.HCPCS:
        return {"J": "drug", "Q": "drug", "G": "service"}.get(code[0], "supply")
    if code[-1].isalpha():
        return "service"
    number = int(code)
    for end, area in (
        (1999, "anesthesia"),
        (69_999, "surgery"),
        (79_999, "imaging"),
        (89_999, "laboratory"),
        (90_474, "service"),
        (90_759, "vaccine"),
    ):
        if number <= end:
            return area
    return "visit" if number >= 99_202 else "service"


def _weighted(entries: list[_Entry]) -> Weighted[_Entry]:
    return Weighted(entries, [len(e.phrases) ** 1.5 for e in entries])
