"""From what a provider says of someone's groups to roles here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.people import Role


@dataclass(frozen=True, slots=True)
class RoleClaim:
    """`claim`: its name, or its path with dots (`realm_access.roles`). `roles`: value of the claim → role."""

    claim: str
    roles: Mapping[str, Role]

    def within(self, claims: Mapping[str, Any]) -> list[str] | None:
        """The values of the claim, a single one alone or several in a list; None when it is not there."""
        found: Any = claims.get(self.claim)
        if found is None:
            found = claims
            for part in self.claim.split("."):
                found = found.get(part) if isinstance(found, Mapping) else None
        if isinstance(found, str):
            return [found]
        return [value for value in found if isinstance(value, str)] if isinstance(found, list) else None

    def mapped(self, claims: Mapping[str, Any]) -> frozenset[Role]:
        """The roles; none for values that are not mapped."""
        return frozenset(self.roles[value] for value in self.within(claims) or () if value in self.roles)


def read_mapping(text: str) -> dict[str, Role]:
    """`coding-team=coder,leads=manager` → a mapping. Raises ValueError that says what is wrong."""
    found: dict[str, Role] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        value, separator, role = pair.rpartition("=")
        if not separator or not value.strip() or role.strip() not in set(Role):
            raise ValueError(f"CHARTCODER_OIDC_ROLES: write group=role with one of the roles {', '.join(Role)}")
        found[value.strip()] = Role(role.strip())
    return found
