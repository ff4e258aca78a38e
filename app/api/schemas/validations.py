"""Request and response of POST /v1/validations. `null` means: not given."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictStr, model_validator

from app.api.schemas.claims import ClaimOut, FindingOut, claim, finding
from app.api.schemas.mapping import encounter_of
from app.api.schemas.request import EncounterIn, NoteText, SystemName, strict_number
from app.domain.code import CodeRef, CodeSystem
from app.domain.finding import Check
from app.domain.note import ClinicalNote
from app.usecases.validate_codes import ChosenCode, Validation, ValidationRequest

_MOST_UNITS = 9_999
_CATEGORY = 3


class ChosenCodeIn(BaseModel):
    """A code that somebody chose."""

    model_config = ConfigDict(extra="forbid")

    system: SystemName
    code: Annotated[StrictStr, Field(min_length=1, max_length=10, pattern=r"^[A-Za-z0-9.]+$", description="In any case, with or without its dot")]
    modifiers: list[Annotated[StrictStr, Field(pattern="^[A-Z0-9]{2}$")]] = Field(default=[], max_length=4, description="Of a service")
    units: Annotated[int, strict_number, Field(ge=1, le=_MOST_UNITS)] = 1


class ValidationsRequest(BaseModel):
    """Codes in claim order with what is known of the encounter, and the note where it is at hand."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "codes": [
                        {"system": "ICD-10-CM", "code": "W01.0XXA"},
                        {"system": "ICD-10-CM", "code": "E11.9"},
                        {"system": "ICD-10-CM", "code": "N18.31"},
                        {"system": "CPT", "code": "99213"},
                    ],
                    "encounter": {"setting": "outpatient", "service_date": "2026-05-04", "patient": {"sex": "female", "age": 67}},
                    "text": "Assessment: Type 2 diabetes. CKD stage 3a, stable. Slipped on wet floor last week.",
                }
            ]
        },
    )

    codes: list[ChosenCodeIn] = Field(min_length=1, max_length=100, description="Each once, in claim order")
    encounter: EncounterIn | None = None
    text: NoteText | None = Field(default=None, description="The note; rules that need it are reported as not checked without it")

    @model_validator(mode="after")
    def _each_once(self) -> ValidationsRequest:
        seen: set[CodeRef] = set()
        for number, chosen in enumerate(self.codes):
            ref = ref_of(chosen)
            if ref in seen:
                raise ValueError(f"codes.{number} stands twice: send each code once, with its units")
            seen.add(ref)
        return self


class ValidationsResponse(BaseModel):
    """What the rules say of the codes. `claim` holds the same codes in the order they should have, with pointers; nothing is put on or taken off."""

    releases: dict[str, str] = Field(description="Code system → name of the release in force on the date of service")
    findings: list[FindingOut]
    claim: ClaimOut
    not_checked: list[FindingOut] = Field(description="Rules that had no data to look at, which is not a pass")


EXAMPLE = {
    "releases": {"ICD-10-CM": "2026-04", "CPT": "catalogue", "HCPCS": "catalogue"},
    "findings": [
        {
            "rule": "diabetes-with",
            "severity": "warn",
            "codes": [{"system": "ICD-10-CM", "code": "E11.9"}, {"system": "ICD-10-CM", "code": "N18.31"}],
            "message": "Diabetes and N18.31 are linked unless the record denies it: E11.22",
            "citation": "ICD-10-CM Official Guidelines I.A.15 and I.C.4.a",
            "evidence": [{"begin": 12, "end": 27}, {"begin": 29, "end": 41}],
            "repair": {
                "remove": [{"system": "ICD-10-CM", "code": "E11.9"}],
                "add": [{"system": "ICD-10-CM", "code": "E11.22"}],
                "order": [],
                "one_of": [],
                "prefer": None,
                "modify": [],
            },
            "query": None,
        }
    ],
    "claim": {
        "diagnoses": ["E11.9", "N18.31", "W01.0XXA"],
        "procedures": [{"code": "99213", "modifiers": [], "units": 1, "pointers": ["E11.9", "N18.31"]}],
    },
    "not_checked": [],
}


def ref_of(chosen: ChosenCodeIn) -> CodeRef:
    """The code in upper case with its dot."""
    system, code = CodeSystem(chosen.system), chosen.code.upper()
    if system is CodeSystem.ICD10CM and "." not in code and len(code) > _CATEGORY:
        code = f"{code[:_CATEGORY]}.{code[_CATEGORY:]}"
    return CodeRef(system, code)


def validation_request(body: ValidationsRequest) -> ValidationRequest:
    """The request in the words of the domain. Raises EmptyNote and UnreadableText."""
    codes = tuple(ChosenCode(ref_of(chosen), tuple(chosen.modifiers), chosen.units) for chosen in body.codes)
    return ValidationRequest(codes, encounter_of(body.encounter), None if body.text is None else ClinicalNote(body.text))


def validations_response(validation: Validation) -> dict[str, Any]:
    """Of the shape of ValidationsResponse."""
    return {
        "releases": {system.value: name for system, name in validation.releases.items()},
        "findings": [finding(f) for f in validation.findings if f.check is Check.FOUND],
        "claim": claim(validation.claim),
        "not_checked": [finding(f) for f in validation.findings if f.check is Check.NOT_CHECKED],
    }


def field_names() -> frozenset[str]:
    """Every name of the request that is ours, and so may be repeated in an error."""
    return frozenset(name for model in (ValidationsRequest, ChosenCodeIn) for name in model.model_fields)
