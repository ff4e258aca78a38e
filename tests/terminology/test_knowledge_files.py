from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.code import CodeRef, CodeSystem, Laterality
from app.terminology.knowledge_files import digest, load_knowledge, procedure_ref
from tests.terminology.faults import faults_of, write_data

KNOWN = {"I10", "I11.0", "E11.9"}


def _faults(folder: Path, files: dict[str, str]) -> list[str]:
    write_data(folder, files)
    return faults_of(folder, lambda: load_knowledge(folder, KNOWN.__contains__))


def test_good_files_give_entries_procedures_senses_and_lists(tmp_path: Path) -> None:
    knowledge = load_knowledge(write_data(tmp_path, {}), KNOWN.__contains__)
    (entry,) = knowledge.phrasebook
    assert (entry.ref.code, entry.phrases, entry.support) == ("I10", ("hypertension", "htn"), ("lisinopril",))
    assert entry.refine == {"with chf": CodeRef(CodeSystem.ICD10CM, "I11.0")}
    (service,) = knowledge.procedures
    assert (service.ref, service.laterality, service.modifiers, service.units) == (CodeRef(CodeSystem.CPT, "20610"), Laterality.SIDE, ("RT",), 2)
    assert [s.expansion for s in knowledge.abbreviations["MS"]] == ["multiple sclerosis", "mitral stenosis"]
    assert knowledge.headings == {"plan": ("plan", "assessment and plan")}
    assert knowledge.interchangeable == (("kidney", "renal"),)
    assert knowledge.digest == digest(tmp_path)


def test_the_digest_changes_with_any_file_and_not_with_charts(tmp_path: Path) -> None:
    before = digest(write_data(tmp_path, {}))
    (tmp_path / "charts").mkdir()
    (tmp_path / "charts" / "x.yaml").write_text("id: x\n")
    assert digest(tmp_path) == before
    seen = {before, digest(write_data(tmp_path, {"lexicon.yaml": "kidney: [kidney, renal, nephric]\n"}))}
    # Notes are read with the cues of assertion and with the glossaries too.
    (tmp_path / "languages").mkdir()
    for name in ("context.yaml", "languages/es.yaml"):
        (tmp_path / name).write_text("x: y\n")
        seen.add(digest(tmp_path))
    assert len(seen) == 4


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("phrasebook/a.yaml", "specialty: a\ncodes:\n  X99.9: {phrases: [x]}\n", "phrasebook/a.yaml:3: X99.9 is not a billable"),
        ("phrasebook/a.yaml", "specialty: a\ncodes:\n  I10: {support: [x]}\n", "phrasebook/a.yaml:3: I10: field 'phrases' is missing"),
        ("phrasebook/a.yaml", "specialty: a\ncodes:\n  I10: {phrases: []}\n", "phrasebook/a.yaml:3: I10: needs at least one phrase"),
        ("phrasebook/a.yaml", "specialty: a\ncodes:\n  I10: {phrases: htn}\n", "phrasebook/a.yaml:3: I10: phrases must be a list"),
        ("phrasebook/a.yaml", "specialty: a\ncodes:\n  I10: {phrases: [x], colour: red}\n", "phrasebook/a.yaml:3: I10: unknown field 'colour'"),
        ("phrasebook/a.yaml", "specialty: a\ncodes:\n  I10:\n    phrases: [x]\n    refine: {y: Z00}\n", "phrasebook/a.yaml:5: refine: Z00 is not"),
        ("phrasebook/a.yaml", "specialty: a\ncodes:\n  I10: {phrases: [x]}\n  I10: {phrases: [y]}\n", "phrasebook/a.yaml:4: codes: I10 stands twice"),
        (
            "phrasebook/a.yaml",
            "specialty: a\ncodes:\n  I10: {phrases: [x]}\n  E11.9: {phrases: [X]}\n",
            "phrasebook/a.yaml:4: phrase 'X' means E11.9",
        ),
        ("phrasebook/a.yaml", "codes: {}\n", "phrasebook/a.yaml:1: a phrasebook: field 'specialty' is missing"),
        ("phrasebook/a.yaml", "[1, 2]\n", "phrasebook/a.yaml:1: a phrasebook must be a mapping"),
        ("phrasebook/a.yaml", "specialty: a\ncodes: [\n", "phrasebook/a.yaml:3: not YAML"),
        (
            "procedures/a.yaml",
            'area: a\nprocedures:\n  "2061": {description: x, phrases: [x]}\n',
            "procedures/a.yaml:3: 2061 has the shape of neither",
        ),
        ("procedures/a.yaml", "area: a\nprocedures:\n  J1885: {phrases: [x]}\n", "procedures/a.yaml:3: J1885: field 'description' is missing"),
        (
            "procedures/a.yaml",
            "area: a\nprocedures:\n  J1885:\n    description: x\n    phrases: [x]\n    units: 0\n",
            "procedures/a.yaml:6: J1885: units is '0'",
        ),
        (
            "procedures/a.yaml",
            "area: a\nprocedures:\n  J1885:\n    description: x\n    phrases: [x]\n    laterality: left\n",
            "procedures/a.yaml:6: J1885: laterality is 'left'",
        ),
        (
            "procedures/a.yaml",
            "area: a\nprocedures:\n  J1885:\n    description: x\n    phrases: [x]\n    modifiers: [rt]\n",
            "procedures/a.yaml:6: J1885: modifier 'rt'",
        ),
        ("abbreviations/a.yaml", "MS:\n  - {expansion: a}\n  - {expansion: b}\n", "abbreviations/a.yaml:1: MS: only one sense"),
        ("abbreviations/a.yaml", "MS:\n  - {context: [b]}\n", "abbreviations/a.yaml:2: MS: field 'expansion' is missing"),
        ("abbreviations/a.yaml", "MS: {a: b}\n", "abbreviations/a.yaml:1: MS must be a text, or a list of senses"),
        ("abbreviations/a.yaml", "MS:\n", "abbreviations/a.yaml:1: MS must be text"),
        ("lexicon.yaml", "kidney: [kidney, renal]\nother: [renal]\n", "lexicon.yaml:2: wording in"),
        ("sections.yaml", "plan: plan\n", "sections.yaml:1: plan must be a list"),
    ],
)
def test_each_kind_of_fault_is_named_with_file_and_line(tmp_path: Path, name: str, content: str, expected: str) -> None:
    found = _faults(tmp_path, {name: content})
    assert any(fault.startswith(expected) for fault in found), found


