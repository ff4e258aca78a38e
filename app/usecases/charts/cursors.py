"""Where a page of the worklist ended, as text for addresses."""

from __future__ import annotations

import base64
import json
from datetime import datetime

from app.domain.errors import InvalidCursor
from app.usecases.records.charts import Order, Position


def write_cursor(position: Position | None, order: Order) -> str | None:
    """A position as a cursor."""
    if position is None:
        return None
    value = position.value.isoformat() if isinstance(position.value, datetime) else position.value
    return base64.urlsafe_b64encode(json.dumps([order.value, value, position.id]).encode()).decode().rstrip("=")


def read_cursor(cursor: str | None, order: Order) -> Position | None:
    """The position of a cursor that `write_cursor` gave for the same order. Raises InvalidCursor."""
    if cursor is None:
        return None
    try:
        name, value, chart_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        position = Position(datetime.fromisoformat(value) if order is Order.AGE else float(value), str(chart_id))
    except (ValueError, TypeError) as error:
        raise InvalidCursor from error
    if name != order.value or (isinstance(position.value, datetime) and position.value.tzinfo is None):
        raise InvalidCursor
    return position
