"""`chartcoder webhooks`: addresses that are told of events."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli import opening
from app.domain.chart_event import EventType

app = typer.Typer(name="webhooks", help="Add, list and remove webhooks.", no_args_is_help=True)


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="https://..., or http:// on this machine")],
    event: Annotated[list[EventType] | None, typer.Option("--event", help="Only this; may be repeated [default: all]", show_default=False)] = None,
    key: Annotated[str, typer.Option("--key", help="Only encounters that this API key submitted", show_default=False)] = "",
) -> None:
    """Add a webhook and print the secret that signs its calls: it is shown this once."""
    from app import storage

    webhook = storage.accounts(opening.settings()).add_webhook(url, event or [], source=f"key:{key}" if key else None)
    typer.echo(f"{webhook.id}\t{webhook.secret}")


@app.command("list")
def list_webhooks() -> None:
    """List webhooks, without their secrets."""
    from app import storage

    for hook in storage.accounts(opening.settings()).webhooks():
        typer.echo(f"{hook.id}\t{hook.url}\t{', '.join(sorted(hook.events))}\t{hook.source or 'all submitters'}")


@app.command()
def remove(webhook_id: Annotated[str, typer.Argument(help="The id that `chartcoder webhooks list` shows")]) -> None:
    """Deliver nothing more to a webhook."""
    from app import storage

    storage.accounts(opening.settings()).remove_webhook(webhook_id)
    typer.echo(f"{webhook_id}: removed")
