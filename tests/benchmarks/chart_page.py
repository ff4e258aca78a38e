"""The chart page with a long note and many codes: `python -m tests.benchmarks.chart_page`.

What the server does until a chart is open, and in Chromium the time from a key press to the painted next code. SQLite in a
temporary folder; the suggestions are stored, as they are in work. Run it on a quiet machine.
"""

from __future__ import annotations

import copy
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from app.domain.assertion import ASSERTED
from app.domain.candidate import Evidence
from app.domain.code import CodeRef, CodeSystem
from app.domain.encounter import Encounter, Setting, Sex
from app.domain.note import ClinicalNote, TextSpan
from app.domain.suggestion import Alternative, CodingDraft, Status, Suggestion
from app.usecases.charts.submit import Submission, TitledNote
from app.usecases.suggest_codes import SuggestionRequest
from tests.api.fakes import MANIFEST
from tests.browser.workbench import _EHR as EHR
from tests.browser.workbench import PASSWORD, WIDE, Workbench, workbench_over

CHARACTERS, CODES = 20_000, 40
EVIDENCE, ALTERNATIVES = 4, 4
ROUNDS = 100
_LINE = "Assessment {i}: condition {i} as before, follow-up in {i} weeks; continue the present medication and call with any change. "
_TIMED = """
() => {
  window.painted = [];
  document.addEventListener("keydown", (event) => {
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => window.painted.push(performance.now() - event.timeStamp);
      channel.port2.postMessage(0);
    });
  }, true);
}
"""
_WAITS = "(n) => new Promise((resolve) => { const look = () => (window.painted.length > n ? resolve() : setTimeout(look, 2)); look(); })"


def text_of(characters: int) -> str:
    """An invented note of so many characters."""
    lines = "".join(_LINE.format(i=i) + ("\n" if i % 3 else "\n\n") for i in range(characters // 60))
    return lines[:characters]


class Drafts:
    """Suggests as many codes as it is told, with evidence spread over the note."""

    bundle = MANIFEST

    def __init__(self, codes: int) -> None:
        self._codes = codes

    def __call__(self, request: SuggestionRequest) -> CodingDraft:
        """The draft."""
        length = len(request.note.text)
        made = tuple(self._suggestion(i, length) for i in range(self._codes))
        releases = {CodeSystem.ICD10CM: "2026-04"}
        return CodingDraft(request.encounter, MANIFEST.bundle_id, releases, made)

    def _suggestion(self, i: int, length: int) -> Suggestion:
        status = Status.SUGGESTED if i % 8 < 5 else Status.CANDIDATE if i % 8 < 7 else Status.SUPPRESSED
        begins = [(i * 487 + j * length // EVIDENCE) % (length - 30) for j in range(EVIDENCE)]
        evidence = tuple(Evidence(TextSpan(begin, begin + 18), "assessment", ASSERTED) for begin in begins)
        others = tuple(Alternative(_ref(1000 + 10 * i + j), f"another condition {j} in place of {i}", 0.1) for j in range(ALTERNATIVES))
        reason = "the note says it is absent" if status is Status.SUPPRESSED else ""
        return Suggestion(
            _ref(i), f"condition {i}, as it is called in full in the classification", 0.9 - i / 100, status, evidence, others,
            reasons=("stated under assessment", "in 4 places"), rule="negated" if reason else "", reason=reason,
        )  # fmt: skip


def _ref(i: int) -> CodeRef:
    return CodeRef(CodeSystem.ICD10CM, f"{'ABCDEFGHIJKLMN'[i // 100 % 14]}{i % 100:02}.{i // 100 % 10}")


def submitted(workbench: Workbench, characters: int, codes: int) -> str:
    """The id of a new chart."""
    submit = copy.copy(workbench.workflow.submit)
    submit._suggest = Drafts(codes)
    encounter = Encounter(Setting.OUTPATIENT, Sex.FEMALE, 67)
    given = Submission(encounter, (TitledNote(ClinicalNote(text_of(characters)), "Progress note"),), f"{codes} codes")
    return submit.submit(EHR, given).chart.id


def milliseconds(call: Callable[[], object], rounds: int, clock: Callable[[], float] = time.perf_counter) -> list[float]:
    """How long each of the calls took by a clock in seconds."""
    taken = []
    for _ in range(rounds):
        begin = clock()
        call()
        taken.append(1000 * (clock() - begin))
    return taken


def opening(workbench: Workbench, chart: str, rounds: int = ROUNDS, clock: Callable[[], float] = time.perf_counter) -> list[float]:
    """Milliseconds of the server until a chart is open: its page, the encounter, the basis. The client asks in the same process."""
    with httpx.Client(base_url=workbench.url, trust_env=False, verify=False) as client:
        client.post("/v1/session", json={"user": "coder", "password": PASSWORD}).raise_for_status()

        def whole() -> None:
            for path in (f"/charts/{chart}", f"/v1/encounters/{chart}", f"/v1/encounters/{chart}/basis"):
                client.get(path).raise_for_status()

        whole()
        return milliseconds(whole, rounds, clock)


def painting(page: Page, keys: str) -> list[float]:
    """Milliseconds from each key press to the next paint."""
    page.wait_for_selector('#main[aria-busy="false"]')
    page.wait_for_selector('#saving[data-state="saved"]')
    page.evaluate(_TIMED)
    for i, key in enumerate(keys):
        page.keyboard.press(key)
        page.evaluate(_WAITS, i)
    return list(page.evaluate("window.painted"))


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium without a window."""
    from tests.browser.conftest import CHROMIUM, SWITCHES

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=SWITCHES)
        yield browser
        browser.close()


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20)[-1]


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser, workbench_over(Path(folder), browser) as workbench:
        for characters, codes in ((1_000, 4), (CHARACTERS, CODES)):
            chart = submitted(workbench, characters, codes)
            served = opening(workbench, chart)
            computed = statistics.median(opening(workbench, chart, clock=time.process_time))
            times = f"open p50 {statistics.median(served):.1f} ms, p95 {p95(served):.1f} ms; computing p50 {computed:.1f} ms"
            print(f"{characters:,} characters, {codes} codes: {times}")
            page = workbench.page(f"/charts/{chart}", "coder", size=WIDE)
            for name, keys in (("next code", "jk" * 20), ("accept and next", "a" * 20), ("undo", "u" * 15)):
                painted = painting(page, keys)
                print(f"  key press to paint, {name}: p50 {statistics.median(painted):.1f} ms, p95 {p95(painted):.1f} ms, most {max(painted):.1f} ms")
                page.reload()


if __name__ == "__main__":
    main()
