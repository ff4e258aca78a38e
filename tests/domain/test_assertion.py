from itertools import permutations

import pytest

from app.domain.assertion import ASSERTED, Assertion, AssertionScope, Experiencer, Presence, Temporality, resolve
from app.domain.note import TextSpan

NO = AssertionScope(Presence.ABSENT, TextSpan(3, 30), TextSpan(0, 2))
MAYBE = AssertionScope(Presence.POSSIBLE, TextSpan(3, 30), TextSpan(31, 35))
MOTHER = AssertionScope(Experiencer.OTHER, TextSpan(0, 40), None)
OLD = AssertionScope(Temporality.HISTORICAL, TextSpan(3, 30), TextSpan(36, 38))
PLANNED = AssertionScope(Temporality.PLANNED, TextSpan(3, 30), TextSpan(39, 40))


def test_words_outside_every_scope_are_asserted():
    assert resolve(TextSpan(50, 55), [NO, MAYBE, MOTHER]) is ASSERTED


def test_a_denial_outweighs_a_suspicion_and_a_plan_outweighs_the_past():
    found = resolve(TextSpan(5, 9), [MAYBE, NO, OLD, PLANNED])
    assert (found.presence, found.temporality) == (Presence.ABSENT, Temporality.PLANNED)


def test_the_order_of_scopes_does_not_matter():
    found = {resolve(TextSpan(5, 9), order) for order in permutations([NO, MAYBE, MOTHER, OLD, PLANNED])}
    assert len(found) == 1


def test_a_cue_inside_the_term_does_not_modify_it():
    assert resolve(TextSpan(0, 9), [AssertionScope(Presence.ABSENT, TextSpan(0, 30), TextSpan(0, 2))]) is ASSERTED


@pytest.mark.parametrize(("value", "presence"), [(Presence.ABSENT, Presence.ABSENT), (Presence.POSSIBLE, Presence.POSSIBLE)])
def test_a_denial_or_suspicion_amid_scattered_words_holds_for_them(value, presence):
    amid = AssertionScope(value, TextSpan(14, 30), TextSpan(10, 13))
    assert resolve(TextSpan(0, 25), [amid]) is ASSERTED
    assert resolve(TextSpan(0, 25), [amid], whole=False).presence is presence
    assert resolve(TextSpan(14, 25), [amid], whole=False).presence is presence


def test_a_plan_amid_scattered_words_does_not_hold_for_them():
    assert resolve(TextSpan(0, 25), [AssertionScope(Temporality.PLANNED, TextSpan(14, 30), TextSpan(10, 13))], whole=False) is ASSERTED


def test_a_section_sets_a_value_without_a_cue():
    found = resolve(TextSpan(5, 9), [MOTHER])
    assert found.experiencer is Experiencer.OTHER
    assert found.cues == ()


@pytest.mark.parametrize(
    ("assertion", "affirmed"),
    [
        (Assertion(), True),
        (Assertion(temporality=Temporality.HISTORICAL), True),
        (Assertion(presence=Presence.POSSIBLE), False),
        (Assertion(presence=Presence.ABSENT), False),
        (Assertion(temporality=Temporality.PLANNED), False),
        (Assertion(temporality=Temporality.HYPOTHETICAL), False),
        (Assertion(experiencer=Experiencer.OTHER), False),
    ],
)
def test_only_what_the_patient_has_or_had_is_affirmed(assertion, affirmed):
    assert assertion.affirmed is affirmed
