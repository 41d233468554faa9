"""Moving an import on: one worker, which may die between any two lines.

A worker takes the job's lease in a transaction of its own. Reading and checking go in chunks, each
committed with how far it got, so that another worker goes on from there. Applying is one
transaction; while it lasts the lock of the job's row is the lease, which PostgreSQL takes from a
dead worker at once. `services.imports.sweeping` finds what dead workers left.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone, translation

from core.audit import SYSTEM, Actor
from core.errors import DomainError
from inventory.models import WORKING_IMPORTS, ImportJob
from inventory.services.imports.progress import ImportCancelled, cancel_wish
from inventory.services.imports.transitions import import_locked, import_move

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=5)
# A file that stopped this many workers is not given to a further one.
MOST_ATTEMPTS = 5


class ImportTakenAway(Exception):
    """The job is another worker's now, or was cancelled."""


def import_advance(*, job_id: UUID, now: datetime) -> None:
    """Take a job as far as it goes, or do nothing where there is nothing to do now."""
    job = _claim(job_id, now)
    if job is None:
        return
    with translation.override(job.language):
        try:
            _steps_take(job)
        except ImportTakenAway:
            return
        except ImportCancelled as wish:
            _cancel(job, wish.actor)
        except (DomainError, IntegrityError, OperationalError) as error:
            # Somebody else changed the same things meanwhile: what they did is judged anew.
            logger.warning("an import is tried again", extra={"job_id": str(job_id)}, exc_info=True)
            _stumble(job, error)
        except Exception as error:  # a fault of ours must not leave the job waiting for ever
            logger.exception("a step of an import failed", extra={"job_id": str(job_id)})
            _stumble(job, error)


@contextmanager
def held(job: ImportJob) -> Iterator[ImportJob]:
    """One transaction of the worker that holds the job; renews its lease.

    Raises ImportTakenAway where it does not hold it any more, ImportCancelled where somebody
    asked to stop.
    """
    with transaction.atomic():
        current = import_locked(job.pk)
        if current is None or (current.attempts, current.state) != (job.attempts, job.state):
            raise ImportTakenAway
        if (actor := cancel_wish(job.pk)) is not None:
            raise ImportCancelled(actor)
        current.lease_expires_at = timezone.now() + LEASE
        yield current
        current.save()
    job.__dict__.update(current.__dict__)


def actor_of(job: ImportJob) -> Actor:
    """Who started it: what is written is written in their name."""
    user = job.created_by
    return SYSTEM if user is None else Actor(id=user.pk, label=user.get_username())


def _steps_take(job: ImportJob) -> None:
    from inventory.services.imports.steps import STEPS  # which need `held`

    while (step := STEPS.get(job.state)) is not None:
        step(job)


@transaction.atomic
def _claim(job_id: UUID, now: datetime) -> ImportJob | None:
    """The job under a fresh lease, None where nothing is due or another worker has it."""
    job = (
        ImportJob.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
        .select_related("file", "created_by")
        .filter(pk=job_id, state__in=WORKING_IMPORTS, next_attempt_at__lte=now)
        .exclude(lease_expires_at__gt=now)
        .first()
    )
    if job is None:
        return None
    if job.attempts >= MOST_ATTEMPTS:
        import_move(
            job, "fail", actor=SYSTEM, now=now, failure_code="worker_died",
            failure_detail="This file stopped the worker several times.",
        )  # fmt: skip
        return None
    job.lease_expires_at = now + LEASE
    job.attempts += 1
    job.save(update_fields=["lease_expires_at", "attempts", "updated_at"])
    return job


@transaction.atomic
def _cancel(job: ImportJob, actor: Actor) -> None:
    current = import_locked(job.pk)
    if current is not None and current.state in WORKING_IMPORTS:
        import_move(current, "cancel", actor=actor, now=timezone.now())


@transaction.atomic
def _stumble(job: ImportJob, error: Exception) -> None:
    """Once more after a pause, and at the last attempt it is a failure."""
    now = timezone.now()
    current = import_locked(job.pk)
    if current is None or current.state not in WORKING_IMPORTS or current.attempts != job.attempts:
        return
    if current.attempts >= MOST_ATTEMPTS:
        code, detail = "internal_error", "A fault of ours; quote the import's id."
        if isinstance(error, DomainError):
            code, detail = error.code, str(error.detail)
        import_move(
            current, "fail", actor=SYSTEM, now=now, failure_code=code, failure_detail=detail
        )
        return
    pause = min(FIRST_PAUSE * 2 ** (current.attempts - 1), LONGEST_PAUSE)
    current.lease_expires_at = None
    current.next_attempt_at = now + pause * (1 + random.random() / 2)  # noqa: S311 - jitter
    current.save(update_fields=["lease_expires_at", "next_attempt_at", "updated_at"])
