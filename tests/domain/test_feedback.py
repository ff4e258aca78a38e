from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import chart_work
from app.domain.audits.difference import ErrorCategory, Grade
from app.domain.audits.item import AuditedChart
from app.domain.audits.judgement import AuditError
from app.domain.audits.lines import AuditedLine
from app.domain.audits.sample import SampleKind
from app.domain.chart import ChartNote
from app.domain.code import CodeRef
from app.domain.feedback import NOTE_BREAK, JoinedNotes, LabelOrigin, NotTaught, Rejection, decided
from app.domain.note import TextSpan
from app.domain.people import AUTOMATION
from app.domain.review import Accept, Add, NoteSpan, Reject, RejectReason, Replace
from tests.charts import CHEST, DM, HTN, ICD, INJECTION, KNEE, LEASE, NOW, TEXT, chart, draft

OA, INSULIN = CodeRef(ICD, "M17.11"), CodeRef(ICD, "Z79.4")


def note(number, version, text):
    return ChartNote(number, version, "", text, NOW + timedelta(minutes=number + 10 * version), "ehr")


def reviewed(before=None, by="coder-1"):
    after = chart() if before is None else before
    for verdict in (
        Accept(DM),
        Reject(HTN, RejectReason.HISTORY_ONLY),
        Replace(KNEE, OA, "osteoarthritis"),
        Accept(INJECTION),
        Add(INSULIN, "insulin", (NoteSpan(1, 1, TextSpan(0, 6)),)),
    ):
        after = chart_work.decide(after, verdict, "coder-1", NOW, lease=LEASE)
    return chart_work.finalize(after, (), by, NOW, override="")


@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=5), st.data())
def test_words_of_every_note_stand_in_the_joined_text_where_they_are_said_to(texts, data):
    joined = JoinedNotes([note(i, 1, text) for i, text in enumerate(texts, 1)])
    assert joined.text == NOTE_BREAK.join(texts)
    number = data.draw(st.integers(1, len(texts)))
    text = texts[number - 1]
    begin = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(begin + 1, len(text)))
    span = joined.span(NoteSpan(number, 1, TextSpan(begin, end)))
    assert joined.text[span.begin : span.end] == text[begin:end]


@given(st.text("ab ", min_size=1, max_size=12), st.text("ab ", min_size=1, max_size=12), st.data())
def test_words_of_an_older_version_are_found_again_or_given_up_but_never_become_other_words(old, new, data):
    joined = JoinedNotes([note(1, 1, "before"), note(2, 1, old), note(2, 2, new)])
    begin = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(begin + 1, len(old)))
    span = joined.span(NoteSpan(2, 1, TextSpan(begin, end)))
    if span is not None:
        assert joined.text[span.begin : span.end] == old[begin:end]
        assert span.begin >= len("before") + len(NOTE_BREAK)
    else:
        # Words that overlap themselves stand there twice: "aa" in "aaa".
        places = [i for i in range(len(new)) if new.startswith(old[begin:end], i)]
        assert len(places) != 1


def test_every_kind_of_decision_has_its_place():
    found = decided(reviewed())
    assert {c.ref: c.origin for c in found.codes} == {
        DM: LabelOrigin.ACCEPTED,
        OA: LabelOrigin.REPLACED,
        INJECTION: LabelOrigin.ACCEPTED,
        INSULIN: LabelOrigin.ADDED,
    }
    words = {c.ref: [found.text[s.begin : s.end] for s in c.words] for c in found.codes}
    assert words == {DM: ["Type 2 diabetes with neuropathy"], OA: ["Right knee pain"], INJECTION: ["Knee injection"], INSULIN: ["Type 2"]}
    assert found.rejected == {HTN: Rejection(RejectReason.HISTORY_ONLY), KNEE: Rejection(RejectReason.WRONG_CODE, OA)}
    assert CHEST not in found.rejected, "nobody spoke of it"
    assert (found.version, found.by, found.at, found.bundles) == (1, "coder-1", NOW, ("fa4e000000000001",))
    assert found.text == TEXT


