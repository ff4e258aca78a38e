from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from app.domain.encounter import Setting
from app.main import create_app, demo_notes
from app.settings import Settings
from tests.api.fakes import FakeOpener
from tests.api.serving import served

STATIC = Path(__file__).parents[2] / "app" / "workbench" / "static"


@pytest.fixture(scope="module")
def client():
    with served(create_app(Settings(), opener=FakeOpener())) as url, httpx.Client(base_url=url, trust_env=False) as client:
        yield client


def test_the_page_loads_nothing_from_elsewhere_and_holds_no_inline_code(client):
    html = client.get("/").text
    for address in re.findall(r'(?:src|href)="([^"]+)"', html):
        assert address.startswith(("/static/", "#", "/sign-in", "/try", "/"))
        if address.startswith("/"):
            assert client.get(address).status_code == 200
    assert re.findall(r"<script(?![^>]*src=)", html) == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=", html) == []


def test_scripts_and_styles_name_no_other_host():
    for path in STATIC.glob("*.*"):
        assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", path.read_text(encoding="utf-8")) == [], path.name


def test_static_files_are_asked_after_each_time(client):
    first = client.get("/static/workbench.js")
    assert first.headers["cache-control"] == "no-cache"
    assert client.get("/static/workbench.js", headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    for path in ("/static/../routes.py", "/static/%2e%2e/routes.py", "/static/"):
        assert client.get(path).status_code == 404


def test_ten_demo_notes_come_with_their_encounter(client):
    demos = client.get("/demo-notes").json()
    assert len(demos) == 10
    assert all(d["text"].strip() and d["setting"] in set(Setting) for d in demos)


def test_faulty_demo_notes_leave_the_page_standing(tmp_path):
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "bad.yaml").write_text("id: [", encoding="utf-8")
    assert demo_notes(Settings(data_dir=tmp_path)) == ()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_have_enough_contrast(scheme):
    css = (STATIC / "theme.css").read_text(encoding="utf-8")
    pattern = r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)"
    colours = {name: light if scheme == "light" else dark for name, light, dark in re.findall(pattern, css)}
    pairs = [(ink, ground) for ink in ("ink", "ink-soft", "accent", "good", "warn", "bad") for ground in ("panel", "sunken", "page")]
    pairs += [
        ("ink", "mark"),
        ("lit-ink", "lit"),
        ("ink", "cue"),
        ("accent-ink", "accent"),
        ("warn", "warn-soft"),
        ("bad", "bad-soft"),
        ("good", "good-soft"),
        ("accent", "accent-soft"),
        ("ink", "bar"),
        ("ink", "warn-soft"),
        ("ink", "accent-soft"),
    ]
    for ink, ground in pairs:
        assert contrast(colours[ink], colours[ground]) >= 4.5, (scheme, ink, ground)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
