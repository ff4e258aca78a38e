from __future__ import annotations

import pytest

from app.domain.audits.errors import AuditClosed, InvalidAudit
from app.domain.audits.item import AuditItem, ItemState, answer, code_blind, judge, settle
from app.domain.audits.judgement import judged
from app.domain.audits.lines import AuditedLine
from app.domain.audits.sample import SampleKind
from tests.charts import DM, HTN, INJECTION, NOW

CODER = (AuditedLine(HTN, ""), AuditedLine(DM, ""))
S = ItemState


def item(*, blind=False):
    return AuditItem("s", 1, SampleKind.RANDOM, "c", 1, "coder", "auditor", blind)


def judged_item(**given):
    it = item(**given)
    if it.blind:
        it = code_blind(it, CODER, hand_in=True)
    return judge(it, CODER, CODER, (), "auditor", NOW, "")


def test_a_blind_item_is_hidden_until_codes_are_handed_in_and_those_never_change():
    it = item(blind=True)
    assert it.hidden
    with pytest.raises(AuditClosed, match="own codes first"):
        judge(it, CODER, CODER, (), "auditor", NOW, "")
    draft = code_blind(it, (AuditedLine(INJECTION, ""), AuditedLine(HTN, "")), hand_in=False)
    assert (draft.hidden, draft.blind_lines, [x.ref for x in draft.draft]) == (True, None, [HTN, INJECTION])
    done = code_blind(draft, CODER, hand_in=True)
    assert (done.hidden, done.blind_lines, done.draft, done.state) == (False, CODER, (), S.CODED)
    with pytest.raises(AuditClosed, match="handed in"):
        code_blind(done, (), hand_in=True)
    with pytest.raises(InvalidAudit, match="openly"):
        code_blind(item(), CODER, hand_in=True)


def test_a_judgement_is_answered_and_settled_in_order():
    it = judged_item(blind=True)
    with pytest.raises(AuditClosed):
        judge(it, CODER, CODER, (), "auditor", NOW, "")
    with pytest.raises(AuditClosed):
        settle(it, "auditor", NOW, "x")
    with pytest.raises(InvalidAudit, match="why"):
        answer(it, "coder", NOW, "  ", dispute=True)
    seen = answer(it, "coder", NOW, "", dispute=False)
    assert settle(seen, "auditor", NOW, "").state is S.SETTLED
    disputed = answer(seen, "coder", NOW, "the plan says so", dispute=True)
    with pytest.raises(InvalidAudit, match="answer"):
        settle(disputed, "auditor", NOW, " ")
    changed = judged(CODER, CODER, (), "auditor", NOW, "you are right")
    done = settle(disputed, "auditor", NOW, "you are right", changed=changed)
    assert (done.state, done.judgement, len(done.judgements)) == (S.SETTLED, changed, 2)
    assert [r.state for r in done.replies] == [S.ACKNOWLEDGED, S.DISPUTED, S.SETTLED]
    with pytest.raises(AuditClosed, match="settled"):
        answer(done, "coder", NOW, "but", dispute=True)


def test_nothing_is_answered_before_it_is_judged():
    with pytest.raises(AuditClosed):
        answer(item(), "coder", NOW, "", dispute=False)
