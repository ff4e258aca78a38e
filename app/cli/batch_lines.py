"""One line of a batch: from JSON to a request, and from a draft to JSON (the formats of training examples and of `batch`)."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.api.schemas.claims import claim
from app.api.schemas.request import IsoDate
from app.domain.code import PROCEDURE_SYSTEMS
from app.domain.encounter import OLDEST_AGE, Encounter, Setting, Sex
from app.domain.errors import InputError, UnreadableText
from app.domain.note import ClinicalNote
from app.domain.suggestion import CodingDraft
from app.usecases.suggest_codes import SuggestionRequest

_DECIMALS = 6


class BadLine(InputError):
    """A line that is not a document."""

    code = "bad_line"


class _Document(BaseModel):
    """A training example whose labels are not read, or any object with `id` and `text`. `null` means: not given."""

    model_config = ConfigDict(extra="ignore")

    id: str | int
    text: str
    setting: Literal["outpatient", "inpatient", "emergency", "unknown"] | None = None
    sex: Literal["female", "male", "unknown"] | None = None
    age: Annotated[int, Field(ge=0, le=OLDEST_AGE)] | None = None
    service_date: IsoDate | None = None
    language: Annotated[str, Field(pattern="^[a-z]{2}$")] | None = None


def document_id(line: bytes) -> str | int | None:
    """The id of a line, as far as it can be read."""
    try:
        found = json.loads(line)["id"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return found if isinstance(found, str | int) and not isinstance(found, bool) else None


def request(line: bytes, *, limit: int, min_confidence: float, compose: bool = True) -> tuple[str | int, SuggestionRequest]:
    """The id and the request of a line. Raises InputError; no message quotes the note."""
    try:
        line.decode("utf-8")
        document = _Document.model_validate_json(line)
    except UnicodeDecodeError as error:
        raise UnreadableText(f"the line is not UTF-8 (byte {error.start + 1})") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = str(first["loc"][0]) if first["loc"] and first["loc"][0] in _Document.model_fields else "line"
        raise BadLine(f"{place}: {_plain(first['type'], first['msg'])}") from None
    encounter = Encounter(Setting(document.setting or Setting.UNKNOWN), Sex(document.sex or Sex.UNKNOWN), document.age, document.service_date)
    note = ClinicalNote(document.text, document.language or "en")
    return document.id, SuggestionRequest(note, encounter, limit=limit, min_confidence=min_confidence, compose=compose)


def answer(document: str | int, draft: CodingDraft) -> str:
    """The line for a draft: every code that was weighed, best first."""
    codes = [
        {
            "system": s.ref.system.value,
            "code": s.ref.code,
            "confidence": round(s.confidence, _DECIMALS),
            "status": s.status.value,
            "evidence": [{"begin": e.span.begin, "end": e.span.end} for e in s.evidence],
            **({"modifiers": list(s.modifiers), "units": s.units} if s.ref.system in PROCEDURE_SYSTEMS else {}),
        }
        for s in sorted(draft.suggestions, key=lambda s: -s.confidence)
    ]
    line: dict[str, object] = {"id": document, "codes": codes}
    if draft.claim is not None:
        line["claim"] = claim(draft.claim)
    return json.dumps(line, ensure_ascii=False)


def refusal(document: str | int | None, number: int, code: str, message: str) -> str:
    """The line for a document that could not be read; `number` counts lines from 1."""
    return json.dumps({"id": document, "line": number, "error": {"code": code, "message": message}}, ensure_ascii=False)


def _plain(kind: str, message: str) -> str:
    # The parser's own message quotes what it stumbled over.
    return "not one JSON object" if kind in ("json_invalid", "model_type", "model_attributes_type") else message.removeprefix("Value error, ")
