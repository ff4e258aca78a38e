"""What short forms stand for: as the note defines them, else from our table by the words around them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from app.domain.analysis import Expansion
from app.domain.knowledge import Sense
from app.domain.note import TextSpan
from app.domain.words import Words
from app.nlp.definitions import defined_in
from app.nlp.reading import Reading, reading_of
from app.usecases.ports import WordReader

# From this many letters on, a short form in capitals is also written small ("copd").
_LETTERS_FOR_LOWER_CASE = 4
# Written small these are words of their own: hearing aids, the gist of it.
_WORDS = frozenset("aids flair gist lama mash meld peep prom tram".split())


@dataclass(frozen=True, slots=True)
class LongForm:
    """A long form and its words; `context` has the stems of each context word or phrase."""

    text: str
    words: Words
    context: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True, slots=True)
class ShortForm:
    """A short form as written; `lead` characters stand before its first word ("+ve")."""

    text: str
    lead: int
    senses: tuple[LongForm, ...]


def sense_of(senses: Sequence[LongForm], near: frozenset[str], around: frozenset[str]) -> LongForm | None:
    """The sense that most of the stems `near` (the same sentence) and `around` (its neighbours, the heading) speak for.

    When nothing speaks: the sense without context, or None where there is no such sense.
    """
    best, most = next((sense for sense in senses if not sense.context), None), 0
    for sense in senses:
        score = sum(2 if stems <= near else stems <= around for stems in sense.context)
        if score > most:
            best, most = sense, score
    return best


class Surroundings:
    """The stems around a place of one note, kept for as long as places lie in the same sentence."""

    def __init__(self, reading: Reading, stems_of: Callable[[str], frozenset[str]]) -> None:
        self._reading, self._stems_of = reading, stems_of
        self._sentence = -1
        self._near = self._around = frozenset[str]()

    def at(self, position: int) -> tuple[frozenset[str], frozenset[str]]:
        """Stems of the sentence at `position`; stems of that, its neighbours and the category of its section."""
        reading, last = self._reading, len(self._reading.sentences) - 1
        i = max(bisect_right(reading.sentences, position, key=lambda sentence: sentence.span.begin) - 1, 0)
        if i != self._sentence:
            section = reading.sections[max(bisect_right(reading.sections, position, key=lambda section: section.span.begin) - 1, 0)]
            here, before, behind = reading.sentences[i], reading.sentences[max(i - 1, 0)], reading.sentences[min(i + 1, last)]
            stems = reading.words.stems
            self._sentence, self._near = i, frozenset(stems[here.first_word : here.end_word])
            self._around = frozenset(stems[before.first_word : behind.end_word]) | self._stems_of(section.category.replace("_", " "))
        return self._near, self._around


class ShortForms:
    """Pipeline component: short forms and their long forms; needs sentences. Cost is linear in the length of the note."""

    def __init__(self) -> None:
        self._by_word: dict[str, list[ShortForm]] = {}
        self._reader: WordReader | None = None

    def use(self, table: Mapping[str, tuple[Sense, ...]], reader: WordReader) -> None:
        """Expand by this table: short form → senses."""
        self._reader = reader
        self._by_word = {}
        spellings = {short: senses for short, senses in table.items() if senses}
        for short, senses in table.items():
            if senses and short.isupper() and sum(map(str.isalpha, short)) >= _LETTERS_FOR_LOWER_CASE and short.lower() not in _WORDS:
                spellings.setdefault(short.lower(), senses)
        for short, senses in spellings.items():
            long_forms = tuple(
                LongForm(sense.expansion, reader.read(sense.expansion), tuple(self._stems(word) for word in sense.context)) for sense in senses
            )
            words = reader.read(short)
            if len(words):
                form = ShortForm(short, words.begins[0], long_forms)
                self._by_word.setdefault(words.norms[0], []).append(form)
        for forms in self._by_word.values():
            forms.sort(key=lambda form: -len(form.text))

    def __call__(self, doc: Doc) -> Doc:
        """Fill `expansions` of the reading."""
        reading = reading_of(doc)
        if self._reader is None or reading.language != "en":
            return doc
        defined = {
            short: LongForm(reading.text[span.begin : span.end], self._reader.read(reading.text[span.begin : span.end]))
            for short, span in defined_in(doc, reading.text).items()
        }
        reading.expansions = tuple(self._expand(reading, self._with(defined)))
        return doc

    def _stems(self, text: str) -> frozenset[str]:
        assert self._reader is not None
        return frozenset(filter(None, self._reader.read(text).stems))

    def _with(self, defined: Mapping[str, LongForm]) -> Mapping[str, list[ShortForm]]:
        """The table with the definitions of a note before it."""
        if not defined or self._reader is None:
            return self._by_word
        extra: dict[str, list[ShortForm]] = {}
        for short, long_form in defined.items():
            words = self._reader.read(short)
            if len(words):
                extra.setdefault(words.norms[0], []).append(ShortForm(short, words.begins[0], (long_form,)))
        for first, forms in extra.items():
            names = {form.text for form in forms}
            forms += [form for form in self._by_word.get(first, ()) if form.text not in names]
            forms.sort(key=lambda form: -len(form.text))
        return {**self._by_word, **extra}

    def _expand(self, reading: Reading, forms: Mapping[str, list[ShortForm]]) -> list[Expansion]:
        text, found, done = reading.text, list[Expansion](), 0
        surroundings = Surroundings(reading, self._stems)
        norms, begins = reading.words.norms, reading.words.begins
        for i in [i for i, norm in enumerate(norms) if norm in forms]:
            begin = begins[i]
            for form in forms[norms[i]] if begin >= done else ():
                first = begin - form.lead
                last = first + len(form.text)
                if first >= done and text.startswith(form.text, first) and _stands_alone(text, first, last):
                    sense = form.senses[0]
                    if len(form.senses) > 1 or sense.context:
                        chosen = sense_of(form.senses, *surroundings.at(first))
                        if chosen is None:
                            break
                        sense = chosen
                    last = _redundant(reading, last, sense)
                    found.append(Expansion(TextSpan(first, last), sense.text, sense.words))
                    done = last
                    break
        return found


def _redundant(reading: Reading, end: int, sense: LongForm) -> int:
    """Where the short form ends together with a word behind it that its long form has already ("Tdap vaccine"); `end` when there is none."""
    words = reading.words
    i = bisect_left(words.begins, end)
    if i < len(words) and len(sense.words) and words.norms[i] == sense.words.norms[-1] and reading.text[end : words.begins[i]] == " ":
        return words.ends[i]
    return end


def _stands_alone(text: str, begin: int, end: int) -> bool:
    """True when no letter or digit touches a letter or digit at either end of [begin, end)."""
    before = begin > 0 and text[begin].isalnum() and text[begin - 1].isalnum()
    behind = end < len(text) and text[end - 1].isalnum() and text[end].isalnum()
    return not before and not behind
