import gzip

import pytest

from app.domain.code import CodeSystem
from app.domain.encounter import Setting, Sex
from app.domain.errors import DataFaults
from training.faults import Faults
from training.sources import delimited

COLUMNS = delimited.Columns(
    "note_id",
    "body",
    {CodeSystem.ICD10CM: "dx", CodeSystem.CPT: "cpt"},
    patient="mrn",
    time="signed",
    sex="gender",
    age="age",
    service_date="dos",
    fixed_setting=Setting.OUTPATIENT,
)
HEADING = "note_id,mrn,signed,gender,age,dos,body,dx,cpt,colour\n"
GOOD = 'n1,p1,2026-05-01T10:00:00Z,F,54,2026-05-01,"Gout, left foot.\nSeen today.",M10072|I10,99213,red\n'


def read(folder, rows, faults=None, columns=COLUMNS, **options):
    path = folder / "x.csv"
    path.write_bytes((HEADING + rows).encode(options.get("encoding", "utf-8")))
    given = {"language": "en", "delimiter": ",", "encoding": "utf-8-sig"} | options
    return list(delimited.read(path, columns, faults or Faults(), told=lambda _: None, **given))


def test_a_row_becomes_a_document_with_the_columns_that_were_named(tmp_path):
    [e] = read(tmp_path, GOOD)
    assert (e.id, e.group, e.note.text) == ("n1", "p1", "Gout, left foot.\nSeen today.")
    assert (e.encounter.setting, e.encounter.sex, e.encounter.age) == (Setting.OUTPATIENT, Sex.FEMALE, 54)
    assert e.encounter.service_date.isoformat() == "2026-05-01"
    assert e.time.isoformat() == "2026-05-01T10:00:00"
    assert [ref.code for ref in e.labels] == ["M10.072", "I10", "99213"]


@pytest.mark.parametrize("joined", ["M10.072 I10", "M10072;I10", "M10.072, I10,", "m10.072|i10"])
def test_codes_in_one_field_may_be_joined_in_any_usual_way(tmp_path, joined):
    [e] = read(tmp_path, GOOD.replace("M10072|I10", f'"{joined}"'))
    assert [ref.code for ref in e.labels if ref.system is CodeSystem.ICD10CM] == ["M10.072", "I10"]


def test_columns_that_a_file_does_not_have_are_not_asked_for(tmp_path):
    [e] = read(tmp_path, GOOD, columns=delimited.Columns("note_id", "body", {CodeSystem.ICD10CM: "dx"}))
    assert (e.group, e.time, e.encounter.setting) == ("n1", None, Setting.UNKNOWN)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("n1,", ",", "id is empty"),
        ("F,54", "Q,54", "sex 'Q'"),
        (",54,", ",old,", "age 'old'"),
        (",54,", ",254,", "Age 254"),
        ("2026-05-01,", "2026-13-01,", "month"),
        ("99213", "CBC", "code of CPT"),
        ('"Gout, left foot.\nSeen today."', " ", "empty"),
    ],
)
def test_a_bad_row_is_a_fault_with_its_line_and_the_others_are_read(tmp_path, old, new, reason):
    faults = Faults()
    found = read(tmp_path, GOOD.replace(old, new, 1) + GOOD.replace("n1", "n2"), faults)
    assert [e.id for e in found] == ["n2"]
    [fault] = faults.first
    assert reason in fault.message
    assert fault.line == (2 if "Gout" in old else 3)
    assert "Gout" not in fault.message


def test_a_document_that_stands_twice_is_a_fault(tmp_path):
    faults = Faults()
    assert len(read(tmp_path, GOOD + GOOD, faults)) == 1
    assert "stands twice" in faults.first[0].message


def test_a_setting_column_wins_over_the_fixed_one_and_must_be_known(tmp_path):
    columns = delimited.Columns("note_id", "body", {CodeSystem.CPT: "cpt"}, setting="colour", fixed_setting=Setting.INPATIENT)
    faults = Faults()
    rows = GOOD.replace(",red", ",Emergency") + GOOD.replace("n1", "n2").replace(",red", ",") + GOOD.replace("n1", "n3")
    assert [e.encounter.setting for e in read(tmp_path, rows, faults, columns)] == [Setting.EMERGENCY, Setting.INPATIENT]
    assert "setting 'red'" in faults.first[0].message


def test_other_separators_encodings_and_packing_are_read(tmp_path):
    columns = delimited.Columns("id", "text", {CodeSystem.ICD10CM: "dx"})
    path = tmp_path / "x.tsv.gz"
    path.write_bytes(gzip.compress("id\ttext\tdx\n1\tTos crónica\tR05\n".encode("latin-1")))
    [e] = delimited.read(path, columns, Faults(), language="es", delimiter="\t", encoding="latin-1", told=lambda _: None)
    assert (e.note.text, e.note.language) == ("Tos crónica", "es")
    with pytest.raises(DataFaults, match="can't be read as utf-8"):
        list(delimited.read(path, columns, Faults(), language="es", delimiter="\t", encoding="utf-8", told=lambda _: None))


def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path):
    with pytest.raises(DataFaults, match=r"no column diagnosis; it has note_id"):
        read(tmp_path, GOOD, columns=delimited.Columns("note_id", "body", {CodeSystem.ICD10CM: "diagnosis"}))
