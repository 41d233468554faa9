"""The gate of a supplier's prices: who decides on them and who changes them take turns."""

from __future__ import annotations

from core.db import lock
from purchases.models import Supplier


def prices_lock(supplier_id: int) -> None:
    """Hold still what this supplier offers until the transaction ends.

    Whoever approves or submits a proposal takes this lock before looking at prices; whatever can
    change which prices hold (a new offer, a withdrawal, an offer's last day, a decision about a
    line, the supplier itself) takes it before writing. So an approval sees a change wholly or
    comes before it. After the document's lock, before stock and money.
    """
    lock(Supplier.objects.filter(pk=supplier_id))
