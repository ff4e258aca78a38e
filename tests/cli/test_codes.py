"""`chartcoder codes` answers without the libraries that read notes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from app.settings import Settings

_RUN = """
import sys
from app.cli import run
status = run(sys.argv[1:])
print("loaded:", *sorted({"sklearn", "spacy", "scipy", "sqlalchemy"} & set(sys.modules)))
sys.exit(status)
"""


@pytest.mark.parametrize(("command", "shown"), [(("show", "E11.9"), "Type 2 diabetes mellitus"), (("search", "heart attack"), "I21")])
def test_codes_are_shown_and_found_without_waiting_for_what_reads_notes(settings: Settings, command: tuple[str, str], shown: str) -> None:
    environment = {"CHARTCODER_STATE_DIR": str(settings.state_dir), "PYTHONPATH": str(settings.data_dir.parent)}
    done = subprocess.run([sys.executable, "-c", _RUN, "codes", *command], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert shown in done.stdout
    assert done.stdout.splitlines()[-1] == "loaded:"
