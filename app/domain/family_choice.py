"""From the details of a note to the members of a family that it supports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import product

from app.domain.encounter import Encounter
from app.domain.family import AGE, Chosen, Detail, Family, Unknown, added, choose, shown, with_margins
from app.domain.nearness import Nearness
from app.domain.note import TextSpan

_AND = " and "
_MUSCLES, _MUSCLE = "muscles", "muscle"
_LIFE_STAGE = "life stage"
_Value = tuple[float | str, str, tuple[TextSpan, ...]]


def members_supported(family: Family, mentions: Sequence[TextSpan], near: Nearness, encounter: Encounter) -> list[Chosen] | Unknown:
    """Members for all mentions, each once. Mentions that lack a detail are passed over where others have it (a heading, a summary).

    Unknown when no mention tells enough and the family has no default.
    """
    if family.total:
        return _totals(family, mentions, near, encounter)
    tries = [(known, choose(family, known)) for mention in mentions for known in _known(family, mention, near, encounter)]
    found: dict[Chosen, int] = {}
    for known, chosen in tries:
        for one in [] if isinstance(chosen, Unknown) else chosen:
            found[one] = max(found.get(one, 0), len(known))
    if not found:
        return next((chosen for _, chosen in tries if isinstance(chosen, Unknown)), [])
    # What says most decides; what was chosen for want of words gives way.
    most = max(found.values())
    kept: dict[object, Chosen] = {}
    for one, words in found.items():
        if words == most and (one.ref not in kept or one.units > kept[one.ref].units):
            kept[one.ref] = one
    return list(kept.values())


def _known(family: Family, mention: TextSpan, near: Nearness, encounter: Encounter) -> Iterator[Mapping[str, _Value]]:
    wanted = {*family.by, *(f.of for f in family.further.values())}
    values: dict[str, list[_Value]] = {}
    for dimension in wanted:
        if dimension == AGE:
            values[dimension] = _age(mention, near, encounter)
            continue
        values[dimension] = _values(family, dimension, mention, near)
    dimensions = [d for d in wanted if values[d]]
    for combination in product(*(values[d] for d in dimensions)):
        yield dict(zip(dimensions, combination, strict=True))


def _age(mention: TextSpan, near: Nearness, encounter: Encounter) -> list[_Value]:
    """The age of the patient, else of whom the words beside the service speak: "pediatric", "birth dose"."""
    if encounter.age is not None:
        return [(float(encounter.age), f"{encounter.age}", ())]
    return [(float(d.value), near.quote(d.span), (d.span,)) for d in near.sentence(_LIFE_STAGE, mention, beside=False)[:1]]


def _values(family: Family, dimension: str, mention: TextSpan, near: Nearness) -> list[_Value]:
    if dimension == "size":
        return _sizes(family, mention, near)
    if dimension in family.several:
        # "Colonoscopy" in the title, "snare" in the text: everything that was done.
        unique = {d.value: d for d in reversed(near.of_service(dimension, mention)) if family.asks(dimension, d.value)}
        return [_told(d) for d in sorted(unique.values(), key=lambda d: d.span)]
    both = _both(family, dimension, near)
    if both is not None:
        return [both]
    found = near.sentence(dimension, mention, beside=False) if dimension in family.close else near.around(dimension, mention)
    if not found and dimension == _MUSCLES:
        named = {d.value: d for d in near.sentence(_MUSCLE, mention)}
        return [(float(len(named)), ", ".join(map(str, named)), tuple(d.span for d in named.values()))] if named else []
    if found and dimension in family.farthest:
        return [_told(max(near.ring(dimension, mention), key=partial(_rank, family)))]
    return [_told(found[0])] if found else []


def _both(family: Family, dimension: str, near: Nearness) -> _Value | None:
    """A member's value "right and left", where the note says right and says left."""
    for wanted in dict.fromkeys(m.when.get(dimension) for m in family.members):
        if isinstance(wanted, str) and _AND in wanted:
            parts = {d.value: d for d in reversed(near.all(dimension))}
            if all(part in parts for part in wanted.split(_AND)):
                return wanted, wanted, tuple(parts[part].span for part in wanted.split(_AND))
    return None


def _rank(family: Family, detail: Detail) -> int:
    return family.rank(detail.dimension, detail.value)


def _sizes(family: Family, mention: TextSpan, near: Nearness) -> list[_Value]:
    excised = near.around("excised", mention)
    if excised:
        return [_told(excised[0], " cm excised")]
    found = near.around("size", mention)
    if not found:
        return []
    return [with_margins(found[0], near.around("margin", mention)[:1] if family.margins else ())]


def _told(detail: Detail, unit: str = "") -> _Value:
    return detail.value, detail.value if isinstance(detail.value, str) else f"{shown(detail.value)}{unit}", (detail.span,)


def _totals(family: Family, mentions: Sequence[TextSpan], near: Nearness, encounter: Encounter) -> list[Chosen] | Unknown:
    """Amounts of one class and site are added; the same amount at the same site is one told twice."""
    groups: dict[tuple[float | str, ...], tuple[dict[str, _Value], list[Detail]]] = {}
    for mention in mentions:
        for amount in near.sentence(family.total, mention) or near.around(family.total, mention)[:1]:
            known = _beside(family, amount, mention, near)
            _, group = groups.setdefault(tuple(value for value, _, _ in known.values()), (known, []))
            if amount not in group and all(amount.value != other.value or _apart(amount, other, near) for other in group):
                group.append(amount)
    tries = [choose(family, {**known, family.total: added(amounts)}) for known, amounts in groups.values()]
    if not tries:
        tries = [choose(family, known) for mention in mentions[:1] for known in _known(family, mention, near, encounter)]
    out = {one.ref: one for chosen in tries if not isinstance(chosen, Unknown) for one in chosen}
    return list(out.values()) or next((chosen for chosen in tries if isinstance(chosen, Unknown)), [])


def _beside(family: Family, amount: Detail, mention: TextSpan, near: Nearness) -> dict[str, _Value]:
    """What the note says of one amount: by its own sentence before what is said around the mention."""
    known: dict[str, _Value] = {}
    for dimension in family.by:
        found = [] if dimension == family.total else near.sentence(dimension, amount.span, beside=False) or near.around(dimension, mention)
        if found:
            if dimension in family.farthest:
                found = sorted(found, key=partial(_rank, family), reverse=True)
            else:
                found = sorted(found, key=lambda d: abs(d.span.begin - amount.span.begin))
            known[dimension] = _told(found[0])
    return known


def _apart(one: Detail, other: Detail, near: Nearness) -> bool:
    """True for two equal amounts of one sentence, which are two wounds."""
    return near.together(one.span, other.span) and one.span != other.span
