from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
NOTE = "Type 2 diabetes with neuropathy 😀🙂.\nHypertension, controlled.\nDenies chest pain.\nKnee injection done."


def suggest(page: Page, text: str = NOTE) -> None:
    page.get_by_label("Text of the note").fill(text)
    page.keyboard.press("Control+Enter")


def selected(page: Page) -> str:
    return page.locator('.code[data-selected="true"]').get_attribute("data-code") or ""


def lit(page: Page) -> str:
    return "".join(page.locator("#reading mark.lit").all_inner_texts())


def test_a_demo_note_gives_codes_beside_its_evidence(page: Page):
    page.get_by_label("Demo note").select_option(label="Chest pain, myocardial infarction ruled out")
    expect(page.get_by_label("Text of the note")).not_to_have_value("")
    expect(page.get_by_label("Setting")).to_have_value("emergency")
    page.get_by_label("Date of service").fill("2026-05-02")
    page.get_by_role("button", name="Suggest codes").click()
    expect(page.locator(".code").first).to_be_visible()
    expect(page.locator("#summary")).to_contain_text("codes")
    assert lit(page)
    expect(page.locator("mark.lit").first).to_be_in_viewport()
    expect(page.get_by_text("Demo notes are invented")).to_be_visible()


def test_all_demo_notes_are_offered(page: Page):
    assert page.locator("#demo option").count() == 11


def test_codes_are_gone_through_by_keyboard(page: Page):
    suggest(page)
    expect(page.locator(".row").first).to_be_focused()
    seen = []
    for key in ("", "j", "ArrowDown", "j", "j", "j", "k"):
        if key:
            page.keyboard.press(key)
        seen.append((selected(page), lit(page)))
        expect(page.locator("mark.lit").first).to_be_in_viewport()
    assert seen == [
        ("I10", "Hypertension"),
        ("E11.40", "diabetes with neuropathy"),
        ("20610", "Knee injection"),
        ("E11.9", "diabetes"),
        ("R07.9", "chest pain"),
        ("R07.9", "chest pain"),
        ("E11.9", "diabetes"),
    ]


def test_tab_selects_the_next_code_too(page: Page):
    suggest(page)
    expect(page.locator(".row").first).to_be_focused()
    for _ in range(6):
        page.keyboard.press("Tab")
        if selected(page) != "I10":
            break
    assert selected(page) == "E11.40"


def test_a_suppressed_code_shows_its_rule_and_the_words_that_deny_it(page: Page):
    suggest(page)
    row = page.locator('[data-code="R07.9"] .row')
    expect(row).to_contain_text("the note says it is absent (negated)")
    row.click()
    expect(page.locator("#reading mark.cue")).to_have_text("Denies")


def test_hovering_lights_up_the_evidence_for_a_while(page: Page):
    suggest(page)
    page.locator('[data-code="20610"] .row').hover()
    expect(page.locator("#reading mark.peek")).to_have_text("Knee injection")
    page.locator(".brand").hover()
    expect(page.locator("#reading mark.peek")).to_have_count(0)


def test_a_click_on_the_evidence_selects_its_code(page: Page):
    suggest(page)
    page.locator("#reading mark", has_text="Knee injection").click()
    assert selected(page) == "20610"


def test_the_selected_code_shows_evidence_reasons_and_alternatives(page: Page):
    suggest(page)
    page.locator('[data-code="E11.40"] .row').click()
    details = page.locator('[data-code="E11.40"] .details')
    expect(details.locator(".quote mark")).to_have_text("diabetes with neuropathy")
    expect(details.locator(".quote mark")).to_be_visible()
    expect(details).to_contain_text("E11.9")
    expect(page.locator('[data-code="E11.40"] .confidence')).to_contain_text("94%")


def test_the_note_can_be_edited_again(page: Page):
    suggest(page)
    expect(page.locator(".row").first).to_be_focused()
    page.keyboard.press("e")
    expect(page.get_by_label("Text of the note")).to_be_focused()
    suggest(page, "Ate an apple.")
    expect(page.locator("#groups")).to_contain_text("Nothing in this note can be coded")


def test_help_opens_and_closes_by_keyboard(page: Page):
    page.locator("#note-title").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).not_to_be_visible()


def test_letters_typed_into_the_note_stay_letters(page: Page):
    page.get_by_label("Text of the note").focus()
    page.keyboard.type("jke?cn")
    expect(page.get_by_label("Text of the note")).to_have_value("jke?cn")


def test_faults_are_shown_at_their_field(page: Page):
    suggest(page, "  ")
    expect(page.locator("#field-error")).to_contain_text("empty")
    expect(page.get_by_label("Text of the note")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Age").fill("200")
    suggest(page)
    expect(page.locator("#field-error")).to_contain_text("0 to 130")
    expect(page.get_by_label("Age")).to_be_focused()


def test_nothing_is_wider_than_the_window(page: Page):
    fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert page.evaluate(fits)
    suggest(page, f"{NOTE} {'averylongwordwithoutspaces' * 30}")
    expect(page.locator(".row").first).to_be_focused()
    assert page.evaluate(fits)


def test_the_footer_names_bundle_and_releases(page: Page):
    expect(page.locator("#provenance")).to_contain_text("fa4e000000000001")
    expect(page.locator("#provenance")).to_contain_text("ICD-10-CM 2026-04")


def test_words_of_a_note_are_never_markup(page: Page):
    suggest(page, '<img src=x onerror="document.title=1"> <b>hypertension</b>')
    expect(page.locator("#reading mark")).to_have_text("hypertension")
    assert page.locator("#reading img, #reading b, .quote img").count() == 0
    expect(page).to_have_title("Try a note · Chartcoder")


VISIT = "Return visit.\nHypertension, not at goal: start amlodipine.\nKnee injection done."


def test_the_level_of_a_visit_stands_under_the_codes_with_the_words_that_support_it(page: Page):
    suggest(page, VISIT)
    panel = page.get_by_role("region", name="Visit level")
    expect(panel).to_contain_text("99214 by decision making")
    rows = [row.inner_text().split() for row in panel.get_by_role("row").all()[1:]]
    assert [(r[0], r[1].lower()) for r in rows if r[0] in ("Problems", "Data", "Risk")] == [
        ("Problems", "moderate"),
        ("Data", "none"),
        ("Risk", "moderate"),
    ]
    panel.get_by_role("button", name="amlodipine").click()
    expect(page.locator("mark.lit").first).to_be_in_viewport()
    assert lit(page) == "amlodipine"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_insufficient_visit_says_what_it_lacks_and_other_notes_have_no_panel(page: Page):
    suggest(page, "Return visit. Feels fine. Knee injection done.")
    expect(page.get_by_role("region", name="Visit level")).to_contain_text("insufficient")
    expect(page.get_by_role("region", name="Visit level")).to_contain_text("Missing: a problem that was addressed")
    page.keyboard.press("e")
    suggest(page)
    expect(page.get_by_role("heading", name="Codes to bill")).to_be_visible()
    expect(page.get_by_role("region", name="Visit level")).to_have_count(0)
