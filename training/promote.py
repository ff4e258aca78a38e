"""Which bundle serves: promotion, rollback, and the list of bundles. `active.json` is the only file that changes, and atomically."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from app.classifier import bundle_io
from app.domain.bundle import BundleManifest
from app.domain.errors import BundleRefused, InputError


@dataclass(frozen=True, slots=True)
class Listed:
    """A bundle folder: its manifest, or why it is refused. `active`: it is the one that serves."""

    bundle_id: str
    active: bool
    manifest: BundleManifest | None
    refused: str = ""


def locate(models: Path, name: str) -> Path:
    """The folder of a bundle, given by its id in `models` or by a path. Raises InputError when there is none."""
    for folder in (models / name, Path(name)):
        if (folder / "manifest.json").is_file():
            return folder
    raise InputError(f"There is no bundle {name!r}, neither in {models} nor as a folder; see `chartcoder-train list`")


def promote(models: Path, folder: Path) -> str:
    """Make a bundle the active one and return its id; one from elsewhere is copied into `models` first.

    Raises BundleRefused, and then nothing has changed.
    """
    bundle_id = bundle_io.read_manifest(folder).bundle_id
    target = models / bundle_id
    if target.resolve() != folder.resolve() and not target.exists():
        models.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=".bundle-", dir=models))
        # Other users of the machine may serve from it: mkdtemp gives a folder to its owner alone.
        partial.chmod(0o755)
        try:
            shutil.copytree(folder, partial, dirs_exist_ok=True)
            partial.rename(target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    _set_aside_damaged(models)
    bundle_io.activate(models, bundle_id)
    return bundle_id


def rollback(models: Path) -> str:
    """Go back to the bundle that was active before and return its id. Raises BundleRefused when there is none or it is damaged."""
    current = bundle_io.active(models)
    history = _history(models)
    if not history:
        raise BundleRefused(current.name, "it is the first one promoted, there is nothing to roll back to")
    before = history[-1]
    bundle_io.read_manifest(models / before)
    # Not `activate`: that would put the bundle left behind on top of the history, and a second rollback would return to it.
    partial = models / f".{bundle_io.ACTIVE}.partial"
    partial.write_text(json.dumps({"bundle_id": before, "history": history[:-1]}, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    partial.replace(models / bundle_io.ACTIVE)
    return before


def bundles(models: Path) -> list[Listed]:
    """Every bundle folder of `models`, newest first."""
    try:
        active = bundle_io.active(models).name
    except BundleRefused:
        active = ""
    found = []
    for path in models.glob("*/manifest.json"):
        name = path.parent.name
        if name.startswith("."):
            continue
        try:
            found.append(Listed(name, name == active, bundle_io.read_manifest(path.parent)))
        except BundleRefused as error:
            found.append(Listed(name, name == active, None, error.why))
    found.sort(key=lambda b: b.bundle_id)
    return sorted(found, key=lambda b: b.manifest.created if b.manifest else "", reverse=True)


def _history(models: Path) -> list[str]:
    raw = json.loads((models / bundle_io.ACTIVE).read_text(encoding="utf-8"))
    return [str(name) for name in raw.get("history", [])]


def _set_aside_damaged(models: Path) -> None:
    """Promotion is how an operator mends a pointer that can't be read, so such a one must not stand in its way."""
    path = models / bundle_io.ACTIVE
    try:
        json.loads(path.read_text(encoding="utf-8"))["bundle_id"]
    except FileNotFoundError:
        return
    except (ValueError, KeyError, TypeError):
        path.replace(models / f"{bundle_io.ACTIVE}.damaged")
