"""Accounts, as administrators see and keep them."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from core.api import ApiView
from core.pagination import page_of
from users import selectors
from users.api.serializers import DeactivationIn, InvitationIn, UserChangesIn, UserFilter, UserOut
from users.models import ADMINISTER
from users.services import accounts


class UserListView(ApiView):
    permissions = {"get": "users.view", "post": ADMINISTER}

    @extend_schema(operation_id="users_list", parameters=[UserFilter], responses=page_of(UserOut))
    def get(self, request: Request) -> Response:
        """Users, invited and deactivated ones included."""
        return self.page(selectors.users_listed(**self.query(UserFilter)), UserOut)

    @extend_schema(
        operation_id="users_invite",
        request=InvitationIn,
        responses={201: UserOut},
        examples=[
            OpenApiExample(
                "A pharmacist",
                value={
                    "username": "layla",
                    "email": "layla@example.com",
                    "full_name": "ليلى حسن",
                    "language": "ar",
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Invite somebody: the account is made, and a link to choose a password is sent."""
        user = accounts.user_invite(actor=self.actor, now=self.now, **self.parse(InvitationIn))
        return Response(UserOut(user).data, status=HTTP_201_CREATED)


class UserView(ApiView):
    permissions = {"get": "users.view", "patch": ADMINISTER}

    @extend_schema(operation_id="users_read", responses=UserOut)
    def get(self, request: Request, user_id: int) -> Response:
        """One user."""
        return Response(UserOut(selectors.user_get(user_id)).data)

    @extend_schema(operation_id="users_update", request=UserChangesIn, responses=UserOut)
    def patch(self, request: Request, user_id: int) -> Response:
        """Correct a user's names, phone, e-mail address or language."""
        user = accounts.user_update(
            actor=self.actor, now=self.now, user_id=user_id, changes=self.parse(UserChangesIn)
        )
        return Response(UserOut(user).data)


class UserDeactivateView(ApiView):
    permissions = {"post": ADMINISTER}

    @extend_schema(operation_id="users_deactivate", request=DeactivationIn, responses=UserOut)
    def post(self, request: Request, user_id: int) -> Response:
        """Lock a user out at once; can be undone. Not the last administrator."""
        user = accounts.user_deactivate(
            actor=self.actor, now=self.now, user_id=user_id, **self.parse(DeactivationIn)
        )
        return Response(UserOut(user).data)


class UserActivateView(ApiView):
    permissions = {"post": ADMINISTER}

    @extend_schema(operation_id="users_activate", request=None, responses=UserOut)
    def post(self, request: Request, user_id: int) -> Response:
        """Undo a deactivation."""
        user = accounts.user_activate(actor=self.actor, now=self.now, user_id=user_id)
        return Response(UserOut(user).data)


class InvitationResendView(ApiView):
    permissions = {"post": ADMINISTER}

    @extend_schema(operation_id="users_resend_invitation", request=None, responses=UserOut)
    def post(self, request: Request, user_id: int) -> Response:
        """Send a fresh invitation to somebody who has not accepted; the old link dies."""
        user = accounts.invitation_resend(actor=self.actor, now=self.now, user_id=user_id)
        return Response(UserOut(user).data)
