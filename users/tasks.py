"""Background work of accounts. Tasks carry ids only; no secret passes through the broker."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from uuid import UUID

from celery import shared_task
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from core.errors import Unavailable
from users.services import attempts, links, sessions

logger = logging.getLogger(__name__)

MAIL_FAILURES = (SMTPException, OSError)


def link_send_after_commit(link_id: UUID) -> None:
    """Send a link's e-mail once its transaction has committed."""
    transaction.on_commit(lambda: _enqueue(link_id))


def _enqueue(link_id: UUID) -> None:
    try:
        link_send.delay(str(link_id))
    except OperationalError:
        # The row is the job: `links_send_unsent` finds it when the broker is back.
        logger.warning("broker unreachable; the e-mail of a one-time link is sent later")


@shared_task(
    name="users.link_send",
    ignore_result=True,
    autoretry_for=MAIL_FAILURES,
    retry_backoff=10,
    retry_backoff_max=600,
    retry_jitter=True,
    max_retries=5,
)
def link_send(link_id: str) -> None:
    links.link_send(link_id=UUID(link_id), now=timezone.now())


@shared_task(name="users.links_send_unsent", ignore_result=True)
def links_send_unsent() -> None:
    for link_id in links.links_unsent(now=timezone.now()):
        link_send.delay(str(link_id))


def password_reset_enqueue(user_id: int) -> None:
    """Raises Unavailable while the broker is down: nobody is promised an e-mail."""
    try:
        password_reset_start.delay(user_id)
    except OperationalError as error:
        raise Unavailable(retry_after=30) from error


@shared_task(name="users.password_reset_start", ignore_result=True)
def password_reset_start(user_id: int) -> None:
    """``user_id``: 0 where nobody has the address asked for, so that asking tells nothing."""
    link_id = links.reset_link_create(user_id=user_id, now=timezone.now())
    if link_id is not None:
        link_send.delay(str(link_id))


@shared_task(name="users.purge_expired", ignore_result=True)
def purge_expired() -> None:
    now = timezone.now()
    attempts.attempts_purge(now=now)
    links.links_purge(now=now)
    sessions.sessions_purge(now=now)
