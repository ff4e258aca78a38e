"""The cues of ConText: medspaCy's English rules and ours, made ready for one pass over a note."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

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


def _chunk_tokens(nlp: Language) -> Callable[[str], tuple[str, ...]]:
    """Tokens of a cue. What a tokenizer makes of a piece between spaces does not depend on its neighbours: each is cut once."""

    @cache
    def chunk(piece: str) -> tuple[str, ...]:
        return tuple(token.text for token in nlp.tokenizer(piece))

    return lambda text: tuple(token for piece in text.split() for token in chunk(piece))


def cues(rules: Iterable[ContextRule], tokens_of: Callable[[str], tuple[str, ...]], *, medspacy: bool) -> list[Cue]:
    """The cues of our rules and, with `medspacy`, those of medspaCy's that say more than ours."""
    found: dict[tuple[tuple[str, ...], bool], Cue] = {}
    for rule in rules:
        tokens = tokens_of(rule.cue)
        found.setdefault((tokens, rule.closing), Cue(tokens, rule))
        stopped = tokens_of(rule.cue + ".") if rule.closing else tokens
        # scispaCy's tokenizer takes "no." for the abbreviation of "number", and leaves the stop on it.
        if len(stopped) == len(tokens):
            found.setdefault((stopped, rule.closing), Cue(stopped, rule))
    ours = {tokens for tokens, _ in found}
    forward = {(cue.tokens, cue.rule.value) for cue in found.values() if cue.rule.direction is CueDirection.FORWARD}
    for theirs in _medspacy_rules() if medspacy else ():
        direction = _DIRECTIONS[theirs.direction]
        value = None if direction in {CueDirection.END, CueDirection.NONE} else _VALUES[theirs.category]
        for tokens in _wordings(theirs) if theirs.pattern else [tokens_of(theirs.literal.lower())]:
            # A longer cue that begins or ends with one of ours reaches no further, and would swallow words of the
            # condition ("no new") or of a longer cue of ours ("patient is not" in "patient is not sure").
            parts = [part for i in range(1, len(tokens)) for part in (tokens[:i], tokens[i:])]
            said = direction is CueDirection.FORWARD and any((part, value) in forward for part in parts)
            if tokens not in ours and not said:
                found.setdefault((tokens, False), Cue(tokens, ContextRule(" ".join(tokens), direction, value, theirs.max_scope)))
    return list(found.values())


class CueMatcher:
    """Finds cues in a Doc. `rules` and `closing`: the rule by the name of a match, for cues anywhere and at the end of a statement."""

    def __init__(self, nlp: Language, rules: Iterable[ContextRule], *, medspacy: bool) -> None:
        self._matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
        self.rules: dict[int, ContextRule] = {}
        self.closing: dict[int, ContextRule] = {}
        for cue in cues(rules, _chunk_tokens(nlp), medspacy=medspacy):
            name = " ".join(cue.tokens)
            self._matcher.add(name, [Doc(nlp.vocab, words=list(cue.tokens))])
            (self.closing if cue.rule.closing else self.rules)[nlp.vocab.strings[name]] = cue.rule

    def find(self, doc: Doc) -> list[tuple[int, int, int]]:
        """(name, first token, end token) of every cue, overlapping ones too."""
        matches: list[tuple[int, int, int]] = self._matcher(doc)
        return matches
