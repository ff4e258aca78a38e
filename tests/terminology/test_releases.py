from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.domain.code import Code, CodeRef, CodeSystem, Laterality
from app.domain.errors import CodeNotFound, ReleaseNotFound, ReleaseRefused
from app.domain.release import in_force
from app.terminology.catalog import ReleaseTerminology
from app.terminology.releases import ReleaseStore

ICD, CPT = CodeSystem.ICD10CM, CodeSystem.CPT
KNEE = Code(
    CodeRef(ICD, "M17.11"),
    "Unilateral primary osteoarthritis, right knee",
    parent="M17.1",
    chapter="13",
    inclusion_terms=("Gonarthrosis",),
    excludes1=("osteoarthritis of spine (M47.-)",),
    code_first=("underlying disease",),
    seventh_characters={"A": "initial encounter"},
)
HEADING = Code(CodeRef(ICD, "M17.1"), "Unilateral primary osteoarthritis of knee", billable=False, children=("M17.11",))
INJECTION = Code(CodeRef(CPT, "20610"), "injection", units=2, dose="10 mg", laterality=Laterality.SIDE, modifiers=("RT", "LT"))


@pytest.fixture
def store(tmp_path: Path) -> ReleaseStore:
    return ReleaseStore(tmp_path / "releases")


def test_a_release_gives_back_every_field_of_its_codes_in_their_order(store: ReleaseStore) -> None:
    opened = store.open(store.write(ICD, "2026", date(2025, 10, 1), [HEADING, KNEE]))
    assert opened.all() == [HEADING, KNEE]
    assert opened.find("M17.11") == KNEE
    assert opened.find("M17.99") is None
    services = store.open(store.write(CPT, "2026", date(2026, 1, 1), [INJECTION]))
    assert services.all() == [INJECTION]


def test_the_digest_names_the_content_and_nothing_else(store: ReleaseStore) -> None:
    first = store.write(ICD, "a", date(2025, 10, 1), [HEADING, KNEE])
    assert store.write(ICD, "b", date(2026, 4, 1), [HEADING, KNEE]).digest == first.digest
    assert store.write(ICD, "c", date(2026, 4, 1), [KNEE, HEADING]).digest != first.digest


def test_a_release_of_the_same_name_is_replaced(store: ReleaseStore) -> None:
    store.write(ICD, "2026", date(2025, 10, 1), [HEADING])
    store.write(ICD, "2026", date(2025, 10, 1), [KNEE])
    (release,) = store.releases()
    assert store.open(release).all() == [KNEE]


def test_a_write_that_fails_leaves_the_old_release_and_no_trace(store: ReleaseStore, tmp_path: Path) -> None:
    store.write(ICD, "2026", date(2025, 10, 1), [KNEE])

    def failing() -> Iterator[Code]:
        yield HEADING
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError):
        store.write(ICD, "2026", date(2025, 10, 1), failing())
    (release,) = store.releases()
    assert store.open(release).all() == [KNEE]
    assert [p.name for p in (tmp_path / "releases" / "ICD-10-CM").iterdir()] == ["2026"]


def test_a_damaged_or_missing_code_file_is_refused_with_the_release_named(store: ReleaseStore, tmp_path: Path) -> None:
    release = store.write(ICD, "2026", date(2025, 10, 1), [KNEE])
    file = tmp_path / "releases" / "ICD-10-CM" / "2026" / "codes.sqlite"
    file.write_bytes(b"not a database, whatever its name says" * 20)
    with pytest.raises(ReleaseRefused, match="ICD-10-CM 2026"):
        store.open(release)
    file.unlink()
    with pytest.raises(ReleaseRefused):
        store.open(release)


def test_a_damaged_release_json_is_refused(store: ReleaseStore, tmp_path: Path) -> None:
    store.write(ICD, "2026", date(2025, 10, 1), [KNEE])
    (tmp_path / "releases" / "ICD-10-CM" / "2026" / "release.json").write_text("{")
    with pytest.raises(ReleaseRefused, match=r"release\.json"):
        store.releases()


