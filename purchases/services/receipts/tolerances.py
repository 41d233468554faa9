"""Whether a delivery fits its order: what is refused, what is let in with permission, and what is
noted on its lines for a person to look at. docs/flows/receiving.md has the table.

Pure: everything it needs has been read before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import FieldProblem
from inventory.public import ProductSummary
from purchases.models import PurchaseOrderLine, ReceivingPolicy
from purchases.services.receipts.deliveries import Batch, Checks, Delivery, Leave

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a delivery is held against. alike: pairs (ordered, delivered) that may stand in for each
    other. minimums: days a product must still be good for. celsius: lowest and highest of the cold
    chain. has_quarantine: whether there is a place for goods that wait.
    """

    policy: ReceivingPolicy
    products: Mapping[int, ProductSummary]
    alike: Set[tuple[int, int]]
    minimums: Mapping[int, int]
    celsius: tuple[Decimal, Decimal]
    has_quarantine: bool
    today: date
    leave: Leave

    def shelf_days(self, product_id: int) -> int:
        """Days for which a product must still be good on arrival."""
        return self.minimums.get(product_id, self.policy.min_shelf_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchVerdict:
    """flags: what to look at. quarantine: why it waits for an inspection, empty: it does not."""

    flags: tuple[str, ...]
    quarantine: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """problems: why the delivery is refused, none: it is not. flags: of all its batches.

    accepted: it is beyond a tolerance and was let in by somebody who may.
    """

    problems: tuple[FieldProblem, ...]
    flags: tuple[str, ...]
    accepted: bool
    batches: tuple[BatchVerdict, ...]


# What a check that failed is called on the line, and in the inspection it calls for.
FAILED_CHECKS = {
    "packaging_intact": "packaging_damaged",
    "seals_intact": "seals_broken",
    "leaflet_readable": "leaflet_unreadable",
}
UNMEASURED = "temperature_unknown"
_NEEDS_LEAVE = gettext_lazy("Somebody who may take it in all the same has to say why.")
_NEEDS_REASON = gettext_lazy("Say why it is taken in all the same.")


def judge(path: str, delivery: Delivery, line: PurchaseOrderLine, *, terms: Terms) -> Verdict:
    """What is to be said of one delivery. path: of it in the request."""
    beyond = [
        *_quantity(path, delivery, line, terms.policy),
        *_price(path, delivery, line, terms.policy),
        *(
            problem
            for place, batch in enumerate(delivery.batches)
            for problem in _shelf_life(f"{path}.batches.{place}", batch, line, terms)
        ),
    ]
    accepted = bool(beyond) and terms.leave.beyond_tolerance and bool(delivery.reason.strip())
    problems = [] if accepted else [_refused(problem, terms.leave) for problem in beyond]
    verdicts = []
    for place, batch in enumerate(delivery.batches):
        where = f"{path}.batches.{place}"
        problems += _expired(where, batch, terms.today)
        problems += _substitution(where, batch, line, terms)
        verdict = _batch(batch, line, terms)
        problems += _conditions(where, batch, line, verdict, terms)
        verdicts.append(verdict)
    return Verdict(
        problems=tuple(problems),
        flags=tuple(_flags(delivery, line, terms.policy)),
        accepted=accepted,
        batches=tuple(verdicts),
    )


def most_over(line: PurchaseOrderLine, policy: ReceivingPolicy) -> int:
    """Base units that may come beyond the order, whole ones, counting those that have."""
    return int(line.ordered_quantity * policy.over_percent / HUNDRED)


def most_under(line: PurchaseOrderLine, policy: ReceivingPolicy) -> int:
    """Base units that may be missing when the rest of a line is given up."""
    return int(line.ordered_quantity * policy.under_percent / HUNDRED)


def asked_price(delivery: Delivery, line: PurchaseOrderLine) -> tuple[Decimal, Decimal] | None:
    """Money the supplier asks, and what the order says for as much; None: it is not said.

    Per base unit of what is paid for: an invoiced amount stands for all that arrived, free goods
    included; a price per pack for bought packs only, and so does the order's then.
    """
    if delivery.invoice_amount is not None:
        ordered = line.amount * delivery.counted / line.ordered_quantity
        return delivery.invoice_amount, ordered
    if delivery.invoice_price is not None:
        packs = line.bought_quantity // line.purchase_units
        return delivery.invoice_price * packs, line.amount
    return None


def price_percent(delivery: Delivery, line: PurchaseOrderLine) -> Decimal:
    """By how many percent the supplier asks more (> 0) or less (< 0) than ordered."""
    prices = asked_price(delivery, line)
    if prices is None:
        return Decimal(0)
    asked, ordered = prices
    return round((asked - ordered) / ordered * HUNDRED, 2)  # the order's money is rounded too


def _over(delivery: Delivery, line: PurchaseOrderLine) -> int:
    return max(delivery.counted - line.outstanding_quantity, 0)


def _quantity(
    path: str, delivery: Delivery, line: PurchaseOrderLine, policy: ReceivingPolicy
) -> Iterator[FieldProblem]:
    over, allowed = _over(delivery, line), most_over(line, policy)
    if over and line.over_quantity + over > allowed:
        yield FieldProblem(
            f"{path}.batches",
            "over_delivery",
            _(
                "%(arrived)d units arrived but only %(open)d are still to come, free ones "
                "included, and %(more)d more are tolerated."
            )
            % {
                "arrived": delivery.counted,
                "open": line.outstanding_quantity,
                "more": max(allowed - line.over_quantity, 0),
            },
        )
    missing = line.outstanding_quantity - delivery.counted
    if delivery.close_rest and missing > most_under(line, policy):
        yield FieldProblem(
            f"{path}.close_rest",
            "under_delivery",
            _("%(missing)d units would be given up; %(most)d are tolerated.")
            % {"missing": missing, "most": most_under(line, policy)},
        )


def _price(
    path: str, delivery: Delivery, line: PurchaseOrderLine, policy: ReceivingPolicy
) -> Iterator[FieldProblem]:
    percent = price_percent(delivery, line)
    if policy.price_strict and percent > policy.price_percent:
        by_amount = delivery.invoice_amount is not None
        yield FieldProblem(
            f"{path}.{'invoice_amount' if by_amount else 'invoice_price'}",
            "price_beyond_tolerance",
            _("The supplier asks %(percent)s %% more than ordered; %(most)s %% are tolerated.")
            % {"percent": percent, "most": policy.price_percent},
        )


def _shelf_life(
    path: str, batch: Batch, line: PurchaseOrderLine, terms: Terms
) -> Iterator[FieldProblem]:
    product_id = batch.product_id or line.product_id
    least = terms.shelf_days(product_id)
    left = _days_left(batch, terms.today)
    if left is not None and 0 < left < least:
        yield FieldProblem(
            f"{path}.expiry_date",
            "shelf_life_too_short",
            _("The batch is good for %(left)d days more; at least %(least)d are asked for.")
            % {"left": left, "least": least},
        )


def _days_left(batch: Batch, today: date) -> int | None:
    return None if batch.expiry_date is None else (batch.expiry_date - today).days


def _refused(problem: FieldProblem, leave: Leave) -> FieldProblem:
    remedy = _NEEDS_REASON if leave.beyond_tolerance else _NEEDS_LEAVE
    return FieldProblem(problem.field, problem.code, f"{problem.detail} {remedy}")


def _expired(path: str, batch: Batch, today: date) -> Iterator[FieldProblem]:
    if batch.expiry_date is not None and batch.expiry_date <= today:
        yield FieldProblem(
            f"{path}.expiry_date",
            "expired",
            _("The batch expired on %(day)s: refuse it at the door.")
            % {"day": batch.expiry_date.isoformat()},
        )


def _substitution(
    path: str, batch: Batch, line: PurchaseOrderLine, terms: Terms
) -> Iterator[FieldProblem]:
    if not is_substitute(batch, line):
        if batch.counted != batch.quantity:
            detail: str | Promise = _("Units of the ordered product count as they are.")
            yield FieldProblem(f"{path}.counts_as", "not_a_substitute", detail)
        return
    if batch.product_id not in terms.products:
        detail = _("There is no product %(id)d.") % {"id": batch.product_id or 0}
        yield FieldProblem(f"{path}.product_id", "unknown_product", detail)
        return
    if not batch.substitution_reason.strip():
        yield FieldProblem(
            f"{path}.substitution_reason",
            "required",
            _("Say why something else came than was ordered."),
        )
    if terms.leave.substitute_other or (terms.leave.substitute and _is_alike(batch, line, terms)):
        return
    if terms.leave.substitute:
        detail = _(
            "It is not known to have the same generics, strength and form as what was ordered: "
            "somebody who may take in other products has to."
        )
        yield FieldProblem(f"{path}.product_id", "not_a_like_product", detail)
    else:
        detail = _("Somebody who may take in substitutes has to.")
        yield FieldProblem(f"{path}.product_id", "substitute_not_allowed", detail)


def is_substitute(batch: Batch, line: PurchaseOrderLine) -> bool:
    """Whether something else than the ordered product came."""
    return batch.product_id is not None and batch.product_id != line.product_id


def _is_alike(batch: Batch, line: PurchaseOrderLine, terms: Terms) -> bool:
    return (line.product_id, batch.product_id) in terms.alike


def _batch(batch: Batch, line: PurchaseOrderLine, terms: Terms) -> BatchVerdict:
    flags = [*_unknown(batch), *_dated(batch, line, terms)]
    if is_substitute(batch, line):
        flags.append("substituted")
        if not _is_alike(batch, line, terms):
            flags.append("not_a_like_product")
    failed = [*_failed(batch.checks)]
    if _is_cold(batch, line, terms):
        failed += _temperature(batch.checks.temperature_celsius, terms)
    unmeasured = [flag for flag in failed if flag == UNMEASURED]
    failed = [flag for flag in failed if flag != UNMEASURED]
    asked = ["asked_for"] if batch.quarantine else []
    rule = ["supplier_is_inspected"] if terms.policy.inspect_all else []
    return BatchVerdict(flags=(*flags, *unmeasured, *failed), quarantine=(*failed, *asked, *rule))


def _unknown(batch: Batch) -> Iterator[str]:
    if not batch.batch_number:
        yield "batch_unknown"
    if batch.expiry_date is None:
        yield "expiry_unknown"


def _dated(batch: Batch, line: PurchaseOrderLine, terms: Terms) -> Iterator[str]:
    left = _days_left(batch, terms.today)
    if left is None:
        return
    if left < terms.shelf_days(batch.product_id or line.product_id):
        yield "shelf_life_too_short"
    elif left < terms.policy.short_dated_days:
        yield "short_dated"


def _failed(checks: Checks) -> Iterator[str]:
    for name, flag in FAILED_CHECKS.items():
        if getattr(checks, name) is False:
            yield flag


def _temperature(measured: Decimal | None, terms: Terms) -> Iterator[str]:
    if measured is None:
        yield UNMEASURED
    elif not terms.celsius[0] <= measured <= terms.celsius[1]:
        yield "temperature_out_of_range"


def _is_cold(batch: Batch, line: PurchaseOrderLine, terms: Terms) -> bool:
    product = terms.products.get(batch.product_id or line.product_id)
    return product is not None and product.cold_chain


def _conditions(
    path: str, batch: Batch, line: PurchaseOrderLine, verdict: BatchVerdict, terms: Terms
) -> Iterator[FieldProblem]:
    if UNMEASURED in verdict.flags and terms.policy.temperature_required:
        yield FieldProblem(
            f"{path}.temperature_celsius",
            "temperature_required",
            _("Measure the temperature at which these goods of the cold chain arrived."),
        )
    elif verdict.quarantine and not terms.has_quarantine:
        yield FieldProblem(
            f"{path}.quarantine",
            "no_quarantine",
            _('These goods have to wait for an inspection: add a location of the kind "quarantine" '
              "first."),
        )  # fmt: skip


def _flags(delivery: Delivery, line: PurchaseOrderLine, policy: ReceivingPolicy) -> Iterator[str]:
    if _over(delivery, line):
        yield "over_delivered"
    if delivery.close_rest and delivery.counted < line.outstanding_quantity:
        yield "rest_given_up"
    percent = price_percent(delivery, line)
    if percent:
        yield "price_above" if percent > 0 else "price_below"
    if abs(percent) > policy.price_percent:
        yield "price_beyond_tolerance"
