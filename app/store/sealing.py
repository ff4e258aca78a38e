"""Words of notes at rest: encrypted where the site gave keys (Fernet: AES-128-CBC with HMAC-SHA256), plain where not."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from app.domain.errors import DatabaseRefused

_PLAIN, _SEALED = b"0", b"1"


class Seal:
    """Seals and opens text. The first key seals, every key opens, so that a new first key can be put before an old one."""

    def __init__(self, keys: Sequence[str] = ()) -> None:
        """`keys`: 32 bytes each in URL-safe base64, as `chartcoder notes new-key` prints them. Raises DatabaseRefused."""
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys]) if keys else None
        except ValueError as error:
            raise DatabaseRefused("CHARTCODER_NOTE_KEYS holds what is not a key: make one with `chartcoder notes new-key`") from error

    def seal(self, text: str) -> bytes:
        """The bytes to keep."""
        raw = text.encode()
        return _PLAIN + raw if self._fernet is None else _SEALED + self._fernet.encrypt(raw)

    def open(self, kept: bytes) -> str:
        """The text that was sealed. Raises DatabaseRefused when no key opens it."""
        mark, body = kept[:1], kept[1:]
        if mark == _PLAIN:
            return body.decode()
        try:
            if self._fernet is None:
                raise InvalidToken
            return self._fernet.decrypt(body).decode()
        except InvalidToken as error:
            raise DatabaseRefused("a text is encrypted with a key that CHARTCODER_NOTE_KEYS does not hold: put it behind the others") from error

    def reseal(self, kept: bytes) -> bytes:
        """The same text, sealed with the first key."""
        return self.seal(self.open(kept))


def new_key() -> str:
    """A random key."""
    return Fernet.generate_key().decode()
