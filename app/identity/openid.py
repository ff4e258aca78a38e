"""An OpenID Connect provider: discovery, authorization code with PKCE, state, nonce, and the checks of the ID token.

OpenID Connect Core 1.0 (3.1), Discovery 1.0, RFC 7636 (PKCE), RFC 9207 (issuer in the answer). Metadata and keys are asked
for at every sign-in: they are few, and a provider that changes its keys is never met with old ones.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import httpx
import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from app.domain.access_errors import IdentityRefused, ProviderUnreachable
from app.identity.roles import RoleClaim
from app.identity.tickets import Ticket, Tickets
from app.usecases.people.federation import Arrival, Departure, Identity

_SCOPE = "openid profile email"
# Signatures that only the provider can make; those by the client's secret and none at all are refused.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_SECONDS = 10.0
_LEEWAY_SECONDS = 60
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_NAMES = ("preferred_username", "email", "sub")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Registration:
    """What the provider knows of this service and this service of the provider."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name_claim: str
    roles: RoleClaim


class OpenIdProvider:
    """Sends people to one provider and reads what they come back with. Safe to share between threads."""

    def __init__(self, registration: Registration, *, clock: Callable[[], float]) -> None:
        self._registered, self._clock = registration, clock
        self._tickets = Tickets(registration.client_secret, clock)

    def depart(self, redirect_uri: str, back: str) -> Departure:
        """The way there. Raises ProviderUnreachable."""
        ticket = Ticket(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), back)
        with self._client(redirect_uri) as client:
            endpoint = _metadata(client, self._registered.issuer)["authorization_endpoint"]
            url, _ = client.create_authorization_url(endpoint, state=ticket.state, nonce=ticket.nonce, code_verifier=ticket.verifier)
        return Departure(str(url), self._tickets.seal(ticket))

    def arrive(self, redirect_uri: str, ticket: str, answer: Mapping[str, str]) -> Arrival:
        """Who came back. Raises IdentityRefused and ProviderUnreachable."""
        try:
            issued = self._tickets.open(ticket)
            self._check(answer, issued)
            with self._client(redirect_uri) as client:
                claims = self._claims(client, answer["code"], issued)
        except (JoseError, AuthlibBaseError) as error:
            # Never its message, which may quote the token.
            _log.warning("identity_refused", error=type(error).__name__, claim=getattr(error, "claim", ""))
            raise IdentityRefused from error
        return Arrival(self._identity(claims), issued.back)

    def _check(self, answer: Mapping[str, str], issued: Ticket) -> None:
        state = answer.get("state", "")
        if not hmac.compare_digest(state.encode(), issued.state.encode()):
            raise IdentityRefused
        if answer.get("iss", self._registered.issuer) != self._registered.issuer or "error" in answer or not answer.get("code"):
            raise IdentityRefused

    def _claims(self, client: OAuth2Client, code: str, issued: Ticket) -> dict[str, Any]:
        metadata = _metadata(client, self._registered.issuer)
        token = client.fetch_token(metadata["token_endpoint"], code=code, code_verifier=issued.verifier)
        keys = KeySet.import_key_set(cast("KeySetSerialization", _json(client, metadata["jwks_uri"])))
        signed = jwt.decode(_text(token, "id_token"), keys, algorithms=_ALGORITHMS)
        claims = CodeIDToken(
            signed.claims,
            signed.header,
            options={"iss": {"essential": True, "value": self._registered.issuer}, "aud": {"essential": True, "value": self._registered.client_id}},
            params={"nonce": issued.nonce, "client_id": self._registered.client_id, "access_token": token.get("access_token")},
        )
        claims.validate(now=int(self._clock()), leeway=_LEEWAY_SECONDS)
        return {**self._more(client, metadata, claims), **claims}

    def _more(self, client: OAuth2Client, metadata: Mapping[str, Any], claims: Mapping[str, Any]) -> dict[str, Any]:
        """What the provider tells of the person besides; {} where the ID token tells all, or the answer is of someone else."""
        endpoint = metadata.get("userinfo_endpoint")
        if not isinstance(endpoint, str) or (self._registered.roles.within(claims) is not None and self._registered.name_claim in claims):
            return {}
        told = _json(client, endpoint, withhold_token=False)
        if told.get("sub") != claims["sub"]:
            raise IdentityRefused
        return told

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        issuer, subject = self._registered.issuer, str(claims["sub"])
        name = next((str(claims[c]) for c in (self._registered.name_claim, *_NAMES) if claims.get(c)), subject)
        whole = hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()
        return Identity(whole, name, str(claims.get("name") or ""), self._registered.roles.mapped(claims))

    @contextmanager
    def _client(self, redirect_uri: str):  # type: ignore[no-untyped-def]  # noqa: ANN202  Authlib has no types
        registered = self._registered
        try:
            with OAuth2Client(
                registered.client_id,
                registered.client_secret,
                scope=_SCOPE,
                redirect_uri=redirect_uri,
                code_challenge_method="S256",
                timeout=_SECONDS,
                trust_env=False,
                follow_redirects=False,
            ) as client:
                yield client
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            _log.warning("identity_provider_failed", error=type(error).__name__)
            raise ProviderUnreachable from error


def _metadata(client: OAuth2Client, issuer: str) -> dict[str, Any]:
    found = _json(client, issuer.rstrip("/") + "/.well-known/openid-configuration")
    # Discovery 1.0, 4.3: else another provider could speak in its name.
    if found.get("issuer") != issuer or not all(isinstance(found.get(name), str) for name in _NEEDED):
        raise ProviderUnreachable
    return found


def _json(client: OAuth2Client, url: str, *, withhold_token: bool = True) -> dict[str, Any]:
    response = client.request("GET", url, withhold_token=withhold_token).raise_for_status()
    try:
        found = response.json()
    except ValueError as error:
        raise ProviderUnreachable from error
    if not isinstance(found, dict):
        raise ProviderUnreachable
    return found


def _text(token: Mapping[str, Any], name: str) -> str:
    value = token.get(name)
    if not isinstance(value, str):
        raise IdentityRefused
    return value
