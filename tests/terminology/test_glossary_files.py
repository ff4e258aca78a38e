from pathlib import Path

import pytest

from app.domain.errors import DataFaults
from app.terminology.glossary_files import load_glossaries

DATA = Path(__file__).parents[2] / "data"

GOOD = """\
language: es
endings:
  ia: ["y", e]
unrelated: [cinco]
words:
  pain: [dolor]
  ache: [dolor]
"""


def written(folder, text, name="es.yaml"):
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_glossary_is_read_by_word(tmp_path):
    [glossary] = load_glossaries(written(tmp_path, GOOD))
    assert glossary.language == "es"
    assert glossary.words == {"dolor": ("pain", "ache")}
    assert glossary.endings == (("ia", "y"), ("ia", "e"))
    assert glossary.unrelated == ("cinco",)


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("language: es", "language: fr", 1, "the file is named es.yaml"),
        ("pain: [dolor]", "pain: [dolor de cabeza]", 6, "must be one word"),
        ("pain: [dolor]", "pain: [dolor, dolor]", 6, "stands twice"),
        ("pain: [dolor]", "pain: []", 6, "needs at least one word"),
        ("unrelated: [cinco]", "unrelated: [dolor]", 4, "stands under words as well"),
        ('ia: ["y", e]', "ia: e", 3, "must be a list"),
    ],
)
def test_faults_are_named_by_line(tmp_path, old, new, line, reason):
    with pytest.raises(DataFaults) as found:
        load_glossaries(written(tmp_path, GOOD.replace(old, new)))
    assert any(f.line == line and reason in f.message for f in found.value.faults)


def test_no_folder_means_no_other_language(tmp_path):
    assert load_glossaries(tmp_path / "none") == ()


def test_the_glossaries_of_the_checkout_load_without_a_fault():
    assert {g.language for g in load_glossaries(DATA / "languages")} == {"es"}
