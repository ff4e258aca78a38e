"""A server to be killed: `python -m tests.workflow.killable <database url> <port>`. Prints a line when it is ready."""

from __future__ import annotations

import sys
import threading

import uvicorn
from sqlalchemy.engine import make_url

from app.main import create_app
from app.store.engine import make_engine
from app.store.sealing import Seal
from app.store.unit_of_work import SqlWork
from tests.api.fakes import FakeOpener
from tests.workflow.desk import SETTINGS


def main() -> None:
    url, port = make_url(sys.argv[1]), int(sys.argv[2])
    app = create_app(SETTINGS, opener=FakeOpener(work=SqlWork(make_engine(url), Seal())))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False))

    def tell() -> None:
        while not server.started:
            threading.Event().wait(0.01)
        app.state.service.wait(60)
        sys.stdout.write("ready\n")
        sys.stdout.flush()

    threading.Thread(target=tell, daemon=True).start()
    server.run()


if __name__ == "__main__":
    main()
