"""Training examples and their JSON Lines format (shared interface: one document a line)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import OLDEST_AGE, Encounter, Setting, Sex
from app.domain.errors import ChartcoderError, DataFaults, Fault
from app.domain.feedback import LabelOrigin, Rejection
from app.domain.knowledge import Chart, LabelledCode
from app.domain.note import ClinicalNote, TextSpan
from app.domain.review import RejectReason
from training.code_shapes import as_billed
from training.decisions import MOST_WEIGHT, Decided
from training.faults import Faults, OnFault


@dataclass(frozen=True, slots=True)
class TrainingExample:
    """A note with the codes that people gave it.

    `labels`: code → pieces of evidence, each a tuple of fragments; no pieces where spans are not known. `group` keeps
    together what must not be split between training and testing (versions of one note, notes of one patient). A
    `synthetic` note teaches the ranker, but says nothing of visits billed, and is no measure of anything. `time` orders
    documents for splits; it may be shifted for privacy, and no code release follows from it.

    Of a decided encounter also: `weight` in (0, MOST_WEIGHT], how many documents it counts for; `origins` of its codes; `rejected`,
    the codes that coders said no to; `decided`, its provenance. A `foundation` example is one of the default bundle's own, beside
    those of a site: it teaches the ranker what codes look like, and says nothing of the site's words, frequencies or confidence.
    """

    id: str
    group: str
    note: ClinicalNote
    encounter: Encounter
    labels: Mapping[CodeRef, tuple[tuple[TextSpan, ...], ...]]
    synthetic: bool = False
    time: datetime | None = None
    weight: float = 1.0
    origins: Mapping[CodeRef, LabelOrigin] = field(default_factory=dict)
    rejected: Mapping[CodeRef, Rejection] = field(default_factory=dict)
    decided: Decided | None = None
    foundation: bool = False

    @property
    def measures(self) -> bool:
        """True for a document that says how codes are distributed and how often a score is right."""
        return not (self.synthetic or self.foundation)


_Offsets = Annotated[list[int], Field(min_length=2, max_length=2)]


_System = Literal["ICD-10-CM", "CPT", "HCPCS", "ICD-10-PCS"]
_CodeText = Annotated[str, Field(min_length=2, max_length=12)]


class _Code(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)
    system: _System
    code: _CodeText

    def ref(self) -> CodeRef:
        return as_billed(CodeSystem(self.system), self.code)


class _Label(_Code):
    evidence: list[list[_Offsets]] = []
    origin: Literal["accepted", "replaced", "added"] | None = None


class _Rejected(_Code):
    # A name, which strict reading would want as the enumeration itself.
    reason: Annotated[RejectReason, Field(strict=False)]
    replaced_by: _Code | None = None


class _Provenance(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)
    chart: Annotated[str, Field(min_length=1)]
    version: Annotated[int, Field(ge=1)]
    by: str = ""
    audited: bool = False
    bundles: list[str] = []


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore")
    id: Annotated[str, Field(min_length=1)]
    text: str
    setting: Literal["outpatient", "inpatient", "emergency", "unknown"] = "unknown"
    sex: Literal["female", "male", "unknown"] = "unknown"
    age: Annotated[int, Field(ge=0, le=OLDEST_AGE)] | None = None
    service_date: date | None = None
    language: Annotated[str, Field(pattern="^[a-z]{2}$")] = "en"
    synthetic: bool = False
    codes: list[_Label]
    group: str | None = None
    time: datetime | None = None
    weight: Annotated[float, Field(gt=0, le=MOST_WEIGHT)] = 1.0
    rejected: list[_Rejected] = []
    provenance: _Provenance | None = None
    foundation: bool = False


def parse(line: str | bytes) -> TrainingExample:
    """One line. Raises ValueError with the reason, which never quotes the note."""
    try:
        row = _Row.model_validate_json(line)
        note = ClinicalNote(row.text, row.language)
        encounter = Encounter(Setting(row.setting), Sex(row.sex), row.age, row.service_date)
        labels: dict[CodeRef, tuple[tuple[TextSpan, ...], ...]] = {}
        origins: dict[CodeRef, LabelOrigin] = {}
        for label in row.codes:
            ref = label.ref()
            pieces = tuple(tuple(TextSpan(begin, end) for begin, end in piece) for piece in label.evidence)
            if any(span.end > len(note.text) for piece in pieces for span in piece):
                raise ValueError(f"evidence of {ref.code} lies outside the text")
            labels[ref] = labels.get(ref, ()) + pieces
            if label.origin is not None:
                origins[ref] = LabelOrigin(label.origin)
        rejected = _rejections(row.rejected, labels)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"])) or "line"
        raise ValueError(f"{place}: {first['msg']}") from None
    except ChartcoderError as error:
        raise ValueError(str(error)) from None
    time = row.time.replace(tzinfo=None) if row.time is not None else None
    p = row.provenance
    return TrainingExample(
        row.id,
        row.group or row.id,
        note,
        encounter,
        labels,
        synthetic=row.synthetic,
        time=time,
        weight=row.weight,
        origins=origins,
        rejected=rejected,
        decided=None if p is None else Decided(p.chart, p.version, p.by, p.audited, tuple(p.bundles)),
        foundation=row.foundation,
    )


def _rejections(rows: Sequence[_Rejected], labels: Collection[CodeRef]) -> dict[CodeRef, Rejection]:
    out: dict[CodeRef, Rejection] = {}
    for row in rows:
        ref = row.ref()
        if ref in labels or ref in out:
            raise ValueError(f"{ref.code} is rejected {'and given' if ref in labels else 'twice'}")
        out[ref] = Rejection(row.reason, None if row.replaced_by is None else row.replaced_by.ref())
    return out


def read_jsonl(path: Path, faults: Faults | None = None) -> Iterator[TrainingExample]:
    """Examples of a file in order. Bad lines are added to `faults`; without it they are raised as DataFaults at the end."""
    found = Faults() if faults is None else faults
    seen: set[str] = set()
    try:
        lines = path.open("rb")
    except OSError as error:
        raise DataFaults([Fault(str(path), 0, error.strerror or "can't be opened")]) from None
    with lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                example = parse(line)
                if example.id in seen:
                    raise ValueError(f"id {example.id!r} stands twice")
                seen.add(example.id)
            except ValueError as error:
                found.add(str(path), number, str(error))
                continue
            yield example
    if faults is None:
        found.settle(OnFault.STOP)


def from_chart(chart: Chart) -> tuple[TrainingExample, TrainingExample]:
    """A chart as two examples of one group: coded for its claim, and coded for all it truly mentions (setting unknown)."""
    claim = _labels(chart.codes)
    note = ClinicalNote(chart.text)
    anywhere = Encounter(Setting.UNKNOWN, chart.encounter.sex, chart.encounter.age)
    return (
        TrainingExample(chart.id, chart.id, note, chart.encounter, claim),
        TrainingExample(f"{chart.id}#all", chart.id, note, anywhere, _labels(chart.codes + chart.mentioned)),
    )


def _labels(codes: tuple[LabelledCode, ...]) -> dict[CodeRef, tuple[tuple[TextSpan, ...], ...]]:
    labels: dict[CodeRef, tuple[tuple[TextSpan, ...], ...]] = {}
    for code in codes:
        labels[code.ref] = labels.get(code.ref, ()) + code.evidence
    return labels
