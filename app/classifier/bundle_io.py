"""Bundles on disk: written whole, named by their content, and refused when anything does not match.

A bundle folder holds `manifest.json`, `README.md` (its model card), `shortlist.npz`, `ranker.npz`, `phrases.npz`, `marked.npz`, `terms.npz`,
`calibration.json` and `priors.json`, and `reference.json` since drift is watched: arrays and plain JSON, from which nothing is executed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app.classifier import array_file, bundle_card, features
from app.classifier.calibration import Calibrator
from app.classifier.marked_terms import MarkedTable
from app.classifier.phrases import PhraseTable
from app.classifier.ranker import Trees
from app.classifier.reference import TrainingReference
from app.classifier.reference import from_json as reference_from_json
from app.classifier.shortlist import BRIEF, Cut
from app.classifier.term_precision import NO_PRECISION, TermPrecision
from app.domain.bundle import BundleManifest
from app.domain.code import CodeRef, CodeSystem
from app.domain.errors import BundleRefused

SCHEMA = 5
ACTIVE = "active.json"
_FILES = ("README.md", "shortlist.npz", "ranker.npz", "phrases.npz", "marked.npz", "terms.npz", "calibration.json", "priors.json")
_REFERENCE = "reference.json"
_DESCRIBED = ("releases", "knowledge", "thresholds", "thresholds_unknown", "versions", "trained_on", "metrics")
_PHRASE_ARRAYS = ("keys", "starts", "support", "code_ids", "odds")
_MARKED_ARRAYS = ("words", "weights", "posts", "terms", "ranks", "lengths", "sums", "support", "starts", "code_ids", "precision")
_TERM_ARRAYS = ("code_precision", "code_held", "keys", "term_precision", "term_held", "overall")
_TREE_ARRAYS = ("starts", "feature", "threshold", "left", "right", "value")
_PACKAGES = ("scikit-learn", "numpy", "scipy")


@dataclass(frozen=True, slots=True)
class FittedParts:
    """What training fits. `priors`: log of 1 + training documents per code. `reference`: what drift is measured against; older bundles have none."""

    shortlist: Cut
    ranker: Trees
    phrases: PhraseTable
    min_odds: float
    marked: MarkedTable
    calibrator: Calibrator
    priors: Mapping[CodeRef, float]
    reference: TrainingReference | None = None
    terms: TermPrecision = NO_PRECISION


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a bundle was fitted with and on; see BundleManifest."""

    releases: Mapping[CodeSystem, str]
    knowledge: str
    thresholds: Mapping[CodeSystem, float]
    trained_on: Mapping[str, int]
    metrics: Mapping[str, float]
    created: str
    thresholds_unknown: Mapping[CodeSystem, float] = field(default_factory=dict)


