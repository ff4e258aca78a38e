import json
from datetime import date, datetime

import pytest

from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Encounter, Setting, Sex
from app.domain.errors import DataFaults
from app.domain.knowledge import Chart, LabelledCode
from app.domain.note import TextSpan
from training.example_lines import line, write_jsonl
from training.examples import from_chart, parse, read_jsonl
from training.faults import KEPT, Faults, OnFault

GOOD = {
    "id": "a",
    "text": "Gout of the left foot.",
    "setting": "outpatient",
    "codes": [{"system": "ICD-10-CM", "code": "M10.9", "evidence": [[[0, 4]]]}],
}


def row(**changes):
    return json.dumps(GOOD | changes)


def code(**changes):
    return [GOOD["codes"][0] | changes]


BAD = {
    "not JSON": ("{", "Invalid JSON"),
    "not an object": ("[1]", "object"),
    "no id": (json.dumps({k: v for k, v in GOOD.items() if k != "id"}), "id"),
    "an empty id": (row(id=""), "id"),
    "no codes": (json.dumps({k: v for k, v in GOOD.items() if k != "codes"}), "codes"),
    "empty text": (row(text="  "), "empty"),
    "NUL in the text": (row(text="a\x00b"), "NUL"),
    "an unknown setting": (row(setting="spa"), "setting"),
    "an unknown sex": (row(sex="x"), "sex"),
    "an impossible age": (row(age=200), "age"),
    "an impossible date": (row(service_date="2026-02-30"), "service_date"),
    "a long language": (row(language="english"), "language"),
    "an unknown system": (row(codes=code(system="SNOMED")), "system"),
    "an endless code": (row(codes=code(code="M" * 20)), "code"),
    "a code of another system": (row(codes=code(code="99213")), "does not look like a code of ICD-10-CM"),
    "half a procedure code": (row(codes=code(system="CPT", code="992")), "does not look like a code of CPT"),
    "an impossible time": (row(time="yesterday"), "time"),
    "a number for a code": (row(codes=code(code=10)), "code"),
    "a span of one number": (row(codes=code(evidence=[[[1]]])), "evidence"),
    "a span that ends before it begins": (row(codes=code(evidence=[[[4, 1]]])), "span"),
    "an empty span": (row(codes=code(evidence=[[[4, 4]]])), "span"),
    "a negative span": (row(codes=code(evidence=[[[-1, 4]]])), "span"),
    "a span outside the text": (row(codes=code(evidence=[[[0, 99]]])), "outside the text"),
    "half a surrogate pair": ('{"id": "a", "text": "x\\ud800", "codes": []}', ""),
}


@pytest.mark.parametrize("kind", BAD)
def test_every_kind_of_bad_line_is_refused_with_its_number_and_reason(tmp_path, kind):
    bad, reason = BAD[kind]
    path = tmp_path / "x.jsonl"
    path.write_text(f"{row()}\n\n{bad}\n{row(id='b')}\n", encoding="utf-8")
    with pytest.raises(DataFaults) as caught:
        list(read_jsonl(path))
    [fault] = caught.value.faults
    assert fault.line == 3
    assert reason in fault.message
    assert "Gout" not in fault.message


