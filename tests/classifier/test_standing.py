import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.classifier.standing import categories, ranks, rivalry
from app.domain.code import CodeRef, CodeSystem

MATCHES = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 12), st.integers(1, 6), st.sampled_from([0.5, 1.0, 2.0, 2.05, 4.0])), min_size=1)
CODES = st.lists(
    st.tuples(st.sampled_from(["E11", "E11.9", "E11.4", "E11.42", "E10.9", "I10", "99213"]), st.sampled_from([1.0, 2.0, 3.0])),
    min_size=1,
    unique_by=lambda drawn: drawn[0],
)


def rivals_one_by_one(matches):
    """The columns as their names say, match by match."""
    out = []
    for i, (group, begin, length, worth) in enumerate(matches):
        others = [(b, b + n, w) for k, (g, b, n, w) in enumerate(matches) if k != i and g == group and b < begin + length and begin < b + n]
        longer = [w for b, e, w in others if b <= begin and e >= begin + length and e - b > length]
        out.append(
            (
                sum(w >= 0.95 * worth for *_, w in others),
                max((w for *_, w in others), default=0.0) - worth,
                max(longer, default=0.0),
                sum(w > worth for *_, w in others),
            )
        )
    return out


@given(MATCHES)
def test_rivalry_is_what_a_look_at_every_pair_of_matches_finds(matches):
    group, begin, length, worth = (np.array(column) for column in zip(*matches, strict=True))
    assert rivalry(group, begin, begin + length, worth).tolist() == [list(row) for row in rivals_one_by_one(matches)]


@given(CODES)
def test_categories_are_what_a_look_at_every_pair_of_codes_finds(drawn):
    refs = [CodeRef(CodeSystem.CPT if code.isdigit() else CodeSystem.ICD10CM, code) for code, _ in drawn]
    worths = np.array([worth for _, worth in drawn])
    ids = np.unique([ref.code[:3] for ref in refs], return_inverse=True)[1]
    for i, (count, gap, rank, heads) in enumerate(categories(refs, ids, worths).tolist()):
        others = [k for k in range(len(refs)) if k != i and ids[k] == ids[i]]
        assert count == len(others)
        assert gap == max((worths[k] for k in others), default=0.0) - worths[i]
        assert rank == sum(worths[k] > worths[i] or (worths[k] == worths[i] and k < i) for k in others)
        assert heads == any(refs[k].code.startswith(refs[i].code) for k in others)


def test_of_equal_worth_the_first_ranks_first():
    assert ranks(np.array([1.0, 3.0, 1.0, 2.0])).tolist() == [2, 0, 3, 1]
