"""Reads what a user names on the command line."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import typer

from app.domain.errors import InputError, NoteTooLong, UnreadableText

_LONGEST_UTF8 = 4


class UnreadableFile(InputError):
    """A file that is missing, or can't be opened or written."""

    code = "unreadable_file"

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}")


def read_note(source: str, limit: int) -> str:
    """The text of a file, or of standard input for `-`; at most `limit` characters. Raises InputError.

    No more is read than `limit` characters can take, so that the length given for a longer note is a lower bound.
    """
    most = limit * _LONGEST_UTF8 + 1
    if source == "-":
        if sys.stdin.isatty():
            sys.stderr.write("Paste the note, then press Ctrl+D on a line of its own.\n")
        raw = sys.stdin.buffer.read(most)
    else:
        try:
            with Path(source).open("rb") as file:
                raw = file.read(most)
        except OSError as error:
            raise UnreadableFile(Path(source), error.strerror or type(error).__name__) from None
    try:
        # More than is read would be too long in any script; it may end within a character.
        text = raw.decode("utf-8", "strict" if len(raw) < most else "ignore")
    except UnicodeDecodeError as error:
        raise UnreadableText(f"it is not UTF-8 (byte {error.start + 1}); save it as UTF-8") from None
    if len(text) > limit:
        raise NoteTooLong(len(text), limit)
    return text


def service_date(value: str | None, *, option: str = "--service-date") -> date | None:
    """A date of service. Raises typer.BadParameter."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise typer.BadParameter(f"{value[:20]!r} is not a date as 2026-05-01", param_hint=f"'{option}'") from None
