"""Loads `data/anesthesia.yaml`, which operation goes with which anesthesia service (format: docs/data-files.md)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import yaml

from app.domain.anesthesia import Covered, Crosswalk, is_anesthesia
from app.domain.code import CodeRef
from app.domain.errors import DataFaults
from app.terminology import yaml_lines as y
from app.terminology.knowledge_files import procedure_ref

FILE = "anesthesia.yaml"


def load_crosswalk(path: Path, catalogued: Collection[CodeRef]) -> Crosswalk:
    """The crosswalk. `catalogued`: codes of the procedure catalogue. Raises DataFaults with every fault."""
    log = y.FaultLog(str(path))
    ranges: list[Covered] = []
    for document in y.documents(path, log):
        top = y.fields(document, log, "a crosswalk", required=("crosswalk",))
        for code, key, value in y.pairs(top["crosswalk"], log, "crosswalk") if "crosswalk" in top else ():
            ref = procedure_ref(code)
            if ref is None or not is_anesthesia(ref) or ref not in catalogued:
                log.add(key, f"{code} is no anesthesia service of the catalogue (00100 to 01999)")
                continue
            ranges += _ranges(ref, value, log)
    for covered in {c for i, c in enumerate(ranges) if any(c[:2] == other[:2] for other in ranges[:i])}:
        log.add(1, f"{covered.first.code}-{covered.last.code} stands under more than one anesthesia service")
    if log.faults:
        raise DataFaults(log.faults)
    return Crosswalk(tuple(ranges))


def _ranges(anesthesia: CodeRef, node: yaml.Node, log: y.FaultLog) -> Iterator[Covered]:
    for text, place in y.texts(node, log, anesthesia.code):
        first, _, last = text.partition("-")
        ends = procedure_ref(first), procedure_ref(last or first)
        if ends[0] is None or ends[1] is None or ends[0].system is not ends[1].system or ends[0] > ends[1]:
            log.add(place, f"{text!r} is no code and no range of codes: write 47562 or 47562-47564")
            continue
        yield Covered(ends[0], ends[1], anesthesia)
