"""Endpoints of stock reports: JSON by pages, CSV, XLSX and PDF whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from core.pagination import PagePagination
from files.public import ExportableView, export_schema
from inventory.api.serializers.reports import (
    AbcXyzFilter,
    ExpiryCalendarFilter,
    MovementReportFilter,
    MoversFilter,
    ReportFilter,
    TurnoverFilter,
    ValuationFilter,
    report_out,
)
from inventory.reports import flows, holdings
from inventory.reports.clock import Clock
from inventory.reports.holdings import Chosen
from inventory.reports.report import Layout, Report
from inventory.selectors.alerts import limits

READ_COSTS = "inventory.view_costs"
MOVEMENT_DAYS = 30
Options = Mapping[str, Any]


class ReportView(ExportableView):
    """Base: which goods, as of when; a view says which report."""

    permissions = {"get": READ_COSTS}
    layout: ClassVar[Layout]
    filter: ClassVar[type[Serializer]] = ReportFilter
    out: ClassVar[type[Serializer]]

    def answer(self, build: Callable[[Clock, Chosen, Options], Report]) -> HttpResponseBase:
        """`build` is called in the language of the answer."""
        asked = self.query(self.filter)
        clock = Clock(as_of=asked.pop("as_of", self.now), known_at=asked.pop("known_at", None))
        chosen = Chosen(
            **{name: asked.pop(name, None) for name in ("product_id", "location_id", "category_id")}
        )
        return self.report(
            body=lambda: self._body(build(clock, chosen, asked)),
            table=lambda: build(clock, chosen, asked).document(generated_at=self.now),
        )

    def _body(self, report: Report) -> Any:
        pages = PagePagination()
        rows: Any = report.rows
        page: Any = pages.paginate_queryset(rows, self.request, view=self)
        return self.out(
            {
                "as_of": report.clock.as_of,
                "known_at": report.clock.known_at,
                "since": report.since,
                "totals": report.rows.totals,
                "count": report.rows.count(),
                "next": pages.get_next_link(),
                "previous": pages.get_previous_link(),
                "results": page,
            }
        ).data


def example(
    name: str,
    results: list[dict[str, Any]],
    totals: dict[str, Any],
    *,
    since: str | None = None,
) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "value": {
                "as_of": "2026-03-31T23:59:59.999999+03:00",
                "known_at": None,
                "since": since,
                "totals": totals,
                "count": len(results),
                "next": None,
                "previous": None,
                "results": results,
            },
        }
    ]


class StockOnHandReportView(ReportView):
    out = report_out(holdings.STOCK_ON_HAND)

    @export_schema(
        operation_id="inventory_reports_stock_on_hand",
        parameters=[ReportFilter],
        response=out,
        examples=example(
            "At the end of March",
            [
                {
                    "product_id": 12,
                    "product_name": "Panadol 500 mg tablets",
                    "batch_id": 31,
                    "batch_number": "B-771",
                    "expiry_date": "2027-05-31",
                    "location_id": 1,
                    "location_name": "Shop",
                    "quantity": 240,
                    "unit_cost": "400.000000",
                    "value": "96000.00",
                }
            ],
            {"quantity": 240, "value": "96000.00"},
        ),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """What was there of every batch at every place, rebuilt from the ledger."""
        return self.answer(lambda clock, chosen, _: holdings.stock_on_hand(clock, chosen))


class ValuationReportView(ReportView):
    out = report_out(holdings.VALUATION)
    filter = ValuationFilter

    @export_schema(
        operation_id="inventory_reports_valuation",
        parameters=[ValuationFilter],
        response=out,
        examples=example(
            "By location",
            [
                {
                    "key": "1",
                    "name": "Shop",
                    "quantity": 240,
                    "unit_cost": "400.000000",
                    "value": "96000.00",
                }
            ],
            {"quantity": 240, "value": "96000.00"},
        ),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """What stock was worth: by batch cost (as the books) or moving weighted average."""
        return self.answer(
            lambda clock, chosen, options: holdings.valuation(
                clock, chosen, limits=limits(), **options
            )
        )


class AgeingReportView(ReportView):
    out = report_out(holdings.AGEING)

    @export_schema(
        operation_id="inventory_reports_ageing",
        parameters=[ReportFilter],
        response=out,
        examples=example(
            "One product",
            [
                {
                    "product_id": 12,
                    "product_name": "Panadol 500 mg tablets",
                    "quantity": 240,
                    "value_0_30": "16000.00",
                    "value_31_60": "80000.00",
                    "value_61_90": "0.00",
                    "value_91_180": "0.00",
                    "value_181_365": "0.00",
                    "value_366_up": "0.00",
                    "value": "96000.00",
                    "oldest_days": 44,
                }
            ],
            {
                "quantity": 240,
                "value_0_30": "16000.00",
                "value_31_60": "80000.00",
                "value_61_90": "0.00",
                "value_91_180": "0.00",
                "value_181_365": "0.00",
                "value_366_up": "0.00",
                "value": "96000.00",
            },
        ),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """The value of goods by how long ago their batch first came, oldest first."""
        return self.answer(lambda clock, chosen, _: holdings.ageing(clock, chosen))


class ExpiryCalendarReportView(ReportView):
    out = report_out(holdings.EXPIRY_CALENDAR)
    filter = ExpiryCalendarFilter

    @export_schema(
        operation_id="inventory_reports_expiry_calendar",
        parameters=[ExpiryCalendarFilter],
        response=out,
        examples=example(
            "By month",
            [
                {
                    "from_date": "2027-05-01",
                    "to_date": "2027-05-31",
                    "expired": False,
                    "batches": 1,
                    "products": 1,
                    "quantity": 240,
                    "value": "96000.00",
                }
            ],
            {"batches": 1, "quantity": 240, "value": "96000.00"},
        ),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """How much of what was there expires when; unknown expiry comes last, without dates."""
        return self.answer(
            lambda clock, chosen, options: holdings.expiry_calendar(clock, chosen, **options)
        )


class MovementReportView(ReportView):
    out = report_out(flows.MOVEMENTS)
    filter = MovementReportFilter

    @export_schema(
        operation_id="inventory_reports_movements",
        parameters=[MovementReportFilter],
        response=out,
        examples=example(
            "March, by product",
            [
                {
                    "key": "12",
                    "name": "Panadol 500 mg tablets",
                    "opening_quantity": 100,
                    "opening_value": "40000.00",
                    "quantity_in": 200,
                    "value_in": "80000.00",
                    "quantity_out": 60,
                    "value_out": "24000.00",
                    "closing_quantity": 240,
                    "closing_value": "96000.00",
                }
            ],
            {
                "opening_quantity": 100,
                "opening_value": "40000.00",
                "quantity_in": 200,
                "value_in": "80000.00",
                "quantity_out": 60,
                "value_out": "24000.00",
                "closing_quantity": 240,
                "closing_value": "96000.00",
            },
            since="2026-02-28T23:59:59.999999+03:00",
        ),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Opening, in, out and closing, by product, batch, location, category, kind or reason."""

        def build(clock: Clock, chosen: Chosen, options: Options) -> Report:
            since: datetime = options.get("since") or clock.days_ago(MOVEMENT_DAYS)
            return flows.movements(clock, chosen, since=since, by=options["by"])

        return self.answer(build)


