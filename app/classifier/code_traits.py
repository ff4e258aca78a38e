"""The features of a code that no note changes, kept in one table."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from app.domain.code import Code, CodeRef, CodeSystem
from app.domain.sexes import FEMALE_ONLY, MALE_ONLY

SYSTEMS = {system: i for i, system in enumerate(CodeSystem)}
TRAITS = ("system", "chapter", "code_length", "billable", "unspecified", "other_specified", "title_words", "prior")
"""The columns that are features; behind them stand FEMALE and MALE (a code of that sex alone) and CATEGORY (a number of its own)."""
FEMALE, MALE, CATEGORY = len(TRAITS), len(TRAITS) + 1, len(TRAITS) + 2
_COLUMNS = len(TRAITS) + 3


class CodeTraits:
    """Rows of traits by code, filled as codes are met. Safe to share between threads.

    `find` looks up codes; `priors` is the log of 1 + training documents per code.
    """

    def __init__(self, find: Callable[[CodeRef], Code | None], priors: Mapping[CodeRef, float]) -> None:
        self._find, self._priors = find, priors
        self._rows: dict[CodeRef, int] = {}
        self._categories: dict[tuple[CodeSystem, str], int] = {}
        self._table = np.zeros((1024, _COLUMNS))
        self._lock = threading.Lock()

    def __call__(self, refs: Sequence[CodeRef]) -> npt.NDArray[np.float64]:
        """Shape (refs, TRAITS and the three columns behind them)."""
        known = self._rows
        try:
            rows = [known[ref] for ref in refs]
        except KeyError:
            rows = [self._row(ref) for ref in refs]
        return self._table[rows]

    def _row(self, ref: CodeRef) -> int:
        with self._lock:
            row = self._rows.get(ref)
            if row is not None:
                return row
            row = len(self._rows)
            if row == len(self._table):
                self._table = np.concatenate([self._table, np.zeros_like(self._table)])
            self._table[row] = self._traits(ref)
            # Last, so that nobody finds a row that is not filled.
            self._rows[ref] = row
            return row

    def _traits(self, ref: CodeRef) -> tuple[float, ...]:
        code = self._find(ref)
        title = "" if code is None else code.title.lower()
        diagnosis = ref.system is CodeSystem.ICD10CM
        return (
            SYSTEMS[ref.system],
            ord(ref.code[0]) if ref.code[0].isalpha() else int(ref.code[0]),
            len(ref.code),
            code is None or code.billable,
            "unspecified" in title,
            title.startswith("other ") or "other specified" in title,
            len(title.split()),
            self._priors.get(ref, 0.0),
            diagnosis and ref.code.startswith(FEMALE_ONLY),
            diagnosis and ref.code.startswith(MALE_ONLY),
            self._categories.setdefault((ref.system, ref.code[:3]), len(self._categories)),
        )
