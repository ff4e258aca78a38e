"""What a fit has finished, kept in the state directory, so that a killed run goes on where it was.

A run is named by all that decides its outcome: documents, settings, compiled terms, code and libraries. A stage is a folder of
plain NumPy arrays, written under another name and moved into place whole: it is there finished or not at all.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from app.domain.code import CodeRef, CodeSystem
from training.example_lines import line
from training.examples import TrainingExample
from training.note_store import NoteStore

D = TypeVar("D")
Arrays = Mapping[str, npt.NDArray[Any]]
_ROOT = Path(__file__).resolve().parents[1]
_LIBRARIES = ("numpy", "scipy", "scikit-learn", "lightgbm", "spacy", "scispacy", "medspacy", "pystemmer", "msgspec")
# Work that nobody has gone on with for so long is of code or documents that have changed since.
_LARGE = 1_000_000
_STALE_SECONDS = 14 * 24 * 3600


class Work:
    """The work of one run. Without a folder nothing is kept: every stage is computed, and notes are held in memory as bytes."""

    def __init__(self, folder: Path | None = None, run: str = "") -> None:
        """`folder` is shared by runs of the same code and terms, which share the notes they read; `run` is this one's part of it."""
        self._folder, self._run = folder, folder / run if folder is not None else None
        if folder is not None:
            # It holds the notes of patients: for the eyes of its owner alone.
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder / run).mkdir(exist_ok=True)
        self.notes = NoteStore(folder / "notes.sqlite" if folder is not None else None)

    def arrays(self, stage: str, compute: Callable[[], Arrays]) -> Arrays:
        """The arrays of a stage, computed once. They are read from disk when they are used: don't write to them."""
        if self._run is None:
            return compute()
        folder = self._run / stage
        if not folder.is_dir():
            partial = Path(tempfile.mkdtemp(prefix=f".{stage}-", dir=self._run))
            try:
                for name, values in compute().items():
                    np.save(partial / f"{name}.npy", values, allow_pickle=False)
                partial.rename(folder)
            finally:
                shutil.rmtree(partial, ignore_errors=True)
        return {path.stem: _load(path) for path in sorted(folder.glob("*.npy"))}

    def table(self, stage: str, kind: type[D], compute: Callable[[], D]) -> D:
        """The same for a dataclass of arrays, whole numbers and tuples of codes."""
        if self._run is None:
            return compute()
        found = self.arrays(stage, lambda: {f.name: _array(value) for f, value in _values(compute())})
        return kind(**{name: _value(values) for name, values in found.items()})

    def place(self, name: str) -> Path:
        """A folder of this run for what a caller finishes; without a folder a new one for every call."""
        folder = Path(tempfile.mkdtemp(prefix="chartcoder-")) if self._run is None else self._run / name
        folder.mkdir(exist_ok=True)
        return folder

    def forget(self) -> None:
        """Remove what this run kept; with the last run goes the file of notes, which are those of patients."""
        self.notes.close()
        if self._folder is not None and self._run is not None:
            shutil.rmtree(self._run, ignore_errors=True)
            if not any(path.is_dir() for path in self._folder.glob("*")):
                shutil.rmtree(self._folder, ignore_errors=True)


def _load(path: Path) -> npt.NDArray[Any]:
    """Mapped where it is large; an empty array can't be mapped."""
    loaded: npt.NDArray[Any] = np.load(path, mmap_mode="r" if path.stat().st_size > _LARGE else None, allow_pickle=False)
    return loaded


def _values(table: object) -> list[tuple[Field[Any], Any]]:
    return [(f, getattr(table, f.name)) for f in fields(table) if f.init]  # type: ignore[arg-type]


def _array(value: npt.NDArray[Any] | int | tuple[CodeRef, ...]) -> npt.NDArray[Any]:
    return np.array(["|".join(ref) for ref in value] or [""], np.str_)[: len(value)] if isinstance(value, tuple) else np.asarray(value)


def _value(array: npt.NDArray[Any]) -> npt.NDArray[Any] | int | tuple[CodeRef, ...]:
    if array.dtype.kind == "U":
        return codes_named(array)
    return int(array) if array.ndim == 0 else array


def codes_named(names: npt.NDArray[np.str_]) -> tuple[CodeRef, ...]:
    """The codes of names like "ICD-10-CM|I10"."""
    return tuple(CodeRef(CodeSystem(system), code) for system, _, code in (name.partition("|") for name in names.tolist()))


def joined(blocks: list[npt.NDArray[np.float32]]) -> npt.NDArray[np.float32]:
    """The blocks, each of shape (n, f), one under the other. Empties the list as it goes, so that memory holds one copy and no second."""
    out = np.empty((sum(map(len, blocks)), blocks[0].shape[1]), np.float32)
    end = len(out)
    while blocks:
        block = blocks.pop()
        out[end - len(block) : end] = block
        end -= len(block)
    return out


def open_work(state: Path, examples: Iterable[TrainingExample], *, config: str, knowledge: str) -> Work:
    """The work of a run on these documents: `config` is its settings as text, `knowledge` names the compiled terms."""
    root = state / "training"
    for old in root.glob("*"):
        if time.time() - max(path.stat().st_mtime for path in (old, *old.rglob("*"))) > _STALE_SECONDS:
            shutil.rmtree(old, ignore_errors=True)
    shared = hashlib.sha256("\x00".join([knowledge, *_code(), *(f"{name} {version(name)}" for name in _LIBRARIES)]).encode())
    run = hashlib.sha256(config.encode())
    for example in examples:
        run.update(f"{line(example)}\x00{example.synthetic}\x00".encode())
    return Work(root / shared.hexdigest()[:16], run.hexdigest()[:16])


def _code() -> list[str]:
    """The hash of each file of the program."""
    files = sorted(path for package in ("app", "training") for path in (_ROOT / package).rglob("*") if path.suffix in {".py", ".cfg", ".yaml"})
    return [f"{path.relative_to(_ROOT)} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files]
