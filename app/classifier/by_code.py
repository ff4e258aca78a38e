"""Matches of many codes in columns, grouped by the number of their code."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from app.domain.candidate import Candidate, Match
from app.domain.code import CodeRef


def best_of_each(code: npt.NDArray[np.int64], most: int) -> npt.NDArray[np.intp]:
    """The places of the first `most` of each run of equal numbers in `code`, which is in order."""
    heads = np.flatnonzero(np.diff(code, prepend=-1))
    return np.flatnonzero(np.arange(len(code)) - np.repeat(heads, np.diff(heads, append=len(code))) < most)


def candidates_of(codes: Sequence[CodeRef], code: npt.NDArray[np.int64], matches: Sequence[Match]) -> list[Candidate]:
    """One candidate for each run of equal numbers in `code`, with the matches of the run; `code` numbers `codes`."""
    heads = np.flatnonzero(np.diff(code, prepend=-1))
    bounds = zip(code[heads].tolist(), heads.tolist(), np.append(heads, len(code))[1:].tolist(), strict=True)
    return [Candidate(codes[c], tuple(matches[head:tail])) for c, head, tail in bounds]
