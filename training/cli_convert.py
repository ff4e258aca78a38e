"""`chartcoder-train convert`: labelled documents of other formats into JSON Lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.domain.code import CodeSystem
from app.domain.encounter import Setting
from app.domain.errors import InputError
from training.faults import Faults, OnFault

if TYPE_CHECKING:
    from training.examples import TrainingExample

app = typer.Typer(
    name="convert", help="Turn labelled documents of another format into the JSON Lines that everything else reads.", no_args_is_help=True
)

_Out = Annotated[Path, typer.Option("--out", help="File to write, one JSON object a line; whole or not at all.")]
_OnFault = Annotated[OnFault, typer.Option("--on-fault", help="What to do about documents that can't be read: stop, or leave them out.")]


@app.command()
def codiesp(
    folder: Annotated[Path, typer.Argument(help="Folder of one part, with text_files/ and the three .tsv files.")],
    *,
    out: _Out,
    language: Annotated[str, typer.Option(help="es: as written, with evidence. en: the authors' translation, without.")] = "es",
    on_fault: _OnFault = OnFault.STOP,
) -> None:
    """CodiEsp (CLEF eHealth 2020) as its authors distribute it."""
    from training import progress
    from training.sources import codiesp as source

    if language not in source.TEXTS:
        raise InputError(f"--language is {' or '.join(source.TEXTS)}, not {language!r}")
    faults = Faults()
    with progress.steps() as step:
        _write(out, source.read(folder, faults, language=language, told=step("Reading documents")), faults, on_fault)


@app.command("mimic-iv")
def mimic_iv(
    folder: Annotated[Path, typer.Argument(help="Folder of MIMIC-IV, with hosp/.")],
    *,
    notes: Annotated[Path | None, typer.Option(help="Folder of MIMIC-IV-Note, with note/, where it is another.")] = None,
    out: _Out,
    on_fault: _OnFault = OnFault.STOP,
) -> None:
    """Discharge notes of MIMIC-IV with the ICD-10 codes billed for the stay."""
    from training import progress
    from training.sources import mimic_iv as source

    faults = Faults()
    with progress.steps() as step:
        _write(out, source.read(folder / "hosp", (notes or folder) / "note", faults, step=step), faults, on_fault)


@app.command("csv")
def csv_table(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Table with a heading, one document a row; .gz is read as well.")],
    *,
    out: _Out,
    name: Annotated[str, typer.Option("--id", help="Column that names the document.")] = "id",
    text: Annotated[str, typer.Option(help="Column of the text.")] = "text",
    codes: Annotated[list[str], typer.Option(help="SYSTEM=COLUMN, like ICD-10-CM=dx; may be given several times.")],
    patient: Annotated[str, typer.Option(help="Column of the patient: keeps documents of one patient together.")] = "",
    time: Annotated[str, typer.Option(help="Column of the date or time, for splits by time.")] = "",
    setting: Annotated[str, typer.Option(help="Column of the setting: outpatient, inpatient, emergency, unknown.")] = "",
    all_in: Annotated[Setting, typer.Option(help="Setting of documents for which no column says it.")] = Setting.UNKNOWN,
    sex: Annotated[str, typer.Option(help="Column of the sex.")] = "",
    age: Annotated[str, typer.Option(help="Column of the age in years.")] = "",
    service_date: Annotated[str, typer.Option(help="Column of the date of service, YYYY-MM-DD.")] = "",
    language: Annotated[str, typer.Option(help="Language of the texts, two letters.")] = "en",
    delimiter: Annotated[str, typer.Option(help="What separates columns.")] = ",",
    encoding: Annotated[str, typer.Option(help="Encoding of the file.")] = "utf-8-sig",
    on_fault: _OnFault = OnFault.STOP,
) -> None:
    """A CSV file with the columns that the options name."""
    from training import progress
    from training.sources import delimited as source

    systems: dict[CodeSystem, str] = {}
    for pair in codes:
        system, equals, column = pair.partition("=")
        if not equals or not column:
            raise InputError(f"--codes is SYSTEM=COLUMN, like ICD-10-CM=dx, not {pair!r}")
        systems[CodeSystem.named(system)] = column
    if len(delimiter) != 1:
        raise InputError("--delimiter is one character")
    columns = source.Columns(name, text, systems, patient, time, setting, sex, age, service_date, all_in)
    faults = Faults()
    with progress.steps() as step:
        told = step("Reading documents")
        _write(out, source.read(path, columns, faults, language=language, delimiter=delimiter, encoding=encoding, told=told), faults, on_fault)


def _write(out: Path, examples: Iterator[TrainingExample], faults: Faults, on_fault: OnFault) -> None:
    from training import example_lines, reading

    def settled() -> Iterator[TrainingExample]:
        yield from examples
        # Raised before the file is moved into place, so that a stopped run leaves none.
        faults.settle(on_fault)

    count = example_lines.write_jsonl(out, settled())
    reading.tell(faults)
    typer.echo(f"{count:,} documents in {out}")
