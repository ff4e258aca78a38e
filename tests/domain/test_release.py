from datetime import date

import pytest

from app.domain.code import CodeSystem
from app.domain.errors import ReleaseNotFound
from app.domain.release import CodeRelease, in_force

OLD = CodeRelease(CodeSystem.ICD10CM, "2025", date(2024, 10, 1), "a")
NEW = CodeRelease(CodeSystem.ICD10CM, "2026", date(2025, 10, 1), "b")
CPT = CodeRelease(CodeSystem.CPT, "2026", date(2026, 1, 1), "c")


@pytest.mark.parametrize(
    ("day", "release"),
    [(date(2024, 10, 1), OLD), (date(2025, 9, 30), OLD), (date(2025, 10, 1), NEW), (date(2030, 1, 1), NEW), (None, NEW)],
)
def test_the_release_of_the_date_of_service_is_in_force(day, release):
    assert in_force([NEW, CPT, OLD], CodeSystem.ICD10CM, day) is release


def test_a_date_before_every_release_names_those_that_are_loaded():
    with pytest.raises(ReleaseNotFound, match=r"2025 \(from 2024-10-01\)"):
        in_force([NEW, OLD], CodeSystem.ICD10CM, date(2020, 1, 1))
