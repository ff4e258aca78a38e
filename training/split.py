"""Parts for training, tuning and testing: by patient, then by time, never by row."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from random import Random
from typing import NamedTuple

PARTS = ("train", "dev", "test")


class Order(StrEnum):
    """How patients are dealt out: the latest documents are measured on, or chance decides."""

    TIME = "time"
    RANDOM = "random"


class Document(NamedTuple):
    """What a split needs to know of a document."""

    id: str
    patient: str
    time: datetime | None


class Plan(NamedTuple):
    """`parts`: for each document its index in PARTS, or -1 where it is left out. `cuts`: when dev and test begin; empty for a random split."""

    order: Order
    parts: list[int]
    cuts: tuple[datetime, ...]


def by_time(documents: Sequence[Document], *, dev: float, test: float) -> Plan:
    """The latest share of the documents is for testing, the share before it for tuning; every document must have a time.

    A patient belongs to the part of the latest document. Earlier documents of such a patient are left out: in training they
    would give the patient away, and as a test they would be of a time that training knows.
    """
    times = sorted(d.time for d in documents if d.time is not None)
    cuts = tuple(times[min(round(len(times) * share), len(times) - 1)] for share in (1 - dev - test, 1 - test))
    own = [bisect_right(cuts, d.time) if d.time is not None else 0 for d in documents]
    latest: dict[str, int] = {}
    for document, part in zip(documents, own, strict=True):
        latest[document.patient] = max(part, latest.get(document.patient, 0))
    parts = [part if part == latest[d.patient] else -1 for d, part in zip(documents, own, strict=True)]
    return Plan(Order.TIME, parts, cuts)


def by_chance(documents: Sequence[Document], *, dev: float, test: float, seed: int) -> Plan:
    """Patients in an order drawn from `seed`, whatever the order of the documents, until each part has its share of documents."""
    sizes = Counter(d.patient for d in documents)
    names = sorted(sizes)
    part_of: dict[str, int] = {}
    wanted = {2: test * len(documents), 1: dev * len(documents)}
    filled = Counter[int]()
    for i in Random(seed).sample(range(len(names)), len(names)):  # noqa: S311  no secret is drawn
        part = next((p for p, share in wanted.items() if filled[p] + sizes[names[i]] / 2 <= share), 0)
        part_of[names[i]] = part
        filled[part] += sizes[names[i]]
    return Plan(Order.RANDOM, [part_of[d.patient] for d in documents], ())


def as_one_patient(documents: Sequence[Document], pairs: Sequence[tuple[int, int]]) -> list[Document]:
    """The documents with the patients of each pair (two indices) made one."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.get(name, name) != name:
            parent[name] = parent.get(parent[name], parent[name])
            name = parent[name]
        return name

    for a, b in pairs:
        first, second = sorted((root(documents[a].patient), root(documents[b].patient)))
        parent[second] = first
    return [d._replace(patient=root(d.patient)) for d in documents]


def summary(documents: Sequence[Document], plan: Plan) -> Mapping[str, Mapping[str, object]]:
    """Of each part: documents, patients, and the times of the first and last document where they are known."""
    out = {}
    for number, name in enumerate(PARTS):
        chosen = [d for d, part in zip(documents, plan.parts, strict=True) if part == number]
        times = [d.time for d in chosen if d.time is not None]
        row: dict[str, object] = {"documents": len(chosen), "patients": len({d.patient for d in chosen})}
        out[name] = row | ({"from": min(times).isoformat(), "to": max(times).isoformat()} if times else {})
    return out
