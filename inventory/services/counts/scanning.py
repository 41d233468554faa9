"""Counting with a scanner: from codes to lines, with lines for batches nobody expected there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core.audit import Actor
from core.errors import FieldProblem
from inventory.counting import CountAction
from inventory.errors import CountLinesRefused
from inventory.models import (
    Batch,
    CountState,
    Location,
    Product,
    StockCount,
    StockCountLine,
)
from inventory.selectors.scans import WITHOUT_QUANTITY, Scanned, codes_read
from inventory.services.counts.planning import ONE_OPEN_COUNT, being_counted, locked_count
from inventory.services.counts.tallying import Tally, tallies_write
from inventory.services.ledger import BATCH_SIZE, constraint_of, stock_lock
from inventory.services.stock import batch_number_clean, batches_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One thing found. Either a code as scanned or a product; quantity: packs of the code, or base
    units of the product, >= 0.

    batch_number, expiry_date: as printed, where the code does not carry them; without both, the
    only line of the product is meant. add: see `Tally`. location_id: None where the count has one.
    """

    code: str = ""
    product_id: int | None = None
    quantity: int = 1
    batch_number: str | None = None
    expiry_date: date | None = None
    location_id: int | None = None
    add: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """A scan understood: base units of a product, perhaps of a known batch, at a location."""

    position: int
    scan: Scan
    product_id: int
    quantity: int
    batch_number: str | None
    expiry_date: date | None

    @property
    def names_batch(self) -> bool:
        return self.batch_number is not None or self.expiry_date is not None

    @property
    def batch_key(self) -> tuple[int, str, date | None]:
        number = batch_number_clean(self.batch_number or "")
        return (self.product_id, number, self.expiry_date)


_UNKNOWN_PRODUCT = ("product_id", "unknown_product")


@transaction.atomic
def count_scan(
    *, actor: Actor, now: datetime, count_id: int, scans: Sequence[Scan]
) -> list[StockCountLine]:
    """Enter what was scanned, all or none; returns the lines in the order of the scans.

    A batch that is named and not in the count gets a line: it was found there. Raises
    CountNotFound, CountStateRefused, AlreadyBeingCounted and CountLinesRefused: unknown_code,
    unknown_product, quantity_needed, batch_needed, location_needed, unknown_location,
    not_in_count, and what `count_tally` refuses. A constant number of queries.
    """
    count = locked_count(count_id, CountAction.COUNT)
    finds = _finds(scans)
    stock_lock(find.product_id for find in finds)
    lines = _lines_of(count, {find.product_id for find in finds})
    locations = _locations(count, finds, lines)
    chosen, missing = _choose(finds, lines, locations)
    chosen |= _lines_found(count, missing, locations, now=now)
    tallies_write(
        actor=actor,
        now=now,
        count=count,
        lines={line.line: line for line in chosen.values()},
        tallies=[
            Tally(
                line=chosen[find.position].line,
                quantity=find.quantity,
                add=find.scan.add,
                code=find.scan.code,
                path=f"scans.{find.position}.quantity",
            )
            for find in finds
        ],
    )
    return [chosen[find.position] for find in finds]


def _finds(scans: Sequence[Scan]) -> list[Find]:
    """What was scanned, with the scans' positions. Raises CountLinesRefused."""
    read = codes_read({scan.code for scan in scans if scan.code})
    named = {scan.product_id for scan in scans if scan.product_id is not None}
    products = set(Product.objects.filter(pk__in=named).values_list("pk", flat=True))
    problems: list[FieldProblem] = []
    finds: list[Find] = []
    for position, scan in enumerate(scans):
        scanned = read.get(scan.code) if scan.code else _typed(scan.product_id, products)
        if scanned is not None and WITHOUT_QUANTITY & {*scanned.open_points}:
            detail = _("The code does not say how much it is: send the product and its base units.")
            problems.append(FieldProblem(f"scans.{position}.code", "quantity_needed", detail))
            continue
        if scanned is None:
            detail = _("No product has this code; find the product and send its id.")
            path, code = ("code", "unknown_code") if scan.code else _UNKNOWN_PRODUCT
            problems.append(FieldProblem(f"scans.{position}.{path}", code, detail))
            continue
        finds.append(
            Find(
                position=position,
                scan=scan,
                product_id=scanned.product_id,
                quantity=scan.quantity * scanned.units,
                batch_number=scanned.batch_number if scan.batch_number is None
                else scan.batch_number,
                expiry_date=scan.expiry_date or scanned.expiry_date,
            )
        )  # fmt: skip
    if problems:
        raise CountLinesRefused(errors=problems)
    return finds


def _typed(product_id: int | None, known: set[int]) -> Scanned | None:
    return Scanned(product_id=product_id) if product_id in known and product_id else None


