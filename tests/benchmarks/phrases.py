"""Every phrase of the data files in plain sentences: how many find their code, how many are kept back when denied, planned or past.

python -m tests.benchmarks.phrases [--list]
"""

from __future__ import annotations

import sys

from app import assembly
from app.settings import Settings
from tests.knowledge.statements import Said, failing, statements


def main(arguments: list[str]) -> None:
    settings = Settings()
    terms = assembly.open_terms(settings)
    service = assembly.suggest_codes(settings, terms)
    every = statements(terms.knowledge, every_phrase=True)
    for said in Said:
        asked = every if said in {Said.STATED, Said.DENIED} else [s for s in every if s.is_service]
        if said is Said.DENIED:
            # "No appetite" is nowhere denied by another "no".
            asked = [s for s in asked if s.denial or not s.is_denial]
        failed = list(failing(service, asked, said))
        print(f"{said:8} {len(asked):6} phrases, {len(failed):4} fail", flush=True)
        for statement in failed if "--list" in arguments else ():
            print(f"  {statement.ref.code:9} {statement.sentence(said)}", end="")


if __name__ == "__main__":
    main(sys.argv[1:])
