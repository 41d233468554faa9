"""Sessions: begun by a sign-in, carried on by refreshing, ended one by one or all at once.

Locks: the user's row first, then sessions.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from core import audit
from core.audit import Actor
from users import tokens
from users.errors import InvalidCredentials, InvalidRefreshToken
from users.models import EndReason, Session, User
from users.tokens import RefreshClaims, TokenPair

KEPT_AFTER_EXPIRY = timedelta(days=30)
USER_AGENT_LENGTH = 200


def user_locked(user_id: int) -> User | None:
    """The user's row, locked against other changes but not against foreign keys to it."""
    return User.objects.select_for_update(no_key=True).filter(pk=user_id).first()


@transaction.atomic
def session_start(*, user: User, address: str, user_agent: str, now: datetime) -> TokenPair:
    """Begin a session of a user whose password was just verified.

    Raises InvalidCredentials when the password or the account changed in between.
    """
    present = user_locked(user.pk)
    if present is None or not present.is_active or present.password != user.password:
        raise InvalidCredentials
    token = tokens.new_refresh_token(now=now)
    session = Session.objects.create(
        user=present,
        refresh_jti=tokens.refresh_id(token),
        started_at=now,
        refreshed_at=now,
        expires_at=tokens.refresh_expiry(token),
        client_ip=address,
        user_agent=user_agent[:USER_AGENT_LENGTH],
    )
    user.last_login = now
    user.save(update_fields=["last_login"])
    audit.record(
        actor=actor_for(present, address),
        action="users.session_started",
        subject=present,
        changes={"session_id": session.pk},
    )
    return tokens.signed_pair(token=token, session=session)


def admin_signed_in(*, user: User, address: str) -> None:
    """Record that an administrator opened the administration pages (a browser session)."""
    with transaction.atomic():
        audit.record(actor=actor_for(user, address), action="users.admin_signed_in", subject=user)


def session_refresh(*, refresh_token: str, address: str, now: datetime) -> TokenPair:
    """Exchange a refresh token for a new pair; the old one is used up.

    A used token that comes again was copied by somebody: every session of the user ends.
    Raises InvalidRefreshToken, after what had to end has been committed.
    """
    claims = tokens.read_refresh(refresh_token)
    pair = _rotate(claims=claims, address=address, now=now)
    if pair is None:
        raise InvalidRefreshToken
    return pair


@transaction.atomic
def _rotate(*, claims: RefreshClaims, address: str, now: datetime) -> TokenPair | None:
    user = user_locked(claims.user_id)
    session = _session_locked(claims)
    if user is None or session is None or not session_holds(session, user, now):
        return None
    if session.refresh_jti != claims.jti:
        _end_all(
            user=user,
            reason=EndReason.TOKEN_REUSED,
            action="users.refresh_token_reused",
            actor=actor_for(user, address),
            now=now,
        )
        return None
    token = tokens.new_refresh_token(now=now)
    session.refresh_jti = tokens.refresh_id(token)
    session.refreshed_at = now
    session.expires_at = tokens.refresh_expiry(token)
    session.save(update_fields=["refresh_jti", "refreshed_at", "expires_at"])
    return tokens.signed_pair(token=token, session=session)


def _session_locked(claims: RefreshClaims) -> Session | None:
    return (
        Session.objects.select_for_update(of=("self",))
        .filter(pk=claims.session_id, user_id=claims.user_id)
        .first()
    )


def session_holds(session: Session, user: User, now: datetime) -> bool:
    """Whether tokens of `session` are good: user active, not ended, not expired or revoked."""
    if not user.is_active or session.ended_at is not None or session.expires_at <= now:
        return False
    return user.tokens_valid_after is None or session.started_at >= user.tokens_valid_after


def session_logout(*, refresh_token: str, everywhere: bool, address: str, now: datetime) -> None:
    """End the token's session, or all of its user's. Signing out twice is no error.

    Raises InvalidRefreshToken for a token that is not ours or has expired.
    """
    claims = tokens.read_refresh(refresh_token)
    with transaction.atomic():
        user = user_locked(claims.user_id)
        session = _session_locked(claims)
        if user is None or session is None or not session_holds(session, user, now):
            return
        if everywhere:
            _end_all(
                user=user,
                reason=EndReason.LOGOUT_EVERYWHERE,
                action="users.logged_out_everywhere",
                actor=actor_for(user, address),
                now=now,
            )
            return
        session.ended_at = now
        session.end_reason = EndReason.LOGOUT
        session.save(update_fields=["ended_at", "end_reason"])
        audit.record(
            actor=actor_for(user, address),
            action="users.logged_out",
            subject=user,
            changes={"session_id": session.pk},
        )


def sessions_end(*, user: User, reason: EndReason, now: datetime) -> int:
    """End every open session of a locked user and refuse all tokens issued so far.

    Returns how many sessions were open. The caller records why.
    """
    user.tokens_valid_after = now
    user.save(update_fields=["tokens_valid_after", "updated_at"])
    return Session.objects.filter(user=user, ended_at__isnull=True).update(
        ended_at=now, end_reason=reason
    )


def _end_all(*, user: User, reason: EndReason, action: str, actor: Actor, now: datetime) -> None:
    ended = sessions_end(user=user, reason=reason, now=now)
    audit.record(actor=actor, action=action, subject=user, changes={"sessions_ended": ended})


def sessions_purge(*, now: datetime) -> int:
    """Delete sessions that expired long ago; returns how many."""
    deleted, _by_model = Session.objects.filter(expires_at__lt=now - KEPT_AFTER_EXPIRY).delete()
    return deleted


def actor_for(user: User, address: str) -> Actor:
    """The user acting on their own account."""
    return Actor(id=user.pk, label=user.username, ip=address)
