"""How far an application is, and whether it should stop: told through the cache.

While a file is applied, all it writes is in one transaction that nobody else sees into, and the
job's row is locked. Progress and the wish to cancel therefore go through the cache, outside of
any transaction. Losing it loses no more than the figure shown: a cancellation that got lost is
seen by the import finishing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.cache import cache

from core.audit import Actor
from inventory.models import ImportJob

KEPT_SECONDS = 3600


class ImportCancelled(Exception):
    """Somebody asked to stop. Raised inside the transaction, so that it leaves nothing."""

    def __init__(self, actor: Actor) -> None:
        super().__init__(actor.label)
        self.actor = actor


@dataclass(frozen=True, slots=True)
class Progress:
    """step: what is being done; done: rows it has done."""

    step: str
    done: int


def progress_write(job: ImportJob, step: str, done: int) -> None:
    """Show how far it is. Raises ImportCancelled where somebody asked to stop."""
    cache.set(_key(job.pk, "progress"), {"step": step, "done": done}, KEPT_SECONDS)
    if (actor := cancel_wish(job.pk)) is not None:
        raise ImportCancelled(actor)


def progress_read(job_id: UUID) -> Progress | None:
    shown: Any = cache.get(_key(job_id, "progress"))
    return None if shown is None else Progress(shown["step"], shown["done"])


def cancel_ask(job_id: UUID, actor: Actor) -> None:
    """Ask the worker that is applying to stop and undo."""
    wish = {"id": actor.id, "label": actor.label, "ip": actor.ip}
    cache.set(_key(job_id, "cancel"), wish, KEPT_SECONDS)


def cancel_wish(job_id: UUID) -> Actor | None:
    """Who asked to stop it, None where nobody did."""
    wish: Any = cache.get(_key(job_id, "cancel"))
    return None if wish is None else Actor(**wish)


def _key(job_id: UUID, what: str) -> str:
    return f"inventory:import:{job_id}:{what}"
