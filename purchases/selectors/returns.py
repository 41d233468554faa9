"""Reading returns to suppliers, their policies and credit notes."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Prefetch, QuerySet

from purchases.errors import CreditNoteNotFound, ReturnPolicyNotFound, SupplierReturnNotFound
from purchases.models import (
    CreditNote,
    ReturnPolicy,
    Settlement,
    SupplierReturn,
    SupplierReturnLine,
)
from purchases.selectors.filters import given


def returns(*, state: str = "", supplier_id: int | None = None) -> QuerySet[SupplierReturn]:
    wanted = {"state": state or None, "supplier_id": supplier_id}
    return SupplierReturn.objects.select_related("supplier", "requested_by").filter(**given(wanted))


def return_by_id(return_id: int) -> SupplierReturn:
    """One return with its lines and credit notes. Raises SupplierReturnNotFound."""
    lines = SupplierReturnLine.objects.select_related("batch", "receipt_line__receipt")
    found = (
        returns()
        .select_related("approved_by", "dispatched_by", "cancel_requested_by", "ended_by")
        .filter(pk=return_id)
        .prefetch_related(
            Prefetch("lines", lines.order_by("position")),
            Prefetch("notes", CreditNote.objects.order_by("pk")),
        )
        .first()
    )
    if found is None:
        raise SupplierReturnNotFound
    return found


def return_policies(*, supplier_id: int | None = None) -> QuerySet[ReturnPolicy]:
    """Policies, defaults first; of one supplier, or all."""
    found = ReturnPolicy.objects.select_related("supplier").order_by("supplier__name_key", "pk")
    return found if supplier_id is None else found.filter(supplier_id=supplier_id)


def return_policy_by_id(policy_id: int) -> ReturnPolicy:
    """Raises ReturnPolicyNotFound."""
    found = return_policies().filter(pk=policy_id).first()
    if found is None:
        raise ReturnPolicyNotFound
    return found


def credit_notes(*, supplier_id: int | None = None, reason: str = "") -> QuerySet[CreditNote]:
    wanted = {"supplier_id": supplier_id, "reason": reason or None}
    return CreditNote.objects.select_related(
        "supplier", "entered_by", "supplier_return", "invoice"
    ).filter(**given(wanted))


def credit_note_by_id(note_id: int) -> CreditNote:
    """One credit note with what it settles. Raises CreditNoteNotFound."""
    rows = Settlement.objects.select_related("reversed_by").order_by("pk")
    found = (
        credit_notes()
        .select_related("reversed_by")
        .filter(pk=note_id)
        .prefetch_related(Prefetch("settlements", rows))
        .first()
    )
    if found is None:
        raise CreditNoteNotFound
    return found


def return_numbers(ids: Collection[str]) -> dict[str, str]:
    """The numbers of these returns, by id as text; unknown ids are absent. One query."""
    known = SupplierReturn.objects.filter(pk__in=[int(pk) for pk in ids if pk.isdecimal()])
    return {str(pk): number for pk, number in known.values_list("pk", "number")}


def credit_note_numbers(ids: Collection[str]) -> dict[str, str]:
    """The numbers of these credit notes with the supplier's own, by id as text. One query."""
    known = CreditNote.objects.filter(pk__in=[int(pk) for pk in ids if pk.isdecimal()])
    return {
        str(pk): f"{number} ({supplier_number})"
        for pk, number, supplier_number in known.values_list("pk", "number", "supplier_number")
    }
