"""The `chartcoder` command. What is heavy is imported inside the commands, so that `--help` answers at once."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import cast

import typer

from app.cli.audit import app as audit
from app.cli.batch import batch
from app.cli.codes import app as codes
from app.cli.database import app as database
from app.cli.keys import app as keys
from app.cli.notes import app as notes
from app.cli.rules import app as rules
from app.cli.serve import serve
from app.cli.suggest import suggest
from app.cli.users import app as users
from app.cli.webhooks import app as webhooks
from app.cli.worker import worker
from app.domain.errors import ChartcoderError, DataFaults, Unavailable

BAD_INPUT, UNAVAILABLE, INTERRUPTED = 2, 1, 130
# The class above BadParameter is that of all usage errors; Typer does not export it by name.
_UsageError = cast("type[typer.BadParameter]", typer.BadParameter.__mro__[1])

app = typer.Typer(
    name="chartcoder",
    help="Suggests ICD-10-CM, CPT and HCPCS codes for clinical notes, each with a confidence and the words that support it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("serve")(serve)
app.command("worker")(worker)
app.command("suggest")(suggest)
app.command("batch")(batch)
app.add_typer(codes, name="codes")
app.add_typer(rules, name="rules")
for reviews in (database, users, keys, webhooks, notes, audit):
    app.add_typer(reviews)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 service not available, 2 bad input (one line on stderr says which)."""
    try:
        result = app(None if arguments is None else list(arguments), prog_name="chartcoder", standalone_mode=False)
    except DataFaults as faults:
        for fault in faults.faults:
            _say(str(fault))
        return BAD_INPUT
    except ChartcoderError as error:
        _say(f"chartcoder: {error}")
        return UNAVAILABLE if isinstance(error, Unavailable) else BAD_INPUT
    except _UsageError as error:
        _say(f"chartcoder: {error.format_message().replace('Value error, ', '').rstrip('.')} (see `chartcoder --help`)")
        return BAD_INPUT
    except BrokenPipeError:
        # The reader of our output has enough (`| head`); closing standard output must not complain either.
        sys.stderr.close()
        return 0
    return result if isinstance(result, int) else 0


def main() -> None:
    """Entry point of the console script."""
    sys.exit(run())


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
