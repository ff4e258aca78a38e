"""Loads the families of services under `data/families/`; refuses them with all faults at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from app.domain.code import CodeRef
from app.domain.described import Described
from app.domain.doses import PER_ML, STRENGTH
from app.domain.errors import DataFaults, Fault
from app.domain.family import AGE, Family, Further, Member, Range, ranges
from app.domain.units import scaled
from app.domain.vaccines import VaccineTable
from app.terminology import yaml_lines as y
from app.terminology.knowledge_files import procedure_ref

ServiceCheck = Callable[[CodeRef], bool]
"""True for a code of the catalogue or release in use."""

_NUMBERS = frozenset({AGE, "size", "length", "area", "count", "views", "minutes", "muscles", "components", "vaccines"})
_MOST = 99


@dataclass(frozen=True, slots=True)
class FamilyKnowledge:
    """Families, the words that tell their members apart (dimension → value → wordings), and services timed in quarters of an hour.

    `described`: services that those words describe together. `vaccines`: how the giving of vaccines is counted.
    """

    families: tuple[Family, ...]
    words: Mapping[str, Mapping[str, tuple[str, ...]]]
    timed: frozenset[CodeRef]
    described: tuple[Described, ...] = ()
    vaccines: VaccineTable = field(default_factory=VaccineTable)


def load_families(folder: Path, is_service: ServiceCheck) -> FamilyKnowledge:
    """Everything of `folder`. Raises DataFaults with every fault of every file."""
    reader = _FamilyReader(is_service)
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        reader.faults.append(Fault(str(folder), 1, "no .yaml file here"))
    for path in paths:
        log = y.FaultLog(str(path))
        for document in y.documents(path, log):
            reader.file(document, log)
        reader.faults += log.faults
    reader.check_words()
    if reader.faults:
        raise DataFaults(sorted(reader.faults))
    return FamilyKnowledge(tuple(reader.families), reader.words, frozenset(reader.timed), tuple(reader.described), reader.vaccines)


def _is_strength(value: str) -> bool:
    found = PER_ML.fullmatch(value)
    return found is not None and scaled(1.0, found[2]) is not None


class _FamilyReader:
    def __init__(self, is_service: ServiceCheck) -> None:
        self.faults: list[Fault] = []
        self.families: list[Family] = []
        self.words: dict[str, dict[str, tuple[str, ...]]] = {}
        self.timed: list[CodeRef] = []
        self.described: list[Described] = []
        self.vaccines = VaccineTable()
        self._is_service = is_service
        self._owner: dict[CodeRef, str] = {}
        self._asked: list[tuple[y.FaultLog, yaml.Node, str]] = []
        self._used: list[tuple[y.FaultLog, yaml.Node, str, str]] = []

    def file(self, node: yaml.Node, log: y.FaultLog) -> None:
        top = y.fields(node, log, "a file of families", optional=("families", "words", "timed", "described", "vaccines"))
        for dimension, _, values in y.pairs(top["words"], log, "words") if "words" in top else ():
            known = self.words.setdefault(dimension, {})
            for value, place, wordings in y.pairs(values, log, dimension):
                if dimension == STRENGTH and not _is_strength(value):
                    log.add(place, f"{value!r} is no strength: write what a millilitre holds, like 40 mg/ml")
                known[value] = tuple(wording for wording, _ in y.texts(wordings, log, f"{dimension}: {value}"))
        self.timed += self._refs(top.get("timed"), log, "timed")
        if "vaccines" in top:
            self._count_vaccines(top["vaccines"], log)
        for name, _, parts in y.pairs(top["described"], log, "described") if "described" in top else ():
            self._describe(name, parts, log)
        for name, key, members in y.pairs(top["families"], log, "families") if "families" in top else ():
            self._family(name, key, members, log)

    def _describe(self, name: str, node: yaml.Node, log: y.FaultLog) -> None:
        fields = y.fields(node, log, name, required=("code", "says"), optional=("near", "unless", "never"))
        ref = self._ref(y.text(fields.get("code"), log, f"{name}: code"), node, log)
        asked = {part: tuple(d for d, _ in y.texts(fields.get(part), log, f"{name}: {part}")) for part in ("says", "near", "unless", "never")}
        self._asked += [(log, node, dimension) for dimensions in asked.values() for dimension in dimensions]
        if ref is not None and asked["says"]:
            self.described.append(Described(name, ref, asked["says"], asked["near"], asked["unless"], asked["never"]))

    def _count_vaccines(self, node: yaml.Node, log: y.FaultLog) -> None:
        parts = y.fields(node, log, "vaccines", required=("products", "components", "mouth or nose", "own", "medicare"))
        by_mouth = self._refs(parts.get("mouth or nose"), log, "mouth or nose")
        products = dict.fromkeys((*self._refs(parts.get("products"), log, "products"), *by_mouth), 1)
        for number, place, codes in y.pairs(parts["components"], log, "components") if "components" in parts else ():
            if not number.isdecimal():
                log.add(place, f"{number!r} is no number of components")
                continue
            for ref in self._refs(codes, log, "components"):
                products[ref] = int(number)
        given = {}
        for part in ("own", "medicare"):
            pairs = y.pairs(parts[part], log, part) if part in parts else ()
            with_code = ((self._ref(code, place, log), self._refs(codes, log, part)) for code, place, codes in pairs)
            given[part] = {ref: code for code, refs in with_code if code is not None for ref in refs}
        self.vaccines = VaccineTable(products, frozenset(by_mouth), given["own"], given["medicare"])

    def _refs(self, node: yaml.Node | None, log: y.FaultLog, what: str) -> list[CodeRef]:
        return [ref for code, place in y.texts(node, log, what) if (ref := self._ref(code, place, log)) is not None]

    def check_words(self) -> None:
        """A value that members ask for must have wordings, or be what is taken in silence; so must a dimension that describes a service."""
        for log, node, dimension in self._asked:
            if dimension not in self.words:
                self.faults.append(Fault(log.file, node.start_mark.line + 1, f"{dimension} has no wordings under `words`"))
        for log, node, dimension, value in self._used:
            if value not in self.words.get(dimension, {}):
                self.faults.append(Fault(log.file, node.start_mark.line + 1, f"{dimension} has no wordings for {value!r} under `words`"))

    def _family(self, name: str, key: yaml.Node, node: yaml.Node, log: y.FaultLog) -> None:
        parts = y.fields(
            node, log, name, required=("by", "members"), optional=("missing", "several", "farthest", "close", "total", "margins", "further")
        )
        by = tuple(dimension for dimension, _ in y.texts(parts.get("by"), log, f"{name}: by"))
        missing = {d: y.text(v, log, f"{name}: missing") for d, _, v in (y.pairs(parts["missing"], log, name) if "missing" in parts else ())}
        for dimension in missing.keys() - set(by):
            log.add(parts["missing"], f"{name}: missing {dimension!r} is not among `by`")
        if not by or "members" not in parts:
            return
        members = tuple(self._members(name, by, parts["members"], log, {}, missing))
        further = {}
        for code, place, value in y.pairs(parts["further"], log, name) if "further" in parts else ():
            ref, add_on = self._ref(code, place, log), self._further(name, value, log)
            if ref is not None and add_on is not None:
                further[ref] = add_on
        total = y.text(parts.get("total"), log, f"{name}: total")
        several = frozenset(d for d, _ in y.texts(parts.get("several"), log, f"{name}: several"))
        farthest = frozenset(d for d, _ in y.texts(parts.get("farthest"), log, f"{name}: farthest"))
        close = frozenset(d for d, _ in y.texts(parts.get("close"), log, f"{name}: close"))
        margins = y.one_of(parts.get("margins"), log, f"{name}: margins", ("true", "false"), "false") == "true"
        family = Family(name, by, members, missing, several, farthest, close, total, margins, further)
        for ref in family.refs:
            if self._owner.setdefault(ref, name) != name:
                log.add(key, f"{ref.code} is in the family {self._owner[ref]!r} as well: a code belongs to one")
        self.families.append(family)

    def _members(
        self, name: str, by: tuple[str, ...], node: yaml.Node, log: y.FaultLog, when: Mapping[str, Range | str], missing: Mapping[str, str]
    ) -> Iterator[Member]:
        if isinstance(node, yaml.ScalarNode):
            ref = self._ref(y.text(node, log, name), node, log)
            if ref is not None:
                yield Member(ref, dict(when))
            return
        if not by:
            log.add(node, f"{name}: a code is wanted here")
            return
        dimension, entries = by[0], list(y.pairs(node, log, name))
        for (key, place, value), (_, found) in zip(entries, ranges(key for key, _, _ in entries), strict=True):
            if dimension in _NUMBERS and found is None:
                log.add(place, f"{name}: {key!r} is no range of {dimension}: write 3, to 3, 2 to 3, over 3, from 3 or under 3")
                continue
            if dimension not in _NUMBERS and key != missing.get(dimension):
                self._used.append((log, place, dimension, key))
            yield from self._members(
                name, by[1:], value, log, {**when, dimension: found if dimension in _NUMBERS and found is not None else key}, missing
            )

    def _further(self, name: str, node: yaml.Node, log: y.FaultLog) -> Further | None:
        parts = y.fields(node, log, name, required=("code", "of", "after", "per"), optional=("least", "most"))
        ref = self._ref(y.text(parts.get("code"), log, name), node, log)
        if ref is None or not {"of", "after", "per"} <= parts.keys():
            return None
        per = self._number(parts["per"], log, name)
        return Further(
            ref,
            y.text(parts["of"], log, name),
            self._number(parts["after"], log, name),
            per,
            self._number(parts["least"], log, name) if "least" in parts else min(0.01, per),
            y.whole_number(parts.get("most"), log, name, low=1, high=_MOST) or _MOST,
        )

    def _number(self, node: yaml.Node, log: y.FaultLog, name: str) -> float:
        value = y.text(node, log, name)
        try:
            return float(value)
        except ValueError:
            log.add(node, f"{name}: {value!r} is not a number")
            return 1.0

    def _ref(self, code: str, node: yaml.Node, log: y.FaultLog) -> CodeRef | None:
        ref = procedure_ref(code)
        if ref is None or not self._is_service(ref):
            log.add(node, f"{code} is not a CPT or HCPCS code of the catalogue")
            return None
        return ref
