"""Events as the apps below publish them, and the relay that delivers them."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from ai_integration.events import OfferJobFailed
from core.models import OutboxDelivery
from core.outbox import Event, publish, relay
from inventory.events import ImportFinished, LowStockCrossed, OpeningBalanceImported
from purchases.events import (
    OfferReady,
    ProposalApproved,
    ProposalRejected,
    ProposalStuck,
    ProposalSubmitted,
)


def happen(event: Event) -> None:
    """Publish and deliver; a handler that fails fails the test."""
    with transaction.atomic():
        publish(event)
    relay()
    faults = OutboxDelivery.objects.exclude(status="delivered").values_list("last_error", flat=True)
    assert list(faults) == []


def deliver_again() -> int:
    """Deliver everything once more, as if the marks of delivery had been lost."""
    OutboxDelivery.objects.update(
        status="pending", delivered_at=None, next_attempt_at=timezone.now()
    )
    return relay()


def offer_ready() -> OfferReady:
    return OfferReady(
        offer_id=12,
        supplier_id=7,
        supplier_name="الفواز",
        lines=40,
        matched=31,
        needs_review=6,
        unmatched=3,
    )


def offer_failed(uploaded_by_id: int | None) -> OfferJobFailed:
    return OfferJobFailed(
        job_id="5f0c2c4b-e3f2-4d1a-9b7e-6c1d2a3b4c5d",
        supplier_name="Al Fawaz",
        file_name="offer.pdf",
        uploaded_by_id=uploaded_by_id,
        reason_code="engine_unavailable",
        reason="The engine does not answer",
    )


def stuck(requested_by: int, approved_by: int) -> ProposalStuck:
    return ProposalStuck(
        proposal_id=4,
        number="PP-2026-000004",
        supplier_name="الفواز",
        requested_by_id=requested_by,
        approved_by_id=approved_by,
        error_code="product_not_receivable",
        failures=21,
    )


def submitted(by: int, *, on_behalf_of: int | None = None) -> ProposalSubmitted:
    return ProposalSubmitted(
        proposal_id=4,
        number="PP-2026-000004",
        supplier_name="Al Fawaz",
        requested_by_id=on_behalf_of or by,
        submitted_by_id=by,
        total=Decimal("450000"),
    )


def approved(*, requested_by: int, approved_by: int) -> ProposalApproved:
    return ProposalApproved(
        proposal_id=4,
        number="PP-2026-000004",
        supplier_name="Al Fawaz",
        requested_by_id=requested_by,
        submitted_by_id=requested_by,
        approved_by_id=approved_by,
        total=Decimal("450000"),
    )


def rejected(*, requested_by: int, rejected_by: int) -> ProposalRejected:
    return ProposalRejected(
        proposal_id=4,
        number="PP-2026-000004",
        supplier_name="Al Fawaz",
        requested_by_id=requested_by,
        submitted_by_id=requested_by,
        rejected_by_id=rejected_by,
        total=Decimal("450000"),
        reason="too dear",
    )


def low_stock(product_id: int = 3) -> LowStockCrossed:
    return LowStockCrossed(
        product_id=product_id, product_name="باراسيتامول {x}", available=4, min_stock=10
    )


def opening_imported(low_stock: int) -> OpeningBalanceImported:
    return OpeningBalanceImported(
        document_id="8",
        number="OB-2026-000001",
        rows=100,
        products_created=90,
        value=Decimal("1000"),
        low_stock=low_stock,
    )


def import_finished(state: str, started_by_id: int | None) -> ImportFinished:
    return ImportFinished(
        job_id="8",
        kind="catalogue",
        state=state,
        dry_run=False,
        file_name="a.csv",
        rows=10,
        errors=2,
        warnings=1,
        started_by_id=started_by_id,
    )
