"""Bundles on disk behind the port `Shelf`: the pointer is one file, replaced atomically under a lock that every process of the site takes."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.classifier import bundle_io
from app.domain.bundle import BundleManifest
from app.domain.errors import BundleRefused
from app.domain.model import Pointer, ShelfEntry
from app.domain.model_errors import ChampionChanged, ModelNotFound, ModelRefused, NothingBefore

_LOCK = ".promotion.lock"
_LOCK_SECONDS, _LOCK_PAUSE = 10.0, 0.02
_MOST_HISTORY = 20
OTHER_TERMS = "it was fitted with other code releases or data files: fit it again"


class BundleShelf:
    """The folder of bundles. `terms` gives the digest of the compiled knowledge that a bundle must have been fitted with; None checks none."""

    def __init__(self, models: Path, terms: Callable[[], str] | None = None) -> None:
        self._models, self._terms = models, terms
        # A folder never changes once it is written: hashing it again for every listing would be for nothing.
        self._known: dict[str, tuple[tuple[int, ...], ShelfEntry]] = {}

    def pointer(self) -> Pointer:
        """Which bundle serves; none where the file is missing or can't be read."""
        try:
            raw = json.loads((self._models / bundle_io.ACTIVE).read_text(encoding="utf-8"))
            return Pointer(str(raw["bundle_id"]), tuple(map(str, raw.get("history", []))))
        except (OSError, ValueError, KeyError, TypeError):
            return Pointer(None)

    def entries(self) -> list[ShelfEntry]:
        """Every bundle, newest first."""
        found = [self._entry(path.parent) for path in self._models.glob("*/manifest.json") if not path.parent.name.startswith(".")]
        found.sort(key=lambda e: e.bundle_id)
        return sorted(found, key=lambda e: e.manifest.created if e.manifest else "", reverse=True)

    def entry(self, bundle_id: str) -> ShelfEntry:
        """One bundle. Raises ModelNotFound."""
        return self._entry(self._folder(bundle_id))

    def card(self, bundle_id: str) -> str:
        """Its model card. Raises ModelNotFound."""
        try:
            return (self._folder(bundle_id) / "README.md").read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""

    def check(self, bundle_id: str) -> None:
        """Read all of it once. Raises ModelNotFound and ModelRefused."""
        self._sound(self._folder(bundle_id))

    def promote(self, bundle_id: str, *, expected: str | None) -> Pointer:
        """Have a bundle serve. Raises ModelNotFound, ModelRefused and ChampionChanged."""
        with self._locked():
            now = self._expected(expected)
            self._sound(self._folder(bundle_id))
            self._set_aside_damaged()
            history = [h for h in (*now.history, *([now.champion] if now.champion else [])) if h != bundle_id]
            return self._point(Pointer(bundle_id, tuple(history[-_MOST_HISTORY:])))

    def rollback(self, *, expected: str) -> Pointer:
        """Go back by one. Raises NothingBefore, ModelRefused and ChampionChanged."""
        with self._locked():
            now = self._expected(expected)
            if not now.history:
                raise NothingBefore
            try:
                self._sound(self._folder(now.history[-1]))
            except ModelNotFound:
                raise ModelRefused(f"{now.history[-1]}, which served before, was removed") from None
            # Not `promote`: that would put the bundle left behind on top of the history, and a second rollback would return to it.
            return self._point(Pointer(now.history[-1], now.history[:-1]))

    def prune(self, keep: Collection[str], *, newest: int) -> list[str]:
        """Remove what policy does not keep; the ids."""
        with self._locked():
            now = self.pointer()
            entries = self.entries()
            kept = {*keep, *(e.bundle_id for e in entries[:newest]), *now.history[-1:]} | ({now.champion} if now.champion else set())
            gone = [e.bundle_id for e in entries if e.bundle_id not in kept]
            for bundle_id in gone:
                # Renamed first: a bundle is there whole or not at all.
                away = self._models / f".removed-{bundle_id}"
                (self._models / bundle_id).rename(away)
                shutil.rmtree(away, ignore_errors=True)
        return gone

    def _entry(self, folder: Path) -> ShelfEntry:
        stamp = _stamp(folder)
        known = self._known.get(folder.name)
        if known is not None and known[0] == stamp:
            return known[1]
        size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
        try:
            entry = ShelfEntry(folder.name, _named(folder), "", size)
        except BundleRefused as error:
            entry = ShelfEntry(folder.name, None, error.why, size)
        self._known[folder.name] = (stamp, entry)
        return entry

    def _folder(self, bundle_id: str) -> Path:
        folder = self._models / bundle_id
        if not (folder / "manifest.json").is_file():
            raise ModelNotFound
        return folder

    def _sound(self, folder: Path) -> None:
        try:
            manifest = _named(folder)
            if self._terms is not None and manifest.knowledge != self._terms():
                raise ModelRefused(OTHER_TERMS)
            bundle_io.read_parts(folder)
        except BundleRefused as error:
            raise ModelRefused(error.why) from error

    def _expected(self, expected: str | None) -> Pointer:
        now = self.pointer()
        if now.champion != expected:
            raise ChampionChanged(now.champion)
        return now

    def _point(self, pointer: Pointer) -> Pointer:
        assert pointer.champion is not None
        bundle_io.point(self._models, pointer.champion, pointer.history)
        return pointer

    def _set_aside_damaged(self) -> None:
        """Promotion is how an operator mends a pointer that can't be read, so such a one must not stand in its way."""
        path = self._models / bundle_io.ACTIVE
        if path.is_file() and self.pointer().champion is None:
            path.replace(self._models / f"{bundle_io.ACTIVE}.damaged")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._models.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._models / _LOCK, os.O_CREAT | os.O_RDWR, 0o644)
        try:
            deadline = time.monotonic() + _LOCK_SECONDS
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise ModelRefused("another promotion is under way: try again in a moment") from None
                    time.sleep(_LOCK_PAUSE)
            yield
        finally:
            # Closing it lets go of the lock, and so does the end of a process that was killed.
            os.close(handle)


def _named(folder: Path) -> BundleManifest:
    """The manifest of a bundle that stands under its own name. Raises BundleRefused."""
    manifest = bundle_io.read_manifest(folder)
    if manifest.bundle_id != folder.name:
        raise BundleRefused(folder.name, f"its folder has the name of another bundle than it holds ({manifest.bundle_id})")
    return manifest


def _stamp(folder: Path) -> tuple[int, ...]:
    """Changes with every write to a file of the folder."""
    return tuple(value for path in sorted(folder.iterdir()) for s in (path.stat(),) for value in (s.st_mtime_ns, s.st_size, s.st_ino))
