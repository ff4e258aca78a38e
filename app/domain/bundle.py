"""A model bundle as its manifest describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.code import CodeSystem
from app.domain.encounter import Setting

# Of a code system that was not fitted.
_EVEN = 0.5


@dataclass(frozen=True, slots=True)
class BundleManifest:
    """What a bundle is and what it was fitted with.

    `bundle_id`: the first 16 hexadecimal digits of the SHA-256 over all its files. `releases`: code system → name of
    the release. `knowledge`: digest of the phrasebook, catalogue and term index that its features were computed with.
    `files`: file name → SHA-256. `thresholds`: code system → confidence from which a code is suggested; `thresholds_unknown`
    the same where the setting is unknown, for the systems that differ there.
    `versions`: package → version it was written with. `trained_on`: source → number of documents. `metrics`: name → value.
    """

    bundle_id: str
    schema: int
    created: str
    releases: Mapping[str, str]
    knowledge: str
    files: Mapping[str, str]
    thresholds: Mapping[str, float]
    versions: Mapping[str, str]
    trained_on: Mapping[str, int]
    metrics: Mapping[str, float]
    thresholds_unknown: Mapping[str, float] = field(default_factory=dict)

    def threshold(self, system: CodeSystem, setting: Setting) -> float:
        """The confidence from which a code of `system` is suggested for a note of this setting."""
        known = self.thresholds.get(system, _EVEN)
        return self.thresholds_unknown.get(system, known) if setting is Setting.UNKNOWN else known
