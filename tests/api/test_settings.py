from __future__ import annotations

from pathlib import Path

from app.settings import Settings

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"


def test_every_setting_is_documented_with_its_default():
    text = DOCS.read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        rows = [line for line in text.splitlines() if line.startswith(f"| `CHARTCODER_{name.upper()}` |")]
        assert len(rows) == 1, name
        if not isinstance(field.default, Path) and field.default != "":
            assert f"| `{field.default}` |" in rows[0], name
    assert text.count("| `CHARTCODER_") == len(Settings.model_fields)
