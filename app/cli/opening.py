"""Settings and service for the commands, with errors that fit one line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.errors import InputError

if TYPE_CHECKING:
    from app.settings import Settings
    from app.usecases.look_up_codes import LookUpCodes
    from app.usecases.suggest_codes import SuggestCodes


class BadSetting(InputError):
    """A setting in the environment that can't be used."""

    code = "bad_setting"


def settings() -> Settings:
    """Read the settings from the environment. Raises BadSetting."""
    from pydantic import ValidationError

    from app.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise BadSetting("; ".join(_fault(f["loc"], f["msg"]) for f in faults)) from None


def _fault(location: Sequence[str | int], message: str) -> str:
    said = message.removeprefix("Value error, ")
    # What is wrong between settings names them itself.
    return f"CHARTCODER_{str(location[0]).upper()}: {said}" if location else said


def prepare() -> None:
    """Set libraries right; to be called before the first heavy one is imported."""
    from app.settings import collect_rarely, keep_one_thread

    keep_one_thread()
    collect_rarely()
    _quiet_libraries()


def service(given: Settings, bundle: Path | None = None) -> SuggestCodes:
    """Open the service with the active bundle, or with the one given. Raises Unavailable."""
    prepare()
    from app import assembly

    return assembly.suggest_codes(given, assembly.open_terms(given), bundle=bundle)


def codes(given: Settings) -> LookUpCodes:
    """Open the codes. Raises ReleaseRefused."""
    from app.settings import collect_rarely

    # The libraries that read notes are not needed: without them the answer is there in a fraction of the time.
    collect_rarely()
    from app import terms

    return terms.look_up_codes(given, terms.open_terms(given))


def _quiet_libraries() -> None:
    """Keep what libraries say while they load out of the answer of a command."""
    import logging

    logging.getLogger().setLevel(logging.ERROR)
    try:
        from loguru import logger
    except ImportError:
        return
    logger.remove()
