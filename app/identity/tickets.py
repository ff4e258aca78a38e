"""What a browser carries while its person is at the provider: signed, so that it comes back as it was given."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from joserfc import jwt
from joserfc.jwk import OctKey

LASTS_SECONDS = 600
_ALGORITHM = "HS256"


@dataclass(frozen=True, slots=True)
class Ticket:
    """`state` comes back through the browser, `nonce` in the ID token; `verifier` proves to the provider who asked. `back`: where to go then."""

    state: str
    nonce: str
    verifier: str = field(repr=False)
    back: str


class Tickets:
    """Signs tickets with a key made of the client's secret, so that every process of the service knows them."""

    def __init__(self, secret: str, clock: Callable[[], float]) -> None:
        self._key = OctKey.import_key(hashlib.sha256(b"chartcoder sign-in ticket\n" + secret.encode()).digest())
        self._clock = clock

    def seal(self, ticket: Ticket) -> str:
        """The ticket as text."""
        claims = {
            "state": ticket.state,
            "nonce": ticket.nonce,
            "verifier": ticket.verifier,
            "back": ticket.back,
            "exp": int(self._clock()) + LASTS_SECONDS,
        }
        return jwt.encode({"alg": _ALGORITHM}, claims, self._key)

    def open(self, text: str) -> Ticket:
        """The ticket again. Raises JoseError for one that is not from here or too old."""
        claims = jwt.decode(text, self._key, algorithms=[_ALGORITHM]).claims
        jwt.JWTClaimsRegistry(now=int(self._clock()), exp={"essential": True}).validate(claims)
        return Ticket(claims["state"], claims["nonce"], claims["verifier"], claims["back"])
