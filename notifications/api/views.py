"""A person's own notifications."""

from __future__ import annotations

from typing import cast

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import AUTHENTICATED, ApiView
from notifications import selectors, services
from notifications.api.serializers import (
    AllReadOut,
    NotificationFilter,
    NotificationOut,
    NotificationStream,
)


def _reader_id(request: Request) -> int:
    return cast(int, request.user.pk)  # AUTHENTICATED: there is a user


class MyNotificationsView(ApiView):
    permissions = {"get": AUTHENTICATED}

    @extend_schema(
        operation_id="notifications_list_mine",
        parameters=[NotificationFilter],
        responses=NotificationStream,
        examples=[
            OpenApiExample(
                "One unread",
                value={
                    "next": None,
                    "previous": None,
                    "results": [
                        {
                            "id": 51,
                            "kind": "proposal_waiting",
                            "title": "Proposal PP-2026-000004 waits for approval",
                            "body": "Supplier: Al Fawaz. Total: 450000.00 SYP.",
                            "params": {
                                "number": "PP-2026-000004",
                                "supplier_name": "Al Fawaz",
                                "total": "450000.00",
                                "currency": "SYP",
                            },
                            "subject_type": "purchases.proposal",
                            "subject_id": "4",
                            "created_at": "2026-03-10T09:30:00Z",
                            "read_at": None,
                        }
                    ],
                    "unread_count": 1,
                },
                response_only=True,
            )
        ],
    )
    def get(self, request: Request) -> Response:
        """My notifications, newest first, in my language, with how many are unread."""
        reader_id = _reader_id(request)
        mine = selectors.notifications_of(reader_id, **self.query(NotificationFilter))
        response = self.stream(mine, NotificationOut)
        response.data["unread_count"] = selectors.unread_count(reader_id)
        return response


class NotificationReadView(ApiView):
    permissions = {"post": AUTHENTICATED}

    @extend_schema(operation_id="notifications_read", request=None, responses=NotificationOut)
    def post(self, request: Request, notification_id: int) -> Response:
        """Mark one of my notifications as read; doing it again changes nothing."""
        notification = services.notification_read(
            recipient_id=_reader_id(request), notification_id=notification_id, now=self.now
        )
        return Response(NotificationOut(notification, context=self.serializer_context()).data)


class NotificationsReadAllView(ApiView):
    permissions = {"post": AUTHENTICATED}

    @extend_schema(operation_id="notifications_read_all", request=None, responses=AllReadOut)
    def post(self, request: Request) -> Response:
        """Mark all my notifications as read."""
        marked = services.notifications_read_all(recipient_id=_reader_id(request), now=self.now)
        return Response(AllReadOut({"marked": marked}).data)
