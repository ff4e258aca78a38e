"""Settings, read from the environment (CHARTCODER_...) at the composition roots and nowhere else."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.domain.automation.guarantee import Guarantee
from app.identity.roles import read_mapping

# Python looks for garbage whenever 700 more objects are alive: while the service opens a million of them, and with each note.
_YOUNG = 50_000
ROOT = Path(__file__).resolve().parents[1]


class Settings(BaseSettings):
    """Every setting of the service; see docs/settings.md."""

    model_config = SettingsConfigDict(env_prefix="CHARTCODER_", extra="ignore", frozen=True)

    state_dir: Path = Field(default=ROOT / "var", description="Where run-time state lives: compiled code releases and knowledge")
    models_dir: Path = Field(default=ROOT / "models", description="Where model bundles live, with active.json")
    data_dir: Path = Field(default=ROOT / "data", description="The phrasebook, catalogue, abbreviations, headings, charts and demo notes")
    max_note_characters: int = Field(default=200_000, ge=1_000, le=5_000_000, description="Longest note that is accepted, in characters")
    max_request_bytes: int = Field(default=2_000_000, ge=10_000, description="Largest request body that is read, in bytes")
    scispacy_model: str = Field(default="", description="Name of an installed scispaCy model whose entities are added; empty for none")
    site_rules: str = Field(default="", description="File of the site's own rules and severities; empty for none")
    database_url: str = Field(default="", repr=False, description="postgresql://user:password@host/name; empty for SQLite in the state directory")
    note_keys: str = Field(default="", repr=False, description="Keys that encrypt words of notes at rest, comma between; the first encrypts")
    auth: str = Field(default="demo", pattern="^(demo|required)$", description="`demo` on loopback only, with demo users; else `required`")
    session_idle_minutes: int = Field(default=30, ge=1, le=720, description="Minutes without a request after which a person signs in again")
    automation_audit_share: float = Field(default=0.1, ge=0, le=1, description="Share of charts finalised without a person drawn for an audit")
    passwords: bool = Field(default=True, description="People may sign in with a password; `false` needs an identity provider")
    oidc_issuer: str = Field(default="", description="Address of the OpenID Connect provider that people sign in through; empty for none")
    oidc_client_id: str = Field(default="", description="What the provider calls this service")
    oidc_client_secret: str = Field(default="", repr=False, description="The secret that the provider gave this service")
    oidc_roles_claim: str = Field(default="groups", min_length=1, description="Claim that names a person's groups; dots lead into it")
    oidc_roles: str = Field(default="", description="Group=role, comma between; who has none of these groups can't sign in")
    oidc_name_claim: str = Field(default="preferred_username", min_length=1, description="Claim that a new account's name is taken from")
    oidc_label: str = Field(default="your organisation", max_length=60, description="What the button on the sign-in page calls the provider")
    public_url: str = Field(default="", description="This service as browsers know it; empty for the address that they ask at")
    train_every_days: int = Field(default=0, ge=0, le=3650, description="Days after which workers train anew, if charts were finalised; 0 for never")
    train_after_charts: int = Field(default=0, ge=0, description="Finalised charts after which a worker trains anew; 0 for never")
    promotion: str = Field(default="ask", pattern="^(ask|when_better)$", description="Who promotes what a run made: people, or the gate")
    certify_after_audits: int = Field(default=50, ge=0, description="Newly judged charts after which a worker certifies anew; 0 for never")
    certify_target: float = Field(default=0.95, gt=0, lt=1, description="Precision that certificates prove where nothing else is said")
    certify_confidence: float = Field(default=0.90, gt=0, lt=1, description="Confidence with which they prove it")
    certify_days: int = Field(default=90, ge=1, le=3650, description="Days until certificates expire")
    keep_bundles: int = Field(default=5, ge=1, le=1000, description="Newest bundles that a run keeps beside the champion and the one before it")
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least severity that is logged")
    host: str = Field(default="127.0.0.1", min_length=1, description="Address that `chartcoder serve` listens on")
    port: int = Field(default=8000, ge=0, le=65_535, description="Port that `chartcoder serve` listens on; 0 takes a free one")
    workers: int = Field(default=1, ge=1, le=64, description="Processes that `chartcoder serve` answers with; each holds the whole service in memory")

    def guarantee(self) -> Guarantee:
        """What a certification is to prove where nothing else is said."""
        return Guarantee(self.certify_target, self.certify_confidence, self.certify_days)

    @model_validator(mode="after")
    def _someone_can_sign_in(self) -> Settings:
        if self.oidc_issuer:
            for address in filter(None, (self.oidc_issuer, self.public_url)):
                if not _trustworthy(address):
                    raise ValueError("CHARTCODER_OIDC_ISSUER and CHARTCODER_PUBLIC_URL are https://..., or http:// on this machine")
            if not (self.oidc_client_id and self.oidc_client_secret):
                raise ValueError("CHARTCODER_OIDC_ISSUER needs CHARTCODER_OIDC_CLIENT_ID and CHARTCODER_OIDC_CLIENT_SECRET")
            read_mapping(self.oidc_roles)
        elif not self.passwords:
            raise ValueError("CHARTCODER_PASSWORDS=false needs CHARTCODER_OIDC_ISSUER: nobody could sign in")
        return self


def _trustworthy(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}))


def keep_one_thread() -> None:
    """Have numerical libraries compute in the thread that calls them; to be called before they are imported.

    Ranking one note is far too little work to share: with more threads than free cores it takes ten times as long.
    Requests and processes run side by side instead.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def collect_rarely() -> None:
    """Have Python look for garbage less often: opening takes a quarter less, and a note makes some ten thousand objects that go with it."""
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])
