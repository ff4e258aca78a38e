"""Model cards on their page."""

from __future__ import annotations

from app.workbench.model_card import model_card

CARD = "# Model card\n\nTrained on 831 documents.\n\n## Figures\n\n| figure | value |\n| --- | ---: |\n| F1 | 0.64 |\n\n- It suggests: `a`\n"


def test_headings_tables_and_lists_are_html_below_the_headings_of_the_page():
    shown = model_card(CARD)
    assert "Model card" not in shown
    assert "<h3>Figures</h3>" in shown
    assert '<table class="table">' in shown
    assert "<td>0.64</td>" in shown
    assert "<li>It suggests: <code>a</code></li>" in shown


def test_what_a_card_brings_along_stays_text():
    shown = model_card("# Card\n\n<script>x</script> [go](http://elsewhere.example) ![p](http://elsewhere.example/p.png)\n\n<b onclick=x>y</b>\n")
    assert "<script" not in shown
    assert "<b" not in shown
    assert "<a" not in shown
    assert "<img" not in shown


def test_an_empty_card_is_empty():
    assert model_card("") == ""
