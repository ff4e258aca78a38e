from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.workbench import NARROW, WIDE, Workbench, assert_accessible, assert_fits

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "420"])
@pytest.mark.parametrize(("path", "user"), [("/sign-in", None), ("/", None), ("/try", "coder"), ("/nothing-here", "manager")])
def test_pages_are_accessible_and_fit(workbench: Workbench, path, user, size, scheme):
    watched = workbench.open(path, user, size=size, scheme=scheme)
    expect(watched.page.get_by_text("Demo mode.")).to_be_visible()
    assert_accessible(watched.page)
    assert_fits(watched.page)
    if path == "/nothing-here":
        watched.complaints.clear()
