"""Password hashes by argon2id, with the parameters of RFC 9106 (low memory) that argon2-cffi recommends."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError


class Argon2Passwords:
    """Hashes and checks passwords; 64 MiB and some tens of milliseconds each."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    def hash(self, password: str) -> str:
        """A salted hash with its parameters in it."""
        return self._hasher.hash(password)

    def matches(self, password_hash: str, password: str) -> bool:
        """True for the password of the hash."""
        try:
            return self._hasher.verify(password_hash, password)
        except (Argon2Error, InvalidHashError):
            return False

    def outdated(self, password_hash: str) -> bool:
        """True for a hash made with other parameters."""
        return self._hasher.check_needs_rehash(password_hash)
