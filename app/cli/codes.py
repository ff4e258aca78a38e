"""`chartcoder codes ...`: search, show, check and load."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Annotated

import typer

from app.cli import opening, reading
from app.cli.loading import app as loading
from app.domain.code import CodeSystem
from app.domain.errors import DataFaults, Fault
from app.domain.knowledge import Knowledge

app = typer.Typer(help="Find, show, check and load codes.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(loading, name="load")

System = Annotated[str | None, typer.Option("--system", help="ICD-10-CM, CPT or HCPCS; all when not given", show_default=False)]
Limit = Annotated[int, typer.Option(min=1, max=100, help="Most codes")]
Json = Annotated[bool, typer.Option("--json", help="Print what GET /v1/codes answers")]
On = Annotated[str | None, typer.Option("--on", metavar="YYYY-MM-DD", help="Date of service; the newest release when not given", show_default=False)]


@app.command("search")
def search(
    words: Annotated[str, typer.Argument(metavar="WORDS")], system: System = None, limit: Limit = 10, on: On = None, as_json: Json = False
) -> None:
    """Find codes by their beginning, by words in any order, through abbreviations and typing errors."""
    wanted = None if system is None else CodeSystem.named(system)
    day = reading.service_date(on, option="--on")
    if not words.strip():
        raise typer.BadParameter("give at least one word", param_hint="WORDS")
    hits = opening.codes(opening.settings()).search(words, system=wanted, limit=limit, day=day)
    if as_json:
        from app.api.schemas.mapping import search_response

        sys.stdout.write(search_response(hits).model_dump_json(indent=2) + "\n")
        return
    from app.cli.tables import print_hits

    print_hits(hits)


@app.command("show")
def show(code: Annotated[str, typer.Argument(metavar="CODE")], system: System = None, on: On = None) -> None:
    """Show a code with its notes and its place in the classification."""
    wanted = None if system is None else CodeSystem.named(system)
    day: date | None = reading.service_date(on, option="--on")
    details = opening.codes(opening.settings()).show(code, system=wanted, day=day)
    from app.cli.tables import print_details

    print_details(details)


@app.command("check")
def check() -> None:
    """Check every data file and print each fault as file:line: what is wrong."""
    settings = opening.settings()
    opening.prepare()
    from app import assembly
    from app.terminology import anesthesia_file, chart_files, context_file, family_files, glossary_files, knowledge_files, visit_cues_file
    from app.terminology.catalog import ReleaseTerminology

    catalog = ReleaseTerminology(assembly.release_store(settings)).catalog()

    def is_diagnosis(code: str) -> bool:
        return assembly.is_billable(catalog, code)

    faults: list[Fault] = []

    def gather(load: Callable[[], object]) -> None:
        try:
            load()
        except DataFaults as found:
            faults.extend(found.faults)

    knowledge: list[Knowledge] = []
    gather(lambda: knowledge.append(knowledge_files.load_knowledge(settings.data_dir, is_diagnosis)))
    gather(lambda: glossary_files.load_glossaries(settings.data_dir / glossary_files.FOLDER))
    gather(lambda: context_file.load_context(settings.data_dir / context_file.FILE))
    if knowledge:
        services = {p.ref for p in knowledge[0].procedures}
        gather(lambda: family_files.load_families(settings.data_dir / "families", services.__contains__))
        gather(lambda: anesthesia_file.load_crosswalk(settings.data_dir / anesthesia_file.FILE, services))
    gather(lambda: visit_cues_file.load_visit_cues(settings.data_dir / visit_cues_file.FILE))
    for folder in ("charts", "demo"):
        gather(partial(chart_files.load_charts, settings.data_dir / folder, is_diagnosis))
    gather(lambda: assembly.rule_case_files(settings))
    if faults:
        raise DataFaults(faults)
    sys.stdout.write(f"Every data file under {settings.data_dir} is fine.\n")
