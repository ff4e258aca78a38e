"""Knowledge of fewer codes, for corpora in which each code occurs often enough to be learned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.domain.knowledge import Knowledge


def narrowed(knowledge: Knowledge, *, codes: int, seed: int) -> Knowledge:
    """The knowledge of `codes` codes drawn from `seed`, diagnoses and services in the proportion that they have; all where there are fewer."""
    refs = sorted({e.ref for e in knowledge.phrasebook} | {p.ref for p in knowledge.procedures})
    chosen = {refs[i] for i in np.random.default_rng(seed).permutation(len(refs))[:codes].tolist()}
    entries = (replace(e, refine={cue: ref for cue, ref in e.refine.items() if ref in chosen}) for e in knowledge.phrasebook if e.ref in chosen)
    return replace(knowledge, phrasebook=tuple(entries), procedures=tuple(p for p in knowledge.procedures if p.ref in chosen))
