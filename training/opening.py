"""The settings of the environment, for every command; imports what is heavy when it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.domain.errors import InputError

if TYPE_CHECKING:
    from app.settings import Settings


def given_settings() -> Settings:
    """The settings as the environment gives them. Raises InputError that names every one that is wrong."""
    from pydantic import ValidationError

    from app.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise InputError("; ".join(f"CHARTCODER_{str(f['loc'][0]).upper()}: {f['msg']}" for f in faults)) from None
