"""Modifiers that the rules put on services of the claim."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping, Sequence
from dataclasses import replace

from app.domain.code import CodeRef
from app.domain.coded import CodedLine
from app.domain.finding import Finding


def modified(
    lines: Sequence[CodedLine], found: Iterable[Finding], changed: MutableMapping[CodeRef, Finding]
) -> tuple[tuple[CodedLine, ...], list[Finding]]:
    """The lines with the modifiers that findings propose and the note states, and those findings; `changed` takes up which did what.

    A modifier that a line has is not put on again. It goes behind none: one that decides on payment stands first (CMS-1500
    item 24D).
    """
    on = {line.ref: line for line in lines}
    done = []
    for finding in found:
        repair = finding.repair
        wanted = [] if repair is None or not repair.stated else [(r, m) for r, m in repair.modify if r in on and m not in on[r].modifiers]
        for ref, modifier in wanted:
            on[ref] = replace(on[ref], modifiers=(modifier, *on[ref].modifiers))
            changed[ref] = finding
        if wanted:
            done.append(finding)
    return tuple(on[line.ref] for line in lines), done
