"""Sixteen clients on the same encounters."""

from __future__ import annotations

import threading
from collections import Counter

from app.domain.audit import first_break
from app.domain.people import Role

CLIENTS, DECISIONS = 16, 4


def test_sixteen_clients_lose_no_decision_and_break_no_chain(either_desk):  # noqa: C901  two kinds of client in one test
    charts = [either_desk.submit()[0] for _ in range(3)]
    coder = either_desk.user("many-windows")
    other = either_desk.user("somebody-else")
    statuses: Counter[int] = Counter()
    made: list[list[str]] = [[] for _ in range(CLIENTS)]
    windows = [either_desk.client(**dict(coder.headers)) for _ in range(CLIENTS)]
    for window in windows:
        window.cookies = coder.cookies

    def work(number: int) -> None:
        window = windows[number]
        for turn in range(DECISIONS):
            encounter, tag, comment = charts[(number + turn) % len(charts)], '"1"', f"window {number} turn {turn}"
            while True:
                response = window.decide(encounter, tag, "reject", "I10", reason="other", comment=comment)
                statuses[response.status_code] += 1
                if response.status_code == 201:
                    made[number].append(f"{encounter} {comment}")
                    break
                tag = response.headers["ETag"]

    def intrude() -> None:
        for encounter in charts * 4:
            statuses[other.put(f"/v1/encounters/{encounter}/claim").status_code] += 1
            statuses[other.get(f"/v1/encounters/{encounter}").status_code] += 1

    for encounter in charts:
        assert coder.put(f"/v1/encounters/{encounter}/claim").status_code == 200
    threads = [threading.Thread(target=work, args=(i,)) for i in range(CLIENTS)] + [threading.Thread(target=intrude)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(statuses) <= {200, 201, 409, 412}
    assert statuses[201] == CLIENTS * DECISIONS
    assert statuses[412] > 0
    kept = [f"{chart} {d['verdict']['comment']}" for chart in charts for d in coder.get(f"/v1/encounters/{chart}").json()["decisions"]]
    assert sorted(kept) == sorted(comment for own in made for comment in own)
    with either_desk.workflow.sign_in._work() as unit:
        assert first_break(unit.audit.events()) is None


def test_managers_who_assign_the_same_encounters_the_other_way_round_never_wait_for_each_other(either_desk):
    charts = [either_desk.submit()[0] for _ in range(6)]
    bosses = [either_desk.user(f"boss-{i}", Role.MANAGER) for i in range(4)]
    found = []

    def assign(boss, order):
        body = {"encounters": order, "assignee": None}
        found.extend(boss.post("/v1/assignments", json=body).status_code for _ in range(3))

    threads = [threading.Thread(target=assign, args=(boss, charts if i % 2 else charts[::-1])) for i, boss in enumerate(bosses)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 12
