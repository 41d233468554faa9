"""Endpoints of cash drawers and cash sessions."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from capital import selectors
from capital.api.serializers.drawers import (
    CashCountIn,
    DrawerChangeIn,
    DrawerDetailOut,
    DrawerIn,
    DrawerOut,
    SafeDropIn,
    SessionCloseIn,
    SessionDetailOut,
    SessionFilter,
    SessionOpenIn,
    SessionOut,
    SessionReportOut,
)
from capital.api.serializers.ledger import EntryDetailOut
from capital.services import drawers, sessions
from core.api import ApiView
from core.pagination import stream_of


def _example(title: str, /, **value: Any) -> list[OpenApiExample]:
    return [OpenApiExample(title, value=value, request_only=True)]


class DrawerListView(ApiView):
    permissions = {"get": "capital.view_sessions", "post": "capital.manage_drawers"}

    @extend_schema(operation_id="capital_drawers_list", responses=DrawerOut(many=True))
    def get(self, request: Request) -> Response:
        """Cash drawers and who has a session at each."""
        return Response(DrawerOut(selectors.drawers(), many=True).data)

    @extend_schema(
        operation_id="capital_drawers_create",
        request=DrawerIn,
        responses={201: DrawerDetailOut},
        examples=_example("A second till", code="T2", name="Till 2"),
    )
    def post(self, request: Request) -> Response:
        """A drawer with an account of its own below `cash`."""
        drawer = drawers.drawer_create(actor=self.actor, now=self.now, **self.parse(DrawerIn))
        return _drawer(drawer.pk, status=HTTP_201_CREATED)


class DrawerView(ApiView):
    permissions = {"get": "capital.view", "patch": "capital.manage_drawers"}

    @extend_schema(operation_id="capital_drawers_read", responses=DrawerDetailOut)
    def get(self, request: Request, drawer_id: int) -> Response:
        """One drawer with what it holds by the ledger."""
        return _drawer(drawer_id)

    @extend_schema(
        operation_id="capital_drawers_update", request=DrawerChangeIn, responses=DrawerDetailOut
    )
    def patch(self, request: Request, drawer_id: int) -> Response:
        """Rename a drawer, make it the default, or take it out of use when it is empty."""
        drawers.drawer_update(
            actor=self.actor, now=self.now, drawer_id=drawer_id, **self.parse(DrawerChangeIn)
        )
        return _drawer(drawer_id)


class SessionBaseView(ApiView):
    """What the endpoints of sessions share: whose sessions somebody may see and handle."""

    @property
    def sees_all(self) -> bool:
        return self.request.user.has_perm("capital.view_all_sessions")

    @property
    def supervising(self) -> bool:
        return self.request.user.has_perm("capital.supervise_session")

    def serializer_context(self) -> dict[str, Any]:
        return {**super().serializer_context(), "sees_all": self.sees_all}

    def session(self, session_id: int, **kwargs: Any) -> Response:
        """The session as this reader may see it; those of others are not found for a cashier."""
        mine = None if self.sees_all else self.request.user.pk
        session = selectors.session_get(session_id, cashier_id=mine)
        shape = SessionDetailOut(session, context=self.serializer_context())
        return Response(shape.data, **kwargs)


class SessionListView(SessionBaseView):
    permissions = {"get": "capital.view_sessions", "post": "capital.operate_session"}

    @extend_schema(
        operation_id="capital_sessions_list",
        parameters=[SessionFilter],
        responses=stream_of(SessionOut),
    )
    def get(self, request: Request) -> Response:
        """Cash sessions, newest first; one's own, or all with `capital.view_all_sessions`."""
        wanted = self.query(SessionFilter)
        if not self.sees_all:
            wanted["cashier_id"] = request.user.pk
        return self.stream(selectors.sessions(**wanted), SessionOut)

    @extend_schema(
        operation_id="capital_sessions_open",
        request=SessionOpenIn,
        responses={201: SessionDetailOut},
        examples=_example(
            "A counted float",
            drawer_id=1,
            counted="100000",
            denominations={"5000": 12, "2000": 20},
        ),
    )
    def post(self, request: Request) -> Response:
        """Open one's session at a till with the float counted in it.

        409 `cash_session_already_open` at this drawer or of this cashier; 422
        `cash_difference_unexplained` where it is not what the last session left.
        """
        session = sessions.session_open(actor=self.actor, now=self.now, **self.parse(SessionOpenIn))
        return self.session(session.pk, status=HTTP_201_CREATED)


