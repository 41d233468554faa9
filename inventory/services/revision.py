"""The mark by which others notice that the catalogue has changed."""

from __future__ import annotations

import uuid

from inventory.models import CatalogueRevision


def catalogue_touch() -> None:
    """Give the catalogue a new mark, committed with the change. Call late: it locks one row."""
    CatalogueRevision.objects.bulk_create(
        [CatalogueRevision(id=1, token=uuid.uuid4())],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["token"],
    )
