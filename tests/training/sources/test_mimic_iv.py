import csv
import gzip
import tracemalloc

import pytest

from app.domain.encounter import Setting, Sex
from app.domain.errors import DataFaults
from training.faults import Faults
from training.progress import quiet
from training.sources import mimic_iv

HEADINGS = {
    "hosp/diagnoses_icd": "subject_id hadm_id seq_num icd_code icd_version",
    "hosp/procedures_icd": "subject_id hadm_id seq_num chartdate icd_code icd_version",
    "hosp/patients": "subject_id gender anchor_age anchor_year anchor_year_group dod",
    "hosp/admissions": "subject_id hadm_id admittime dischtime deathtime admission_type admit_provider_id admission_location",
    "note/discharge": "note_id subject_id hadm_id note_type note_seq charttime storetime text",
}
NOTE = 'Admitted with "chest pain", ruled out.\nDischarged home, stable.'
ROWS = {
    "hosp/diagnoses_icd": [
        ("1", "11", "2", "I10", "10"),
        ("1", "11", "10", "Z7901", "10"),
        ("1", "11", "1", "E119   ", "10"),
        ("2", "21", "1", "4019", "9"),
        ("1", "12", "1", "J189", "10"),
    ],
    "hosp/procedures_icd": [("1", "11", "1", "2151-03-01", "0DTJ4ZZ", "10"), ("2", "21", "1", "2140-01-01", "4701", "9")],
    "hosp/patients": [("1", "F", "61", "2150", "2014 - 2016", ""), ("2", "M", "40", "2139", "2008 - 2010", "")],
    "hosp/admissions": [
        ("1", "11", "2151-03-01 08:00:00", "", "", "EW EMER.", "P1", "ER"),
        ("1", "12", "2152-02-29 09:30:00", "", "", "EU OBSERVATION", "P1", "ER"),
        ("2", "21", "2140-01-01 10:00:00", "", "", "ELECTIVE", "P1", "ER"),
    ],
    "note/discharge": [
        ("1-DS-1", "1", "11", "DS", "1", "2151-03-05 00:00:00", "", NOTE),
        ("1-AD-1", "1", "11", "AD", "2", "2151-03-06 00:00:00", "", "Addendum."),
        ("2-DS-1", "2", "21", "DS", "1", "2140-01-03 00:00:00", "", "Coded before October 2015."),
        ("1-DS-2", "1", "12", "DS", "3", "2152-03-01 00:00:00", "", "Pneumonia."),
    ],
}


def database(folder, *, packed=True, **changes):
    rows = ROWS | {name.replace("_", "/", 1): value for name, value in changes.items()}
    for name, heading in HEADINGS.items():
        path = folder / f"{name}.csv{'.gz' if packed else ''}"
        path.parent.mkdir(parents=True, exist_ok=True)
        with gzip.open(path, "wt", newline="") if packed else path.open("w", newline="") as out:
            csv.writer(out).writerows([heading.split(), *rows[name]])
    return folder


def read(folder, faults=None):
    return list(mimic_iv.read(folder / "hosp", folder / "note", faults or Faults(), step=quiet))


@pytest.mark.parametrize("packed", [True, False])
def test_notes_are_joined_with_the_codes_of_the_stay(tmp_path, packed):
    faults = Faults()
    first, second = read(database(tmp_path, packed=packed), faults)
    assert (first.id, first.group, first.note.text) == ("1-DS-1", "1", NOTE)
    assert [f"{ref.system} {ref.code}" for ref in first.labels] == ["ICD-10-CM E11.9", "ICD-10-CM I10", "ICD-10-CM Z79.01", "ICD-10-PCS 0DTJ4ZZ"]
    assert (first.encounter.setting, first.encounter.sex, first.encounter.age) == (Setting.INPATIENT, Sex.FEMALE, 62)
    assert (second.id, second.group, second.encounter.setting, second.encounter.age) == ("1-DS-2", "1", Setting.OUTPATIENT, 63)
    assert faults.count == 0
    assert faults.left_out == {"addenda": 1, "notes of stays without ICD-10 codes": 1}


def test_shifted_dates_order_the_stays_but_are_no_date_of_service(tmp_path):
    first, second = read(database(tmp_path))
    assert (first.time.isoformat(), second.time.isoformat()) == ("2015-03-01T08:00:00", "2016-02-28T23:59:00")
    assert first.encounter.service_date is None


BAD = {
    "a code of no known form": ("hosp_diagnoses_icd", ("1", "11", "3", "ABCDEF", "10"), "ICD-10-CM", ["1-DS-2"]),
    "an order that is no number": ("hosp_procedures_icd", ("1", "11", "x", "2151-03-01", "0DTJ4ZZ", "10"), "seq_num", ["1-DS-2"]),
    "a note without text": ("note_discharge", ("1-DS-9", "1", "11", "DS", "4", "", "", " "), "empty", ["1-DS-1", "1-DS-2"]),
    "a note that stands twice": ("note_discharge", ("1-DS-1", "1", "11", "DS", "4", "", "", "Again."), "twice", ["1-DS-1", "1-DS-2"]),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_row_is_a_fault_with_its_line_and_leaves_its_stay_out(tmp_path, kind):
    table, bad, reason, left = BAD[kind]
    name = table.replace("_", "/", 1)
    faults = Faults()
    found = read(database(tmp_path, **{table: [*ROWS[name], bad]}), faults)
    assert [e.id for e in found] == left
    [fault] = faults.first
    assert reason in fault.message
    # The one note with a line break ends a line later.
    assert fault.line == len(ROWS[name]) + 2 + (name == "note/discharge")


def test_a_stay_of_an_unknown_patient_or_time_is_a_fault(tmp_path):
    faults = Faults()
    stays = [*ROWS["hosp/admissions"][1:], ("9", "11", "2151-03-01 08:00:00", "", "", "URGENT", "", "")]
    assert [e.id for e in read(database(tmp_path, hosp_admissions=stays), faults)] == ["1-DS-2"]
    assert "not in patients" in faults.first[0].message


def test_missing_files_and_columns_are_named(tmp_path):
    with pytest.raises(DataFaults, match="diagnoses_icd"):
        read(tmp_path)
    folder = database(tmp_path, packed=False)
    (folder / "hosp" / "patients.csv").write_text("subject_id,gender\n1,F\n")
    with pytest.raises(DataFaults, match="no column anchor_age"):
        read(folder)


def test_a_file_that_is_cut_off_is_named(tmp_path):
    path = database(tmp_path) / "note" / "discharge.csv.gz"
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(DataFaults, match="discharge"):
        read(tmp_path)


def test_memory_does_not_grow_with_the_notes(tmp_path):
    notes = [(f"1-DS-{i}", "1", "11", "DS", str(i), "", "", f"{i} " + "word " * 10_000) for i in range(300)]
    folder = database(tmp_path, note_discharge=notes)
    del notes
    tracemalloc.start()
    count = sum(1 for _ in mimic_iv.read(folder / "hosp", folder / "note", Faults(), step=quiet))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 300
    assert peak < 3_000_000, "15 million characters went through"
