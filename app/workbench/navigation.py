"""Where the pages are: the links in the header of each, for those who may follow them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.domain.people import Permission
from app.workbench.viewer import Viewer

HOME, SIGN_IN, TRY, WORKLIST = "/", "/sign-in", "/try", "/worklist"
LONGEST_NEXT = 500


@dataclass(frozen=True, slots=True)
class Link:
    """A link in the header; shown to whom `permission` reaches."""

    label: str
    path: str
    permission: Permission

    def holds(self, path: str) -> bool:
        """True for the page of the link and the pages under it."""
        return path == self.path or path.startswith(f"{self.path}/")


LINKS = (
    Link("Worklist", WORKLIST, Permission.WORKLIST),
    Link("Audit", "/audit", Permission.AUDIT_READ),
    Link("Feedback", "/feedback", Permission.AUDIT_ANSWER),
    Link("Dashboards", "/dashboards", Permission.DASHBOARDS),
    Link("Models", "/models", Permission.MODELS),
    Link("Training runs", "/training-runs", Permission.MODELS),
    Link("Automation", "/automation", Permission.CERTIFICATES),
    Link("Try a note", TRY, Permission.SUGGEST),
)


def links(viewer: Viewer | None, *, open_to_all: bool) -> Sequence[Link]:
    """The links for `viewer`; for one who is not signed in only the page that keeps nothing, where it is `open_to_all`."""
    if viewer is None:
        return [link for link in LINKS if open_to_all and link.path == TRY]
    return [link for link in LINKS if viewer.may(link.permission)]


def home(viewer: Viewer) -> str:
    """Where a person begins."""
    return next((link.path for link in LINKS if viewer.may(link.permission)), TRY)


def local(path: str | None) -> str | None:
    """`path` when it is one of this service, else None: a link to the sign-in page must not lead elsewhere afterwards."""
    if not path or len(path) > LONGEST_NEXT or not path.startswith("/") or path.startswith("//") or "\\" in path:
        return None
    if not path.isprintable() or " " in path:
        return None
    parts = urlsplit(path)
    return None if parts.scheme or parts.netloc or parts.path == SIGN_IN else path