def test_all_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    found = _faults(
        tmp_path,
        {
            "phrasebook/a.yaml": "specialty: a\ncodes:\n  X1: {phrases: [x]}\n  X2: {phrases: [y]}\n",
            "procedures/a.yaml": "area: a\nprocedures:\n  nonsense: {description: x, phrases: [x]}\n",
            "abbreviations/a.yaml": "MS:\n",
        },
    )
    assert [fault.split(" ")[0] for fault in found] == [
        "abbreviations/a.yaml:1:",
        "phrasebook/a.yaml:3:",
        "phrasebook/a.yaml:4:",
        "procedures/a.yaml:3:",
    ]


def test_codes_phrases_and_short_forms_belong_to_one_file(tmp_path: Path) -> None:
    found = _faults(
        tmp_path,
        {
            "phrasebook/b.yaml": "specialty: b\ncodes:\n  I10: {phrases: [other words]}\n  E11.9: {phrases: [HTN]}\n",
            "abbreviations/b.yaml": "HTN: something else\n",
        },
    )
    assert [fault.split(" stands")[0].split(" means")[0] for fault in found] == [
        "abbreviations/b.yaml:1: short form HTN",
        "phrasebook/b.yaml:3: code I10",
        "phrasebook/b.yaml:4: phrase 'HTN'",
    ]
    assert all("a.yaml:" in fault for fault in found)


def test_a_missing_file_or_folder_is_a_fault(tmp_path: Path) -> None:
    write_data(tmp_path, {})
    (tmp_path / "lexicon.yaml").unlink()
    (tmp_path / "procedures" / "a.yaml").unlink()
    found = faults_of(tmp_path, lambda: load_knowledge(tmp_path, KNOWN.__contains__))
    assert found == ["lexicon.yaml:1: the file is missing", "procedures:1: no .yaml file here"]


def test_a_file_that_is_not_utf8_is_a_fault(tmp_path: Path) -> None:
    write_data(tmp_path, {})
    (tmp_path / "lexicon.yaml").write_bytes(b"kidney: [caf\xe9]\n")
    assert faults_of(tmp_path, lambda: load_knowledge(tmp_path, KNOWN.__contains__)) == ["lexicon.yaml:1: not UTF-8: save the file as UTF-8"]


@pytest.mark.parametrize(("code", "system"), [("99213", CodeSystem.CPT), ("0001F", CodeSystem.CPT), ("J1885", CodeSystem.HCPCS)])
def test_procedure_codes_are_told_apart_by_their_shape(code: str, system: CodeSystem) -> None:
    assert procedure_ref(code) == CodeRef(system, code)


@pytest.mark.parametrize("code", ["", "9921", "992133", "I10", "j1885", "W1885"])
def test_what_has_no_shape_of_a_procedure_is_none(code: str) -> None:
    assert procedure_ref(code) is None
