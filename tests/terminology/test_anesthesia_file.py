from pathlib import Path

import pytest

from app.domain.code import CodeRef, CodeSystem
from app.domain.errors import DataFaults
from app.terminology.anesthesia_file import load_crosswalk

DATA = Path(__file__).parents[2] / "data"
GOOD = 'crosswalk:\n  "00790": ["47010-47999"]\n  "00792": ["47120-47130", "47100"]\n'


def cpt(code: str) -> CodeRef:
    return CodeRef(CodeSystem.CPT, code)


CATALOGUED = {cpt("00790"), cpt("00792"), cpt("47562")}


def loaded(folder: Path, text: str):
    file = folder / "anesthesia.yaml"
    file.write_text(text, encoding="utf-8")
    return load_crosswalk(file, CATALOGUED)


@pytest.mark.parametrize(("operation", "anesthesia"), [("47562", "00790"), ("47122", "00792"), ("47100", "00792"), ("47000", None), ("27447", None)])
def test_of_ranges_that_hold_an_operation_the_narrowest_counts(tmp_path, operation, anesthesia):
    assert loaded(tmp_path, GOOD).of(cpt(operation)) == (anesthesia and cpt(anesthesia))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"00792"', '"47562"', "no anesthesia service of the catalogue"),
        ('"00792"', '"00794"', "no anesthesia service of the catalogue"),
        ('"47120-47130"', '"47130-47120"', "no range of codes"),
        ('"47120-47130"', '"47120-G0105"', "no range of codes"),
        ('"47120-47130"', '"liver"', "no range of codes"),
        ('"47120-47130"', '"47010-47999"', "more than one anesthesia service"),
    ],
)
def test_faults_are_told_by_line(tmp_path, old, new, reason):
    with pytest.raises(DataFaults) as caught:
        loaded(tmp_path, GOOD.replace(old, new))
    assert reason in str(caught.value.faults[0])


def test_our_crosswalk_sends_common_operations_where_they_belong(terms):
    crosswalk = load_crosswalk(DATA / "anesthesia.yaml", {p.ref for p in terms.knowledge.procedures})
    expected = {
        "47562": "00790", "44970": "00840", "27447": "01402", "27130": "01214", "66984": "00142", "43239": "00731", "45385": "00811",
        "59510": "01961", "49505": "00830", "42820": "00170", "69436": "00126", "52601": "00914", "33533": "00567", "29881": "01400",
        "64721": "01810", "25609": "01830", "36821": "01844", "58558": "00952", "58571": "00840", "60240": "00320", "19307": "00404",
        "63030": "00630", "22612": "00670", "50590": "00873",
    }  # fmt: skip
    assert {code: found.code for code in expected if (found := crosswalk.of(cpt(code)))} == expected