def test_a_release_of_another_schema_is_not_listed(store: ReleaseStore, tmp_path: Path) -> None:
    store.write(ICD, "2026", date(2025, 10, 1), [KNEE])
    file = tmp_path / "releases" / "ICD-10-CM" / "2026" / "release.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"schema": 0}))
    assert store.releases() == []


def test_the_release_in_force_is_the_newest_that_has_begun(store: ReleaseStore) -> None:
    old, new = store.write(ICD, "2025", date(2024, 10, 1), [HEADING]), store.write(ICD, "2026", date(2025, 10, 1), [KNEE])
    releases = store.releases()
    assert in_force(releases, ICD, date(2025, 9, 30)) == old
    assert in_force(releases, ICD, date(2025, 10, 1)) == new
    assert in_force(releases, ICD, None) == new
    with pytest.raises(ReleaseNotFound, match="2025"):
        in_force(releases, ICD, date(2024, 9, 30))
    with pytest.raises(ReleaseNotFound, match="none"):
        in_force(releases, CPT, None)


def test_catalogs_of_different_days_stand_side_by_side(store: ReleaseStore) -> None:
    store.write(ICD, "2025", date(2024, 10, 1), [HEADING])
    store.write(ICD, "2026", date(2025, 10, 1), [HEADING, KNEE])
    store.write(CPT, "2026", date(2026, 1, 1), [INJECTION])
    terminology = ReleaseTerminology(store)
    before, after = terminology.catalog(date(2025, 1, 1)), terminology.catalog(date(2026, 5, 1))
    assert before.find(KNEE.ref) is None
    assert after.get(KNEE.ref) == KNEE
    assert set(before.releases) == {ICD}
    assert {s: r.name for s, r in after.releases.items()} == {ICD: "2026", CPT: "2026"}
    assert before.all(CPT) == []
    with pytest.raises(CodeNotFound, match=r"M17\.11"):
        before.get(KNEE.ref)
    assert terminology.catalog(date(2026, 6, 1)) is after


def test_an_index_belongs_to_its_release_and_is_part_of_what_its_digest_names(store: ReleaseStore) -> None:
    bare = store.write(ICD, "2026", date(2025, 10, 1), [HEADING, KNEE])
    assert store.open(bare).index_terms() == []
    indexed = store.write_index(bare, [("gonarthrosis right", "M17.11")])
    assert store.releases() == [indexed]
    assert indexed.digest != bare.digest
    assert store.open(indexed).index_terms() == [("gonarthrosis right", "M17.11")]
    assert ReleaseTerminology(store).catalog().index_terms() == [("gonarthrosis right", "M17.11")]
    assert store.write(ICD, "2026", date(2025, 10, 1), [HEADING, KNEE]) == bare
    assert store.open(bare).index_terms() == []


def test_a_damaged_index_is_refused(store: ReleaseStore, tmp_path: Path) -> None:
    release = store.write_index(store.write(ICD, "2026", date(2025, 10, 1), [KNEE]), [("words", "M17.11")])
    (tmp_path / "releases" / "ICD-10-CM" / "2026" / "index.json").write_text("[[")
    with pytest.raises(ReleaseRefused, match="index"):
        store.open(release).index_terms()


def test_an_index_for_a_release_that_is_not_there_is_refused(store: ReleaseStore, tmp_path: Path) -> None:
    release = store.write(ICD, "2026", date(2025, 10, 1), [KNEE])
    (tmp_path / "releases" / "ICD-10-CM" / "2026" / "release.json").unlink()
    with pytest.raises(ReleaseRefused):
        store.write_index(release, [("words", "M17.11")])


def test_threads_may_share_an_open_release(store: ReleaseStore) -> None:
    codes = [Code(CodeRef(ICD, f"A{i:02}.{j}"), f"title {i} {j}") for i in range(100) for j in range(10)]
    opened = store.open(store.write(ICD, "2026", date(2025, 10, 1), codes))
    wrong: list[str] = []

    def read() -> None:
        wrong.extend(c.ref.code for c in codes if opened.find(c.ref.code) != c)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
