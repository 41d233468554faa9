"""One-time links: made, sent by a worker, redeemed once."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import salted_hmac

from core import audit
from core.audit import SYSTEM
from users.errors import InvalidLink
from users.models import LinkPurpose, OneTimeLink, User
from users.services.sessions import user_locked

LIFETIMES: dict[LinkPurpose, timedelta] = {
    LinkPurpose.INVITATION: timedelta(days=7),
    LinkPurpose.PASSWORD_RESET: timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT),
}
# Where the frontend takes the secret: after "#", so that it reaches no server's log.
PAGES: dict[LinkPurpose, str] = {
    LinkPurpose.INVITATION: "/accept-invitation#token=",
    LinkPurpose.PASSWORD_RESET: "/reset-password#token=",
}
KEPT_AFTER_EXPIRY = timedelta(days=30)
UNSENT_IS_STALE_AFTER = timedelta(minutes=2)


def link_secret(link_id: uuid.UUID) -> str:
    """The secret of a link, derived from its id and the server's key."""
    digest = salted_hmac("users.links", link_id.hex, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def link_create(*, user: User, purpose: LinkPurpose, now: datetime) -> OneTimeLink:
    """A fresh link for a locked user; an open one of the same purpose stops working."""
    links_revoke(user=user, purposes=[purpose], now=now)
    link_id = uuid.uuid4()
    return OneTimeLink.objects.create(
        id=link_id,
        purpose=purpose,
        user=user,
        digest=_hash(link_secret(link_id)),
        created_at=now,
        expires_at=now + LIFETIMES[purpose],
    )


def links_revoke(*, user: User, purposes: Sequence[LinkPurpose], now: datetime) -> int:
    """Make the user's open links of these purposes useless; returns how many there were."""
    return OneTimeLink.objects.filter(
        user=user, purpose__in=purposes, used_at__isnull=True, revoked_at__isnull=True
    ).update(revoked_at=now)


def link_redeem(*, secret: str, purpose: LinkPurpose, now: datetime) -> User:
    """Use a link up and return its user, locked. Must run in the transaction of its effect.

    Raises InvalidLink for a link that is unknown, used, revoked, expired or of other purpose.
    """
    digest = _hash(secret)
    user_id = (
        OneTimeLink.objects.filter(digest=digest, purpose=purpose)
        .values_list("user_id", flat=True)
        .first()
    )
    user = user_locked(user_id) if user_id else None
    if user is None:
        raise InvalidLink
    used = OneTimeLink.objects.filter(
        digest=digest,
        purpose=purpose,
        used_at__isnull=True,
        revoked_at__isnull=True,
        expires_at__gt=now,
    ).update(used_at=now)
    if not used:
        raise InvalidLink
    return user


def link_send(*, link_id: uuid.UUID, now: datetime) -> bool:
    """Write the e-mail of an open, unsent link; False when there is nothing to send.

    The same secret comes out each time, so a repetition after a crash sends the same link.
    Raises what the mail server raises; the link then stays unsent.
    """
    link = OneTimeLink.objects.select_related("user").filter(pk=link_id).first()
    if link is None or not _is_open(link, now) or link.sent_at or not link.user.email:
        return False
    secret = link_secret(link.pk)
    # The same digest as before, unless the server's key was changed since and nobody has the link.
    OneTimeLink.objects.filter(pk=link.pk).update(digest=_hash(secret))
    _message(link, secret).send()
    OneTimeLink.objects.filter(pk=link.pk).update(sent_at=now)
    return True


def _is_open(link: OneTimeLink, now: datetime) -> bool:
    return link.used_at is None and link.revoked_at is None and link.expires_at > now


def _message(link: OneTimeLink, secret: str) -> EmailMessage:
    context = {
        "user": link.user,
        "url": f"{settings.FRONTEND_BASE_URL.rstrip('/')}{PAGES[LinkPurpose(link.purpose)]}"
        f"{quote(secret)}",
        "expires_at": link.expires_at,
    }
    with translation.override(link.user.language):
        subject = render_to_string(f"users/email/{link.purpose}_subject.txt", context)
        body = render_to_string(f"users/email/{link.purpose}.txt", context)
    return EmailMessage(subject=" ".join(subject.split()), body=body, to=[link.user.email])


def links_unsent(*, now: datetime) -> list[uuid.UUID]:
    """Open links whose e-mail a dead worker or broker left behind."""
    return list(
        OneTimeLink.objects.filter(
            sent_at__isnull=True,
            used_at__isnull=True,
            revoked_at__isnull=True,
            expires_at__gt=now,
            created_at__lt=now - UNSENT_IS_STALE_AFTER,
        )
        .order_by("created_at")
        .values_list("pk", flat=True)[:500]
    )


def links_purge(*, now: datetime) -> int:
    """Delete links that expired long ago; returns how many."""
    deleted, _by_model = OneTimeLink.objects.filter(expires_at__lt=now - KEPT_AFTER_EXPIRY).delete()
    return deleted


@transaction.atomic
def reset_link_create(*, user_id: int, now: datetime) -> uuid.UUID | None:
    """A password reset link for an active user with an e-mail address; None for anybody else."""
    user = user_locked(user_id)
    if user is None or not user.is_active or not user.email:
        return None
    link = link_create(user=user, purpose=LinkPurpose.PASSWORD_RESET, now=now)
    audit.record(actor=SYSTEM, action="users.password_reset_requested", subject=user)
    return link.pk
