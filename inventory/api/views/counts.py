"""Endpoints of stock counts."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED

from core.api import ApiView
from core.pagination import stream_of
from inventory.api.serializers.counts import (
    CostsIn,
    CountDetailOut,
    CountEntryOut,
    CountFilter,
    CountIn,
    CountLineFilter,
    CountLineOut,
    CountLinesIn,
    CountLinesReasonIn,
    CountOut,
    CountReasonIn,
    EntryFilter,
    FinishIn,
    ScansIn,
    TalliesIn,
)
from inventory.api.views.catalogue import example
from inventory.models import StockCountLine
from inventory.selectors import counts as selectors
from inventory.services.counts import planning, posting, review, scanning, tallying

COUNT = "inventory.count"
APPROVE = "inventory.approve_count"


class CountView(ApiView):
    """Base of the views of counts: who looks, and a count or its lines as the answer."""

    @property
    def viewer(self) -> selectors.Viewer:
        user: Any = self.request.user
        return selectors.Viewer(user_id=user.pk, may_approve=user.has_perm(APPROVE))

    def detail(self, count_id: int, **kwargs: Any) -> Response:
        detail = selectors.count_detail(count_id, viewer=self.viewer)
        return Response(CountDetailOut(detail, context=self.serializer_context()).data, **kwargs)

    def lines(self, count_id: int, lines: list[StockCountLine]) -> Response:
        numbers = {line.line for line in lines}
        rows = selectors.count_lines(count_id, viewer=self.viewer).filter(line__in=numbers)
        return Response(CountLineOut(rows, many=True, context=self.serializer_context()).data)


class CountListView(CountView):
    permissions = {"get": COUNT, "post": COUNT}

    @extend_schema(
        operation_id="inventory_counts_list",
        parameters=[CountFilter],
        responses=stream_of(CountOut),
    )
    def get(self, request: Request) -> Response:
        """Stock counts, newest first."""
        return self.stream(selectors.counts_list(**self.query(CountFilter)), CountOut)

    @extend_schema(
        operation_id="inventory_counts_create",
        request=CountIn,
        responses={201: CountDetailOut},
        examples=example(
            "Blind count of a fridge",
            mode="blind",
            scope="location",
            location_id=2,
            tolerance_units=1,
            tolerance_percent="2.00",
            note="End of quarter",
        ),
    )
    def post(self, request: Request) -> Response:
        """Plan a count. Its lines are listed when it is started."""
        count_id = planning.count_create(actor=self.actor, now=self.now, **self.parse(CountIn))
        return self.detail(count_id, status=HTTP_201_CREATED)


class CountDetailView(CountView):
    permissions = {"get": COUNT}

    @extend_schema(operation_id="inventory_counts_read", responses=CountDetailOut)
    def get(self, request: Request, count_id: int) -> Response:
        """A count and how far it is."""
        return self.detail(count_id)


class CountStartView(CountView):
    permissions = {"post": COUNT}

    @extend_schema(operation_id="inventory_counts_start", request=None, responses=CountDetailOut)
    def post(self, request: Request, count_id: int) -> Response:
        """Begin counting. Selling and receiving go on: nothing is frozen.

        409 `already_being_counted` names open counts that hold some of the same batches.
        """
        planning.count_start(actor=self.actor, now=self.now, count_id=count_id)
        return self.detail(count_id)


class CountLineListView(CountView):
    permissions = {"get": COUNT}

    @extend_schema(
        operation_id="inventory_counts_lines_list",
        parameters=[CountLineFilter],
        responses=stream_of(CountLineOut),
    )
    def get(self, request: Request, count_id: int) -> Response:
        """The lines of a count in the order of the shelves."""
        lines = selectors.count_lines(count_id, viewer=self.viewer, **self.query(CountLineFilter))
        return self.stream(lines, CountLineOut, ordering="line")


class CountEntryListView(CountView):
    permissions = {"get": COUNT}

    @extend_schema(
        operation_id="inventory_counts_entries_list",
        parameters=[EntryFilter],
        responses=stream_of(CountEntryOut),
    )
    def get(self, request: Request, count_id: int) -> Response:
        """Who found what and when, newest first; never changed. Hidden as results are."""
        entries = selectors.count_entries(count_id, viewer=self.viewer, **self.query(EntryFilter))
        return self.stream(entries, CountEntryOut)


class CountTallyView(CountView):
    permissions = {"post": COUNT}

    @extend_schema(
        operation_id="inventory_counts_tally",
        request=TalliesIn,
        responses=CountLineOut(many=True),
        examples=example(
            "Two lines", lines=[{"line": 1, "quantity": 42}, {"line": 2, "quantity": 0}]
        ),
    )
    def post(self, request: Request, count_id: int) -> Response:
        """Enter what was found, by line, all or none; what is expected is taken at this moment.

        422 `count_lines_refused` names the lines: `moved_while_counting` (an added figure, but
        stock moved since the first one), `same_counter` (a second count is somebody else's),
        `not_to_be_counted` (settled in review).
        """
        lines = tallying.count_tally(
            actor=self.actor, now=self.now, count_id=count_id, **self.parse(TalliesIn)
        )
        return self.lines(count_id, lines)


class CountScanView(CountView):
    permissions = {"post": COUNT}

    @extend_schema(
        operation_id="inventory_counts_scan",
        request=ScansIn,
        responses=CountLineOut(many=True),
        examples=example(
            "Two scans and a find",
            scans=[
                {"code": "6281006000123"},
                {"code": "6281006000123", "quantity": 3},
                {
                    "product_id": 40,
                    "quantity": 5,
                    "batch_number": "B-771",
                    "expiry_date": "2028-05-31",
                },
            ],
        ),
    )
    def post(self, request: Request, count_id: int) -> Response:
        """Enter what a scanner read, all or none. Each scan adds packs to its line.

        A batch that is named and not on the list gets a line. 422 `count_lines_refused` names the
        scans: `batch_needed` lists the batches it may be, `not_in_count` wants batch and expiry.
        """
        lines = scanning.count_scan(
            actor=self.actor, now=self.now, count_id=count_id, **self.parse(ScansIn)
        )
        return self.lines(count_id, lines)


class CountFinishView(CountView):
    permissions = {"post": COUNT}

    @extend_schema(
        operation_id="inventory_counts_finish", request=FinishIn, responses=CountDetailOut
    )
    def post(self, request: Request, count_id: int) -> Response:
        """End the first count. Lines off by more than the tolerance wait for a second count."""
        review.count_finish(
            actor=self.actor, now=self.now, count_id=count_id, **self.parse(FinishIn)
        )
        return self.detail(count_id)


class CountRecountView(CountView):
    permissions = {"post": APPROVE}

    @extend_schema(
        operation_id="inventory_counts_recount", request=CountLinesIn, responses=CountDetailOut
    )
    def post(self, request: Request, count_id: int) -> Response:
        """Have lines counted again, by somebody who neither counted them nor asks for it."""
        review.recount_ask(
            actor=self.actor, now=self.now, count_id=count_id, **self.parse(CountLinesIn)
        )
        return self.detail(count_id)


class CountWaiveView(CountView):
    permissions = {"post": APPROVE}

    @extend_schema(
        operation_id="inventory_counts_waive_recount",
        request=CountLinesReasonIn,
        responses=CountDetailOut,
    )
    def post(self, request: Request, count_id: int) -> Response:
        """Do without the second count of some lines, saying why; audited."""
        review.recount_waive(
            actor=self.actor, now=self.now, count_id=count_id, **self.parse(CountLinesReasonIn)
        )
        return self.detail(count_id)


class CountSkipView(CountView):
    permissions = {"post": APPROVE}

    @extend_schema(
        operation_id="inventory_counts_skip_lines",
        request=CountLinesReasonIn,
        responses=CountDetailOut,
    )
    def post(self, request: Request, count_id: int) -> Response:
        """Leave the stock of some lines as it is, saying why; audited."""
        review.line_skip(
            actor=self.actor, now=self.now, count_id=count_id, **self.parse(CountLinesReasonIn)
        )
        return self.detail(count_id)


class CountCostView(CountView):
    permissions = {"post": APPROVE}

    @extend_schema(
        operation_id="inventory_counts_costs",
        request=CostsIn,
        responses=CountDetailOut,
        examples=example("A box found", lines=[{"line": 7, "unit_cost": "350.000000"}]),
    )
    def post(self, request: Request, count_id: int) -> Response:
        """Say what surplus goods cost where the books do not know."""
        review.costs_set(actor=self.actor, now=self.now, count_id=count_id, **self.parse(CostsIn))
        return self.detail(count_id)


class CountApproveView(CountView):
    permissions = {"post": APPROVE}

    @extend_schema(operation_id="inventory_counts_approve", request=None, responses=CountDetailOut)
    def post(self, request: Request, count_id: int) -> Response:
        """Approve and post the differences as one adjustment with one journal entry.

        Somebody who counted is refused (422 `approver_counted`). 409 `count_not_postable` names
        every line in the way and posts nothing: `sold_out`, `overtaken`, `unit_cost_required`,
        `not_receivable`.
        """
        posting.count_approve(actor=self.actor, now=self.now, count_id=count_id)
        return self.detail(count_id)


class CountCancelView(CountView):
    permissions = {"post": COUNT}

    @extend_schema(
        operation_id="inventory_counts_cancel", request=CountReasonIn, responses=CountDetailOut
    )
    def post(self, request: Request, count_id: int) -> Response:
        """Give the count up; nothing of it is posted."""
        planning.count_cancel(
            actor=self.actor, now=self.now, count_id=count_id, **self.parse(CountReasonIn)
        )
        return self.detail(count_id)
