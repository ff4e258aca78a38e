"""Agreement of visit levels with the labels of our own charts, by family of the label.

`python -m tests.benchmarks.visits [--silent] [--show]`. `--silent` blanks what a note states of its own code, level and
decision making, so that only elements and time are left to go by. `--show` lists disagreements.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from app import assembly
from app.domain.code import CodeSystem
from app.domain.em.evaluation import EvaluationManagement
from app.domain.em.families import FAMILY_OF_CODE, rows
from app.domain.em.leveling import evaluate
from app.domain.knowledge import Chart
from app.domain.note import ClinicalNote
from app.nlp.visit.stated import stated_codes, stated_decisions, stated_level
from app.settings import Settings
from app.terminology.chart_files import load_charts


@dataclass(frozen=True, slots=True)
class Outcome:
    """A chart with the visit codes of its label and the visit that was found."""

    chart: Chart
    wanted: tuple[str, ...]
    found: EvaluationManagement | None

    @property
    def code(self) -> str:
        return "" if self.found is None or self.found.code is None else self.found.code.code

    @property
    def family(self) -> str:
        return FAMILY_OF_CODE[self.wanted[0]][0].value if self.wanted else "none"

    @property
    def exact(self) -> bool:
        return self.code in self.wanted if self.wanted else not self.code

    @property
    def near(self) -> bool:
        """The same code, or a neighbour of its own family, whether the patient is new or not."""
        if self.exact or not self.wanted or not self.code:
            return self.exact
        places = []
        for code in (self.code, self.wanted[0]):
            family, status = FAMILY_OF_CODE.get(code, (None, None))
            table = [row.code for row in rows(family, status)] if family is not None else []
            places.append((family, table.index(code) if code in table else 0))
        return places[0][0] == places[1][0] and abs(places[0][1] - places[1][1]) <= 1


def outcomes(settings: Settings, *, silent: bool) -> Iterator[Outcome]:
    """One for each chart whose label says where care was given."""
    terms = assembly.open_terms(settings)
    reader, visits = assembly.note_reader(settings, terms.knowledge), assembly.visit_reader(settings)
    for chart in load_charts(settings.data_dir / "charts", lambda code: assembly.is_billable(terms.catalog, code)):
        refs = [c.ref for c in chart.codes if c.ref.code in FAMILY_OF_CODE and c.ref.system in (CodeSystem.CPT, CodeSystem.HCPCS)]
        wanted = tuple(dict.fromkeys(ref.code for ref in refs))
        analysis = reader.read(ClinicalNote(chart.text))
        if silent:
            analysis = reader.read(ClinicalNote(_silenced(chart.text, analysis)))
        facts = visits.read(analysis, chart.encounter)
        yield Outcome(chart, wanted, None if facts is None else evaluate(facts))


def _silenced(text: str, analysis) -> str:
    spans = [c.span for c in stated_codes(analysis)]
    while True:
        spans += [found[1] for found in (stated_level(analysis), stated_decisions(analysis)) if found is not None]
        if not spans:
            return text
        for span in spans:
            text = text[: span.begin] + " " * (span.end - span.begin) + text[span.end :]
        analysis = type(analysis)(ClinicalNote(text), analysis.words, analysis.sentences, analysis.sections, analysis.scopes)
        spans = []


def speed(settings: Settings) -> float:
    """Milliseconds of computing for the visit of one chart, of its analysis as it stands."""
    terms = assembly.open_terms(settings)
    reader, visits = assembly.note_reader(settings, terms.knowledge), assembly.visit_reader(settings)
    charts = load_charts(settings.data_dir / "charts", lambda code: assembly.is_billable(terms.catalog, code))[::4]
    read = [(reader.read(ClinicalNote(chart.text)), chart.encounter) for chart in charts]
    begun = time.thread_time()
    for analysis, encounter in read:
        facts = visits.read(analysis, encounter)
        if facts is not None:
            evaluate(facts)
    return 1000 * (time.thread_time() - begun) / len(read)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--silent", action="store_true")
    parser.add_argument("--show", action="store_true")
    chosen = parser.parse_args()
    settings = Settings()
    found = list(outcomes(settings, silent=chosen.silent))
    counts: dict[str, Counter[str]] = {}
    for o in found:
        counts.setdefault(o.family, Counter()).update(
            charts=1, exact=o.exact, near=o.near, insufficient=o.found is not None and not o.code, nothing=o.found is None
        )
        if chosen.show and not o.exact:
            elements = "" if o.found is None else " ".join(f"{e.element}={e.level.words}" for e in o.found.elements)
            print(f"{o.chart.id} [{o.chart.encounter.setting}] wanted {','.join(o.wanted) or '-'} got {o.code or '-'} {elements}")
            if o.found is not None:
                print("     ", o.found.basis, o.found.family, o.found.status, o.found.missing, o.found.remarks, o.found.time)
                for e in o.found.elements:
                    print("     ", e.element, "; ".join(f"{s.kind}: {s.name}" for s in e.supports))
    print(f"{'family of the label':32}{'charts':>7}{'exact':>7}{'within one':>11}{'insufficient':>13}{'no visit':>9}")
    total: Counter[str] = Counter()
    for family, c in sorted(counts.items()):
        print(f"{family:32}{c['charts']:7}{c['exact']:7}{c['near']:11}{c['insufficient']:13}{c['nothing']:9}")
        if family != "none":
            total.update(c)
    share = {name: total[name] / total["charts"] for name in ("exact", "near")}
    print(f"{'charts with a visit':32}{total['charts']:7}{share['exact']:7.3f}{share['near']:11.3f}")
    print(f"{speed(settings):.2f} ms a chart")


if __name__ == "__main__":
    main()
