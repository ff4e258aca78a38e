"""Terms: every wording that the retriever may find in a note, with the code it stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from app.domain.candidate import MatchSource
from app.domain.code import Code, CodeRef
from app.domain.knowledge import Knowledge


class Term(NamedTuple):
    """A wording of a code."""

    ref: CodeRef
    text: str
    source: MatchSource


# Words by which the classification sorts its own residual classes; no clinician writes them.
_RESIDUAL = re.compile(
    r",?\s*\b(?:unspecified|not elsewhere classified|not otherwise specified|nos|nec|other specified|other|so stated|"
    r"(?:un)?specified as [a-z ]+|as reason for encounter|without damage to nail|without (?:mention of )?(?:complications?|complicating [a-z ]+))\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s*(\([^()]*\)|\[[^\[\]]*\])")
_BRACKETS = re.compile(r"[()\[\]]")
# (pattern over a title, wordings that clinicians prefer); \1 is the rest of the title.
_REWORDED = (
    (re.compile(r"^malignant neoplasm of (?:the )?(.+)$", re.IGNORECASE), (r"\1 cancer", r"\1 carcinoma", r"malignant tumor of \1")),
    (re.compile(r"^secondary malignant neoplasm of (?:the )?(.+)$", re.IGNORECASE), (r"\1 metastasis", r"metastatic to \1", r"\1 mets")),
    (re.compile(r"^benign neoplasm of (?:the )?(.+)$", re.IGNORECASE), (r"benign tumor of \1", r"benign \1 lesion")),
    (re.compile(r"^personal history of (.+)$", re.IGNORECASE), (r"history of \1", r"past \1")),
    (re.compile(r"^presence of (.+)$", re.IGNORECASE), (r"status post \1", r"\1 in place")),
    (re.compile(r"^acquired absence of (.+)$", re.IGNORECASE), (r"status post removal of \1", r"absent \1")),
)


def wordings(title: str) -> list[str]:
    """The title itself and shorter or reworded forms of it: without residual words, asides, or the style of the classification.

    >>> wordings("Essential (primary) hypertension")
    ['Essential (primary) hypertension', 'Essential hypertension']
    """
    forms = [title]
    bare = _ASIDE.sub("", title)
    for form in (bare, _RESIDUAL.sub("", bare), _RESIDUAL.sub("", _BRACKETS.sub(" ", title))):
        tidy = " ".join(form.split()).strip(" ,;")
        if tidy and tidy not in forms:
            forms.append(tidy)
    for form in list(forms):
        for pattern, others in _REWORDED:
            forms.extend(other for other in (pattern.sub(o, form) for o in others) if other != form and other not in forms)
    return forms


def default_leaf(code: Code, by_code: dict[str, Code]) -> Code | None:
    """The leaf a coder takes when the record says no more than the heading does: down the children that are unspecified.

    None where the classification offers no such child.
    """
    while not code.billable:
        children = [by_code[c] for c in code.children if c in by_code]
        plain = [c for c in children if "unspecified" in c.title.lower()] or ([children[0]] if len(children) == 1 else [])
        if not plain:
            return None
        # "unspecified femur" rather than "left femur", where the part of the bone is unspecified in both.
        code = min(plain, key=lambda c: (-c.title.lower().count("unspecified"), len(c.title), c.ref.code))
    return code


def diagnosis_terms(codes: Iterable[Code]) -> Iterator[Term]:
    """Terms of the classification itself.

    Codes that differ only by seventh character share the terms of their parent: they are yielded for the parent, and
    the retriever chooses the character from the note.
    """
    by_code = {c.ref.code: c for c in codes}
    for code in by_code.values():
        if code.parent in by_code and is_family(by_code[code.parent], by_code):
            continue
        target = termed(code, by_code)
        if target is None or len(code.ref.code) < 3 or "-" in code.ref.code:
            continue
        for form in wordings(code.title):
            yield Term(target.ref, form, MatchSource.TITLE)
        for inclusion in code.inclusion_terms:
            for form in wordings(inclusion):
                yield Term(target.ref, form, MatchSource.INCLUSION)


def termed(code: Code, by_code: dict[str, Code]) -> Code | None:
    """The leaf or family that words for `code` stand for: itself, or the default below a heading; None where there is none."""
    if code.billable or is_family(code, by_code):
        return code
    leaf = default_leaf(code, by_code)
    parent = by_code.get(leaf.parent) if leaf is not None and leaf.parent else None
    return parent if parent is not None and is_family(parent, by_code) else leaf


def index_terms(entries: Iterable[tuple[str, str]], codes: Iterable[Code]) -> Iterator[Term]:
    """Terms of the Alphabetic Index, given as (words, code); a heading stands for its default leaf."""
    by_code = {c.ref.code: c for c in codes}
    for words, name in entries:
        code = by_code.get(name)
        target = None if code is None else termed(code, by_code)
        if target is not None:
            yield Term(target.ref, words, MatchSource.INDEX)


def is_family(code: Code, by_code: dict[str, Code]) -> bool:
    """True when the children of the code differ by seventh character only."""
    return bool(code.children) and all(len(child) == 8 for child in code.children) and code.children[0] in by_code


def service_terms(codes: Iterable[Code]) -> Iterator[Term]:
    """Terms of CPT and HCPCS codes: title and further descriptors of the release."""
    for code in codes:
        yield Term(code.ref, code.title, MatchSource.TITLE)
        for descriptor in code.inclusion_terms:
            yield Term(code.ref, descriptor, MatchSource.INCLUSION)


def knowledge_terms(knowledge: Knowledge) -> Iterator[Term]:
    """Terms of the phrasebook and the procedure catalogue; a `refine` cue makes a term of the neighbour code with each phrase."""
    for entry in knowledge.phrasebook:
        for phrase in entry.phrases:
            yield Term(entry.ref, phrase, MatchSource.PHRASEBOOK)
            for cue, neighbour in entry.refine.items():
                yield Term(neighbour, f"{phrase} {cue}", MatchSource.PHRASEBOOK)
    for procedure in knowledge.procedures:
        for phrase in procedure.phrases:
            yield Term(procedure.ref, phrase, MatchSource.CATALOGUE)
