"""`chartcoder users`: people who sign in."""

from __future__ import annotations

import sys
import time
from typing import Annotated

import typer

from app.cli import opening
from app.domain.people import Role

app = typer.Typer(name="users", help="Add, list and change people who sign in.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The name to sign in with")]
Roles = Annotated[list[Role], typer.Option("--role", help="A role; may be repeated")]
FromInput = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input instead of asking for it")]


@app.command()
def add(
    name: Name, role: Roles, display_name: Annotated[str, typer.Option(help="As shown to others")] = "", password_stdin: FromInput = False
) -> None:
    """Add a user; the password is asked for, twice."""
    from app import storage

    accounts = storage.accounts(opening.settings())
    user = accounts.add_user(name, _password(from_input=password_stdin), role, display_name=display_name)
    typer.echo(f"{user.name}: {', '.join(sorted(user.roles))}")


@app.command("list")
def list_users() -> None:
    """List users with their roles and state."""
    from app import storage

    for user in storage.accounts(opening.settings()).users():
        state = "disabled" if user.disabled else "locked" if user.locked_until > time.time() else "active"
        typer.echo(f"{user.name}\t{', '.join(sorted(user.roles))}\t{state}\t{user.display_name}")


@app.command()
def password(name: Name, password_stdin: FromInput = False) -> None:
    """Give a user another password; sessions end."""
    from app import storage

    storage.accounts(opening.settings()).set_password(name, _password(from_input=password_stdin))
    typer.echo(f"{name}: password changed")


@app.command()
def roles(name: Name, role: Roles) -> None:
    """Give a user other roles in the place of the present ones."""
    from app import storage

    storage.accounts(opening.settings()).set_roles(name, role)
    typer.echo(f"{name}: {', '.join(sorted(role))}")


@app.command()
def disable(name: Name) -> None:
    """Keep a user out; sessions end. Nothing that the user did is lost."""
    from app import storage

    storage.accounts(opening.settings()).set_disabled(name, disabled=True)
    typer.echo(f"{name}: disabled")


@app.command()
def enable(name: Name) -> None:
    """Let a disabled user in again."""
    from app import storage

    storage.accounts(opening.settings()).set_disabled(name, disabled=False)
    typer.echo(f"{name}: enabled")


@app.command()
def unlock(name: Name) -> None:
    """Let a user who is locked out after wrong passwords try again."""
    from app import storage

    storage.accounts(opening.settings()).unlock(name)
    typer.echo(f"{name}: unlocked")


def _password(*, from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
