"""Setting what is given on a row, and knowing what that changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model


def changed(row: Model, fields: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Set what differs on ``row``; returns ``{field: [before, after]}`` for the audit."""
    changes = {
        name: [getattr(row, name), value]
        for name, value in fields.items()
        if getattr(row, name) != value
    }
    for name, (_before, after) in changes.items():
        setattr(row, name, after)
    return changes
