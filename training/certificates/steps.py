"""The steps of a certification. Each can be done again from its beginning without doing anything twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from app.domain.audit import Actor
from app.domain.automation.audited import AuditedDraft, digest_of
from app.domain.automation.certificate import Certificate
from app.domain.automation.guarantee import Guarantee
from app.domain.code import CodeSystem
from app.domain.model_errors import ModelRefused
from app.domain.people import COMMAND_LINE
from app.domain.training_run import RunStatus, RunStep, RunTrigger, TrainingRun
from app.store.codec import from_json, to_json
from app.usecases.automation.audited import ReadAudited
from app.usecases.automation.manage import ManageAutomation
from app.usecases.charts.desk import Desk
from app.usecases.models.shelf import Shelf
from app.usecases.records.unit_of_work import Work
from training.certificates.issue import Certified, certificates, told, why_none
from training.certificates.slices import Aim, Tests, run
from training.certificates.thresholds import fewest_charts
from training.progress import Step

Outcome = Mapping[str, Any]
Say = Callable[[str], None]


class Releases(Protocol):
    """The code releases in use."""

    def __call__(self) -> Mapping[CodeSystem, str]:
        """Code system → name of its release. Raises ReleaseRefused."""
        ...


class CertifySteps:
    """Does the steps of certifications on one site."""

    def __init__(self, work: Work, shelf: Shelf, releases: Releases) -> None:
        self._work, self._shelf, self._releases = work, shelf, releases

    def do(self, name: RunStep, run: TrainingRun, before: Mapping[RunStep, Outcome], step: Step, say: Say) -> Outcome:
        """One step after those `before`. Raises what the domain raises."""
        if name is RunStep.TEST:
            return self._test(run, step, say)
        return self._issue(run, before[RunStep.TEST], say)

    def result(self, run: TrainingRun, before: Mapping[RunStep, Outcome]) -> tuple[str, dict[str, object]]:
        """The bundle that was certified, and what came out."""
        tested, issued = before[RunStep.TEST], before[RunStep.ISSUE]
        return run.bundle_id, {**{name: value for name, value in tested.items() if name != "certificates"}, **issued}

    def forget(self, run: TrainingRun) -> None:
        """A certification leaves nothing on disk."""

    def _test(self, run_: TrainingRun, step: Step, say: Say) -> Outcome:
        self._serving(run_)
        guarantee = run_.guarantee or Guarantee()
        told_share = step("Reading the charts of random audits")
        drafts = ReadAudited(self._work)(run_.bundle_id, self._releases(), until=run_.requested_at)
        told_share(1.0)
        look = self._look(run_, drafts)
        aim = Aim(guarantee.target, guarantee.confidence_level, simultaneous=guarantee.simultaneous, spent=spent(look))
        step("Testing thresholds")(0.0)
        tests = run(drafts, aim)
        made = certificates(tests, aim, run_.bundle_id, self._releases(), run_.requested_at, by=run_.by, days=guarantee.days, of=run_.id)
        for line in told(Certified(len(drafts), tuple(tests), tuple(made)), aim):
            say(line.strip())
        return {
            "charts": len(drafts),
            "digest": digest_of(drafts),
            "look": look,
            "settings": [_of_setting(t, aim) for t in tests],
            "certificates": [to_json(c, Certificate) for c in made],
        }

    def _issue(self, run_: TrainingRun, tested: Outcome, say: Say) -> Outcome:
        self._serving(run_)
        made = [from_json(raw, Certificate) for raw in tested["certificates"]]
        if made:
            ManageAutomation(Desk(self._work, time.time)).issue(Actor(COMMAND_LINE), made, run_id=run_.id)
            say(f"{len(made)} certificates issued; a manager switches slices on")
        return {"issued": [c.id for c in made]}

    def _serving(self, run_: TrainingRun) -> None:
        champion = self._shelf.pointer().champion
        if champion != run_.bundle_id:
            raise ModelRefused(f"{champion or 'none'} serves by now, and {run_.bundle_id} was to be certified: ask for a certification anew")
        self._shelf.check(run_.bundle_id)

    def _look(self, run_: TrainingRun, drafts: list[AuditedDraft]) -> int:
        """Which look at the growing audits of the bundle this is, counted from 1; 0 for one that a person asked for."""
        if run_.trigger is RunTrigger.PERSON:
            return 0
        guarantee = run_.guarantee or Guarantee()
        # Where no slice can have charts enough nothing was tested, and the same charts tested again are no new test.
        least, digest = fewest_charts(guarantee.target, guarantee.confidence_level), digest_of(drafts)
        with self._work() as work:
            earlier = [
                r
                for r in work.runs.certifications(run_.bundle_id)
                if r.requested_at < run_.requested_at and r.status is RunStatus.SUCCEEDED and r.trigger is not RunTrigger.PERSON
            ]
        looks: dict[str, int] = {}
        for r in earlier:
            if int(str(r.result["charts"])) >= least:
                looks.setdefault(str(r.result["digest"]), len(looks) + 1)
        return looks.get(digest, len(looks) + 1)


def spent(look: int) -> float:
    """The part of the probability of an error that a look by policy may use: 1/2, 1/6, 1/12 and so on, which is 1 over all looks.

    However often the policy looks at the audits of a bundle, all its looks together keep the promise of one. A look that a person
    asks for (0) is a test of its own.
    """
    return 1.0 if look == 0 else 1 / (look * (look + 1))


def _of_setting(tests: Tests, aim: Aim) -> dict[str, object]:
    return {
        "setting": tests.setting.value,
        "charts": len(tests.charts),
        "slices": [
            {
                "slice": t.slice.name,
                "patients": t.patients,
                "threshold": None if t.threshold is None else t.threshold.value,
                "selected": 0 if t.threshold is None else t.threshold.selected,
                "right": 0 if t.threshold is None else t.threshold.right,
                "why": why_none(t, tests, aim) if t.threshold is None else "",
            }
            for t in tests.slices
        ],
        "missed": {"charts": tests.missed.charts, "incomplete": tests.missed.incomplete, "upper": tests.missed.upper},
    }