class TurnoverReportView(ReportView):
    out = report_out(flows.TURNOVER)
    filter = TurnoverFilter

    @export_schema(
        operation_id="inventory_reports_turnover",
        parameters=[TurnoverFilter],
        response=out,
        examples=example(
            "A year, all stock",
            [
                {
                    "key": "",
                    "name": "-",
                    "cost_of_goods_sold": "1200000.00",
                    "average_value": "200000.00",
                    "closing_value": "240000.00",
                    "turnover": "6.00",
                    "days_of_stock": "60.8",
                }
            ],
            {
                "cost_of_goods_sold": "1200000.00",
                "average_value": "200000.00",
                "closing_value": "240000.00",
            },
            since="2025-03-31T23:59:59.999999+03:00",
        ),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Cost of goods sold / average stock, and how many days stock lasts."""
        return self.answer(lambda clock, chosen, options: flows.turnover(clock, chosen, **options))


class MoversReportView(ReportView):
    out = report_out(flows.MOVERS)
    filter = MoversFilter

    @export_schema(
        operation_id="inventory_reports_movers",
        parameters=[MoversFilter],
        response=out,
        examples=example(
            "A fast one",
            [
                {
                    "product_id": 12,
                    "product_name": "Panadol 500 mg tablets",
                    "mover_class": "fast",
                    "issued_quantity": 1200,
                    "issues": 310,
                    "turnover_a_year": "12.17",
                    "last_issued_at": "2026-03-31T17:12:00Z",
                    "quantity": 240,
                    "value": "96000.00",
                }
            ],
            {"issued_quantity": 1200, "issues": 310, "quantity": 240, "value": "96000.00"},
            since="2025-10-02T23:59:59.999999+03:00",
        ),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Fast, slow and dead movers, by what was handed out."""
        return self.answer(
            lambda clock, chosen, options: flows.movers(
                clock,
                chosen,
                days=options.get("days", settings.INVENTORY_DEAD_STOCK_DAYS),
                fast_from=settings.INVENTORY_FAST_TURNOVER,
                wanted=options.get("mover_class", ""),
            )
        )


class AbcXyzReportView(ReportView):
    out = report_out(flows.ABC_XYZ)
    filter = AbcXyzFilter

    @export_schema(
        operation_id="inventory_reports_abc_xyz",
        parameters=[AbcXyzFilter],
        response=out,
        examples=example(
            "The first product",
            [
                {
                    "product_id": 12,
                    "product_name": "Panadol 500 mg tablets",
                    "abc_class": "A",
                    "xyz_class": "X",
                    "consumption_value": "480000.00",
                    "share_percent": "40.00",
                    "running_percent": "40.00",
                    "consumption_quantity": 1200,
                    "variation": "0.210",
                }
            ],
            {"consumption_value": "480000.00", "consumption_quantity": 1200},
            since="2025-04-05T23:59:59.999999+03:00",
        ),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """ABC by the value consumed, XYZ by how steadily."""
        return self.answer(
            lambda clock, chosen, options: flows.abc_xyz(
                clock,
                chosen,
                classing=classing_of(options.get("days", settings.INVENTORY_ABC_DAYS)),
            )
        )


def classing_of(days: int) -> flows.Classing:
    """The pharmacy's own limits, over the last `days` days in periods of its setting."""
    a_percent, b_percent = settings.INVENTORY_ABC_PERCENT
    x_limit, y_limit = settings.INVENTORY_XYZ_LIMITS
    period = min(days, settings.INVENTORY_XYZ_PERIOD_DAYS)
    return flows.Classing(
        periods=days // period,
        period_days=period,
        a_share=a_percent / 100,
        b_share=b_percent / 100,
        x_limit=x_limit,
        y_limit=y_limit,
    )
