"""A training run through the service and a real worker, killed in the middle: `python -m tests.benchmarks.worker_run --examples F.jsonl`.

Labelled documents are posted, decided by their labels and finalised over REST; then a run is asked for, beside all of the default
bundle's own material. A database, state and models of its own are made in a temporary folder; the active bundle is where it begins.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from app import storage
from app.classifier import bundle_io
from app.domain.people import Role
from app.settings import Settings
from training import promote
from training.examples import TrainingExample, read_jsonl

_LOOK_SECONDS = 0.5
_OPEN = {"queued", "running"}


def main() -> None:
    """Post, decide, train, kill, and print what came out."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--examples", type=Path, required=True)
    asked.add_argument("--charts", type=int, default=300)
    asked.add_argument("--kill", default="fit", help="The step in which the worker is killed with SIGKILL; empty for none")
    asked.add_argument("--again", action="store_true", help="Train once more, undisturbed, and compare the bundles")
    options = asked.parse_args()
    own = Settings()
    with tempfile.TemporaryDirectory(prefix="chartcoder-run-") as folder:
        state, models = Path(folder) / "state", Path(folder) / "models"
        state.mkdir()
        for compiled in ("releases", "knowledge"):
            (state / compiled).symlink_to(own.state_dir.absolute() / compiled)
        promote.promote(models, bundle_io.active(own.models_dir))
        settings = own.model_copy(update={"state_dir": state, "models_dir": models, "database_url": ""})
        key = storage.accounts(settings).add_key("bench", set(Role))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = {**os.environ, "CHARTCODER_STATE_DIR": str(state), "CHARTCODER_MODELS_DIR": str(models), "CHARTCODER_AUTH": "required"}
        command = [str(Path(sys.executable).with_name("chartcoder")), "serve", "--with-worker", "--port", str(port)]
        with (Path(folder) / "log").open("wb") as log, subprocess.Popen(command, env=environment, stderr=log, stdout=log) as server:
            try:
                headers = {"Authorization": f"Bearer {key}"}
                with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=120, trust_env=False) as client:
                    _measure(client, settings, options)
            finally:
                server.terminate()


def _measure(client: httpx.Client, settings: Settings, options: argparse.Namespace) -> None:
    _until_ready(client)
    begun = time.monotonic()
    examples = [e for e, _ in zip(read_jsonl(options.examples), range(options.charts), strict=False)]
    done = sum(_decided(client, example) for example in examples)
    print(f"{done} of {len(examples)} charts posted, decided and finalised over REST in {time.monotonic() - begun:.0f} s", flush=True)
    first = _run(client, settings, kill=options.kill)
    if options.again:
        second = _run(client, settings, kill="")
        print("the same bundle" if first["bundle_id"] == second["bundle_id"] else "ANOTHER BUNDLE")


def _until_ready(client: httpx.Client) -> None:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(_LOOK_SECONDS)
    raise SystemExit("the service did not come up")


def _decided(client: httpx.Client, example: TrainingExample) -> bool:
    """The chart of a document as a coder leaves it who knows the labels; False where it could not be finalised."""
    encounter = {"setting": example.encounter.setting.value}
    made = client.post("/v1/encounters", json={"notes": [{"text": example.note.text}], "encounter": encounter, "external_id": example.group})
    made.raise_for_status()
    path, tag, chart = f"/v1/encounters/{made.json()['id']}", made.headers["ETag"], made.json()
    right = {(ref.system.value, ref.code) for ref in example.labels}
    for code in chart["codes"]:
        said = {"system": code["system"], "code": code["code"]}
        if (code["system"], code["code"]) in right:
            verdict: dict[str, Any] = {"verdict": "accept", **said}
        elif code["origin"] == "suggested":
            verdict = {"verdict": "reject", "reason": "wrong_code", **said}
        else:
            continue
        answer = client.post(f"{path}/decisions", json=verdict, headers={"If-Match": tag})
        tag = answer.headers.get("ETag", tag)
    override = {"override_reason": "coded by the labels of a corpus"}
    return client.post(f"{path}/finalization", json=override, headers={"If-Match": tag}).status_code == 201


def _run(client: httpx.Client, settings: Settings, *, kill: str) -> dict[str, Any]:
    run = client.post("/v1/training-runs", json={}).raise_for_status().json()
    begun, at, step, killed = time.monotonic(), time.monotonic(), "", False
    while True:
        found: dict[str, Any] = client.get(f"/v1/training-runs/{run['id']}").raise_for_status().json()
        if found["step"] != step:
            if step:
                print(f"  {step:9}{time.monotonic() - at:7.0f} s", flush=True)
            step, at = found["step"], time.monotonic()
        if found["status"] not in _OPEN:
            break
        # In the middle of it: what the step does first is done.
        if kill and not killed and step == kill and found["share"] > 0:
            _kill(settings, run["id"])
            killed = True
            print(f"  worker killed in {step} at {found['share']:.0%} of its part", flush=True)
        time.sleep(_LOOK_SECONDS)
    print(f"  {step:9}{time.monotonic() - at:7.0f} s")
    result = found["result"]
    print(
        f"{found['status']}{': ' + found['reason'] if found['reason'] else ''} in {time.monotonic() - begun:.0f} s, {found['lives']} lives of workers"
    )
    print(
        f"bundle {found['bundle_id']}, charts {result.get('charts')}, trained on {result.get('trained_on')}, gate {result.get('verdict')}", flush=True
    )
    return found


def _kill(settings: Settings, run_id: str) -> None:
    with storage.ready(settings).work()() as work:
        worker = work.runs.get(run_id).worker
    os.kill(int(worker.split(":")[1]), signal.SIGKILL)


if __name__ == "__main__":
    main()
