"""Entities of a scispaCy model, where an operator has installed one."""

from __future__ import annotations

from typing import Any

import spacy

from app.domain.errors import Unavailable
from app.domain.note import TextSpan


class ModelNotInstalled(Unavailable):
    """A setting names a scispaCy model that can't be loaded."""

    code = "model_not_installed"

    def __init__(self, model: str, why: str) -> None:
        self.model = model
        super().__init__(f"The scispaCy model {model} can't be loaded ({why}): install it beside Chartcoder, or leave the setting empty")


class EntityModel:
    """A spaCy model by package name or folder. Raises ModelNotInstalled."""

    def __init__(self, name: str) -> None:
        try:
            self._nlp: Any = spacy.load(name)
        except (OSError, ValueError, ImportError) as error:
            raise ModelNotInstalled(name, type(error).__name__) from error

    def entities(self, text: str) -> tuple[TextSpan, ...]:
        """Spans of the entities in `text`, in order."""
        return tuple(TextSpan(entity.start_char, entity.end_char) for entity in self._nlp(text).ents)
