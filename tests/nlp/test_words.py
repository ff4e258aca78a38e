"""Words whose neighbours decide what they are."""

from __future__ import annotations

import pytest

from app.nlp.words import SnowballWordReader


@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("wears hearing aids", ("wear", "hear", "aid")),
        ("a hearing aid", ("", "hear", "aid")),
        ("diagnosed with AIDS", ("diagnos", "", "aids")),
        ("vitamin A", ("vitamin", "a")),
        ("a vitamin", ("", "vitamin")),
    ],
)
def test_a_word_is_read_with_the_one_before(text: str, stems: tuple[str, ...]) -> None:
    assert SnowballWordReader().read(text).stems == stems
