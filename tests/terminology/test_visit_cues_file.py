from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.em.cues import GROUPS
from app.domain.em.families import FAMILY_OF_CODE
from app.domain.em.prolonged import PROLONGED
from app.domain.errors import DataFaults
from app.terminology.visit_cues_file import load_visit_cues

DATA = Path(__file__).parents[2] / "data"


def lines(**changed: str) -> str:
    """A small good file, a group a line, with some groups written otherwise."""
    good = {
        group: f"{group}: {{" + ", ".join(f"{name}: [{name.replace('_', ' ')} {i}]" for i, name in enumerate(names or ("glucose",))) + "}"
        for group, names in GROUPS.items()
    }
    return "\n".join((good | changed).values()) + "\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "cues.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_choices_become_wordings(tmp_path: Path) -> None:
    cues = load_visit_cues(written(tmp_path, lines(test="test: {ECG: [(12 lead|) ecg, ekg]}")))
    assert cues.groups["test"] == {"ECG": ("12 lead ecg", "ecg", "ekg")}
    assert set(cues.groups) == set(GROUPS)


@pytest.mark.parametrize(
    ("changed", "line", "message"),
    [
        ({"status": "status: {new: [new patient]}"}, 3, "field 'established' is missing"),
        ({"status": "status: {new: [new patient], established: [recheck], other: [x]}"}, 3, "unknown field 'other'"),
        ({"status": "status: {new: [new patient], established: [new patient]}"}, 3, "is established here and new in line 3"),
        ({"status": "status: {new: [New patient], established: [recheck]}"}, 3, "must be in lower case"),
        ({"status": "status: {new: [new|patient], established: [recheck]}"}, 3, "choices are written (one|another)"),
        ({"test": "test: [ecg]"}, 6, "must be a mapping"),
        ({"test": ""}, 1, "field 'test' is missing"),
        ({"zebra": "zebra: {}"}, 13, "unknown field 'zebra'"),
    ],
)
def test_faults_are_named_by_file_and_line(tmp_path: Path, changed: dict[str, str], line: int, message: str) -> None:
    path = written(tmp_path, lines(**changed))
    with pytest.raises(DataFaults) as caught:
        load_visit_cues(path)
    assert any(fault.file == str(path) and fault.line == line and message in fault.message for fault in caught.value.faults), caught.value


@pytest.mark.parametrize("text", ["", "# nothing\n"])
def test_an_empty_file_is_a_fault(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataFaults, match="empty"):
        load_visit_cues(written(tmp_path, text))


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(DataFaults, match="missing"):
        load_visit_cues(tmp_path / "none.yaml")


def test_our_own_file_is_fine() -> None:
    assert set(load_visit_cues(DATA / "evaluation-management.yaml").groups) == set(GROUPS)


def test_the_catalogue_holds_every_code_of_the_tables(terms) -> None:
    added = {code for p in PROLONGED.values() for code in (p.code, p.medicare_code) if code}
    known = {p.ref.code for p in terms.knowledge.procedures}
    assert {*FAMILY_OF_CODE, *added, "99292"} <= known
