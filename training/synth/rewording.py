"""The same words as people write them: turned round, shortened, misspelt. The meaning, and so the code, stays."""

from __future__ import annotations

import re
from collections.abc import Mapping

from training.synth.dice import Dice

_SIDED = re.compile(r"^(right|left|bilateral|lt|rt) (\S.*) (\S+)$")
_LEADING = re.compile(r"^(acute|chronic|recurrent|bilateral|right|left|severe|mild|moderate|primary|secondary|idiopathic|congenital) (\S.*)$")
_SHORT_SIDES = {"right": ("R", "R.", "rt", "Rt."), "left": ("L", "L.", "lt", "Lt.")}
_NEIGHBOURS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "k": "jl", "l": "k", "m": "n", "n": "bm",
    "o": "ip", "p": "o", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "y": "tu",
}  # fmt: skip
_LONGEST_TERM = 6


class Rewording:
    """Rewords phrases. `short_forms`: long form in lower case → short forms that can mean nothing else."""

    def __init__(self, short_forms: Mapping[str, tuple[str, ...]], alike: Mapping[str, tuple[str, ...]]) -> None:
        self._short, self._alike = short_forms, alike

    def __call__(self, phrase: str, dice: Dice, *, abbreviating: float, errors: float) -> str:
        """The phrase as one writer puts it. `abbreviating` and `errors` are probabilities in [0, 1] of a short form and of a typing error."""
        if dice.chance(0.16):
            phrase = turned(phrase, dice)
        if dice.chance(0.05):
            phrase = self._exchanged(phrase, dice)
        if dice.chance(abbreviating):
            phrase = self.shortened(phrase, dice)
        if dice.chance(errors):
            phrase = mistyped(phrase, dice)
        return phrase

    def shortened(self, phrase: str, dice: Dice) -> str:
        """The longest run of words that has a short form, replaced by it."""
        words = phrase.split()
        for size in range(min(len(words), _LONGEST_TERM), 0, -1):
            for i in range(len(words) - size + 1):
                short = self._short.get(" ".join(words[i : i + size]).casefold())
                if short and dice.chance(0.9):
                    return " ".join([*words[:i], dice.pick(short), *words[i + size :]])
        return phrase

    def _exchanged(self, phrase: str, dice: Dice) -> str:
        words = phrase.split()
        places = [i for i, word in enumerate(words) if word in self._alike]
        if not places:
            return phrase
        i = dice.pick(places)
        words[i] = dice.pick(self._alike[words[i]])
        return " ".join(words)


def turned(phrase: str, dice: Dice) -> str:
    """Side or qualifier behind: "right knee osteoarthritis" → "osteoarthritis of the right knee"; "acute bronchitis" → "bronchitis, acute"."""
    sided = _SIDED.match(phrase)
    if sided and dice.chance(0.7):
        side, site, condition = sided.groups()
        if side in _SHORT_SIDES and dice.chance(0.4):
            return f"{dice.pick(_SHORT_SIDES[side])} {site} {condition}"
        return dice.pick(
            (f"{condition} of the {side} {site}", f"{condition} {side} {site}", f"{condition}, {side} {site}", f"{site} {condition}, {side}")
        )
    leading = _LEADING.match(phrase)
    return f"{leading[2]}, {leading[1]}" if leading else phrase


def mistyped(text: str, dice: Dice) -> str:
    """One typing error in one of the longer words: letters swapped, lost, doubled, or the key beside."""
    words = text.split(" ")
    places = [i for i, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if not places:
        return text
    i = dice.pick(places)
    word = words[i]
    k = dice.between(1, len(word) - 2)
    fault = dice.between(0, 3)
    if fault == 0:
        word = word[:k] + word[k + 1] + word[k] + word[k + 2 :]
    elif fault == 1:
        word = word[:k] + word[k + 1 :]
    elif fault == 2:
        word = word[:k] + word[k] + word[k:]
    else:
        word = word[:k] + dice.pick(_NEIGHBOURS.get(word[k].lower(), word[k])) + word[k + 1 :]
    words[i] = word
    return " ".join(words)
