"""Whether somebody may move that much: limits per operation and per day, by role."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _

from capital.errors import OperationLimitExceeded
from capital.models import JournalEntry, OperationKind, OperationLimit
from core.audit import Actor
from core.errors import FieldProblem
from core.models import local_date
from core.money import currency, format_money
from rbac.public import roles_granting

ZERO = Decimal(0)
OPERATION_SOURCE = "capital.operation"  # source_id: one UUID per operation

# The permission that opens each operation; limits are those of the roles it comes from.
OPERATION_PERMISSIONS: dict[str, str] = {
    OperationKind.OWNER_CONTRIBUTION: "capital.post",
    OperationKind.OWNER_WITHDRAWAL: "capital.withdraw",
    OperationKind.EXPENSE: "capital.spend",
    OperationKind.TRANSFER: "capital.transfer",
    OperationKind.SUPPLIER_PAYMENT: "capital.pay",
    OperationKind.CUSTOMER_RECEIPT: "capital.receive",
}


def refuse_beyond_limit(
    *, actor: Actor, now: datetime, operation: OperationKind, amount: Decimal
) -> None:
    """Raise OperationLimitExceeded where `amount` is more than the actor may move.

    Call under the ledger lock: two operations at once cannot both use the rest of a day. Of
    several roles that open the operation the most generous counts; a role without a row has no
    limit, and neither have superusers and the system.
    """
    if actor.id is None:
        return
    roles = roles_granting(actor.id, OPERATION_PERMISSIONS[operation])
    limits = list(OperationLimit.objects.filter(role_id__in=roles, operation=operation))
    if len(limits) < len(roles) or not roles:
        return
    most = _most([limit.per_operation for limit in limits])
    if most is not None and amount > most:
        raise _exceeded("per_operation", operation, most=most, requested=amount)
    most = _most([limit.per_day for limit in limits])
    if most is None:
        return
    used = _moved_today(actor.id, operation, now=now)
    if used + amount > most:
        raise _exceeded("per_day", operation, most=most, requested=amount, used=used)


def _most(amounts: Collection[Decimal | None]) -> Decimal | None:
    """The most generous of the limits; None where one of them is no limit."""
    given: Sequence[Decimal] = [amount for amount in amounts if amount is not None]
    return max(given) if len(given) == len(amounts) else None


def _moved_today(user_id: int, operation: str, *, now: datetime) -> Decimal:
    """What the user recorded since midnight at the pharmacy, whatever moment it was dated.

    What was reversed counts no more.
    """
    midnight = datetime.combine(
        local_date(now), time(), tzinfo=ZoneInfo(settings.PHARMACY_TIME_ZONE)
    )
    total = JournalEntry.objects.filter(
        source_type=OPERATION_SOURCE,
        actor_id=user_id,
        kind=operation,
        recorded_at__gte=midnight,
        reversed_by__isnull=True,
    ).aggregate(total=Sum("total"))["total"]
    return total or ZERO


def _exceeded(
    limit: str,
    operation: OperationKind,
    *,
    most: Decimal,
    requested: Decimal,
    used: Decimal = ZERO,
) -> OperationLimitExceeded:
    words = {"most": format_money(most), "used": format_money(used), "currency": currency()}
    detail = (
        _("Your limit per operation is %(most)s %(currency)s.")
        if limit == "per_operation"
        else _("Your limit per day is %(most)s %(currency)s, of which %(used)s are used.")
    )
    return OperationLimitExceeded(
        errors=[FieldProblem("amount", f"beyond_{limit}", detail % words)],
        extra={
            "limit": limit,
            "operation": str(operation),
            "maximum": format_money(most),
            "used": format_money(used),
            "requested": format_money(requested),
        },
    )
