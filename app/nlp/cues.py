"""The cues of ConText: medspaCy's English rules and ours, made ready for one pass over a note."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import product
from pathlib import Path
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
def _medspacy_rules() -> tuple[dict[str, Any], ...]:
    """The rules that medspaCy brings for English, read from its file: importing it takes a quarter of a second and silences all warnings."""
    spec = find_spec("medspacy")
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).parents[1] / "resources" / "en" / "context_rules.json"
    return tuple(json.loads(path.read_text(encoding="utf-8"))["context_rules"])


def _wordings(pattern: Iterable[dict[str, Any]]) -> Iterator[tuple[str, ...]]:
    """Every row of words that a token pattern of medspaCy matches; its patterns hold lower-case words and "?" alone."""
    slots: list[list[tuple[str, ...]]] = []
    for token in pattern:
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
        direction = _DIRECTIONS[theirs["direction"]]
        value = None if direction in {CueDirection.END, CueDirection.NONE} else _VALUES[theirs["category"]]
        for tokens in _wordings(theirs["pattern"]) if theirs["pattern"] else [tokens_of(theirs["literal"].lower())]:
            # A longer cue that begins or ends with one of ours reaches no further, and would swallow words of the
            # condition ("no new") or of a longer cue of ours ("patient is not" in "patient is not sure").
            parts = [part for i in range(1, len(tokens)) for part in (tokens[:i], tokens[i:])]
            said = direction is CueDirection.FORWARD and any((part, value) in forward for part in parts)
            if tokens not in ours and not said:
                found.setdefault((tokens, False), Cue(tokens, ContextRule(" ".join(tokens), direction, value, theirs.get("max_scope"))))
    return list(found.values())


class CueMatcher:
    """Finds cues in a Doc. `rules` and `closing`: the rule by the name of a match, for cues anywhere and at the end of a statement."""

    def __init__(self, nlp: Language, rules: Iterable[ContextRule], *, medspacy: bool) -> None:
        self._matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
        number = nlp.vocab.strings.add
        self.rules: dict[int, ContextRule] = {}
        self.closing: dict[int, ContextRule] = {}
        for cue in cues(rules, _chunk_tokens(nlp), medspacy=medspacy):
            name = " ".join(cue.tokens)
            # What a matcher keeps of a Doc, and restores when it is unpickled: the numbers of its words. 20,000 Docs take most of a second.
            self._matcher.add(name, [[number(token) for token in cue.tokens]])
            (self.closing if cue.rule.closing else self.rules)[nlp.vocab.strings[name]] = cue.rule

    def find(self, doc: Doc) -> list[tuple[int, int, int]]:
        """(name, first token, end token) of every cue, overlapping ones too."""
        matches: list[tuple[int, int, int]] = self._matcher(doc)
        return matches
