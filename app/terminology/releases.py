"""Code releases on disk: compiled once from official content, opened in milliseconds, standing side by side.

One folder a release under `<state>/releases/<system>/<name>/`: `codes.sqlite` and `release.json`, written to a temporary
folder and moved into place, so that a release is either whole or not there. An Alphabetic Index loaded for a release
stands beside them as `index.json`, and counts from the moment `release.json` names it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Collection, Iterable
from contextlib import closing
from datetime import date
from functools import lru_cache
from pathlib import Path

from app.domain.code import Code, CodeRef, CodeSystem, Laterality
from app.domain.errors import ReleaseRefused
from app.domain.release import CodeRelease

SCHEMA = 2
_NOTES = ("inclusion_terms", "includes", "excludes1", "excludes2", "code_first", "use_additional", "code_also")
_TABLE = (
    "CREATE TABLE code (place INTEGER PRIMARY KEY, code TEXT UNIQUE NOT NULL, title TEXT NOT NULL, billable INTEGER NOT NULL, details TEXT NOT NULL)"
)

Progress = Callable[[float], None]
"""Called with the share done, in [0, 1]."""


class ReleaseStore:
    """The releases under one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def releases(self) -> list[CodeRelease]:
        """All releases that are whole, oldest first."""
        found = []
        for path in sorted(self._folder.glob("*/*/release.json")):
            try:
                meta = json.loads(path.read_text(encoding="utf-8"))
                if meta["schema"] == SCHEMA:
                    found.append(_release(meta))
            except (ValueError, KeyError, OSError) as error:
                raise ReleaseRefused(
                    f"{path.parent.parent.name} {path.parent.name}", f"release.json can't be read ({type(error).__name__})"
                ) from error
        return sorted(found, key=lambda r: (r.effective, r.system))

    def write(self, system: CodeSystem, name: str, effective: date, codes: Iterable[Code]) -> CodeRelease:
        """Compile `codes`, in their order, into a release; one of the same name is replaced."""
        target = self._folder / system.value / name
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=target.parent))
        # Other users of the machine may serve from it: mkdtemp gives a folder to its owner alone.
        partial.chmod(0o755)
        try:
            with closing(sqlite3.connect(partial / "codes.sqlite")) as database, database:
                database.execute(_TABLE)
                database.executemany("INSERT INTO code (code, title, billable, details) VALUES (?, ?, ?, ?)", map(_row, codes))
                rows = database.execute("SELECT code, title, billable, details FROM code ORDER BY place")
                total = hashlib.sha256()
                for row in rows:
                    total.update(repr(row).encode())
            release = CodeRelease(system, name, effective, total.hexdigest())
            meta = {"schema": SCHEMA, "system": system.value, "name": name, "effective": effective.isoformat(), "digest": release.digest}
            (partial / "release.json").write_text(json.dumps(meta, indent=1) + "\n", encoding="utf-8")
            if target.exists():
                shutil.rmtree(target)
            partial.rename(target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        return release

    def write_index(self, release: CodeRelease, terms: Collection[tuple[str, str]]) -> CodeRelease:
        """Keep the (words, code) of an Alphabetic Index with its release, in place of an earlier one; the release with its new digest."""
        folder = self._folder / release.system.value / release.name
        try:
            meta = json.loads((folder / "release.json").read_text(encoding="utf-8"))
            content = json.dumps(list(terms), ensure_ascii=False)
            meta["index"] = hashlib.sha256(content.encode()).hexdigest()
            _replace(folder / "index.json", content)
            _replace(folder / "release.json", json.dumps(meta, indent=1) + "\n")
        except (OSError, ValueError) as error:
            raise ReleaseRefused(f"{release.system} {release.name}", f"its index can't be kept ({type(error).__name__})") from error
        return _release(meta)

    def is_sound(self, release: CodeRelease) -> bool:
        """True when the file of the release is a whole database (SQLite's quick_check)."""
        file = self._folder / release.system.value / release.name / "codes.sqlite"
        try:
            with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
                return bool(database.execute("PRAGMA quick_check").fetchone() == ("ok",))
        except sqlite3.Error:
            return False

    def open(self, release: CodeRelease) -> CompiledRelease:
        """Open a release. Raises ReleaseRefused when it is missing or damaged."""
        return CompiledRelease(release, self._folder / release.system.value / release.name / "codes.sqlite")


class CompiledRelease:
    """The codes of one release, read from its file as they are asked for. Safe to share between threads."""

    def __init__(self, release: CodeRelease, file: Path) -> None:
        self.release = release
        self._folder = file.parent
        self._lock = threading.Lock()
        try:
            self._database = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
            self._database.execute("SELECT code, title, billable, details FROM code LIMIT 1").fetchone()
        except sqlite3.Error as error:
            raise ReleaseRefused(f"{release.system} {release.name}", f"codes.sqlite can't be read ({error}); load the release again") from error
        self.find = lru_cache(maxsize=50_000)(self._find)

    def _find(self, code: str) -> Code | None:
        with self._lock:
            row = self._database.execute("SELECT code, title, billable, details FROM code WHERE code = ?", (code,)).fetchone()
        return None if row is None else _code(self.release.system, row)

    def all(self) -> list[Code]:
        """Every code in the order of the classification."""
        with self._lock:
            rows = self._database.execute("SELECT code, title, billable, details FROM code ORDER BY place").fetchall()
        return [_code(self.release.system, row) for row in rows]

    def index_terms(self) -> list[tuple[str, str]]:
        """(words, code) of the Alphabetic Index that was loaded for the release; none without one. Raises ReleaseRefused."""
        try:
            if "index" not in json.loads((self._folder / "release.json").read_text(encoding="utf-8")):
                return []
            return [(words, code) for words, code in json.loads((self._folder / "index.json").read_text(encoding="utf-8"))]
        except (OSError, ValueError) as error:
            raise ReleaseRefused(f"{self.release.system} {self.release.name}", f"its index can't be read ({type(error).__name__})") from error

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def _release(meta: dict[str, str]) -> CodeRelease:
    """The release of a release.json; an index is part of what its digest names."""
    digest = meta["digest"] if "index" not in meta else hashlib.sha256(f"{meta['digest']} {meta['index']}".encode()).hexdigest()
    return CodeRelease(CodeSystem(meta["system"]), meta["name"], date.fromisoformat(meta["effective"]), digest)


def _replace(file: Path, content: str) -> None:
    """Write a file so that readers see the old content or the new."""
    partial = file.with_name(f".{file.name}")
    partial.write_text(content, encoding="utf-8")
    partial.replace(file)


def _row(code: Code) -> tuple[str, str, int, str]:
    details: dict[str, object] = {name: list(getattr(code, name)) for name in _NOTES if getattr(code, name)}
    if code.children:
        details["children"] = list(code.children)
    if code.parent:
        details["parent"] = code.parent
    if code.chapter:
        details["chapter"] = code.chapter
    if code.seventh_characters:
        details["seventh_characters"] = dict(code.seventh_characters)
    if code.units != 1:
        details["units"] = code.units
    if code.dose:
        details["dose"] = code.dose
    if code.laterality is not Laterality.NONE:
        details["laterality"] = code.laterality.value
    if code.modifiers:
        details["modifiers"] = list(code.modifiers)
    return code.ref.code, code.title, int(code.billable), json.dumps(details, sort_keys=True)


def _code(system: CodeSystem, row: tuple[str, str, int, str]) -> Code:
    details = json.loads(row[3])
    notes: dict[str, tuple[str, ...]] = {name: tuple(details.get(name, ())) for name in _NOTES}
    return Code(
        CodeRef(system, row[0]),
        row[1],
        bool(row[2]),
        details.get("parent"),
        tuple(details.get("children", ())),
        details.get("chapter", ""),
        inclusion_terms=notes["inclusion_terms"],
        includes=notes["includes"],
        excludes1=notes["excludes1"],
        excludes2=notes["excludes2"],
        code_first=notes["code_first"],
        use_additional=notes["use_additional"],
        code_also=notes["code_also"],
        seventh_characters=details.get("seventh_characters", {}),
        units=details.get("units", 1),
        dose=details.get("dose", ""),
        laterality=Laterality(details.get("laterality", "none")),
        modifiers=tuple(details.get("modifiers", ())),
    )
