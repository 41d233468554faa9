"""Reading what people taught about suppliers' names."""

from __future__ import annotations

from django.db.models import QuerySet

from core.text import search_key
from purchases.models import ProductAlias


def learnt_names(
    *, supplier_id: int | None = None, product_id: int | None = None, search: str = ""
) -> QuerySet[ProductAlias]:
    """Learnt names, to be read newest first by id. search: a part of the name, any spelling."""
    found = ProductAlias.objects.select_related("supplier", "learnt_by")
    if supplier_id is not None:
        found = found.filter(supplier_id=supplier_id)
    if product_id is not None:
        found = found.filter(product_id=product_id)
    if key := search_key(search):
        found = found.filter(key__contains=key)
    return found
