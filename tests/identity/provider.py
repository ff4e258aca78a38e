"""A small OpenID Connect provider on loopback, which can be told to misbehave."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from starlette.responses import JSONResponse, RedirectResponse, Response

from tests.api.serving import listening

CLIENT, SECRET = "chartcoder", "a secret of the provider's making"
_KEY = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
_OTHER_KEY = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})


@dataclass
class Provider:
    """Signs in `person` at once. `spoil` changes the claims, `answer` what the browser brings back, `sign` how the token is signed."""

    issuer: str = ""
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "u-1", "preferred_username": "Ann", "name": "Ann Okoye", "groups": ["coding"]})
    spoil: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, str] = field(default_factory=dict)
    sign: str = "RS256"
    withhold: set[str] = field(default_factory=set)
    told: dict[str, Any] = field(default_factory=dict)
    issued: dict[str, dict[str, str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def behave(self) -> None:
        """Be as at first."""
        vars(self).update(vars(Provider(issuer=self.issuer)))

    def app(self) -> FastAPI:
        """Its endpoints."""
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        def metadata() -> dict[str, object]:
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "jwks_uri": f"{self.issuer}/keys",
            } | self.told

        @app.get("/keys")
        def keys() -> dict[str, object]:
            return KeySet([_KEY]).as_dict(private=False)

        @app.get("/authorize")
        def authorize(request: Request) -> Response:
            asked = dict(request.query_params)
            assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (CLIENT, "code", "S256")
            code = secrets.token_urlsafe(16)
            self.issued[code] = asked
            back = {"code": code, "state": asked["state"]} | self.answer
            query = "&".join(f"{name}={value}" for name, value in back.items())
            return RedirectResponse(f"{asked['redirect_uri']}?{query}", 302)

        @app.post("/token")
        async def token(request: Request) -> Response:
            form = dict(pair.split("=", 1) for pair in (await request.body()).decode().split("&"))
            asked = self.issued.pop(form["code"], None)
            basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).decode().rstrip("=")
            if asked is None or request.headers.get("authorization") != f"Basic {basic}" or challenge != asked["code_challenge"]:
                self.refused.append(form["code"])
                return JSONResponse({"error": "invalid_grant"}, 400)
            now = int(time.time())
            shown = {name: value for name, value in self.person.items() if name not in self.withhold}
            claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"], **shown} | self.spoil
            claims = {name: value for name, value in claims.items() if value is not None}
            return JSONResponse({"access_token": "let-me-in", "token_type": "Bearer", "expires_in": 300, "id_token": self._signed(claims)})

        @app.get("/userinfo")
        def userinfo(request: Request) -> dict[str, Any]:
            assert request.headers["authorization"] == "Bearer let-me-in"
            return self.person

        return app

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.sign == "none":
            head, body = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "none"}, claims))
            return f"{head}.{body}."
        if self.sign == "HS256":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))
        return jwt.encode({"alg": "RS256", "kid": "first"}, claims, _OTHER_KEY if self.sign == "another key" else _KEY)


@contextmanager
def providing(host: str = "127.0.0.1") -> Iterator[Provider]:
    """A provider that is served; `host` is how it calls itself."""
    provider = Provider()
    with listening(provider.app()) as url:
        provider.issuer = url.replace("127.0.0.1", host)
        yield provider
