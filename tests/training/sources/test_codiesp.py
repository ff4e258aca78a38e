import pytest

from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import ANYWHERE
from app.domain.errors import DataFaults
from app.domain.note import TextSpan
from training.faults import Faults
from training.sources import codiesp

ONE = "Paciente con gota en el pie izquierdo.\nSe realizó ecografía."
TWO = "Tos crónica."


def part(folder, *, x="", d="", p="", texts=None):
    (folder / "text_files").mkdir(parents=True)
    (folder / "text_files_en").mkdir()
    for name, text in (texts or {"caso-1": ONE, "caso-2": TWO}).items():
        (folder / "text_files" / f"{name}.txt").write_text(text, encoding="utf-8")
        (folder / "text_files_en" / f"{name}.txt").write_text("A patient with gout.", encoding="utf-8")
    for ending, lines in (("X", x), ("D", d), ("P", p)):
        (folder / f"train{ending}.tsv").write_text(lines, encoding="utf-8")
    return folder


def line(*fields):
    return "\t".join(fields) + "\n"


FRAGMENTS = line("caso-1", "DIAGNOSTICO", "m10.072", "gota izquierdo", f"13 17;{ONE.index('izquierdo')} {ONE.index('izquierdo') + 9}")
ECHO = line("caso-1", "PROCEDIMIENTO", "bw4f", "ecografía", f"{ONE.index('ecografía')} {ONE.index('ecografía') + 9}")
WHOLE = {
    "x": FRAGMENTS + ECHO,
    "d": line("caso-1", "m10.072") + line("caso-2", "r05"),
    "p": line("caso-1", "bw4f"),
}


def read(folder, faults=None, language="es"):
    return list(codiesp.read(folder, faults or Faults(), language=language, told=lambda _: None))


def test_texts_codes_and_evidence_are_joined_by_document(tmp_path):
    first, second = read(part(tmp_path, **WHOLE))
    assert (first.id, first.note.text, first.note.language, first.encounter) == ("caso-1", ONE, "es", ANYWHERE)
    quotes = {ref: [[first.note.quote(s) for s in piece] for piece in pieces] for ref, pieces in first.labels.items()}
    assert quotes == {
        CodeRef(CodeSystem.ICD10CM, "M10.072"): [["gota", "izquierdo"]],
        CodeRef(CodeSystem.ICD10PCS, "BW4F"): [["ecografía"]],
    }
    assert second.labels == {CodeRef(CodeSystem.ICD10CM, "R05"): ()}


def test_the_translation_has_the_codes_without_the_evidence(tmp_path):
    first, _ = read(part(tmp_path, **WHOLE), language="en")
    assert first.note.text == "A patient with gout."
    assert first.note.language == "en"
    assert set(first.labels.values()) == {()}
    assert len(first.labels) == 2


BAD = {
    "too few columns": ("d", "caso-1\n", "1 columns where 2 belong"),
    "no such document": ("d", line("caso-9", "i10"), "no text of document"),
    "no such code": ("p", line("caso-1", "ultrasound"), "ICD-10-PCS"),
    "no such label": ("x", line("caso-1", "SINTOMA", "r05", "tos", "0 3"), "neither DIAGNOSTICO"),
    "positions that are no numbers": ("x", line("caso-1", "DIAGNOSTICO", "r05", "gota", "13-17"), "pairs of numbers"),
    "positions outside the text": ("x", line("caso-1", "DIAGNOSTICO", "r05", "gota", "13 999"), "999"),
    "a position of other words": ("x", line("caso-1", "DIAGNOSTICO", "r05", "fiebre", "13 17"), "none of the words"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_line_is_a_fault_with_its_number_and_leaves_its_document_out(tmp_path, kind):
    ending, bad, reason = BAD[kind]
    folder = part(tmp_path, **(WHOLE | {ending: WHOLE[ending] + bad}))
    faults = Faults()
    found = [e.id for e in read(folder, faults)]
    [fault] = faults.first
    assert reason in fault.message
    assert (fault.file, fault.line) == (str(folder / f"train{ending.upper()}.tsv"), WHOLE[ending].count("\n") + 1)
    assert found == (["caso-1", "caso-2"] if kind == "no such document" else ["caso-2"])


def test_documents_without_a_code_are_counted(tmp_path):
    faults = Faults()
    assert [e.id for e in read(part(tmp_path, d=line("caso-1", "i10")), faults)] == ["caso-1"]
    assert faults.left_out == {"documents without a code": 1}
    assert faults.count == 0


def test_a_text_that_is_not_utf8_is_a_fault(tmp_path):
    folder = part(tmp_path, **WHOLE)
    (folder / "text_files" / "caso-2.txt").write_bytes("Tos crónica".encode("latin-1"))
    faults = Faults()
    assert [e.id for e in read(folder, faults)] == ["caso-1"]
    assert "UTF-8" in faults.first[0].message


def test_another_folder_is_refused_with_what_is_missing(tmp_path):
    with pytest.raises(DataFaults, match="text_files"):
        read(tmp_path)
    with pytest.raises(DataFaults, match=r"D\.tsv"):
        read(part(tmp_path / "x"))


def test_positions_count_characters_of_the_file_as_it_is(tmp_path):
    text = "Ñandú.\r\nTos."
    begin = text.index("Tos")
    folder = part(tmp_path, texts={"a": ""}, x=line("a", "DIAGNOSTICO", "r05", "Tos", f"{begin} {begin + 3}"))
    (folder / "text_files" / "a.txt").write_bytes(text.encode())
    [example] = read(folder)
    assert list(example.labels.values()) == [((TextSpan(begin, begin + 3),),)]
