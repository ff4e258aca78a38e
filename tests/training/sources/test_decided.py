from dataclasses import replace
from datetime import timedelta

from app.domain import chart_work
from app.domain.chart import ChartNote, NoteDraft
from app.domain.code import CodeRef, CodeSystem
from app.domain.feedback import decided
from app.domain.review import Accept
from tests.charts import DM, HTN, LEASE, NOW, TEXT, chart, draft
from tests.domain.test_feedback import reviewed
from training.example_lines import line
from training.examples import parse
from training.faults import Faults
from training.runs import held_out
from training.sources import decided as source


def taught(*charts):
    faults = Faults()
    return list(source.read((decided(c) for c in charts), faults)), faults


def test_an_example_of_a_chart_survives_its_line_of_json_whole():
    [example], faults = taught(reviewed())
    assert parse(line(example)) == example
    assert faults.count == 0
    assert (example.weight, example.time) == (1.0, NOW.replace(tzinfo=None))
    assert example.decided.bundles == ("fa4e000000000001",)
    audited = source.example_of(replace(decided(reviewed()), audited=True))
    assert audited.weight == source.AUDITED_WEIGHT
    assert parse(line(audited)) == audited


def test_of_charts_with_the_same_notes_the_latest_counts_and_encounters_stay_together():
    early = reviewed()
    late = reviewed()
    other = reviewed(chart(notes=(ChartNote(1, 1, "", early.notes[0].text + " More.", NOW, "ehr"),)))
    strange = reviewed(chart(external_id=""))
    strange = replace(strange, encounter=replace(strange.encounter, age=40))
    examples, faults = taught(late, early, other, strange)
    assert [e.id for e in examples] == [late.id, other.id, strange.id]
    assert list(faults.left_out.values()) == [1]
    assert [e.group for e in examples] == ["ehr/visit-1", "ehr/visit-1", strange.id]


def test_charts_of_a_patient_are_one_group_whatever_their_encounters_and_the_id_is_not_told():
    def visit(number, patient, source="ehr"):
        notes = (ChartNote(1, 1, "", f"{TEXT} Visit {number}.", NOW, source),)
        return reviewed(chart(external_id=f"visit-{number}", patient=patient, source=source, notes=notes))

    examples, _ = taught(visit(1, "mrn-7"), visit(2, "mrn-7"), visit(3, "mrn-7", "another key"), visit(4, "mrn-8"), visit(5, ""))
    groups = [e.group for e in examples]
    assert groups[0] == groups[1] == groups[2]
    assert len(set(groups)) == 3
    assert groups[4] == "ehr/visit-5"
    assert not any("mrn-7" in line(e) for e in examples)


def test_no_patient_stands_on_both_sides_of_a_run(tmp_path):
    charts = [
        reviewed(chart(external_id=f"visit-{i}", patient=f"mrn-{i % 80}", notes=(ChartNote(1, 1, "", f"{TEXT} Visit {i}.", NOW, "ehr"),)))
        for i in range(160)
    ]
    examples = [replace(e, time=e.time + timedelta(days=i)) for i, e in enumerate(taught(*charts)[0])]
    divided = held_out.split(tmp_path, examples, NOW)
    parts = [{e.group for e in held_out.of_charts(examples, ids)} for ids in (divided.train, divided.frozen, divided.recent)]
    assert all(parts)
    assert sum(map(len, parts)) == len(set.union(*parts)) == 80


def test_a_code_of_no_known_shape_costs_its_chart_and_is_said_without_words_of_the_note():
    done = decided(reviewed())
    bad = replace(done, text=done.text + " Worse.", codes=(replace(done.codes[0], ref=CodeRef(CodeSystem.ICD10CM, "??")),))
    faults = Faults()
    assert list(source.read([bad, done], faults)) == [source.example_of(done)]
    assert faults.count == 1
    assert "diabetes" not in str(faults.first[0])


def test_two_notes_of_a_chart_are_one_example_with_the_evidence_of_both():
    two = chart(
        notes=(ChartNote(1, 1, "", "Type 2 diabetes with neuropathy.", NOW, "ehr"), ChartNote(2, 1, "", "Hypertension.", NOW + timedelta(1), "ehr")),
        drafts=(NoteDraft(1, 1, NOW, draft("Type 2 diabetes with neuropathy.")), NoteDraft(2, 1, NOW, draft("Hypertension."))),
    )
    for ref in (DM, HTN):
        two = chart_work.decide(two, Accept(ref), "coder", NOW, lease=LEASE)
    [example], _ = taught(chart_work.finalize(two, (), "coder", NOW))
    assert {ref: [example.note.quote(s) for piece in pieces for s in piece] for ref, pieces in example.labels.items()} == {
        DM: ["Type 2 diabetes with neuropathy"],
        HTN: ["Hypertension"],
    }
