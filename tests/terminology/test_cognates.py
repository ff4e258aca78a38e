import pytest
import Stemmer

from app.terminology.cognates import Cognates, fold

PAIRS = {
    "nefropatia": "nephropathy",
    "estenosis": "stenosis",
    "hipertension": "hypertension",
    "hemorragia": "hemorrhage",
    "infeccion": "infection",
    "obesidad": "obesity",
    "fractura": "fracture",
    "ventriculo": "ventricle",
    "esplenectomia": "splenectomy",
    "neumonia": "pneumonia",
    "isquemico": "ischemic",
    "utero": "uterus",
    "coma": "coma",
}
ENDINGS = [("ia", "y"), ("ia", ""), ("ia", "e"), ("cion", "tion"), ("dad", "ty"), ("ura", "ure"), ("culo", "cle"), ("ico", "ic"), ("o", "us")]
STEM = Stemmer.Stemmer("english").stemWord
COGNATES = Cognates([(STEM(word), 1.0) for word in PAIRS.values()], ENDINGS, STEM)


@pytest.mark.parametrize(("spanish", "english"), PAIRS.items())
def test_words_of_one_root_are_found(spanish, english):
    assert COGNATES.find(spanish) == STEM(english)


@pytest.mark.parametrize("word", ["dolor", "come", "mano", "x", "12"])
def test_words_of_no_common_root_are_not(word):
    assert COGNATES.find(word) is None


def test_of_two_words_spelt_alike_the_commoner_wins():
    assert Cognates([("tirus", 5.0), ("thyrus", 2.0)], [], str).find("tirus") == "thyrus"


def test_folding_is_the_same_for_both_spellings():
    assert fold("oesophagus") == fold("esofagus")
    assert fold("estenosis") == fold("stenosis")
