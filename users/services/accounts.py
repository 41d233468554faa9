"""Accounts: invited, accepted, corrected, deactivated and activated again. Never deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from core import audit
from core.audit import Actor
from core.errors import FieldProblem
from users import selectors, tasks
from users.errors import (
    EmailTaken,
    UserAlreadyDeactivated,
    UsernameTaken,
    UserNotDeactivated,
    UserNotFound,
    UserNotInvited,
)
from users.models import AttemptKind, EndReason, LinkPurpose, User, UserManager, UserStatus
from users.services import attempts, credentials, links, sessions
from users.services.administration import administrators_kept, authority_require
from users.services.attempts import Party
from users.tokens import TokenPair

# Personal facts: the audit log says that they changed, not to what.
_UNSPOKEN = {"email", "phone", "full_name"}


def _locked(user_id: int) -> User:
    user = sessions.user_locked(user_id)
    if user is None:
        raise UserNotFound
    return user


@contextmanager
def _unique_names() -> Iterator[None]:
    """Turn a breach of the names' unique constraints into its own error."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        if constraint.startswith("users_user_username"):
            raise UsernameTaken(
                errors=[FieldProblem("username", "taken", UsernameTaken.title)]
            ) from error
        if constraint == "users_user_email_unique_ci":
            raise EmailTaken(errors=[FieldProblem("email", "taken", EmailTaken.title)]) from error
        raise


@transaction.atomic
def user_invite(
    *,
    actor: Actor,
    now: datetime,
    username: str,
    email: str,
    full_name: str = "",
    phone: str = "",
    language: str = "ar",
) -> User:
    """Make an account without a password and send its invitation after commit.

    Raises UsernameTaken, EmailTaken.
    """
    with _unique_names():
        user = User.objects.create_user(
            username,
            email=email,
            full_name=full_name,
            phone=phone,
            language=language,
            is_active=False,
            created_at=now,
        )
    _send_invitation(user, now)
    audit.record(
        actor=actor, action="users.user_invited", subject=user, changes={"username": username}
    )
    return user


@transaction.atomic
def account_create(
    *,
    actor: Actor,
    now: datetime,
    username: str,
    password: str,
    email: str = "",
    full_name: str = "",
    language: str = "ar",
) -> int:
    """Make an active account with a password, without an invitation; returns its id.

    For commands run on the server; over the API people are invited. Raises UsernameTaken,
    EmailTaken, PasswordRefused.
    """
    credentials.password_validate(
        password=password, user=User(username=username, email=email, full_name=full_name)
    )
    with _unique_names():
        user = User.objects.create_user(
            username,
            password,
            email=email,
            full_name=full_name,
            language=language,
            created_at=now,
        )
    audit.record(
        actor=actor, action="users.user_created", subject=user, changes={"username": username}
    )
    return user.pk


@transaction.atomic
def invitation_resend(*, actor: Actor, now: datetime, user_id: int) -> User:
    """Send a fresh invitation; the earlier one stops working. Raises UserNotInvited."""
    user = _locked(user_id)
    authority_require(actor=actor, over=user)
    if user.status is not UserStatus.INVITED:
        raise UserNotInvited
    _send_invitation(user, now)
    audit.record(actor=actor, action="users.invitation_resent", subject=user)
    return user


def _send_invitation(user: User, now: datetime) -> None:
    link = links.link_create(user=user, purpose=LinkPurpose.INVITATION, now=now)
    tasks.link_send_after_commit(link.pk)


def invitation_accept(
    *, secret: str, password: str, address: str, user_agent: str, now: datetime
) -> tuple[User, TokenPair]:
    """Choose the first password: the account becomes active and is signed in.

    Raises InvalidLink, PasswordRefused (the link stays good), TooManyAttempts.
    """
    counted = _count_link_attempt(address, now)
    with transaction.atomic():
        user = links.link_redeem(secret=secret, purpose=LinkPurpose.INVITATION, now=now)
        user.is_active = True
        user.save(update_fields=["is_active", "updated_at"])
        credentials.password_set(user=user, password=password, now=now)
        audit.record(
            actor=sessions.actor_for(user, address),
            action="users.invitation_accepted",
            subject=user,
        )
        pair = sessions.session_start(user=user, address=address, user_agent=user_agent, now=now)
    attempts.attempt_forgive(counted=counted)
    return user, pair


