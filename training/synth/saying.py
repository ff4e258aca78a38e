"""Ways to say facts: in sentences, in lists, or as what is suspected or planned."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.encounter import Setting
from training.synth import frames_traps as traps
from training.synth.plot import Plot
from training.synth.writing import NoteWriter, Said, facts_in


def place(w: NoteWriter, frames: Sequence[str], facts: list[Said], *, end: str = " ") -> None:
    """Say all of `facts`, each once, in sentences that take as many as are left."""
    left = list(facts)
    while left:
        frame = w.dice.pick(frames)
        for _ in range(8):
            if 0 < facts_in(frame) <= len(left):
                break
            frame = w.dice.pick(frames)
        else:
            frame = next(f for f in frames if facts_in(f) == 1)
        count = facts_in(frame)
        w.say(frame, *left[:count], end=end)
        left = left[count:]


def prose(w: NoteWriter, frames: Sequence[str], low: int, high: int) -> None:
    """Sentences that state nothing."""
    for frame in w.dice.some(frames, low, high):
        w.say(frame)


def listed(w: NoteWriter, facts: Sequence[Said], frames: Sequence[str]) -> None:
    """Facts as list items."""
    single = [f for f in frames if facts_in(f) == 1]
    for number, said in enumerate(facts, 1):
        w.line(number)
        w.say(w.dice.pick(single), said, end="")
    if facts:
        w.put("\n")


def suspected(w: NoteWriter, p: Plot) -> None:
    """What is thought of; on a ward no plain suspicion, since that may be coded there."""
    frames = traps.SUSPECTED if p.setting is not Setting.INPATIENT else traps.SUSPECTED[-24:]
    place(w, frames, p.strangers(w.dice.between(1, 3)))


def planned(w: NoteWriter, p: Plot) -> None:
    """A service that is not done today."""
    said = p.service(w.dice.pick(("surgery", "surgery", "imaging", "laboratory", "service", "vaccine")), labelled=False)
    if said is not None:
        place(w, traps.PLANNED, [said])


def had_before(w: NoteWriter, p: Plot) -> None:
    """Services of other days."""
    for _ in range(w.dice.between(1, 3)):
        said = p.service(w.dice.pick(("surgery", "surgery", "surgery", "imaging", "service")), labelled=False)
        if said is not None:
            place(w, traps.PAST_SERVICES, [said], end=w.dice.pick((" ", "\n")))


def differential(w: NoteWriter, p: Plot) -> None:
    """A list of what else it may be, under a line of its own; nothing on it is coded outside a ward."""
    w.put("\n")
    w.say(w.dice.pick(traps.DIFFERENTIAL_HEADINGS), end="\n")
    listed(w, p.strangers(w.dice.between(2, 5)), traps.DIFFERENTIAL_ITEMS)
    w.put("\n")
