"""Errors about who asks and what they may: branches of the tree drawn in errors.py."""

from __future__ import annotations

from app.domain.errors import ChartcoderError, InputError, NotFound, Unavailable


class InvalidPerson(InputError):
    """A name, password, role or scope that can't be used."""

    code = "invalid_person"


class PersonNotFound(NotFound):
    """No user, key or webhook answers to this name or id."""

    code = "person_not_found"


class Unauthorized(ChartcoderError):
    """Who asks is not known."""

    code = "unauthorized"


class ProviderUnreachable(Unavailable):
    """The identity provider gives no answer that can be used."""

    code = "provider_unreachable"

    def __init__(self) -> None:
        super().__init__("The identity provider can't be reached: try again, or tell an admin")


class NotSignedIn(Unauthorized):
    """Neither a session nor a key came with the request, or the session has ended."""

    code = "not_signed_in"

    def __init__(self) -> None:
        super().__init__("Sign in at POST /v1/session, or send an API key as `Authorization: Bearer ...`")


class SignInRefused(Unauthorized):
    """A wrong name or password; it does not say which."""

    code = "sign_in_refused"

    def __init__(self) -> None:
        super().__init__("Name or password is wrong, or the account is disabled")


class IdentityRefused(Unauthorized):
    """What came back from the identity provider can't be trusted, is too old, or says no."""

    code = "identity_refused"

    def __init__(self) -> None:
        super().__init__("The identity provider's answer was not accepted: begin again")


class KeyRefused(Unauthorized):
    """An API key that is unknown, expired or revoked."""

    code = "key_refused"

    def __init__(self) -> None:
        super().__init__("The API key is unknown, expired or revoked: make one with `chartcoder keys add`")


class Forbidden(ChartcoderError):
    """Who asks is known, and may not."""

    code = "forbidden"


class NotAllowed(Forbidden):
    """The role, or the scope of the key, does not allow it, or not for this chart."""

    code = "not_allowed"

    def __init__(self, permission: str) -> None:
        self.permission = permission
        super().__init__(f"This needs the permission {permission!r} for this encounter: see docs/security.md for what each role may do")


class CsrfRefused(Forbidden):
    """A write by session without the token of the session."""

    code = "csrf_refused"

    def __init__(self) -> None:
        super().__init__("Send the csrf_token of GET /v1/session in the header X-CSRF-Token")


class PasswordsOff(Forbidden):
    """Passwords are switched off: the identity provider knows who people are."""

    code = "passwords_off"

    def __init__(self) -> None:
        super().__init__("Sign in through the identity provider: passwords are switched off here")


class NoRole(Forbidden):
    """The identity provider knows the person, but names no group that has a role here."""

    code = "no_role"

    def __init__(self) -> None:
        super().__init__("You have no role here: ask an admin to add your group to CHARTCODER_OIDC_ROLES")


class NameTaken(Forbidden):
    """An account of this name was made here; the identity provider can't take it over."""

    code = "name_taken"

    def __init__(self) -> None:
        super().__init__("An account of this name was made here: sign in with its password, or ask an admin")


class SignInLocked(ChartcoderError):
    """Too many wrong passwords in a row."""

    code = "sign_in_locked"

    def __init__(self) -> None:
        super().__init__("Too many wrong passwords: try again in 15 minutes, or ask an admin for `chartcoder users unlock`")
