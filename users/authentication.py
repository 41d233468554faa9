"""Who asks: bearer access tokens, checked against their session on every request."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import AuthenticationFailed
from rest_framework_simplejwt import authentication
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import Token

from users.models import Session, User
from users.services.sessions import session_holds
from users.tokens import SESSION_CLAIM


class JWTAuthentication(authentication.JWTAuthentication):
    """simplejwt's, refusing also tokens of ended sessions and of users not active any more.

    One query per request. A token dies with its session, at once: on logout, on a change of
    password, on deactivation, and when a used refresh token comes again.
    """

    def get_user(self, validated_token: Token) -> User:  # type: ignore[override]
        try:
            session_id = UUID(validated_token[SESSION_CLAIM])
            user_id = int(validated_token[api_settings.USER_ID_CLAIM])
        except (KeyError, ValueError) as error:
            raise AuthenticationFailed(_("This token is not one of ours.")) from error
        session = (
            Session.objects.select_related("user").filter(pk=session_id, user_id=user_id).first()
        )
        if session is None or not session_holds(session, session.user, timezone.now()):
            raise AuthenticationFailed(_("This session is over; sign in again."))
        return session.user
