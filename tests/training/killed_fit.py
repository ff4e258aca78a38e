"""Fits the small world in a process of its own, and kills it in the middle: FOLDER, and where (`note 33`, `Computing features`, ..., or `never`)."""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from app.classifier import bundle_io
from app.domain.note import ClinicalNote
from tests.training import world
from training import fit as fitting
from training.work import open_work


def main(folder: Path, where: str) -> None:
    read = []

    class Reader(world.LineReader):
        def read(self, note):
            read.append(note)
            if where == f"note {len(read)}":
                os.kill(os.getpid(), signal.SIGKILL)
            return super().read(note)

    def step(name):
        def told(share):
            if name == where and share >= 0.5:
                os.kill(os.getpid(), signal.SIGKILL)

        return told

    # The small world repeats itself, and a note that stands twice is read once.
    examples = [replace(e, note=ClinicalNote(f"{e.note.text}\nNumber {i}.")) for i, e in enumerate(world.notes(60))]
    tools = world.tools()
    tools = fitting.Tools(Reader(), tools.sources, tools.find)
    work = open_work(folder / "state", examples, config=world.SMALL.model_dump_json(), knowledge="k")
    fitted = fitting.fit(examples, tools, world.SMALL, step=step, work=work)
    path = bundle_io.write(folder / "models", fitted.parts, world.provenance())
    sys.stdout.write(f"{path.name} {len(read)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
