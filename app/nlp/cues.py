"""The cues of ConText: medspaCy's English rules and ours, made ready for one pass over a note."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

from app.domain.assertion import Axis, Experiencer, Presence, Temporality
from app.domain.knowledge import ContextRule, CueDirection

_VALUES: dict[str, Axis] = {
    "NEGATED_EXISTENCE": Presence.ABSENT,
    "POSSIBLE_EXISTENCE": Presence.POSSIBLE,
    "HISTORICAL": Temporality.HISTORICAL,
    "HYPOTHETICAL": Temporality.HYPOTHETICAL,
    "FAMILY": Experiencer.OTHER,
}
_DIRECTIONS = {
    "FORWARD": CueDirection.FORWARD,
    "BACKWARD": CueDirection.BACKWARD,
    "BIDIRECTIONAL": CueDirection.BOTH,
    "TERMINATE": CueDirection.END,
    "PSEUDO": CueDirection.NONE,
}


@dataclass(frozen=True, slots=True)
class Cue:
    """The tokens of a cue in lower case, and its rule."""

    tokens: tuple[str, ...]
    rule: ContextRule


@cache
def _medspacy_rules() -> tuple[Any, ...]:
    """The rules that medspaCy brings for English, as it loads them itself."""
    with warnings.catch_warnings():
        # medspaCy silences all warnings of the process on import; leaving this block puts the filters back.
        warnings.simplefilter("ignore")
        from importlib.util import find_spec
        from pathlib import Path

        from medspacy.context import ConTextRule

        spec = find_spec("medspacy")
    assert spec is not None
    assert spec.origin is not None
    return tuple(ConTextRule.from_json(str(Path(spec.origin).parents[1] / "resources" / "en" / "context_rules.json")))


def _wordings(rule: Any) -> Iterator[tuple[str, ...]]:
    """Every row of words that a medspaCy rule with a token pattern matches; its patterns hold lower-case words and "?" alone."""
    slots: list[list[tuple[str, ...]]] = []
    for token in rule.pattern:
        lower = token["LOWER"]
        slot = [tuple(word.split()) for word in (lower["IN"] if isinstance(lower, dict) else [lower])]
        slots.append([*slot, ()] if token.get("OP") == "?" else slot)
    for choice in product(*slots):
        words = tuple(word for part in choice for word in part)
        if words:
            yield words


def _by_chunk(tokenize: Callable[[str], list[str]]) -> Callable[[str], tuple[str, ...]]:
    """The same tokens, each piece between spaces tokenized but once: what a tokenizer makes of one does not depend on its neighbours."""
    chunk = cache(tokenize)
    return lambda text: tuple(token for piece in text.split() for token in chunk(piece))


def cues(rules: Iterable[ContextRule], tokenizer: Callable[[str], list[str]]) -> list[Cue]:
    """Our cues and, where ours don't have the same words, medspaCy's. `tokenizer`: text → tokens as texts."""
    found: dict[tuple[tuple[str, ...], bool], Cue] = {}
    tokenize = _by_chunk(tokenizer)
    for rule in rules:
        tokens = tokenize(rule.cue)
        found.setdefault((tokens, rule.closing), Cue(tokens, rule))
    ours = {tokens for tokens, _ in found}
    forward = {(tokens, cue.rule.value) for (tokens, _), cue in found.items() if cue.rule.direction is CueDirection.FORWARD}
    for theirs in _medspacy_rules():
        direction = _DIRECTIONS[theirs.direction]
        value = None if direction in {CueDirection.END, CueDirection.NONE} else _VALUES[theirs.category]
        for tokens in _wordings(theirs) if theirs.pattern else [tokenize(theirs.literal.lower())]:
            # A longer cue that begins with one of ours reaches no further, and would swallow words of the condition ("no new").
            said = any((tokens[:i], value) in forward for i in range(1, len(tokens))) and direction is CueDirection.FORWARD
            if tokens not in ours and not said:
                rule = ContextRule(" ".join(tokens), direction, value, theirs.max_scope)
                found.setdefault((tokens, False), Cue(tokens, rule))
    return list(found.values())
