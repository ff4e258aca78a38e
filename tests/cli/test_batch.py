from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli.batch_output import ResumableOutput
from app.cli.batch_run import Totals, answer_all, survey
from app.cli.batch_worker import Job
from app.domain.errors import BundleRefused, Unavailable
from app.usecases.suggest_codes import SuggestCodes
from tests.api.fakes import suggest_codes

GOOD = [
    {"id": "a", "text": "Hypertension. No chest pain."},
    {
        "id": "b",
        "text": "😀 hypertension",
        "setting": "outpatient",
        "sex": None,
        "age": 54,
        "service_date": "2026-05-01",
        "language": "es",
        "codes": [],
    },
    {"id": 3, "text": "Ate an apple."},
]


def fake_service(_: Path | None) -> SuggestCodes:
    return suggest_codes()


def refused_service(_: Path | None) -> SuggestCodes:
    raise BundleRefused("9f2c", "it is incomplete")


def answered(
    tmp_path: Path, lines: list[bytes], *, workers: int = 1, limit: int = 100, least: float = 0.0, service=fake_service
) -> tuple[list[dict], Totals]:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(b"\n".join(lines) + b"\n")
    found, totals = survey(source), Totals()
    with ResumableOutput(target, {"input": found.digest}) as output:
        answer_all(source, found, output, Job(None, limit, least), workers=workers, totals=totals, open_service=service)
        output.finish()
    return [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()], totals


def encoded(*documents: dict) -> list[bytes]:
    return [json.dumps(d).encode() for d in documents]


def test_every_document_gives_one_line_with_every_code_weighed(tmp_path):
    answers, totals = answered(tmp_path, encoded(*GOOD))
    assert answers[0] == {
        "id": "a",
        "codes": [
            {"system": "ICD-10-CM", "code": "I10", "confidence": 0.973, "status": "suggested", "evidence": [{"begin": 0, "end": 12}]},
            {"system": "ICD-10-CM", "code": "R07.9", "confidence": 0.62, "status": "suppressed", "evidence": [{"begin": 17, "end": 27}]},
        ],
    }
    assert answers[1]["codes"][0]["evidence"] == [{"begin": 2, "end": 14}]
    assert answers[2] == {"id": 3, "codes": []}
    assert (totals.documents, totals.errors) == (3, 0)


@pytest.mark.parametrize(
    ("line", "identity", "code"),
    [
        (b"", None, "bad_line"),
        (b"{", None, "bad_line"),
        (b"[1]", None, "bad_line"),
        (b'{"text": "a"}', None, "bad_line"),
        (b'{"id": "x"}', "x", "bad_line"),
        (b'{"id": "x", "text": 5}', "x", "bad_line"),
        (b'{"id": "x", "text": "a", "setting": "home"}', "x", "bad_line"),
        (b'{"id": "x", "text": "a", "age": 200}', "x", "bad_line"),
        (b'{"id": "x", "text": "a", "service_date": "soon"}', "x", "bad_line"),
        (b'{"id": "x", "text": " "}', "x", "empty_note"),
        (b'{"id": "x", "text": "a\\u0000"}', "x", "unreadable_text"),
        (b'{"id": "x", "text": "caf\xe9"}', None, "unreadable_text"),
        (b'{"id": "x", "text": "' + b"y" * 2_001 + b'"}', "x", "note_too_long"),
        (b'{"id": "x", "text": "a", "service_date": "1999-01-01"}', "x", "release_not_found"),
    ],
)
def test_a_line_that_can_not_be_read_is_an_error_and_the_run_goes_on(tmp_path, line, identity, code):
    answers, totals = answered(tmp_path, [*encoded(GOOD[0]), line, *encoded(GOOD[2])])
    assert [a["id"] for a in answers] == ["a", identity, 3]
    assert (answers[1]["line"], answers[1]["error"]["code"]) == (2, code)
    assert totals.errors == 1


def test_messages_of_bad_lines_do_not_quote_the_note(tmp_path):
    lines = [
        b'{"id": "x", "text": ["Zanzibarosis"]}',
        b'{"id": "x", "text": "Zanzibarosis',
        b'{"id": "x", "text": "a", "Zanzibarosis": 1, "sex": "Zanzibarosis"}',
    ]
    answers, _ = answered(tmp_path, lines)
    assert "Zanzibarosis" not in json.dumps(answers)


def test_a_bug_costs_one_line(tmp_path):
    class Buggy:
        def __call__(self, request):
            if "apple" in request.note.text:
                raise ValueError(request.note.text)
            return suggest_codes()(request)

    answers, totals = answered(tmp_path, encoded(*GOOD), service=lambda _: Buggy())
    assert answers[2]["error"]["code"] == "internal_error"
    assert answers[2]["error"]["message"].startswith("ValueError at test_batch.py:")
    assert totals.errors == 1


def test_limit_counts_per_code_system_and_confidence_has_a_floor(tmp_path):
    note = {"id": "a", "text": "Hypertension, diabetes, knee injection."}
    codes = [c["code"] for c in answered(tmp_path, encoded(note), limit=1)[0][0]["codes"]]
    assert codes == ["I10", "20610"]
    codes = [c["code"] for c in answered(tmp_path, encoded(note), least=0.9)[0][0]["codes"]]
    assert codes == ["I10"]


def test_two_processes_keep_the_order(tmp_path):
    documents = [{"id": n, "text": f"{'x ' * (n % 7)}hypertension"} for n in range(50)]
    answers, totals = answered(tmp_path, encoded(*documents), workers=2)
    assert [a["id"] for a in answers] == list(range(50))
    assert all(a["codes"][0]["code"] == "I10" for a in answers)
    assert totals.documents == 50
    assert "MB in the largest of" in totals.summary(1.0, 2)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_service_that_can_not_be_opened_ends_the_run(tmp_path, workers):
    with pytest.raises(Unavailable, match="incomplete"):
        answered(tmp_path, encoded(*GOOD), workers=workers, service=refused_service)
    assert not (tmp_path / "out.jsonl").exists()


def test_an_interrupted_run_goes_on_where_it_was(tmp_path):
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(b"\n".join(encoded(*GOOD)) + b"\n")
    found = survey(source)
    with ResumableOutput(target, {"input": found.digest}) as output:
        output.write(['{"id": "kept"}'])
        output.write(['{"id": "cut'])
    partial = target.with_name("out.jsonl.partial")
    partial.write_bytes(partial.read_bytes().rstrip(b"\n"))
    totals = Totals()
    with ResumableOutput(target, {"input": found.digest}) as output:
        assert output.done == 1
        answer_all(source, found, output, Job(None, 100, 0.0), workers=1, totals=totals, open_service=fake_service)
        output.finish()
    lines = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["kept", "b", 3]
    assert totals.documents == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_a_partial_output_made_under_other_terms_is_begun_anew(tmp_path):
    target = tmp_path / "out.jsonl"
    with ResumableOutput(target, {"limit": 1}) as output:
        output.write(["{}"])
    with ResumableOutput(target, {"limit": 2}) as output:
        assert output.done == 0
        output.finish()
    assert target.read_bytes() == b""
