"""Bundles for the commands: found by id or folder, brought into the models folder, made the one that serves."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from app.classifier import bundle_io
from app.classifier.shelf import BundleShelf
from app.domain.errors import BundleRefused, InputError
from app.domain.model_errors import ModelNotFound, ModelRefused, NothingBefore


def locate(models: Path, name: str) -> Path:
    """The folder of a bundle, given by its id in `models` or by a path. Raises InputError when there is none."""
    for folder in (models / name, Path(name)):
        if (folder / "manifest.json").is_file():
            return folder
    raise InputError(f"There is no bundle {name!r}, neither in {models} nor as a folder; see `chartcoder-train list`")


def bring(models: Path, folder: Path) -> str:
    """The id of a bundle, which is copied into `models` first where it stands elsewhere. Raises BundleRefused."""
    bundle_id = bundle_io.read_manifest(folder).bundle_id
    target = models / bundle_id
    if target.resolve() != folder.resolve() and not target.exists():
        models.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=".bundle-", dir=models))
        # Other users of the machine may serve from it: mkdtemp gives a folder to its owner alone.
        partial.chmod(0o755)
        try:
            for path in folder.iterdir():
                shutil.copy2(path, partial / path.name)
            # Copied files are checked like any other: a disk that is full may cut one short.
            bundle_io.read_manifest(partial)
            partial.rename(target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return bundle_id


def promote(models: Path, folder: Path) -> str:
    """Make a bundle the active one whatever serves now, and return its id. Raises BundleRefused, and then nothing has changed."""
    bundle_id = bring(models, folder)
    shelf = BundleShelf(models)
    try:
        shelf.promote(bundle_id, expected=shelf.pointer().champion)
    except (ModelRefused, ModelNotFound) as error:
        raise BundleRefused(bundle_id, str(error)) from error
    return bundle_id


def rollback(models: Path) -> str:
    """Go back to the bundle that was active before and return its id. Raises BundleRefused when there is none or it is damaged."""
    current = bundle_io.active(models).name
    try:
        return str(BundleShelf(models).rollback(expected=current).champion)
    except NothingBefore:
        raise BundleRefused(current, "it is the first one promoted, there is nothing to roll back to") from None
    except ModelRefused as error:
        raise BundleRefused(current, error.why) from error
