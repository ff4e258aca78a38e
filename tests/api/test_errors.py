from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import app.cli.batch_lines
import app.cli.notes
import app.cli.opening
import app.cli.reading
import app.cli.rules
import app.cli.serve
import app.cli.worker
import app.store.maintenance  # noqa: F401  the leaves that the command line and the store add to the tree
from app.api import errors
from app.domain.errors import ChartcoderError

DOCS = Path(__file__).parents[2] / "docs" / "errors.md"


def leaves(root: type[ChartcoderError] = ChartcoderError) -> Iterator[type[ChartcoderError]]:
    below = root.__subclasses__()
    if not below:
        yield root
    for cls in below:
        yield from leaves(cls)


@pytest.mark.parametrize("leaf", sorted(leaves(), key=lambda c: c.__name__), ids=lambda c: c.__name__)
def test_every_leaf_of_the_tree_has_a_status_a_title_and_a_code_of_its_own(leaf):
    status = errors.status_of(leaf)
    assert 400 <= status <= 599
    assert status in errors._TITLES
    assert "code" in vars(leaf)


def test_codes_are_unique():
    codes = [leaf.code for leaf in leaves()] + [p.code for p in errors.HTTP_PROBLEMS]
    assert len(codes) == len(set(codes))


def test_a_value_error_is_a_bug_and_not_in_the_table():
    assert not any(issubclass(ValueError, cls) or issubclass(cls, ValueError) for cls in errors.STATUSES)


def test_every_code_is_documented():
    text = DOCS.read_text(encoding="utf-8")
    for code in [*(leaf.code for leaf in leaves()), *(p.code for p in errors.HTTP_PROBLEMS)]:
        assert f"`{code}`" in text, code
