"""What somebody built on receipt lines, for which they cannot be taken back any more."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from django.utils.translation import gettext as _

from core.errors import FieldProblem
from purchases.errors import ReceiptNotReversible
from purchases.models import (
    ENDED_INVOICE_STATES,
    GoodsReceiptLine,
    InvoiceMatch,
    ReturnState,
    SupplierReturnLine,
)


def refuse_built_upon(lines: Sequence[GoodsReceiptLine]) -> None:
    """Raise ReceiptNotReversible naming what is invoiced, going back, or bears a cost."""
    if problems := built_upon(lines):
        raise ReceiptNotReversible(errors=problems)


def built_upon(lines: Sequence[GoodsReceiptLine]) -> list[FieldProblem]:
    """What of these lines is invoiced, going back, or bears a cost, as `lines.<number>`."""
    ids = [line.pk for line in lines]
    return [*_invoiced(ids), *_returned(ids), *_with_costs(ids)]


def _invoiced(ids: Collection[int]) -> Iterator[FieldProblem]:
    """By its matches: a line may be matched to one invoice that ended and one that did not."""
    found = (
        InvoiceMatch.objects.filter(receipt_line_id__in=ids)
        .exclude(line__invoice__state__in=ENDED_INVOICE_STATES)
        .values_list("receipt_line__line", "line__invoice__number")
        .distinct()
        .order_by("receipt_line__line", "line__invoice__number")
    )
    for line, number in found:
        detail = _("Invoice %(number)s rests on it: cancel or reverse the invoice first.")
        yield _built_upon(line, "invoiced", detail % {"number": number})


def _returned(ids: Collection[int]) -> Iterator[FieldProblem]:
    found = (
        SupplierReturnLine.objects.filter(receipt_line_id__in=ids)
        .exclude(supplier_return__state=ReturnState.CANCELLED)
        .values_list("receipt_line__line", "supplier_return__number")
        .distinct()
        .order_by("receipt_line__line", "supplier_return__number")
    )
    for line, number in found:
        yield _built_upon(line, "returned", _("It goes back with %(number)s.") % {"number": number})


def _with_costs(ids: Collection[int]) -> Iterator[FieldProblem]:
    found = GoodsReceiptLine.objects.filter(
        pk__in=ids, landed_costs__isnull=False, landed_costs__cost__reversed_at__isnull=True
    ).values_list("line", "landed_costs__cost__number")
    for line, number in found.order_by("line"):
        detail = _("It bears %(number)s: take that cost back first.") % {"number": number}
        yield _built_upon(line, "bears_landed_cost", detail)


def _built_upon(line: int, code: str, detail: str) -> FieldProblem:
    return FieldProblem(f"lines.{line}", code, detail)
