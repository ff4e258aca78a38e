"""`chartcoder keys`: API keys of machines."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from app.cli import opening
from app.domain.people import Permission, Role

app = typer.Typer(name="keys", help="Add, list and revoke API keys.", no_args_is_help=True)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What the key is for")],
    role: Annotated[list[Role] | None, typer.Option("--role", help="A role; may be repeated [default: integration]", show_default=False)] = None,
    scope: Annotated[list[Permission] | None, typer.Option("--scope", help="Narrow it to this; may be repeated", show_default=False)] = None,
    days: Annotated[int | None, typer.Option(min=1, help="Days until it expires [default: never]", show_default=False)] = None,
) -> None:
    """Make a key and print it: it is shown this once and kept nowhere."""
    from app import storage

    typer.echo(storage.accounts(opening.settings()).add_key(name, role or [Role.INTEGRATION], scopes=scope or None, days=days))


@app.command("list")
def list_keys() -> None:
    """List keys by id, never their secret."""
    from app import storage

    for key in storage.accounts(opening.settings()).api_keys():
        expired = key.expires is not None and key.expires <= time.time()
        state = "revoked" if key.revoked is not None else "expired" if expired else "active"
        scopes = "all" if key.scopes is None else ", ".join(sorted(key.scopes))
        typer.echo(f"{key.id}\t{key.name}\t{', '.join(sorted(key.roles))}\t{scopes}\t{state}")


@app.command()
def revoke(key_id: Annotated[str, typer.Argument(help="The id that `chartcoder keys list` shows")]) -> None:
    """Refuse a key from now on."""
    from app import storage

    storage.accounts(opening.settings()).revoke_key(key_id)
    typer.echo(f"{key_id}: revoked")
