"""A note as it was read, with its candidates, as bytes: typed MessagePack, which loads no code."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from app.domain.analysis import Expansion, NoteAnalysis, Sentence
from app.domain.assertion import AssertionScope, Axis, Experiencer, Presence, Temporality
from app.domain.candidate import Candidate
from app.domain.note import ClinicalNote, TextSpan
from app.domain.section import Section
from app.domain.words import Words

ReadNote = tuple[NoteAnalysis, list[Candidate]]
"""What reading found in a note, and the candidates of the sources that need no training."""

# The values of the axes differ, so that a value names its axis as well.
_AXES: dict[str, Axis] = {value.value: value for axis in (Presence, Temporality, Experiencer) for value in axis}


class _Scope(NamedTuple):
    value: str
    scope: TextSpan
    cue: TextSpan | None


class _Line(NamedTuple):
    note: ClinicalNote
    words: Words
    sentences: tuple[Sentence, ...]
    sections: tuple[Section, ...]
    scopes: tuple[_Scope, ...]
    expansions: tuple[Expansion, ...]
    entities: tuple[TextSpan, ...]
    candidates: list[Candidate]


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Line)


def encode(analysis: NoteAnalysis, candidates: list[Candidate]) -> bytes:
    """The bytes of a note."""
    scopes = tuple(_Scope(s.value.value, s.scope, s.cue) for s in analysis.scopes)
    a = analysis
    return _ENCODER.encode(_Line(a.note, a.words, a.sentences, a.sections, scopes, a.expansions, a.entities, candidates))


def decode(data: bytes) -> ReadNote:
    """The note of the bytes, equal to the one encoded. Raises msgspec.DecodeError or ValidationError where they are of something else."""
    line = _DECODER.decode(data)
    scopes = tuple(AssertionScope(_AXES[s.value], s.scope, s.cue) for s in line.scopes)
    analysis = NoteAnalysis(line.note, line.words, line.sentences, line.sections, scopes, line.expansions, line.entities)
    return analysis, line.candidates