def test_a_chart_teaches_only_while_it_is_finalised_and_then_its_last_version():
    done = reviewed()
    assert decided(chart()) is NotTaught.NOT_FINALIZED
    again = chart_work.reopen(done, "late report", "auditor", NOW)
    assert decided(again) is NotTaught.NOT_FINALIZED
    again = chart_work.put_note(again, note(2, 1, "Hypertension."), draft("Hypertension."))
    again = chart_work.decide(again, Accept(HTN), "coder-2", NOW, lease=LEASE)
    found = decided(chart_work.finalize(again, (), "coder-2", NOW + timedelta(days=1)))
    assert (found.version, found.by) == (2, "coder-2")
    assert HTN in {c.ref for c in found.codes}
    assert HTN not in found.rejected
    [[first, second]] = [c.words for c in found.codes if c.ref == HTN]
    assert {found.text[s.begin : s.end] for s in (first, second)} == {"Hypertension"}
    assert second.begin == len(TEXT) + len(NOTE_BREAK)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (lambda c: replace(c, notes=tuple(replace(n, text=None) for n in c.notes)), NotTaught.ERASED),
        (lambda c: replace(c, notes=tuple(replace(n, text=" \n") for n in c.notes)), NotTaught.EMPTY),
        (lambda c: replace(c, finalized=tuple(replace(f, by=AUTOMATION.id) for f in c.finalized)), NotTaught.BY_NO_ONE),
    ],
)
def test_a_chart_without_words_or_without_a_person_teaches_nothing(changed, why):
    assert decided(changed(reviewed())) is why


def audit_of(done, **changes):
    lines = (
        AuditedLine(DM, "diabetes"),
        AuditedLine(HTN, "hypertension", words=(NoteSpan(1, 1, TextSpan(33, 45)),)),
        AuditedLine(KNEE, "knee pain"),
        AuditedLine(INJECTION, "injection"),
    )
    errors = (
        AuditError(OA, ErrorCategory.WRONG_CODE, Grade.MAJOR, KNEE),
        AuditError(INSULIN, ErrorCategory.UNSUPPORTED, Grade.MINOR),
        AuditError(HTN, ErrorCategory.MISSED, Grade.MAJOR),
    )
    given = AuditedChart("s", 1, SampleKind.RANDOM, done.id, 1, "coder-1", "auditor", False, NOW, lines, errors, False, NOW, 10, 1)
    return replace(given, **changes)


def test_an_auditor_s_codes_beat_the_coder_s():
    done = reviewed()
    found = decided(done, audit_of(done))
    assert found.audited
    assert {c.ref: c.origin for c in found.codes} == {
        DM: LabelOrigin.ACCEPTED,
        HTN: LabelOrigin.ADDED,
        KNEE: LabelOrigin.REPLACED,
        INJECTION: LabelOrigin.ACCEPTED,
    }
    words = {c.ref: [found.text[s.begin : s.end] for s in c.words] for c in found.codes}
    assert words[HTN] == ["Hypertension"]
    assert words[DM] == ["Type 2 diabetes with neuropathy"], "the coder's words stay where the auditor named none"
    assert found.rejected == {OA: Rejection(RejectReason.WRONG_CODE, KNEE), INSULIN: Rejection(RejectReason.NOT_DOCUMENTED)}


def test_a_disputed_judgement_or_one_of_an_older_version_does_not_count():
    done = reviewed()
    plain = decided(done)
    assert decided(done, audit_of(done, disputed=True)) == plain
    assert decided(done, audit_of(done, version=2)) == plain


def test_a_chart_that_coded_itself_teaches_once_it_was_audited():
    done = reviewed()
    done = replace(done, finalized=tuple(replace(f, by=AUTOMATION.id) for f in done.finalized))
    assert decided(done, audit_of(done)).audited
    assert decided(done, audit_of(done, disputed=True)) is NotTaught.BY_NO_ONE
