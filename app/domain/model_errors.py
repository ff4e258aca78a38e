"""Errors about bundles and training runs: branches of the tree drawn in errors.py."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.errors import Conflict, NotFound


class ModelNotFound(NotFound):
    """No bundle has this id, or it was removed."""

    code = "model_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such bundle, or it was removed: GET /v1/models lists those that are there")


class RunNotFound(NotFound):
    """No training run has this id."""

    code = "run_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such training run")


class ModelRefused(Conflict):
    """A bundle that can't serve: damaged, of another code release, or of another version."""

    code = "model_refused"

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"The bundle can't serve: {why}")


class GateRefused(Conflict):
    """A challenger that is worse than the champion where it must not be, or was not compared with it."""

    code = "gate_refused"

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(f"The gate refuses: {'; '.join(self.reasons)}. To promote all the same give a reason, which is recorded")


class ChampionChanged(Conflict):
    """Another bundle serves than the caller believed: somebody else promoted or rolled back."""

    code = "champion_changed"

    def __init__(self, champion: str | None) -> None:
        self.champion = champion
        super().__init__(f"The champion is {champion or 'none'} by now: look at the comparison with that one, then decide again")


class NothingBefore(Conflict):
    """A rollback from the first bundle that was ever promoted."""

    code = "nothing_before"

    def __init__(self) -> None:
        super().__init__("No bundle served before this one: there is nothing to roll back to")


class RunUnderway(Conflict):
    """A training run while another waits or runs."""

    code = "run_underway"

    def __init__(self) -> None:
        super().__init__("A training run waits or runs already: wait for its end or cancel it")


class RunEnded(Conflict):
    """A run that has ended can't be cancelled."""

    code = "run_ended"

    def __init__(self) -> None:
        super().__init__("The training run has ended: there is nothing to cancel")
