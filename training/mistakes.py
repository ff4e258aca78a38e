"""The errors that matter most, by document and code; of the note only short quotes of evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from app.domain.code import CodeRef, CodeSystem
from app.domain.note import TextSpan
from training.agreement import suggested
from training.answers import Answer
from training.figures import Figures

MOST = 40
_QUOTE = 60


def wrong(answers: Sequence[Answer], system: CodeSystem, title: Callable[[CodeRef], str]) -> list[Figures]:
    """Suggestions that are no label, the most confident first."""
    found = [(s.confidence, a, s) for a in answers for s in suggested(a, system) if s.ref not in a.example.labels]
    found.sort(key=lambda f: (-f[0], f[1].example.id, f[2].ref))
    return [
        {
            "id": a.example.id,
            "code": s.ref.code,
            "title": title(s.ref),
            "confidence": confidence,
            "evidence": quote(a, s.evidence[:1]),
        }
        for confidence, a, s in found[:MOST]
    ]


def missed(answers: Sequence[Answer], system: CodeSystem, title: Callable[[CodeRef], str]) -> list[Figures]:
    """Labels that were not suggested: those that a rule kept back first, then those not found at all, then by confidence from below."""
    found = []
    for a in answers:
        weighed = {s.ref: (place, s) for place, s in enumerate((s for s in a.said if s.ref.system is system), 1)}
        now = {s.ref for s in suggested(a, system)}
        for ref, pieces in a.example.labels.items():
            if ref.system is not system or ref in now:
                continue
            place, s = weighed.get(ref, (0, None))
            why = "not found" if s is None else f"kept back by {s.rule}" if s.rule else "below the threshold"
            spans = [span for piece in pieces for span in piece]
            row = {"id": a.example.id, "code": ref.code, "title": title(ref), "why": why, "rank": place, "confidence": s.confidence if s else 0.0}
            found.append(row | {"evidence": quote(a, spans[:1])})
    order = {"kept": 0, "not": 1, "below": 2}
    found.sort(key=lambda r: (order[str(r["why"]).split()[0]], r["confidence"], r["id"], r["code"]))
    return found[:MOST]


def reasons(answers: Sequence[Answer], system: CodeSystem) -> Figures:
    """How many labels were missed for which reason."""
    counts: Counter[str] = Counter()
    for a in answers:
        weighed = {s.ref: s for s in a.said}
        now = {s.ref for s in suggested(a, system)}
        for ref in a.example.labels:
            if ref.system is system and ref not in now:
                s = weighed.get(ref)
                counts["not found" if s is None else f"kept back by {s.rule}" if s.rule else "below the threshold"] += 1
    return dict(counts.most_common())


def confusions(answers: Sequence[Answer], system: CodeSystem) -> list[Figures]:
    """Pairs of a missed label and a wrong suggestion in one document, of one category or about the same words, the most frequent first."""
    counts: Counter[tuple[str, str]] = Counter()
    for a in answers:
        wrong = [s for s in suggested(a, system) if s.ref not in a.example.labels]
        now = {s.ref for s in suggested(a, system)}
        for ref, pieces in a.example.labels.items():
            if ref.system is not system or ref in now:
                continue
            spans = [span for piece in pieces for span in piece]
            counts.update(
                (ref.code, s.ref.code) for s in wrong if s.ref.code[:3] == ref.code[:3] or any(e.overlaps(m) for e in s.evidence[:1] for m in spans)
            )
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"label": label, "suggested": code, "documents": count} for (label, code), count in ordered[:MOST]]


def quote(answer: Answer, spans: Sequence[TextSpan]) -> str:
    """The first characters of the words in the first span, on one line."""
    if not spans:
        return ""
    words = " ".join(answer.example.note.quote(spans[0]).split())
    return words if len(words) <= _QUOTE else f"{words[: _QUOTE - 1]}…"