class SessionView(SessionBaseView):
    permissions = {"get": "capital.view_sessions"}

    @extend_schema(operation_id="capital_sessions_read", responses=SessionDetailOut)
    def get(self, request: Request, session_id: int) -> Response:
        """One session with its counts."""
        return self.session(session_id)


class SessionReportView(SessionBaseView):
    permissions = {"get": "capital.view_sessions"}

    @extend_schema(operation_id="capital_sessions_report", responses=SessionReportOut)
    def get(self, request: Request, session_id: int) -> Response:
        """What moved in the drawer during the session, by kind, up to the count."""
        mine = None if self.sees_all else request.user.pk
        report = selectors.session_report(session_id, cashier_id=mine)
        return Response(SessionReportOut(report, context=self.serializer_context()).data)


class SessionCountView(SessionBaseView):
    permissions = {"post": "capital.operate_session"}

    @extend_schema(
        operation_id="capital_sessions_count", request=CashCountIn, responses=SessionDetailOut
    )
    def post(self, request: Request, session_id: int) -> Response:
        """Count the drawer; a further count takes the place of the last."""
        sessions.session_count(
            actor=self.actor,
            now=self.now,
            session_id=session_id,
            supervising=self.supervising,
            **self.parse(CashCountIn),
        )
        return self.session(session_id)


class SessionResumeView(SessionBaseView):
    permissions = {"post": "capital.operate_session"}

    @extend_schema(operation_id="capital_sessions_resume", request=None, responses=SessionDetailOut)
    def post(self, request: Request, session_id: int) -> Response:
        """Go on selling after a count."""
        sessions.session_resume(
            actor=self.actor, now=self.now, session_id=session_id, supervising=self.supervising
        )
        return self.session(session_id)


class SessionClosingView(SessionBaseView):
    permissions = {"post": "capital.operate_session"}

    @extend_schema(
        operation_id="capital_sessions_close",
        request=SessionCloseIn,
        responses=SessionDetailOut,
        examples=_example("Short", reason="Change given twice to one customer"),
    )
    def post(self, request: Request, session_id: int) -> Response:
        """Close a counted session; its difference is posted.

        422 `cash_difference_unexplained` beyond the tolerance without a reason.
        """
        sessions.session_close(
            actor=self.actor,
            now=self.now,
            session_id=session_id,
            supervising=self.supervising,
            **self.parse(SessionCloseIn),
        )
        return self.session(session_id)


class SafeDropView(SessionBaseView):
    permissions = {"post": "capital.operate_session"}

    @extend_schema(
        operation_id="capital_sessions_drop",
        request=SafeDropIn,
        responses={201: EntryDetailOut},
        examples=_example("Into the safe", amount="300000", to_account="1000-SAFE"),
    )
    def post(self, request: Request, session_id: int) -> Response:
        """Take cash out of the session's drawer to a safe or the bank."""
        entry_id = sessions.session_drop(
            actor=self.actor,
            now=self.now,
            session_id=session_id,
            supervising=self.supervising,
            **self.parse(SafeDropIn),
        )
        entry = EntryDetailOut(selectors.entry_get(entry_id))
        return Response(entry.data, status=HTTP_201_CREATED)


def _drawer(drawer_id: int, **kwargs: Any) -> Response:
    return Response(DrawerDetailOut(selectors.drawer_get(drawer_id)).data, **kwargs)
