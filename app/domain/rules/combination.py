"""One code for two conditions that have one."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.coded import CodedEncounter, icd
from app.domain.finding import Finding, Repair, Severity
from app.domain.rules.base import Data, found

# (beginnings of one part, of the other part, the combination code, whether the first and the second part stay).
_TABLE: tuple[tuple[tuple[str, ...], tuple[str, ...], str, bool, bool], ...] = (
    (("J44.9", "J44.89"), ("J44.1",), "J44.1", False, True),
    (("J44.9", "J44.89"), ("J12", "J13", "J14", "J15", "J16", "J18", "J20", "J22"), "J44.0", False, True),
    (("J45.909", "J45.998"), ("J45.901", "J45.21", "J45.31", "J45.41", "J45.51"), "", False, True),
    (("I25.10",), ("I20.0",), "I25.110", False, False),
    (("I25.10",), ("I20.9",), "I25.119", False, False),
    (("I25.10",), ("I20.89", "I20.81"), "I25.118", False, False),
    (("K80.20",), ("K81.0",), "K80.00", False, False),
    (("K80.20",), ("K81.1",), "K80.10", False, False),
    (("K80.20",), ("K81.2",), "K80.12", False, False),
    (("K80.20",), ("K81.9",), "K80.10", False, False),
    (("K57.30",), ("K92.2", "K62.5"), "K57.31", False, False),
    (("K57.32",), ("K92.2", "K62.5"), "K57.33", False, False),
    (("K57.90",), ("K92.2", "K62.5"), "K57.91", False, False),
    (("K57.92",), ("K92.2", "K62.5"), "K57.93", False, False),
    (("K21.9",), ("K20.90", "K20.80"), "K21.00", False, False),
    (("K29.70",), ("K92.2",), "K29.71", False, False),
    (("M54.31",), ("M54.50", "M54.59"), "M54.41", False, False),
    (("M54.32",), ("M54.50", "M54.59"), "M54.42", False, False),
    (("M54.30",), ("M54.50", "M54.59"), "M54.40", False, False),
    (("N20.0",), ("N13.30", "N13.39"), "N13.2", False, False),
    (("N20.1", "N20.2"), ("N13.30", "N13.39", "N13.4"), "N13.2", False, False),
    (("N40.0",), ("R33.9", "R33.8"), "N40.1", False, True),
    (("N40.0",), ("R35.0", "R35.1", "R39.12", "R39.11", "R39.14", "R39.15", "R39.16"), "N40.1", False, True),
    (("F10.20",), ("F10.93",), "F10.230", False, False),
    (("A41.9",), ("B96.20", "B96.29"), "A41.51", False, False),
    (("N30.00", "N30.90"), ("R31.9", "R31.0"), "", True, False),
    (("K35.80",), ("K65.0",), "K35.200", False, False),
    (("J96.01",), ("J96.11",), "J96.21", False, False),
    (("J96.02",), ("J96.12",), "J96.22", False, False),
    (("J96.00",), ("J96.10",), "J96.20", False, False),
    (("I50.21",), ("I50.22",), "I50.23", False, False),
    (("I50.31",), ("I50.32",), "I50.33", False, False),
    (("I50.41",), ("I50.42",), "I50.43", False, False),
)  # fmt: skip

_FIRST_PARTS = tuple(dict.fromkeys(one for ones, *_ in _TABLE for one in ones))


class Combination:
    """Two codes stand where one combination code says both (Guidelines I.B.9)."""

    id = "combination"
    citation = "ICD-10-CM Official Guidelines I.B.9"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each pair that has a code of its own."""
        if not coded.has(*_FIRST_PARTS):
            return
        for ones, others, both, keep_one, keep_other in _TABLE:
            if not coded.has(*ones):
                continue
            one, other = next(iter(coded.starting(*ones)), None), next(iter(coded.starting(*others)), None)
            if one is None or other is None or (both and coded.tabular.find(both) is None):
                continue
            gone = tuple(line.ref for line, keep in ((one, keep_one), (other, keep_other)) if not keep and line.ref.code != both)
            added = (icd(both),) if both and not coded.has(both) else ()
            message = (
                f"{one.ref.code} with {other.ref.code} is coded {both}" if both else f"{(other if keep_one else one).ref.code} is part of the other"
            )
            yield found(self, Severity.WARN, [one, other], message, repair=Repair(gone, added, stated=True))
