"""`chartcoder suggest`."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from app.cli import opening, reading
from app.domain.encounter import OLDEST_AGE, Encounter, Setting, Sex
from app.domain.note import ClinicalNote

File = Annotated[str, typer.Argument(metavar="[FILE|-]", help="The note as UTF-8 text; standard input when not given", show_default=False)]
SettingOption = Annotated[Setting, typer.Option("--setting", help="Where care was given; decides which guidelines apply")]
SexOption = Annotated[Sex, typer.Option("--sex", help="Sex of the patient")]
Age = Annotated[int | None, typer.Option(min=0, max=OLDEST_AGE, help="Age of the patient in whole years")]
Day = Annotated[str | None, typer.Option("--service-date", metavar="YYYY-MM-DD", help="Date of service; decides which code release applies")]
Json = Annotated[bool, typer.Option("--json", help="Print what POST /v1/suggestions answers")]


def suggest(
    file: File = "-", setting: SettingOption = Setting.UNKNOWN, sex: SexOption = Sex.UNKNOWN, age: Age = None, service_date: Day = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Suggest codes for one note."""
    day = reading.service_date(service_date)
    settings = opening.settings()
    note = ClinicalNote(reading.read_note(file, settings.max_note_characters))
    service = opening.service(settings)

    from app.usecases.suggest_codes import SuggestionRequest

    draft = service(SuggestionRequest(note, Encounter(setting, sex, age, day)))
    if as_json:
        from app.api.schemas.mapping import suggestions_response

        sys.stdout.write(json.dumps(suggestions_response(draft, note), indent=2, ensure_ascii=False) + "\n")
        return
    from app.cli.tables import print_draft

    print_draft(draft, note)
