"""Symptoms that belong to a disease."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from app.domain.coded import CodedEncounter, CodedLine
from app.domain.finding import Finding, Repair, Severity
from app.domain.rules.base import Data, found
from app.domain.tabular.asked import asks_for
from app.domain.tabular.sides import Side, side_of

# Disease groups and the symptoms routinely part of them: ours, from the sense of the guideline and clinical knowledge.
_TABLE: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("J09", "J10", "J11", "J12", "J13", "J14", "J15", "J16", "J18", "U07.1"),
        ("R05", "R06.0", "R07.1", "R07.81", "R50", "R09.3", "R53.8", "R52", "R06.2"),
    ),
    (("J00", "J06", "J20", "J21", "J22"), ("R05", "R50", "R09.81", "R09.82", "R07.0", "R06.2")),
    (("J01", "J32"), ("R09.81", "R09.82", "R51", "R05")),
    (("J02", "J03", "J35"), ("R07.0", "R50", "R13.1")),
    (("J44", "J45", "J43"), ("R05", "R06.0", "R06.2", "R06.8")),
    (("I50", "I11.0", "I13.0", "I13.2"), ("R06.0", "R60", "J81", "R09.02")),
    (("I21", "I20", "I25.11", "I25.7"), ("R07.2", "R07.8", "R07.9", "R06.0", "R61")),
    (("I26",), ("R06.0", "R07.1", "R07.81", "R07.9", "R09.02")),
    (("I48", "I47", "I49"), ("R00.0", "R00.2", "R00.1")),
    (("I63", "I61", "I60", "G45"), ("R29.7", "R47", "R20", "R27", "R29.810")),
    (("K35", "K36", "K37", "K80", "K81", "K85", "K86.1", "K57", "K56", "K25", "K26", "K27", "K50", "K51"), ("R10", "R11", "R50", "R19.7")),
    (("K21", "K29"), ("R10.13", "R12", "R11.0", "R13.10")),
    (("K52", "A08", "A09", "A04", "K58"), ("R10", "R11", "R19.7", "R50", "R14")),
    (("K59.0",), ("R10", "R14")),
    (("K70", "K74", "K72", "B15", "B16", "B17", "B18"), ("R17",)),
    (("N39.0", "N30", "N10", "N12", "N34"), ("R30", "R35.0", "R39.15", "R31", "R10.2", "R10.3", "R50")),
    (("N20", "N13.2", "N23"), ("R10", "N23", "R11", "R31")),
    (("N17", "N18"), ("R34", "R94.4")),
    (("E10", "E11", "E13", "E08", "E09"), ("R73", "R35.8", "R63.1", "R81")),
    (("E86",), ("R42", "R63.8")),
    (("I10", "I11", "I12", "I13"), ("R03.0",)),
    (("G40",), ("R56.9",)),
    (("G43", "G44"), ("R51", "R11.0", "H53.14")),
    (("H81", "A88.1"), ("R42", "R11")),
    (("F32", "F33", "F31", "F41", "F43"), ("R45.8", "R53.83", "R45.0", "R45.2", "G47.9")),
    (("G47.0",), ("G47.9", "Z72.820")),
    (("M16",), ("M25.55", "M25.65")),
    (("M17", "S83", "M23", "M22"), ("M25.56", "M25.46", "M25.66")),
    (("M75", "S43", "S46.0", "M19.01"), ("M25.51", "M25.61")),
    (("M51", "M48.06", "M48.07", "M54.4", "S33", "S39.012", "M47.8", "M47.81"), ("M54.5", "M54.9")),
    (("M50", "M47.812", "M48.02", "S13", "M47.22", "S16"), ("M54.2", "M54.12")),
    (("S93", "S82", "M19.07"), ("M25.57", "M25.47")),
    (("S90", "S91", "S92", "S93"), ("M79.67",)),
    (("S60", "S61", "S62", "S63"), ("M79.64",)),
    (("S40", "S42", "S43", "S46"), ("M25.51", "M79.62")),
    (("S72",), ("M25.55", "M79.65")),
    (("S50", "S52", "S53"), ("M25.52", "M79.63")),
    (("S22", "S20.2"), ("R07.8",)),
    (("S62", "S63", "S52", "M19.03"), ("M25.53", "M25.54")),
    (("M76", "M72.2", "M77.3", "M77.4"), ("M79.67", "M25.57")),
    (("M77.0", "M77.1"), ("M25.52", "M79.62")),
    (("M10", "M1A", "M05", "M06", "L40.5"), ("M25.5", "M25.4", "M79.6")),
    (("L03", "L02"), ("R22", "L53.9", "M79.6", "R60.0")),
    (("I82", "I80"), ("R60.0", "M79.6", "M79.89")),
    (("D50", "D51", "D52", "D62", "D63", "D64"), ("R53.83", "R53.1", "R23.1")),
    (("E03", "E05"), ("R53.83", "R63.5", "R63.4")),
    (("A40", "A41", "R65"), ("R50", "R65.10", "R00.0", "I95.9")),
    (("H65", "H66", "H60", "H61.2"), ("H92.0", "R50", "H92.1")),
    (("H10", "H00", "H01"), ("H57.1", "H57.89", "H11.43")),
    (("N80", "N94.6", "D25"), ("R10.2", "N94.89")),
    (("N83.2",), ("R10.2", "R10.3")),
    (("N60", "N61", "C50"), ("N63", "N64.4")),
    (("B02",), ("R21",)),
    (("L20", "L23", "L24", "L25", "L30", "L50", "L27", "B35", "B86"), ("R21", "L29.9")),
    (("N45", "N44"), ("N50.81", "N50.89")),
    (("G56.0",), ("R20.2", "M25.53", "M79.64")),
)

_ANY = tuple(dict.fromkeys(symptom for _, symptoms in _TABLE for symptom in symptoms))


class IntegralSymptom:
    """A symptom that is routinely part of a disease on the claim is not coded beside it; others are (Guidelines I.B.4-6).

    Where the disease asks for the code of a symptom (I.A.17), as an enlarged prostate does for retention of urine, both are coded.
    """

    id = "integral-symptom"
    citation = "ICD-10-CM Official Guidelines I.B.4-6"
    needs: frozenset[Data] = frozenset()

    def check(self, coded: CodedEncounter) -> Iterable[Finding]:
        """One finding for each such symptom."""
        rows = {row for line in coded.starting(*_ANY) for row in _rows(line.ref.code)}
        told: set[str] = set()
        for diseases, symptoms in map(_TABLE.__getitem__, sorted(rows)):
            part = [line for line in coded.starting(*symptoms) if line.ref.code not in told]
            whole = coded.starting(*diseases) if part else ()
            for line in part:
                disease = next((d for d in whole if d is not line and not _other_side(coded, line, d)), None)
                if disease is not None and not any(asks_for(coded.tabular, d.ref.code, line.ref.code) for d in whole):
                    told.add(line.ref.code)
                    message = f"{line.ref.code} is part of {disease.ref.code}"
                    yield found(self, Severity.WARN, [line, disease], message, repair=Repair(remove=(line.ref,), stated=True))


@lru_cache(maxsize=10_000)
def _rows(symptom: str) -> tuple[int, ...]:
    """The rows of the table that name a symptom."""
    return tuple(row for row, (_, symptoms) in enumerate(_TABLE) if symptom.startswith(symptoms))


def _other_side(coded: CodedEncounter, symptom: CodedLine, disease: CodedLine) -> bool:
    """True for pain of the left foot beside an injury of the right one."""
    sides = {side_of(coded.tabular, line.ref.code) for line in (symptom, disease)}
    return sides == {Side.RIGHT, Side.LEFT}
