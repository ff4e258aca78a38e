"""A series of steps that survives the death of its process: DBOS behind two calls.

SQLite beside the service's own file, or a schema of its own in the service's PostgreSQL. What is kept there is JSON: ids, names
and numbers, never words of a note, and nothing that could be executed when it is read.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from dbos import DBOS, DBOSConfig, Serializer, SetWorkflowID

SQLITE_FILE, SCHEMA = "jobs.db", "chartcoder_jobs"
_NAME = "chartcoder"
# Runs go on after an upgrade: their steps are named, and one that is gone fails the run with its name.
_VERSION = "1"
_DEAD = frozenset({"ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "SUCCESS"})

Json = Mapping[str, Any]
Step = Callable[[str, Callable[[], Json]], Json]
"""Given the name of a step and what it does, its outcome: computed once, and afterwards as it was kept."""


class Standing(StrEnum):
    """What became of a job that was handed over: some worker will do it, or it ended without saying so."""

    UNDER_WAY = "under_way"
    ENDED = "ended"


class _Plain(Serializer):
    """JSON instead of DBOS's own pickles."""

    def serialize(self, data: Any) -> str:  # noqa: ANN401
        """Text of plain values; of an error only its type, since what it says may quote a note."""
        return json.dumps(data, default=lambda value: {"error": type(value).__name__})

    def deserialize(self, serialized_data: str) -> Any:  # noqa: ANN401
        """The values again."""
        return json.loads(serialized_data)

    def name(self) -> str:
        """As it is kept beside the data."""
        return "chartcoder_json"


def jobs_url(database_url: str, state_dir: Path) -> str:
    """Where jobs are kept, for the database of the settings; the folder of a file is made."""
    if database_url.startswith("postgres"):
        return "postgresql://" + database_url.split("://", 1)[1]
    state_dir.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{(state_dir / SQLITE_FILE).absolute()}"


class DurableJobs:
    """The jobs of one process. There is one at a time in a process, as DBOS has it."""

    def __init__(
        self, url: str, worker: str, body: Callable[[str, Step], None], *, queues: Sequence[str] = ("training-runs",), polling_seconds: float = 1.0
    ) -> None:
        """`worker` names this process among all; `body` does a job, given its id and the means to make steps, and never raises.

        Of each of the `queues` a process does one job at a time.
        """
        config: DBOSConfig = {
            "name": _NAME,
            "system_database_url": url,
            "dbos_system_schema": SCHEMA,
            "executor_id": worker,
            "application_version": _VERSION,
            "serializer": _Plain(),
            "use_listen_notify": False,
            "log_level": "ERROR",
            "notification_listener_polling_interval_sec": polling_seconds,
        }
        logging.getLogger("dbos").propagate = False
        DBOS(config=config)
        self._polling, self._queues = polling_seconds, tuple(queues)

        @DBOS.workflow(name="training_run")
        def training_run(job: str) -> None:
            body(job, lambda name, do: DBOS.run_step({"name": name}, do))

        self._workflow = training_run

    def start(self) -> None:
        """Make the tables where there are none, and begin to take jobs."""
        DBOS.launch()
        for queue in self._queues:
            DBOS.register_queue(queue, worker_concurrency=1, polling_interval_sec=self._polling, on_conflict="always_update")

    def stop(self) -> None:
        """Take no more jobs. A step under way is not waited for: it is done again by whoever takes the job up."""
        DBOS.destroy(workflow_completion_timeout_sec=0)

    def hand_over(self, job: str, queue: str) -> Standing:
        """See to it that some worker does the job: a new one, or one whose worker is gone. Safe to repeat."""
        status = DBOS.get_workflow_status(job)
        if status is None:
            with SetWorkflowID(job):
                DBOS.enqueue_workflow(queue, self._workflow, job)
        elif status.status in _DEAD:
            return Standing.ENDED
        elif status.status == "PENDING":
            DBOS.resume_workflow(job, queue_name=queue)
        return Standing.UNDER_WAY
