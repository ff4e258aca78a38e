from __future__ import annotations

import pytest

from app import assembly
from app.assembly import Terms
from app.settings import Settings
from app.terminology.chart_files import load_charts
from app.terminology.context_file import load_context
from app.terminology.knowledge_files import load_knowledge


def test_the_knowledge_files_of_the_checkout_load_without_a_fault(settings: Settings, terms: Terms) -> None:
    knowledge = load_knowledge(settings.data_dir, lambda code: assembly.is_billable(terms.catalog, code))
    assert knowledge == terms.knowledge
    assert len(knowledge.phrasebook) >= 400
    assert len(knowledge.abbreviations) >= 300


def test_the_context_rules_of_the_checkout_load_without_a_fault(settings: Settings) -> None:
    assert load_context(settings.data_dir / "context.yaml")


@pytest.mark.parametrize("part", ["charts", "demo"])
def test_the_notes_of_the_checkout_load_without_a_fault(settings: Settings, terms: Terms, part: str) -> None:
    procedures = {p.ref for p in terms.knowledge.procedures}
    charts = load_charts(settings.data_dir / part, lambda code: assembly.is_billable(terms.catalog, code), procedures=procedures)
    assert charts
