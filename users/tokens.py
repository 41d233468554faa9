"""Access and refresh tokens: signed statements that point at a row of ``users_session``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import RefreshToken

from users.errors import InvalidRefreshToken
from users.models import Session

SESSION_CLAIM = "sid"


@dataclass(frozen=True, slots=True)
class TokenPair:
    access: str
    refresh: str


@dataclass(frozen=True, slots=True)
class RefreshClaims:
    session_id: UUID
    user_id: int
    jti: str


def new_refresh_token(*, now: datetime) -> RefreshToken:
    """A refresh token that is not yet of any session; it has its id and its expiry."""
    token = RefreshToken()
    token.current_time = now  # also the moment its access token counts from
    token.set_iat(at_time=now)
    token.set_exp(from_time=now)
    return token


def refresh_expiry(token: RefreshToken) -> datetime:
    return token.current_time + token.lifetime


def refresh_id(token: RefreshToken) -> str:
    return str(token[api_settings.JTI_CLAIM])


def signed_pair(*, token: RefreshToken, session: Session) -> TokenPair:
    """Sign ``token`` and an access token, both for ``session``."""
    token[api_settings.USER_ID_CLAIM] = str(session.user_id)
    token[SESSION_CLAIM] = str(session.pk)
    return TokenPair(access=str(token.access_token), refresh=str(token))


def read_refresh(raw: str) -> RefreshClaims:
    """The claims of a refresh token of ours. Raises InvalidRefreshToken."""
    try:
        token = RefreshToken(raw)  # type: ignore[arg-type]  # its stub knows only Token
        return RefreshClaims(
            session_id=UUID(token[SESSION_CLAIM]),
            user_id=int(token[api_settings.USER_ID_CLAIM]),
            jti=refresh_id(token),
        )
    except (TokenError, KeyError, ValueError) as error:
        raise InvalidRefreshToken from error
