"""Checks on the shape of the repository that import contracts can't express."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TRACKED = [ROOT / p for p in subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()]
TEXT = [p for p in TRACKED if p.is_file() and p.suffix not in {".png", ".lock"}]
EXPECTED = {
    "app",
    "models",
    "training",
    "data",
    "tests",
    "docs",
    ".ci",
    "Dockerfile",
    "pyproject.toml",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
}
EXPECTED |= {"compose.yaml", ".gitignore", ".dockerignore", "requirements.lock", "requirements-dev.lock"}


def test_the_top_level_holds_only_what_a_reader_expects():
    assert {p.relative_to(ROOT).parts[0] for p in TRACKED} <= EXPECTED


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "misc"])
def test_no_module_is_a_drawer_for_everything(name):
    assert not [p for p in TRACKED if p.stem == name or name in p.parts]


def test_nothing_is_left_to_do_in_the_code():
    words = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    left = [p for p in TEXT if p.parts[len(ROOT.parts)] in {"app", "training"} and words.search(p.read_text(encoding="utf-8", errors="ignore"))]
    assert left == []


def test_models_hold_no_code_and_the_lock_names_no_index():
    assert not [p for p in TRACKED if p.suffix == ".py" and "models" in p.parts[: len(ROOT.parts) + 1]]
    assert not re.search(r"https?://|--index|--find-links", (ROOT / "requirements.lock").read_text() + (ROOT / "requirements-dev.lock").read_text())


def test_modules_stay_small():
    sizes = {
        p: len(p.read_text(encoding="utf-8").splitlines()) for p in TEXT if p.suffix == ".py" and p.parts[len(ROOT.parts)] in {"app", "training"}
    }
    assert max(sizes.values()) <= 400, max(sizes, key=sizes.__getitem__)
    assert sorted(sizes.values())[len(sizes) // 2] <= 130


def test_no_fetched_resource_in_pages():
    pages = [p for p in TEXT if "workbench" in p.parts and p.suffix in {".html", ".js", ".css"}]
    assert pages
    assert not [p for p in pages if re.search(r"(src|href|url)\s*[=(]\s*[\"']?(https?:)?//", p.read_text(encoding="utf-8"))]
