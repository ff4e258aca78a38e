"""`chartcoder codes load ...`: official files that the user has, each into a release of its own."""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import opening, reading
from app.cli.telling import told
from app.domain.code import CodeSystem

if TYPE_CHECKING:
    from app.domain.release import CodeRelease
    from app.terminology.releases import ReleaseStore

app = typer.Typer(help="Load official or licensed files as releases that stand beside the others.", no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str, typer.Option(help="Name of the release, as 2027-10", show_default=False)]
Effective = Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="First day on which it is in force", show_default=False)]
_SHOWN = 10
_RELEASE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_NEXT = "Run `chartcoder-train setup` to bring the search and the bundle to it."


@app.command("icd10cm")
def icd10cm(
    tabular: Annotated[Path, typer.Option(metavar="XML", help="Tabular list as XML", show_default=False)],
    code_list: Annotated[Path, typer.Option("--codes", metavar="TXT", help="List of all codes", show_default=False)],
    name: Name,
    effective: Effective,
) -> None:
    """Load a release of ICD-10-CM from the official tabular XML and list of codes."""
    day = _day(effective)
    from app.terminology import official_files

    store = _store()
    with told(f"Loading ICD-10-CM {name}") as progress:
        release = official_files.load_icd10cm(store, tabular, code_list, name=_name(name), effective=day, progress=progress)
    _done(release)


@app.command("icd10cm-index")
def icd10cm_index(
    files: Annotated[list[Path], typer.Argument(metavar="XML...", help="Alphabetic Index as XML, and the External Cause Index", show_default=False)],
    day: Annotated[str | None, typer.Option("--effective", metavar="YYYY-MM-DD", help="A day on which the release it belongs to is in force")] = None,
) -> None:
    """Load the Alphabetic Index for an ICD-10-CM release that is loaded, the newest unless a day says otherwise."""
    on = None if day is None else _day(day)
    from app.domain.release import in_force
    from app.terminology import official_files

    store = _store()
    release = in_force(store.releases(), CodeSystem.ICD10CM, on)
    with told(f"Loading the Alphabetic Index of ICD-10-CM {release.name}") as progress:
        loaded = official_files.load_icd10cm_index(store, *files, release=release, progress=progress)
    for fault in loaded.left_out[:_SHOWN]:
        sys.stderr.write(f"left out: {fault}\n")
    if len(loaded.left_out) > _SHOWN:
        sys.stderr.write(f"left out: {len(loaded.left_out) - _SHOWN} more\n")
    sys.stdout.write(f"Loaded {loaded.terms:,} index terms for ICD-10-CM {release.name}. {_NEXT}\n")


@app.command("cpt")
def cpt(file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False)], name: Name, effective: Effective) -> None:
    """Load the licensed CPT file of your site: codes with descriptions, separated by tabs or commas."""
    day = _day(effective)
    from app.terminology import official_files

    store = _store()
    with told(f"Loading CPT {name}") as progress:
        release = official_files.load_cpt(store, file, name=_name(name), effective=day, progress=progress)
    _done(release)


@app.command("hcpcs")
def hcpcs(file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False)], name: Name, effective: Effective) -> None:
    """Load HCPCS Level II as CMS publishes it."""
    day = _day(effective)
    from app.terminology import official_files

    store = _store()
    with told(f"Loading HCPCS {name}") as progress:
        release = official_files.load_hcpcs(store, file, name=_name(name), effective=day, progress=progress)
    _done(release)


def _store() -> ReleaseStore:
    opening.prepare()
    from app import assembly

    return assembly.release_store(opening.settings())


def _day(value: str) -> date:
    day = reading.service_date(value, option="--effective")
    assert day is not None
    return day


def _name(value: str) -> str:
    """A name that can be a folder. Raises typer.BadParameter."""
    if not _RELEASE_NAME.fullmatch(value):
        raise typer.BadParameter("letters, digits, dots, dashes and underscores, at most 40", param_hint="'--name'")
    return value


def _done(release: CodeRelease) -> None:
    sys.stdout.write(f"Loaded {release.system.value} {release.name}, in force from {release.effective}. {_NEXT}\n")
