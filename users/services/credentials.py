"""Proving who one is: login with lockout, and the passwords behind it."""

from __future__ import annotations

from datetime import datetime

from django.contrib import auth
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from core import audit
from core.audit import SYSTEM, Actor
from core.errors import FieldProblem
from users import selectors
from users.errors import InvalidCredentials, PasswordRefused
from users.models import AttemptCounter, AttemptKind, EndReason, User
from users.services import attempts, sessions
from users.services.attempts import CountedAttempt, Party
from users.tokens import TokenPair


def login(
    *, identifier: str, password: str, address: str, user_agent: str, now: datetime
) -> tuple[User, TokenPair]:
    """Sign in by username or e-mail address and begin a session.

    Raises InvalidCredentials, or TooManyAttempts with the seconds to wait.
    """
    user = credentials_check(identifier=identifier, password=password, address=address, now=now)
    pair = sessions.session_start(user=user, address=address, user_agent=user_agent, now=now)
    return user, pair


def credentials_check(*, identifier: str, password: str, address: str, now: datetime) -> User:
    """The active user these credentials belong to; every door (API, admin) asks here.

    Raises InvalidCredentials, or TooManyAttempts with the seconds to wait.
    """
    known = selectors.user_by_login(identifier)
    counted = attempts.attempt_count(parties=_parties(known, identifier, address), now=now)
    user = auth.authenticate(None, username=identifier, password=password)
    if not isinstance(user, User):
        _record_failure(known=known, counted=counted, address=address)
        raise InvalidCredentials
    attempts.attempt_forgive(counted=counted)
    return user


def account_party(known: User | None, identifier: str) -> Party:
    """The account's counter. A name nobody has is counted just like one somebody has."""
    identity = f"user:{known.pk}" if known else f"name:{identifier.casefold()}"
    return Party(AttemptKind.LOGIN_ACCOUNT, identity)


def _parties(known: User | None, identifier: str, address: str) -> list[Party]:
    parties = [account_party(known, identifier)]
    if address:  # unknown only behind a socket, where no address can be told apart
        parties.append(Party(AttemptKind.LOGIN_ADDRESS, address))
    return parties


@transaction.atomic
def _record_failure(*, known: User | None, counted: list[CountedAttempt], address: str) -> None:
    account = next(a for a in counted if a.kind is AttemptKind.LOGIN_ACCOUNT)
    audit.record(
        actor=Actor(id=SYSTEM.id, label=SYSTEM.label, ip=address),
        action="users.login_failed",
        subject=known or AttemptCounter(pk=account.counter_id),
        changes={"locked_until": {a.kind: a.locked_until for a in counted if a.locked_until}},
    )


def password_change(
    *,
    user_id: int,
    current_password: str,
    new_password: str,
    address: str,
    user_agent: str,
    now: datetime,
) -> TokenPair:
    """Change one's own password: every session ends, a new one begins here.

    Raises InvalidCredentials (counted like a failed login), TooManyAttempts, PasswordRefused.
    """
    user = selectors.user_get(user_id)
    credentials_check(identifier=user.username, password=current_password, address=address, now=now)
    with transaction.atomic():
        changed = password_replace(
            user_id=user_id,
            current_password=current_password,
            new_password=new_password,
            address=address,
            now=now,
        )
        return sessions.session_start(user=changed, address=address, user_agent=user_agent, now=now)


@transaction.atomic
def password_replace(
    *, user_id: int, current_password: str, new_password: str, address: str, now: datetime
) -> User:
    """Set a new password over the present one; every session ends. Returns the user, locked.

    Raises InvalidCredentials, PasswordRefused.
    """
    user = sessions.user_locked(user_id)
    if user is None or not user.check_password(current_password):
        raise InvalidCredentials
    password_set(user=user, password=new_password, now=now)
    audit.record(
        actor=sessions.actor_for(user, address), action="users.password_changed", subject=user
    )
    return user


def password_set(*, user: User, password: str, now: datetime) -> None:
    """Give a locked user a new password, end every session and lift the account's lockout.

    Raises PasswordRefused with every reason. The caller records why.
    """
    password_validate(password=password, user=user)
    user.set_password(password)
    user.save(update_fields=["password", "updated_at"])
    sessions.sessions_end(user=user, reason=EndReason.PASSWORD_CHANGED, now=now)
    attempts.account_unlock(parties=[account_party(user, user.username)])


def password_validate(*, password: str, user: User) -> None:
    """Raises PasswordRefused with every reason the validators give."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordRefused(
            errors=[
                FieldProblem("password", problem.code or "invalid", " ".join(problem.messages))
                for problem in error.error_list
            ]
        ) from error
