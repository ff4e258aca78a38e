"""Codes as the tabular list names them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.domain.tabular.patterns import CodePatterns, patterns_in

NOTES = (
    "diabetes (E08-E13)",
    "hypertensive heart disease (I11.-)",
    "poisoning (T36-T50 with fifth or sixth character 5)",
    "codes with final character 9 (S00-T98 with final character 9)",
    "chronic kidney disease (N18.3)",
    "obesity (E66.-), overweight (E66.3)",
)
codes = st.from_regex(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?", fullmatch=True) | st.sampled_from(
    ["E11.9", "E66", "E66.3", "I11.0", "N18.31", "T45.515A", "T45.515", "S93.409", "E08", "E13.9", "E14"]
)


@given(st.lists(st.sampled_from(NOTES)), codes)
def test_patterns_together_name_what_one_of_them_names(notes, code):
    every = [p for note in notes for p in patterns_in(note)]
    together = CodePatterns(every)
    assert together.name(code) == any(p.matches(code) for p in every)
    assert together.name(code.replace(".", "")) == together.name(code)
    assert list(together) == list(dict.fromkeys(every))
