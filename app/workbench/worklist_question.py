"""What the worklist page is asked for: the form's fields, and how they stand in addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query

from app.domain.chart import ChartStatus
from app.domain.encounter import Setting
from app.usecases.records.charts import Order, WorklistFilter

ME = "me"
OPEN = "open"
EVERY = "all"
TABS: Mapping[str, tuple[str, frozenset[ChartStatus]]] = {
    OPEN: ("Open", frozenset({ChartStatus.NEW, ChartStatus.IN_REVIEW, ChartStatus.QUERIED})),
    "new": ("New", frozenset({ChartStatus.NEW})),
    "in_review": ("In review", frozenset({ChartStatus.IN_REVIEW})),
    "queried": ("Queried", frozenset({ChartStatus.QUERIED})),
    "finalized": ("Finalised", frozenset({ChartStatus.FINALIZED})),
    EVERY: ("All", frozenset(ChartStatus)),
}
"""Value of `status` → its name and the statuses it stands for."""
AGES = {
    "1": "Waiting over 1 day",
    "3": "Waiting over 3 days",
    "7": "Waiting over 7 days",
    "14": "Waiting over 14 days",
    "new": "Received in the last day",
}
PRIORITIES = {"1": "Random slice", "0.7": "0.7 and higher", "0.5": "0.5 and higher"}
ORDERS = {Order.PRIORITY.value: "Value of review", Order.AGE.value: "Longest waiting"}
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Question:
    """The fields as they were sent, each one of the values above or ""; `after` is the cursor of the page before."""

    status: str
    setting: str
    assignee: str
    age: str
    priority: str
    external_id: str
    order: Order
    after: str

    def filter(self, user: str, now: datetime) -> WorklistFilter:
        """The filter of the worklist for this user."""
        days = int(self.age) if self.age.isdigit() else None
        return WorklistFilter(
            # Every status is no filter, which one index serves.
            statuses=frozenset() if self.status == EVERY else TABS[self.status][1],
            settings=frozenset({Setting(self.setting)}) if self.setting else frozenset(),
            assignee=(user if self.assignee == ME else self.assignee.casefold()) or None,
            received_before=None if days is None else now - timedelta(days=days),
            received_from=now - timedelta(days=1) if self.age == "new" else None,
            min_priority=float(self.priority) if self.priority else None,
            external_id=self.external_id or None,
        )

    def address(self, path: str, **changes: str) -> str:
        """The address that asks for the same with `changes`; it never keeps the page."""
        fields = {
            "status": self.status,
            "setting": self.setting,
            "assignee": self.assignee,
            "age": self.age,
            "priority": self.priority,
            "external_id": self.external_id,
            "order": self.order.value,
            **changes,
        }
        told = {name: value for name, value in fields.items() if value and value != _USUAL.get(name)}
        return f"{path}?{urlencode(told)}" if told else path

    def chart(self, chart_id: str, user: str, now: datetime) -> str:
        """The address of a chart; it says which list the chart is of, so that the next one comes from there too."""
        wanted = self.filter(user, now)
        asked: list[tuple[str, str]] = [] if self.status in {OPEN, EVERY} else [("status", self.status)]
        asked += [("setting", self.setting)] * bool(self.setting) + [("assignee", self.assignee)] * bool(self.assignee)
        for name, at in (("received_before", wanted.received_before), ("received_from", wanted.received_from)):
            asked += [] if at is None else [(name, at.isoformat(timespec="minutes"))]
        asked += [("min_priority", self.priority)] * bool(self.priority) + [("external_id", self.external_id)] * bool(self.external_id)
        asked += [] if self.order is Order.PRIORITY else [("order", self.order.value)]
        return f"/charts/{chart_id}" + (f"?{urlencode(asked)}" if asked else "")

    @property
    def narrowed(self) -> bool:
        """True when anything but the status narrows the list."""
        return any((self.setting, self.assignee, self.age, self.priority, self.external_id))


_USUAL = {"status": OPEN, "order": Order.PRIORITY.value}


def question(
    status: Annotated[str, Query(max_length=_LONGEST)] = OPEN,
    setting: Annotated[str, Query(max_length=_LONGEST)] = "",
    assignee: Annotated[str, Query(max_length=_LONGEST)] = "",
    age: Annotated[str, Query(max_length=_LONGEST)] = "",
    priority: Annotated[str, Query(max_length=_LONGEST)] = "",
    external_id: Annotated[str, Query(max_length=_LONGEST)] = "",
    order: Annotated[str, Query(max_length=_LONGEST)] = Order.PRIORITY.value,
    after: Annotated[str, Query(max_length=300)] = "",
) -> Question:
    """The question of an address; values that the form does not know count as none, so that an old bookmark still opens."""
    return Question(
        status=status if status in TABS else OPEN,
        setting=setting if setting in set(Setting) else "",
        assignee=assignee.replace("\x00", ""),
        age=age if age in AGES else "",
        priority=priority if priority in PRIORITIES else "",
        external_id=external_id.replace("\x00", "").strip(),
        order=Order(order) if order in ORDERS else Order.PRIORITY,
        after=after,
    )
