"""What happened to the reading of an offer, for whoever listens."""

from dataclasses import dataclass
from typing import ClassVar

from core.outbox import Event


@dataclass(frozen=True, kw_only=True)
class OfferJobFailed(Event):
    """A job ended without an offer. reason_code: stable English; reason: for a person."""

    name: ClassVar[str] = "ai_integration.offer_job_failed"
    job_id: str
    supplier_name: str
    file_name: str
    uploaded_by_id: int | None
    reason_code: str
    reason: str
