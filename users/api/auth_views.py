"""Signing in and out, and the passwords behind it.

None of these runs inside the idempotency transaction: counted failures and ended sessions must
stay when the answer is an error, and no token may be kept for a replay.
"""

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_202_ACCEPTED, HTTP_204_NO_CONTENT

from core.api import AUTHENTICATED, PUBLIC, ApiView
from core.correlation import client_ip
from users.api.serializers import (
    ChangePasswordIn,
    LinkPasswordIn,
    LoginIn,
    LogoutIn,
    PasswordResetIn,
    ProfileIn,
    RefreshIn,
    SignedInOut,
    TokenPairOut,
    UserOut,
)
from users.models import User
from users.services import accounts, credentials, sessions
from users.throttling import ScopedThrottle
from users.tokens import TokenPair


class AuthView(ApiView):
    """Base of the doors: no idempotency keys, and answers no cache may keep."""

    idempotent = False

    def origin(self) -> dict[str, str]:
        """Where the request comes from, as sessions remember it."""
        return {
            "address": client_ip(self.request),
            "user_agent": self.request.headers.get("User-Agent", ""),
        }

    def finalize_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(*args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response


class PublicAuthView(AuthView):
    permissions = {"post": PUBLIC}
    extra_problems = (401,)
    authentication_classes = ()  # an expired access token must not keep one from signing in
    throttle_classes = (ScopedThrottle,)
    throttle_scope = "login"


def signed_in(user: User, pair: TokenPair) -> dict[str, Any]:
    return SignedInOut({"access": pair.access, "refresh": pair.refresh, "user": user}).data


class LoginView(PublicAuthView):
    @extend_schema(
        operation_id="auth_login",
        request=LoginIn,
        responses=SignedInOut,
        examples=[
            OpenApiExample(
                "By e-mail address",
                value={"login": "layla@example.com", "password": "correct-horse-battery"},
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Sign in by username or e-mail address. Repeated failures lock with growing delays."""
        body = self.parse(LoginIn)
        user, pair = credentials.login(
            identifier=body["login"], password=body["password"], now=self.now, **self.origin()
        )
        return Response(signed_in(user, pair))


class RefreshView(PublicAuthView):
    throttle_scope = "refresh"

    @extend_schema(operation_id="auth_refresh", request=RefreshIn, responses=TokenPairOut)
    def post(self, request: Request) -> Response:
        """Exchange a refresh token; it works once. A used one that returns ends all sessions."""
        pair = sessions.session_refresh(
            refresh_token=self.parse(RefreshIn)["refresh"],
            address=client_ip(request),
            now=self.now,
        )
        return Response(TokenPairOut(pair).data)


class LogoutView(PublicAuthView):
    throttle_scope = "refresh"

    @extend_schema(operation_id="auth_logout", request=LogoutIn, responses={204: None})
    def post(self, request: Request) -> Response:
        """End this session, or all of them: their access tokens stop working at once."""
        body = self.parse(LogoutIn)
        sessions.session_logout(
            refresh_token=body["refresh"],
            everywhere=body["everywhere"],
            address=client_ip(request),
            now=self.now,
        )
        return Response(status=HTTP_204_NO_CONTENT)


class MeView(ApiView):
    permissions = {"get": AUTHENTICATED, "patch": AUTHENTICATED}

    @extend_schema(operation_id="auth_me", responses=UserOut)
    def get(self, request: Request) -> Response:
        """One's own account."""
        return Response(UserOut(request.user).data)

    @extend_schema(operation_id="auth_me_update", request=ProfileIn, responses=UserOut)
    def patch(self, request: Request) -> Response:
        """Change one's own name, phone or language."""
        user = accounts.user_update(
            actor=self.actor,
            now=self.now,
            user_id=cast(int, request.user.pk),
            changes=self.parse(ProfileIn),
        )
        return Response(UserOut(user).data)


class ChangePasswordView(AuthView):
    permissions = {"post": AUTHENTICATED}

    @extend_schema(
        operation_id="auth_change_password", request=ChangePasswordIn, responses=TokenPairOut
    )
    def post(self, request: Request) -> Response:
        """Change one's own password. Every session ends; the answer begins a new one."""
        pair = credentials.password_change(
            user_id=cast(int, request.user.pk),
            now=self.now,
            **self.parse(ChangePasswordIn),
            **self.origin(),
        )
        return Response(TokenPairOut(pair).data)


class PasswordResetView(PublicAuthView):
    throttle_scope = "password_reset"

    @extend_schema(
        operation_id="auth_password_reset", request=PasswordResetIn, responses={202: None}
    )
    def post(self, request: Request) -> Response:
        """Ask for a reset link. The answer is the same whether or not the address is known."""
        accounts.password_reset_request(
            email=self.parse(PasswordResetIn)["email"], address=client_ip(request), now=self.now
        )
        return Response(status=HTTP_202_ACCEPTED)


class PasswordResetConfirmView(PublicAuthView):
    @extend_schema(
        operation_id="auth_password_reset_confirm", request=LinkPasswordIn, responses={204: None}
    )
    def post(self, request: Request) -> Response:
        """Set a new password by the secret of a reset link. Every session ends."""
        body = self.parse(LinkPasswordIn)
        accounts.password_reset_confirm(
            secret=body["token"],
            password=body["password"],
            address=client_ip(request),
            now=self.now,
        )
        return Response(status=HTTP_204_NO_CONTENT)


class InvitationAcceptView(PublicAuthView):
    @extend_schema(
        operation_id="auth_invitation_accept", request=LinkPasswordIn, responses=SignedInOut
    )
    def post(self, request: Request) -> Response:
        """Choose the first password by the secret of an invitation, and be signed in."""
        body = self.parse(LinkPasswordIn)
        user, pair = accounts.invitation_accept(
            secret=body["token"], password=body["password"], now=self.now, **self.origin()
        )
        return Response(signed_in(user, pair))
