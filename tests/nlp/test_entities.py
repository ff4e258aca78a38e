from __future__ import annotations

import random
from pathlib import Path

import pytest
import spacy
from spacy.training import Example

from app.domain.errors import Unavailable
from app.domain.note import ClinicalNote
from app.nlp.analyzer import SpacyNoteReader
from app.nlp.entities import ModelNotInstalled
from app.nlp.words import SnowballWordReader


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model that has learned to find gout and asthma."""
    nlp = spacy.blank("en")
    recognizer = nlp.add_pipe("ner")
    recognizer.add_label("DISEASE")
    texts = [("He has gout .", 7, 11), ("She has asthma .", 8, 14), ("Known gout , stable .", 6, 10), ("Known asthma .", 6, 12)]
    examples = [Example.from_dict(nlp.make_doc(text), {"entities": [(begin, end, "DISEASE")]}) for text, begin, end in texts]
    random.seed(0)
    spacy.util.fix_random_seed(0)
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(30):
        nlp.update(examples, sgd=optimizer)
    folder = tmp_path_factory.mktemp("model") / "small"
    nlp.to_disk(folder)
    return folder


def test_the_entities_of_an_installed_model_are_added(model: Path) -> None:
    reader = SpacyNoteReader(SnowballWordReader(), abbreviations={}, headings={}, rules=(), model=str(model))
    text = "😀\r\n\r\nHe has gout ."
    assert [text[span.begin : span.end] for span in reader.read(ClinicalNote(text)).entities] == ["gout"]


def test_a_model_that_is_not_installed_is_named() -> None:
    with pytest.raises(ModelNotInstalled, match="en_core_sci_none can't be loaded") as caught:
        SpacyNoteReader(SnowballWordReader(), abbreviations={}, headings={}, rules=(), model="en_core_sci_none")
    assert isinstance(caught.value, Unavailable)
    assert caught.value.code == "model_not_installed"


def test_without_a_model_there_are_no_entities(reader: SpacyNoteReader) -> None:
    assert reader.read(ClinicalNote("He has gout.")).entities == ()
