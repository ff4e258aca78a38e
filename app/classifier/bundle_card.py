"""The model card of a bundle (Mitchell et al. 2019, doi:10.1145/3287560.3287596), written from what its manifest says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from math import expm1

from app.domain.code import CodeRef, CodeSystem

_SEEN = (("1 or 2 documents", 1, 2), ("3 to 9", 3, 9), ("10 to 49", 10, 49), ("50 or more", 50, 10**9))
_LIMITS = """\
- It suggests; a person decides. It is no basis for billing without review.
- It knows only the releases, terms and catalogue named above, and is refused where those change.
- Codes that training saw rarely or never come from terms alone: expect recall there far below the figures above.
- Figures from cross-fitting are of documents like those of training. Other hospitals, specialties, settings and languages need a
  measurement of their own: `chartcoder-train evaluate --bundle <this folder> --examples <documents not trained on>`.
- Confidence is calibrated on the training documents; where findings are coded by other habits, it is off in the way that the
  report's reliability plots show.
- It learned what coders of these documents did, their omissions included.
"""


def card(
    *,
    releases: Mapping[str, str],
    knowledge: str,
    thresholds: Mapping[str, float],
    thresholds_unknown: Mapping[str, float],
    versions: Mapping[str, str],
    trained_on: Mapping[str, int],
    metrics: Mapping[str, float],
    priors: Mapping[CodeRef, float],
) -> str:
    """Markdown. The same bundle gives the same text: it holds neither its id nor a time. `priors`: log of 1 + documents per code."""
    documents = sum(trained_on.values())
    lines = [
        "# Model card",
        "",
        f"A Chartcoder bundle: suggests codes for clinical notes, each with a calibrated confidence. Trained on {documents:,} documents.",
        "",
        "## Trained on",
        "",
        *_table(("source", "documents"), ((name, f"{count:,}") for name, count in trained_on.items())),
        "",
        *_seen_table(priors),
        "## Figures, cross-fitted",
        "",
        "Each document was scored by parts that were fitted without it. F1 is micro, at the thresholds below, which were chosen",
        "on the same scores; ECE is that of curves of calibration fitted without the document.",
        "",
        *_table(("figure", "value"), ((name, f"{value:.4f}") for name, value in sorted(metrics.items()))),
        "",
        "## Thresholds",
        "",
        "A code is suggested from this confidence on.",
        "",
        *_table(
            ("code system", "threshold", "setting unknown"),
            ((name, f"{value:.4f}", f"{thresholds_unknown.get(name, value):.4f}") for name, value in thresholds.items()),
        ),
        "",
        "## Works with",
        "",
        *_table(("part", "version"), [*((f"{name} release", release) for name, release in releases.items()), ("terms and catalogue", knowledge)]),
        "",
        *_table(("written with", "version"), versions.items()),
        "",
        "## Limits",
        "",
        _LIMITS,
    ]
    return "\n".join(lines)


def _seen_table(priors: Mapping[CodeRef, float]) -> list[str]:
    if not priors:
        return ["How often training saw a code is not weighed: codes that it never saw are suggested from terms alone.", ""]
    return [*_table(("code system", "codes seen", *(name for name, _, _ in _SEEN)), _seen(priors)), ""]


def _seen(priors: Mapping[CodeRef, float]) -> Iterable[tuple[str, ...]]:
    for system in CodeSystem:
        counts = [round(expm1(value)) for ref, value in priors.items() if ref.system is system]
        if counts:
            bands = Counter(name for n in counts for name, low, high in _SEEN if low <= n <= high)
            yield (system.value, f"{len(counts):,}", *(f"{bands[name]:,}" for name, _, _ in _SEEN))


def _table(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (heading, tuple("---" for _ in heading), *rows)]
