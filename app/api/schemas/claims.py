"""Claims and findings on the wire."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from app.api.schemas.request import SystemName
from app.domain.claim import MOST_POINTERS, Claim
from app.domain.code import CodeRef
from app.domain.finding import Finding, Repair
from app.domain.note import TextSpan

QueryName = Literal["laterality", "specificity", "acuity", "type", "causal-link", "clinical-significance", "conflicting", "uncertain"]


class SpanOut(BaseModel):
    """Characters [begin, end) of the text."""

    begin: int = Field(ge=0)
    end: int = Field(ge=1)


class CodeRefOut(BaseModel):
    """A code by name."""

    system: SystemName
    code: str


class ModifierOut(CodeRefOut):
    """A service and a modifier for it."""

    modifier: str


class RepairOut(BaseModel):
    """A change of the set: codes to take off, to put on, the order of those named, a choice of one of several, or modifiers."""

    remove: list[CodeRefOut]
    add: list[CodeRefOut]
    order: list[CodeRefOut]
    one_of: list[CodeRefOut]
    prefer: CodeRefOut | None = Field(description="Of `one_of` the one that the rule leans to; null for none")
    modify: list[ModifierOut] = Field(description="Services and the modifier that each gets")


class FindingOut(BaseModel):
    """What a rule has to say of the codes together."""

    rule: str
    severity: Literal["block", "warn", "info"] = Field(description="`block` keeps an encounter from being finalised")
    codes: list[CodeRefOut]
    message: str
    citation: str
    evidence: list[SpanOut] = Field(description="Words of the note that the rule went by")
    repair: RepairOut | None = Field(description="What the rule proposes; null for nothing")
    query: QueryName | None = Field(description="What a physician could be asked for; null for nothing")


class ProcedureOut(BaseModel):
    """A service line of a claim."""

    code: str
    modifiers: list[str]
    units: int = Field(ge=1)
    pointers: list[str] = Field(max_length=MOST_POINTERS, description="Diagnoses of the claim that support the service, best first")


class ClaimOut(BaseModel):
    """The codes to bill in order: the first diagnosis is the first-listed or principal one."""

    diagnoses: list[str]
    procedures: list[ProcedureOut]


def claim(value: Claim) -> dict[str, Any]:
    """A claim of the shape of ClaimOut."""
    return {
        "diagnoses": [ref.code for ref in value.diagnoses],
        "procedures": [
            {"code": p.ref.code, "modifiers": list(p.modifiers), "units": p.units, "pointers": [ref.code for ref in p.pointers]}
            for p in value.procedures
        ],
    }


def finding(f: Finding) -> dict[str, Any]:
    """A finding of the shape of FindingOut."""
    return {
        "rule": f.rule,
        "severity": f.severity.value,
        "codes": [ref(code) for code in f.codes],
        "message": f.message,
        "citation": f.citation,
        "evidence": [span(s) for s in f.evidence],
        "repair": None if f.repair is None else _repair(f.repair),
        "query": None if f.query is None else f.query.value,
    }


def _repair(repair: Repair) -> dict[str, Any]:
    codes = {part: [ref(c) for c in getattr(repair, part)] for part in ("remove", "add", "order", "one_of")}
    modify = [{**ref(code), "modifier": modifier} for code, modifier in repair.modify]
    return {**codes, "prefer": None if repair.prefer is None else ref(repair.prefer), "modify": modify}


def ref(code: CodeRef) -> dict[str, Any]:
    """A code by name."""
    return {"system": code.system.value, "code": code.code}


def span(value: TextSpan) -> dict[str, Any]:
    """A span of the text."""
    return {"begin": value.begin, "end": value.end}
