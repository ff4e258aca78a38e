import numpy as np
import pytest

from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Encounter, Setting
from app.domain.note import ClinicalNote
from training import operating_points
from training.config import ThresholdConfig
from training.examples import TrainingExample

CODE = CodeRef(CodeSystem.ICD10CM, "I10")
OTHER = CodeRef(CodeSystem.ICD10CM, "R05.9")
THIRD = CodeRef(CodeSystem.ICD10CM, "R05.1")


def pairs(settings):
    """Where the setting is known only what is sure is right; elsewhere all but the least sure is."""
    examples, document, truth, confidence = [], [], [], []
    for i, setting in enumerate(settings):
        known = setting is not Setting.UNKNOWN
        examples.append(TrainingExample(str(i), str(i), ClinicalNote("x"), Encounter(setting), {CODE: ()} if known else {CODE: (), OTHER: ()}))
        document += [i, i, i]
        truth += [True, not known, False]
        confidence += [0.9, 0.5, 0.1]
    return examples, np.array(document), np.array(truth), [CODE, OTHER, THIRD] * len(settings), np.array(confidence)


def points_of(settings, config):
    *columns, confidence = pairs(settings)
    return operating_points.operating_points(*columns, confidence, config, unseen=confidence / 2)


@pytest.mark.parametrize(("each", "known", "unknown"), [(600, 0.7, 0.3), (40, 0.3, None)])
def test_settings_have_thresholds_of_their_own_where_labels_are_enough(each, known, unknown, monkeypatch):
    monkeypatch.setattr(operating_points, "FEWEST_LABELS", 500)
    settings = [Setting.OUTPATIENT] * each + [Setting.UNKNOWN] * each
    points = points_of(settings, ThresholdConfig())
    assert points.thresholds == {CodeSystem.ICD10CM: pytest.approx(known)}
    assert points.thresholds_unknown == ({} if unknown is None else {CodeSystem.ICD10CM: pytest.approx(unknown)})
    if unknown is not None:
        assert points.metrics["ICD-10-CM cross-fitted F1"] == 1
    # .9 is said, .45 unseen; right in all; .5 and .25, right in half; .1 and .05, wrong.
    assert points.metrics["ICD-10-CM ECE"] == pytest.approx((0.55 + 0.25 + 0.05) / 3, abs=1e-4)


def test_what_is_given_up_for_recall_is_given_up_where_the_setting_is_unknown_alone():
    settings = [Setting.OUTPATIENT] * 30 + [Setting.UNKNOWN] * 30
    points = points_of(settings, ThresholdConfig(unknown_slack=100))
    assert points.thresholds_unknown[CodeSystem.ICD10CM] < points.thresholds[CodeSystem.ICD10CM] == pytest.approx(0.3)


def test_for_fewer_edits_a_code_is_suggested_that_a_coder_would_replace_rather_than_look_for():
    examples = [TrainingExample(str(i), str(i), ClinicalNote("x"), Encounter(), {CODE: (), OTHER: ()}) for i in range(20)]
    document, truth, confidence = np.repeat(np.arange(20), 3), np.array([True, False, False] * 20), np.array([0.9, 0.5, 0.1] * 20)

    def threshold(first, second):
        refs = [CODE, first, second] * 20
        made = operating_points.operating_points(examples, document, truth, refs, confidence, ThresholdConfig(edits_slack=100), unseen=confidence)
        return made.thresholds[CodeSystem.ICD10CM]

    elsewhere = CodeRef(CodeSystem.ICD10CM, "K21.9")
    assert threshold(elsewhere, elsewhere) == pytest.approx(0.7)
    assert threshold(THIRD, elsewhere) == pytest.approx(0.7), "a replacement saves no edit by itself"
