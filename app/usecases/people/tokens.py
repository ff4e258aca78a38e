"""Secrets that people and machines carry: random, and kept only as digests."""

from __future__ import annotations

import hashlib
import secrets

_BYTES = 32
KEY_PREFIX = "cck"


def new_token() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(_BYTES)


def digest(token: str) -> str:
    """SHA-256 in hexadecimal. A token is random, so that nothing slower is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def key_text(key_id: str, secret: str) -> str:
    """An API key as its holder has it."""
    return f"{KEY_PREFIX}_{key_id}_{secret}"


def read_key(text: str) -> tuple[str, str] | None:
    """Id and secret of an API key; None for another text."""
    prefix, _, rest = text.partition("_")
    key_id, _, secret = rest.partition("_")
    return (key_id, secret) if prefix == KEY_PREFIX and key_id and secret else None
