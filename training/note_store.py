"""Notes as they were read, kept in a file, so that memory stays bounded and a run that was killed reads none of them twice."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar, overload

from app.domain.analysis import NoteAnalysis
from app.domain.candidate import Candidate
from training.examples import TrainingExample
from training.note_codec import ReadNote, decode, encode

T = TypeVar("T")
# Notes between two commits: what a kill can cost.
_AT_ONCE = 20


class NoteStore:
    """Notes by what they were read from: text, language and encounter. `path` None keeps them in memory, as bytes."""

    def __init__(self, path: Path | None = None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path or ":memory:", timeout=60)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("CREATE TABLE IF NOT EXISTS notes (key BLOB PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID")
        self._keys: list[bytes] = []
        self._last: tuple[int, ReadNote] | None = None

    def read(self, examples: Sequence[TrainingExample], reader: Callable[[TrainingExample], ReadNote], told: Callable[[float], None]) -> None:
        """Have `reader` read what is not kept yet; from then on the notes of `examples` are found by their place."""
        self._keys, self._last = [_key(example) for example in examples], None
        kept = {key for (key,) in self._db.execute("SELECT key FROM notes")}
        for begin in range(0, len(examples), _AT_ONCE):
            end = min(begin + _AT_ONCE, len(examples))
            fresh = {self._keys[i]: examples[i] for i in range(begin, end) if self._keys[i] not in kept}
            with self._db:
                self._db.executemany("INSERT OR REPLACE INTO notes VALUES (?, ?)", ((key, encode(*reader(e))) for key, e in fresh.items()))
            told(end / len(examples))

    def __getitem__(self, place: int) -> ReadNote:
        """The note of the example at `place`."""
        if self._last is None or self._last[0] != place:
            [data] = self._db.execute("SELECT data FROM notes WHERE key = ?", (self._keys[place],)).fetchone()
            self._last = place, decode(data)
        return self._last[1]

    def __len__(self) -> int:
        return len(self._keys)

    def close(self) -> None:
        """Close the file."""
        self._db.close()


class Column(Sequence[T]):
    """A part of each kept note, decoded when it is asked for; cheap in order, where the parts of one note follow one another."""

    def __init__(self, store: NoteStore, part: Callable[[ReadNote], T], places: Sequence[int] | None = None) -> None:
        self._store, self._part = store, part
        self._places: Sequence[int] = range(len(store)) if places is None else places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> Column[T]: ...

    def __getitem__(self, index: int | slice) -> T | Column[T]:
        if isinstance(index, slice):
            return self.of(self._places[index])
        return self._part(self._store[self._places[index]])

    def of(self, places: Sequence[int]) -> Column[T]:
        """The column of the notes at these places of the store."""
        return Column(self._store, self._part, places)


def analyses(store: NoteStore) -> Column[NoteAnalysis]:
    """What reading found in each note."""
    return Column(store, lambda note: note[0])


def candidates(store: NoteStore) -> Column[list[Candidate]]:
    """The candidates of each note."""
    return Column(store, lambda note: note[1])


def _key(example: TrainingExample) -> bytes:
    encounter = example.encounter
    parts = (example.note.text, example.note.language, encounter.setting, encounter.sex, str(encounter.age), str(encounter.service_date))
    return hashlib.sha256("\x00".join(parts).encode()).digest()
