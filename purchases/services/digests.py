"""What people are told once a day: invoices to pay, goods that can soon go back no more, goods that
wait for their inspection."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import F

from core import outbox
from core.models import local_date
from purchases.events import GoodsWaitingDigested, InvoicesDueDigested, ReturnWindowsDigested
from purchases.models import (
    DigestKind,
    Inspection,
    InspectionState,
    InvoiceState,
    PurchasingDigest,
    SupplierInvoice,
)
from purchases.selectors.returnable import returnables


@transaction.atomic
def invoices_due_digest(*, now: datetime) -> int:
    """Tell of unpaid invoices due within `INVOICE_DUE_NOTICE_DAYS`, or overdue; how many.

    Once a day, however often it is called; nothing is told where nothing is due. Publishes
    InvoicesDueDigested.
    """
    today = local_date(now)
    if not _first_today(DigestKind.INVOICES_DUE, now=now):
        return 0
    due = SupplierInvoice.objects.filter(
        state=InvoiceState.POSTED,
        settled__lt=F("payable"),
        due_date__lte=today + timedelta(days=settings.INVOICE_DUE_NOTICE_DAYS),
    )
    rows = list(due.only("due_date", "payable", "settled", "state"))
    if rows:
        outbox.publish(
            InvoicesDueDigested(
                day=today,
                invoices=len(rows),
                overdue=sum(invoice.due_date < today for invoice in rows),
                amount=sum((invoice.open_amount for invoice in rows), Decimal(0)),
            )
        )
    return len(rows)


@transaction.atomic
def return_windows_digest(*, now: datetime) -> int:
    """Tell of goods that can go back for at most `RETURN_WINDOW_NOTICE_DAYS` more; how many rows.

    Once a day, however often it is called. Publishes ReturnWindowsDigested.
    """
    today = local_date(now)
    if not _first_today(DigestKind.RETURNS_CLOSING, now=now):
        return 0
    rows = returnables(
        today=today, until=today + timedelta(days=settings.RETURN_WINDOW_NOTICE_DAYS)
    )
    if rows:
        outbox.publish(
            ReturnWindowsDigested(
                day=today,
                batches=len(rows),
                value=sum((row.value for row in rows), Decimal(0)),
                first_day=min(row.last_day for row in rows if row.last_day is not None),
            )
        )
    return len(rows)


@transaction.atomic
def inspections_digest(*, now: datetime) -> int:
    """Tell of goods that wait for an inspection for `INSPECTION_NOTICE_DAYS` or longer; how many.

    Once a day, however often it is called; nothing is told where nothing waits. Publishes
    GoodsWaitingDigested.
    """
    today = local_date(now)
    if not _first_today(DigestKind.GOODS_WAITING, now=now):
        return 0
    waiting = Inspection.objects.filter(state=InspectionState.PENDING).values_list(
        "receipt_line__receipt_id", "receipt_line__receipt__received_at"
    )
    until = today - timedelta(days=settings.INSPECTION_NOTICE_DAYS)
    rows = [
        (receipt_id, came)
        for receipt_id, received_at in waiting
        if (came := local_date(received_at)) <= until
    ]
    if rows:
        outbox.publish(
            GoodsWaitingDigested(
                day=today,
                lines=len(rows),
                receipts=len({receipt_id for receipt_id, _came in rows}),
                oldest_day=min(came for _receipt_id, came in rows),
            )
        )
    return len(rows)


def _first_today(kind: DigestKind, *, now: datetime) -> bool:
    """Whether nobody told of it today. Two at once: the unique constraint lets one through."""
    _digest, is_new = PurchasingDigest.objects.get_or_create(
        kind=kind, day=local_date(now), defaults={"told_at": now}
    )
    return is_new