def _lines_of(count: StockCount, products: Iterable[int]) -> dict[int, list[StockCountLine]]:
    lines: dict[int, list[StockCountLine]] = defaultdict(list)
    rows = count.lines.filter(batch__product_id__in=set(products)).select_related(
        "batch__product", "location"
    )
    for line in rows.order_by("line"):
        lines[line.batch.product_id].append(line)
    return lines


def _locations(
    count: StockCount, finds: Sequence[Find], lines: dict[int, list[StockCountLine]]
) -> dict[int, int]:
    """The location each find is at, by position. Raises CountLinesRefused."""
    asked = {find.scan.location_id for find in finds if find.scan.location_id is not None}
    known = set(Location.objects.filter(pk__in=asked, is_active=True).values_list("pk", flat=True))
    if count.location_id is not None:
        known &= {count.location_id}
    problems: list[FieldProblem] = []
    found: dict[int, int] = {}
    for find in finds:
        of_product = {line.location_id for line in lines[find.product_id]}
        location = find.scan.location_id or count.location_id
        if location is None and len(of_product) == 1:
            (location,) = of_product
        path = f"scans.{find.position}.location_id"
        if location is None:
            detail = _("Say where it was found: the count goes over several places.")
            problems.append(FieldProblem(path, "location_needed", detail))
        elif find.scan.location_id is not None and location not in known:
            detail = _("This place is not part of the count.")
            problems.append(FieldProblem(path, "unknown_location", detail))
        else:
            found[find.position] = location
    if problems:
        raise CountLinesRefused(errors=problems)
    return found


def _choose(
    finds: Sequence[Find], lines: dict[int, list[StockCountLine]], locations: dict[int, int]
) -> tuple[dict[int, StockCountLine], list[Find]]:
    """The line of each find by position, and the finds whose batch has no line yet."""
    chosen: dict[int, StockCountLine] = {}
    missing: list[Find] = []
    problems: list[FieldProblem] = []
    for find in finds:
        here = [line for line in lines[find.product_id]
                if line.location_id == locations[find.position]]  # fmt: skip
        fitting = [line for line in here if _fits(line.batch, find)]
        if len(fitting) == 1:
            chosen[find.position] = fitting[0]
        elif not fitting and find.batch_number is not None:
            missing.append(find)
        else:
            problems.append(_batch_needed(find, fitting or here))
    if problems:
        raise CountLinesRefused(errors=problems)
    return chosen, missing


def _fits(batch: Batch, find: Find) -> bool:
    number_fits = find.batch_number is None or batch.number == find.batch_key[1]
    return number_fits and (find.expiry_date is None or batch.expiry_date == find.expiry_date)


def _batch_needed(find: Find, candidates: Sequence[StockCountLine]) -> FieldProblem:
    path = f"scans.{find.position}.batch_number"
    if not candidates:
        return FieldProblem(
            path,
            "not_in_count",
            _("The product is not in this count here: give the batch's number and expiry, as "
              "printed, to add it."),
        )  # fmt: skip
    return FieldProblem(
        path,
        "batch_needed",
        _("Which batch? %(batches)s")
        % {"batches": ", ".join(str(line.batch) for line in candidates)},
    )


def _lines_found(
    count: StockCount, missing: Sequence[Find], locations: dict[int, int], *, now: datetime
) -> dict[int, StockCountLine]:
    """Add lines for batches found where the count did not have them, by the finds' positions."""
    _refuse_late_finds(count, missing)
    batches = batches_for([find.batch_key for find in missing], received_at=now)
    last = count.lines.aggregate(last=Max("line"))["last"] or 0
    wanted = {
        (batches[find.batch_key].pk, locations[find.position]): batches[find.batch_key]
        for find in missing
    }
    products = Product.objects.in_bulk({batch.product_id for batch in wanted.values()})
    places = Location.objects.in_bulk({location_id for _batch, location_id in wanted})
    made = {}
    for number, ((_id, location_id), batch) in enumerate(wanted.items(), start=last + 1):
        batch.product = products[batch.product_id]
        made[batch.pk, location_id] = StockCountLine(
            count=count, line=number, batch=batch, location=places[location_id], is_found=True
        )
    try:
        with transaction.atomic():
            StockCountLine.objects.bulk_create(made.values(), batch_size=BATCH_SIZE)
    except IntegrityError as error:
        if constraint_of(error) != ONE_OPEN_COUNT:
            raise
        raise being_counted(list(made.values())) from error
    return {
        find.position: made[batches[find.batch_key].pk, locations[find.position]]
        for find in missing
    }


def _refuse_late_finds(count: StockCount, missing: Sequence[Find]) -> None:
    """In a review the list is closed: what turns up then belongs into a count of its own."""
    if not missing or count.state != CountState.REVIEW:
        return
    detail = _("The count is in review: this batch is not on its list.")
    raise CountLinesRefused(
        errors=[
            FieldProblem(f"scans.{find.position}.batch_number", "not_in_count", detail)
            for find in missing
        ]
    )
