"""Opens the database of the settings. Apart from assembly.py, so that commands on users and keys need not load the language models' libraries."""

from __future__ import annotations

import time

from app.settings import Settings
from app.store.database import Database
from app.store.passwords import Argon2Passwords
from app.usecases.charts.retention import PurgeNotes
from app.usecases.feedback.export import ExportDecided
from app.usecases.people.accounts import Accounts


def database(settings: Settings, *, pooled: bool = False) -> Database:
    """The database, whether or not it is up to date. Raises DatabaseRefused."""
    keys = [key.strip() for key in settings.note_keys.split(",") if key.strip()]
    return Database(settings.database_url, settings.state_dir, keys, pooled=pooled)


def ready(settings: Settings, *, pooled: bool = False) -> Database:
    """The database, up to date: the embedded one is made so, another must be. Raises DatabaseRefused."""
    found = database(settings, pooled=pooled)
    found.prepare()
    return found


def accounts(settings: Settings) -> Accounts:
    """Users, keys and webhooks. Raises DatabaseRefused."""
    return Accounts(ready(settings).work(), time.time, Argon2Passwords())


def purge_notes(settings: Settings) -> PurgeNotes:
    """The end of retention. Raises DatabaseRefused."""
    return PurgeNotes(ready(settings).work(), time.time)


def export_decided(settings: Settings) -> ExportDecided:
    """What finalised charts teach. Raises DatabaseRefused."""
    return ExportDecided(ready(settings).work(), time.time)