def password_reset_request(*, email: str, address: str, now: datetime) -> None:
    """Have a reset link sent, if an active user has this address.

    The same work and the same silence for an address nobody has: a worker finds out. Only the
    number of requests is limited: TooManyAttempts per client, silently per account.
    """
    known = selectors.user_by_login(email)
    if address:
        attempts.attempt_count(parties=[Party(AttemptKind.RESET_ADDRESS, address)], now=now)
    account = Party(AttemptKind.RESET_ACCOUNT, email.casefold())
    allowed = attempts.attempt_allowed(party=account, now=now)
    tasks.password_reset_enqueue(known.pk if known and allowed else 0)


def password_reset_confirm(*, secret: str, password: str, address: str, now: datetime) -> None:
    """Set a new password by a reset link; every session ends and the lockout is lifted.

    Raises InvalidLink, PasswordRefused (the link stays good), TooManyAttempts.
    """
    counted = _count_link_attempt(address, now)
    with transaction.atomic():
        user = links.link_redeem(secret=secret, purpose=LinkPurpose.PASSWORD_RESET, now=now)
        credentials.password_set(user=user, password=password, now=now)
        audit.record(
            actor=sessions.actor_for(user, address),
            action="users.password_reset",
            subject=user,
        )
    attempts.attempt_forgive(counted=counted)


def _count_link_attempt(address: str, now: datetime) -> list[attempts.CountedAttempt]:
    if not address:
        return []
    return attempts.attempt_count(parties=[Party(AttemptKind.LINK_ADDRESS, address)], now=now)


@transaction.atomic
def user_update(*, actor: Actor, now: datetime, user_id: int, changes: Mapping[str, Any]) -> User:
    """Correct an account: username, email, phone, full_name, language.

    A new e-mail address makes every link sent to the old one useless; an open invitation goes
    out again. Raises BeyondOwnPermissions, UsernameTaken, EmailTaken.
    """
    user = _locked(user_id)
    authority_require(actor=actor, over=user)
    before = {field: getattr(user, field) for field in changes}
    for field, value in changes.items():
        setattr(user, field, value)
    user.username = User.normalize_username(user.username)
    user.email = UserManager.normalize_email(user.email)
    changed = {field for field in changes if getattr(user, field) != before[field]}
    if not changed:
        return user
    with _unique_names():
        user.save(update_fields=[*changed, "updated_at"])
    if "email" in changed:
        _redirect_links(user, now)
    audit.record(
        actor=actor,
        action="users.user_updated",
        subject=user,
        changes={field: _spoken(field, before[field], user) for field in sorted(changed)},
    )
    return user


def _spoken(field: str, before: Any, user: User) -> Any:
    return "changed" if field in _UNSPOKEN else [before, getattr(user, field)]


def _redirect_links(user: User, now: datetime) -> None:
    links.links_revoke(user=user, purposes=list(LinkPurpose), now=now)
    if user.status is UserStatus.INVITED and user.email:
        _send_invitation(user, now)


def user_deactivate(*, actor: Actor, now: datetime, user_id: int, reason: str = "") -> User:
    """Lock an account: no sign-in, every session over, links useless. Can be undone.

    Raises LastAdministrator, BeyondOwnPermissions, UserAlreadyDeactivated.
    """
    with administrators_kept():
        user = _locked(user_id)
        authority_require(actor=actor, over=user)
        if user.status is UserStatus.DEACTIVATED:
            raise UserAlreadyDeactivated
        user.is_active = False
        user.deactivated_at = now
        user.save(update_fields=["is_active", "deactivated_at", "updated_at"])
        sessions.sessions_end(user=user, reason=EndReason.DEACTIVATED, now=now)
        links.links_revoke(user=user, purposes=list(LinkPurpose), now=now)
        audit.record(actor=actor, action="users.user_deactivated", subject=user, reason=reason)
    return user


@transaction.atomic
def user_activate(*, actor: Actor, now: datetime, user_id: int) -> User:
    """Undo a deactivation; who never had a password is merely invited again.

    Raises BeyondOwnPermissions, UserNotDeactivated.
    """
    user = _locked(user_id)
    authority_require(actor=actor, over=user)
    if user.status is not UserStatus.DEACTIVATED:
        raise UserNotDeactivated
    user.deactivated_at = None
    user.is_active = user.has_usable_password()
    user.save(update_fields=["is_active", "deactivated_at", "updated_at"])
    if not user.is_active and user.email:
        _send_invitation(user, now)
    audit.record(actor=actor, action="users.user_activated", subject=user)
    return user
