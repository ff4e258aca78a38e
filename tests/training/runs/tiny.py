"""The small world of tests/training/world.py as a site that runs train on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from app.classifier import bundle_io
from app.classifier.scorer import BundleScorer
from app.domain.note import ClinicalNote
from app.domain.release import CodeRelease
from app.domain.rules.registry import CODE_RULES
from app.usecases.compose_claim import ComposeClaim
from app.usecases.level_visit import LevelVisit
from app.usecases.suggest_codes import SuggestCodes
from tests.api.fakes import FakeCatalog, FakeTerminology, FakeVisits
from tests.training import world
from training import fit as fitting
from training.work import open_work

BEGUN = datetime(2026, 1, 1)  # noqa: DTZ001  as examples have it


class Catalog(FakeCatalog):
    """The codes of the small world."""

    def find(self, ref):
        return world.CODES.get(ref)

    def get(self, ref):
        return world.CODES[ref]

    def siblings(self, ref):
        return ()


class Terminology(FakeTerminology):
    """One release of it."""

    def catalog(self, day=None):
        return Catalog({ref.system: CodeRelease(ref.system, "2026", BEGUN.date(), "0" * 64) for ref in world.CODES})


@dataclass
class TinyBench:
    models: Path
    state: Path
    charts: int = 200
    terms_digest: str = "k"

    def decided(self, until, told):
        notes = world.notes(self.charts, seed=3)
        # The small world repeats itself, and a note that stands twice is read once.
        return [replace(e, note=ClinicalNote(f"{e.note.text}\nNumber {i}."), time=BEGUN + timedelta(hours=i // 2)) for i, e in enumerate(notes)]

    def foundation(self, beside):
        made = [replace(e, id=f"f{e.id}", group=f"f{e.group}", foundation=bool(beside)) for e in world.notes(20, seed=9)]
        return made, {"charts": len(made)}

    def prepare(self, run, examples, step):
        fitting.prepare(examples, world.tools(), world.SMALL, step=step, work=self._work(run, examples))

    def build(self, run, folder, examples, trained_on, step):
        fitted = fitting.fit(examples, world.tools(), world.SMALL, step=step, work=self._work(run, examples))
        return bundle_io.write(folder, fitted.parts, replace(world.provenance(), trained_on=trained_on))

    def service(self, bundle):
        scorer = BundleScorer.open(bundle, world.CODES.get)
        return SuggestCodes(
            reader=world.LineReader(),
            sources=(world.WordSource(), *scorer.sources),
            visits=LevelVisit(FakeVisits()),
            scorer=scorer,
            terminology=Terminology(),
            rules=CODE_RULES,
            compose=ComposeClaim(()),
            max_characters=20_000,
        )

    def chapter(self, ref):
        return ref.code[0]

    def _work(self, run, examples):
        return open_work(run, examples, config=world.SMALL.model_dump_json(), knowledge=self.terms_digest)
