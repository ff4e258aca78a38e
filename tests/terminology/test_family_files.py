"""Files of families are read whole, or refused with every fault at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.code import CodeRef, CodeSystem
from app.domain.described import Described
from app.domain.errors import DataFaults
from app.terminology.family_files import load_families

GOOD = """
families:
  flu: {by: [kind, age], missing: {kind: plain, age: from 3}, members: {plain: {under 3: "90655", from 3: "90656"}, strong: "90662"}}
words:
  kind: {strong: [high dose]}
  strength: {40 mg/ml: [kenalog-40]}
  injected: {"yes": [injected]}
  joint: {large: [knee]}
timed: ["97110"]
described:
  joint shot: {code: "20610", says: [injected], near: [joint]}
vaccines:
  products: ["90656", "90700"]
  mouth or nose: ["90660"]
  components: {3: ["90700"]}
  own: {"90480": ["91320"]}
  medicare: {G0008: ["90656"]}
"""


def cpt(code: str) -> CodeRef:
    return CodeRef(CodeSystem.CPT, code)


def read(folder: Path, text: str):
    (folder / "x.yaml").write_text(text, encoding="utf-8")
    return load_families(folder, lambda ref: ref.code != "99999")


def test_a_good_file_is_read_whole(tmp_path: Path) -> None:
    known = read(tmp_path, GOOD)
    assert [family.name for family in known.families] == ["flu"]
    assert known.timed == {cpt("97110")}
    assert known.described == (Described("joint shot", cpt("20610"), ("injected",), ("joint",)),)
    assert known.vaccines.products == {cpt("90656"): 1, cpt("90700"): 3, cpt("90660"): 1}
    assert known.vaccines.by_mouth == {cpt("90660")}
    assert known.vaccines.own == {cpt("91320"): cpt("90480")}
    assert known.vaccines.medicare == {cpt("90656"): CodeRef(CodeSystem.HCPCS, "G0008")}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("40 mg/ml", "40 mg", "is no strength"),
        ("40 mg/ml", "40 drops/ml", "is no strength"),
        ("near: [joint]", "near: [limb]", "limb has no wordings"),
        ('code: "20610"', 'code: "99999"', "99999 is not a CPT or HCPCS code"),
        ("{3:", "{three:", "no number of components"),
        ('["91320"]', '["99999"]', "99999 is not a CPT or HCPCS code"),
        ("under 3:", "small:", "is no range of age"),
        ("{strong: [high dose]}", "{weak: [low dose]}", "no wordings for 'strong'"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert old in GOOD
    with pytest.raises(DataFaults) as refused:
        read(tmp_path, GOOD.replace(old, new, 1))
    assert any(fault in f.message and f.line > 1 for f in refused.value.faults), [str(f) for f in refused.value.faults]