def write(folder: Path, parts: FittedParts, provenance: Provenance) -> Path:
    """Write a bundle into `folder`/<bundle id> and return that path; a bundle of the same content is left as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=".bundle-", dir=folder))
    # Other users of the machine may serve from it: mkdtemp gives a folder to its owner alone.
    partial.chmod(0o755)
    try:
        array_file.save(partial / "shortlist.npz", {"floor": np.array(parts.shortlist.floor), **_of_trees(parts.shortlist.trees)})
        array_file.save(partial / "ranker.npz", _of_trees(parts.ranker))
        least = {"codes": _names(parts.phrases.codes), "min_odds": np.array(parts.min_odds)}
        array_file.save(partial / "phrases.npz", {**least, **_of(parts.phrases, _PHRASE_ARRAYS)})
        array_file.save(partial / "marked.npz", {"codes": _names(parts.marked.codes), **_of(parts.marked, _MARKED_ARRAYS)})
        array_file.save(partial / "terms.npz", {"codes": _names(parts.terms.codes), **_of(parts.terms, _TERM_ARRAYS)})
        curves = {system: [x.tolist(), y.tolist()] for system, (x, y) in parts.calibrator.curves.items()}
        _dump(partial / "calibration.json", curves)
        _dump(partial / "priors.json", {f"{ref.system.value}|{ref.code}": round(value, 6) for ref, value in parts.priors.items()})
        content: dict[str, Any] = {
            "schema": SCHEMA,
            "features": list(features.NAMES),
            "brief": list(BRIEF),
            "releases": {s.value: name for s, name in provenance.releases.items()},
            "knowledge": provenance.knowledge,
            "thresholds": {s.value: value for s, value in provenance.thresholds.items()},
            "thresholds_unknown": {s.value: value for s, value in provenance.thresholds_unknown.items()},
            "versions": {package: version(package) for package in _PACKAGES},
            "trained_on": dict(provenance.trained_on),
            "metrics": dict(provenance.metrics),
        }
        described = {name: content[name] for name in _DESCRIBED}
        (partial / "README.md").write_text(bundle_card.card(**described, priors=parts.priors), encoding="utf-8")
        names: tuple[str, ...] = _FILES
        if parts.reference is not None:
            _dump(partial / _REFERENCE, parts.reference.as_json())
            names = (*_FILES, _REFERENCE)
        content["files"] = {name: _sha256(partial / name) for name in names}
        bundle_id = _identity(content)
        _dump(partial / "manifest.json", {"bundle_id": bundle_id, "created": provenance.created, **content})
        target = folder / bundle_id
        if not target.exists():
            partial.rename(target)
        return target
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def read_manifest(folder: Path) -> BundleManifest:
    """The manifest, checked against the files beside it. Raises BundleRefused."""
    try:
        raw = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BundleRefused(folder.name, f"manifest.json can't be read ({type(error).__name__})") from error
    if not isinstance(raw, dict) or raw.get("schema") != SCHEMA:
        raise BundleRefused(folder.name, f"its schema is not {SCHEMA}: it was made by another version")
    try:
        columns = {name: raw.pop(name) for name in ("features", "brief")}
        manifest = BundleManifest(**raw)
        content = {k: v for k, v in raw.items() if k not in ("bundle_id", "created")} | columns
        if columns != {"features": list(features.NAMES), "brief": list(BRIEF)}:
            raise BundleRefused(folder.name, "it was fitted with other features: fit it again with this version")
        if _identity(content) != manifest.bundle_id:
            raise BundleRefused(folder.name, "its manifest was changed after it was written")
        for name in (*_FILES, *([_REFERENCE] if _REFERENCE in manifest.files else [])):
            if _sha256(folder / name) != manifest.files.get(name):
                raise BundleRefused(folder.name, f"{name} was changed after it was written")
        for package in ("scikit-learn",):
            if manifest.versions.get(package) != version(package):
                raise BundleRefused(
                    folder.name, f"it was written with {package} {manifest.versions.get(package)}, this is {version(package)}: fit it again"
                )
    except (TypeError, KeyError, OSError) as error:
        raise BundleRefused(folder.name, f"it is incomplete ({error})") from error
    return manifest


def read_parts(folder: Path) -> FittedParts:
    """The fitted parts of a bundle whose manifest was read before. Raises BundleRefused."""
    try:
        with np.load(folder / "shortlist.npz", allow_pickle=False) as arrays:
            shortlist = Cut(_trees(arrays), float(arrays["floor"]))
        with np.load(folder / "ranker.npz", allow_pickle=False) as arrays:
            ranker = _trees(arrays)
        with np.load(folder / "phrases.npz", allow_pickle=False) as arrays:
            phrases = PhraseTable(**{name: arrays[name] for name in _PHRASE_ARRAYS}, codes=_refs(arrays["codes"]))
            min_odds = float(arrays["min_odds"])
        with np.load(folder / "marked.npz", allow_pickle=False) as arrays:
            marked = MarkedTable(**{name: arrays[name] for name in _MARKED_ARRAYS}, codes=_refs(arrays["codes"]))
        with np.load(folder / "terms.npz", allow_pickle=False) as arrays:
            terms = TermPrecision(**{name: arrays[name] for name in _TERM_ARRAYS}, codes=_refs(arrays["codes"]))
        curves = json.loads((folder / "calibration.json").read_text(encoding="utf-8"))
        priors = json.loads((folder / "priors.json").read_text(encoding="utf-8"))
        kept = folder / _REFERENCE
        reference = reference_from_json(json.loads(kept.read_text(encoding="utf-8"))) if kept.is_file() else None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BundleRefused(folder.name, f"it can't be read ({type(error).__name__})") from error
    calibrator = Calibrator({system: (np.array(x), np.array(y)) for system, (x, y) in curves.items()})
    by_ref = {_ref(name): value for name, value in priors.items()}
    return FittedParts(shortlist, ranker, phrases, min_odds, marked, calibrator, by_ref, reference, terms)


def active(models: Path) -> Path:
    """The folder of the bundle in use. Raises BundleRefused when there is none."""
    try:
        bundle_id = json.loads((models / ACTIVE).read_text(encoding="utf-8"))["bundle_id"]
    except FileNotFoundError:
        raise BundleRefused("(none)", "no bundle is active: build the default one with `chartcoder-train setup`") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BundleRefused("(none)", f"{ACTIVE} can't be read ({type(error).__name__}): promote a bundle with `chartcoder-train promote`") from error
    return models / str(bundle_id)


def stamp(models: Path) -> tuple[str, tuple[int, ...]]:
    """The active bundle with times and numbers of the pointer and of its files: another value means another pointer or other files."""
    try:
        folder = active(models)
    except BundleRefused:
        return "", ()
    try:
        files = (models / ACTIVE, *(folder / name for name in ("manifest.json", *_FILES)))
        return folder.name, tuple(value for s in map(Path.stat, files) for value in (s.st_mtime_ns, s.st_ino, s.st_size))
    except OSError:
        return folder.name, ()


def point(models: Path, bundle_id: str, history: Sequence[str]) -> None:
    """Point `active.json` at a bundle, atomically; it is on disk when this returns."""
    partial = models / f".{ACTIVE}.{os.getpid()}.{threading.get_ident()}"
    try:
        with partial.open("w", encoding="utf-8") as out:
            out.write(json.dumps({"bundle_id": bundle_id, "history": list(history)}, indent=1, sort_keys=True) + "\n")
            out.flush()
            os.fsync(out.fileno())
        partial.replace(models / ACTIVE)
    finally:
        partial.unlink(missing_ok=True)


def _identity(content: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _dump(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _of(part: object, names: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
    return {name: getattr(part, name) for name in names}


def _of_trees(trees: Trees) -> dict[str, npt.NDArray[Any]]:
    return {"features": np.array(trees.features), **_of(trees, _TREE_ARRAYS)}


def _trees(arrays: Mapping[str, npt.NDArray[Any]]) -> Trees:
    return Trees(features=int(arrays["features"]), **{name: arrays[name] for name in _TREE_ARRAYS})


def _names(refs: Sequence[CodeRef]) -> npt.NDArray[np.str_]:
    return np.array([f"{ref.system.value}|{ref.code}" for ref in refs] or [""], np.str_)


def _refs(names: npt.NDArray[np.str_]) -> tuple[CodeRef, ...]:
    return tuple(_ref(name) for name in names.tolist() if name)


def _ref(name: str) -> CodeRef:
    system, _, code = name.partition("|")
    return CodeRef(CodeSystem(system), code)
