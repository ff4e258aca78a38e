"""The spaCy pipeline, built from `pipeline.cfg`.

Annotations are evaluated here, because spaCy checks the arguments of a factory by them.
"""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from spacy import registry
from spacy.language import Language
from spacy.util import load_model_from_config
from thinc.api import Config

from app.nlp.abbreviations import ShortForms
from app.nlp.assertion import AssertionMarker
from app.nlp.sections import Sectionizer
from app.nlp.sentences import Sentencizer
from app.nlp.tokens import FoldingTokenizer

CONFIG = Path(__file__).with_name("pipeline.cfg")


def _scispacy_tokenizer() -> Callable[[Language], Language]:
    from scispacy.custom_tokenizer import combined_rule_tokenizer

    def replace(nlp: Language) -> Language:
        with warnings.catch_warnings():
            # Its expression for prefixes holds "[[", which Python may one day read as a set.
            warnings.simplefilter("ignore", FutureWarning)
            nlp.tokenizer = FoldingTokenizer(combined_rule_tokenizer(nlp))
        return nlp

    return replace


def _sections(nlp: Language, name: str) -> Sectionizer:  # noqa: ARG001
    return Sectionizer()


def _sentences(nlp: Language, name: str) -> Sentencizer:  # noqa: ARG001
    return Sentencizer()


def _abbreviations(nlp: Language, name: str) -> ShortForms:  # noqa: ARG001
    return ShortForms()


def _assertion(nlp: Language, name: str) -> AssertionMarker:  # noqa: ARG001
    return AssertionMarker(nlp)


registry.callbacks.register("chartcoder.scispacy_tokenizer.v1", func=_scispacy_tokenizer)
Language.factory("chartcoder-sections-v1", func=_sections)
Language.factory("chartcoder-sentences-v1", func=_sentences)
Language.factory("chartcoder-abbreviations-v1", func=_abbreviations)
Language.factory("chartcoder-assertion-v1", func=_assertion)


def build_pipeline() -> Any:
    """A pipeline whose components know no headings, short forms or cues yet: give them through `use` of each."""
    return load_model_from_config(Config().from_disk(CONFIG), auto_fill=True)