def test_all_bad_lines_are_reported_at_once_and_the_good_ones_were_read(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text("\n".join([row(), "{", row(id="b"), row(), row(id="c", text=" ")]), encoding="utf-8")
    found = []
    with pytest.raises(DataFaults) as caught:
        found.extend(e.id for e in read_jsonl(path))
    assert [f.line for f in caught.value.faults] == [2, 4, 5]
    assert "stands twice" in caught.value.faults[1].message
    faults = Faults()
    assert [e.id for e in read_jsonl(path, faults)] == ["a", "b"]
    assert faults.count == 3
    faults.settle(OnFault.SKIP)
    with pytest.raises(DataFaults):
        faults.settle(OnFault.STOP)


def test_bytes_that_are_not_utf8_are_a_fault_of_their_line(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_bytes(row().encode() + b"\n" + row(id="b").encode().replace(b"Gout", b"G\xffut") + b"\n")
    with pytest.raises(DataFaults) as caught:
        list(read_jsonl(path))
    assert [f.line for f in caught.value.faults] == [2]


def test_a_missing_file_is_a_fault(tmp_path):
    with pytest.raises(DataFaults, match="No such file"):
        list(read_jsonl(tmp_path / "none.jsonl"))


def test_fields_that_are_left_out_take_their_defaults_and_unknown_ones_are_ignored():
    example = parse(json.dumps({"id": "a", "text": "Gout", "codes": [], "colour": "red"}))
    assert example.encounter == Encounter()
    assert example.group == "a"
    assert example.note.language == "en"


def test_codes_are_upper_case_and_the_evidence_of_a_code_that_stands_twice_is_joined():
    twice = [
        {"system": "ICD-10-CM", "code": "m10.9", "evidence": [[[0, 4]]]},
        {"system": "ICD-10-CM", "code": "M10.9", "evidence": [[[12, 16], [17, 21]]]},
    ]
    [(ref, pieces)] = parse(row(codes=twice)).labels.items()
    assert ref == CodeRef(CodeSystem.ICD10CM, "M10.9")
    assert pieces == ((TextSpan(0, 4),), (TextSpan(12, 16), TextSpan(17, 21)))


def test_offsets_count_code_points():
    example = parse(json.dumps(GOOD | {"text": "🦶 gout", "codes": code(evidence=[[[2, 6]]])}))
    [pieces] = example.labels.values()
    assert example.note.quote(pieces[0][0]) == "gout"


def test_what_is_written_is_read_again_as_it_was(tmp_path):
    full = parse(row(sex="male", age=54, service_date="2026-05-01", language="es", group="p1"))
    path = tmp_path / "deep" / "x.jsonl"
    assert write_jsonl(path, [full, parse(row(id="b"))]) == 2
    assert list(read_jsonl(path)) == [full, parse(row(id="b"))]
    assert full.encounter.service_date == date(2026, 5, 1)
    assert [p.name for p in path.parent.iterdir()] == ["x.jsonl"]


def test_a_file_that_can_not_be_written_whole_is_not_written(tmp_path):
    def broken():
        yield parse(row())
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_jsonl(tmp_path / "x.jsonl", broken())
    assert list(tmp_path.iterdir()) == []


def test_a_chart_gives_a_claim_and_all_its_mentions_in_one_group():
    gout, cough = (LabelledCode(CodeRef(CodeSystem.ICD10CM, c), ((TextSpan(0, 4),),)) for c in ("M10.9", "R05.9"))
    chart = Chart("c", "t", "Gout and cough", Encounter(Setting.EMERGENCY, Sex.MALE, 40), (gout,), (cough,))
    claim, everything = from_chart(chart)
    assert claim.group == everything.group
    assert claim.id != everything.id
    assert claim.encounter.setting is Setting.EMERGENCY
    assert everything.encounter.setting is Setting.UNKNOWN
    assert set(claim.labels) == {gout.ref}
    assert set(everything.labels) == {gout.ref, cough.ref}
    assert line(claim).startswith('{"id": "c"')


def test_faults_without_end_are_counted_but_only_the_first_are_kept():
    faults = Faults()
    for number in range(KEPT + 234):
        faults.add("x.jsonl", number + 1, "bad")
    with pytest.raises(DataFaults) as caught:
        faults.settle(OnFault.STOP)
    assert faults.count == KEPT + 234
    assert len(caught.value.faults) == KEPT + 1
    assert "234 more" in caught.value.faults[-1].message


@pytest.mark.parametrize(
    ("system", "given", "billed"),
    [("ICD-10-CM", "e119", "E11.9"), ("ICD-10-CM", " I10 ", "I10"), ("ICD-10-CM", "S72001A", "S72.001A"), ("ICD-10-PCS", "0dtj4zz", "0DTJ4ZZ")],
)
def test_codes_are_brought_into_the_form_that_is_billed(system, given, billed):
    [ref] = parse(row(codes=[{"system": system, "code": given}])).labels
    assert ref.code == billed


def test_the_time_of_a_document_is_kept(tmp_path):
    example = parse(row(time="2031-05-01T08:30:00"))
    assert example.time == datetime.fromisoformat("2031-05-01T08:30:00")
    assert example.encounter.service_date is None
    write_jsonl(tmp_path / "x.jsonl", [example])
    assert list(read_jsonl(tmp_path / "x.jsonl")) == [example]


DECIDED_BAD = {
    "no weight at all": (row(weight=0), "weight"),
    "an enormous weight": (row(weight=11), "weight"),
    "an unknown origin": (row(codes=code(origin="guessed")), "origin"),
    "an unknown reason": (row(rejected=[{"system": "CPT", "code": "99213", "reason": "ugly"}]), "reason"),
    "no reason": (row(rejected=[{"system": "CPT", "code": "99213"}]), "reason"),
    "rejected and given": (row(rejected=[{"system": "ICD-10-CM", "code": "M10.9", "reason": "other"}]), "rejected and given"),
    "rejected twice": (row(rejected=[{"system": "CPT", "code": "99213", "reason": "other"}] * 2), "rejected twice"),
    "provenance without a chart": (row(provenance={"version": 1}), "provenance.chart"),
}


@pytest.mark.parametrize("kind", DECIDED_BAD)
def test_what_a_decided_example_may_not_say_is_refused_with_its_reason(kind):
    given, reason = DECIDED_BAD[kind]
    with pytest.raises(ValueError, match=reason) as refused:
        parse(given)
    assert "Gout of" not in str(refused.value)
