"""What documents of stock are called where a report refers to them by type and id."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from inventory.models import StockDocument, WriteOff


def document_numbers(ids: Collection[str]) -> dict[str, str]:
    """The numbers of these documents, by id as text; unknown ids are absent. One query."""
    known = StockDocument.objects.filter(pk__in=[pk for pk in ids if _is_uuid(pk)])
    return {str(pk): number for pk, number in known.values_list("pk", "number")}


def write_off_numbers(ids: Collection[str]) -> dict[str, str]:
    """The numbers of these write-offs, by id as text; unknown ids are absent. One query."""
    known = WriteOff.objects.filter(pk__in=[pk for pk in ids if _is_uuid(pk)])
    return {str(pk): number for pk, number in known.values_list("pk", "number")}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
